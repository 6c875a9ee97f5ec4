import { expect, test } from 'vitest'
import type { Cluster, EndpointSlice } from '../../src/index.ts'
import { bare } from '../cluster/support.ts'

const slices = (cluster: Cluster): readonly EndpointSlice[] =>
  cluster
    .resource<EndpointSlice>('discovery.k8s.io/v1/EndpointSlice')
    .list({ labelSelector: 'kubernetes.io/service-name=db' }).items
const told = (cluster: Cluster): readonly string[] =>
  slices(cluster)
    .map(({ addressType, endpoints = [], ports = [] }) => {
      const addresses = endpoints.map(
        (endpoint) => `${endpoint.addresses[0]}${endpoint.conditions?.ready === true ? '' : '?'}`,
      )
      return `${addressType} ${addresses.join()} ${ports.map(({ name, port }) => `${name}:${port}`).join()}`
    })
    .sort()

function clusterWith(subsets: readonly object[], metadata: object = {}): Cluster {
  const cluster = bare()
  cluster.resource('v1/Service').create({ metadata: { name: 'db' }, spec: { ports: [{ port: 5432 }] } } as never)
  cluster.resource('v1/Endpoints').create({ metadata: { name: 'db', ...metadata }, subsets } as never)
  cluster.settle()
  return cluster
}

const ports = [{ name: 'sql', port: 5432 }]
const both = [...ports, { name: 'more', port: 5433 }]

test('Endpoints of a service without a selector are mirrored, by family and by ports', () => {
  const cluster = clusterWith(
    [
      { addresses: [{ ip: '10.0.0.2', hostname: 'b' }, { ip: '10.0.0.1' }, { ip: 'fd00::1' }], ports: both },
      { notReadyAddresses: [{ ip: '10.0.0.3' }, { ip: '10.0.0.2' }], ports: both },
      { addresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'other', port: 1 }] },
    ],
    { labels: { a: 'b' }, annotations: { c: 'd', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
  )
  expect(told(cluster)).toEqual([
    'IPv4 10.0.0.1 other:1',
    'IPv4 10.0.0.1,10.0.0.2?,10.0.0.3? sql:5432,more:5433',
    'IPv6 fd00::1 sql:5432,more:5433',
  ])
  const [{ metadata }] = slices(cluster) as readonly [EndpointSlice]
  expect(metadata).toMatchObject({
    name: expect.stringMatching(/^db-[a-z0-9]{5}$/),
    labels: {
      a: 'b',
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
      'kubernetes.io/service-name': 'db',
    },
    annotations: { c: 'd' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Endpoints', name: 'db', controller: true, blockOwnerDeletion: true }],
  })
  expect(metadata.annotations).toEqual({ c: 'd' })
})

test('a slice follows its Endpoints, and becomes that of other ports before it goes', () => {
  const cluster = clusterWith([{ addresses: [{ ip: '10.0.0.1' }], ports }])
  const [{ metadata }] = slices(cluster) as readonly [EndpointSlice]
  const write = (subsets: readonly object[]): readonly string[] => {
    cluster.resource('v1/Endpoints').update('db', (draft) => void Object.assign(draft, { subsets }))
    cluster.settle()
    return told(cluster)
  }
  expect(write([{ addresses: [{ ip: '10.0.0.9' }], ports }])).toEqual(['IPv4 10.0.0.9 sql:5432'])
  expect(write([{ addresses: [{ ip: '10.0.0.9' }] }])).toEqual(['IPv4 10.0.0.9 '])
  expect(slices(cluster)[0]!.metadata.name).toBe(metadata.name)
  const { revision } = cluster
  cluster.advance('1h')
  expect(slices(cluster)[0]!.metadata.resourceVersion <= String(revision)).toBe(true)
  expect(write([])).toEqual([])
})

test.each([
  ['that say so', { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }],
  ['that elect a leader', { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }],
])('Endpoints %s are not mirrored', (_, metadata) => {
  expect(told(clusterWith([{ addresses: [{ ip: '10.0.0.1' }], ports }], metadata))).toEqual([])
})

test('what is mirrored goes when the service gets a selector, or goes itself', () => {
  const cluster = clusterWith([{ addresses: [{ ip: '10.0.0.1' }], ports }])
  const other = cluster.fork()
  cluster.resource('v1/Service').patch('db', { spec: { selector: { app: 'db' } } })
  cluster.settle()
  expect(slices(cluster).map(({ metadata: { labels } }) => labels!['endpointslice.kubernetes.io/managed-by'])).toEqual([
    'endpointslice-controller.k8s.io',
  ])
  other.resource('v1/Service').delete('db')
  other.settle()
  expect(told(other)).toEqual([])
})

test('Endpoints that were those of a selector are mirrored once it is gone, and whatever is written into them then', () => {
  const cluster = bare()
  const service = { metadata: { name: 'db' }, spec: { ports: [{ port: 5432 }] } }
  cluster.services.create({ ...service, spec: { ...service.spec, selector: { app: 'db' } } })
  cluster.settle()
  cluster.services.patch('db', { spec: { selector: null } })
  cluster.settle()
  cluster.endpoints.patch('db', { subsets: [{ addresses: [{ ip: '10.0.0.9' }], ports }] })
  cluster.settle()
  expect(told(cluster)).toContain('IPv4 10.0.0.9 sql:5432')
})

test('of a thousand addresses and one more the last is left out, and an Event says so', () => {
  const addresses = Array.from({ length: 1001 }, (_, i) => ({ ip: `10.0.${i >> 8}.${i & 255}` }))
  const cluster = clusterWith([{ addresses, ports }])
  expect(slices(cluster)[0]!.endpoints).toHaveLength(1000)
  expect(cluster.events.list().items.map(({ reason, message }) => `${reason}: ${message}`)).toContain(
    'TooManyAddressesToMirror: A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 1 addresses were skipped',
  )
})
