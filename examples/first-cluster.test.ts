import { readFileSync } from 'node:fs'
import { type Cluster, createCluster, isStatusError } from 'wavetank'
import { beforeEach, expect, test } from 'vitest'

const shop = readFileSync(new URL('shop.yaml', import.meta.url), 'utf8')
let cluster: Cluster

beforeEach(() => {
  cluster = createCluster({ seed: 1, nodes: 3 })
  cluster.apply(shop)
  cluster.advance('30s')
})

test('the shop comes up', () => {
  const phases = cluster.pods.list().items.map(({ status }) => status.phase)
  expect(phases).toHaveLength(8)
  expect(new Set(phases)).toEqual(new Set(['Running']))
  expect(cluster.replicationControllers.get('web').status.readyReplicas).toBe(4)
})

test('a deleted pod is replaced, and the service follows', () => {
  const [first] = cluster.pods.list({ labelSelector: 'tier=web' }).items
  cluster.pods.delete(first!.metadata.name)
  cluster.advance('1m')
  expect(cluster.pods.find(first!.metadata.name)).toBeUndefined()
  expect(cluster.pods.list({ labelSelector: 'tier=web' }).items).toHaveLength(4)
  const addresses = cluster.endpoints.get('web').subsets!.flatMap(({ addresses = [] }) => addresses)
  expect(addresses).toHaveLength(4)
})

test('scaling is an update like any other', () => {
  cluster.replicationControllers.update('web', (draft) => {
    draft.spec.replicas = 6
  })
  cluster.runUntil(({ replicationControllers }) => replicationControllers.get('web').status.readyReplicas === 6)
})

test('containers of a node that loses power are started again when it returns', () => {
  const { nodeName } = cluster.pods.list({ labelSelector: 'tier=cache' }).items[0]!.spec
  cluster.faults.crashNode(nodeName!)
  cluster.advance('5m')
  cluster.faults.restartNode(nodeName!)
  cluster.advance('30s')
  const [cache] = cluster.pods.list({ labelSelector: 'tier=cache' }).items
  expect(cache!.status.containerStatuses![0]).toMatchObject({ ready: true, restartCount: 1 })
})

test('a refusal says why, and changes nothing', () => {
  const { revision } = cluster
  const twice = { name: 'a', image: 'a' }
  try {
    cluster.pods.create({ metadata: { name: 'two' }, spec: { containers: [twice, twice] } })
    expect.unreachable()
  } catch (error) {
    expect(isStatusError(error, 'Invalid')).toBe(true)
    expect(String(error)).toContain('spec.containers[1].name: Duplicate value: "a"')
  }
  expect(cluster.revision).toBe(revision)
})
