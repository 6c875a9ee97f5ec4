import { expect, test } from 'vitest'
import { type Cluster, createCluster, type Manifest, type Pod, type ReplicaSet } from '../../src/index.ts'
import { names, podManifest } from '../cluster/support.ts'

const setManifest = (
  name: string,
  replicas: number,
  more: Manifest<ReplicaSet['spec']> = {},
  image = 'web:1',
): Manifest<ReplicaSet> => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name, tier: 'front' } }, spec: { containers: [{ name: 'main', image }] } },
    ...more,
  },
})
const web = (cluster: Cluster): readonly Pod[] => cluster.pods.list({ labelSelector: 'app=web' }).items
const status = (cluster: Cluster): ReplicaSet['status'] => cluster.replicaSets.get('web').status

test('a replica set makes as many pods as it asks for, of its template, and reports them', () => {
  const cluster = createCluster({ nodes: 3, seed: 7 })
  const { metadata } = cluster.replicaSets.create(setManifest('web', 3))
  cluster.settle()
  expect(status(cluster)).toEqual({
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    terminatingReplicas: 0,
    observedGeneration: 1,
  })
  expect(web(cluster)).toHaveLength(3)
  for (const pod of web(cluster)) {
    expect(pod.metadata).toMatchObject({
      generateName: 'web-',
      labels: { app: 'web', tier: 'front' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: metadata.uid, controller: true },
      ],
    })
  }
})

test('pods on their way out are counted apart until they are gone', () => {
  const cluster = createCluster({ nodes: 3, behaviours: [{ image: 'web:*', stop: '10s' }] })
  cluster.replicaSets.create(setManifest('web', 3))
  cluster.settle()
  cluster.replicaSets.scale('web', 1)
  cluster.advance('5s')
  expect(status(cluster)).toMatchObject({ replicas: 1, readyReplicas: 1, terminatingReplicas: 2 })
  cluster.settle()
  expect(status(cluster)).toMatchObject({ replicas: 1, terminatingReplicas: 0 })
})

test('a selector of expressions takes over what it chooses, and lets go of what it no longer chooses', () => {
  const cluster = createCluster({ nodes: 1 })
  for (const [name, app] of [
    ['old', 'shop'],
    ['strange', 'db'],
  ] as const)
    cluster.pods.create(podManifest(name, { labels: { app } }))
  const selector = { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'shop'] }] }
  cluster.replicaSets.create(setManifest('web', 2, { selector }))
  cluster.settle()
  expect(cluster.pods.get('old').metadata.ownerReferences).toMatchObject([{ kind: 'ReplicaSet', name: 'web' }])
  expect(cluster.pods.get('strange').metadata.ownerReferences).toBeUndefined()
  expect(web(cluster)).toHaveLength(1)
  expect(status(cluster)).toMatchObject({ replicas: 2, fullyLabeledReplicas: 1 })
  cluster.pods.update('old', (draft) => void (draft.metadata.labels = { app: 'none' }))
  cluster.settle()
  expect(cluster.pods.get('old').metadata).not.toHaveProperty('ownerReferences')
  expect(web(cluster)).toHaveLength(2)
  expect(status(cluster)).toMatchObject({ replicas: 2, fullyLabeledReplicas: 2 })
})

test('what one lets go, another that chooses it takes over, and no pod is made in its place', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.replicaSets.create(setManifest('web', 2))
  cluster.settle()
  cluster.replicationControllers.create({
    metadata: { name: 'spares' },
    spec: {
      replicas: 1,
      selector: { role: 'spare' },
      template: { metadata: { labels: { role: 'spare' } }, spec: { containers: [{ name: 'a', image: 'a:1' }] } },
    },
  })
  cluster.settle()
  const [spare] = names(cluster.pods.list({ labelSelector: 'role=spare' }))
  const [moved] = names({ items: web(cluster) })
  cluster.pods.update(moved!, (draft) => void (draft.metadata.labels = { role: 'spare' }))
  cluster.settle()
  const spares = cluster.pods.list({ labelSelector: 'role=spare' }).items
  expect(spares).toHaveLength(1)
  expect([spare, moved]).toContain(spares[0]!.metadata.name)
  expect(web(cluster)).toHaveLength(2)
})

test('a pod is available once it has been ready for minReadySeconds, to the second', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.replicaSets.create(setManifest('web', 2, { minReadySeconds: 30 }))
  const { next } = cluster.settle()
  expect(next.filter(({ component }) => component === 'replicaset-controller')).toHaveLength(1)
  expect(status(cluster)).toMatchObject({ readyReplicas: 2 })
  expect(status(cluster).availableReplicas).toBeUndefined()
  const ready = Math.max(
    ...web(cluster).map(({ status }) =>
      Date.parse(status.conditions!.find(({ type }) => type === 'Ready')!.lastTransitionTime!),
    ),
  )
  cluster.advance(ready + 29_990 - cluster.now)
  expect(status(cluster).availableReplicas).toBeUndefined()
  cluster.advance(10)
  expect(status(cluster)).toMatchObject({ readyReplicas: 2, availableReplicas: 2 })
})

test('replicas that are refused are a condition and a few events, and made once they are not', () => {
  const cluster = createCluster({ nodes: 1 })
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { priorityClassName: 'high', containers: [{ name: 'main', image: 'web:1' }] },
  }
  cluster.replicaSets.create(setManifest('web', 9, { template }))
  cluster.advance(1)
  const events = cluster.events.list({ fieldSelector: 'reason=FailedCreate' }).items
  // One is tried, not nine.
  expect(events.map(({ count, message }) => [count, message])).toEqual([
    [
      1,
      expect.stringMatching(/^Error creating: pods "web-.*" is forbidden: no PriorityClass with name high was found$/u),
    ],
  ])
  cluster.advance('1m')
  expect(status(cluster)).toMatchObject({
    replicas: 0,
    observedGeneration: 1,
    conditions: [
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message: expect.stringContaining('no PriorityClass with name high was found'),
        lastTransitionTime: '2020-01-01T00:00:00Z',
      },
    ],
  })
  cluster.resource('scheduling.k8s.io/v1/PriorityClass').create({ metadata: { name: 'high' }, value: 1000 } as never)
  cluster.advance('10m')
  expect(status(cluster)).toMatchObject({ replicas: 9, readyReplicas: 9 })
  expect(status(cluster).conditions).toBeUndefined()
})

test('of running pods, those go first whose deletion costs least', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.replicaSets.create(setManifest('web', 4))
  cluster.settle()
  const all = names({ items: web(cluster) })
  for (const [index, cost] of [
    ['10', -1],
    ['0', 0],
    ['-7', 1],
  ].entries()) {
    cluster.pods.update(all[index]!, (draft) => {
      draft.metadata.annotations = { 'controller.kubernetes.io/pod-deletion-cost': String(cost[0]) }
    })
  }
  const left = (replicas: number): string[] => {
    cluster.replicaSets.scale('web', replicas)
    cluster.settle()
    return names({ items: web(cluster) })
  }
  expect(left(3)).toEqual(all.filter((_, index) => index !== 2))
  expect(left(1)).toEqual([all[0]])
})
