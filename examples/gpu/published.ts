/**
 * The experiment of Weng et al., "Beware of Fragmentation" (USENIX ATC 2023), as the published runs did it: pods come one by
 * one in an order that the seed draws, drawn again until they ask for 130 % of all cards; none leaves; whoever finds no place
 * when it comes is given up.
 */
import { inflated, openbGpuMilli } from '../../src/experiments/index.ts'
import type { Trace } from '../../src/experiments/index.ts'
import { type Cluster, createCluster, type Manifest, type Node, type SchedulerOptions } from '../../src/index.ts'
import { CowMap } from '../../src/kernel/cow.ts'
import { createStreams } from '../../src/kernel/random.ts'
import { INDEX, requestOf } from './cards.ts'
import { Fragmentation } from './fragmentation.ts'
import { Books, type Measures } from './books.ts'

export type { Measures } from './books.ts'

export interface PublishedRun {
  /** By percent that had arrived, from 0 to 130. */
  readonly at: ReadonlyMap<number, Measures>
  readonly arrived: number
  readonly placed: number
  readonly cluster: Cluster
}

export interface PublishedOptions {
  /** Read with `times: 'none'` and `gpus: 'annotations'`. */
  readonly trace: Trace
  readonly scheduler: SchedulerOptions
  readonly seed: number
  /** How much pods ask for, as a share of all cards: 1.3 in the published runs. Unless given, what they do, in their order. */
  readonly to?: number | undefined
}

export function targetOf({ workload }: Trace): Fragmentation {
  return new Fragmentation(Array.from(workload.arrivals(0), ({ pod }) => requestOf(pod)))
}

export function publishedRun({ trace, scheduler, seed, to }: PublishedOptions): PublishedRun {
  const nodes = renamed(trace.nodes, seed)
  const cluster = createCluster({ seed, nodes: 0, freeze: false, schedulers: [scheduler], disable, history })
  for (const node of nodes) cluster.nodes.create(node)
  cluster.settle()
  const books = new Books(nodes, targetOf(trace))
  const resource = 'alibabacloud.com/gpu-milli'
  const workload =
    to === undefined
      ? trace.workload
      : inflated(trace.workload, { to, of: nodes, resource, asks: openbGpuMilli, shuffle: true })
  for (const { pod } of workload.arrivals(seed)) {
    const { name, namespace } = cluster.pods.create(pod).metadata
    cluster.settle()
    const { metadata, spec } = cluster.pods.get(name, { namespace })
    const request = requestOf(pod)
    if (spec.nodeName === undefined) cluster.pods.delete(name, { namespace, gracePeriodSeconds: 0 })
    else books.place(request, spec.nodeName, metadata.annotations?.[INDEX])
    books.arrive(request)
  }
  return { at: books.means(), arrived: books.arrived, placed: books.placed, cluster }
}

/** Nothing but the scheduler has anything to do. */
const disable: readonly string[] = ['kubelet', 'node-lifecycle-controller']
const history = { revisions: 1000 }

/** Among equals the first by name wins; so that no machine always does, the seed draws the order of names. */
function renamed(nodes: readonly Manifest<Node>[], seed: number): readonly Manifest<Node>[] {
  const stream = createStreams(new CowMap(), () => seed)('openb/nodes')
  const places = nodes.map((_, index) => index)
  for (let i = places.length - 1; i > 0; i--) {
    const j = stream.integer(0, i)
    ;[places[i], places[j]] = [places[j]!, places[i]!]
  }
  return nodes.map((node, index) => ({
    ...node,
    metadata: { ...node.metadata, name: `${String(places[index]).padStart(4, '0')}-${node.metadata!.name}` },
  }))
}
