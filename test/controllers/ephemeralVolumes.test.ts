import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster, type Manifest, type Pod } from '../../src/index.ts'
import { claim, ephemeral, lateClass, storageClass, user } from '../support/volumes.ts'

const make = (): Cluster => {
  const cluster = createCluster({ nodes: 1 })
  cluster.apply([storageClass('fast'), lateClass('late')])
  return cluster
}

const withScratch = (name: string, spec: Manifest<Pod['spec']> = {}): Manifest<Pod> =>
  user(name, [], { volumes: [ephemeral('scratch', 'late')], ...spec })

const told = (cluster: Cluster, reason: string): readonly string[] =>
  cluster.events
    .list()
    .items.filter((event) => event.reason === reason)
    .map(({ source, message }) => `${source?.component}: ${message}`)

describe('an ephemeral volume', () => {
  test.each(['fast', 'late'])('has a claim made for its pod, of class %s, that goes with it', (of) => {
    const cluster = make()
    const { uid } = cluster.pods.create(user('web', [], { volumes: [ephemeral('scratch', of)] })).metadata
    cluster.advance('1m')
    const { metadata, spec, status } = cluster.persistentVolumeClaims.get('web-scratch')
    expect(metadata).toMatchObject({
      labels: { of: 'scratch' },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Pod', name: 'web', uid, controller: true, blockOwnerDeletion: true },
      ],
    })
    expect([spec.storageClassName, status.phase, cluster.pods.get('web').status.phase]).toEqual([
      of,
      'Bound',
      'Running',
    ])
    cluster.pods.delete('web')
    cluster.advance('1m')
    expect([cluster.persistentVolumeClaims.list().items, cluster.persistentVolumes.list().items]).toEqual([[], []])
  })

  test('keeps its pod waiting until somebody makes the claim', () => {
    const cluster = make()
    cluster.controllers.crash('ephemeral-volume-controller')
    cluster.pods.create(withScratch('web'))
    cluster.advance('1m')
    const message = 'waiting for ephemeral volume controller to create the persistentvolumeclaim "web-scratch"'
    expect(told(cluster, 'FailedScheduling')[0]).toMatch(message)
    cluster.controllers.restart('ephemeral-volume-controller')
    cluster.advance('1m')
    expect(cluster.pods.get('web').status.phase).toBe('Running')
  })

  test('takes no claim that was not made for its pod, and has its own once that is gone', () => {
    const cluster = make()
    cluster.persistentVolumeClaims.create(claim('web-scratch', '1Gi', { storageClassName: 'fast' }))
    cluster.advance('1m')
    cluster.pods.create(withScratch('web'))
    // One that has its node already, so that it is the kubelet who looks.
    cluster.persistentVolumeClaims.create(claim('placed-scratch', '1Gi', { storageClassName: 'fast' }))
    cluster.advance('5s')
    cluster.pods.create(withScratch('placed', { nodeName: 'node-0' }))
    cluster.advance('10s')
    const foreign = (pod: string): string =>
      `PVC default/${pod}-scratch was not created for pod default/${pod} (pod is not owner)`
    expect(told(cluster, 'FailedBinding')).toEqual(
      ['placed', 'web'].map((pod) => `ephemeral_volume: ephemeral volume scratch: ${foreign(pod)}`),
    )
    expect(told(cluster, 'FailedScheduling')[0]).toMatch(foreign('web'))
    expect(told(cluster, 'FailedMount')[0]).toMatch(foreign('placed'))
    cluster.persistentVolumeClaims.delete('web-scratch')
    cluster.advance('1m')
    expect(cluster.pods.get('web').status.phase).toBe('Running')
  })

  test('says why its claim could not be made, and has it made with the next try', () => {
    const cluster = make()
    cluster.faults.loseRequest('ephemeral-volume-controller')
    cluster.pods.create(withScratch('web'))
    cluster.advance('1m')
    expect(told(cluster, 'FailedBinding')).toEqual([
      'ephemeral_volume: ephemeral volume scratch: create PVC web-scratch: read tcp 10.96.0.1:443: i/o timeout: the request was lost',
    ])
    expect(cluster.pods.get('web').status.phase).toBe('Running')
  })
})
