import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cluster, createCluster, type DaemonSet, type Manifest, type Pod, replay } from '../../src/index.ts'
import { tries } from './world.ts'

interface Plan {
  readonly nodes: number
  readonly maxSurge: number | string
  readonly maxUnavailable: number | string
  readonly minReadySeconds: number
  readonly ready: readonly [low: number, high: number]
  readonly stop: number
  readonly delivery: readonly [low: number, high: number]
  readonly seed: number
}

const limit = fc.oneof(
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 100 }).map((share) => `${share}%`),
)
const span = (most: number): fc.Arbitrary<readonly [number, number]> =>
  fc.tuple(fc.nat(most), fc.nat(most)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
const plan: fc.Arbitrary<Plan> = fc.record({ surges: fc.boolean(), limit, nodes: fc.nat(8) }).chain((drawn) =>
  fc.record({
    nodes: fc.constant(drawn.nodes),
    maxSurge: fc.constant(drawn.surges ? drawn.limit : 0),
    maxUnavailable: fc.constant(drawn.surges ? 0 : drawn.limit),
    minReadySeconds: fc.oneof(fc.constant(0), fc.nat(5)),
    ready: span(9000),
    stop: fc.nat(9000),
    delivery: span(200),
    seed: fc.nat(99),
  }),
)

/** As many as a limit allows of so many nodes, rounded up. */
const allowed = (value: number | string, nodes: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseInt(value) * nodes) / 100)

function manifest({ maxSurge, maxUnavailable, minReadySeconds }: Plan, image: string): Manifest<DaemonSet> {
  return {
    metadata: { name: 'agent' },
    spec: {
      minReadySeconds,
      selector: { matchLabels: { app: 'agent' } },
      updateStrategy: { rollingUpdate: { maxSurge, maxUnavailable } },
      template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'main', image }] } },
    },
  }
}

function begun(chosen: Plan): Cluster {
  const { nodes, ready, stop, delivery, seed } = chosen
  const cluster = createCluster({
    seed,
    nodes,
    history: 'all',
    latency: { watchDelivery: { uniform: delivery } },
    behaviours: [{ image: '*', ready: { uniform: ready }, stop }],
  })
  cluster.daemonSets.create(manifest(chosen, 'agent:1'))
  cluster.settle()
  cluster.advance('10s')
  return cluster
}

const staying = ({ metadata }: Pod): boolean => metadata.deletionTimestamp === undefined
const image = ({ spec }: Pod): string | undefined => spec.containers[0]!.image
const target = ({ spec }: Pod): string =>
  spec.affinity!.nodeAffinity!.requiredDuringSchedulingIgnoredDuringExecution!.nodeSelectorTerms[0]!.matchFields![0]!
    .values![0]!

/** Since when it has been ready, in milliseconds; Infinity while it is not. */
function readySince({ status }: Pod): number {
  const condition = status.conditions?.find(({ type }) => type === 'Ready')
  return condition?.status === 'True' ? Date.parse(condition.lastTransitionTime!) : Infinity
}

test('in a roll-out no more daemons are taken away, and no more are added, than it may be', () => {
  fc.assert(
    fc.property(plan, (chosen) => {
      const { nodes, maxSurge, maxUnavailable, minReadySeconds } = chosen
      const cluster = begun(chosen)
      expect(cluster.daemonSets.get('agent').status.numberAvailable ?? 0).toBe(nodes)
      const first = cluster.revision
      cluster.daemonSets.update('agent', (draft) => void (draft.spec.template.spec.containers[0]!.image = 'agent:2'))
      cluster.settle()
      cluster.advance('3m')
      for (let revision = first; revision <= cluster.revision; revision++) {
        const view = cluster.at(revision)
        const pods = view.pods.list().items.filter(staying)
        const available = pods.filter((pod) => readySince(pod) + minReadySeconds * 1000 <= view.now)
        const places = new Set(available.map(target))
        // What may be lacking may be on its way out, or on its way up.
        expect(places.size).toBeGreaterThanOrEqual(nodes - allowed(maxUnavailable, nodes))
        expect(pods.length).toBeLessThanOrEqual(nodes + allowed(maxSurge, nodes))
      }
      const { items } = cluster.pods.list()
      expect(items.map(target).sort()).toEqual(cluster.nodes.list().items.map(({ metadata }) => metadata.name))
      expect(items.map(image)).toEqual(items.map(() => 'agent:2'))
      expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
    }),
    tries(15),
  )
})

test('whatever nodes come, go and are tainted, each that suits has one daemon in the end, and no other has any', () => {
  const deed = fc.record({
    do: fc.constantFrom('add', 'remove', 'taint', 'untaint', 'kill'),
    pick: fc.nat(9),
    wait: fc.nat(4000),
  })
  fc.assert(
    fc.property(plan, fc.array(deed, { minLength: 1, maxLength: 12 }), (chosen, deeds) => {
      const cluster = begun(chosen)
      for (const { do: what, pick, wait } of deeds) {
        const nodes = cluster.nodes.list().items.map(({ metadata }) => metadata.name)
        // Nobody ends a pod where there is no machine.
        const of = (those: readonly string[]): string | undefined => those[pick % Math.max(1, those.length)]
        const late = of(nodes.filter((name) => name.startsWith('late')))
        const machine = of(nodes.filter((name) => !name.startsWith('late')))
        if (what === 'add') {
          const name = `late-${cluster.revision}`
          cluster.nodes.create({ metadata: { name }, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '9' } } })
        } else if (what === 'remove') {
          if (late !== undefined) cluster.nodes.delete(late)
        } else if (machine !== undefined && what === 'kill') {
          const pod = cluster.pods.list().items.find((one) => target(one) === machine)
          if (pod !== undefined) cluster.pods.delete(pod.metadata.name)
        } else if (machine !== undefined) {
          const taints = what === 'taint' ? [{ key: 'no', effect: 'NoExecute' }] : []
          cluster.nodes.update(machine, (draft) => void (draft.spec.taints = taints))
        }
        cluster.advance(wait)
      }
      cluster.advance('10m')
      const suits = cluster.nodes.list().items.filter(({ spec }) => !spec.taints?.some(({ key }) => key === 'no'))
      const pods = cluster.pods.list().items.filter(staying)
      expect(pods.map(target).sort()).toEqual(suits.map(({ metadata }) => metadata.name).sort())
    }),
    tries(15),
  )
})
