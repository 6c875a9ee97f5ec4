import { describe, expect, it } from 'vitest'
import { createCluster } from '../../src/index.ts'
import { podOf } from './podFixtures.ts'

/** What the API server of v1.36 makes of a new pod. */
function created(spec: object, container: object = {}, more: object = {}) {
  const { kind, apiVersion, spec: whole } = podOf(spec, container)
  const cluster = createCluster({ seed: 1, nodes: 0 })
  cluster.advance('10s')
  return cluster.pods.create({ kind, apiVersion, metadata: { name: 'web' }, spec: whole, ...more })
}

const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
const pages = { limits: { cpu: '2', 'hugepages-2Mi': '4Mi' }, requests: { cpu: '1' } }

describe('a new pod', () => {
  it.each([
    [{ iscsi: { iqn: 'iqn.2020-01.a:b', lun: 0, targetPortal: 'a' } }, { iscsi: { iscsiInterface: 'default' } }],
    [{ rbd: { image: 'a', monitors: ['b'] } }, { rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' } }],
    [{ scaleIO: { gateway: 'a', secretRef: {}, system: 'b', volumeName: 'c' } }, { scaleIO: { fsType: 'xfs' } }],
    [{ ephemeral: { volumeClaimTemplate: { spec: claim } } }, { ephemeral: { volumeClaimTemplate: { metadata: {} } } }],
    [{ image: { reference: 'a' } }, { image: { pullPolicy: 'Always' } }],
    [{ image: { reference: 'a:1' } }, { image: { pullPolicy: 'IfNotPresent' } }],
  ])('has the volume %j with %j', (volume, filled) => {
    expect(created({ volumes: [{ name: 'v', ...volume }] }).spec.volumes?.[0]).toMatchObject(filled)
  })

  it('has what its containers request where it limits them together', () => {
    const pod = created({ resources: { limits: { cpu: '3', memory: '1Gi' } } }, { resources: pages })
    expect(pod.spec.resources).toEqual({
      limits: { cpu: '3', memory: '1Gi', 'hugepages-2Mi': '4Mi' },
      requests: { cpu: '1', memory: '1Gi', 'hugepages-2Mi': '4Mi' },
    })
    expect(pod.status.qosClass).toBe('Burstable')
  })

  it('with resources of its own is of the class that these say, be they none', () => {
    expect(created({ resources: {} }, { resources: pages }).status.qosClass).toBe('BestEffort')
    expect(created({ resources: { limits: { cpu: '1', memory: '1Gi' } } }).status.qosClass).toBe('Guaranteed')
  })

  it('is believed in what it says of its class', () => {
    expect(created({}, {}, { status: { qosClass: 'Guaranteed' } }).status).toEqual({
      phase: 'Pending',
      qosClass: 'Guaranteed',
    })
  })

  it('with gates says since when it waits', () => {
    const { metadata, status } = created({ schedulingGates: [{ name: 'a' }] })
    expect(status.conditions?.[0]).toMatchObject({
      type: 'PodScheduled',
      reason: 'SchedulingGated',
      lastTransitionTime: metadata.creationTimestamp,
    })
  })

  it('has a second to end where it is given less than none', () => {
    expect(created({ terminationGracePeriodSeconds: -1 }).spec.terminationGracePeriodSeconds).toBe(1)
  })

  it('lacks what is not enabled', () => {
    const sources = [{ clusterTrustBundle: { path: 'a' }, secret: { name: 'b' } }]
    const pod = created(
      { schedulingGroup: { podGroupName: 'a' }, volumes: [{ name: 'v', projected: { sources } }] },
      { lifecycle: { stopSignal: 'SIGTERM' } },
    )
    expect(pod.spec.schedulingGroup).toBeUndefined()
    expect(pod.spec.containers[0]?.lifecycle).toBeUndefined()
    expect(pod.spec.volumes?.[0]?.projected?.sources).toEqual([{ secret: { name: 'b' } }])
  })

  it('has variables as they are kept', () => {
    const valueFrom = { resourceFieldRef: { resource: 'limits.cpu', divisor: '1000m' } }
    const file = { fileKeyRef: { key: 'A', path: 'a', volumeName: 'v' } }
    const env = [
      { name: 'A', valueFrom },
      { name: 'B', valueFrom: file },
    ]
    const pod = created({ volumes: [{ name: 'v', emptyDir: {} }] }, { env })
    expect(pod.spec.containers[0]?.env?.[0]?.valueFrom?.resourceFieldRef?.divisor).toBe('1')
    expect(pod.spec.containers[0]?.env?.[1]?.valueFrom?.fileKeyRef?.optional).toBe(false)
  })

  it('is not being deleted, whatever it says', () => {
    const metadata = { name: 'web', namespace: 'default', deletionTimestamp: '2020-01-01T00:00:00Z' }
    expect(created({}, {}, { metadata }).metadata.deletionTimestamp).toBeUndefined()
  })

  it.each([
    [{ volumes: [{ emptyDir: {} }] }, 'spec.volumes[0].name: Required value'],
    [
      { volumes: [{ name: 'x'.repeat(63), ephemeral: { volumeClaimTemplate: { spec: claim } } }] },
      /^Pod "web-?\S*" is invalid: spec.volumes\[0\].name: Invalid value: "x+": PVC name ".*": must be no more than 253/,
      'web' + '-a'.repeat(120),
    ],
    [
      {
        volumes: [
          { name: 'a', ephemeral: { volumeClaimTemplate: { spec: claim } } },
          { name: 'b', persistentVolumeClaim: { claimName: 'web-a' } },
        ],
      },
      'must not reference a PVC that gets created for an ephemeral volume',
    ],
    [
      { affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }] } } },
      'podAffinityTerm.topologyKey: Required value: can not be empty',
    ],
    [
      { serviceAccountName: 'a/b' },
      `error looking up service account default/a/b: invalid resource name "a/b": [may not contain '/']`,
    ],
    [
      { serviceAccountName: 'none', preemptionPolicy: 'Never' },
      'error looking up service account default/none: serviceaccount "none" not found',
    ],
  ])('%j is refused', (spec, said, name = 'web') => {
    expect(() => created(spec, {}, { metadata: { name } })).toThrow(said)
  })
})
