import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cluster, createCluster, defineController, type Lease, loadCluster, replay } from '../../src/index.ts'
import { everything, tries } from './world.ts'

const namer = defineController({
  name: 'namer',
  replicas: 2,
  watches: [{ kind: 'v1/Pod' }],
  reconcile(key, { api, cache }) {
    const pod = cache.get('v1/Pod', key)
    if (pod === undefined || pod.metadata.labels?.['name'] !== undefined) return
    const { name, namespace } = pod.metadata
    api.update('v1/Pod', name, (draft) => void (draft.metadata.labels = { ...draft.metadata.labels, name }), {
      namespace,
    })
  },
})

const processes = ['default-scheduler', 'kube-controller-manager', 'namer'].flatMap((name) => [
  `${name}-0`,
  `${name}-1`,
])
const leases: Readonly<Record<string, string>> = {
  'default-scheduler': 'kube-scheduler',
  'kube-controller-manager': 'kube-controller-manager',
  namer: 'namer',
}

type Act = {
  readonly do: 'crash' | 'restart' | 'partition' | 'die' | 'scale' | 'stop' | 'wait'
  readonly pick: number
  readonly ms: number
}

const act: fc.Arbitrary<Act> = fc.record({
  do: fc.constantFrom('crash', 'restart', 'partition', 'die', 'scale', 'stop', 'wait', 'wait'),
  pick: fc.nat(5),
  ms: fc.integer({ min: 1, max: 40_000 }),
})

function begun(): Cluster {
  const cluster = createCluster({
    seed: 5,
    nodes: 2,
    schedulers: [{ replicas: 2 }],
    controllerManager: { replicas: 2 },
    controllers: [namer],
    history: 'all',
  })
  cluster.replicationControllers.create({
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
    },
  })
  return cluster
}

function live(cluster: Cluster, acts: readonly Act[]): void {
  for (const { do: what, pick, ms } of acts) {
    const process = processes[pick]!
    if (what === 'crash') cluster.controllers.crash(process)
    else if (what === 'restart') cluster.controllers.restart(process)
    else if (what === 'partition') cluster.faults.partition(process, { for: ms })
    else if (what === 'die') cluster.faults.crashController(process, { atCall: 1 + (ms % 7), restartAfter: ms })
    else if (what === 'stop') cluster.faults.stopApiServer({ for: 1 + (ms % 20_000) })
    else if (what === 'scale' && cluster.faults.list().every(({ fault }) => fault.type !== 'stopApiServer'))
      cluster.replicationControllers.scale('web', pick)
    cluster.advance(ms)
  }
}

/** Everything is whole again and had a minute to get on. */
function recover(cluster: Cluster): void {
  cluster.faults.heal()
  for (const process of processes) cluster.controllers.restart(process)
  cluster.advance('1m')
}

/** Which process an actor is, or is a part of. */
function processOf(actor: string): string | undefined {
  const [, name = '', index] = /^(.*)-(\d)$/u.exec(actor) ?? []
  if (index === undefined) return undefined
  return name in leases ? actor : `kube-controller-manager-${index}`
}

test('whatever crashes, and whoever is cut off: none of several acts but who holds the lease', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 3, maxLength: 14, size: 'max' }), (acts) => {
      const cluster = begun()
      live(cluster, acts)
      // Acts may leave nobody the time to write anything.
      recover(cluster)
      const holders = new Map<string, string>()
      let written = 0
      for (const { actor, object } of cluster.history(0)) {
        if (object.kind === 'Lease' && object.metadata.namespace === 'kube-system') {
          holders.set(object.metadata.name, (object as Lease).spec.holderIdentity!.split('_')[0]!)
          continue
        }
        const process = processOf(actor)
        if (process === undefined || object.kind === 'Event') continue
        written++
        expect([actor, holders.get(leases[process.replace(/-\d$/u, '')]!)]).toEqual([actor, process])
      }
      expect(written).toBeGreaterThan(0)
    }),
    {
      ...tries(40),
      examples: [
        [
          [
            { do: 'stop', pick: 0, ms: 1 },
            { do: 'crash', pick: 0, ms: 1 },
            { do: 'crash', pick: 0, ms: 1 },
          ],
        ],
      ],
    },
  )
})

test('elections are the same again: of a fork, in a replay, in a saved cluster', () => {
  const acts = fc.array(act, { minLength: 1, maxLength: 8, size: 'max' })
  fc.assert(
    fc.property(acts, acts, (before, after) => {
      const cluster = begun()
      live(cluster, before)
      const [fork, loaded] = [cluster.fork(), loadCluster(cluster.save(), { controllers: [namer] })]
      for (const one of [cluster, fork, loaded]) live(one, after)
      expect(fork.historyHash()).toBe(cluster.historyHash())
      expect(loaded.historyHash()).toBe(cluster.historyHash())
      expect(everything(loaded)).toBe(everything(cluster))
      expect(replay(cluster.journal, { controllers: [namer] }).historyHash()).toBe(cluster.historyHash())
    }),
    tries(8),
  )
})

test('once everything is whole again, somebody leads and the work gets done', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 1, maxLength: 10, size: 'max' }), (acts) => {
      const cluster = begun()
      live(cluster, acts)
      recover(cluster)
      cluster.replicationControllers.scale('web', 4)
      cluster.advance('1m')
      const pods = cluster.pods.list().items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      expect(pods.map(({ status, metadata }) => [status.phase, metadata.labels?.['name'] === metadata.name])).toEqual(
        Array(4).fill(['Running', true]),
      )
    }),
    tries(15),
  )
})
