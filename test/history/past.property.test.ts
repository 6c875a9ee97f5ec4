import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster, type ClusterView, type KubeObject } from '../../src/index.ts'
import type { CommittedChange } from '../../src/history/committedChange.ts'
import { keep, put, value } from '../store/support.ts'
import { act, actions, lived, tries } from '../properties/world.ts'

/** A copy of the state kept beside the cluster, from nothing but what it says has changed. */
class Copy {
  private readonly objects = new Map<string, string>()

  take({ type, object }: Pick<CommittedChange, 'type' | 'object'>): void {
    const { kind, metadata } = object
    const key = `${kind} ${metadata.namespace ?? ''} ${metadata.name}`
    if (type === 'DELETED') this.objects.delete(key)
    else this.objects.set(key, JSON.stringify(object))
  }

  text(): string {
    return [...this.objects].sort(([a], [b]) => (a < b ? -1 : 1)).join('\n')
  }
}

const kinds = [
  'v1/Pod',
  'apps/v1/ReplicaSet',
  'apps/v1/Deployment',
  'v1/ConfigMap',
  'v1/Node',
  'coordination.k8s.io/v1/Lease',
]

function stateOf(view: ClusterView): string {
  const copy = new Copy()
  for (const kind of kinds) {
    const { items } = view.resource(kind).list({ allNamespaces: kind !== 'v1/Node' })
    for (const object of items as readonly KubeObject[]) copy.take({ type: 'ADDED', object })
  }
  return copy.text()
}

/** Numbers that look drawn, and are the same each time. */
function* numbers(): Generator<number, never> {
  for (let state = 12345; ;) yield (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff)
}

/** Every change of a cluster of its kinds, and it after some ten thousand commits. */
function longLife(): { cluster: Cluster; changes: readonly CommittedChange[] } {
  const cluster = createCluster({ nodes: 2, history: 'all' })
  const draw = numbers()
  cluster.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
    },
  })
  while (cluster.revision < 10_000) {
    const one = draw.next().value
    if (one % 41 === 0) cluster.deployments.scale('web', (one >> 8) % 5)
    else if (one % 43 === 0) cluster.advance('11s')
    else if (one % 5 === 0) {
      const name = `config-${(one >> 8) % 9}`
      if (cluster.configMaps.find(name) !== undefined) cluster.configMaps.delete(name)
      else cluster.configMaps.create({ metadata: { name } })
    } else {
      const { items } = cluster.configMaps.list()
      cluster.configMaps.update(
        items[(one >> 8) % items.length]!.metadata.name,
        (draft) => void (draft.data = { one: String(one) }),
      )
    }
  }
  return { cluster, changes: cluster.history(0) }
}

test('at a thousand revisions of ten thousand the state is what a copy kept beside it says', () => {
  const { cluster, changes } = longLife()
  const draw = numbers()
  const asked = new Set<number>()
  while (asked.size < 1000) asked.add(draw.next().value % (cluster.revision + 1))
  const copy = new Copy()
  const known = new Set(kinds.map((kind) => kind.slice(kind.lastIndexOf('/') + 1)))
  let next = 0
  for (const revision of [...asked].sort((a, b) => a - b)) {
    for (; next < changes.length && changes[next]!.revision <= revision; next++)
      if (known.has(changes[next]!.object.kind)) copy.take(changes[next]!)
    if (stateOf(cluster.at(revision)) !== copy.text()) expect(stateOf(cluster.at(revision))).toBe(copy.text())
  }
})

describe('what a look back costs', () => {
  /** How many changes are looked at of a history to list a directory, and to get one key, so far back. */
  function reads(history: number, back: number): readonly [list: number, get: number] {
    const { store } = keep()
    for (let number = 0; number < history; number++)
      put(store, 'pods/a/', value(`pod-${number % 10}`, 'n1', { number }))
    const directory = store.directory('pods/a/')
    const { log } = store
    const [revision, at] = [log.revision.bind(log), log.at.bind(log)]
    let count = 0
    log.revision = (...args) => (count++, revision(...args))
    store.at(history - back).rows(directory)
    const list = count
    log.revision = revision
    log.at = (...args) => (count++, at(...args))
    count = 0
    store.at(history - back).get(directory, 'pod-3')
    return [list, count]
  }

  test('is what has changed since, however long the history', () => {
    for (const back of [0, 10, 100, 900]) {
      const [list, get] = reads(1_000, back)
      expect(list).toBeLessThanOrEqual(back)
      expect(get).toBeLessThanOrEqual(back / 10 + 1)
      expect(reads(10_000, back)).toEqual([list, get])
    }
  })
})

test('a diff of two revisions is what differs between the two states', () => {
  fc.assert(
    fc.property(actions, fc.nat(1000), fc.nat(1000), (list, one, other) => {
      const cluster = lived(list)
      const [from, to] = [one, other].map((share) => Math.floor((cluster.revision * share) / 1000)) as [number, number]
      const diff = cluster.diff(from, to)
      const whole = cluster.fork().at(to)
      const slow = cluster.diff(from, whole)
      expect(diff.differences).toEqual(slow.differences)
      expect(String(diff)).toBe(String(slow))
    }),
    tries(15),
  )
})

describe('at a moment', () => {
  test('stands what the last commit up to it left, in runs of heartbeats too', () => {
    fc.assert(
      fc.property(actions, fc.array(fc.nat(1000), { minLength: 20, maxLength: 20 }), (list, shares) => {
        const cluster = lived([])
        const began = cluster.now
        for (const one of list) act(cluster, one)
        cluster.advance('65s')
        const changes = cluster.history(0)
        for (const share of shares) {
          const time = began + Math.floor(((cluster.now - began) * share) / 1000)
          const last = changes.findLast(({ at }) => at <= time)!
          expect(cluster.at({ time }).revision).toBe(last.revision)
        }
      }),
      tries(15),
    )
  })

  test('ages are told from that moment, which may be RFC 3339', () => {
    const cluster = createCluster({ nodes: 1 })
    cluster.advance('10m')
    const view = cluster.at({ time: '2020-01-01T00:02:03Z' })
    expect(view.table('nodes').split('\n')[1]).toMatch(/ 2m3s /u)
    expect(view.time).toBe('2020-01-01T00:02:03Z')
    expect(view.revision).toBe(cluster.at({ time: cluster.now - 477_000 }).revision)
    expect(cluster.at({ time: cluster.now }).revision).toBe(cluster.revision)
  })

  test('that is yet to come, or before the beginning, or no longer known, there is nothing to read', () => {
    const cluster = createCluster({ nodes: 1, history: { revisions: 20 } })
    expect(() => cluster.at({ time: '2020-01-01T00:00:01Z' })).toThrow(
      'time: 2020-01-01T00:00:01Z is yet to come; it is 2020-01-01T00:00:00Z',
    )
    expect(() => cluster.at({ time: 0 })).toThrow(/is before the cluster began, at 2020-01-01T00:00:00Z/u)
    for (let number = 0; number < 60; number++) {
      cluster.configMaps.create({ metadata: { name: `config-${number}` } })
      cluster.advance('1s')
    }
    expect(() => cluster.at({ time: '2020-01-01T00:00:00Z' })).toThrow(expect.objectContaining({ reason: 'Expired' }))
    expect(() => cluster.at({} as never)).toThrow(/^time: expected RFC 3339/u)
  })
})
