import { expect, test } from 'vitest'
import { type Cluster, createCluster, loadCluster, type Pod, replay } from '../../src/index.ts'
import { names, podManifest, refused } from '../cluster/support.ts'

const template = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web:1' }], ...more },
})
const deployment = (replicas: number): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template() },
})
const ready = (cluster: Cluster, node: string): object => {
  const { status, reason, message } = cluster.nodes.get(node).status.conditions!.find(({ type }) => type === 'Ready')!
  return { status, reason, message }
}
const on = (cluster: Cluster, node: string): readonly Pod[] =>
  cluster.pods.list({ fieldSelector: `spec.nodeName=${node}` }).items
const slow = { behaviours: [{ image: 'slow:*', stop: '8s' }] } as const

test('a node that is shut down says so at once, ends its pods, and is without power once they have ended', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.apply(deployment(4))
  cluster.settle()
  const before = names({ items: on(cluster, 'node-1') })
  const fault = cluster.faults.shutdownNode('node-1')
  expect(String(fault)).toBe('node-1 is shut down (fault 1, active)')
  expect(ready(cluster, 'node-1')).toEqual({
    status: 'False',
    reason: 'KubeletNotReady',
    message: 'node is shutting down',
  })
  cluster.advance('20s')
  for (const name of before) {
    const { phase, reason, message, conditions } = cluster.pods.get(name).status
    expect({ phase, reason, message }).toEqual({
      phase: 'Failed',
      reason: 'Terminated',
      message: 'Pod was terminated in response to imminent node shutdown.',
    })
    expect(conditions!.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'TerminationByKubelet',
    })
  }
  expect(cluster.deployments.get('web').status.readyReplicas).toBe(4)
  cluster.advance('1m')
  expect(ready(cluster, 'node-1')).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown' })
  expect(cluster.controllers.list().every(({ failing }) => failing.length === 0)).toBe(true)
  fault.heal()
  cluster.advance('30s')
  expect(ready(cluster, 'node-1')).toMatchObject({ status: 'True', reason: 'KubeletReady' })
  expect(fault.state).toBe('over')
  expect(cluster.faults.list()).toEqual([])
})

test('critical pods end last, and nobody has longer than there is', () => {
  const cluster = createCluster({ nodes: 1, ...slow })
  const spec = { nodeName: 'node-0', containers: [{ name: 'main', image: 'slow:1' }] }
  cluster.pods.create(podManifest('usual', { spec }))
  const critical = podManifest('critical', { spec: { ...spec, priorityClassName: 'system-node-critical' } })
  cluster.pods.create({ ...critical, metadata: { name: 'critical', namespace: 'kube-system' } })
  cluster.settle()
  const began = cluster.now
  cluster.faults.shutdownNode('node-0', { grace: '9s', criticalGrace: '4s' })
  const ended: Record<string, number> = {}
  cluster.on('change', ({ object, at }) => {
    if ((object as Pod).status?.phase === 'Failed') ended[object.metadata.name] ??= (at - began) / 1000
  })
  cluster.advance('8s')
  // Killed when its five seconds are over, after which it is the critical one's turn.
  expect(Object.keys(ended)).toEqual(['usual'])
  expect(ended['usual']).toBeCloseTo(5, 0)
  cluster.advance('5m')
  expect(on(cluster, 'node-0').map(({ status }) => status.phase)).toEqual(['Failed'])
})

test('a pod that comes while a node shuts down is rejected', () => {
  const cluster = createCluster({ nodes: 1, ...slow })
  cluster.pods.create(podManifest('a', { image: 'slow:1' }))
  cluster.settle()
  cluster.faults.shutdownNode('node-0')
  cluster.pods.create(podManifest('late', { spec: { nodeName: 'node-0' } }))
  cluster.advance('2s')
  expect(cluster.pods.get('late').status).toMatchObject({
    phase: 'Failed',
    reason: 'NodeShutdown',
    message: 'Pod was rejected: Pod was rejected as the node is shutting down.',
  })
})

test('a shutdown goes on in forks, in what is saved and in replays; what cannot be is refused', () => {
  const cluster = createCluster({ nodes: 2, ...slow })
  for (const name of ['a', 'b', 'c']) cluster.pods.create(podManifest(name, { image: 'slow:1' }))
  cluster.settle()
  cluster.faults.shutdownNode('node-1', { for: '2m' })
  cluster.advance('3s')
  const others = [cluster.fork(), loadCluster(cluster.save())]
  for (const one of [cluster, ...others]) one.advance('5m')
  for (const other of [...others, replay(cluster.journal)]) expect(other.historyHash()).toBe(cluster.historyHash())
  expect(ready(cluster, 'node-1')).toMatchObject({ status: 'True' })
  const { revision } = cluster
  expect(refused(() => cluster.faults.shutdownNode('node-9')).reason).toBe('NotFound')
  expect(refused(() => cluster.faults.shutdownNode('node-1', { grace: '5s', criticalGrace: '6s' })).message).toContain(
    'criticalGrace: expected a duration of at most grace',
  )
  expect(cluster.revision).toBe(revision)
})

test('what a kubelet could not say before the power went it says when it is up again, and lets go of who is to go', () => {
  const cluster = createCluster({ nodes: 1 })
  for (const name of ['kept', 'deleted']) cluster.pods.create(podManifest(name))
  cluster.settle()
  cluster.faults.loseQuorum({ for: '20s' })
  cluster.faults.shutdownNode('node-0', { for: '5m' })
  // Meanwhile the pods are written by others: they are not ready on a node that is silent.
  cluster.advance('2m')
  cluster.pods.delete('deleted')
  cluster.advance('5m')
  expect(cluster.pods.list().items.map(({ metadata, status }) => [metadata.name, status.phase])).toEqual([
    ['kept', 'Failed'],
  ])
})
