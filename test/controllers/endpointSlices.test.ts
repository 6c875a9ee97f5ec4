import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, type EndpointSlice, type Manifest, type Service } from '../../src/index.ts'
import { controllerManifest, names, podManifest } from '../cluster/support.ts'

type Spec = Manifest<Service['spec']>

const service = (cluster: Cluster, spec: Spec = {}, name = 'web'): Service =>
  cluster.services.create({
    metadata: { name },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec } as Spec,
  })
const slicesOf = (cluster: Cluster, name = 'web'): readonly EndpointSlice[] =>
  cluster.endpointSlices.list({ labelSelector: `kubernetes.io/service-name=${name}` }).items
const endpointsOf = (slices: readonly EndpointSlice[]): NonNullable<EndpointSlice['endpoints']>[number][] =>
  slices.flatMap(({ endpoints = [] }) => endpoints)
const podsIn = (slices: readonly EndpointSlice[]): string[] =>
  endpointsOf(slices)
    .map(({ targetRef }) => targetRef!.name!)
    .sort()

function rolledOut(replicas: number, nodes = 3): Cluster {
  const cluster = createCluster({ nodes, seed: 7 })
  service(cluster, { ports: [{ name: 'web', port: 80, targetPort: 'http' }] })
  cluster.replicationControllers.create(controllerManifest('web', replicas))
  cluster.settle()
  return cluster
}

test('a service has a slice with its pods, their addresses, nodes and conditions', () => {
  const cluster = rolledOut(2)
  const [slice, ...more] = slicesOf(cluster)
  const { uid } = cluster.services.get('web').metadata
  expect(more).toEqual([])
  expect(slice!.metadata).toMatchObject({
    generateName: 'web-',
    labels: {
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': 'web',
    },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Service', name: 'web', uid, controller: true, blockOwnerDeletion: true },
    ],
  })
  expect(slice).toMatchObject({ addressType: 'IPv4', ports: [{ name: 'web', port: 8080, protocol: 'TCP' }] })
  const expected = cluster.pods.list().items.map(({ metadata, spec, status }) => ({
    addresses: [status.podIP!],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: spec.nodeName,
    targetRef: { kind: 'Pod', namespace: 'default', name: metadata.name, uid: metadata.uid },
  }))
  expect(slice!.endpoints).toEqual(expected.sort((a, b) => (a.addresses[0]! < b.addresses[0]! ? -1 : 1)))
})

test('a service without pods has an empty slice, which its first pods take', () => {
  const cluster = createCluster({ nodes: 1 })
  service(cluster)
  cluster.settle()
  const [placeholder] = slicesOf(cluster)
  expect(placeholder).toMatchObject({ endpoints: [], ports: [] })
  cluster.pods.create(podManifest('a', { labels: { app: 'web' } }))
  cluster.settle()
  const [slice, ...more] = slicesOf(cluster)
  expect([slice!.metadata.name, podsIn([slice!]), more]).toEqual([placeholder!.metadata.name, ['a'], []])
  cluster.pods.delete('a', { gracePeriodSeconds: 0 })
  cluster.settle()
  expect(slicesOf(cluster)).toMatchObject([{ metadata: { name: slice!.metadata.name }, endpoints: [], ports: [] }])
})

describe('a pod', () => {
  const slow = { behaviours: [{ image: 'slow:*', ready: '30s', stop: '20s' }] }
  const conditions = (cluster: Cluster): unknown[] =>
    endpointsOf(slicesOf(cluster)).map((endpoint) => endpoint.conditions)

  test('is there before it is ready, and while it goes', () => {
    const cluster = createCluster({ nodes: 1, ...slow })
    service(cluster)
    cluster.pods.create(podManifest('a', { labels: { app: 'web' }, image: 'slow:1' }))
    cluster.advance('10s')
    expect(conditions(cluster)).toEqual([{ ready: false, serving: false, terminating: false }])
    cluster.advance('1m')
    expect(conditions(cluster)).toEqual([{ ready: true, serving: true, terminating: false }])
    cluster.pods.delete('a')
    cluster.advance('1s')
    expect(conditions(cluster)).toMatchObject([{ ready: false, terminating: true }])
    cluster.advance('1m')
    expect(conditions(cluster)).toEqual([])
  })

  test('counts as ready at once where that is asked for', () => {
    const cluster = createCluster({ nodes: 1, ...slow })
    service(cluster, { publishNotReadyAddresses: true })
    cluster.pods.create(podManifest('a', { labels: { app: 'web' }, image: 'slow:1' }))
    cluster.advance('10s')
    expect(conditions(cluster)).toEqual([{ ready: true, serving: false, terminating: false }])
  })

  test('stands in the slices of every service that selects it, with the ports of each', () => {
    const cluster = createCluster({ nodes: 1 })
    service(cluster)
    service(
      cluster,
      { ports: [{ name: 'admin', port: 81, targetPort: 9000, appProtocol: 'kubernetes.io/h2c' }] },
      'admin',
    )
    cluster.pods.create(podManifest('a', { labels: { app: 'web' } }))
    cluster.settle()
    const portsOf = (name: string): unknown[] => slicesOf(cluster, name).flatMap(({ ports = [] }) => ports)
    expect(portsOf('web')).toEqual([{ name: '', port: 80, protocol: 'TCP' }])
    expect(portsOf('admin')).toEqual([{ name: 'admin', port: 9000, protocol: 'TCP', appProtocol: 'kubernetes.io/h2c' }])
    cluster.pods.update('a', (draft) => void (draft.metadata.labels = { app: 'none' }))
    cluster.settle()
    expect([podsIn(slicesOf(cluster)), podsIn(slicesOf(cluster, 'admin'))]).toEqual([[], []])
  })

  test('stands in a slice with others that have the same ports', () => {
    const cluster = createCluster({ nodes: 1 })
    service(cluster, { ports: [{ name: 'web', port: 80, targetPort: 'http' }] })
    for (const [name, containerPort] of [
      ['a', 8080],
      ['b', 9090],
      ['c', 8080],
    ] as const) {
      const ports = [{ name: 'http', containerPort }]
      const spec = { containers: [{ name: 'main', image: 'web:1', ports }] }
      cluster.pods.create(podManifest(name, { labels: { app: 'web' }, spec }))
    }
    cluster.settle()
    const found = slicesOf(cluster).map((slice) => [slice.ports![0]!.port, podsIn([slice])])
    expect(Object.fromEntries(found)).toEqual({ 8080: ['a', 'c'], 9090: ['b'] })
  })

  test('has the zone of its node, when the node has one', () => {
    const zone = 'topology.kubernetes.io/zone'
    const cluster = createCluster({ nodes: [{ labels: { [zone]: 'eu-1a' } }] })
    service(cluster)
    cluster.pods.create(podManifest('a', { labels: { app: 'web' } }))
    cluster.settle()
    const zones = (): unknown[] => endpointsOf(slicesOf(cluster)).map((endpoint) => endpoint.zone)
    expect(zones()).toEqual(['eu-1a'])
    cluster.nodes.update('node-0', (draft) => void (draft.metadata.labels![zone] = 'eu-1b'))
    cluster.settle()
    expect(zones()).toEqual(['eu-1b'])
    cluster.nodes.update('node-0', (draft) => void delete draft.metadata.labels![zone])
    cluster.settle()
    expect(zones()).toEqual([undefined])
  })

  const eu = { forZones: [{ name: 'eu' }] }
  test.each([
    ['PreferClose', eu],
    ['PreferSameZone', eu],
    ['PreferSameNode', { forNodes: [{ name: 'node-0' }], ...eu }],
  ])('says from where requests come first with %s, where it is ready', (trafficDistribution, hints) => {
    const behaviours = [{ image: 'never:*', ready: false } as const]
    const cluster = createCluster({ nodes: [{ zone: 'eu' }], behaviours })
    service(cluster, { trafficDistribution })
    cluster.pods.create(podManifest('a', { labels: { app: 'web' } }))
    cluster.pods.create(podManifest('b', { labels: { app: 'web' }, image: 'never:1' }))
    cluster.settle()
    const found = (): unknown =>
      Object.fromEntries(endpointsOf(slicesOf(cluster)).map((one) => [one.targetRef!.name, one.hints]))
    expect(found()).toEqual({ a: hints, b: undefined })
    cluster.services.update('web', (draft) => void delete draft.spec.trafficDistribution)
    cluster.settle()
    expect(found()).toEqual({ a: undefined, b: undefined })
  })
})

describe('many pods', () => {
  const sizes = (cluster: Cluster): number[] =>
    slicesOf(cluster)
      .map(({ endpoints = [] }) => endpoints.length)
      .sort((a, b) => b - a)

  test('stand a hundred in a slice', () => {
    const cluster = rolledOut(250)
    expect(Math.max(...sizes(cluster))).toBeLessThanOrEqual(100)
    expect(podsIn(slicesOf(cluster))).toEqual(names(cluster.pods.list()))
    const late = createCluster({ nodes: 3 })
    late.replicationControllers.create(controllerManifest('web', 250))
    late.settle()
    service(late)
    late.settle()
    expect(sizes(late)).toEqual([100, 100, 50])
  })

  test('that change cost the slices they stand in, and new ones fill what is written anyway', () => {
    const cluster = createCluster({ nodes: 3 })
    cluster.replicationControllers.create(controllerManifest('web', 230))
    cluster.settle()
    service(cluster)
    cluster.settle()
    const before = new Map(slicesOf(cluster).map((slice) => [slice.metadata.name, slice]))
    const [full] = [...before.values()].filter(({ endpoints = [] }) => endpoints.length === 100)
    const gone = full!.endpoints![7]!.targetRef!.name!
    cluster.pods.delete(gone, { gracePeriodSeconds: 0 })
    cluster.settle()
    const written = slicesOf(cluster).filter((slice) => slice !== before.get(slice.metadata.name))
    const versions = written.filter(
      ({ metadata }) => metadata.resourceVersion !== before.get(metadata.name)!.metadata.resourceVersion,
    )
    expect(versions.length).toBeLessThanOrEqual(2)
    expect(podsIn(slicesOf(cluster))).toEqual(names(cluster.pods.list()))
    expect(sizes(cluster).reduce((sum, size) => sum + size)).toBe(230)
  })
})

test('slices follow the selector, the ports and the labels of their service', () => {
  const cluster = rolledOut(3)
  cluster.pods.create(podManifest('db', { labels: { app: 'db' } }))
  cluster.settle()
  cluster.services.update('web', (draft) => {
    draft.spec.selector = { app: 'db' }
    draft.spec.ports = [{ port: 5432, protocol: 'TCP' }]
    draft.metadata.labels = { team: 'a' }
  })
  cluster.settle()
  const slices = slicesOf(cluster)
  expect(podsIn(slices)).toEqual(['db'])
  expect(slices).toMatchObject([{ ports: [{ name: '', port: 5432 }], metadata: { labels: { team: 'a' } } }])
})

test('what somebody else does to a slice is put right, and slices of somebody else are left alone', () => {
  const cluster = rolledOut(3)
  const own = cluster.endpointSlices.create({
    metadata: { name: 'mine', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.1'] }],
  })
  const [slice] = slicesOf(cluster).filter(({ metadata }) => metadata.name !== 'mine')
  const { name } = slice!.metadata
  cluster.endpointSlices.update(name, (draft) => {
    draft.endpoints!.pop()
    draft.endpoints!.push({ addresses: ['192.0.2.7'] })
    draft.endpoints![0]!.conditions = { ready: false }
  })
  cluster.settle()
  const { endpoints } = cluster.endpointSlices.get(name)
  expect(endpoints).toEqual(expect.arrayContaining([...slice!.endpoints!]))
  expect(endpoints).toHaveLength(3)
  cluster.endpointSlices.delete(name)
  cluster.settle()
  expect(podsIn(slicesOf(cluster).filter(({ metadata }) => metadata.name !== 'mine'))).toEqual(
    names(cluster.pods.list()),
  )
  expect(cluster.endpointSlices.get('mine')).toEqual(own)
})

test('services without a selector, and mere names, have no slices of ours', () => {
  const cluster = createCluster({ nodes: 1 })
  service(cluster, { selector: undefined }, 'manual')
  service(cluster, { type: 'ExternalName', externalName: 'example.com' }, 'name')
  cluster.pods.create(podManifest('a', { labels: { app: 'web' } }))
  cluster.settle()
  expect([...slicesOf(cluster, 'manual'), ...slicesOf(cluster, 'name')]).toEqual([])
})

test('after a crash the controller begins anew and finds its slices as they are', () => {
  const cluster = rolledOut(120)
  const before = slicesOf(cluster).map(({ metadata }) => metadata.resourceVersion)
  cluster.controllers.crash('endpointslice-controller')
  cluster.pods.delete(names(cluster.pods.list())[0]!, { gracePeriodSeconds: 0 })
  cluster.advance('1m')
  expect(slicesOf(cluster).map(({ metadata }) => metadata.resourceVersion)).toEqual(before)
  cluster.controllers.restart('endpointslice-controller')
  cluster.settle()
  expect(podsIn(slicesOf(cluster))).toEqual(names(cluster.pods.list()))
})
