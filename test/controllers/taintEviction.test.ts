import { expect, test } from 'vitest'
import { type Cluster, createCluster, replay } from '../../src/index.ts'
import { controllerManifest, podManifest } from '../cluster/support.ts'

const taint = (cluster: Cluster, name: string, ...keys: string[]): void =>
  void cluster.nodes.update(name, (draft) => {
    draft.spec.taints = keys.map((key) => ({ key, effect: 'NoExecute' }))
  })

const tolerating = (key: string, tolerationSeconds?: number): object => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
})

const said = (cluster: Cluster, pod: string): string[] =>
  cluster.events
    .list({ fieldSelector: `involvedObject.name=${pod},reason=TaintManagerEviction` })
    .items.map(({ message = '', count = 1 }) => `${message} ×${count}`)

const isLeaving = (cluster: Cluster, pod: string): boolean =>
  cluster.pods.find(pod)?.metadata.deletionTimestamp !== undefined || cluster.pods.find(pod) === undefined

test('pods that do not tolerate a taint go at once, the others when their toleration ends, or never', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('plain'))
  cluster.pods.create(podManifest('patient', { spec: { tolerations: [tolerating('a', 60), tolerating('b', 30)] } }))
  cluster.pods.create(podManifest('calm', { spec: { tolerations: [tolerating('a'), tolerating('b', 90)] } }))
  cluster.settle()
  taint(cluster, 'node-0', 'a')
  cluster.advance(5)
  expect(cluster.pods.get('plain')).toMatchObject({
    metadata: { deletionGracePeriodSeconds: 30 },
    status: {
      conditions: expect.arrayContaining([
        expect.objectContaining({
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'DeletionByTaintManager',
          message: 'Taint manager: deleting due to NoExecute taint',
        }),
      ]) as unknown,
    },
  })
  expect(said(cluster, 'plain')).toEqual(['Marking for deletion Pod default/plain ×1'])
  cluster.advance('10s')
  expect(cluster.pods.find('plain')).toBeUndefined()
  // A second taint, tolerated for less: the end that was set stays, as upstream has it.
  taint(cluster, 'node-0', 'a', 'b')
  cluster.advance('49s')
  expect(isLeaving(cluster, 'patient')).toBe(false)
  cluster.advance('2s')
  expect(isLeaving(cluster, 'patient')).toBe(true)
  cluster.advance('1h')
  expect(isLeaving(cluster, 'calm')).toBe(true)
})

test('a taint that goes in time takes nobody along, and its next coming counts from the beginning', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('web', { spec: { tolerations: [tolerating('a', 60)] } }))
  cluster.settle()
  for (let times = 0; times < 3; times++) {
    taint(cluster, 'node-0', 'a')
    cluster.advance('50s')
    taint(cluster, 'node-0')
    cluster.advance('10s')
  }
  expect(isLeaving(cluster, 'web')).toBe(false)
  expect(said(cluster, 'web')).toEqual(['Cancelling deletion of Pod default/web ×3'])
})

test('pods that come to a tainted node, or tolerate more of a sudden, are looked at too', () => {
  const cluster = createCluster({ nodes: 1 })
  taint(cluster, 'node-0', 'a')
  cluster.pods.create(podManifest('late', { spec: { nodeName: 'node-0', tolerations: [tolerating('a', 60)] } }))
  cluster.pods.create(podManifest('never', { spec: { nodeName: 'node-0' } }))
  cluster.advance('40s')
  expect([isLeaving(cluster, 'late'), isLeaving(cluster, 'never')]).toEqual([false, true])
  cluster.pods.update('late', (draft) => void draft.spec.tolerations!.unshift({ key: 'a', operator: 'Exists' }))
  cluster.advance('10m')
  expect(isLeaving(cluster, 'late')).toBe(false)
  expect(said(cluster, 'late')).toEqual(['Cancelling deletion of Pod default/late ×1'])
})

test('of a crashed node the pods are replaced elsewhere after five minutes, and end when it is back', () => {
  const cluster = createCluster({ nodes: 3, seed: 3 })
  cluster.replicationControllers.create(controllerManifest('web', 6))
  cluster.services.create({
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
  })
  cluster.settle()
  const on = (node: string): string[] =>
    cluster.pods
      .list()
      .items.filter(({ spec }) => spec.nodeName === node)
      .map(({ metadata }) => metadata.name)
  const addresses = (): string[] =>
    (cluster.endpoints.get('web').subsets ?? []).flatMap(({ addresses: ready = [] }) => ready.map(({ ip }) => ip))
  const before = on('node-1')
  const dead = before.map((name) => cluster.pods.get(name).status.podIP!)
  expect(before.length).toBeGreaterThan(0)
  cluster.faults.crashNode('node-1')
  cluster.advance('1m')
  expect(addresses().filter((ip) => dead.includes(ip))).toEqual([])
  cluster.advance('4m')
  expect(before.some((name) => isLeaving(cluster, name))).toBe(false)
  cluster.advance('1m')
  expect(on('node-1')).toEqual(before)
  expect(before.every((name) => isLeaving(cluster, name))).toBe(true)
  expect(addresses()).toHaveLength(6)
  expect(cluster.replicationControllers.get('web').status).toMatchObject({ replicas: 6, readyReplicas: 6 })
  cluster.advance('1h')
  expect(on('node-1')).toEqual(before)
  cluster.faults.restartNode('node-1')
  cluster.advance('10s')
  expect(on('node-1')).toEqual([])
  expect(cluster.nodes.get('node-1').spec.taints).toBeUndefined()
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
})

test('of a node that was cut off for a while the pods were not ready, and are again', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.replicationControllers.create(controllerManifest('web', 2))
  cluster.settle()
  const ready = (): number | undefined => cluster.replicationControllers.get('web').status.readyReplicas
  const partition = cluster.faults.partitionNode('node-0')
  cluster.advance('2m')
  expect(ready()).toBeUndefined()
  partition.heal()
  cluster.advance('20s')
  expect(ready()).toBe(2)
  expect(cluster.pods.list().items.map(({ status }) => status.containerStatuses![0]!.restartCount)).toEqual([0, 0])
})

test('without tainted nodes pods cost no turns', () => {
  const turns = (disable: readonly string[]): number => {
    const cluster = createCluster({ nodes: 2, disable })
    cluster.replicationControllers.create(controllerManifest('web', 20))
    cluster.advance('1m')
    return Number(/(\d+) tasks/u.exec(String(cluster))![1])
  }
  expect(turns([]) - turns(['taint-eviction-controller'])).toBeLessThan(5)
})

test('a restarted controller counts from its restart', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('web', { spec: { tolerations: [tolerating('a', 60)] } }))
  cluster.settle()
  taint(cluster, 'node-0', 'a')
  cluster.advance('50s')
  cluster.controllers.crash('taint-eviction-controller')
  cluster.advance('50s')
  cluster.controllers.restart('taint-eviction-controller')
  cluster.advance('59s')
  expect(isLeaving(cluster, 'web')).toBe(false)
  cluster.advance('2s')
  expect(isLeaving(cluster, 'web')).toBe(true)
})
