import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, gang, loadCluster, replay } from '../../src/index.ts'

const plugins = [gang({ timeout: '20s' })]

function clusterOf(nodes: number, perNode = '1'): Cluster {
  return createCluster({ nodes: [{ name: 'node', count: nodes, cpu: perNode }], schedulers: [{ plugins }] })
}

function create(cluster: Cluster, group: string, minimum: number | string, members: number, cpu = '1'): void {
  for (let i = 0; i < members; i++) {
    cluster.pods.create({
      metadata: {
        name: `${group}-${i}`,
        labels: {
          'pod-group.scheduling.sigs.k8s.io/name': group,
          'pod-group.scheduling.sigs.k8s.io/min-available': String(minimum),
        },
      },
      spec: { containers: [{ name: 'app', image: 'app:1', resources: { requests: { cpu } } }] },
    })
  }
}

function bound(cluster: Cluster, group: string): number {
  return cluster.pods
    .list({ labelSelector: `pod-group.scheduling.sigs.k8s.io/name=${group}` })
    .items.filter(({ spec }) => spec.nodeName !== undefined).length
}

describe('gangs', () => {
  test('a gang begins when all whom it needs have a place', () => {
    const cluster = clusterOf(3)
    create(cluster, 'a', 3, 2)
    cluster.advance('5s')
    expect(bound(cluster, 'a')).toBe(0)
    create(cluster, 'plain', 1, 1)
    cluster.advance('1s')
    expect(bound(cluster, 'plain')).toBe(1)
    cluster.pods.delete('plain-0', { gracePeriodSeconds: 0 })
    cluster.pods.create({
      ...cluster.pods.get('a-0'),
      metadata: { name: 'a-2', labels: cluster.pods.get('a-0').metadata.labels },
    } as never)
    cluster.advance('5s')
    expect(bound(cluster, 'a')).toBe(3)
  })

  test('after the time-out all give their places back', () => {
    const cluster = clusterOf(3)
    create(cluster, 'a', 3, 2)
    cluster.advance('15s')
    create(cluster, 'plain', 1, 3)
    cluster.advance('2s')
    expect(bound(cluster, 'plain')).toBe(1)
    cluster.advance('30s')
    expect(bound(cluster, 'a')).toBe(0)
    expect(bound(cluster, 'plain')).toBe(3)
    const messages = cluster.events.list().items.map(({ message }) => message)
    expect(messages).toContain('rejected due to timeout after waiting 20s at plugin Coscheduling')
  })

  test('one that fits nowhere sends home those who wait for it', () => {
    const cluster = clusterOf(2)
    create(cluster, 'a', 3, 3)
    cluster.advance('500ms')
    create(cluster, 'plain', 1, 2)
    cluster.advance('3s')
    expect([bound(cluster, 'a'), bound(cluster, 'plain')]).toEqual([0, 2])
    expect(cluster.events.list().items.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/PodGroup default\/a gets rejected due to Pod a-\d is unschedulable even after PostFilter/),
    )
  })

  test('a gang that is whole takes further members one by one', () => {
    const cluster = clusterOf(4)
    create(cluster, 'a', 2, 2)
    cluster.advance('5s')
    cluster.controllers.crash('default-scheduler')
    cluster.controllers.restart('default-scheduler')
    const { labels } = cluster.pods.get('a-0').metadata
    cluster.pods.create({ metadata: { name: 'a-9', labels }, spec: { containers: [{ name: 'app', image: 'app:1' }] } })
    cluster.advance('5s')
    expect(bound(cluster, 'a')).toBe(3)
  })

  test('a label that says no number is refused where it can be read', () => {
    const cluster = clusterOf(2)
    create(cluster, 'a', 'many', 1)
    cluster.advance('2s')
    expect(cluster.events.list().items.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('min-available: expected a whole number of at least 1, got "many"'),
    )
    expect(() => gang({ timeout: 'soon' })).toThrow(/invalid duration "soon"/)
    expect(() => gang({ time: 1 } as never)).toThrow(/gang: expected \{ timeout \}/)
  })

  test('a PodGroup says how many', () => {
    const cluster = clusterOf(3)
    const labels = { 'scheduling.x-k8s.io/pod-group': 'g' }
    const containers = [{ name: 'app', image: 'app:1' }]
    for (const name of ['x', 'y']) cluster.pods.create({ metadata: { name, labels }, spec: { containers } })
    cluster.advance('2s')
    expect(cluster.events.list().items.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('PodGroup "g" not found'),
    )
    cluster.apply(podGroupDefinition)
    cluster.advance('1s')
    cluster.apply({
      apiVersion: 'scheduling.x-k8s.io/v1alpha1',
      kind: 'PodGroup',
      metadata: { name: 'g' },
      spec: { minMember: 2 },
    })
    cluster.advance('6m')
    expect(cluster.pods.list().items.filter(({ spec }) => spec.nodeName !== undefined)).toHaveLength(2)
  })

  test('forks, loaded clusters and replays wait alike', () => {
    const cluster = clusterOf(3)
    create(cluster, 'a', 3, 2)
    cluster.advance('3s')
    const others = [cluster.fork(), loadCluster(cluster.save(), { plugins })]
    for (const one of [cluster, ...others]) one.advance('30s')
    for (const one of others) expect(one.historyHash()).toBe(cluster.historyHash())
    expect(replay(cluster.journal, { plugins }).historyHash()).toBe(cluster.historyHash())
  })

  test('a gang is whole or absent, whatever there is room for', () => {
    const gangs = fc.array(fc.record({ minimum: fc.integer({ min: 1, max: 4 }), more: fc.nat(2) }), { maxLength: 4 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), gangs, (nodes, groups) => {
        const cluster = clusterOf(nodes)
        groups.forEach(({ minimum, more }, i) => create(cluster, `g${i}`, minimum, minimum + more))
        cluster.advance('2m')
        groups.forEach(({ minimum }, i) => {
          const there = bound(cluster, `g${i}`)
          expect(there === 0 || there >= minimum).toBe(true)
        })
      }),
      {
        numRuns: 25,
        examples: [
          [
            4,
            [
              { minimum: 3, more: 0 },
              { minimum: 3, more: 0 },
            ],
          ],
        ],
      },
    )
  })
})

const podGroupDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'podgroups.scheduling.x-k8s.io', annotations: { 'api-approved.kubernetes.io': 'unapproved' } },
  spec: {
    group: 'scheduling.x-k8s.io',
    scope: 'Namespaced',
    names: { kind: 'PodGroup', plural: 'podgroups', singular: 'podgroup' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { minMember: { type: 'integer' } } } },
          },
        },
      },
    ],
  },
}
