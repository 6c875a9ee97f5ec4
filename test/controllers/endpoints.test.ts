import { expect, test } from 'vitest'
import { type Cluster, createCluster, type Endpoints, type Pod } from '../../src/index.ts'
import { controllerManifest, names, podManifest, refused } from '../cluster/support.ts'

const web = (cluster: Cluster): readonly Pod[] => cluster.pods.list({ labelSelector: 'app=web' }).items
const scale = (cluster: Cluster, replicas: number): void =>
  void cluster.replicationControllers.update('web', (draft) => void (draft.spec.replicas = replicas))

function rolledOut(replicas: number): Cluster {
  const cluster = createCluster({ nodes: 3, seed: 7 })
  cluster.replicationControllers.create(controllerManifest('web', replicas))
  cluster.settle()
  return cluster
}

const served = (endpoints: Endpoints): unknown[] =>
  (endpoints.subsets ?? []).map(({ addresses = [], notReadyAddresses = [], ports }) => ({
    ready: addresses.map(({ targetRef }) => targetRef!.name),
    notReady: notReadyAddresses.map(({ targetRef }) => targetRef!.name),
    ports,
  }))
const service = (cluster: Cluster, spec: object): void =>
  void cluster.services.create({
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
  })

test('endpoints list the ready pods of a service with their addresses', () => {
  const cluster = rolledOut(2)
  service(cluster, {
    ports: [
      { name: 'web', port: 80, targetPort: 'http' },
      { name: 'raw', port: 81, targetPort: 9000 },
    ],
  })
  cluster.settle()
  const { metadata, subsets } = cluster.endpoints.get('web')
  expect(metadata.labels).toMatchObject({ 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' })
  expect(subsets).toHaveLength(1)
  expect(subsets![0]!.ports).toEqual([
    { name: 'web', port: 8080, protocol: 'TCP' },
    { name: 'raw', port: 9000, protocol: 'TCP' },
  ])
  expect(subsets![0]!.addresses).toEqual(
    web(cluster)
      .map((pod) => ({
        ip: pod.status.podIP,
        nodeName: pod.spec.nodeName,
        targetRef: { kind: 'Pod', namespace: 'default', name: pod.metadata.name, uid: pod.metadata.uid },
      }))
      .sort((a, b) => (a.ip! < b.ip! ? -1 : 1)),
  )
})

test('a pod that is not ready is listed as such, and ready when it is', () => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'slow:*', ready: '1m' }] })
  cluster.pods.create(podManifest('a', { labels: { app: 'web' }, image: 'slow:1' }))
  service(cluster, {})
  cluster.advance('10s')
  expect(served(cluster.endpoints.get('web'))).toEqual([
    { ready: [], notReady: ['a'], ports: [{ port: 80, protocol: 'TCP' }] },
  ])
  cluster.advance('1m')
  expect(served(cluster.endpoints.get('web'))).toEqual([
    { ready: ['a'], notReady: [], ports: [{ port: 80, protocol: 'TCP' }] },
  ])
})

test('pods that name a port differently stand in subsets of their own', () => {
  const cluster = createCluster({ nodes: 1 })
  for (const [name, containerPort] of [
    ['a', 8080],
    ['b', 9090],
    ['c', 8080],
  ] as const) {
    cluster.pods.create(
      podManifest(name, {
        labels: { app: 'web' },
        spec: { containers: [{ name: 'main', image: 'web:1', ports: [{ name: 'http', containerPort }] }] },
      }),
    )
  }
  cluster.pods.create(podManifest('d', { labels: { app: 'web' } }))
  service(cluster, { ports: [{ port: 80, targetPort: 'http' }] })
  cluster.settle()
  expect(served(cluster.endpoints.get('web'))).toEqual([
    { ready: ['a', 'c'], notReady: [], ports: [{ port: 8080, protocol: 'TCP' }] },
    { ready: ['b'], notReady: [], ports: [{ port: 9090, protocol: 'TCP' }] },
  ])
})

test('ports that the same pods have stand in one subset, whatever else some of them have', () => {
  const cluster = createCluster({ nodes: 1 })
  const ports = [{ name: 'http', containerPort: 8080 }]
  cluster.pods.create(
    podManifest('a', { labels: { app: 'web' }, spec: { containers: [{ name: 'main', image: 'a', ports }] } }),
  )
  cluster.pods.create(podManifest('b', { labels: { app: 'web' } }))
  service(cluster, {
    ports: [
      { name: 'web', port: 80, targetPort: 'http' },
      { name: 'raw', port: 81 },
    ],
  })
  cluster.settle()
  expect(served(cluster.endpoints.get('web'))).toEqual([
    { ready: ['a', 'b'], notReady: [], ports: [{ name: 'raw', port: 81, protocol: 'TCP' }] },
    { ready: ['a'], notReady: [], ports: [{ name: 'web', port: 8080, protocol: 'TCP' }] },
  ])
})

test('a headless service without ports lists addresses alone', () => {
  const cluster = rolledOut(1)
  service(cluster, { clusterIP: 'None', ports: undefined })
  cluster.settle()
  expect(served(cluster.endpoints.get('web'))).toEqual([
    { ready: names({ items: web(cluster) }), notReady: [], ports: undefined },
  ])
})

test('endpoints follow the selector, pods that come and go, and their service to the end', () => {
  const cluster = rolledOut(2)
  cluster.pods.create(podManifest('db', { labels: { app: 'db' } }))
  service(cluster, {})
  cluster.settle()
  const ready = (): string[] =>
    (cluster.endpoints.get('web').subsets ?? [])
      .flatMap(({ addresses = [] }) => addresses.map(({ targetRef }) => targetRef!.name!))
      .sort()
  expect(ready()).toEqual(names({ items: web(cluster) }))
  scale(cluster, 3)
  cluster.settle()
  expect(ready()).toEqual(names({ items: web(cluster) }))
  cluster.services.update('web', (draft) => void (draft.spec.selector = { app: 'db' }))
  cluster.settle()
  expect(ready()).toEqual(['db'])
  cluster.pods.update('db', (draft) => void (draft.metadata.labels = { app: 'none' }))
  cluster.settle()
  expect(cluster.endpoints.get('web').subsets).toBeUndefined()
  cluster.services.delete('web')
  cluster.settle()
  expect(cluster.endpoints.find('web')).toBeUndefined()
})

test('a pod that is on its way out, or over, is no endpoint, unless unready ones are wanted too', () => {
  const behaviours = [
    { image: 'slow:*', ready: '1h' },
    { image: 'web:*', stop: '20s' },
  ]
  const cluster = createCluster({ nodes: 1, behaviours })
  for (const [name, image] of [
    ['ready', 'web:1'],
    ['slow', 'slow:1'],
  ] as const)
    cluster.pods.create(podManifest(name, { labels: { app: 'web' }, image }))
  service(cluster, {})
  cluster.advance('10s')
  const ports = [{ port: 80, protocol: 'TCP' }]
  expect(served(cluster.endpoints.get('web'))).toEqual([{ ready: ['ready'], notReady: ['slow'], ports }])
  cluster.services.update('web', (draft) => void (draft.spec.publishNotReadyAddresses = true))
  cluster.advance('1s')
  expect(served(cluster.endpoints.get('web'))).toEqual([{ ready: ['ready', 'slow'], notReady: [], ports }])
  cluster.pods.delete('ready')
  cluster.advance('1s')
  expect(served(cluster.endpoints.get('web'))).toEqual([{ ready: ['ready', 'slow'], notReady: [], ports }])
  cluster.services.update('web', (draft) => void delete draft.spec.publishNotReadyAddresses)
  cluster.advance('1s')
  expect(served(cluster.endpoints.get('web'))).toEqual([{ ready: [], notReady: ['slow'], ports }])
})

test('endpoints take over the labels of their service, and say when it has no address', () => {
  const cluster = createCluster({ nodes: 0 })
  service(cluster, { clusterIP: 'None' })
  cluster.services.update('web', (draft) => void (draft.metadata.labels = { team: 'a' }))
  cluster.settle()
  const managed = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
  expect(cluster.endpoints.get('web').metadata.labels).toEqual({
    ...managed,
    'service.kubernetes.io/headless': '',
    team: 'a',
  })
})

test('a pod has its own name in the domain of the service that it names', () => {
  const cluster = createCluster({ nodes: 1 })
  const spec = { hostname: 'db-0', subdomain: 'web' }
  cluster.pods.create(podManifest('a', { labels: { app: 'web' }, spec }))
  cluster.pods.create(podManifest('b', { labels: { app: 'web' }, spec: { ...spec, subdomain: 'other' } }))
  service(cluster, { clusterIP: 'None' })
  cluster.settle()
  const hostnames = cluster.endpoints
    .get('web')
    .subsets!.flatMap(({ addresses = [] }) =>
      addresses.map(({ hostname, targetRef }) => [targetRef!.name, hostname] as const),
    )
  expect(Object.fromEntries(hostnames)).toEqual({ a: 'db-0', b: undefined })
})

test('more than a thousand addresses are cut, the ready ones first, and an annotation says so', () => {
  const cluster = createCluster({
    nodes: [{ count: 12, pods: 110, cpu: 64, memory: '64Gi' }],
    behaviours: [{ image: 'slow:*', ready: '1h' }],
  })
  const { spec, ...rest } = controllerManifest('web', 990)
  const slow = controllerManifest('slow', 40, { selector: { app: 'slow' } }, 'slow:1').spec!
  cluster.replicationControllers.create({ ...rest, spec: spec! })
  cluster.replicationControllers.create({
    metadata: { name: 'slow' },
    spec: {
      ...slow,
      selector: { tier: 'slow' },
      template: { ...slow.template, metadata: { labels: { app: 'web', tier: 'slow' } } },
    },
  })
  service(cluster, {})
  cluster.advance('1m')
  const counted = (): unknown[] => {
    const { metadata, subsets = [] } = cluster.endpoints.get('web')
    const count = (field: 'addresses' | 'notReadyAddresses'): number =>
      subsets.reduce((sum, subset) => sum + (subset[field]?.length ?? 0), 0)
    return [
      count('addresses'),
      count('notReadyAddresses'),
      metadata.annotations?.['endpoints.kubernetes.io/over-capacity'],
    ]
  }
  expect(counted()).toEqual([990, 10, 'truncated'])
  scale(cluster, 1020)
  cluster.advance('1m')
  expect(counted()).toEqual([1000, 0, 'truncated'])
  scale(cluster, 900)
  cluster.advance('2m')
  expect(counted()).toEqual([900, 40, undefined])
})

test('endpoints somebody else keeps are left alone as long as their service is there', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.services.create({ metadata: { name: 'db' }, spec: { ports: [{ port: 5432 }] } })
  const subsets = [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 5432 }] }]
  const mine = cluster.endpoints.create({ metadata: { name: 'db' }, subsets })
  const early = cluster.endpoints.create({ metadata: { name: 'early' }, subsets })
  cluster.advance('1m')
  expect([cluster.endpoints.get('db'), cluster.endpoints.get('early')]).toEqual([mine, early])
  cluster.services.delete('db')
  cluster.advance('1m')
  expect(cluster.endpoints.find('db')).toBeUndefined()
  expect(refused(() => cluster.services.get('db')).reason).toBe('NotFound')
  expect(cluster.endpoints.get('early')).toEqual(early)
})
