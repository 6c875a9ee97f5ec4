import { expect, test } from 'vitest'
import { type Cluster, createCluster, type Pod } from '../../src/index.ts'
import { controllerManifest, names, podManifest } from './support.ts'

const web = (cluster: Cluster): readonly Pod[] => cluster.pods.list({ labelSelector: 'app=web' }).items
const running = (cluster: Cluster): Pod[] =>
  web(cluster).filter(({ status, metadata }) => status.phase === 'Running' && metadata.deletionTimestamp === undefined)
const scale = (cluster: Cluster, replicas: number): void =>
  void cluster.replicationControllers.update('web', (draft) => void (draft.spec.replicas = replicas))

function rolledOut(
  replicas: number,
  more: Parameters<typeof createCluster>[0] = {},
  spec: Parameters<typeof controllerManifest>[2] = {},
): Cluster {
  const cluster = createCluster({ nodes: 3, seed: 7, ...more })
  cluster.replicationControllers.create(controllerManifest('web', replicas, spec))
  cluster.settle()
  return cluster
}

test('a replication controller makes as many pods as it asks for, of its template', () => {
  const cluster = rolledOut(3)
  const { metadata, status } = cluster.replicationControllers.get('web')
  expect(status).toEqual({
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    observedGeneration: 1,
  })
  expect(running(cluster)).toHaveLength(3)
  for (const pod of web(cluster)) {
    expect(pod.metadata).toMatchObject({
      generateName: 'web-',
      labels: { app: 'web' },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'ReplicationController',
          name: 'web',
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    })
  }
  expect(new Set(web(cluster).map(({ spec }) => spec.nodeName)).size).toBe(3)
})

test.each([1, 2, 3, 4])('it makes and gives up no pod too many, however late it hears of its own (seed %i)', (seed) => {
  const cluster = createCluster({ nodes: 2, seed, latency: { watchDelivery: { uniform: [5, 300] } } })
  const watch = cluster.pods.watch()
  const counted = (type: string): number => watch.read().filter((event) => event.type === type).length
  cluster.replicationControllers.create(controllerManifest('web', 2))
  cluster.advance('1m')
  expect(counted('ADDED')).toBe(2)
  scale(cluster, 7)
  cluster.services.create({ metadata: { name: 'noise' }, spec: { ports: [{ port: 80 }] } })
  cluster.advance('1m')
  expect(counted('ADDED')).toBe(5)
  scale(cluster, 4)
  cluster.advance('1m')
  expect(counted('DELETED')).toBe(3)
  scale(cluster, 9)
  cluster.runUntil((view) => view.pods.list({ labelSelector: 'app=web' }).items.length === 9)
  // It looks again before it has been told of the five that it made.
  for (let index = 0; index < 20; index++) {
    cluster.replicationControllers.update('web', (draft) => void (draft.metadata.annotations = { at: String(index) }))
    cluster.advance(20)
  }
  expect(counted('ADDED')).toBe(5)
})

test('it scales up and down, and to nothing', () => {
  const cluster = rolledOut(2)
  const first = names({ items: web(cluster) })
  scale(cluster, 5)
  cluster.settle()
  expect(names({ items: running(cluster) })).toEqual(expect.arrayContaining(first))
  expect(running(cluster)).toHaveLength(5)
  scale(cluster, 1)
  cluster.settle()
  expect(web(cluster)).toHaveLength(1)
  expect(cluster.replicationControllers.get('web').status).toMatchObject({
    replicas: 1,
    readyReplicas: 1,
    observedGeneration: 3,
  })
  scale(cluster, 0)
  cluster.settle()
  expect([web(cluster), cluster.replicationControllers.get('web').status]).toEqual([
    [],
    { replicas: 0, observedGeneration: 4 },
  ])
})

test('on the way down, pods that wait go before pods that run', () => {
  const cluster = rolledOut(
    2,
    { nodes: [{ cpu: 2 }] },
    {
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu: '1' } } }] },
      },
    },
  )
  const first = names({ items: running(cluster) })
  scale(cluster, 4)
  cluster.advance('10s')
  expect([web(cluster).length, running(cluster).length]).toEqual([4, 2])
  scale(cluster, 2)
  cluster.settle()
  expect(names({ items: web(cluster) })).toEqual(first)
})

test('a pod that is deleted, or fails, is replaced', () => {
  const cluster = rolledOut(2)
  const [gone, failed] = names({ items: web(cluster) })
  cluster.pods.delete(gone!)
  cluster.settle()
  expect(running(cluster)).toHaveLength(2)
  expect(names({ items: web(cluster) })).not.toContain(gone)
  cluster.pods.updateStatus(failed!, (draft) => void (draft.status.phase = 'Failed'))
  cluster.settle()
  expect(running(cluster)).toHaveLength(2)
  expect(cluster.replicationControllers.get('web').status.replicas).toBe(2)
})

test('it takes over pods that match and belong to nobody, and gives up those too many', () => {
  const cluster = createCluster({ nodes: 1, seed: 7 })
  cluster.pods.create(podManifest('stray', { labels: { app: 'web', more: 'yes' } }))
  cluster.pods.create(podManifest('other', { labels: { app: 'db' } }))
  cluster.settle()
  cluster.replicationControllers.create(controllerManifest('web', 2))
  cluster.settle()
  expect(names({ items: web(cluster) })).toHaveLength(2)
  expect(cluster.pods.get('stray').metadata.ownerReferences).toMatchObject([{ name: 'web', controller: true }])
  expect(cluster.pods.get('other').metadata.ownerReferences).toBeUndefined()
  cluster.pods.create(podManifest('late', { labels: { app: 'web' } }))
  cluster.settle()
  expect(running(cluster)).toHaveLength(2)
})

test('a pod whose labels change away is no longer counted', () => {
  const cluster = rolledOut(2)
  const [away] = names({ items: web(cluster) })
  cluster.pods.update(away!, (draft) => {
    draft.metadata.labels = { app: 'quarantine' }
  })
  cluster.settle()
  expect(running(cluster)).toHaveLength(2)
  expect(cluster.pods.get(away!).status.phase).toBe('Running')
  expect(cluster.pods.get(away!).metadata.ownerReferences ?? []).toEqual([])
})

test('a pod is available once it has been ready for minReadySeconds', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.replicationControllers.create(controllerManifest('web', 2, { minReadySeconds: 30 }))
  cluster.settle()
  cluster.advance('20s')
  expect(cluster.replicationControllers.get('web').status).toMatchObject({ readyReplicas: 2 })
  expect(cluster.replicationControllers.get('web').status.availableReplicas).toBeUndefined()
  cluster.advance('15s')
  expect(cluster.replicationControllers.get('web').status).toMatchObject({ readyReplicas: 2, availableReplicas: 2 })
})

test('pods of a template that is refused are reported, and made once it is not', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.namespaces.create({ metadata: { name: 'team' } })
  cluster.replicationControllers.create({
    ...controllerManifest('web', 1),
    metadata: { name: 'web', namespace: 'team' },
  })
  cluster.settle()
  expect(cluster.pods.list({ namespace: 'team' }).items).toHaveLength(1)
  const { reason, message, involvedObject } = cluster.events.list({
    namespace: 'team',
    fieldSelector: 'reason=SuccessfulCreate',
  }).items[0]!
  expect([reason, message, involvedObject.kind]).toEqual([
    'SuccessfulCreate',
    `Created pod: ${cluster.pods.list({ namespace: 'team' }).items[0]!.metadata.name}`,
    'ReplicationController',
  ])
})
