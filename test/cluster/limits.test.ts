import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, replay } from '../../src/index.ts'
import { bare, podManifest, refused } from './support.ts'

/** A call with options that it should refuse: `x` is no option of any. */
const calls: readonly (readonly [string, (cluster: Cluster, options: never) => unknown])[] = [
  ['fork', (c, o) => c.fork(o)],
  ['settle', (c, o) => c.settle(o)],
  ['runUntil', (c, o) => c.runUntil(() => true, o)],
  ['table', (c, o) => c.table('pods', o)],
  ['apply', (c, o) => c.apply(podManifest('b'), o)],
  ['delete of manifests', (c, o) => c.delete(podManifest('a'), o)],
  ['replay', (c, o) => replay(c.journal, o)],
  ['get', (c, o) => c.pods.get('a', o)],
  ['find', (c, o) => c.pods.find('a', o)],
  ['list', (c, o) => c.pods.list(o)],
  ['watch', (c, o) => c.pods.watch(o)],
  ['update', (c, o) => c.pods.update('a', () => {}, o)],
  ['updateStatus', (c, o) => c.pods.updateStatus('a', () => {}, o)],
  ['scale', (c, o) => c.replicationControllers.scale('a', 1, o)],
  ['rollback', (c, o) => c.deployments.rollback('a', o)],
  ['describe', (c, o) => c.describe('pod/a', o)],
  ['patch', (c, o) => c.pods.patch('a', {}, o)],
  ['delete', (c, o) => c.pods.delete('a', o)],
]

describe.each(calls)('%s', (_, call) => {
  test.each([[{ x: 1 }], [null], ['x'], [[]], [7]])('refuses the options %j, before anything is done', (options) => {
    const cluster = bare()
    cluster.pods.create(podManifest('a'))
    const { revision, journal } = cluster
    const { reason, message } = refused(() => call(cluster, options as never))
    expect(reason).toBe('BadRequest')
    expect(message).toMatch(/unknown (option|field)|expected options as an object, got/)
    expect([cluster.revision, cluster.journal]).toEqual([revision, journal])
  })
})

test('an option that is misspelt is named, with the one that is meant and all there are', () => {
  const cluster = bare()
  expect(refused(() => cluster.fork({ sead: 1 } as never)).message).toMatch(
    /^"sead": unknown option of fork; did you mean "seed"\? expected one of seed \(revision/,
  )
  expect(refused(() => cluster.pods.list({ namspace: 'a' } as never)).message).toContain(
    'did you mean "namespace"? expected one of namespace, allNamespaces, labelSelector, fieldSelector, limit, continue',
  )
})

test('options that are undefined, or whose fields are, are none', () => {
  const cluster = bare()
  cluster.pods.create(podManifest('a'))
  expect(cluster.fork({ seed: undefined }).seed).toBe(7)
  cluster.settle({ timeout: undefined })
  expect(cluster.table('pods', { namespace: undefined, wide: undefined })).toBe(cluster.table('pods'))
  expect(cluster.pods.get('a', { namespace: undefined })).toEqual(cluster.pods.get('a'))
})

describe('time ends with the year 9999, beyond which it cannot be written:', () => {
  test.each(['1e300', Number.MAX_VALUE, 1e300, '3000000d'])('%s', (duration) => {
    const cluster = bare()
    const { now } = cluster
    for (const call of [
      () => cluster.advance(duration),
      () => cluster.settle({ timeout: duration }),
      () => cluster.runUntil(() => false, { timeout: duration }),
    ]) {
      const { reason, message } = refused(call)
      expect([reason, message.startsWith(`invalid duration ${JSON.stringify(duration)}`)]).toEqual(['BadRequest', true])
    }
    expect(cluster.now).toBe(now)
  })

  test('the last millisecond can be reached', () => {
    // Somebody who looks every twenty seconds would look for a long time.
    const cluster = bare({ disable: ['pod-garbage-collector-controller'] })
    cluster.advance(Date.UTC(9999, 11, 31, 23, 59, 59, 999) - cluster.now)
    expect(cluster.time).toBe('9999-12-31T23:59:59Z')
    expect(refused(() => cluster.advance(1)).message).toContain('it ends after the year 9999')
  })

  test('a journal that says otherwise is damaged', () => {
    const cluster = bare()
    cluster.advance('1s')
    const journal = JSON.parse(
      JSON.stringify(cluster.journal).replaceAll(`"now":${cluster.now}`, '"now":1e300'),
    ) as never
    expect(() => replay(journal)).toThrow('a damaged journal: entry 0')
  })
})

test.each([
  [1e9, 'nodes: there may be at most 100000 nodes in all, got 1000000000'],
  [[{ count: 60_000 }, { count: 60_000 }], 'nodes[1]: there may be at most 100000 nodes in all, got 120000'],
])('%j nodes are too many', (nodes, said) => {
  expect(refused(() => createCluster({ nodes })).message).toContain(said)
})
