import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, schedulerConfiguration } from '../../src/index.ts'
import { claim, lateClass, nodeAffinity, storageClass, user, volume } from '../support/volumes.ts'

const ZONE = 'topology.kubernetes.io/zone'

const make = (nodes: Readonly<Record<string, string>> = { n0: 'a', n1: 'b', n2: 'b' }): Cluster =>
  createCluster({
    nodes: Object.entries(nodes).map(([name, zone]) => ({
      name,
      labels: { zone, [ZONE]: zone, 'kubernetes.io/hostname': name },
    })),
  })

const nodeOf = (cluster: Cluster, pod: string): string | undefined => cluster.pods.get(pod).spec.nodeName

/** What the scheduler says of a pod, up to what it says of preemption. */
const said = (cluster: Cluster, pod: string): string | undefined =>
  cluster.pods
    .get(pod)
    .status.conditions?.find(({ type }) => type === 'PodScheduled')
    ?.message?.split(/ no new claims| not found$/u)[0]

describe('a pod', () => {
  test('whose claim is missing waits, and is scheduled when the claim is there and bound', () => {
    const cluster = make()
    cluster.pods.create(user('web', ['data']))
    cluster.settle()
    expect(said(cluster, 'web')).toBe('0/3 nodes are available: persistentvolumeclaim "data" not found.')
    cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
    cluster.advance('2s')
    expect(said(cluster, 'web')).toBe('0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.')
    cluster.persistentVolumes.create(volume('disk', '1Gi'))
    cluster.advance('10s')
    expect(nodeOf(cluster, 'web')).toBeDefined()
  })

  test('is not woken by what befalls other claims', () => {
    const cluster = make()
    cluster.pods.create(user('web', ['data']))
    cluster.advance('3s')
    cluster.persistentVolumeClaims.create(claim('other', '1Gi'))
    cluster.advance('20s')
    expect(cluster.explain('web').waiting).toMatchObject({ state: 'unschedulable', attempts: 1 })
  })

  test.each([
    [
      'is Lost',
      (cluster: Cluster) => {
        cluster.persistentVolumes.update('disk', (draft) => void delete draft.metadata.finalizers)
        cluster.persistentVolumes.delete('disk')
      },
      'persistentvolumeclaim "data" bound to non-existent persistentvolume "disk"',
    ],
    [
      'is on its way out',
      (cluster: Cluster) => {
        cluster.pods.create(user('first', ['data']))
        cluster.settle()
        cluster.persistentVolumeClaims.delete('data')
      },
      'persistentvolumeclaim "data" is being deleted',
    ],
  ])('whose claim %s waits', (_, befalls, message) => {
    const cluster = make()
    cluster.persistentVolumes.create(volume('disk', '1Gi'))
    cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
    cluster.settle()
    befalls(cluster)
    cluster.controllers.crash('persistentvolume-protection-controller')
    cluster.settle()
    cluster.pods.create(user('web', ['data']))
    cluster.settle()
    expect(said(cluster, 'web')).toBe(`0/3 nodes are available: ${message}.`)
  })

  test('runs where its volume can be reached, or not at all', () => {
    const cluster = make()
    cluster.persistentVolumes.create(volume('disk', '1Gi', nodeAffinity('zone', 'a')))
    cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
    cluster.settle()
    cluster.pods.create(user('web', ['data']))
    cluster.settle()
    expect(nodeOf(cluster, 'web')).toBe('n0')
    cluster.cordon('n0')
    cluster.pods.create(user('late', ['data']))
    cluster.settle()
    expect(said(cluster, 'late')).toBe(
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match PersistentVolume's node affinity.",
    )
    cluster.uncordon('n0')
    cluster.advance('10s')
    expect(nodeOf(cluster, 'late')).toBe('n0')
  })

  test('stays in the zone that is written on its volume', () => {
    const cluster = make({ n0: 'a', n1: 'b' })
    cluster.persistentVolumes.create(volume('disk', '1Gi', {}, { [ZONE]: 'c__d' }))
    cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
    cluster.settle()
    cluster.pods.create(user('web', ['data']))
    cluster.settle()
    expect(said(cluster, 'web')).toBe('0/2 nodes are available: 2 node(s) had no available volume zone.')
    cluster.persistentVolumes.update('disk', (draft) => void (draft.metadata.labels = { [ZONE]: 'c__b' }))
    cluster.advance('10s')
    expect(nodeOf(cluster, 'web')).toBe('n1')
  })
})

describe('a claim that waits for its first consumer', () => {
  test('has its volume made where its pod fits, and the pod waits for it', () => {
    const cluster = make()
    cluster.apply([
      lateClass('late'),
      claim('data', '1Gi', { storageClassName: 'late' }),
      user('web', ['data'], { nodeSelector: { zone: 'a' } }),
    ])
    cluster.advance('500ms')
    expect([nodeOf(cluster, 'web'), cluster.persistentVolumeClaims.get('data').status.phase]).toEqual([
      undefined,
      'Pending',
    ])
    cluster.settle()
    const bound = cluster.persistentVolumeClaims.get('data')
    expect([nodeOf(cluster, 'web'), bound.status.phase]).toEqual(['n0', 'Bound'])
    expect(bound.metadata.annotations?.['volume.kubernetes.io/selected-node']).toBe('n0')
    expect(cluster.persistentVolumes.get(bound.spec.volumeName!).spec.nodeAffinity).toEqual(
      nodeAffinity(ZONE, 'a').nodeAffinity,
    )
    expect(cluster.pods.get('web').status.phase).toBe('Running')
  })

  test('gets the smallest volume of the chosen node, and each of a pod its own', () => {
    const cluster = make({ n0: 'a', n1: 'b' })
    const local = lateClass('local', { provisioner: 'kubernetes.io/no-provisioner' })
    const disk = (name: string, size: string, node: string): object =>
      volume(name, size, { storageClassName: 'local', ...nodeAffinity('kubernetes.io/hostname', node) })
    cluster.apply([
      local,
      disk('n0-only', '9Gi', 'n0'),
      disk('n1-large', '9Gi', 'n1'),
      disk('n1-small', '2Gi', 'n1'),
      disk('n1-tiny', '1Gi', 'n1'),
      claim('one', '2Gi', { storageClassName: 'local' }),
      claim('two', '1500Mi', { storageClassName: 'local' }),
    ])
    cluster.settle()
    cluster.pods.create(user('web', ['one', 'two']))
    cluster.settle()
    const volumes = ['one', 'two'].map((name) => cluster.persistentVolumeClaims.get(name).spec.volumeName)
    expect([nodeOf(cluster, 'web'), ...volumes]).toEqual(['n1', 'n1-large', 'n1-small'])
  })

  test('waits while no node has a volume or may have one made, and is bound when one does', () => {
    const cluster = make()
    const allowedTopologies = [{ matchLabelExpressions: [{ key: 'zone', values: ['c'] }] }]
    cluster.apply([
      lateClass('local', { provisioner: 'kubernetes.io/no-provisioner' }),
      lateClass('far', { allowedTopologies }),
      claim('one', '1Gi', { storageClassName: 'local' }),
      claim('two', '1Gi', { storageClassName: 'far' }),
      user('a', ['one']),
      user('b', ['two']),
    ])
    cluster.settle()
    const none = "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind."
    expect([said(cluster, 'a'), said(cluster, 'b')]).toEqual([none, none])
    cluster.apply([volume('disk', '1Gi', { storageClassName: 'local', ...nodeAffinity('zone', 'a') })])
    cluster.nodes.update('n2', (draft) => void (draft.metadata.labels = { zone: 'c' }))
    cluster.advance('15s')
    expect([nodeOf(cluster, 'a'), nodeOf(cluster, 'b')]).toEqual(['n0', 'n2'])
  })

  test('does not lose its volume to another pod that is decided about meanwhile', () => {
    const cluster = make({ n0: 'a' })
    const local = { storageClassName: 'local' }
    cluster.apply([
      lateClass('local', { provisioner: 'kubernetes.io/no-provisioner' }),
      volume('disk', '1Gi', local),
      claim('one', '1Gi', local),
      claim('two', '1Gi', local),
      user('a', ['one']),
      user('b', ['two']),
    ])
    cluster.settle()
    const bound = ['one', 'two'].map((name) => cluster.persistentVolumeClaims.get(name).spec.volumeName)
    expect([bound, nodeOf(cluster, 'a'), said(cluster, 'b')]).toEqual([
      ['disk', undefined],
      'n0',
      "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind.",
    ])
  })

  test('goes to a node whose driver has room for it', () => {
    const cluster = make({ n0: 'a', n1: 'b' })
    const room = (name: string, zone: string, capacity: string): object => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSIStorageCapacity',
      metadata: { name },
      storageClassName: 'late',
      nodeTopology: { matchLabels: { zone } },
      capacity,
    })
    cluster.apply([
      lateClass('late'),
      {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'CSIDriver',
        metadata: { name: 'disk.example.com' },
        spec: { storageCapacity: true },
      },
      room('a', 'a', '1Gi'),
      claim('data', '5Gi', { storageClassName: 'late' }),
      user('web', ['data']),
    ])
    cluster.settle()
    expect(said(cluster, 'web')).toBe('0/2 nodes are available: 2 node(s) did not have enough free storage.')
    cluster.apply([room('b', 'b', '9Gi')])
    cluster.advance('10s')
    expect(nodeOf(cluster, 'web')).toBe('n1')
  })

  test('is given another node when the first is gone before its volume is made', () => {
    const cluster = make({ n0: 'a', n1: 'b' })
    cluster.apply([lateClass('late'), claim('data', '1Gi', { storageClassName: 'late' }), user('web', ['data'])])
    cluster.advance('300ms')
    cluster.controllers.crash('external-provisioner')
    const first =
      cluster.persistentVolumeClaims.get('data').metadata.annotations?.['volume.kubernetes.io/selected-node']
    expect(first).toBe('n0')
    cluster.faults.crashNode('n0')
    cluster.nodes.delete('n0')
    cluster.controllers.restart('external-provisioner')
    cluster.advance('30s')
    expect(nodeOf(cluster, 'web')).toBe('n1')
    const reasons = cluster.events.list().items.map(({ reason }) => reason)
    expect(reasons).toContain('ProvisioningFailed')
  })

  test('gives up its place when nobody makes its volume within ten minutes', () => {
    const cluster = createCluster({ nodes: 1, disable: ['external-provisioner'] })
    cluster.apply([lateClass('late'), claim('data', '1Gi', { storageClassName: 'late' }), user('web', ['data'])])
    cluster.advance('9m')
    expect(said(cluster, 'web')).toBeUndefined()
    cluster.advance('2m')
    expect(said(cluster, 'web')).toBe('running PreBind plugin "VolumeBinding": timed out after 600s')
  })

  test('gives up its place after as many seconds as its profile says', () => {
    const patient = { name: 'patient', args: { VolumeBinding: { bindTimeoutSeconds: 60 } } }
    const hasty = { name: 'hasty', args: { VolumeBinding: { bindTimeoutSeconds: 2 } } }
    const cluster = createCluster({
      nodes: 1,
      disable: ['external-provisioner'],
      schedulers: [{ ...patient, profiles: [hasty] }],
    })
    cluster.apply([lateClass('late')])
    for (const { name } of [patient, hasty]) {
      const pod = user(name, [name])
      const spec = { ...pod.spec, schedulerName: name }
      cluster.apply([claim(name, '1Gi', { storageClassName: 'late' }), { ...pod, spec }])
    }
    cluster.advance('1900ms')
    expect(said(cluster, 'hasty')).toBeUndefined()
    cluster.advance('200ms')
    expect(said(cluster, 'hasty')).toBe('running PreBind plugin "VolumeBinding": timed out after 2s')
    cluster.advance('57s')
    expect(said(cluster, 'patient')).toBeUndefined()
    cluster.advance('2s')
    expect(said(cluster, 'patient')).toBe('running PreBind plugin "VolumeBinding": timed out after 60s')
  })

  test.each([
    [{ bindTimeoutSeconds: -1 }, 'VolumeBinding.bindTimeoutSeconds: expected a whole number of at least 0, got -1'],
    [{ bindTimeoutSeconds: '5s' }, 'VolumeBinding.bindTimeoutSeconds: expected a whole number of at least 0, got "5s"'],
    [{ bindTimeoutSeconds: 1.5 }, 'VolumeBinding.bindTimeoutSeconds: expected a whole number of at least 0, got 1.5'],
    [{ shape: [] }, 'VolumeBinding.shape: goes with the feature gate StorageCapacityScoring, which is off'],
    [{ timeout: 1 }, 'VolumeBinding.timeout: unknown'],
  ])('does not wait as %j has it, which is refused', (args: object, message) => {
    expect(() => createCluster({ schedulers: [{ args: { VolumeBinding: args } }] })).toThrow(message)
  })

  test('waits for its volume as a KubeSchedulerConfiguration has it', () => {
    const options = schedulerConfiguration(`
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
  - pluginConfig:
      - name: VolumeBinding
        args: { apiVersion: kubescheduler.config.k8s.io/v1, kind: VolumeBindingArgs, bindTimeoutSeconds: 2 }
`)
    const cluster = createCluster({ nodes: 1, disable: ['external-provisioner'], schedulers: [options] })
    cluster.apply([lateClass('late'), claim('data', '1Gi', { storageClassName: 'late' }), user('web', ['data'])])
    cluster.advance('3s')
    expect(said(cluster, 'web')).toBe('running PreBind plugin "VolumeBinding": timed out after 2s')
  })
})

describe('a node', () => {
  const csiNode = (name: string, count: number): object => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: { name },
    spec: { drivers: [{ name: 'disk.example.com', nodeID: name, allocatable: { count } }] },
  })

  test('takes as many volumes of a driver as it can, and one that is there already counts once', () => {
    const cluster = make({ n0: 'a' })
    const accessModes = ['ReadWriteMany']
    cluster.apply([csiNode('n0', 2), storageClass('fast')])
    for (const name of ['one', 'two', 'three'])
      cluster.persistentVolumeClaims.create(claim(name, '1Gi', { storageClassName: 'fast', accessModes }))
    cluster.settle()
    for (const [pod, data] of [
      ['a', 'one'],
      ['b', 'two'],
      ['c', 'one'],
      ['d', 'three'],
    ] as const)
      cluster.pods.create(user(pod, [data]))
    cluster.settle()
    expect(['a', 'b', 'c', 'd'].map((pod) => nodeOf(cluster, pod))).toEqual(['n0', 'n0', 'n0', undefined])
    expect(said(cluster, 'd')).toBe('0/1 nodes are available: 1 node(s) exceed max volume count.')
    cluster.pods.delete('b')
    cluster.advance('45s')
    expect(nodeOf(cluster, 'd')).toBe('n0')
  })

  test('takes more when its CSINode says so, and less for what is attached', () => {
    const cluster = make({ n0: 'a' })
    cluster.apply([
      csiNode('n0', 1),
      lateClass('late'),
      volume('other', '1Gi', { csi: { driver: 'disk.example.com', volumeHandle: 'x' }, storageClassName: 'none' }),
      {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'VolumeAttachment',
        metadata: { name: 'x' },
        spec: { attacher: 'disk.example.com', nodeName: 'n0', source: { persistentVolumeName: 'other' } },
      },
      claim('data', '1Gi', { storageClassName: 'late' }),
      user('web', ['data']),
    ])
    cluster.settle()
    expect(said(cluster, 'web')).toBe('0/1 nodes are available: 1 node(s) exceed max volume count.')
    cluster.csiNodes.update('n0', (draft) => void (draft.spec.drivers[0]!.allocatable = { count: 2 }))
    cluster.advance('10s')
    expect(nodeOf(cluster, 'web')).toBe('n0')
  })

  test('counts disks of old for the driver that has taken them over', () => {
    const cluster = make({ n0: 'a' })
    const ebs = (name: string): object =>
      volume(name, '1Gi', { awsElasticBlockStore: { volumeID: name }, hostPath: undefined } as never)
    cluster.apply([
      {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'CSINode',
        metadata: {
          name: 'n0',
          annotations: { 'storage.alpha.kubernetes.io/migrated-plugins': 'kubernetes.io/aws-ebs' },
        },
        spec: { drivers: [{ name: 'ebs.csi.aws.com', nodeID: 'n0', allocatable: { count: 1 } }] },
      },
      ebs('one'),
      ebs('two'),
      claim('a', '1Gi', { volumeName: 'one', storageClassName: '' }),
      claim('b', '1Gi', { volumeName: 'two', storageClassName: '' }),
    ])
    cluster.settle()
    cluster.apply([user('a', ['a']), user('b', ['b'])])
    cluster.settle()
    expect([nodeOf(cluster, 'a'), said(cluster, 'b')]).toEqual([
      'n0',
      '0/1 nodes are available: 1 node(s) exceed max volume count.',
    ])
  })
})

describe('one pod alone', () => {
  test('uses a claim that is ReadWriteOncePod', () => {
    const cluster = make()
    const accessModes = ['ReadWriteOncePod']
    cluster.apply([volume('disk', '1Gi', { accessModes }), claim('data', '1Gi', { accessModes })])
    cluster.settle()
    cluster.apply([user('a', ['data']), user('b', ['data'])])
    cluster.settle()
    const why =
      'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod'
    expect([nodeOf(cluster, 'a'), said(cluster, 'b')]).toEqual(['n0', `0/3 nodes are available: 3 ${why}.`])
    cluster.pods.delete('a')
    cluster.advance('45s')
    expect(nodeOf(cluster, 'b')).toBeDefined()
  })

  test('makes way for a more important one', () => {
    const cluster = make()
    const accessModes = ['ReadWriteOncePod']
    cluster.priorityClasses.create({ metadata: { name: 'high' }, value: 1000 })
    cluster.apply([volume('disk', '1Gi', { accessModes }), claim('data', '1Gi', { accessModes })])
    cluster.settle()
    cluster.pods.create(user('low', ['data'], { terminationGracePeriodSeconds: 1 }))
    cluster.settle()
    cluster.pods.create(user('high', ['data'], { priorityClassName: 'high' }))
    cluster.advance('30s')
    expect([cluster.pods.find('low'), nodeOf(cluster, 'high')]).toEqual([undefined, 'n0'])
  })

  test.each([
    ['gcePersistentDisk', { pdName: 'x' }, { pdName: 'x', readOnly: true }],
    ['awsElasticBlockStore', { volumeID: 'x', readOnly: true }, { volumeID: 'x', readOnly: true }],
    [
      'iscsi',
      { iqn: 'iqn.2020-01.io.a:x', targetPortal: 'a', lun: 0 },
      { iqn: 'iqn.2020-01.io.a:x', targetPortal: 'b', lun: 1 },
    ],
    ['rbd', { monitors: ['a', 'b'], image: 'x' }, { monitors: ['b'], image: 'x' }],
  ])('has a disk of a node: %s', (source, one, other) => {
    const cluster = make({ n0: 'a' })
    const pod = (name: string, disk: object): object => user(name, [], { volumes: [{ name: 'd', [source]: disk }] })
    cluster.apply([pod('a', one), pod('b', other)])
    cluster.settle()
    expect([nodeOf(cluster, 'a'), said(cluster, 'b')]).toEqual([
      'n0',
      '0/1 nodes are available: 1 node(s) had no available disk.',
    ])
  })

  test('need not be where all only read', () => {
    const cluster = make({ n0: 'a' })
    const disk = { gcePersistentDisk: { pdName: 'x', readOnly: true } }
    cluster.apply(['a', 'b'].map((name) => user(name, [], { volumes: [{ name: 'd', ...disk }] })))
    cluster.settle()
    expect([nodeOf(cluster, 'a'), nodeOf(cluster, 'b')]).toEqual(['n0', 'n0'])
  })
})
