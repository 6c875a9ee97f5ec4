import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  defineController,
  type Journal,
  ownerKeys,
  replay,
} from '../../src/index.ts'
import { endDaemons } from './daemons.ts'
import { endQuotas } from './quotas.ts'
import { act, type Action, actions, everything, options, tries } from './world.ts'
import { copiesOf } from '../support/copies.ts'

const few = tries(12)

/**
 * Gives every replication controller a service of its name with a note of how often it looked; it fails, comes back and
 * changes its mind by chance, so that whatever it holds shows in the history.
 */
const keeper = defineController({
  name: 'keeper',
  watches: [
    { kind: 'v1/ReplicationController' },
    { kind: 'v1/Service', keys: ownerKeys('v1/ReplicationController') },
    { kind: 'v1/Pod', keys: ownerKeys('v1/ReplicationController'), index: ({ spec }) => spec.nodeName },
  ],
  reconcile(key, { cache, api, memory, now, random, record }) {
    const wanted = cache.get('v1/ReplicationController', key)
    if (wanted === undefined) return void memory.delete(key)
    const { looked = 0, since = now } = memory.get<{ looked: number; since: number }>(key) ?? {}
    memory.set(key, { looked: looked + 1, since })
    const node = random.pick(['n0', 'n1', 'n2'])
    const annotations = {
      looked: `${looked + 1} times in ${now - since} ms`,
      pods: `${cache.byIndex('v1/Pod', node).length} on ${node}`,
    }
    if (api.find('v1/Service', key) === undefined) {
      const { apiVersion, kind, metadata } = wanted
      const { name, namespace, uid } = metadata
      api.create('v1/Service', {
        metadata: { name, namespace, annotations, ownerReferences: [{ apiVersion, kind, name, uid }] },
        spec: { selector: { app: name }, ports: [{ port: 80 }] },
      })
      record(wanted, 'Normal', 'Kept', `Made a service at look ${looked + 1}`)
    }
    if (random.fraction() < 0.2) throw new Error('by chance')
    if (looked % 3 === 0) api.update('v1/Service', key, ({ metadata }) => void (metadata.annotations = annotations))
    return { requeueAfter: random.integer(1000, 40_000) }
  },
})

/** What is done to the controllers, among all the rest. */
type Deed = Action | { readonly controller: 'crash' | 'restart'; readonly pick: number }

const deeds: fc.Arbitrary<Deed[]> = fc
  .tuple(
    actions,
    fc.array(
      fc.record({
        controller: fc.constantFrom('crash' as const, 'restart' as const, 'restart' as const),
        pick: fc.nat(20),
        at: fc.nat(30),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([list, more]) => {
    const all: Deed[] = [...list]
    for (const { at, ...one } of more) all.splice(Math.min(at, all.length), 0, one)
    return all
  })

function lived(list: readonly Deed[], more: Partial<ClusterOptions> = {}): Cluster {
  const cluster = createCluster({ ...options, controllers: [keeper], ...more })
  for (const one of list) perform(cluster, one)
  return cluster
}

function perform(cluster: Cluster, one: Deed): void {
  if (!('controller' in one)) return act(cluster, one)
  // Not the one that taints nodes under pressure: without it pods are put there and turned away, without end and in no time.
  const all = cluster.controllers.list().filter(({ name }) => name !== 'node-lifecycle-controller')
  const { name } = all[one.pick % all.length]!
  cluster.controllers[one.controller](name)
}

test("the same calls give the same history with a user's controller, frozen or not, in forks, in what is saved and in replays", () => {
  fc.assert(
    fc.property(deeds, deeds, (before, after) => {
      const original = lived(before)
      const copies = copiesOf(original, { controllers: [keeper] })
      for (const one of after) for (const cluster of [...copies, original]) perform(cluster, one)
      for (const other of [...copies, lived([...before, ...after]), lived([...before, ...after], { freeze: false })]) {
        expect(other.historyHash()).toBe(original.historyHash())
        expect(everything(other)).toBe(everything(original))
        expect(other.controllers.list()).toEqual(original.controllers.list())
      }
      const journal = JSON.parse(JSON.stringify(copies[1]!.journal)) as Journal
      expect(replay(journal, { controllers: [keeper] }).historyHash()).toBe(original.historyHash())
    }),
    few,
  )
})

test('who looks on changes nothing, and is gone from forks and from what is saved', () => {
  fc.assert(
    fc.property(deeds, deeds, deeds, (first, before, after) => {
      const watched = lived(first)
      const watches = [watched.pods.watch(), watched.services.watch(), watched.nodes.watch()]
      for (const one of before) perform(watched, one)
      watches[1]!.close()
      const copies = copiesOf(watched, { controllers: [keeper] })
      for (const one of after) for (const cluster of [...copies, watched]) perform(cluster, one)
      for (const other of [...copies, lived([...first, ...before, ...after])])
        expect(other.historyHash()).toBe(watched.historyHash())
    }),
    few,
  )
})

test('what happens to the controllers of a fork leaves those of its original untouched', () => {
  fc.assert(
    fc.property(deeds, deeds, deeds, (before, here, there) => {
      const original = lived(before)
      const fork = original.fork({ seed: 99 })
      for (let index = 0; index < Math.max(here.length, there.length); index++) {
        if (here[index]) perform(original, here[index]!)
        if (there[index]) perform(fork, there[index]!)
      }
      expect(original.historyHash()).toBe(lived([...before, ...here]).historyHash())
    }),
    few,
  )
})

test('once every controller runs again, what was asked for comes about', () => {
  fc.assert(
    fc.property(deeds, (list) => {
      const cluster = lived(list)
      cluster.faults.heal()
      for (const { name } of cluster.controllers.list()) cluster.controllers.restart(name)
      endDaemons(cluster)
      endQuotas(cluster)
      for (const { metadata } of cluster.nodes.list().items) cluster.faults.restartNode(metadata.name)
      cluster.advance('20m')
      for (const { metadata, status, spec } of cluster.replicationControllers.list().items) {
        expect(status.replicas).toBe(spec.replicas)
        expect(cluster.services.find(metadata.name)).toBeDefined()
      }
    }),
    few,
  )
})

test('a controller that crashes at any moment leaves nothing behind', () => {
  fc.assert(
    fc.property(deeds, (list) => {
      const cluster = lived(list)
      for (const { name } of cluster.controllers.list()) cluster.controllers.crash(name)
      const names = new Set(cluster.controllers.list().map(({ name }) => name))
      expect(cluster.settle().next.filter(({ component }) => names.has(component))).toEqual([])
    }),
    few,
  )
})
