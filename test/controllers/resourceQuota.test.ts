import { expect, test } from 'vitest'
import { type Cluster, createCluster, type Deployment, type Manifest } from '../../src/index.ts'
import { bare, podManifest } from '../cluster/support.ts'

type Hard = Readonly<Record<string, string>>

function quota(cluster: Cluster, hard: Hard, name = 'q'): void {
  cluster.resourceQuotas.create({ metadata: { name }, spec: { hard } })
}

function setHard(cluster: Cluster, hard: Hard): void {
  cluster.resourceQuotas.update('q', (draft) => void (draft.spec.hard = hard))
}

const used = (cluster: Cluster): Hard | undefined => cluster.resourceQuotas.get('q').status.used
const version = (cluster: Cluster): string => cluster.resourceQuotas.get('q').metadata.resourceVersion
const controller = (cluster: Cluster): object =>
  cluster.controllers.list().find(({ name }) => name === 'resourcequota-controller')!

const deployment = (replicas: number): Manifest<Deployment> => ({
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
  },
})

test('a quota says what there is already, and of what is not there zero', () => {
  const cluster = bare()
  for (const name of ['a', 'b']) cluster.pods.create(podManifest(name))
  quota(cluster, { pods: '1', 'requests.cpu': '2', 'count/jobs.batch': '1' })
  cluster.settle()
  expect(cluster.resourceQuotas.get('q').status).toEqual({
    hard: { pods: '1', 'requests.cpu': '2', 'count/jobs.batch': '1' },
    used: { pods: '2', 'requests.cpu': '0', 'count/jobs.batch': '0' },
  })
})

test('a quota that is changed says what it is now, and forgets what it no longer counts', () => {
  const cluster = bare()
  cluster.pods.create(podManifest('a'))
  quota(cluster, { pods: '1' })
  cluster.settle()
  setHard(cluster, { 'count/pods': '5' })
  cluster.settle()
  expect(cluster.resourceQuotas.get('q').status).toEqual({ hard: { 'count/pods': '5' }, used: { 'count/pods': '1' } })
})

test('a pod that has ended leaves its place, and stays counted as an object until it is deleted', () => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'batch:*', run: '3s' }] })
  quota(cluster, { pods: '1', 'count/pods': '5' })
  cluster.pods.create(podManifest('a', { image: 'batch:1', spec: { restartPolicy: 'Never' } }))
  expect(used(cluster)).toEqual({ pods: '1', 'count/pods': '1' })
  cluster.advance('10s')
  expect(used(cluster)).toEqual({ pods: '0', 'count/pods': '1' })
  cluster.pods.delete('a')
  cluster.settle()
  expect(used(cluster)).toEqual({ pods: '0', 'count/pods': '0' })
})

test('a pod on its way out counts until it is gone', () => {
  const cluster = createCluster({ nodes: 1, behaviours: [{ image: 'web:*', stop: '10s' }] })
  quota(cluster, { pods: '1' })
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  cluster.pods.delete('a')
  cluster.advance('5s')
  expect(used(cluster)).toEqual({ pods: '1' })
  cluster.settle()
  expect(used(cluster)).toEqual({ pods: '0' })
})

test('a pod that should be gone long ago, its node being lost, counts no more from the next round of five minutes on', () => {
  // Nobody else hurries it.
  const cluster = createCluster({
    nodes: 1,
    disable: ['taint-eviction-controller', 'pod-garbage-collector-controller'],
  })
  quota(cluster, { pods: '1', 'count/pods': '1' })
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  cluster.faults.crashNode('node-0')
  cluster.pods.delete('a', { gracePeriodSeconds: 200 })
  cluster.advance('9m57s')
  expect(used(cluster)).toEqual({ pods: '1', 'count/pods': '1' })
  cluster.advance('3s')
  expect(used(cluster)).toEqual({ pods: '0', 'count/pods': '1' })
})

test('what a resize gives back is counted once the node has taken it', () => {
  const cluster = createCluster({ nodes: 1 })
  quota(cluster, { cpu: '2', 'limits.cpu': '2' })
  const amounts = (cpu: string): object => ({ requests: { cpu }, limits: { cpu } })
  cluster.pods.create({
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'main', image: 'web:1', resources: amounts('2') }] },
  })
  cluster.settle()
  cluster.pods.updateResize('a', (draft) => void (draft.spec.containers[0]!.resources = amounts('500m')))
  expect(used(cluster)).toEqual({ cpu: '2', 'limits.cpu': '2' })
  cluster.settle()
  expect(used(cluster)).toEqual({ cpu: '500m', 'limits.cpu': '500m' })
})

test.each<[string, Hard, (cluster: Cluster) => void, (cluster: Cluster) => void]>([
  [
    'a config map',
    { 'count/configmaps': '9' },
    (cluster) => void cluster.configMaps.create({ metadata: { name: 'a' } }),
    (cluster) => void cluster.configMaps.delete('a'),
  ],
  [
    'a quota',
    { resourcequotas: '9' },
    (cluster) => quota(cluster, {}, 'a'),
    (cluster) => void cluster.resourceQuotas.delete('a'),
  ],
  [
    'a service',
    { 'services.nodeports': '9' },
    (cluster) =>
      void cluster.services.create({
        metadata: { name: 'a' },
        spec: {
          type: 'NodePort',
          ports: [
            { name: 'a', port: 1 },
            { name: 'b', port: 2 },
          ],
        },
      }),
    (cluster) => void cluster.services.update('a', (draft) => void (draft.spec.ports = [{ port: 1 }])),
  ],
])('%s that goes or takes less leaves room at once', (_what, hard, come, go) => {
  const cluster = bare()
  quota(cluster, hard)
  cluster.settle()
  const before = Number(Object.values(used(cluster)!)[0])
  come(cluster)
  const full = Number(Object.values(used(cluster)!)[0])
  go(cluster)
  cluster.settle()
  expect(full).toBeGreaterThan(before)
  expect(Number(Object.values(used(cluster)!)[0])).toBe(full - 1)
})

test('a Deployment whose pods are refused says so, and goes on once there is room', () => {
  const cluster = createCluster({ nodes: 2 })
  quota(cluster, { pods: '3' })
  cluster.deployments.create(deployment(5))
  cluster.advance('10s')
  const failure = (): object | undefined =>
    cluster.deployments.get('web').status.conditions?.find(({ type }) => type === 'ReplicaFailure')
  expect(cluster.pods.list().items).toHaveLength(3)
  expect(failure()).toMatchObject({ status: 'True', reason: 'FailedCreate' })
  expect(failure()).toHaveProperty(
    'message',
    expect.stringMatching(/is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3$/),
  )
  setHard(cluster, { pods: '5' })
  cluster.advance('2m')
  expect(cluster.deployments.get('web').status).toMatchObject({ replicas: 5, availableReplicas: 5 })
  expect(failure()).toBeUndefined()
  expect(used(cluster)).toEqual({ pods: '5' })
})

test('where nothing that is counted changes, nothing is written and nothing planned', () => {
  const cluster = createCluster({ nodes: 1 })
  quota(cluster, { pods: '9' })
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  const before = version(cluster)
  cluster.advance('1h')
  expect(version(cluster)).toBe(before)
  const { next } = cluster.settle()
  expect(next.filter(({ component }) => component === 'resourcequota-controller')).toEqual([])
})

test('what went while the controller was down is counted when it is back', () => {
  const cluster = bare()
  quota(cluster, { pods: '3' })
  for (const name of ['a', 'b']) cluster.pods.create(podManifest(name))
  cluster.settle()
  cluster.controllers.crash('resourcequota-controller')
  cluster.pods.delete('a')
  cluster.settle()
  expect(used(cluster)).toEqual({ pods: '2' })
  cluster.controllers.restart('resourcequota-controller')
  cluster.settle()
  expect(used(cluster)).toEqual({ pods: '1' })
  cluster.pods.delete('b')
  cluster.settle()
  expect(used(cluster)).toEqual({ pods: '0' })
  expect(controller(cluster)).toMatchObject({ state: 'running', queued: [], failing: [] })
})

test('describe and table show what is used', () => {
  const cluster = bare()
  quota(cluster, { pods: '3', 'limits.cpu': '2' })
  cluster.pods.create({
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'main', image: 'web:1', resources: { limits: { cpu: '500m' } } }] },
  })
  expect(cluster.table('quota')).toMatch(/^q +pods: 1\/3 +limits.cpu: 500m\/2 /m)
  expect(cluster.describe('quota/q')).toMatch(/^limits.cpu +500m +2\npods +1 +3$/m)
})
