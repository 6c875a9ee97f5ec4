import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, type Manifest, replay, type Service } from '../../src/index.ts'
import { copiesOf } from '../support/copies.ts'

type Spec = Manifest<Service['spec']>

const cleanup = 'service.kubernetes.io/load-balancer-cleanup'
const create = (cluster: Cluster, name: string, spec: Spec = {}): Service =>
  cluster.services.create({
    metadata: { name },
    spec: { type: 'LoadBalancer', ports: [{ port: 80 }], ...spec } as Spec,
  })
const addressOf = (cluster: Cluster, name: string): string | undefined =>
  cluster.services.get(name).status.loadBalancer?.ingress?.[0]?.ip
const told = (cluster: Cluster, name = 'web'): string[] =>
  cluster.events
    .list({ fieldSelector: `involvedObject.name=${name},source=service-controller` })
    .items.map(({ type, reason, message }) => `${type} ${reason}: ${message}`)

test('a load balancer gets an address from the cloud, which settle waits for', () => {
  const cluster = createCluster({ nodes: 1 })
  create(cluster, 'web')
  cluster.advance('2s')
  expect(cluster.services.get('web').metadata.finalizers).toEqual([cleanup])
  expect(cluster.table('svc', { namespace: 'default' })).toMatch(/web +LoadBalancer +[\d.]+ +<pending> +80:3\d+\/TCP/)
  cluster.settle()
  const { status } = cluster.services.get('web')
  expect(status).toEqual({ loadBalancer: { ingress: [{ ip: addressOf(cluster, 'web'), ipMode: 'VIP' }] } })
  expect(addressOf(cluster, 'web')).toMatch(/^203\.0\.113\.\d+$/)
  expect(told(cluster)).toEqual([
    'Normal EnsuringLoadBalancer: Ensuring load balancer',
    'Normal EnsuredLoadBalancer: Ensured load balancer',
  ])
  expect(cluster.time).toBe('2020-01-01T00:00:05Z')
})

test('how long the cloud takes is a latency', () => {
  const cluster = createCluster({ nodes: 1, latency: { loadBalancer: '1m' } })
  create(cluster, 'web')
  cluster.advance('59s')
  expect(addressOf(cluster, 'web')).toBeUndefined()
  cluster.advance('2s')
  expect(addressOf(cluster, 'web')).toBeDefined()
})

describe('a service that no longer wants its balancer', () => {
  test('stays until the cloud has taken it down when it is deleted', () => {
    const cluster = createCluster({ nodes: 1 })
    create(cluster, 'web')
    cluster.settle()
    cluster.services.delete('web')
    cluster.advance('2s')
    expect(cluster.services.get('web').metadata.deletionTimestamp).toBeDefined()
    cluster.settle()
    expect(cluster.services.find('web')).toBeUndefined()
    expect(told(cluster).slice(2)).toEqual([
      'Normal DeletingLoadBalancer: Deleting load balancer',
      'Normal DeletedLoadBalancer: Deleted load balancer',
    ])
  })

  test('gives it up when it changes its type, and gets another when it changes back', () => {
    const cluster = createCluster({ nodes: 1 })
    create(cluster, 'web')
    cluster.settle()
    cluster.services.update('web', (draft) => void (draft.spec.type = 'ClusterIP'))
    cluster.settle()
    const { metadata, status } = cluster.services.get('web')
    expect([metadata.finalizers ?? [], status]).toEqual([[], { loadBalancer: {} }])
    cluster.services.update('web', (draft) => void (draft.spec.type = 'LoadBalancer'))
    cluster.settle()
    expect(addressOf(cluster, 'web')).toMatch(/^203\.0\.113\.\d+$/)
  })

  test('is another one when it is made anew under its name', () => {
    const cluster = createCluster({ nodes: 1 })
    create(cluster, 'web')
    cluster.advance('1s')
    cluster.services.update('web', (draft) => void delete draft.metadata.finalizers)
    cluster.services.delete('web')
    create(cluster, 'web')
    cluster.settle()
    expect(cluster.services.get('web').metadata.finalizers).toEqual([cleanup])
    expect(addressOf(cluster, 'web')).toBeDefined()
  })
})

test('a change that its balancer depends on is ensured too, and the address stays', () => {
  const cluster = createCluster({ nodes: 1 })
  create(cluster, 'web')
  cluster.settle()
  const address = addressOf(cluster, 'web')
  cluster.services.update('web', (draft) => void (draft.spec.ports![0]!.port = 81))
  cluster.settle()
  cluster.services.update('web', (draft) => void (draft.spec.selector = { app: 'web' }))
  cluster.settle()
  expect(addressOf(cluster, 'web')).toBe(address)
  expect(cluster.events.list({ fieldSelector: 'reason=EnsuredLoadBalancer' }).items.map(({ count }) => count)).toEqual([
    2,
  ])
})

test('an address that is asked for is given, but not twice', () => {
  const cluster = createCluster({ nodes: 1 })
  create(cluster, 'web', { loadBalancerIP: '203.0.113.77' })
  create(cluster, 'late', { loadBalancerIP: '203.0.113.77' })
  cluster.advance('1m')
  expect([addressOf(cluster, 'web'), addressOf(cluster, 'late')]).toEqual(['203.0.113.77', undefined])
  expect(told(cluster, 'late')).toContain(
    'Warning SyncLoadBalancerFailed: Error syncing load balancer: failed to ensure load balancer: ' +
      'the address 203.0.113.77 is not available',
  )
  cluster.services.delete('web')
  cluster.advance('10m')
  expect(addressOf(cluster, 'late')).toBe('203.0.113.77')
})

test('a class of its own, or a cloud that is not there, leaves a service waiting', () => {
  const cluster = createCluster({ nodes: 1 })
  create(cluster, 'web', { loadBalancerClass: 'example.com/own' })
  cluster.advance('10m')
  expect([addressOf(cluster, 'web'), cluster.services.get('web').metadata.finalizers]).toEqual([undefined, undefined])
  const bare = createCluster({ nodes: 1, disable: ['service-controller'] })
  create(bare, 'web')
  bare.advance('10m')
  expect(addressOf(bare, 'web')).toBeUndefined()
})

test('a cluster without nodes has balancers that lead nowhere, and says so', () => {
  const cluster = createCluster({ nodes: 0 })
  create(cluster, 'web')
  cluster.settle()
  expect(addressOf(cluster, 'web')).toBeDefined()
  expect(told(cluster)).toContain('Warning UnAvailableLoadBalancer: There are no available nodes for LoadBalancer')
})

test('a controller that was away finds its balancers again, and those that were deleted meanwhile', () => {
  const cluster = createCluster({ nodes: 1 })
  for (const name of ['web', 'gone']) create(cluster, name)
  cluster.settle()
  const address = addressOf(cluster, 'web')
  cluster.controllers.crash('service-controller')
  cluster.services.delete('gone')
  cluster.advance('1m')
  expect(cluster.services.find('gone')).toBeDefined()
  cluster.controllers.restart('service-controller')
  cluster.settle()
  expect([cluster.services.find('gone'), addressOf(cluster, 'web')]).toEqual([undefined, address])
})

test('no two balancers share an address, however many there are, and each keeps its own', () => {
  const cluster = createCluster({ nodes: 1 })
  for (let index = 0; index < 600; index++) create(cluster, `web-${index}`)
  cluster.settle()
  const addresses = (): (string | undefined)[] =>
    cluster.services
      .list({ fieldSelector: 'spec.type=LoadBalancer' })
      .items.map(({ status }) => status.loadBalancer!.ingress?.[0]?.ip)
  const before = addresses()
  expect(new Set(before).size).toBe(600)
  expect(new Set(before.map((address) => address!.slice(0, address!.lastIndexOf('.'))))).toEqual(
    new Set(['203.0.113', '198.51.100', '192.0.2']),
  )
})

test('balancers come and go alike in forks and in replays, and never share an address', () => {
  const act = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    what: fc.constantFrom('create', 'delete', 'cluster', 'balance', 'wait'),
    ms: fc.integer({ min: 1, max: 8000 }),
  })
  const take = (cluster: Cluster, { name, what, ms }: { name: string; what: string; ms: number }): void => {
    const known = cluster.services.find(name)
    if (what === 'wait') cluster.advance(ms)
    else if (what === 'create' && known === undefined) create(cluster, name)
    else if (what === 'delete' && known !== undefined) cluster.services.delete(name)
    else if (known !== undefined && known.metadata.deletionTimestamp === undefined && what !== 'create')
      cluster.services.update(
        name,
        (draft) => void (draft.spec.type = what === 'balance' ? 'LoadBalancer' : 'ClusterIP'),
      )
    const held = cluster.services.list().items.flatMap(({ status }) => status.loadBalancer?.ingress ?? [])
    expect(new Set(held.map(({ ip }) => ip)).size).toBe(held.length)
  }
  fc.assert(
    fc.property(fc.array(act, { maxLength: 20 }), fc.array(act, { maxLength: 10 }), (before, after) => {
      const cluster = createCluster({ nodes: 1 })
      for (const each of before) take(cluster, each)
      const copies = copiesOf(cluster)
      for (const each of after) for (const one of [cluster, ...copies]) take(one, each)
      for (const one of [cluster, ...copies]) one.settle()
      for (const copy of copies) expect(copy.historyHash()).toBe(cluster.historyHash())
      expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
      for (const { metadata, spec, status } of cluster.services.list().items) {
        const isBalanced = spec.type === 'LoadBalancer'
        expect([metadata.finalizers ?? [], (status.loadBalancer?.ingress ?? []).length]).toEqual(
          isBalanced ? [[cleanup], 1] : [[], 0],
        )
      }
    }),
    { numRuns: 60 },
  )
})
