import { expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  type Deployment,
  type Manifest,
  type Pod,
} from '../../src/index.ts'
import { names, refused } from '../cluster/support.ts'

type Spec = Manifest<Deployment['spec']>

const revision = 'deployment.kubernetes.io/revision'

/** Pods of `never:*` do not become ready, those of `slow:*` take ten seconds. */
const behaviours: ClusterOptions['behaviours'] = [
  { image: 'never:*', ready: false },
  { image: 'slow:*', ready: '10s' },
]

const manifest = (replicas: number, more: Spec = {}, image = 'web:1'): Manifest<Deployment> => ({
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web', tier: 'front' } }, spec: { containers: [{ name: 'main', image }] } },
    ...more,
  },
})

/** A cluster whose deployment `web` has come up. */
function up(replicas: number, more: Spec = {}, options: ClusterOptions = {}): Cluster {
  const cluster = createCluster({ nodes: 3, seed: 7, behaviours, ...options })
  cluster.deployments.create(manifest(replicas, more))
  cluster.settle()
  return cluster
}

const web = (cluster: Cluster): Deployment => cluster.deployments.get('web')
const setImage = (cluster: Cluster, image: string): Deployment =>
  cluster.deployments.update('web', (draft) => void (draft.spec.template.spec.containers[0]!.image = image))
const condition = (cluster: Cluster, type: string): object | undefined =>
  web(cluster).status.conditions?.find((one) => one.type === type)
const left = (cluster: Cluster): Pod[] =>
  cluster.pods.list().items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)

/** What each replica set asks for, by image. */
function sizes(cluster: Cluster): Record<string, number> {
  const sets = cluster.replicaSets.list().items
  return Object.fromEntries(sets.map(({ spec }) => [spec.template!.spec.containers[0]!.image!, spec.replicas!]))
}

/** The scalings that were recorded, with images in the place of names. */
function scalings(cluster: Cluster): string[] {
  const images = new Map(
    cluster.replicaSets
      .list()
      .items.map(({ metadata, spec }) => [metadata.name, spec.template!.spec.containers[0]!.image!]),
  )
  const events = cluster.events.list({ fieldSelector: 'reason=ScalingReplicaSet' }).items
  return [...events]
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map(({ message = '' }) => message.replace(/web-\w+/u, (name) => images.get(name) ?? name))
}

test('a deployment comes up by way of one replica set, and says so', () => {
  const cluster = up(3)
  const { metadata, status } = web(cluster)
  expect([metadata.generation, metadata.annotations]).toEqual([1, { [revision]: '1' }])
  expect(status).toEqual({
    observedGeneration: 1,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    terminatingReplicas: 0,
    conditions: [
      {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
        lastUpdateTime: '2020-01-01T00:00:01Z',
        lastTransitionTime: '2020-01-01T00:00:01Z',
      },
      {
        type: 'Progressing',
        status: 'True',
        reason: 'NewReplicaSetAvailable',
        message: expect.stringMatching(/^ReplicaSet "web-[2-9b-z]{8,10}" has successfully progressed\.$/u),
        lastUpdateTime: '2020-01-01T00:00:01Z',
        lastTransitionTime: '2020-01-01T00:00:00Z',
      },
    ],
  })
  const [set, ...others] = cluster.replicaSets.list().items
  const hash = set!.metadata.labels!['pod-template-hash']!
  expect(others).toEqual([])
  expect(set!.metadata).toMatchObject({
    name: `web-${hash}`,
    labels: { app: 'web', tier: 'front', 'pod-template-hash': hash },
    annotations: {
      [revision]: '1',
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
    },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: 'web',
        uid: metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  })
  expect(set!.spec.selector).toEqual({ matchLabels: { app: 'web', 'pod-template-hash': hash } })
  for (const pod of left(cluster)) {
    expect(pod.metadata.name).toMatch(new RegExp(`^web-${hash}-[2-9b-z]{5}$`, 'u'))
    expect(pod.metadata.labels).toEqual({ app: 'web', tier: 'front', 'pod-template-hash': hash })
  }
})

test('a changed template is rolled out step by step, and each step is an event', () => {
  const cluster = up(3)
  setImage(cluster, 'web:2')
  cluster.settle()
  expect(scalings(cluster)).toEqual([
    'Scaled up replica set web:1 from 0 to 3',
    'Scaled up replica set web:2 from 0 to 1',
    'Scaled down replica set web:1 from 3 to 2',
    'Scaled up replica set web:2 from 1 to 2',
    'Scaled down replica set web:1 from 2 to 1',
    'Scaled up replica set web:2 from 2 to 3',
    'Scaled down replica set web:1 from 1 to 0',
  ])
  expect(sizes(cluster)).toEqual({ 'web:1': 0, 'web:2': 3 })
  expect(left(cluster).map(({ spec }) => spec.containers[0]!.image)).toEqual(['web:2', 'web:2', 'web:2'])
  expect(web(cluster).metadata.annotations).toEqual({ [revision]: '2' })
})

test('what the replica set only repeats is no new generation of it', () => {
  const cluster = up(2)
  cluster.deployments.update('web', (draft) => void (draft.metadata.annotations!['team'] = 'shop'))
  cluster.settle()
  const { metadata, spec } = cluster.replicaSets.list().items[0]!
  expect([metadata.annotations!['team'], metadata.generation, spec.minReadySeconds]).toEqual(['shop', 1, undefined])
})

test('what changes beside the template makes no new replica set', () => {
  const cluster = up(2)
  cluster.deployments.update('web', (draft) => {
    draft.metadata.annotations!['team'] = 'shop'
    draft.spec.minReadySeconds = 5
    draft.spec.revisionHistoryLimit = 1
  })
  cluster.settle()
  const sets = cluster.replicaSets.list().items
  expect(sets).toHaveLength(1)
  expect(sets[0]).toMatchObject({ metadata: { annotations: { team: 'shop' } }, spec: { minReadySeconds: 5 } })
  expect(web(cluster).status.observedGeneration).toBe(web(cluster).metadata.generation)
})

test('an amount that is written otherwise is nothing to roll out', () => {
  const cluster = up(2)
  const ask = (memory: string): Deployment =>
    cluster.deployments.update('web', ({ spec }) => {
      spec.template.spec.containers[0]!.resources = { requests: { memory } }
    })
  for (const [memory, generation, sets] of [
    ['1Gi', 2, 2],
    ['1073741824', 2, 2],
    ['1073741825', 3, 3],
  ] as const) {
    expect(ask(memory).metadata.generation).toBe(generation)
    cluster.settle()
    expect(cluster.replicaSets.list().items).toHaveLength(sets)
  }
})

test('a roll-out that does not get on reports that its deadline has passed, and an undo goes back to the same replica set', () => {
  const cluster = up(3, { progressDeadlineSeconds: 60 })
  const { template } = web(cluster).spec
  const before = cluster.replicaSets.list().items[0]!
  setImage(cluster, 'never:1')
  const { next } = cluster.settle()
  expect(next).toContainEqual(expect.objectContaining({ component: 'deployment-controller', kind: 'timer' }))
  expect(condition(cluster, 'Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' })
  cluster.advance('55s')
  expect(condition(cluster, 'Progressing')).toMatchObject({ status: 'True' })
  cluster.advance('7s')
  const [stuck] = cluster.replicaSets.list().items.filter(({ metadata }) => metadata.name !== before.metadata.name)
  expect(condition(cluster, 'Progressing')).toMatchObject({
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: `ReplicaSet "${stuck!.metadata.name}" has timed out progressing.`,
  })
  expect(condition(cluster, 'Available')).toMatchObject({ status: 'True' })

  cluster.deployments.rollback('web')
  cluster.settle()
  expect(web(cluster).spec.template).toEqual(template)
  expect(sizes(cluster)).toEqual({ 'web:1': 3, 'never:1': 0 })
  expect(cluster.replicaSets.get(before.metadata.name).metadata).toMatchObject({
    uid: before.metadata.uid,
    annotations: { [revision]: '3', 'deployment.kubernetes.io/revision-history': '1' },
  })
  expect(condition(cluster, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' })
})

test('an undo goes to the revision that is named, and is refused where kubectl would refuse it', () => {
  const cluster = up(1)
  const said = (act: () => unknown): string => refused(act).status.message
  expect(said(() => cluster.deployments.rollback('web'))).toBe('no rollout history found for deployment "web"')
  for (const image of ['web:2', 'web:3']) {
    setImage(cluster, image)
    cluster.settle()
  }
  cluster.deployments.rollback('web', { toRevision: 1 })
  cluster.settle()
  expect(sizes(cluster)).toEqual({ 'web:1': 1, 'web:2': 0, 'web:3': 0 })
  expect(said(() => cluster.deployments.rollback('web', { toRevision: 1 }))).toBe(
    'unable to find specified revision 1 in history',
  )
  const { revision: unmoved } = cluster
  expect(cluster.deployments.rollback('web', { toRevision: 4 })).toEqual(web(cluster))
  expect(cluster.revision).toBe(unmoved)
  cluster.deployments.pause('web')
  expect(said(() => cluster.deployments.rollback('web'))).toMatch(/^you cannot rollback a paused deployment/u)
  expect(said(() => cluster.deployments.rollback('web', { toRevision: 9 }))).toBe(
    'unable to find specified revision 9 in history',
  )
  expect(said(() => cluster.deployments.restart('web'))).toBe(
    'deployments.apps "web" can\'t restart paused deployment (run rollout resume first)',
  )
  expect(said(() => cluster.deployments.pause('web'))).toBe('deployments.apps "web" is already paused')
  cluster.deployments.resume('web')
  expect(said(() => cluster.deployments.resume('web'))).toBe('deployments.apps "web" is not paused')
  expect(refused(() => cluster.deployments.rollback('db')).reason).toBe('NotFound')
})

test('a restart replaces every pod, and says when in the template', () => {
  const cluster = up(2)
  const before = names({ items: left(cluster) })
  cluster.advance('1h')
  const time = cluster.time
  cluster.deployments.restart('web')
  expect(refused(() => cluster.deployments.restart('web')).message).toContain(
    'failed to create patch for web: if restart has already been triggered within the past second, please wait before',
  )
  cluster.settle()
  expect(left(cluster).map(({ metadata }) => metadata.annotations)).toEqual([
    { 'kubectl.kubernetes.io/restartedAt': time },
    { 'kubectl.kubernetes.io/restartedAt': time },
  ])
  expect(names({ items: left(cluster) }).filter((name) => before.includes(name))).toEqual([])
})

test('a deployment that recreates ends the old pods before it makes the new replica set', () => {
  const cluster = up(3, { strategy: { type: 'Recreate' } }, { behaviours: [{ image: 'web:*', stop: '20s' }] })
  setImage(cluster, 'web:2')
  cluster.advance('15s')
  expect(sizes(cluster)).toEqual({ 'web:1': 0 })
  expect(web(cluster).status).toMatchObject({ terminatingReplicas: 3 })
  expect(condition(cluster, 'Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' })
  cluster.settle()
  expect(scalings(cluster)).toEqual([
    'Scaled up replica set web:1 from 0 to 3',
    'Scaled down replica set web:1 from 3 to 0',
    'Scaled up replica set web:2 from 0 to 3',
  ])
  expect(web(cluster).status).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 })
})

test('a deployment scaled amid a roll-out grows in proportion', () => {
  // The numbers are those of the Kubernetes documentation on Deployments.
  const cluster = up(10, { strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } })
  setImage(cluster, 'never:1')
  cluster.settle()
  expect(sizes(cluster)).toEqual({ 'web:1': 8, 'never:1': 5 })
  cluster.deployments.scale('web', 15)
  cluster.settle()
  expect(sizes(cluster)).toEqual({ 'web:1': 11, 'never:1': 7 })
  cluster.deployments.scale('web', 5)
  cluster.settle()
  expect(scalings(cluster).slice(-4)).toEqual([
    'Scaled down replica set web:1 from 11 to 5',
    'Scaled down replica set never:1 from 7 to 3',
    // Then it rolls on: 3 of 5 have to be available.
    'Scaled down replica set web:1 from 5 to 3',
    'Scaled up replica set never:1 from 3 to 5',
  ])
  cluster.deployments.scale('web', 0)
  cluster.settle()
  expect(sizes(cluster)).toEqual({ 'web:1': 0, 'never:1': 0 })
})

test('while it is paused, a deployment scales but does not roll; resumed, it rolls to the last template', () => {
  const cluster = up(2)
  cluster.deployments.pause('web')
  setImage(cluster, 'web:2')
  setImage(cluster, 'web:3')
  cluster.settle()
  expect(condition(cluster, 'Progressing')).toMatchObject({
    status: 'Unknown',
    reason: 'DeploymentPaused',
    message: 'Deployment is paused',
  })
  expect(sizes(cluster)).toEqual({ 'web:1': 2 })
  cluster.deployments.scale('web', 4)
  cluster.advance('1h')
  expect(sizes(cluster)).toEqual({ 'web:1': 4 })
  expect(web(cluster).status).toMatchObject({ availableReplicas: 4, observedGeneration: 5 })
  cluster.deployments.resume('web')
  cluster.advance(5)
  expect(condition(cluster, 'Progressing')).toMatchObject({ reason: expect.stringMatching(/Resumed|Created|Updated/u) })
  cluster.settle()
  expect(sizes(cluster)).toEqual({ 'web:1': 0, 'web:3': 4 })
})

test('a deployment without a deadline says nothing of its progress, paused or not', () => {
  const cluster = up(2, { progressDeadlineSeconds: 2_147_483_647 })
  cluster.deployments.pause('web')
  cluster.settle()
  expect(web(cluster).status.conditions!.map(({ type }) => type)).toEqual(['Available'])
})

test('pods count as available once they have been ready for minReadySeconds, and the roll-out waits for that', () => {
  const cluster = up(2, { minReadySeconds: 30, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } })
  expect(web(cluster).status).toMatchObject({ readyReplicas: 2 })
  expect(web(cluster).status.availableReplicas).toBeUndefined()
  cluster.advance('1m')
  expect(web(cluster).status).toMatchObject({ availableReplicas: 2 })
  setImage(cluster, 'web:2')
  cluster.settle()
  expect(sizes(cluster)).toEqual({ 'web:1': 2, 'web:2': 1 })
  cluster.advance('31s')
  expect(sizes(cluster)).toEqual({ 'web:1': 1, 'web:2': 2 })
  cluster.advance('2m')
  expect(sizes(cluster)).toEqual({ 'web:1': 0, 'web:2': 2 })
})

test('old pods that are not available go first, however few may be missing', () => {
  const cluster = up(4, { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } })
  setImage(cluster, 'never:1')
  cluster.settle()
  setImage(cluster, 'slow:1')
  cluster.advance('5s')
  expect(sizes(cluster)).toEqual({ 'web:1': 4, 'never:1': 0, 'slow:1': 1 })
  cluster.settle()
  expect(sizes(cluster)).toEqual({ 'web:1': 0, 'never:1': 0, 'slow:1': 4 })
})

test('so many former revisions are kept as the history may be long', () => {
  const cluster = up(1, { revisionHistoryLimit: 2 })
  for (const image of ['web:2', 'web:3', 'web:4', 'web:5']) {
    setImage(cluster, image)
    cluster.settle()
  }
  expect(sizes(cluster)).toEqual({ 'web:3': 0, 'web:4': 0, 'web:5': 1 })
  cluster.deployments.update('web', (draft) => void (draft.spec.revisionHistoryLimit = 0))
  cluster.settle()
  expect(sizes(cluster)).toEqual({ 'web:5': 1 })
})

test('a deployment takes over a replica set that it chooses and nobody owns, and lets go of one it no longer chooses', () => {
  const cluster = up(2)
  const [set] = cluster.replicaSets.list().items
  const { name, uid } = set!.metadata
  cluster.replicaSets.update(name, (draft) => void (draft.metadata.labels = { app: 'quarantine' }))
  cluster.settle()
  expect(cluster.replicaSets.get(name).metadata).not.toHaveProperty('ownerReferences')
  // Its name is taken, so that the next one gets another.
  const all = cluster.replicaSets.list().items
  expect(all).toHaveLength(2)
  expect(web(cluster).status).toMatchObject({ collisionCount: 1, availableReplicas: 2 })
  cluster.replicaSets.update(name, (draft) => void (draft.metadata.labels = set!.metadata.labels!))
  cluster.settle()
  expect(cluster.replicaSets.get(name).metadata).toMatchObject({ uid, ownerReferences: [{ name: 'web' }] })
  expect(cluster.replicaSets.list().items.map(({ spec }) => spec.replicas)).toEqual(expect.arrayContaining([0, 2]))
  expect(left(cluster)).toHaveLength(2)
})

test('what a replica set cannot do is the deployment’s failure too', () => {
  const cluster = up(1)
  cluster.deployments.update('web', (draft) => void (draft.spec.template.spec.priorityClassName = 'high'))
  cluster.advance('1m')
  expect(condition(cluster, 'ReplicaFailure')).toMatchObject({
    status: 'True',
    reason: 'FailedCreate',
    message: expect.stringContaining('no PriorityClass with name high was found'),
  })
  cluster.deployments.rollback('web')
  cluster.settle()
  expect(condition(cluster, 'ReplicaFailure')).toBeUndefined()
})

test('deployments that choose the same pods leave each other’s replica sets alone', () => {
  const cluster = up(2)
  cluster.deployments.create({ ...manifest(3, {}, 'other:1'), metadata: { name: 'twin' } })
  cluster.settle()
  const owners = cluster.replicaSets.list().items.map(({ metadata }) => metadata.ownerReferences![0]!.name)
  expect(owners.sort()).toEqual(['twin', 'web'])
  expect(cluster.deployments.list().items.map(({ status }) => status.availableReplicas)).toEqual([3, 2])
})

test('a pod that somebody deletes is replaced under the same template', () => {
  const cluster = up(3)
  const [first] = left(cluster)
  cluster.pods.delete(first!.metadata.name)
  cluster.settle()
  expect(web(cluster).status).toMatchObject({ availableReplicas: 3, updatedReplicas: 3 })
  expect(cluster.replicaSets.list().items).toHaveLength(1)
})

test('with a deployment go its replica sets and their pods, unless they are to be left', () => {
  const cluster = up(2)
  setImage(cluster, 'web:2')
  cluster.settle()
  cluster.deployments.delete('web', { propagationPolicy: 'Orphan' })
  cluster.settle()
  expect(sizes(cluster)).toEqual({ 'web:1': 0, 'web:2': 2 })
  const pods = names({ items: left(cluster) })
  // The same deployment again takes up where the other left off.
  cluster.deployments.create(manifest(2, {}, 'web:2'))
  cluster.settle()
  expect(names({ items: left(cluster) })).toEqual(pods)
  expect(web(cluster).metadata.annotations).toEqual({ [revision]: '2' })
  cluster.deployments.delete('web')
  cluster.settle()
  expect([...cluster.replicaSets.list().items, ...cluster.pods.list().items]).toEqual([])
})
