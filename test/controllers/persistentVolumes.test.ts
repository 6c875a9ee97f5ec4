import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, type Manifest, type PersistentVolume } from '../../src/index.ts'
import { podManifest } from '../cluster/support.ts'
import { claim, storageClass, volume } from '../support/volumes.ts'

const make = (): Cluster =>
  createCluster({
    nodes: [
      { name: 'n0', labels: { zone: 'a' } },
      { name: 'n1', labels: { zone: 'b' } },
    ],
  })

const bound = (cluster: Cluster, name: string): string | undefined =>
  cluster.persistentVolumeClaims.get(name).spec.volumeName

const phase = (cluster: Cluster, name: string): string | undefined => cluster.persistentVolumes.get(name).status.phase

const said = (cluster: Cluster, name: string): string[] =>
  cluster.events
    .list()
    .items.filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason, message }) => `${reason ?? ''}: ${message ?? ''}`)

describe('a claim', () => {
  test('gets the smallest volume that is large enough, and both say so', () => {
    const cluster = make()
    for (const [name, size] of [
      ['small', '1Gi'],
      ['large', '20Gi'],
      ['right', '5Gi'],
    ] as const)
      cluster.persistentVolumes.create(volume(name, size))
    cluster.persistentVolumeClaims.create(claim('data', '3Gi'))
    cluster.settle()
    const { spec, status, metadata } = cluster.persistentVolumeClaims.get('data')
    expect([spec.volumeName, status]).toEqual([
      'right',
      { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' } },
    ])
    expect(metadata.annotations).toEqual({
      'pv.kubernetes.io/bind-completed': 'yes',
      'pv.kubernetes.io/bound-by-controller': 'yes',
    })
    const right = cluster.persistentVolumes.get('right')
    expect(right.spec.claimRef).toMatchObject({ kind: 'PersistentVolumeClaim', name: 'data', uid: metadata.uid })
    expect(['small', 'right', 'large'].map((name) => phase(cluster, name))).toEqual(['Available', 'Bound', 'Available'])
  })

  test('gets a volume of its attributes, of a driver that makes one', () => {
    const cluster = make()
    cluster.apply([storageClass('fast', { provisioner: 'disk.example.com' })])
    cluster.persistentVolumeClaims.create(
      claim('data', '1Gi', { storageClassName: 'fast', volumeAttributesClassName: 'gold' }),
    )
    cluster.advance('1m')
    const { status, spec } = cluster.persistentVolumeClaims.get('data')
    expect(status.phase).toBe('Bound')
    expect(cluster.persistentVolumes.get(spec.volumeName!).spec.volumeAttributesClassName).toBe('gold')
  })

  test('prefers the volume that offers no more access modes than it asks for, even to a smaller one', () => {
    const cluster = make()
    cluster.persistentVolumes.create(volume('many', '2Gi', { accessModes: ['ReadWriteOnce', 'ReadWriteMany'] }))
    cluster.persistentVolumes.create(volume('one', '9Gi'))
    cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
    cluster.settle()
    expect(bound(cluster, 'data')).toBe('one')
  })

  test.each([
    ['of another class', { storageClassName: 'manual' }, {}],
    ['of another mode', { volumeMode: 'Block' }, {}],
    ['without the access mode', { accessModes: ['ReadOnlyMany'] }, {}],
    ['that its selector does not choose', {}, { selector: { matchLabels: { tier: 'gold' } } }],
    ['reserved for another', { claimRef: { namespace: 'default', name: 'other' } }, {}],
    ['that is too small', { capacity: { storage: '1Mi' } }, {}],
  ])('does not get a volume %s, and says what it lacks', (_, ofVolume, ofClaim) => {
    const cluster = make()
    cluster.persistentVolumes.create(volume('disk', '5Gi', ofVolume, { tier: 'iron' }))
    cluster.persistentVolumeClaims.create(claim('data', '1Gi', ofClaim))
    cluster.settle()
    expect([bound(cluster, 'data'), cluster.persistentVolumeClaims.get('data').status]).toEqual([
      undefined,
      { phase: 'Pending' },
    ])
    const message = 'FailedBinding: no persistent volumes available for this claim and no storage class is set'
    expect(said(cluster, 'data')).toEqual([message])
    // What waits is looked at again every 15 seconds, and at once when there is a volume.
    cluster.advance('31s')
    expect(cluster.events.list().items.find(({ reason }) => reason === 'FailedBinding')?.count).toBe(3)
    cluster.persistentVolumes.create(volume('spare', '1Gi', {}, { tier: 'gold' }))
    cluster.settle()
    expect(bound(cluster, 'data')).toBe('spare')
  })

  test('that names its volume gets no other, and is told what is wrong with it', () => {
    const cluster = make()
    cluster.persistentVolumes.create(volume('spare', '5Gi'))
    cluster.persistentVolumeClaims.create(claim('data', '2Gi', { volumeName: 'mine', storageClassName: '' }))
    cluster.settle()
    expect([phase(cluster, 'spare'), cluster.persistentVolumeClaims.get('data').status.phase]).toEqual([
      'Available',
      'Pending',
    ])
    cluster.persistentVolumes.create(volume('mine', '1Gi'))
    cluster.advance('15s')
    expect(said(cluster, 'data')).toEqual([
      'VolumeMismatch: Cannot bind to requested volume "mine": requested PV is too small',
    ])
    cluster.persistentVolumes.delete('mine')
    cluster.settle()
    cluster.persistentVolumes.create(volume('mine', '2Gi'))
    cluster.advance('15s')
    expect([phase(cluster, 'mine'), cluster.persistentVolumeClaims.get('data').status.phase]).toEqual([
      'Bound',
      'Bound',
    ])
  })

  test('for which a volume is reserved gets that one, though another is smaller', () => {
    const cluster = make()
    cluster.persistentVolumes.create(volume('small', '1Gi'))
    cluster.persistentVolumes.create(volume('mine', '9Gi', { claimRef: { namespace: 'default', name: 'data' } }))
    cluster.settle()
    expect(phase(cluster, 'mine')).toBe('Available')
    cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
    cluster.settle()
    expect([bound(cluster, 'data'), phase(cluster, 'small')]).toEqual(['mine', 'Available'])
  })

  test('whose volume is gone is Lost', () => {
    const cluster = make()
    cluster.persistentVolumes.create(volume('disk', '1Gi'))
    cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
    cluster.settle()
    cluster.persistentVolumes.delete('disk')
    cluster.settle()
    // A bound volume stays until its claim is gone, or somebody forces it.
    expect(cluster.table('pv')).toContain('Terminating')
    cluster.persistentVolumes.update('disk', (draft) => void delete draft.metadata.finalizers)
    cluster.settle()
    expect(cluster.persistentVolumeClaims.get('data').status).toEqual({ phase: 'Lost' })
    const message = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'
    expect(said(cluster, 'data')).toEqual([`ClaimLost: ${message}`])
  })

  test('that a pod uses stays until the pod is gone', () => {
    const cluster = make()
    cluster.persistentVolumes.create(volume('disk', '1Gi'))
    cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
    cluster.settle()
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
    cluster.pods.create(podManifest('web', { spec: { volumes } }))
    cluster.settle()
    cluster.persistentVolumeClaims.delete('data')
    cluster.settle()
    expect(cluster.table('pvc')).toContain('Terminating')
    cluster.pods.delete('web')
    cluster.settle()
    expect(cluster.persistentVolumeClaims.find('data')).toBeUndefined()
    expect(phase(cluster, 'disk')).toBe('Released')
  })
})

describe('a volume whose claim is gone', () => {
  const released = (spec: Manifest<PersistentVolume['spec']>): Cluster => {
    const cluster = make()
    cluster.persistentVolumes.create(volume('disk', '1Gi', spec))
    cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
    cluster.settle()
    cluster.persistentVolumeClaims.delete('data')
    cluster.settle()
    return cluster
  }

  test('is kept, and no claim of the same name gets it', () => {
    const cluster = released({})
    cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
    cluster.settle()
    expect([phase(cluster, 'disk'), bound(cluster, 'data')]).toEqual(['Released', undefined])
  })

  test('is scrubbed and can be had again, if it is to be recycled', () => {
    const cluster = released({ persistentVolumeReclaimPolicy: 'Recycle' })
    expect([phase(cluster, 'disk'), cluster.persistentVolumes.get('disk').spec.claimRef]).toEqual([
      'Available',
      undefined,
    ])
  })

  const nobody = 'error getting deleter volume plugin for volume "disk": no deletable volume plugin matched'
  test.each<[Manifest<PersistentVolume['spec']>, string | undefined, string | undefined]>([
    [{ nfs: { server: 'a', path: '/b' }, hostPath: undefined }, 'Failed', nobody],
    [{ hostPath: { path: '/disk' } }, 'Failed', 'host_path deleter only supports /tmp/.+ but received provided /disk'],
    [{ hostPath: { path: '/tmp/disk' } }, undefined, undefined],
    [{ csi: { driver: 'a', volumeHandle: 'b' }, hostPath: undefined }, 'Released', undefined],
  ])('that is to be deleted, of %j, is %s then: %s', (source, wanted, message) => {
    const found = released({ persistentVolumeReclaimPolicy: 'Delete', ...source }).persistentVolumes.find('disk')
    expect([found?.status.phase, found?.status.message]).toEqual([wanted, message])
  })
})

describe('a claim of a class', () => {
  test('is given a volume that is made for it, and that goes with it', () => {
    const cluster = make()
    cluster.apply([storageClass('fast', { mountOptions: ['ro'] })])
    const { uid } = cluster.persistentVolumeClaims.create(claim('data', '3Gi', { storageClassName: 'fast' })).metadata
    cluster.settle()
    const name = `pvc-${uid}`
    expect(bound(cluster, 'data')).toBe(name)
    const { metadata, spec, status } = cluster.persistentVolumes.get(name)
    expect(metadata.annotations?.['pv.kubernetes.io/provisioned-by']).toBe('disk.example.com')
    expect([spec, status.phase]).toMatchObject([
      {
        capacity: { storage: '3Gi' },
        storageClassName: 'fast',
        persistentVolumeReclaimPolicy: 'Delete',
        mountOptions: ['ro'],
        csi: { driver: 'disk.example.com', volumeHandle: name },
      },
      'Bound',
    ])
    expect(spec.nodeAffinity).toBeUndefined()
    expect(said(cluster, 'data').map((line) => line.split(':')[0])).toEqual([
      'ExternalProvisioning',
      'Provisioning',
      'ProvisioningSucceeded',
    ])
    cluster.persistentVolumeClaims.delete('data')
    cluster.settle()
    expect(cluster.persistentVolumes.find(name)).toBeUndefined()
  })

  test('that is restricted to zones has its volume in one of them', () => {
    const cluster = make()
    const allowedTopologies = [{ matchLabelExpressions: [{ key: 'zone', values: ['b', 'c'] }] }]
    cluster.apply([storageClass('zonal', { allowedTopologies })])
    for (let i = 0; i < 8; i++)
      cluster.persistentVolumeClaims.create(claim(`d${i}`, '1Gi', { storageClassName: 'zonal' }))
    cluster.settle()
    const zones = cluster.persistentVolumes
      .list()
      .items.map(({ spec }) => spec.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions?.[0]?.values?.[0])
    expect([...new Set(zones)].sort()).toEqual(['b', 'c'])
  })

  test('that waits for its first consumer gets its volume where its pod is to run', () => {
    const cluster = make()
    const allowedTopologies = [{ matchLabelExpressions: [{ key: 'zone', values: ['a', 'b'] }] }]
    cluster.apply([storageClass('late', { volumeBindingMode: 'WaitForFirstConsumer', allowedTopologies })])
    cluster.persistentVolumes.create(volume('free', '1Gi', { storageClassName: 'late' }))
    cluster.persistentVolumeClaims.create(claim('data', '1Gi', { storageClassName: 'late' }))
    cluster.advance('20s')
    expect(said(cluster, 'data')).toEqual([
      'WaitForFirstConsumer: waiting for first consumer to be created before binding',
    ])
    cluster.persistentVolumes.delete('free')
    cluster.persistentVolumeClaims.update('data', (draft) => {
      draft.metadata.annotations = { 'volume.kubernetes.io/selected-node': 'n1' }
    })
    cluster.settle()
    const { spec } = cluster.persistentVolumes.get(bound(cluster, 'data')!)
    expect(spec.nodeAffinity).toEqual({
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['b'] }] }] },
    })
  })

  test('is told when nobody makes volumes, and when there is no such class', () => {
    const cluster = make()
    cluster.apply([storageClass('local', { provisioner: 'kubernetes.io/no-provisioner' })])
    cluster.persistentVolumeClaims.create(claim('a', '1Gi', { storageClassName: 'local' }))
    cluster.persistentVolumeClaims.create(claim('b', '1Gi', { storageClassName: 'none' }))
    cluster.settle()
    expect([said(cluster, 'a'), said(cluster, 'b')]).toEqual([
      ['ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner'],
      ['ProvisioningFailed: storageclass.storage.k8s.io "none" not found'],
    ])
    cluster.apply([storageClass('none')])
    cluster.settle()
    expect(cluster.persistentVolumeClaims.get('b').status.phase).toBe('Bound')
  })

  test('has its volume made once, though the provisioner dies over it', () => {
    const cluster = make()
    cluster.apply([storageClass('fast')])
    cluster.persistentVolumeClaims.create(claim('data', '1Gi', { storageClassName: 'fast' }))
    cluster.advance('500ms')
    cluster.controllers.crash('external-provisioner')
    cluster.advance('5s')
    expect(bound(cluster, 'data')).toBeUndefined()
    cluster.controllers.restart('external-provisioner')
    cluster.settle()
    expect([bound(cluster, 'data'), cluster.persistentVolumes.list().items.length]).toEqual([
      cluster.persistentVolumes.list().items[0]?.metadata.name,
      1,
    ])
  })
})

describe('a claim that says nothing of its class', () => {
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' }

  test('is given the newest default class; one that wants none has none', () => {
    const cluster = make()
    cluster.apply([storageClass('old', { metadata: { name: 'old', annotations } })])
    cluster.advance('1s')
    cluster.apply([storageClass('new', { metadata: { name: 'new', annotations } })])
    const classes = [undefined, ''].map(
      (storageClassName, i) =>
        cluster.persistentVolumeClaims.create(
          claim(`d${i}`, '1Gi', storageClassName === undefined ? {} : { storageClassName }),
        ).spec.storageClassName,
    )
    expect(classes).toEqual(['new', ''])
  })

  test('is given one later, when there is one', () => {
    const cluster = make()
    cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
    cluster.settle()
    cluster.apply([storageClass('late', { metadata: { name: 'late', annotations } })])
    cluster.settle()
    const { spec, status } = cluster.persistentVolumeClaims.get('data')
    expect([spec.storageClassName, status.phase]).toEqual(['late', 'Bound'])
  })
})
