import { expect, test } from 'vitest'
import { createCluster, type Pod, type Watch } from '../../src/index.ts'
import { bare, podManifest, refused } from './support.ts'

const seen = (watch: Watch<Pod>): string[] => watch.read().map(({ type, object }) => `${type} ${object.metadata.name}`)

test('a watch tells what happened since it was last read, oldest first', () => {
  const cluster = bare()
  cluster.pods.create(podManifest('before'))
  const watch = cluster.pods.watch()
  expect(seen(watch)).toEqual([])
  cluster.pods.create(podManifest('a'))
  cluster.pods.update('a', (draft) => void (draft.metadata.labels = { x: 'y' }))
  cluster.services.create({ metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } })
  expect(seen(watch)).toEqual(['ADDED a', 'MODIFIED a'])
  expect(seen(watch)).toEqual([])
  cluster.pods.delete('a')
  cluster.pods.create(podManifest('a'))
  expect(seen(watch)).toEqual(['DELETED a', 'ADDED a'])
})

test('every change is delivered as it was, however late it is read', () => {
  const cluster = bare()
  const watch = cluster.pods.watch()
  const made = cluster.pods.create(podManifest('a'))
  const changed = cluster.pods.update('a', (draft) => void (draft.metadata.labels = { x: 'y' }))
  cluster.pods.delete('a')
  const events = watch.read()
  const gone = { ...changed, metadata: { ...changed.metadata, resourceVersion: String(cluster.revision) } }
  expect(events.map(({ object }) => object)).toEqual([made, changed, gone])
  expect(Object.isFrozen(events[0]!.object.spec)).toBe(true)
})

test('a watch is of one namespace, or of all', () => {
  const cluster = bare()
  const [here, there, all] = [
    cluster.pods.watch(),
    cluster.pods.watch({ namespace: 'kube-system' }),
    cluster.pods.watch({ allNamespaces: true }),
  ]
  cluster.pods.create(podManifest('a'))
  cluster.pods.create({ ...podManifest('b'), metadata: { name: 'b', namespace: 'kube-system' } })
  expect([seen(here), seen(there), seen(all)]).toEqual([['ADDED a'], ['ADDED b'], ['ADDED a', 'ADDED b']])
})

test('to who watches by label, what begins to match is ADDED and what ceases to is DELETED', () => {
  const cluster = bare()
  const watch = cluster.pods.watch({ labelSelector: 'app=web' })
  const label = (labels: Record<string, string>): void =>
    void cluster.pods.update('a', (draft) => void (draft.metadata.labels = labels))
  cluster.pods.create(podManifest('a'))
  label({ app: 'web' })
  label({ app: 'web', more: 'yes' })
  label({ app: 'db' })
  label({ app: 'db', more: 'yes' })
  label({ app: 'web' })
  cluster.pods.delete('a')
  const events = watch.read()
  expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED', 'ADDED', 'DELETED'])
  expect(events.map(({ object }) => object.metadata.labels)).toEqual([
    { app: 'web' },
    { app: 'web', more: 'yes' },
    // As upstream's cacher has it: what was seen last, at the revision of what is not shown.
    { app: 'web', more: 'yes' },
    { app: 'web' },
    { app: 'web' },
  ])
  const versions = events.map(({ object }) => Number(object.metadata.resourceVersion))
  expect(versions).toEqual([...versions].sort((a, b) => a - b))
})

test('a watch goes on after the last event of another, be that a deletion', () => {
  const cluster = bare()
  const watch = cluster.pods.watch()
  cluster.pods.create(podManifest('a'))
  cluster.pods.create(podManifest('b'))
  cluster.pods.delete('a')
  const { resourceVersion } = watch.read().at(-1)!.object.metadata
  const next = cluster.pods.watch({ resourceVersion })
  cluster.pods.create(podManifest('c'))
  expect(seen(next)).toEqual(['ADDED c'])
})

test('fields are watched too: a pod comes to a node and leaves its phase', () => {
  const cluster = createCluster({ nodes: 1 })
  const [on, pending] = [
    cluster.pods.watch({ fieldSelector: 'spec.nodeName=node-0' }),
    cluster.pods.watch({ fieldSelector: 'status.phase=Pending' }),
  ]
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  const told = seen(on)
  expect([told[0], new Set(told.slice(1))]).toEqual(['ADDED a', new Set(['MODIFIED a'])])
  expect(seen(pending).at(-1)).toBe('DELETED a')
})

test('a watch from a resourceVersion begins after it', () => {
  const cluster = bare()
  cluster.pods.create(podManifest('a'))
  const { metadata } = cluster.pods.list()
  cluster.pods.create(podManifest('b'))
  cluster.pods.delete('a')
  const watch = cluster.pods.watch({ resourceVersion: metadata.resourceVersion })
  cluster.pods.create(podManifest('c'))
  expect(seen(watch)).toEqual(['ADDED b', 'DELETED a', 'ADDED c'])
  expect(refused(() => cluster.pods.watch({ resourceVersion: '1000' })).reason).toBe('BadRequest')
})

test('a closed watch is silent', () => {
  const cluster = bare()
  const [watch, other] = [cluster.pods.watch(), cluster.pods.watch()]
  cluster.pods.create(podManifest('a'))
  watch.close()
  watch.close()
  cluster.pods.create(podManifest('b'))
  expect([seen(watch), seen(other)]).toEqual([[], ['ADDED a', 'ADDED b']])
})

test('an open watch neither keeps a cluster from settling nor shows in its history', () => {
  const [one, other] = [createCluster({ nodes: 1 }), createCluster({ nodes: 1 })]
  const watch = one.pods.watch()
  for (const cluster of [one, other]) {
    cluster.pods.create(podManifest('a'))
    cluster.settle()
  }
  expect([one.now, one.historyHash()]).toEqual([other.now, other.historyHash()])
  expect(watch.read().length).toBeGreaterThan(2)
})

test('a watch belongs to the cluster it was opened on, not to its forks', () => {
  const cluster = bare()
  const watch = cluster.pods.watch()
  const fork = cluster.fork()
  fork.pods.create(podManifest('there'))
  const there = fork.pods.watch()
  cluster.pods.create(podManifest('here'))
  fork.pods.create(podManifest('there-too'))
  expect([seen(watch), seen(there)]).toEqual([['ADDED here'], ['ADDED there-too']])
})
