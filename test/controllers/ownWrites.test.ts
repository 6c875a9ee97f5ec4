import { expect, test } from 'vitest'
import { type Cluster, createCluster } from '../../src/index.ts'
import { claimTemplate, statefulSet } from '../support/statefulSets.ts'

/** Each kind is told of in its own time, so that of two objects the later one may be known of first. */
function slow(seed: number): Cluster {
  return createCluster({ seed, nodes: 2, latency: { watchDelivery: { uniform: [1, 50] } } })
}

const seeds = Array.from({ length: 12 }, (_, seed) => seed + 1)

test('a StatefulSet does not wait for what another has written', () => {
  for (const seed of seeds) {
    const cluster = slow(seed)
    cluster.apply({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'disk' },
      provisioner: 'disk.example.com',
    })
    for (const [name, replicas] of [
      ['a', 0],
      ['b', 1],
    ] as const) {
      const pod = { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'web:1' }] }
      const template = { metadata: { labels: { app: name } }, spec: pod }
      cluster.apply(statefulSet(name, replicas, { template, volumeClaimTemplates: [claimTemplate('data')] }))
    }
    cluster.advance('1m')
    cluster.statefulSets.scale('a', 1)
    cluster.statefulSets.patch('b', { spec: { template: { metadata: { annotations: { rolled: 'out' } } } } })
    cluster.advance('5m')
    const pods = cluster.pods.list().items.map(({ metadata: { name, annotations } }) => [name, annotations?.['rolled']])
    expect(pods, `seed ${seed}`).toEqual([
      ['a-0', undefined],
      ['b-0', 'out'],
    ])
  }
})

test('a Deployment does not wait for what others have written', () => {
  const names = ['a', 'b', 'c', 'd']
  for (const seed of seeds) {
    const cluster = slow(seed)
    for (const name of names) {
      const spec = {
        replicas: 2,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
      }
      cluster.deployments.create({ metadata: { name }, spec })
    }
    cluster.advance('20s')
    for (const name of names) cluster.deployments.restart(name)
    cluster.advance('2m')
    const { items } = cluster.deployments.list()
    expect(
      items.map(({ status }) => status.updatedReplicas),
      `seed ${seed}`,
    ).toEqual([2, 2, 2, 2])
  }
})
