/** Pods with rules between them, and what happens to them: for properties of what the scheduler makes of it. */
import fc from 'fast-check'
import { Immer } from 'immer'
import type { KubeObject } from '../../src/api/meta.ts'
import type { Node, Pod, PodAffinityTerm, TopologySpreadConstraint } from '../../src/api/types/core.ts'
import { Hands } from '../../src/client/hands.ts'
import { CowMap } from '../../src/kernel/cow.ts'
import { type Accounts, createAccounts } from '../../src/scheduler/accounts.ts'
import type { Cycle, Snapshot } from '../../src/scheduler/cycle.ts'
import { frameworkOf } from '../../src/scheduler/framework.ts'
import { NodeTable } from '../../src/scheduler/nodeTable.ts'
import { type NodeVerdict, placingOf } from '../../src/scheduler/placing.ts'
import { createPodInfos, type PodInfos } from '../../src/scheduler/podInfo.ts'
import { leastAllocated } from '../../src/scheduler/policy.ts'
import { snapshotOf } from '../../src/scheduler/snapshot.ts'
import { bestFit } from '../../src/scheduler/strategies/bestFit.ts'
import { Topology } from '../../src/scheduler/topology/topology.ts'
import { node, pod, spec } from './objects.ts'
import type * as oracle from './topologyOracle.ts'

const zone = 'topology.kubernetes.io/zone'
const hostname = 'kubernetes.io/hostname'
const required = 'requiredDuringSchedulingIgnoredDuringExecution'
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution'

const labels = fc.record(
  { app: fc.constantFrom('a', 'b'), tier: fc.constantFrom('x', 'y') },
  { requiredKeys: [] },
) as fc.Arbitrary<Readonly<Record<string, string>>>
const selector = fc.oneof(
  fc.constantFrom({ matchLabels: { app: 'a' } }, { matchLabels: { app: 'b' } }, {}),
  fc.constantFrom(
    { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['x'] }] },
    { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
  ),
)
const key = fc.constantFrom(zone, hostname, 'rack')
const term: fc.Arbitrary<PodAffinityTerm> = fc.record(
  {
    topologyKey: key,
    labelSelector: selector,
    namespaces: fc.constantFrom(['one'], ['two'], ['one', 'two']),
    namespaceSelector: fc.constantFrom({}, { matchLabels: { team: 'red' } }),
  },
  { requiredKeys: ['topologyKey', 'labelSelector'] },
)
const few = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(arbitrary, { maxLength: 2 })
const weighted = fc.record({ weight: fc.integer({ min: 1, max: 100 }), podAffinityTerm: term })
const rules = fc.record({ [required]: few(term), [preferred]: few(weighted) }, { requiredKeys: [] })
const affinity = fc.record({ podAffinity: rules, podAntiAffinity: rules }, { requiredKeys: [] })
const constraint = fc.record(
  {
    topologyKey: key,
    labelSelector: selector,
    maxSkew: fc.constantFrom(1, 1, 2),
    whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
    minDomains: fc.constantFrom(1, 3),
    nodeAffinityPolicy: fc.constantFrom('Honor', 'Ignore'),
    nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore'),
  },
  { requiredKeys: ['topologyKey', 'labelSelector', 'maxSkew', 'whenUnsatisfiable'] },
) as fc.Arbitrary<TopologySpreadConstraint>

export interface Wish {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly affinity: Pod['spec']['affinity']
  readonly spread: readonly TopologySpreadConstraint[]
  readonly isInZoneA: boolean
  readonly isEnding: boolean
  readonly image: string
}
export const wish: fc.Arbitrary<Wish> = fc.record({
  namespace: fc.constantFrom('one', 'one', 'two'),
  labels,
  affinity: fc.option(affinity, { nil: undefined }) as fc.Arbitrary<Pod['spec']['affinity']>,
  spread: few(constraint),
  isInZoneA: fc.nat(5).map((lot) => lot === 0),
  isEnding: fc.nat(4).map((lot) => lot === 0),
  image: fc.constantFrom('small', 'large:2', 'example.com:5000/large'),
})

export type Act =
  | { readonly do: 'place'; readonly wish: Wish; readonly on: number }
  | { readonly do: 'take' | 'relabel' | 'end' | 'removeNode'; readonly pick: number }
  | {
      readonly do: 'node'
      readonly at: number
      readonly labels: Readonly<Record<string, string>>
      readonly isTainted: boolean
      readonly images: readonly string[]
    }
  | { readonly do: 'namespace'; readonly name: string; readonly team: string }
  | { readonly do: 'ask'; readonly wish: Wish }

export const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('place' as const), wish, on: fc.nat(6) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('take' as const, 'relabel' as const, 'end' as const, 'removeNode' as const),
      pick: fc.nat(20),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('node' as const),
      at: fc.nat(5),
      labels: fc.record(
        { [zone]: fc.constantFrom('a', 'b', 'c'), rack: fc.constantFrom('r', 's') },
        { requiredKeys: [] },
      ) as fc.Arbitrary<Readonly<Record<string, string>>>,
      isTainted: fc.nat(4).map((lot) => lot === 0),
      images: fc.subarray(['small:latest', 'large:2', 'example.com:5000/large:latest']),
    }),
  },
  fc.record({
    do: fc.constant('namespace' as const),
    name: fc.constantFrom('one', 'two'),
    team: fc.constantFrom('red', 'blue'),
  }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), wish }) },
)

const sizes: Readonly<Record<string, number>> = {
  'small:latest': 10,
  'large:2': 400,
  'example.com:5000/large:latest': 1900,
}

export function podOf(
  name: string,
  { namespace, labels: own, affinity: rule, spread, isInZoneA, isEnding, image }: Wish,
): Pod {
  const made = pod(
    name,
    spec(
      {},
      {
        containers: [{ name: 'app', image }],
        ...(rule && { affinity: rule }),
        ...(spread.length > 0 && { topologySpreadConstraints: spread }),
        ...(isInZoneA && { nodeSelector: { [zone]: 'a' } }),
        tolerations: [{ key: 'other', operator: 'Exists' }],
      },
    ),
  )
  const ending = isEnding ? { deletionTimestamp: '2020-01-01T00:00:09Z' } : {}
  return { ...made, metadata: { ...made.metadata, namespace, labels: own, ...ending } }
}

/** The scheduler's own view, kept up step by step, and beside it plain lists. */
export class Twin {
  readonly table: NodeTable = new NodeTable()
  readonly infos: PodInfos = createPodInfos()
  readonly nodes: Map<string, Node> = new Map()
  readonly placed: [Pod, string][] = []
  readonly teams: Record<string, Record<string, string>> = { one: {}, two: {} }
  readonly list: Snapshot['list'] = (kind) => (kind === 'v1/Namespace' ? this.namespaces() : [])
  readonly topology: Topology = new Topology({
    nodes: this.table,
    placed: () => this.placed,
    list: this.list,
    find: (kind, _namespace, name) => this.list(kind).find(({ metadata }) => metadata.name === name),
  })
  readonly accounts: Accounts = createAccounts({
    nodes: this.table,
    infos: this.infos,
    assumed: new CowMap(),
    topology: this.topology,
  })
  private names = 0

  private namespaces(): readonly KubeObject[] {
    return Object.entries(this.teams).map(([name, own]) => ({
      ...node(name),
      kind: 'Namespace',
      metadata: { ...node(name).metadata, labels: own },
    }))
  }

  private replace(index: number, after: Pod | undefined): void {
    const [before, on] = this.placed[index]!
    if (after === undefined) this.placed.splice(index, 1)
    else this.placed[index] = [after, on]
    const spec = { ...before.spec, nodeName: on }
    const previous = { ...before, spec }
    const object = after === undefined ? previous : { ...after, spec }
    this.accounts.podChanged({ type: after === undefined ? 'DELETED' : 'MODIFIED', object, previous, revision: 1 })
  }

  private setNode(name: string, after: Node | undefined): void {
    const previous = this.nodes.get(name)
    if (after === undefined) this.nodes.delete(name)
    else this.nodes.set(name, after)
    const type = after === undefined ? 'DELETED' : previous === undefined ? 'ADDED' : 'MODIFIED'
    this.accounts.nodeChanged({ type, object: after ?? previous!, previous, revision: 1 })
  }

  /** A pod that is not placed yet. */
  pod(asked: Wish): Pod {
    return podOf(`p${this.names++}`, asked)
  }

  place(made: Pod, on: string): void {
    this.placed.push([made, on])
    const object = { ...made, spec: { ...made.spec, nodeName: on } }
    this.accounts.podChanged({ type: 'ADDED', object, previous: undefined, revision: 1 })
  }

  do(one: Act): void {
    if (one.do === 'place') this.place(this.pod(one.wish), `n${one.on}`)
    else if (one.do === 'node') {
      const name = `n${one.at}`
      const taints = one.isTainted
        ? {
            taints: [
              { key: 'other', effect: 'NoSchedule' },
              { key: 'own', effect: 'NoSchedule' },
            ],
          }
        : {}
      const made = node(name, { labels: { [hostname]: name, ...one.labels }, ...taints })
      const images = one.images.map((image) => ({ names: [image], sizeBytes: sizes[image]! * 1024 * 1024 }))
      this.setNode(name, { ...made, status: { ...made.status, images } })
    } else if (one.do === 'namespace') {
      this.teams[one.name] = { team: one.team }
      this.topology.kindChanged('v1/Namespace')
    } else if (one.do === 'removeNode') {
      const names = [...this.nodes.keys()]
      if (names.length > 0) this.setNode(names[one.pick % names.length]!, undefined)
    } else if (one.do !== 'ask' && this.placed.length > 0) {
      const index = one.pick % this.placed.length
      const [before] = this.placed[index]!
      const { metadata } = before
      if (one.do === 'take') this.replace(index, undefined)
      else if (one.do === 'end')
        this.replace(index, { ...before, metadata: { ...metadata, deletionTimestamp: '2020-01-01T00:00:09Z' } })
      else this.replace(index, { ...before, metadata: { ...metadata, labels: { app: 'b' } } })
    }
  }

  /** What every node is for a pod. */
  ask(asked: Pod): readonly NodeVerdict[] {
    const parts = { framework: frameworkOf(leastAllocated()), policy: '', strategy: bestFit(), failFast: false }
    return placingOf(parts, this.cycle(asked), 0).nodes
  }

  cycle(asked: Pod): Cycle {
    const around = {
      now: 0,
      seed: 0,
      list: this.list,
      hands: new Hands(new Immer(), true),
      isOurs: () => false,
      memoryOf: () => new CowMap<unknown>(),
    }
    const { table: nodes, infos, topology } = this
    const snapshot: Snapshot = { ...snapshotOf([], [], around), nodes, infos, topology }
    return { pod: asked, info: infos(asked.spec), snapshot }
  }

  world(): oracle.World {
    const nodes = [...this.nodes.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    return { nodes, placed: this.placed, namespaces: this.teams }
  }
}

/** `count` nodes in two zones. */
export const machines = (count: number): readonly Act[] =>
  Array.from({ length: count }, (_, at) => ({
    do: 'node',
    at,
    labels: { [zone]: at < count / 2 ? 'a' : 'b', rack: 'r' },
    isTainted: false,
    images: at === 0 ? ['large:2'] : [],
  }))
