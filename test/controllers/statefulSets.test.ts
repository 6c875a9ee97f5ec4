import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, type StatefulSet } from '../../src/index.ts'
import { names, podManifest, refused } from '../cluster/support.ts'
import { imagesOf, isReady, podsOf, statefulSet, toldOf } from '../support/statefulSets.ts'

const status = (cluster: Cluster, name = 'web'): StatefulSet['status'] => cluster.statefulSets.get(name).status
const podNames = (cluster: Cluster): string[] => names({ items: podsOf(cluster) })
const setImage = (cluster: Cluster, image: string): void =>
  void cluster.statefulSets.update('web', (draft) => void (draft.spec.template.spec.containers[0]!.image = image))
const revisions = (cluster: Cluster): (readonly [string, number])[] =>
  cluster.controllerRevisions
    .list()
    .items.map(({ data, revision }) => {
      const { template } = (data as { spec: { template: StatefulSet['spec']['template'] } }).spec
      return [template.spec.containers[0]!.image!, revision] as const
    })
    .sort(([, a], [, b]) => a - b)

/** What happens to pods from a revision on: `+web-0` made, `~web-0` ready, `!web-0` asked to go, `-web-0` gone. */
function story(cluster: Cluster, since: number): string[] {
  const ready = new Set<string>()
  return cluster.history(since).flatMap(({ type, object, previous }) => {
    if (object.kind !== 'Pod') return []
    const { name, deletionTimestamp, uid } = object.metadata
    if (type === 'ADDED') return `+${name}`
    if (type === 'DELETED') return `-${name}`
    if (deletionTimestamp !== undefined) return previous!.metadata.deletionTimestamp === undefined ? `!${name}` : []
    if (ready.has(uid) || !isReady(object as never)) return []
    ready.add(uid)
    return `~${name}`
  })
}

const created = (replicas: number, more: Parameters<typeof statefulSet>[2] = {}, image = 'web:1'): Cluster => {
  const cluster = createCluster({
    nodes: 3,
    seed: 7,
    history: 'all',
    behaviours: [
      { image: 'broken:*', pullError: 'gone' },
      { image: 'slow:*', ready: '20s' },
    ],
  })
  cluster.statefulSets.create(statefulSet('web', replicas, more, image))
  cluster.settle()
  return cluster
}

describe('in order', () => {
  test('a pod is made once the one before it is ready, and each has a name, a number and a host of its own', () => {
    const cluster = created(3)
    expect(story(cluster, 0)).toEqual(['+web-0', '~web-0', '+web-1', '~web-1', '+web-2', '~web-2'])
    const { metadata } = cluster.statefulSets.get('web')
    const { updateRevision } = status(cluster)
    const { metadata: own, spec } = cluster.pods.get('web-1')
    expect(own).toMatchObject({
      generateName: 'web-',
      labels: {
        app: 'web',
        'statefulset.kubernetes.io/pod-name': 'web-1',
        'apps.kubernetes.io/pod-index': '1',
        'controller-revision-hash': updateRevision,
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          name: 'web',
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    })
    expect(spec).toMatchObject({ hostname: 'web-1', subdomain: 'web' })
    expect(status(cluster)).toEqual({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: updateRevision,
      updateRevision,
      collisionCount: 0,
    })
    expect(toldOf(cluster, 'web')).toEqual(
      ['web-0', 'web-1', 'web-2'].map((name) => `SuccessfulCreate: Create Pod ${name} in StatefulSet web successful`),
    )
  })

  test('pods that are no longer asked for go one after the other, the last first', () => {
    const cluster = created(3)
    const since = cluster.revision
    cluster.statefulSets.scale('web', 1)
    cluster.settle()
    expect(story(cluster, since)).toEqual(['!web-2', '-web-2', '!web-1', '-web-1'])
    expect(status(cluster)).toMatchObject({ replicas: 1, readyReplicas: 1, currentReplicas: 1 })
    expect(toldOf(cluster, 'web')).toContain('SuccessfulDelete: Delete Pod web-2 in StatefulSet web successful')
  })

  test('while a pod is not ready none is made, and none goes unless it is itself no longer asked for', () => {
    const cluster = created(3)
    cluster.pods.delete('web-1')
    cluster.statefulSets.update('web', (draft) => {
      draft.spec.replicas = 5
      draft.spec.template.spec.containers[0]!.image = 'broken:1'
      draft.spec.updateStrategy = { type: 'OnDelete' }
    })
    cluster.advance('2m')
    expect(podNames(cluster)).toEqual(['web-0', 'web-1', 'web-2'])
    cluster.statefulSets.scale('web', 1)
    cluster.advance('1m')
    expect(podNames(cluster)).toEqual(['web-0'])
  })

  test('a pod is available, and the next made, once it has been ready for minReadySeconds', () => {
    const cluster = created(2, { minReadySeconds: 30 })
    expect(podNames(cluster)).toEqual(['web-0'])
    expect(status(cluster)).toMatchObject({ readyReplicas: 1, availableReplicas: 0 })
    const { lastTransitionTime } = cluster.pods.get('web-0').status.conditions!.find(({ type }) => type === 'Ready')!
    cluster.advance(Date.parse(lastTransitionTime!) + 29_990 - cluster.now)
    expect(podNames(cluster)).toEqual(['web-0'])
    cluster.advance(20)
    expect(podNames(cluster)).toEqual(['web-0', 'web-1'])
    cluster.advance('1m')
    expect(status(cluster)).toMatchObject({ readyReplicas: 2, availableReplicas: 2 })
  })
})

describe('all at once', () => {
  test('pods are made and given up together', () => {
    const cluster = created(4, { podManagementPolicy: 'Parallel' })
    expect(story(cluster, 0).slice(0, 4)).toEqual(['+web-0', '+web-1', '+web-2', '+web-3'])
    const since = cluster.revision
    cluster.statefulSets.scale('web', 1)
    cluster.settle()
    expect(story(cluster, since).slice(0, 3)).toEqual(['!web-3', '!web-2', '!web-1'])
    expect(podNames(cluster)).toEqual(['web-0'])
  })

  test('what would refuse them all is asked seldom', () => {
    const template = {
      metadata: { labels: { app: 'web' } },
      spec: { priorityClassName: 'high', containers: [{ name: 'main', image: 'web:1' }] },
    }
    const cluster = createCluster({ nodes: 1 })
    cluster.statefulSets.create(statefulSet('web', 9, { podManagementPolicy: 'Parallel', template }))
    cluster.advance(1)
    expect(toldOf(cluster, 'web')).toEqual([
      'Warning FailedCreate: Create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: no PriorityClass with name high was found',
    ])
    cluster.resource('scheduling.k8s.io/v1/PriorityClass').create({ metadata: { name: 'high' }, value: 1000 } as never)
    cluster.advance('10m')
    expect(status(cluster)).toMatchObject({ replicas: 9, readyReplicas: 9 })
  })

  test('a roll-out still takes one pod at a time', () => {
    const cluster = created(3, { podManagementPolicy: 'Parallel' })
    const since = cluster.revision
    setImage(cluster, 'web:2')
    cluster.settle()
    expect(story(cluster, since).filter((word) => !word.startsWith('-'))).toEqual(
      ['web-2', 'web-1', 'web-0'].flatMap((name) => [`!${name}`, `+${name}`, `~${name}`]),
    )
  })
})

test('ordinals may begin anywhere: what is below is given up once what is above is there', () => {
  const cluster = created(2, { ordinals: { start: 5 } })
  expect(podNames(cluster)).toEqual(['web-5', 'web-6'])
  const since = cluster.revision
  cluster.statefulSets.update('web', (draft) => void (draft.spec.ordinals = { start: 6 }))
  cluster.settle()
  expect(story(cluster, since)).toEqual(['+web-7', '~web-7', '!web-5', '-web-5'])
  expect(podNames(cluster)).toEqual(['web-6', 'web-7'])
})

describe('a new template', () => {
  test('comes to the last pod first, each when the one after it is ready; then it is the current one', () => {
    const cluster = created(3)
    const before = status(cluster).currentRevision
    const since = cluster.revision
    setImage(cluster, 'web:2')
    cluster.runUntil(() => (status(cluster).updatedReplicas ?? 0) === 1)
    expect(status(cluster)).toMatchObject({ currentRevision: before, currentReplicas: 2 })
    cluster.settle()
    expect(story(cluster, since)).toEqual(
      ['web-2', 'web-1', 'web-0'].flatMap((name) => [`!${name}`, `-${name}`, `+${name}`, `~${name}`]),
    )
    const { currentRevision, updateRevision, currentReplicas, updatedReplicas } = status(cluster)
    expect(currentRevision).toBe(updateRevision)
    expect(currentRevision).not.toBe(before)
    expect([currentReplicas, updatedReplicas]).toEqual([3, 3])
    expect(revisions(cluster)).toEqual([
      ['web:1', 1],
      ['web:2', 2],
    ])
  })

  test('that was there before gets its revision back, under the next number', () => {
    const cluster = created(1)
    const first = status(cluster).updateRevision
    setImage(cluster, 'web:2')
    cluster.settle()
    setImage(cluster, 'web:1')
    cluster.settle()
    expect(status(cluster).updateRevision).toBe(first)
    expect(revisions(cluster)).toEqual([
      ['web:2', 2],
      ['web:1', 3],
    ])
  })

  test('stops at the partition: below it, even a pod that is made anew is as before', () => {
    const cluster = created(3, { updateStrategy: { rollingUpdate: { partition: 2 } } })
    setImage(cluster, 'web:2')
    cluster.settle()
    expect(imagesOf(cluster)).toEqual(['web-0=web:1', 'web-1=web:1', 'web-2=web:2'])
    cluster.pods.delete('web-0')
    cluster.settle()
    expect(imagesOf(cluster)).toEqual(['web-0=web:1', 'web-1=web:1', 'web-2=web:2'])
    expect(status(cluster)).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 })
    expect(status(cluster).currentRevision).not.toBe(status(cluster).updateRevision)
    cluster.statefulSets.patch('web', { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } })
    cluster.settle()
    expect(imagesOf(cluster)).toEqual(['web-0=web:2', 'web-1=web:2', 'web-2=web:2'])
    expect(status(cluster).currentRevision).toBe(status(cluster).updateRevision)
  })

  test('waits for whoever deletes the pods where the strategy is OnDelete', () => {
    const cluster = created(2, { updateStrategy: { type: 'OnDelete' } })
    setImage(cluster, 'web:2')
    cluster.settle()
    expect(imagesOf(cluster)).toEqual(['web-0=web:1', 'web-1=web:1'])
    cluster.pods.delete('web-0')
    cluster.settle()
    expect(imagesOf(cluster)).toEqual(['web-0=web:2', 'web-1=web:1'])
  })

  test('that never gets ready stays where it is when it is undone, until its pod is deleted', () => {
    const cluster = created(2)
    setImage(cluster, 'broken:1')
    cluster.advance('2m')
    cluster.statefulSets.rollback('web')
    cluster.advance('2m')
    expect(imagesOf(cluster)).toEqual(['web-0=web:1', 'web-1=broken:1'])
    cluster.pods.delete('web-1')
    cluster.advance('1m')
    expect(imagesOf(cluster)).toEqual(['web-0=web:1', 'web-1=web:1'])
    expect(status(cluster)).toMatchObject({ readyReplicas: 2, updatedReplicas: 2 })
  })

  test('leaves as many former ones in memory as are asked for, beside those that pods are of', () => {
    const cluster = created(1, { revisionHistoryLimit: 1 })
    for (const image of ['web:2', 'web:3', 'web:4']) {
      setImage(cluster, image)
      cluster.settle()
    }
    expect(revisions(cluster)).toEqual([
      ['web:3', 3],
      ['web:4', 4],
    ])
  })

  test('whose name is taken by something else is counted as a collision', () => {
    const cluster = createCluster({ nodes: 1 })
    const plain = createCluster({ nodes: 1 })
    plain.statefulSets.create(statefulSet('web', 1))
    plain.settle()
    const name = status(plain).updateRevision!
    cluster.controllerRevisions.create({ metadata: { name }, data: { spec: 'other' }, revision: 1 } as never)
    cluster.statefulSets.create(statefulSet('web', 1))
    cluster.settle()
    expect(status(cluster)).toMatchObject({ collisionCount: 1, readyReplicas: 1 })
    expect(status(cluster).updateRevision).not.toBe(name)
  })
})

describe('what kubectl rollout does', () => {
  test('undo returns to the template before, or to any that is remembered; what is so already stays', () => {
    const cluster = created(1)
    expect(refused(() => cluster.statefulSets.rollback('web')).status.message).toBe('no last revision to roll back to')
    setImage(cluster, 'web:2')
    cluster.settle()
    expect(cluster.statefulSets.rollback('web', { dryRun: ['All'] }).spec.template.spec.containers[0]!.image).toBe(
      'web:1',
    )
    cluster.statefulSets.rollback('web')
    cluster.settle()
    expect(imagesOf(cluster)).toEqual(['web-0=web:1'])
    const { resourceVersion } = cluster.statefulSets.get('web').metadata
    expect(cluster.statefulSets.rollback('web', { toRevision: 3 }).metadata.resourceVersion).toBe(resourceVersion)
    cluster.statefulSets.rollback('web', { toRevision: 2 })
    cluster.settle()
    expect(imagesOf(cluster)).toEqual(['web-0=web:2'])
    expect(refused(() => cluster.statefulSets.rollback('web', { toRevision: 9 })).status.message).toBe(
      'unable to find specified revision 9 in history',
    )
    expect(refused(() => cluster.statefulSets.rollback('db')).reason).toBe('NotFound')
  })

  test('restart replaces every pod, and not twice within a second', () => {
    const cluster = created(2)
    const before = podsOf(cluster).map(({ metadata }) => metadata.uid)
    cluster.statefulSets.restart('web')
    expect(refused(() => cluster.statefulSets.restart('web')).message).toMatch(
      /^failed to create patch for web: if restart has already been triggered/u,
    )
    cluster.settle()
    const after = podsOf(cluster).map(({ metadata }) => metadata.uid)
    expect(after).toHaveLength(2)
    expect(after.filter((uid) => before.includes(uid))).toEqual([])
  })
})

describe('pods that are not as they ought to be', () => {
  test('one that has failed, or succeeded, is replaced', () => {
    const cluster = created(2)
    for (const phase of ['Failed', 'Succeeded'] as const) {
      const { uid } = cluster.pods.get('web-0').metadata
      cluster.pods.updateStatus('web-0', (draft) => void (draft.status.phase = phase))
      cluster.advance('1m')
      expect(cluster.pods.get('web-0').metadata.uid).not.toBe(uid)
      expect(status(cluster)).toMatchObject({ readyReplicas: 2 })
    }
  })

  test('one that was evicted from a node that is lost is made elsewhere, under its name', () => {
    const cluster = created(1)
    const { nodeName } = cluster.pods.get('web-0').spec
    cluster.faults.crashNode(nodeName!)
    cluster.advance('20m')
    // Nobody says that it has stopped: two of one name must never run.
    expect(cluster.pods.get('web-0').metadata.deletionTimestamp).toBeDefined()
    cluster.pods.delete('web-0', { gracePeriodSeconds: 0 })
    cluster.advance('1m')
    expect(cluster.pods.get('web-0').spec.nodeName).not.toBe(nodeName)
    expect(status(cluster)).toMatchObject({ readyReplicas: 1 })
  })

  test('one that no longer says who it is says so again', () => {
    const cluster = created(1)
    cluster.pods.update('web-0', (draft) => void delete draft.metadata.labels!['statefulset.kubernetes.io/pod-name'])
    cluster.settle()
    expect(cluster.pods.get('web-0').metadata.labels).toMatchObject({ 'statefulset.kubernetes.io/pod-name': 'web-0' })
    expect(toldOf(cluster, 'web')).toContain('SuccessfulUpdate: Update Pod web-0 in StatefulSet web successful')
  })

  test('one of nobody is taken over where its name and its labels are those of a pod of the set', () => {
    const cluster = createCluster({ nodes: 1, seed: 7 })
    for (const [name, app] of [
      ['web-0', 'web'],
      ['web-x', 'web'],
      ['other-1', 'web'],
      ['web-1', 'db'],
    ] as const)
      cluster.pods.create(podManifest(name, { labels: { app } }))
    cluster.statefulSets.create(statefulSet('web', 1))
    cluster.settle()
    const owned = cluster.pods.list().items.filter(({ metadata }) => metadata.ownerReferences !== undefined)
    expect(names({ items: owned })).toEqual(['web-0'])
    expect(owned[0]!.metadata.ownerReferences).toMatchObject([{ kind: 'StatefulSet', name: 'web', controller: true }])
    // It was of no revision, and has been replaced.
    expect(status(cluster)).toMatchObject({ readyReplicas: 1, updatedReplicas: 1 })
    cluster.statefulSets.scale('web', 2)
    cluster.pods.update('web-1', (draft) => void (draft.metadata.labels = { app: 'web' }))
    cluster.settle()
    expect(cluster.pods.get('web-1').metadata.ownerReferences).toMatchObject([{ kind: 'StatefulSet', name: 'web' }])
  })

  test('one that the selector no longer chooses is let go, and its name is missed until it is free', () => {
    const cluster = created(2)
    const { uid } = cluster.pods.get('web-1').metadata
    cluster.pods.update('web-1', (draft) => void (draft.metadata.labels!['app'] = 'debug'))
    cluster.advance('1m')
    expect(cluster.pods.get('web-1').metadata).toMatchObject({ uid })
    expect(cluster.pods.get('web-1').metadata).not.toHaveProperty('ownerReferences')
    expect(status(cluster)).toMatchObject({ replicas: 1 })
    cluster.pods.delete('web-1')
    cluster.advance('20m')
    expect(status(cluster)).toMatchObject({ replicas: 2, readyReplicas: 2 })
  })
})

test('a set that is deleted takes its pods and revisions along, one that is orphaned leaves them to the next', () => {
  const cluster = created(2)
  const before = podsOf(cluster).map(({ metadata }) => metadata.uid)
  cluster.statefulSets.delete('web', { propagationPolicy: 'Orphan' })
  cluster.settle()
  cluster.statefulSets.create(statefulSet('web', 2))
  cluster.settle()
  expect(podsOf(cluster).map(({ metadata }) => metadata.uid)).toEqual(before)
  expect(revisions(cluster)).toEqual([['web:1', 1]])
  cluster.statefulSets.delete('web', { propagationPolicy: 'Foreground' })
  cluster.settle()
  expect([podNames(cluster), revisions(cluster), cluster.statefulSets.find('web')]).toEqual([[], [], undefined])
})

test('a controller that comes back goes on where it stopped, and one that is cut off makes up for it', () => {
  const cluster = createCluster({ nodes: 3, behaviours: [{ image: 'web:*', ready: '10s' }] })
  cluster.statefulSets.create(statefulSet('web', 3))
  cluster.advance('12s')
  cluster.controllers.crash('statefulset-controller')
  cluster.advance('1m')
  expect(podNames(cluster)).toEqual(['web-0', 'web-1'])
  cluster.controllers.restart('statefulset-controller')
  cluster.settle()
  expect(status(cluster)).toMatchObject({ readyReplicas: 3 })
  cluster.faults.inject({ type: 'partition', controller: 'statefulset-controller' }, { for: '1m' })
  cluster.statefulSets.scale('web', 1)
  cluster.advance('5m')
  expect(podNames(cluster)).toEqual(['web-0'])
})

test('clusters without any pay nothing: not one task more, whatever happens to pods', () => {
  const tasks = (disable: string[]): string => {
    const cluster = createCluster({ nodes: 3, disable })
    cluster.pods.create(podManifest('web-0', { labels: { app: 'web' } }))
    cluster.replicaSets.create({
      metadata: { name: 'web' },
      spec: {
        replicas: 9,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'a:1' }] } },
      },
    })
    cluster.advance('10m')
    return String(cluster)
  }
  expect(tasks([])).toBe(tasks(['statefulset-controller']))
})
