import { expect, test } from 'vitest'
import {
  type Cluster,
  type Controller,
  createCluster,
  importCluster,
  type KubeEvent,
  loadCluster,
  replay,
} from '../../src/index.ts'
import { podManifest } from '../cluster/support.ts'
import { dumpOf } from '../support/dump.ts'

const minute = 60_000
const reasons = (cluster: Pick<Cluster, 'events'>): string[] =>
  cluster.events.list({ allNamespaces: true }).items.map(({ reason = '' }) => reason)

/** Tells what a config map says whenever it is written. */
const teller: Controller = {
  name: 'teller',
  watches: [{ kind: 'v1/ConfigMap' }],
  reconcile(key, { cache, record }) {
    const map = cache.get('v1/ConfigMap', key)
    if (map?.data?.['say'] !== undefined) record(map, 'Normal', 'Said', map.data['say'])
  },
}

function say(cluster: Cluster, what: string): void {
  cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { say: what, at: cluster.time } })
  cluster.settle()
}

const said = (cluster: Cluster): readonly KubeEvent[] => cluster.events.list({ fieldSelector: 'reason=Said' }).items

test('an event is there for an hour, and gone a minute later at the latest; a watch hears of it, and the past has it', () => {
  const cluster = createCluster({ nodes: 1, seed: 7 })
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  const before = cluster.events.list().items
  const { revision } = cluster
  const watch = cluster.events.watch()
  cluster.advance('59m')
  expect(cluster.events.list().items).toEqual(before)
  expect(watch.read()).toEqual([])
  cluster.advance('3m')
  expect(reasons(cluster)).toEqual([])
  const told = watch.read()
  expect(told.map(({ type, object }) => [type, object.metadata.name])).toEqual(
    before.map(({ metadata }) => ['DELETED', metadata.name]).sort(([, a], [, b]) => (a! < b! ? -1 : 1)),
  )
  const gone = cluster.history().filter(({ type, object }) => type === 'DELETED' && object.kind === 'Event')
  expect(new Set(gone.map(({ actor }) => actor))).toEqual(new Set(['etcd']))
  expect(cluster.at(revision).events.list().items).toEqual(before)
  expect(cluster.pods.get('a').status.phase).toBe('Running')
})

test('each write gives an event another hour, whoever writes it', () => {
  const cluster = createCluster({ nodes: 0, controllers: [teller] })
  const about = { apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'default' }
  for (const name of ['kept', 'left', 'patched'])
    cluster.events.create({ metadata: { name }, involvedObject: about, reason: name })
  say(cluster, 'hello')
  cluster.advance('40m')
  cluster.events.update('kept', (draft) => void (draft.message = 'still'))
  cluster.events.patch('patched', { message: 'still' }, { type: 'merge' })
  say(cluster, 'hello')
  cluster.advance('40m')
  expect(reasons(cluster)).toEqual(['Said', 'kept', 'patched'])
  expect(said(cluster)).toMatchObject([{ count: 2 }])
  cluster.advance('30m')
  expect(reasons(cluster)).toEqual([])
})

test('what happens again after its event is gone has an event anew, which goes on counting', () => {
  const cluster = createCluster({ nodes: 0, controllers: [teller] })
  say(cluster, 'hello')
  const [first] = said(cluster)
  cluster.advance('2h')
  expect(said(cluster)).toEqual([])
  const later = cluster.time
  say(cluster, 'hello')
  const [again] = said(cluster)
  expect(again).toMatchObject({ count: 2, firstTimestamp: first!.firstTimestamp, lastTimestamp: later })
  expect(again!.metadata).toMatchObject({ name: first!.metadata.name, creationTimestamp: later })
  expect(again!.metadata.uid).not.toBe(first!.metadata.uid)
  cluster.advance('1s')
  say(cluster, 'hello')
  expect(said(cluster)).toMatchObject([{ count: 3, metadata: { uid: again!.metadata.uid, creationTimestamp: later } }])
})

test('events that are written within a minute of one another go together, a thousand at most; one timer waits for all', () => {
  const cluster = createCluster({ nodes: 0 })
  const involvedObject = { apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'default' }
  for (let number = 0; number < 1500; number++)
    cluster.events.create({ metadata: { name: `e${number}` }, involvedObject })
  cluster.advance('50s')
  cluster.events.create({ metadata: { name: 'late' }, involvedObject })
  const { now, next } = cluster.settle()
  expect(now).toBe(cluster.now)
  expect(next.filter(({ component }) => component === 'etcd')).toMatchObject([
    { what: 'expire events', kind: 'timer', at: Date.parse('2020-01-01T01:01:00Z') },
  ])
  cluster.advance('2h')
  const gone = cluster.history().filter(({ type, object }) => type === 'DELETED' && object.kind === 'Event')
  const lots = new Map<number, number>()
  for (const { revision } of gone) lots.set(revision, (lots.get(revision) ?? 0) + 1)
  expect([...lots.values()]).toEqual([1000, 501])
  expect(cluster.settle().next.filter(({ component }) => component === 'etcd')).toEqual([])
})

test('eventTtl says how long events are kept, and 0 keeps them for ever', () => {
  const of = (eventTtl: string | number, after: number): string[] => {
    const cluster = createCluster({ nodes: 1, eventTtl })
    cluster.pods.create(podManifest('a'))
    cluster.settle()
    cluster.advance(after)
    return reasons(cluster)
  }
  expect(of('10m', 9 * minute)).toContain('Scheduled')
  expect(of('10m', 11 * minute)).toEqual([])
  expect(of(5000, 3000)).toContain('Scheduled')
  expect(of(5000, 8000)).toEqual([])
  expect(of(0, 30 * 24 * 60 * minute)).toContain('Scheduled')
  for (const eventTtl of ['10ms', 999, 'soon', -1, null, Infinity])
    expect(() => createCluster({ eventTtl: eventTtl as string })).toThrow(/duration/)
})

test('events go alike in forks, in saved clusters, in replays, and however time is cut', () => {
  const make = (): Cluster => {
    const cluster = createCluster({
      nodes: 2,
      seed: 7,
      eventTtl: '2m',
      behaviours: [{ image: 'web:*', run: '20s', exitCode: 1 }],
    })
    for (const name of ['a', 'b']) cluster.pods.create(podManifest(name))
    cluster.advance('90s')
    cluster.pods.create(podManifest('c'))
    cluster.advance('2s')
    return cluster
  }
  const cluster = make()
  const [fork, loaded, cut] = [cluster.fork(), loadCluster(cluster.save()), make()]
  for (const one of [cluster, fork, loaded]) {
    one.pods.create(podManifest('d'))
    one.advance('20m')
  }
  cut.pods.create(podManifest('d'))
  for (let minutes = 0; minutes < 20; minutes++) cut.advance('1m')
  expect(fork.historyHash()).toBe(cluster.historyHash())
  expect(loaded.historyHash()).toBe(cluster.historyHash())
  expect(cut.historyHash()).toBe(cluster.historyHash())
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
  expect(cluster.history().some(({ type, object }) => type === 'DELETED' && object.kind === 'Event')).toBe(true)
})

test('what is gone is forgotten with the past, and its room used again', () => {
  const lived = (history: 'all' | { revisions: number }): Cluster => {
    const cluster = createCluster({ nodes: 1, seed: 7, eventTtl: '10s', history })
    for (let round = 0; round < 30; round++) {
      cluster.pods.create(podManifest(`p${round}`))
      cluster.advance('5s')
      cluster.pods.delete(`p${round}`, { gracePeriodSeconds: 0 })
      // Whether somebody looks for an event by name makes a difference inside.
      if (round % 7 === 0) cluster.events.find('nobody')
      cluster.advance('7s')
    }
    return cluster
  }
  const [all, few] = [lived('all'), lived({ revisions: 40 })]
  expect(few.historyHash()).toBe(all.historyHash())
  expect(few.events.list().items).toEqual(all.events.list().items)
  for (const { metadata } of all.events.list().items) expect(few.events.get(metadata.name)).toBeDefined()
})

test('the events of a cluster that is imported have an hour from then', () => {
  const from = createCluster({ nodes: 1 })
  from.pods.create(podManifest('a'))
  from.advance('30m')
  const { cluster } = importCluster(dumpOf(from))
  const { items } = from.events.list()
  const namesOf = (events: readonly KubeEvent[]): string[] => events.map(({ metadata }) => metadata.name)
  cluster.advance('59m')
  expect(namesOf(cluster.events.list().items)).toEqual(expect.arrayContaining(namesOf(items)))
  cluster.advance('3m')
  expect(reasons(cluster)).toEqual([])
})

test('while etcd has no quorum events stay, and go once it has one again', () => {
  const cluster = createCluster({ nodes: 1, eventTtl: '1m' })
  cluster.pods.create(podManifest('a'))
  cluster.advance('30s')
  const before = reasons(cluster)
  cluster.faults.loseQuorum({ for: '5m' })
  const { revision } = cluster
  cluster.advance('4m')
  expect([cluster.revision, reasons(cluster)]).toEqual([revision, before])
  cluster.advance('63s')
  expect(cluster.events.list({ fieldSelector: 'reason=Scheduled' }).items).toEqual([])
})
