import { expect, test } from 'vitest'
import { type Cluster, createCluster, type Pod, replay } from '../../src/index.ts'
import { bare, controllerManifest, names, podManifest } from '../cluster/support.ts'
import { copiesOf } from '../support/copies.ts'

/** The states of a pod that is gone, from when it was as asked. */
const lastStates = (cluster: Cluster, name: string): Pod[] =>
  cluster
    .history()
    .flatMap(({ type, object }) =>
      object.kind === 'Pod' && object.metadata.name === name && type !== 'DELETED' ? [object as Pod] : [],
    )
const phases = (cluster: Cluster): string[] => cluster.pods.list().items.map(({ status }) => status.phase!)

test('pods on a node that is gone are failed and deleted, once it has been missed for 40 s', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.replicationControllers.create(controllerManifest('web', 4))
  cluster.advance('21s')
  const there = cluster.pods.list({ fieldSelector: 'spec.nodeName=node-1' }).items
  expect(there).toHaveLength(2)
  cluster.nodes.delete('node-1')
  cluster.advance('58s')
  expect(cluster.pods.list({ fieldSelector: 'spec.nodeName=node-1' }).items).toHaveLength(2)
  cluster.advance('2s')
  expect(cluster.pods.list({ fieldSelector: 'spec.nodeName=node-1' }).items).toEqual([])
  const last = lastStates(cluster, there[0]!.metadata.name).at(-1)!
  expect(last.status.phase).toBe('Failed')
  expect(last.status.conditions!.find(({ type }) => type === 'DisruptionTarget')).toEqual({
    type: 'DisruptionTarget',
    observedGeneration: 1,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: '2020-01-01T00:01:20Z',
    reason: 'DeletionByPodGC',
    message: 'PodGC: node no longer exists',
  })
  cluster.settle()
  expect(phases(cluster)).toEqual(['Running', 'Running', 'Running', 'Running'])
})

test('a node that comes back in time keeps its pods', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.replicationControllers.create(controllerManifest('web', 2))
  cluster.advance('19s')
  const before = names(cluster.pods.list())
  const node = cluster.nodes.get('node-1')
  cluster.nodes.delete('node-1')
  cluster.advance('30s')
  cluster.nodes.create({ metadata: { name: 'node-1' }, spec: node.spec, status: node.status })
  cluster.advance('10m')
  expect(names(cluster.pods.list())).toEqual(before)
})

test('a pod that is bound to a node nobody knows goes the same way', () => {
  const cluster = bare()
  cluster.pods.create(podManifest('a', { spec: { nodeName: 'nowhere' } }))
  cluster.advance('39s')
  expect(names(cluster.pods.list())).toEqual(['a'])
  cluster.advance('2s')
  expect(names(cluster.pods.list())).toEqual([])
})

test('a finalizer holds it still, failed and on its way out', () => {
  const cluster = bare()
  const held = podManifest('held', { spec: { nodeName: 'nowhere' } })
  cluster.pods.create({ ...held, metadata: { name: 'held', finalizers: ['example.com/hold'] } })
  cluster.advance('10m')
  expect(cluster.pods.get('held')).toMatchObject({
    metadata: { deletionGracePeriodSeconds: 0 },
    status: { phase: 'Failed' },
  })
  cluster.pods.update('held', (draft) => void (draft.metadata.finalizers = []))
  expect(names(cluster.pods.list())).toEqual([])
})

test('a pod on its way out that never had a node has failed', () => {
  const cluster = bare()
  cluster.pods.create({ ...podManifest('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } })
  cluster.pods.delete('held')
  cluster.advance('21s')
  expect(cluster.pods.get('held').status.phase).toBe('Failed')
})

test('pods on their way out are let go of on a node that is declared out of service while it is not ready', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  cluster.faults.crashNode('node-0')
  cluster.pods.delete('a')
  cluster.nodes.update('node-0', (draft) => {
    draft.spec.taints = [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute', value: 'nodeshutdown' }]
  })
  cluster.advance('40s')
  expect(names(cluster.pods.list())).toEqual(['a'])
  // Nobody has heard of the node for long enough.
  cluster.advance('40s')
  expect(names(cluster.pods.list())).toEqual([])
})

test('of the pods that have ended 12,500 are kept: the evicted go first, then the oldest', () => {
  const cluster = bare({ freeze: false })
  const end = (name: string, status: object): void => {
    const pod = cluster.pods.create(podManifest(name))
    cluster.pods.updateStatus({ ...pod, status })
  }
  end('oldest', { phase: 'Succeeded' })
  cluster.advance('1s')
  for (let index = 0; index < 12_499; index++) end(`job-${index}`, { phase: 'Succeeded' })
  cluster.pods.create(podManifest('runs'))
  cluster.advance('1m')
  expect(cluster.pods.list().items).toHaveLength(12_501)
  cluster.advance('1s')
  end('evicted', { phase: 'Failed', reason: 'Evicted' })
  cluster.advance('20s')
  const left = names(cluster.pods.list())
  expect([left.length, left.includes('evicted'), left.includes('oldest')]).toEqual([12_501, false, true])
  end('newest', { phase: 'Failed' })
  cluster.advance('20s')
  expect([cluster.pods.find('oldest'), cluster.pods.find('newest')?.status.phase]).toEqual([undefined, 'Failed'])
})

test('what is deleted is the same in a fork, in what is saved and in a replay', () => {
  const cluster = createCluster({ nodes: 3, seed: 5, latency: { watchDelivery: { uniform: [1, 5] } } })
  cluster.replicationControllers.create(controllerManifest('web', 6))
  cluster.advance('7s')
  cluster.nodes.delete('node-2')
  cluster.advance('45s')
  const copies = copiesOf(cluster)
  for (const one of [cluster, ...copies]) one.advance('5m')
  for (const copy of copies) expect(copy.historyHash()).toBe(cluster.historyHash())
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
})
