import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  importCluster,
  loadCluster,
  type Manifest,
  type PersistentVolumeClaim,
  replay,
} from '../../src/index.ts'
import { refused } from '../cluster/support.ts'
import { dumpOf } from '../support/dump.ts'
import { claim, storageClass, user, volume } from '../support/volumes.ts'

const growing = storageClass('fast', { allowVolumeExpansion: true })

/** Its volumes need not be attached, so that nothing is waited for but growth. */
const driver = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSIDriver',
  metadata: { name: 'disk.example.com' },
  spec: { attachRequired: false },
}

/** A cluster with the bound claim `data` of 3Gi, and its pod. */
const make = (
  spec: Manifest<PersistentVolumeClaim['spec']> = {},
  { options = {}, pods = ['web'] }: { options?: ClusterOptions; pods?: string[] } = {},
): Cluster => {
  const cluster = createCluster({ nodes: 2, ...options })
  cluster.apply([growing, driver])
  cluster.persistentVolumeClaims.create(claim('data', '3Gi', { storageClassName: 'fast', ...spec }))
  for (const name of pods) cluster.pods.create(user(name, ['data']))
  cluster.settle()
  return cluster
}

const ask = (cluster: Cluster, storage: string): void =>
  void cluster.persistentVolumeClaims.update('data', ({ spec }) => {
    spec.resources = { requests: { storage } }
  })

const status = (cluster: Cluster): PersistentVolumeClaim['status'] => cluster.persistentVolumeClaims.get('data').status

/** How far a claim has come: its room, the step, what it was to come to, and its conditions. */
const stand = (cluster: Cluster): readonly unknown[] => {
  const { capacity, allocatedResourceStatuses, allocatedResources, conditions = [] } = status(cluster)
  const all = [capacity, allocatedResourceStatuses, allocatedResources].map((one) => one?.['storage'])
  return [...all, ...conditions.map(({ type }) => type)]
}

const grownTo = (size: string): readonly unknown[] => [size, undefined, size]

const volumeOf = (cluster: Cluster): readonly unknown[] => {
  const { spec, metadata } = cluster.persistentVolumes.get(cluster.persistentVolumeClaims.get('data').spec.volumeName!)
  return [spec.capacity?.['storage'], metadata.annotations?.['volume.alpha.kubernetes.io/pre-resize-capacity']]
}

const reasons = ['ExternalExpanding', 'Resizing', 'VolumeResizeSuccessful', 'FileSystemResize']

/** What was told of growth, in the order in which it was told first. */
const told = (cluster: Cluster): string[] =>
  cluster.events
    .list()
    .items.filter(({ reason = '' }) => reasons.some((one) => reason.startsWith(one)))
    .sort((a, b) => Number(a.metadata.uid > b.metadata.uid))
    .sort((a, b) => String(a.firstTimestamp).localeCompare(String(b.firstTimestamp)))
    .map(
      ({ source, involvedObject, type, reason, message }) =>
        `${source?.component} ${involvedObject.name} ${type} ${reason}: ${message}`,
    )

describe('a claim that asks for more room', () => {
  test('grows step by step under a pod that runs, and everyone says so', () => {
    const cluster = make()
    const { volumeName } = cluster.persistentVolumeClaims.get('data').spec
    ask(cluster, '5Gi')
    cluster.advance('500ms')
    expect(stand(cluster)).toEqual(['3Gi', 'ControllerResizeInProgress', '5Gi', 'Resizing'])
    expect(volumeOf(cluster)).toEqual(['3Gi', undefined])
    cluster.advance('1s')
    expect(stand(cluster)).toEqual(['3Gi', 'NodeResizeInProgress', '5Gi', 'Resizing', 'FileSystemResizePending'])
    expect(volumeOf(cluster)).toEqual(['5Gi', '3Gi'])
    expect(status(cluster).conditions?.[1]).toEqual({
      type: 'FileSystemResizePending',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: '2020-01-01T00:00:03Z',
      message: 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.',
    })
    cluster.advance('1s')
    expect(stand(cluster)).toEqual(grownTo('5Gi'))
    expect(volumeOf(cluster)).toEqual(['5Gi', undefined])
    const succeeded = `MountVolume.NodeExpandVolume succeeded for volume "${volumeName}" node-0`
    expect(told(cluster).sort()).toEqual([
      `external-resizer data Normal FileSystemResizeRequired: Require file system resize of volume on node`,
      `external-resizer data Normal Resizing: External resizer is resizing volume ${volumeName}`,
      `kubelet data Normal FileSystemResizeSuccessful: ${succeeded}`,
      `kubelet web Normal FileSystemResizeSuccessful: ${succeeded}`,
      `volume_expand data Normal ExternalExpanding: waiting for an external controller to expand this PVC`,
    ])
  })

  test('that no pod uses waits for one, which starts when its file system has grown', () => {
    const cluster = make({}, { pods: [] })
    ask(cluster, '5Gi')
    cluster.advance('1h')
    expect(stand(cluster)).toEqual(['3Gi', 'NodeResizePending', '5Gi', 'Resizing', 'FileSystemResizePending'])
    cluster.pods.create(user('web', ['data']))
    cluster.advance('900ms')
    expect(stand(cluster)[1]).toBe('NodeResizeInProgress')
    expect(cluster.pods.get('web').status.podIP).toBeUndefined()
    cluster.advance('200ms')
    expect(stand(cluster)).toEqual(grownTo('5Gi'))
    cluster.settle()
    expect(cluster.pods.get('web').status.phase).toBe('Running')
  })

  test('is not mounted by a pod of which no container asks for it', () => {
    const cluster = make({}, { pods: [] })
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
    cluster.pods.create(user('idle', [], { volumes }))
    cluster.settle()
    ask(cluster, '5Gi')
    cluster.settle()
    expect(stand(cluster)[1]).toBe('NodeResizePending')
  })

  test('of a raw block is done when the volume is larger', () => {
    const cluster = make({ volumeMode: 'Block' }, { pods: [] })
    ask(cluster, '5Gi')
    cluster.settle()
    expect([stand(cluster), volumeOf(cluster)]).toEqual([grownTo('5Gi'), ['5Gi', undefined]])
    const { annotations } = cluster.persistentVolumeClaims.get('data').metadata
    expect(annotations?.['volume.kubernetes.io/node-expansion-not-required']).toBe('true')
    expect(told(cluster).some((one) => one.endsWith('VolumeResizeSuccessful: Resize volume succeeded'))).toBe(true)
  })

  test('gets what it asked for, which its driver counts by powers of 1024', () => {
    const cluster = make()
    ask(cluster, '5120M')
    cluster.settle()
    expect([stand(cluster), volumeOf(cluster)[0]]).toEqual([grownTo('5120M'), '5000000Ki'])
  })

  test('asks again while it grows, and has one growth after the other', () => {
    const cluster = make()
    ask(cluster, '5Gi')
    cluster.advance('500ms')
    ask(cluster, '8Gi')
    cluster.advance('1s')
    expect(stand(cluster).slice(0, 3)).toEqual(['3Gi', 'NodeResizeInProgress', '5Gi'])
    cluster.advance('1s')
    expect(stand(cluster)).toEqual(['5Gi', 'ControllerResizeInProgress', '8Gi', 'Resizing'])
    cluster.settle()
    expect(stand(cluster)).toEqual(grownTo('8Gi'))
  })

  test('may ask for less while it grows, though not for less than it has, and gets what was begun', () => {
    const cluster = make()
    ask(cluster, '8Gi')
    cluster.advance('500ms')
    ask(cluster, '4Gi')
    const error = refused(() => ask(cluster, '3Gi'))
    const less = 'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity'
    expect(error.message).toContain(`PersistentVolumeClaim "data" is invalid: ${less}`)
    cluster.settle()
    expect(stand(cluster)).toEqual(grownTo('8Gi'))
  })

  test('takes as long as it is said to', () => {
    const latency = { volumeExpansion: '20s', fileSystemExpansion: '5s' }
    const cluster = make({}, { options: { latency } })
    ask(cluster, '5Gi')
    cluster.advance('24s')
    expect(stand(cluster)[0]).toBe('3Gi')
    cluster.advance('2s')
    expect(stand(cluster)).toEqual(grownTo('5Gi'))
  })

  test.each<[string, (cluster: Cluster) => unknown, (cluster: Cluster) => unknown]>([
    [
      'the resizer',
      (cluster) => cluster.controllers.crash('external-resizer'),
      (cluster) => cluster.controllers.restart('external-resizer'),
    ],
    ['the node', (cluster) => cluster.faults.crashNode('node-0'), (cluster) => cluster.faults.restartNode('node-0')],
    ['the way to the node', (cluster) => cluster.faults.partitionNode('node-0', { for: '20s' }), () => undefined],
    ['the quorum', (cluster) => cluster.faults.loseQuorum({ for: '20s' }), () => undefined],
    ['the API server', (cluster) => cluster.faults.stopApiServer({ for: '20s' }), () => undefined],
  ])('grows though %s fails at any moment of it', (_, fail, mend) => {
    for (const after of ['0s', '500ms', '1002ms', '1500ms', '2004ms']) {
      const cluster = make()
      ask(cluster, '5Gi')
      cluster.advance(after)
      fail(cluster)
      cluster.advance('30s')
      mend(cluster)
      cluster.advance('1m')
      expect([after, stand(cluster), volumeOf(cluster)]).toEqual([after, grownTo('5Gi'), ['5Gi', undefined]])
      expect(cluster.pods.get('web').status.phase).toBe('Running')
    }
  })

  test('is not set back by a resizer that learns late that it was heard', () => {
    for (const call of [1, 2, 3]) {
      const cluster = make()
      cluster.faults.loseReply('external-resizer', { call })
      ask(cluster, '5Gi')
      cluster.faults.partition('external-resizer', { after: call === 1 ? '1.5ms' : '1001.5ms', for: '20s' })
      cluster.advance('10s')
      ask(cluster, '8Gi')
      cluster.advance('1m')
      expect([call, stand(cluster), volumeOf(cluster)]).toEqual([call, grownTo('8Gi'), ['8Gi', undefined]])
    }
  })

  test('that cannot be written keeps the pod that is to mount it waiting, and nobody else', () => {
    const cluster = make({}, { pods: [] })
    ask(cluster, '5Gi')
    cluster.settle()
    cluster.pods.create(user('web', ['data']))
    cluster.advance('500ms')
    const lost = cluster.faults.loseQuorum()
    cluster.settle()
    cluster.advance('10m')
    lost.heal()
    expect([stand(cluster)[0], cluster.pods.get('web').status.phase]).toEqual(['3Gi', 'Pending'])
    cluster.advance('10m')
    expect([stand(cluster), cluster.pods.get('web').status.phase]).toEqual([grownTo('5Gi'), 'Running'])
  })

  test('that many nodes have mounted grows on each of them', () => {
    const cluster = make({ accessModes: ['ReadWriteMany'] }, { pods: [] })
    for (const nodeName of ['node-0', 'node-1']) cluster.pods.create(user(nodeName, ['data'], { nodeName }))
    cluster.settle()
    ask(cluster, '5Gi')
    cluster.settle()
    expect(stand(cluster)).toEqual(grownTo('5Gi'))
    const nodes = told(cluster).filter((one) => one.startsWith('kubelet node'))
    expect(nodes.map((one) => one.split(' ')[1]).sort()).toEqual(['node-0', 'node-1'])
  })

  test('that several pods of a node have mounted grows once', () => {
    const cluster = make({}, { options: { nodes: 1 }, pods: ['a', 'b'] })
    ask(cluster, '5Gi')
    cluster.settle()
    expect(stand(cluster)).toEqual(grownTo('5Gi'))
    expect(told(cluster).filter((one) => one.startsWith('kubelet'))).toHaveLength(2)
  })

  test('goes on under another pod of its node, or with the next that starts, when its own is deleted', () => {
    for (const pods of [['a', 'b'], ['a']]) {
      const cluster = make({}, { options: { nodes: 1 }, pods })
      ask(cluster, '5Gi')
      cluster.advance('1500ms')
      cluster.pods.delete('a', { gracePeriodSeconds: 0 })
      cluster.settle()
      if (pods.length === 1) {
        expect(stand(cluster)[1]).toBe('NodeResizeInProgress')
        cluster.pods.create(user('c', ['data']))
        cluster.settle()
      }
      expect(stand(cluster)).toEqual(grownTo('5Gi'))
    }
  })

  test('stays as it is where it is only read, which the next pod is told', () => {
    const cluster = make({}, { pods: [] })
    ask(cluster, '5Gi')
    cluster.settle()
    const { volumeName } = cluster.persistentVolumeClaims.get('data').spec
    const volumes = [{ name: 'v0', persistentVolumeClaim: { claimName: 'data', readOnly: true } }]
    const reader = user('reader', ['data'])
    cluster.pods.create({ ...reader, spec: { ...reader.spec, volumes } })
    cluster.settle()
    expect(cluster.pods.get('reader').status.phase).toBe('Running')
    expect(stand(cluster)[1]).toBe('NodeResizePending')
    const failed = `MountVolume.NodeExpandVolume failed for volume "${volumeName}" requested read-only file system`
    expect(told(cluster)).toContain(`kubelet reader Warning FileSystemResizeFailed: ${failed}`)
    expect(told(cluster)).toContain(`kubelet data Warning FileSystemResizeFailed: ${failed}`)
  })

  test('is resumed by whoever loads, forks or replays it at any moment', () => {
    for (const after of ['500ms', '1001.5ms', '1500ms']) {
      const cluster = make()
      ask(cluster, '5Gi')
      cluster.advance(after)
      const others = [cluster.fork(), loadCluster(cluster.save())]
      for (const one of [cluster, ...others]) one.advance('10s')
      expect(stand(cluster)).toEqual(grownTo('5Gi'))
      const hash = cluster.historyHash()
      for (const one of [...others, replay(cluster.journal)]) expect(one.historyHash()).toBe(hash)
    }
  })

  test.each(['500ms', '1500ms'])('goes on in an import %s after it asked', (after) => {
    const cluster = make()
    ask(cluster, '5Gi')
    cluster.advance(after)
    const { cluster: copy } = importCluster(dumpOf(cluster))
    copy.advance('10s')
    expect(stand(copy)).toEqual(grownTo('5Gi'))
  })
})

/** The cases of external-resizer's own test of expandAndRecover in which no driver fails, and one of a volume that is behind. */
test.each<
  [string, sizes: [asked: number, has: number, begun: number, volume: number], comesTo: number, isCalled: boolean]
>([
  ['', [2, 1, 0, 1], 2, true],
  ['ControllerResizeInfeasible', [5, 3, 10, 3], 5, true],
  ['ControllerResizeInfeasible', [5, 3, 10, 10], 10, true],
  ['ControllerResizeInProgress', [5, 3, 10, 3], 10, true],
  ['NodeResizeInfeasible', [2, 1, 2, 2], 2, true],
  ['NodeResizeInfeasible', [5, 3, 10, 10], 10, true],
  ['NodeResizePending', [10, 1, 3, 3], 3, false],
  ['NodeResizeInProgress', [10, 1, 3, 3], 3, false],
  ['NodeResizePending', [10, 1, 5, 3], 5, true],
])(
  'a resizer that finds the growth of a claim at “%s”, its sizes being %j, lets it come to %i Gi',
  (at, [asked, has, begun, size], comesTo, isCalled) => {
    const cluster = make({ resources: { requests: { storage: '1Gi' } } }, { pods: [] })
    cluster.controllers.crash('external-resizer')
    ask(cluster, `${asked}Gi`)
    const name = cluster.persistentVolumeClaims.get('data').spec.volumeName!
    cluster.persistentVolumes.update(name, ({ spec }) => void (spec.capacity = { storage: `${size}Gi` }))
    cluster.persistentVolumeClaims.updateStatus('data', ({ status }) => {
      status.capacity = { storage: `${has}Gi` }
      if (begun > 0) status.allocatedResources = { storage: `${begun}Gi` }
      if (at !== '') status.allocatedResourceStatuses = { storage: at }
    })
    cluster.controllers.restart('external-resizer')
    cluster.settle()
    const after = isCalled ? 'NodeResizePending' : at
    expect(stand(cluster).slice(0, 3)).toEqual([`${has}Gi`, after, `${comesTo}Gi`])
    expect(volumeOf(cluster)[0]).toBe(`${comesTo}Gi`)
    expect(told(cluster).some((one) => one.startsWith('external-resizer data Normal Resizing'))).toBe(isCalled)
  },
)

describe('a volume that no CSI driver serves', () => {
  test('does not grow: its claim waits for whoever may see to it', () => {
    const cluster = createCluster({ nodes: 1 })
    cluster.apply([storageClass('hand', { allowVolumeExpansion: true, provisioner: 'rancher.io/local-path' })])
    cluster.persistentVolumeClaims.create(claim('data', '3Gi', { storageClassName: 'hand' }))
    cluster.pods.create(user('web', ['data']))
    cluster.settle()
    ask(cluster, '5Gi')
    cluster.advance('1h')
    expect(status(cluster)).toEqual({ phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '3Gi' } })
    expect(told(cluster)).toEqual([
      'volume_expand data Normal ExternalExpanding: waiting for an external controller to expand this PVC',
    ])
  })

  test('grows with the driver that has taken it over', () => {
    const cluster = createCluster({ nodes: 1 })
    cluster.apply([growing, driver])
    const gcePersistentDisk = { pdName: 'disk' }
    const claimRef = { namespace: 'default', name: 'data' }
    cluster.persistentVolumes.create(
      volume('disk', '3Gi', { hostPath: undefined, gcePersistentDisk, storageClassName: 'fast', claimRef }),
    )
    cluster.persistentVolumeClaims.create(claim('data', '3Gi', { storageClassName: 'fast' }))
    cluster.pods.create(user('web', ['data']))
    cluster.settle()
    ask(cluster, '5Gi')
    cluster.settle()
    const { annotations } = cluster.persistentVolumeClaims.get('data').metadata
    expect(annotations?.['volume.kubernetes.io/storage-resizer']).toBe('pd.csi.storage.gke.io')
    expect(stand(cluster)).toEqual(grownTo('5Gi'))
    const message = 'CSI migration enabled for kubernetes.io/gce-pd; waiting for external resizer to expand the pvc'
    expect(told(cluster)).toContain(`volume_expand data Normal ExternalExpanding: ${message}`)
  })

  test('has its file system grow with the next mount where somebody has made a local disk larger by hand', () => {
    const cluster = createCluster({ nodes: 1 })
    const local = { path: '/mnt/disk' }
    const matchExpressions = [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-0'] }]
    const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions }] } }
    cluster.persistentVolumes.create(volume('disk', '3Gi', { hostPath: undefined, local, nodeAffinity }))
    cluster.persistentVolumeClaims.create(claim('data', '3Gi'))
    cluster.settle()
    cluster.persistentVolumes.update('disk', ({ spec }) => void (spec.capacity = { storage: '5Gi' }))
    cluster.pods.create(user('web', ['data']))
    cluster.settle()
    expect(stand(cluster)).toEqual(['5Gi', undefined, undefined])
  })
})

test('a volume whose file system was still to grow grows under its next claim', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.apply([storageClass('kept', { allowVolumeExpansion: true, reclaimPolicy: 'Retain' })])
  cluster.persistentVolumeClaims.create(claim('data', '3Gi', { storageClassName: 'kept' }))
  cluster.settle()
  ask(cluster, '5Gi')
  cluster.settle()
  const volumeName = cluster.persistentVolumeClaims.get('data').spec.volumeName!
  cluster.persistentVolumeClaims.delete('data')
  cluster.settle()
  cluster.persistentVolumes.update(volumeName, ({ spec }) => void delete spec.claimRef)
  cluster.persistentVolumeClaims.create(claim('data', '2Gi', { storageClassName: 'kept', volumeName }))
  cluster.settle()
  expect([stand(cluster), volumeOf(cluster)]).toEqual([
    ['3Gi', undefined, undefined],
    ['5Gi', '3Gi'],
  ])
  cluster.pods.create(user('web', ['data']))
  cluster.settle()
  expect([stand(cluster), volumeOf(cluster)]).toEqual([
    ['5Gi', undefined, undefined],
    ['5Gi', undefined],
  ])
})

test('whoever tests a resizer of their own disables this one; kubelets do their part', () => {
  const cluster = make({}, { options: { disable: ['external-resizer'] } })
  ask(cluster, '5Gi')
  cluster.advance('1h')
  expect(stand(cluster)).toEqual(['3Gi', undefined, undefined])
  const { volumeName } = cluster.persistentVolumeClaims.get('data').spec
  cluster.persistentVolumes.update(volumeName!, ({ spec }) => void (spec.capacity = { storage: '5Gi' }))
  cluster.persistentVolumeClaims.updateStatus('data', (draft) => {
    draft.status.allocatedResources = { storage: '5Gi' }
    draft.status.allocatedResourceStatuses = { storage: 'NodeResizePending' }
  })
  cluster.settle()
  expect(stand(cluster)).toEqual(grownTo('5Gi'))
})
