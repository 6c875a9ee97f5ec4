import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ClusterOptions, createCluster, localOptimum } from '../src/index.ts'
import { readManifests } from '../src/experiments/index.ts'
import { builtIn } from '../src/options.ts'
import { corpus, hasCorpus } from '../test/support/system.ts'
import type { Bench, BenchContext, Row } from './harness.ts'

const folder = join(corpus, 'traces/k8s-sims')
const sizes: Readonly<Record<string, number>> = { '100n/1067p': 100, '400n/3940p': 400 }

type Published = Readonly<
  Record<string, Readonly<Record<string, { readonly run_s: number; readonly unscheduled: number }>>>
>

const options: ClusterOptions = {
  seed: 1,
  nodes: 0,
  disable: builtIn.filter((name) => name !== 'scheduler'),
  schedulers: [{ strategy: localOptimum({ percentage: 0 }) }],
}

/** From the files to the last binding, all pods at once and in the order of the file. */
function run(nodes: number): number {
  const files = ['nodes', 'pods'].map((kind) => readFileSync(join(folder, `${kind}-${nodes}.yaml`), 'utf8'))
  const trace = readManifests(files)
  const cluster = createCluster(options)
  for (const node of trace.nodes) cluster.nodes.create(node)
  const spaces = new Set<string>()
  for (const { pod } of trace.workload.arrivals(0)) {
    const { namespace = 'default' } = pod.metadata ?? {}
    if (namespace !== 'default' && !spaces.has(namespace)) {
      cluster.namespaces.create({ metadata: { name: namespace } })
      cluster.resource('v1/ServiceAccount').create({ metadata: { name: 'default', namespace } })
    }
    spaces.add(namespace)
    cluster.pods.create(pod)
  }
  cluster.settle()
  return cluster.pods.list({ allNamespaces: true, fieldSelector: 'spec.nodeName=' }).items.length
}

/** Ours and the six others' figures, each on the machine that it was published for. */
function rowsOf(context: BenchContext, size: string, published: Published): readonly Row[] {
  let unscheduled = 0
  const seconds = context.time(() => (unscheduled = run(sizes[size]!)), 3) / 1000
  const others = Object.entries(published).map(([simulator, figures]) => ({ simulator, ...figures[size]! }))
  return [
    { name: `${size}: wavetank`, value: seconds, unit: 's' },
    ...others.map(({ simulator, run_s }) => ({
      name: `${size}: ${simulator}, published`,
      value: run_s,
      unit: 's',
      limit: seconds,
    })),
    { name: `${size} unscheduled: wavetank`, value: unscheduled, unit: 'pods' },
    ...others.map((one) => ({
      name: `${size} unscheduled: ${one.simulator}, published`,
      value: one.unscheduled,
      unit: 'pods',
    })),
  ]
}

export const bench: Bench = {
  name: 'k8s-sims',
  run(context) {
    if (!hasCorpus()) throw new Error(`${folder} is not there: nothing to run`)
    const published = JSON.parse(readFileSync(join(folder, 'published.json'), 'utf8')) as Published
    return Object.keys(sizes).flatMap((size) => rowsOf(context, size, published))
  },
}
