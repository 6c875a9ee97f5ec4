import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  importCluster,
  loadCluster,
  type Manifest,
  type PersistentVolume,
  type Pod,
  replay,
} from '../../src/index.ts'
import { dumpOf } from '../support/dump.ts'
import { claim, ephemeral, storageClass, user, volume } from '../support/volumes.ts'

const driver = 'disk.example.com'
const unique = (handle: string): string => `kubernetes.io/csi/${driver}^${handle}`
const nameOf = (handle: string, node: string, attacher = driver): string =>
  `csi-${createHash('sha256').update(`${handle}${attacher}${node}`).digest('hex')}`

const mounting = (name: string, claims: readonly string[], spec: Manifest<Pod['spec']> = {}): Manifest<Pod> => {
  const volumeMounts = claims.map((_, i) => ({ name: `v${i}`, mountPath: `/v${i}` }))
  return user(name, claims, { containers: [{ name: 'main', image: 'web:1', volumeMounts }], ...spec })
}

const disk = (name: string, spec: Manifest<PersistentVolume['spec']> = {}): Manifest<PersistentVolume> =>
  volume(name, '1Gi', { csi: { driver, volumeHandle: `vol-${name}` }, ...spec })

/** Two nodes, and a bound claim `data` of a volume `disk` that is there. */
function make(options: ClusterOptions = {}, spec: Manifest<PersistentVolume['spec']> = {}): Cluster {
  const cluster = createCluster({ nodes: 2, ...options })
  cluster.persistentVolumes.create(disk('disk', spec))
  cluster.persistentVolumeClaims.create(claim('data', '1Gi', { accessModes: spec.accessModes ?? ['ReadWriteOnce'] }))
  cluster.settle()
  return cluster
}

const attachments = (cluster: Cluster): string[] =>
  cluster.volumeAttachments.list().items.map(({ spec, status }) => `${spec.nodeName} ${status.attached}`)

const attached = (cluster: Cluster, node: string): string[] =>
  (cluster.nodes.get(node).status.volumesAttached ?? []).map(({ name }) => name)

const said = (cluster: Cluster, name: string, reason: string): (readonly [string, number | undefined])[] =>
  cluster.events
    .list()
    .items.filter((event) => event.involvedObject.name === name && event.reason === reason)
    .map(({ message = '', count }) => [message, count] as const)

const phase = (cluster: Cluster, name: string): string | undefined => cluster.pods.find(name)?.status.phase
const on = (node: string): Manifest<Pod['spec']> => ({ nodeSelector: { 'kubernetes.io/hostname': node } })

/** A pod that runs on node-0, and whose node then loses its power for good. */
function crashed(options: ClusterOptions = {}): Cluster {
  const cluster = make(options)
  cluster.pods.create(mounting('web', ['data'], on('node-0')))
  cluster.settle()
  cluster.faults.crashNode('node-0')
  cluster.advance('2m')
  return cluster
}

/** The pod is forced out of the API, and another is to run in its place. */
function replaced(cluster: Cluster): Cluster {
  cluster.pods.delete('web', { gracePeriodSeconds: 0 })
  cluster.pods.create(mounting('other', ['data'], on('node-1')))
  cluster.settle()
  return cluster
}

const exclusive =
  'Multi-Attach error for volume "disk" Volume is already exclusively attached to one node and can\'t be attached to another'

describe('a pod with a volume of a driver', () => {
  test('starts once its node has said that it uses the volume, and is told that it is attached', () => {
    const cluster = make()
    cluster.advance('10s')
    const began = cluster.now
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.advance('500ms')
    expect(attachments(cluster)).toEqual(['node-0 false'])
    expect(cluster.table('pods')).toContain('ContainerCreating')
    cluster.advance('2s')
    // It is attached, but the kubelet speaks of its volumes with its next heartbeat only.
    expect([attachments(cluster), attached(cluster, 'node-0'), phase(cluster, 'web')]).toEqual([
      ['node-0 true'],
      [unique('vol-disk')],
      'Pending',
    ])
    expect(cluster.nodes.get('node-0').status.volumesInUse).toBeUndefined()
    cluster.settle()
    expect(phase(cluster, 'web')).toBe('Running')
    expect(cluster.nodes.get('node-0').status.volumesInUse).toEqual([unique('vol-disk')])
    expect(cluster.now - began).toBeGreaterThan(5000)
    expect(cluster.now - began).toBeLessThan(12_000)
    const message = 'AttachVolume.Attach succeeded for volume "disk" '
    expect(said(cluster, 'web', 'SuccessfulAttachVolume')).toEqual([[message, 1]])
  })

  test('has a VolumeAttachment with the name, finalizer and annotation that the driver’s attacher expects', () => {
    const cluster = make()
    const drivers = [{ name: driver, nodeID: 'i-1234' }]
    cluster.csiNodes.create({ metadata: { name: 'node-0' }, spec: { drivers } })
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.settle()
    const { metadata, spec, status } = cluster.volumeAttachments.get(nameOf('vol-disk', 'node-0'))
    expect([metadata.finalizers, metadata.annotations, spec, status]).toEqual([
      ['external-attacher/disk-example-com'],
      { 'csi.alpha.kubernetes.io/node-id': 'i-1234' },
      { attacher: driver, nodeName: 'node-0', source: { persistentVolumeName: 'disk' } },
      { attached: true },
    ])
    expect(cluster.persistentVolumes.get('disk').metadata.finalizers).toContain('external-attacher/disk-example-com')
  })

  test('waits for as long as attaching takes', () => {
    const cluster = make({ latency: { volumeAttachment: '90s' } })
    cluster.pods.create(mounting('web', ['data']))
    cluster.advance('89s')
    expect(phase(cluster, 'web')).toBe('Pending')
    cluster.advance('3s')
    expect(phase(cluster, 'web')).toBe('Running')
  })

  test('of which no container mounts it does not wait, though it is attached', () => {
    const cluster = make()
    const spec = { ...on('node-0'), containers: [{ name: 'main', image: 'web:1' }] }
    cluster.pods.create(user('web', ['data'], spec))
    cluster.advance('2s')
    expect([phase(cluster, 'web'), attachments(cluster)]).toEqual(['Running', ['node-0 true']])
  })

  test('that was made for it, whose claim goes with it, waits for it as well', () => {
    const cluster = createCluster({ nodes: 1 })
    cluster.apply(storageClass('fast'))
    const spec = mounting('web', ['data']).spec
    const own = [ephemeral('v0', 'fast')] as never
    cluster.pods.create({ metadata: { name: 'web' }, spec: { ...spec, volumes: own } })
    cluster.settle()
    expect([phase(cluster, 'web'), attachments(cluster)]).toEqual(['Running', ['node-0 true']])
    cluster.pods.delete('web')
    cluster.settle()
    expect([attachments(cluster), cluster.persistentVolumes.list().items]).toEqual([[], []])
  })

  test('that needs two of them starts when both are there', () => {
    const cluster = make()
    cluster.persistentVolumes.create(disk('second'))
    cluster.persistentVolumeClaims.create(claim('more', '1Gi'))
    cluster.pods.create(mounting('web', ['data', 'more'], on('node-1')))
    cluster.settle()
    expect(phase(cluster, 'web')).toBe('Running')
    expect(attached(cluster, 'node-1')).toEqual([unique('vol-disk'), unique('vol-second')])
  })

  test.each([
    ['an EBS disk', { awsElasticBlockStore: { volumeID: 'aws://eu-1a/vol-1' } }, 'ebs.csi.aws.com', 'vol-1'],
    [
      'a disk of GCE',
      { gcePersistentDisk: { pdName: 'pd' } },
      'pd.csi.storage.gke.io',
      'projects/UNSPECIFIED/zones/UNSPECIFIED/disks/pd',
    ],
    [
      'a disk of Azure',
      { azureDisk: { diskName: 'd', diskURI: 'https://a.blob.core.windows.net/c/d.vhd' } },
      'disk.csi.azure.com',
      'https://a.blob.core.windows.net/c/d.vhd',
    ],
    ['a Cinder volume', { cinder: { volumeID: 'c-1' } }, 'cinder.csi.openstack.org', 'c-1'],
    ['a vSphere volume', { vsphereVolume: { volumePath: '[ds] v.vmdk' } }, 'csi.vsphere.vmware.com', '[ds] v.vmdk'],
  ])('has %s attached by the driver that has taken it over', (_, source, attacher, handle) => {
    const cluster = createCluster({ nodes: 1 })
    const { hostPath: _none, ...spec } = volume('old', '1Gi').spec!
    cluster.persistentVolumes.create({ ...volume('old', '1Gi'), spec: { ...spec, ...source } as never })
    cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
    cluster.pods.create(mounting('web', ['data']))
    cluster.settle()
    expect(phase(cluster, 'web')).toBe('Running')
    expect(cluster.volumeAttachments.get(nameOf(handle, 'node-0', attacher)).spec.attacher).toBe(attacher)
    expect(attached(cluster, 'node-0')).toEqual([`kubernetes.io/csi/${attacher}^${handle}`])
  })

  test('whose driver needs no attachment, or has a directory, starts at once and has none', () => {
    const cluster = make()
    cluster.apply({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSIDriver',
      metadata: { name: driver },
      spec: { attachRequired: false },
    })
    cluster.persistentVolumes.create(volume('directory', '1Gi'))
    cluster.persistentVolumeClaims.create(claim('more', '1Gi'))
    cluster.settle()
    cluster.pods.create(mounting('web', ['data', 'more']))
    cluster.advance('2s')
    expect([phase(cluster, 'web'), attachments(cluster)]).toEqual(['Running', []])
    expect(cluster.nodes.list().items.some(({ status }) => status.volumesInUse !== undefined)).toBe(false)
  })
})

test('a pod that goes in the moment in which its volume comes leaves nothing behind', () => {
  const cluster = make({ latency: { volumeAttachment: '15s' } })
  cluster.pods.create(mounting('web', ['data'], on('node-0')))
  cluster.advance('14s')
  const near = cluster.fork()
  near.runUntil(() => attached(near, 'node-0').length > 0)
  const comes = near.now - cluster.now
  for (let ms = comes - 4; ms <= comes + 4; ms += 0.25) {
    const one = cluster.fork()
    one.advance(ms)
    one.pods.delete('web', { gracePeriodSeconds: 0 })
    one.advance('1m')
    expect([one.pods.find('web'), attachments(one), attached(one, 'node-0')]).toEqual([undefined, [], []])
  }
})

describe('a volume that only one node may have', () => {
  test('is not attached to a second one while a pod uses it on the first, and the pod is told by whom', () => {
    const cluster = make()
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.settle()
    cluster.pods.create(mounting('other', ['data'], on('node-1')))
    cluster.advance('5m')
    const message = 'Multi-Attach error for volume "disk" Volume is already used by pod(s) web'
    expect(said(cluster, 'other', 'FailedAttachVolume')).toEqual([[message, 1]])
    expect([phase(cluster, 'other'), attachments(cluster)]).toEqual(['Pending', ['node-0 true']])
    cluster.pods.delete('web')
    cluster.settle()
    expect([phase(cluster, 'other'), attachments(cluster)]).toEqual(['Running', ['node-1 true']])
    expect([attached(cluster, 'node-0'), attached(cluster, 'node-1')]).toEqual([[], [unique('vol-disk')]])
  })

  test('is shared by the pods of one node', () => {
    const cluster = make()
    for (const name of ['web', 'other']) cluster.pods.create(mounting(name, ['data'], on('node-1')))
    cluster.settle()
    expect(['web', 'other'].map((name) => phase(cluster, name))).toEqual(['Running', 'Running'])
    cluster.pods.delete('web')
    cluster.settle()
    expect(attachments(cluster)).toEqual(['node-1 true'])
    expect(cluster.nodes.get('node-1').status.volumesInUse).toEqual([unique('vol-disk')])
  })

  test('that is offered by two PersistentVolumes is one volume, and who is in another namespace is not named', () => {
    const cluster = make()
    cluster.namespaces.create({ metadata: { name: 'team' } })
    const csi = { driver, volumeHandle: 'vol-disk' }
    cluster.persistentVolumes.create(disk('twin', { csi, claimRef: { namespace: 'team', name: 'data' } }))
    cluster.apply([{ ...claim('data', '1Gi'), metadata: { name: 'data', namespace: 'team' } }])
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.settle()
    cluster.pods.create({
      ...mounting('theirs', ['data'], on('node-1')),
      metadata: { name: 'theirs', namespace: 'team' },
    })
    cluster.settle()
    const message = 'Multi-Attach error for volume "disk" Volume is already used by 1 pod(s) in different namespaces'
    expect(said(cluster, 'theirs', 'FailedAttachVolume')).toEqual([])
    expect(
      cluster.events.list({ allNamespaces: true }).items.filter(({ message: text }) => text === message),
    ).toHaveLength(1)
  })

  test('that many nodes may have is attached to all that need it', () => {
    const cluster = make({}, { accessModes: ['ReadWriteMany'] })
    for (const node of ['node-0', 'node-1']) cluster.pods.create(mounting(`on-${node}`, ['data'], on(node)))
    cluster.settle()
    expect(cluster.pods.list().items.map(({ status }) => status.phase)).toEqual(['Running', 'Running'])
    expect(attachments(cluster).sort()).toEqual(['node-0 true', 'node-1 true'])
  })
})

describe('a volume that nobody needs any more', () => {
  test('is detached when its node says that it has let go of it, after its next heartbeat', () => {
    const cluster = make()
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.settle()
    cluster.advance(10_001 - (cluster.now % 10_000))
    cluster.pods.delete('web', { gracePeriodSeconds: 0 })
    cluster.advance('9s')
    expect([attachments(cluster), attached(cluster, 'node-0')]).toEqual([['node-0 true'], [unique('vol-disk')]])
    cluster.advance('1500ms')
    // The node is told first, and the driver needs its time.
    expect([attachments(cluster), attached(cluster, 'node-0')]).toEqual([['node-0 true'], []])
    cluster.settle()
    expect(attachments(cluster)).toEqual([])
    expect(cluster.nodes.get('node-0').status).not.toHaveProperty('volumesInUse')
  })

  test('is detached from a node whose pod has ended, though the pod is there still', () => {
    const cluster = make({ behaviours: [{ image: 'job:*', run: '5s' }] })
    const container = { name: 'main', image: 'job:1', volumeMounts: [{ name: 'v0', mountPath: '/data' }] }
    cluster.pods.create(mounting('job', ['data'], { containers: [container], restartPolicy: 'Never' }))
    cluster.advance('1m')
    expect([phase(cluster, 'job'), attachments(cluster)]).toEqual(['Succeeded', []])
  })

  test('is not taken away by whoever has made it before it is detached', () => {
    const cluster = createCluster({ nodes: 1 })
    cluster.apply(storageClass('fast'))
    cluster.persistentVolumeClaims.create(claim('data', '1Gi', { storageClassName: 'fast' }))
    cluster.pods.create(mounting('web', ['data']))
    cluster.settle()
    const { name } = cluster.persistentVolumes.list().items[0]!.metadata
    cluster.pods.delete('web')
    cluster.persistentVolumeClaims.delete('data')
    cluster.settle()
    const message = `persistentvolume ${name} is still attached to node node-0`
    expect(said(cluster, name, 'VolumeFailedDelete')).toEqual([[message, 1]])
    expect([attachments(cluster), cluster.persistentVolumes.find(name)]).toEqual([[], undefined])
  })

  test('is held by its driver when it is deleted while it is attached', () => {
    const cluster = make()
    cluster.pods.create(mounting('web', ['data']))
    cluster.settle()
    cluster.persistentVolumes.delete('disk')
    cluster.persistentVolumes.patch('disk', { metadata: { finalizers: ['external-attacher/disk-example-com'] } }, {
      type: 'merge',
    } as never)
    cluster.settle()
    expect(cluster.persistentVolumes.find('disk')).toBeDefined()
    cluster.pods.delete('web')
    cluster.settle()
    expect([attachments(cluster), cluster.persistentVolumes.find('disk')]).toEqual([[], undefined])
  })
})

describe('a volume on a node that has lost its power', () => {
  test('goes to another six minutes after nobody needs it there any more', () => {
    const cluster = replaced(crashed())
    expect(said(cluster, 'other', 'FailedAttachVolume')).toEqual([[exclusive, 1]])
    cluster.advance('5m45s')
    expect([phase(cluster, 'other'), attachments(cluster)]).toEqual(['Pending', ['node-0 true']])
    cluster.advance('15s')
    expect([phase(cluster, 'other'), attachments(cluster)]).toEqual(['Running', ['node-1 true']])
    expect([attached(cluster, 'node-0'), said(cluster, 'other', 'FailedAttachVolume')]).toEqual([[], [[exclusive, 1]]])
  })

  test('stays there for as long as its pod is only about to be deleted', () => {
    const cluster = crashed()
    cluster.pods.delete('web')
    cluster.pods.create(mounting('other', ['data'], on('node-1')))
    cluster.advance('30m')
    const message = 'Multi-Attach error for volume "disk" Volume is already used by pod(s) web'
    expect(said(cluster, 'other', 'FailedAttachVolume')).toEqual([[message, 1]])
    expect(phase(cluster, 'other')).toBe('Pending')
  })

  test('goes to another at once where the node is declared out of service, and its pods with it', () => {
    const cluster = crashed()
    cluster.pods.delete('web')
    cluster.pods.create(mounting('other', ['data'], on('node-1')))
    cluster.advance('1m')
    expect(phase(cluster, 'other')).toBe('Pending')
    cluster.nodes.update('node-0', ({ spec }) => {
      const taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' as const }
      spec.taints = [...(spec.taints ?? []), taint]
    })
    cluster.advance('40s')
    expect([phase(cluster, 'other'), cluster.pods.find('web')]).toEqual(['Running', undefined])
    expect(attachments(cluster)).toEqual(['node-1 true'])
  })

  test('is let go as soon as the machine is up again and knows that the pod is gone', () => {
    const cluster = replaced(crashed())
    cluster.faults.restartNode('node-0')
    cluster.advance('20s')
    expect([phase(cluster, 'other'), attachments(cluster)]).toEqual(['Running', ['node-1 true']])
    expect(cluster.nodes.get('node-0').status).not.toHaveProperty('volumesInUse')
  })

  test('is there for its pod when the machine is up again', () => {
    const cluster = crashed()
    cluster.faults.restartNode('node-0')
    cluster.advance('20s')
    expect([phase(cluster, 'web'), attachments(cluster)]).toEqual(['Running', ['node-0 true']])
    expect(cluster.pods.get('web').status.containerStatuses![0]).toMatchObject({ ready: true, restartCount: 1 })
    expect(said(cluster, 'web', 'SuccessfulAttachVolume')).toHaveLength(1)
  })

  test('is reported again, and there for its pod, where the Node is deleted and made anew', () => {
    const cluster = crashed()
    cluster.nodes.delete('node-0')
    cluster.faults.restartNode('node-0')
    cluster.advance('30s')
    expect([phase(cluster, 'web'), attached(cluster, 'node-0')]).toEqual(['Running', [unique('vol-disk')]])
  })

  test('goes to another six minutes after its pods were collected, where the Node is deleted', () => {
    const cluster = crashed()
    cluster.nodes.delete('node-0')
    cluster.pods.create(mounting('other', ['data'], on('node-1')))
    cluster.advance('6m')
    expect([cluster.pods.find('web'), phase(cluster, 'other')]).toEqual([undefined, 'Pending'])
    cluster.advance('2m')
    expect([phase(cluster, 'other'), attachments(cluster)]).toEqual(['Running', ['node-1 true']])
  })

  test('stays with a machine that was shut down in order, since the pods end before it says so', () => {
    const cluster = make()
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.settle()
    cluster.advance(10_001 - (cluster.now % 10_000))
    cluster.faults.shutdownNode('node-0')
    cluster.advance('1m')
    cluster.pods.create(mounting('other', ['data'], on('node-1')))
    cluster.advance('4m')
    expect([phase(cluster, 'web'), phase(cluster, 'other')]).toEqual(['Failed', 'Pending'])
    expect(said(cluster, 'other', 'FailedAttachVolume')).toEqual([[exclusive, 1]])
    cluster.advance('2m')
    expect(phase(cluster, 'other')).toBe('Running')
  })
})

describe('an attacher', () => {
  test('that says nothing is given up after two minutes, again and again, and the pod waits', () => {
    const cluster = make({ disable: ['external-attacher'] })
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.advance('5m')
    const fault = `timed out waiting for external-attacher of ${driver} CSI driver to attach volume vol-disk`
    const message = `AttachVolume.Attach failed for volume "disk" : ${fault}`
    expect(said(cluster, 'web', 'FailedAttachVolume')).toEqual([[message, 2]])
    expect(cluster.table('pods')).toContain('ContainerCreating')
    const name = nameOf('vol-disk', 'node-0')
    cluster.volumeAttachments.updateStatus({ ...cluster.volumeAttachments.get(name), status: { attached: true } })
    cluster.settle()
    expect(phase(cluster, 'web')).toBe('Running')
    // Nobody has put a finalizer on it.
    cluster.pods.delete('web')
    cluster.settle()
    expect(attachments(cluster)).toEqual([])
  })

  test('that fails is asked again after a back-off that doubles, and its words are passed on', () => {
    const cluster = make({ disable: ['external-attacher'] })
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.advance('1s')
    const name = nameOf('vol-disk', 'node-0')
    const attachError = { message: 'rpc error: code = Internal desc = no slot is free' }
    cluster.volumeAttachments.updateStatus({
      ...cluster.volumeAttachments.get(name),
      status: { attached: false, attachError },
    })
    cluster.advance('20s')
    const message = `AttachVolume.Attach failed for volume "disk" : ${attachError.message}`
    // At once, then after 0.5, 1, 2, 4 and 8 seconds.
    expect(said(cluster, 'web', 'FailedAttachVolume')).toEqual([[message, 6]])
  })

  test('attaches what somebody asks for by hand, and says of a volume that there is not what it lacks', () => {
    const cluster = make()
    for (const [name, persistentVolumeName] of [
      ['mine', 'disk'],
      ['lost', 'nothing'],
    ] as const)
      cluster.volumeAttachments.create({
        metadata: { name },
        spec: { attacher: driver, nodeName: 'node-1', source: { persistentVolumeName } },
      })
    cluster.settle()
    expect(cluster.volumeAttachments.get('mine').status).toEqual({ attached: true })
    expect(cluster.volumeAttachments.get('lost').status).toMatchObject({
      attached: false,
      attachError: { message: 'persistentvolume "nothing" not found' },
    })
    cluster.volumeAttachments.delete('mine')
    cluster.advance('500ms')
    expect(cluster.volumeAttachments.find('mine')).toBeDefined()
    cluster.settle()
    expect(cluster.volumeAttachments.find('mine')).toBeUndefined()
  })
})

describe('the controller', () => {
  const controller = 'persistentvolume-attach-detach-controller'

  test('is what pods wait for', () => {
    const cluster = make({ disable: [controller] })
    cluster.pods.create(mounting('web', ['data']))
    cluster.advance('10m')
    expect([phase(cluster, 'web'), attachments(cluster)]).toEqual(['Pending', []])
  })

  test('that was started anew knows what is attached, and does what came meanwhile', () => {
    const cluster = make()
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.settle()
    cluster.controllers.crash(controller)
    cluster.pods.create(mounting('other', ['data'], on('node-1')))
    cluster.pods.delete('web')
    cluster.advance('10m')
    expect([phase(cluster, 'other'), attachments(cluster)]).toEqual(['Pending', ['node-0 true']])
    cluster.controllers.restart(controller)
    cluster.settle()
    expect([phase(cluster, 'other'), attachments(cluster)]).toEqual(['Running', ['node-1 true']])
    expect(said(cluster, 'web', 'SuccessfulAttachVolume')).toHaveLength(1)
  })

  test('that is started anew while something is being attached goes on with it', () => {
    const cluster = make({ latency: { volumeAttachment: '30s' } })
    cluster.pods.create(mounting('web', ['data']))
    cluster.advance('10s')
    cluster.controllers.restart(controller)
    cluster.controllers.restart('external-attacher')
    cluster.advance('1m')
    expect([phase(cluster, 'web'), said(cluster, 'web', 'SuccessfulAttachVolume')]).toMatchObject([
      'Running',
      [['AttachVolume.Attach succeeded for volume "disk" ', 1]],
    ])
  })

  test('attaches again what somebody else has detached', () => {
    const cluster = make()
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.settle()
    const before = cluster.volumeAttachments.get(nameOf('vol-disk', 'node-0')).metadata.uid
    cluster.volumeAttachments.delete(nameOf('vol-disk', 'node-0'))
    cluster.settle()
    const { metadata, status } = cluster.volumeAttachments.get(nameOf('vol-disk', 'node-0'))
    expect([metadata.uid === before, status.attached, attached(cluster, 'node-0')]).toEqual([
      false,
      true,
      [unique('vol-disk')],
    ])
  })

  test('runs in whichever manager leads', () => {
    const cluster = make({ controllerManager: { replicas: 2 } })
    cluster.advance('30s')
    cluster.pods.create(mounting('web', ['data']))
    cluster.settle()
    expect(phase(cluster, 'web')).toBe('Running')
  })
})

test('what is on its way when a cluster is forked, saved or replayed comes about in each', () => {
  const cluster = replaced(crashed())
  cluster.advance('3m')
  const others = [cluster.fork(), loadCluster(cluster.save())]
  for (const one of [cluster, ...others]) {
    one.advance('3m')
    expect([phase(one, 'other'), attachments(one)]).toEqual(['Running', ['node-1 true']])
    expect(one.historyHash()).toBe(cluster.historyHash())
  }
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
})

describe('who is cut off', () => {
  const controller = 'persistentvolume-attach-detach-controller'

  test('while a volume comes, be it the kubelet, goes on once it gets through', () => {
    const cluster = make()
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.advance('500ms')
    cluster.faults.partitionNode('node-0', { for: '35s' })
    cluster.advance('34s')
    expect([phase(cluster, 'web'), attachments(cluster)]).toEqual(['Pending', ['node-0 true']])
    expect(cluster.nodes.get('node-0').status.volumesInUse).toBeUndefined()
    cluster.advance('30s')
    expect([phase(cluster, 'web'), cluster.nodes.get('node-0').status.volumesInUse]).toEqual([
      'Running',
      [unique('vol-disk')],
    ])
  })

  test('while a volume goes, be it the kubelet, says so once it gets through', () => {
    const cluster = make()
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.settle()
    cluster.faults.partitionNode('node-0', { for: '2m' })
    cluster.pods.delete('web', { gracePeriodSeconds: 0 })
    cluster.advance('2m')
    expect(attachments(cluster)).toEqual(['node-0 true'])
    cluster.advance('30s')
    expect(attachments(cluster)).toEqual([])
  })

  test.each(['partition', 'loseReply', 'loseRequest', 'conflict'] as const)(
    'or whose calls fail, be it the controller or the attacher, comes to the same end: %s',
    (fault) => {
      const cluster = make()
      for (const name of [controller, 'external-attacher'])
        if (fault === 'partition') cluster.faults.partition(name, { for: '20s' })
        else cluster.faults[fault](name)
      cluster.pods.create(mounting('web', ['data'], on('node-0')))
      cluster.advance('1m')
      expect([phase(cluster, 'web'), attachments(cluster)]).toEqual(['Running', ['node-0 true']])
      for (const name of [controller, 'external-attacher'])
        if (fault === 'partition') cluster.faults.partition(name, { for: '20s' })
        else cluster.faults[fault](name)
      cluster.pods.delete('web')
      cluster.advance('1m')
      expect([attachments(cluster), attached(cluster, 'node-0')]).toEqual([[], []])
    },
  )
})

describe('an imported cluster', () => {
  const running = (): Cluster => {
    const cluster = make()
    cluster.pods.create(mounting('web', ['data'], on('node-0')))
    cluster.advance('1m')
    return cluster
  }

  test('has attached what was attached, and nothing is attached anew', () => {
    const { cluster } = importCluster(dumpOf(running()))
    const uid = cluster.volumeAttachments.list().items[0]!.metadata.uid
    cluster.advance('10m')
    expect(cluster.volumeAttachments.list().items.map(({ metadata }) => metadata.uid)).toEqual([uid])
    const { volumesAttached, volumesInUse } = cluster.nodes.get('node-0').status
    expect([volumesAttached, volumesInUse]).toEqual([
      [{ name: unique('vol-disk'), devicePath: '' }],
      [unique('vol-disk')],
    ])
    cluster.pods.delete('web')
    cluster.settle()
    expect([attachments(cluster), attached(cluster, 'node-0')]).toEqual([[], []])
  })

  test('keeps a volume on a node that was lost, and gives it to another in time', () => {
    const original = running()
    original.faults.crashNode('node-0')
    original.advance('2m')
    const cluster = replaced(importCluster(dumpOf(original)).cluster)
    expect(said(cluster, 'other', 'FailedAttachVolume')).toEqual([[exclusive, 1]])
    cluster.advance('6m10s')
    expect(phase(cluster, 'other')).toBe('Running')
  })

  test('goes by what nodes say where nobody has dumped the VolumeAttachments', () => {
    const kinds = ['v1/Namespace', 'v1/Node', 'v1/PersistentVolume', 'v1/PersistentVolumeClaim', 'v1/Pod']
    const dump = dumpOf(running(), kinds)
    const { cluster } = importCluster(dump)
    cluster.advance('1m')
    expect([phase(cluster, 'web'), attached(cluster, 'node-0')]).toEqual(['Running', [unique('vol-disk')]])
    cluster.pods.delete('web')
    cluster.pods.create(mounting('other', ['data'], on('node-1')))
    cluster.settle()
    expect([phase(cluster, 'other'), attachments(cluster)]).toEqual(['Running', ['node-1 true']])
  })
})

test('a cluster without such volumes has nothing to do with any of it', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.persistentVolumes.create(volume('directory', '1Gi'))
  cluster.persistentVolumeClaims.create(claim('data', '1Gi'))
  cluster.pods.create(mounting('web', ['data']))
  cluster.settle()
  expect(phase(cluster, 'web')).toBe('Running')
  expect(cluster.nodes.get('node-0').status).not.toHaveProperty('volumesInUse')
  const writers = new Set(cluster.history().map(({ actor }) => actor))
  expect([...writers].filter((name) => name.includes('attach'))).toEqual([])
})
