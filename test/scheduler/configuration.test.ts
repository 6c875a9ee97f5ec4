import { describe, expect, test } from 'vitest'
import { createCluster, isStatusError, type Plugin, schedulerConfiguration } from '../../src/index.ts'

const head = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n'
const configured = (text: string, plugins: readonly Plugin[] = []): ReturnType<typeof schedulerConfiguration> =>
  schedulerConfiguration(head + text, { plugins })

describe("kube-scheduler's configuration", () => {
  test('that says nothing is its default: an adaptive share of the nodes', () => {
    const options = configured('leaderElection: { leaderElect: true }\n')
    expect(options).toMatchObject({
      name: 'default-scheduler',
      strategy: { name: 'localOptimum', percentage: 'adaptive' },
    })
    expect(options.disable).toBeUndefined()
  })

  test('of a bin packing profile packs', () => {
    const options = configured(`
percentageOfNodesToScore: 100
profiles:
  - schedulerName: packing
    plugins:
      score:
        disabled: [{ name: NodeResourcesBalancedAllocation }]
        enabled: [{ name: NodeResourcesFit, weight: 5 }]
    pluginConfig:
      - name: NodeResourcesFit
        args:
          apiVersion: kubescheduler.config.k8s.io/v1
          kind: NodeResourcesFitArgs
          scoringStrategy:
            type: MostAllocated
            resources: [{ name: cpu, weight: 1 }]
  - schedulerName: spreading
`)
    expect(options).toMatchObject({
      name: 'packing',
      strategy: { name: 'bestFit' },
      disable: ['NodeResourcesBalancedAllocation'],
      weights: { NodeResourcesFit: 5 },
      profiles: [{ name: 'spreading' }],
    })
    const cluster = createCluster({ nodes: 3, schedulers: [options] })
    const placed = (schedulerName: string): string[] => {
      for (const index of [0, 1, 2])
        cluster.pods.create({
          metadata: { name: `${schedulerName}-${index}` },
          spec: { schedulerName, containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '1' } } }] },
        })
      cluster.settle()
      const { items } = cluster.pods.list()
      return items.filter(({ spec }) => spec.schedulerName === schedulerName).map(({ spec }) => spec.nodeName!)
    }
    expect(placed('packing')).toEqual(['node-0', 'node-0', 'node-0'])
    expect(new Set(placed('spreading'))).toEqual(new Set(['node-1', 'node-2']))
  })

  test('may add an affinity to that of every pod of a profile', () => {
    const added = configured(`
profiles:
  - schedulerName: pool
    pluginConfig:
      - name: NodeAffinity
        args:
          apiVersion: kubescheduler.config.k8s.io/v1
          kind: NodeAffinityArgs
          addedAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{ matchExpressions: [{ key: pool, operator: Exists }] }]
            preferredDuringSchedulingIgnoredDuringExecution:
              - { weight: 10, preference: { matchExpressions: [{ key: pool, operator: In, values: [new] }] } }
  - schedulerName: default-scheduler
`)
    const cluster = createCluster({
      schedulers: [added],
      nodes: [{ name: 'a' }, { name: 'b', labels: { pool: 'old' } }, { name: 'c', labels: { pool: 'new' } }],
    })
    const create = (name: string, schedulerName: string, more: object = {}): void =>
      void cluster.pods.create({
        metadata: { name },
        spec: { schedulerName, containers: [{ name: 'c', image: 'i' }], ...more },
      })
    create('usual', 'default-scheduler')
    create('pooled', 'pool')
    create('choosy', 'pool', { nodeSelector: { pool: 'old' } })
    create('outside', 'pool', { nodeSelector: { 'kubernetes.io/hostname': 'a' } })
    cluster.settle()
    const nodeOf = (name: string): string | undefined => cluster.pods.get(name).spec.nodeName
    expect(['usual', 'pooled', 'choosy', 'outside'].map(nodeOf)).toEqual(['a', 'c', 'b', undefined])
    expect(cluster.pods.get('outside').status.conditions?.[0]?.message).toContain(
      "0/3 nodes are available: 1 node(s) didn't match scheduler-enforced node affinity, 2 node(s) didn't match Pod's node affinity/selector.",
    )
    const { refusals } = cluster.explain('pooled').placing!.nodes.find(({ node }) => node === 'a')!
    expect(refusals.map(({ plugin }) => plugin)).toEqual(['NodeAffinity'])
  })

  test('disables everything at a point but what it enables there', () => {
    const { disable = [] } = configured(`
profiles:
  - plugins:
      score: { disabled: [{ name: '*' }], enabled: [{ name: NodeAffinity }] }
      multiPoint: { disabled: [{ name: NodePorts }] }
`)
    expect(disable).toContain('NodePorts')
    expect(disable).toContain('NodeResourcesFit.score')
    expect(disable).toContain('TaintToleration.score')
    expect(disable.filter((name) => name.startsWith('NodeAffinity'))).toEqual([])
  })

  test('takes the plugins of a user that it enables', () => {
    const mine: Plugin = { name: 'Mine', score: (_, { name }) => (name === 'node-2' ? 100 : 0) }
    const options = configured('profiles: [{ plugins: { score: { enabled: [{ name: Mine, weight: 1000 }] } } }]\n', [
      mine,
      { name: 'NotAsked', score: () => 0 },
    ])
    expect(options.plugins).toEqual([mine])
    const cluster = createCluster({ nodes: 3, schedulers: [options] })
    cluster.pods.create({ metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } })
    cluster.settle()
    expect(cluster.pods.get('p').spec.nodeName).toBe('node-2')
  })

  test.each([
    [
      'an older version',
      'x',
      'apiVersion: kubescheduler.config.k8s.io/v1beta1\nkind: KubeSchedulerConfiguration',
      'apiVersion: expected kubescheduler.config.k8s.io/v1, got "kubescheduler.config.k8s.io/v1beta1"',
    ],
    [
      'another kind',
      'x',
      'apiVersion: kubescheduler.config.k8s.io/v1\nkind: Pod',
      'kind: expected KubeSchedulerConfiguration',
    ],
    ['an extender', 'extenders: [{ urlPrefix: x }]', undefined, 'extenders: webhooks are not simulated'],
    ['another back-off', 'podMaxBackoffSeconds: 60', undefined, 'podMaxBackoffSeconds: only 10'],
    [
      'a plugin that nobody knows',
      'profiles: [{ plugins: { filter: { enabled: [{ name: Nope }] } } }]',
      undefined,
      'profiles[0].plugins.filter.enabled: no plugin "Nope"',
    ],
    [
      'a point that nobody knows',
      'profiles: [{ plugins: { filters: { enabled: [{ name: NodePorts }] } } }]',
      undefined,
      'profiles[0].plugins.filters: unknown',
    ],
    [
      'a scheduler that cannot bind',
      "profiles: [{ plugins: { bind: { disabled: [{ name: '*' }] } } }]",
      undefined,
      'DefaultBinder can only make way',
    ],
    [
      'a percentage over 100',
      'percentageOfNodesToScore: 101',
      undefined,
      'percentageOfNodesToScore: expected a whole number from 0 to 100, got 101',
    ],
    ['a field that nobody knows', 'profile: []', undefined, 'profile: unknown'],
    [
      'arguments that nobody takes',
      'profiles: [{ pluginConfig: [{ name: NodePorts, args: { a: 1 } }] }]',
      undefined,
      'args.NodePorts: no plugin takes these arguments',
    ],
    [
      'an added affinity that is none',
      'profiles: [{ pluginConfig: [{ name: NodeAffinity, args: { addedAffinity: 1 } }] }]',
      undefined,
      'args.NodeAffinity.addedAffinity: expected an object, got 1',
    ],
    [
      'an added affinity of unknown fields',
      'profiles: [{ pluginConfig: [{ name: NodeAffinity, args: { addedAffinity: { required: {} } } }] }]',
      undefined,
      'unknown field "options.schedulers[0].args.NodeAffinity.addedAffinity.required"',
    ],
    [
      'an added affinity without terms',
      'profiles: [{ pluginConfig: [{ name: NodeAffinity, args: { addedAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } }] }]',
      undefined,
      'addedAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
    [
      'an added affinity that weighs too much',
      'profiles: [{ pluginConfig: [{ name: NodeAffinity, args: { addedAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 101, preference: { matchExpressions: [{ key: a, operator: Near }] } }] } } }] }]',
      undefined,
      'addedAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101',
    ],
    [
      'other arguments of NodeAffinity',
      'profiles: [{ pluginConfig: [{ name: NodeAffinity, args: { affinity: {} } }] }]',
      undefined,
      'args.NodeAffinity.affinity: unknown',
    ],
    ['two profiles of one name', 'profiles: [{}, {}]', undefined, 'Duplicate value: "default-scheduler"'],
  ] as const)('is refused with %s', (_what, text, whole, message) => {
    try {
      schedulerConfiguration(whole ?? head + text)
    } catch (error) {
      if (!isStatusError(error, 'BadRequest')) throw error
      expect(error.message).toContain(message)
      return
    }
    expect.unreachable('it was accepted')
  })
})
