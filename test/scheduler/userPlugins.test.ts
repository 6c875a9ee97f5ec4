import { describe, expect, test } from 'vitest'
import {
  bestFit,
  type ConfigMap,
  type Cluster,
  type ClusterOptions,
  createCluster,
  indexed,
  isStatusError,
  loadCluster,
  localOptimum,
  mostAllocated,
  type Plugin,
  replay,
  type SchedulerOptions,
} from '../../src/index.ts'

/** Three nodes without a machine behind them, in two zones. */
function cluster(schedulers: readonly SchedulerOptions[], more: ClusterOptions = {}): Cluster {
  const made = createCluster({
    seed: 4,
    nodes: 0,
    disable: ['kubelet', 'node-lifecycle-controller'],
    schedulers,
    ...more,
  })
  for (const [name, zone] of [
    ['a', 'east'],
    ['b', 'west'],
    ['c', 'west'],
  ] as const) {
    const amounts = { cpu: '4', memory: '8Gi', pods: '10' }
    made.nodes.create({ metadata: { name, labels: { zone } }, status: { capacity: amounts, allocatable: amounts } })
  }
  return made
}

function pod(name: string, cpu = '500m', more: object = {}): Parameters<Cluster['pods']['create']>[0] {
  const containers = [{ name: 'c', image: 'i', resources: { requests: { cpu } } }]
  return { metadata: { name, ...more }, spec: { containers } }
}

const nodeOf = (one: Cluster, name: string): string | undefined => one.pods.get(name).spec.nodeName
const said = (one: Cluster, name: string): string | undefined =>
  one.pods.get(name).status.conditions?.find(({ type }) => type === 'PodScheduled')?.message

const westOnly: Plugin = {
  name: 'WestOnly',
  filter: (_, { node }) => (node.metadata.labels?.['zone'] === 'west' ? undefined : 'node(s) were in the east'),
}

const boom = (): never => {
  throw new Error('boom')
}

describe('a plugin of a user', () => {
  test('filters and scores one node at a time, as kube-scheduler would with it', () => {
    const lastByName: Plugin = { name: 'LastByName', score: (_, { name }) => name.charCodeAt(0) - 95 }
    const one = cluster([{ plugins: [westOnly, lastByName], weights: { LastByName: 1000 } }])
    one.pods.create(pod('p'))
    one.settle()
    expect(nodeOf(one, 'p')).toBe('c')
    one.pods.create(pod('huge', '5'))
    one.settle()
    expect(said(one, 'huge')).toMatch(/^0\/3 nodes are available: 3 Insufficient cpu\. /)
    const { placing } = one.explain('p')
    expect(placing!.nodes.find(({ node }) => node === 'a')!.refusals).toEqual([
      { plugin: 'WestOnly', reasons: ['node(s) were in the east'], resolvable: true },
    ])
  })

  test('sees the pods that were just put on a node, and what they request', () => {
    const seen: string[] = []
    const alone: Plugin = {
      name: 'Alone',
      filter: (_, { name, pods, requested }) => {
        seen.push(`${name}:${pods.map(({ metadata }) => metadata.name).join()}:${requested.cpuMilli}`)
        return pods.length === 0 ? undefined : { reasons: ['node(s) had a tenant'], resolvable: false }
      },
    }
    const one = cluster([{ plugins: [alone] }])
    for (const name of ['p', 'q', 'r', 's']) one.pods.create(pod(name))
    one.settle()
    expect(['p', 'q', 'r'].map((name) => nodeOf(one, name))).toEqual(['a', 'b', 'c'])
    expect(said(one, 's')).toMatch(
      /^0\/3 nodes are available: 3 node\(s\) had a tenant\. .*3 Preemption is not helpful/,
    )
    expect(seen).toContain('a:p:500')
    one.pods.delete('p', { gracePeriodSeconds: 0 })
    one.advance('10s')
    expect(nodeOf(one, 's')).toBe('a')
  })

  test('is remembered for a class with scope node, and decides the same', () => {
    let calls = 0
    const score: Plugin['score'] = (shown, { name, requested }) => {
      calls++
      return (Number(shown.metadata.labels?.['n'] ?? 0) * 7 + name.charCodeAt(0) * 13 + requested.cpuMilli) % 101
    }
    const placements = ([undefined, 'node'] as const).map((scope) => {
      calls = 0
      const one = cluster([{ plugins: [{ name: 'Odd', scope, score }], weights: { Odd: 50 } }])
      for (let i = 0; i < 12; i++) one.pods.create(pod(`p${i}`, '100m', { labels: { n: String(i % 2) } }))
      one.settle()
      return { nodes: one.pods.list().items.map(({ spec }) => spec.nodeName), calls }
    })
    expect(placements[1]!.nodes).toEqual(placements[0]!.nodes)
    expect(placements[1]!.calls).toBeLessThan(placements[0]!.calls)
  })

  test.each([
    ['throws', boom, 'running Score plugin "Bad": boom'],
    ['scores NaN', (): number => NaN, 'running Score plugin "Bad": expected a number, got NaN'],
    [
      'scores 101',
      (): number => 101,
      'plugin "Bad" returns an invalid score 101, it should in the range of [0, 100] after normalizing',
    ],
  ] as const)('that %s fails the decision about that pod, with its name, and nothing else', (_what, score, message) => {
    const bad: Plugin = { name: 'Bad', score: (shown) => (shown.metadata.name === 'p' ? score() : 0) }
    const one = cluster([{ plugins: [bad] }])
    one.pods.create(pod('p'))
    one.pods.create(pod('q'))
    one.settle()
    expect(nodeOf(one, 'q')).toBeDefined()
    expect(nodeOf(one, 'p')).toBeUndefined()
    expect(said(one, 'p')).toBe(message)
  })

  test.each<readonly [string, object, string]>([
    [
      'keeps pods out by a promise',
      { preEnqueue: () => Promise.resolve() },
      'running PreEnqueue plugin "Bad": expected a reason, or nothing if the pod may enter the queue, got an object',
    ],
    [
      'makes room on a node that there is not',
      { filter: () => 'no', postFilter: () => ({ node: 'z' }) },
      'running PostFilter plugin "Bad": there is no node "z" to make room on',
    ],
    [
      'has pods wait for a text',
      { permit: () => ({ waitMs: '5s' }) },
      'running Permit plugin "Bad": expected nothing, a reason, or { waitMs } of 0 or more, got an object',
    ],
    [
      'prepares a binding by a promise',
      { preBind: () => Promise.resolve() },
      'running PreBind plugin "Bad": expected nothing, a reason, or { waitMs } of 0 or more, got an object',
    ],
    ['throws as it takes back', { permit: () => 'no', unreserve: boom }, 'running Reserve plugin "Bad": boom'],
  ])('that %s fails the decision about a pod, and its explanation says so', (_what, bad, message) => {
    const one = cluster([{ plugins: [{ name: 'Bad', ...bad }] }])
    one.pods.create(pod('p', '3'))
    one.advance('500ms')
    expect(nodeOf(one, 'p')).toBeUndefined()
    expect(one.events.list().items.at(-1)).toMatchObject({ reason: 'FailedScheduling', message })
    expect(one.explain('p').waiting?.state ?? one.explain('p').standing).toMatch(/backoff|gated/)
  })

  test('that throws is told of in the explanation of its pods', () => {
    const bad: Plugin = { name: 'Bad', filter: boom }
    const one = cluster([{ plugins: [bad] }])
    one.pods.create(pod('p'))
    one.advance('500ms')
    expect(one.explain('p').summary).toMatch(
      /^pod default\/p waits for default-scheduler: running Filter plugin "Bad": boom, one decision failed/,
    )
  })

  test('that throws once a pod is bound leaves it where it is, and its room taken', () => {
    const one = cluster([{ plugins: [{ name: 'Bad', postBind: boom }] }])
    for (const name of ['p', 'q']) one.pods.create(pod(name))
    one.settle()
    expect([nodeOf(one, 'p'), nodeOf(one, 'q')]).toEqual(['a', 'b'])
    expect(said(one, 'p')).toBeUndefined()
    const { message } = one.events.list({ fieldSelector: 'reason=FailedPostBind' }).items[0]!
    expect(message).toBe('running PostBind plugin "Bad": boom')
  })

  test('that throws as it takes back leaves no room taken', () => {
    let isBroken = true
    const bad: Plugin = {
      name: 'Bad',
      permit: ({ metadata }) => (metadata.name === 'p' ? 'no' : undefined),
      unreserve: () => {
        if (isBroken) boom()
      },
    }
    const one = cluster([{ plugins: [bad] }])
    one.pods.create(pod('p', '4'))
    one.advance('100ms')
    isBroken = false
    for (const name of ['x', 'y', 'z']) one.pods.create(pod(name, '4'))
    one.advance('100ms')
    expect(['x', 'y', 'z'].map((name) => nodeOf(one, name)).sort()).toEqual(['a', 'b', 'c'])
  })

  test.each<readonly [string, Plugin['less'], string]>([
    ['throws', boom, 'running QueueSort plugin "Bad": boom'],
    ['says 1 for true', (() => 1) as never, 'running QueueSort plugin "Bad": expected true or false, got 1'],
  ])('that sorts the queue and %s ends the scheduler, until it is started again', (_what, broken, message) => {
    let isBroken = true
    const bad: Plugin = { name: 'Bad', less: (a, b) => (isBroken ? broken!(a, b) : a.sequence < b.sequence) }
    const one = cluster([{ plugins: [bad] }])
    for (const name of ['p', 'q']) one.pods.create(pod(name))
    expect(() => one.settle()).toThrow(message)
    expect(one.explain('p').summary).toContain('the scheduler does not run')
    isBroken = false
    one.controllers.restart('default-scheduler')
    one.settle()
    expect([nodeOf(one, 'p'), nodeOf(one, 'q')]).toEqual(['a', 'b'])
  })

  test.each([bestFit(), localOptimum({ feasible: 4 }), indexed()])(
    'that throws about a node has said nothing of it, and is asked again by $name',
    (strategy) => {
      let isBroken = true
      const bad: Plugin = {
        name: 'Bad',
        scope: 'node',
        filter: (_, { name }) => {
          if (isBroken && name.startsWith('b')) throw new Error('boom')
          return name.startsWith('b') ? 'not here' : undefined
        },
      }
      const one = cluster([{ strategy, plugins: [bad] }])
      const { status } = one.nodes.get('b')
      one.nodes.create({ metadata: { name: 'd' }, status })
      for (const nodeName of ['a', 'd'])
        one.pods.create({ metadata: { name: `on-${nodeName}` }, spec: { ...pod('', '2500m').spec!, nodeName } })
      const create = (name: string): void => {
        one.pods.create(pod(name, '1'))
        one.advance('10s')
        if (isBroken) expect(said(one, name)).toBe('running Filter plugin "Bad": boom')
        isBroken = false
        one.advance('1m')
        expect(nodeOf(one, name)).toBe('c')
      }
      create('first')
      create('second')
      isBroken = true
      one.nodes.create({ metadata: { name: 'bb' }, status })
      create('third')
    },
  )

  test('keeps what it remembers in its memory, so that forks, replays and loads decide alike', () => {
    const turns: Plugin = {
      name: 'Turns',
      score: (_, { name }, { memory, random }) =>
        (memory.get<string>('last') ?? '') === name ? 0 : 50 + random.integer(0, 9),
      reserve: (_, { name }, { memory }) => void memory.set('last', name),
    }
    const schedulers = [{ plugins: [turns], weights: { Turns: 100 } }]
    const original = cluster(schedulers)
    for (let i = 0; i < 4; i++) original.pods.create(pod(`p${i}`))
    original.settle()
    const copies = [
      original.fork(),
      loadCluster(original.save(), { plugins: [turns] }),
      replay(original.journal, { plugins: [turns] }),
    ]
    for (const one of [original, ...copies]) {
      for (let i = 4; i < 9; i++) one.pods.create(pod(`p${i}`))
      one.settle()
    }
    for (const one of copies) expect(one.historyHash()).toBe(original.historyHash())
  })

  test('sorts the queue', () => {
    const shortestFirst: Plugin = {
      name: 'ShortestName',
      less: (a, b) => a.pod.metadata.name.length < b.pod.metadata.name.length,
    }
    const one = cluster([{ plugins: [shortestFirst] }])
    for (const name of ['cccc', 'a', 'ccc', 'bb']) one.pods.create(pod(name))
    one.settle()
    const scheduled = one.events.list({ fieldSelector: 'reason=Scheduled' }).items
    const order = [...scheduled].sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    expect(order.map(({ involvedObject }) => involvedObject.name)).toEqual(['a', 'bb', 'ccc', 'cccc'])
  })

  test('keeps pods out of the queue until they change', () => {
    const approved: Plugin = {
      name: 'Approved',
      preEnqueue: ({ metadata }) => (metadata.labels?.['ok'] === 'yes' ? undefined : 'not approved'),
    }
    const one = cluster([{ plugins: [approved] }])
    one.pods.create(pod('p'))
    one.settle()
    expect(nodeOf(one, 'p')).toBeUndefined()
    expect(one.explain('p')).toMatchObject({
      standing: 'gated',
      summary: 'pod default/p is on no node: plugin Approved keeps it out of the queue: not approved',
    })
    one.pods.update('p', (draft) => void (draft.metadata.labels = { ok: 'yes' }))
    one.settle()
    expect(nodeOf(one, 'p')).toBe('a')
  })

  test('looks at objects of other kinds, and is asked again when they change', () => {
    const quota: Plugin = {
      name: 'Quota',
      watches: ['v1/ConfigMap'],
      preFilter: (_, { list }) => {
        const [allowed] = list<ConfigMap>('v1/ConfigMap', 'default').filter(({ metadata }) => metadata.name === 'quota')
        return allowed?.data?.['open'] === 'yes' ? 'skip' : 'the quota is closed'
      },
    }
    const one = cluster([{ plugins: [quota] }])
    one.pods.create(pod('p'))
    one.settle()
    expect(said(one, 'p')).toMatch(/^0\/3 nodes are available: the quota is closed\./)
    one.configMaps.create({ metadata: { name: 'quota' }, data: { open: 'yes' } })
    one.advance('10s')
    expect(nodeOf(one, 'p')).toBe('a')
  })
})

describe('Permit', () => {
  /** Nobody is bound before two have a node. */
  const pairs: Plugin = {
    name: 'Pairs',
    permit: (_, __, { waiting }) => {
      const others = waiting()
      if (others.length === 0) return { waitMs: 10_000 }
      for (const other of others) other.allow()
      return undefined
    },
  }

  test('keeps a pod and its room until it is allowed', () => {
    const one = cluster([{ plugins: [pairs] }])
    one.pods.create(pod('p', '3'))
    one.advance('5s')
    expect(nodeOf(one, 'p')).toBeUndefined()
    expect(one.explain('p')).toMatchObject({
      node: 'a',
      summary:
        'pod default/p waits for default-scheduler: it has its place on a; Pairs may hold it until 2020-01-01T00:00:10Z',
      waiting: { state: 'held', for: ['Pairs'] },
    })
    one.pods.create(pod('q', '3'))
    one.advance('1s')
    expect([nodeOf(one, 'p'), nodeOf(one, 'q')]).toEqual(['a', 'b'])
  })

  test('gives the room back when the time is over, and the pod tries again', () => {
    const one = cluster([{ plugins: [pairs] }])
    one.pods.create(pod('p', '3'))
    one.advance('5s')
    const fork = one.fork()
    for (const each of [one, fork]) {
      each.advance('5500ms')
      expect(said(each, 'p')).toBe('rejected due to timeout after waiting 10s at plugin Pairs')
      each.advance('2s')
      each.pods.create(pod('q', '3'))
      each.advance('6m')
      expect(nodeOf(each, 'p')).toBeDefined()
    }
    expect(fork.historyHash()).toBe(one.historyHash())
  })

  test('a pod that is deleted while it waits gives its room back', () => {
    const one = cluster([{ plugins: [pairs] }])
    one.pods.create(pod('p', '4'))
    one.advance('1s')
    one.pods.delete('p', { gracePeriodSeconds: 0 })
    for (const name of ['x', 'y', 'z', 'w']) one.pods.create(pod(name, name === 'w' ? '5' : '4'))
    one.advance('1s')
    expect([nodeOf(one, 'x'), nodeOf(one, 'y')]).toEqual(['a', 'b'])
  })

  test('undoes what Reserve did, in the reverse order', () => {
    const calls: string[] = []
    const step = (name: string, refuses: boolean): Plugin => ({
      name,
      reserve: () => void calls.push(`reserve ${name}`),
      unreserve: () => void calls.push(`unreserve ${name}`),
      ...(refuses ? { permit: () => 'no' } : {}),
    })
    const one = cluster([{ plugins: [step('One', false), step('Two', true)] }])
    one.pods.create(pod('p'))
    one.advance('100ms')
    expect(calls).toEqual(['reserve One', 'reserve Two', 'unreserve Two', 'unreserve One'])
    expect(said(one, 'p')).toBe('no')
  })

  test('that always refuses keeps nobody from settling, though each who is refused gives back room that others may take', () => {
    const one = cluster([{ plugins: [{ name: 'Never', permit: () => 'no' }] }])
    for (const name of ['p', 'q']) one.pods.create(pod(name))
    one.settle({ timeout: '1m' })
    expect(['p', 'q'].map((name) => said(one, name))).toEqual(['no', 'no'])
    // They go on trying all the same.
    one.advance('1m')
    expect(one.schedulerStats()[0]!.decisions).toBeGreaterThan(8)
  })
})

describe('profiles', () => {
  test('share a queue and what is known of nodes, each with its own plugins', () => {
    const one = cluster([
      {
        profiles: [
          { name: 'packing', policy: mostAllocated(), strategy: bestFit() },
          { name: 'west', plugins: [westOnly] },
        ],
      },
    ])
    const named = (name: string, schedulerName: string): void => {
      const manifest = pod(name)
      one.pods.create({ ...manifest, spec: { ...manifest.spec, schedulerName } })
    }
    named('first', 'west')
    named('second', 'packing')
    named('third', 'default-scheduler')
    named('fourth', 'nobody')
    one.settle()
    expect(['first', 'second', 'third', 'fourth'].map((name) => nodeOf(one, name))).toEqual(['b', 'b', 'a', undefined])
    expect(one.explain('second').scheduler).toBe('default-scheduler')
    const sources = one.events.list({ fieldSelector: 'reason=Scheduled' }).items.map(({ source }) => source?.component)
    expect(sources.sort()).toEqual(['default-scheduler', 'packing', 'west'])
    expect(replay(one.journal, { plugins: [westOnly] }).historyHash()).toBe(one.historyHash())
  })

  test('leave plugins out, weigh scores and take arguments', () => {
    const free = cluster([{ disable: ['NodeResourcesFit.filter'] }])
    free.pods.create(pod('huge', '50'))
    free.settle()
    expect(nodeOf(free, 'huge')).toBe('a')
    const shape = [
      { utilization: 0, score: 0 },
      { utilization: 100, score: 10 },
    ]
    const packed = cluster([
      {
        args: {
          NodeResourcesFit: {
            scoringStrategy: { type: 'RequestedToCapacityRatio', requestedToCapacityRatio: { shape } },
          },
        },
        weights: { NodeResourcesBalancedAllocation: 0 },
      },
    ])
    for (const name of ['p', 'q', 'r']) packed.pods.create(pod(name))
    packed.settle()
    expect(['p', 'q', 'r'].map((name) => nodeOf(packed, name))).toEqual(['a', 'a', 'a'])
  })
})

test('arguments say how pods without rules of their own are spread, and what a rule of a placed pod weighs', () => {
  const constraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' } as const
  const one = cluster([
    {
      disable: ['NodeResourcesFit', 'NodeResourcesBalancedAllocation'],
      args: {
        PodTopologySpread: { defaultingType: 'List', defaultConstraints: [constraint] },
        InterPodAffinity: { hardPodAffinityWeight: 100 },
      },
    },
  ])
  one.services.create({ metadata: { name: 's' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })
  for (const name of ['p', 'q', 'r', 's']) one.pods.create(pod(name, '100m', { labels: { app: 'web' } }))
  one.settle()
  const zones = ['p', 'q', 'r', 's'].map((name) => (nodeOf(one, name) === 'a' ? 'east' : 'west'))
  expect(zones.filter((zone) => zone === 'east')).toHaveLength(2)
  // What requires a neighbour draws it: without the weight, the first by name would do.
  const near = pod('near', '100m', { labels: { app: 'db' } })
  const affinity = {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'cache' } } },
      ],
    },
  }
  for (const name of ['a', 'b', 'c'])
    one.nodes.update(name, (draft) => void (draft.metadata.labels!['kubernetes.io/hostname'] = name))
  one.pods.create(pod('c0', '100m', { labels: { app: 'cache' } }))
  one.settle()
  one.pods.update('c0', (draft) => void (draft.metadata.labels = { app: 'cache' }))
  one.pods.create({ ...near, spec: { ...near.spec, affinity } })
  one.settle()
  const home = nodeOf(one, 'near')
  expect(home).toBe(nodeOf(one, 'c0'))
  one.pods.create(pod('c1', '100m', { labels: { app: 'cache' } }))
  expect(one.explain('c1').placing!.nodes.find(({ node }) => node === home)!.shares).toContainEqual({
    plugin: 'InterPodAffinity',
    weight: 2,
    score: 100,
  })
})

test.each<readonly [string, object, string]>([
  [
    'an unknown plugin is disabled',
    { disable: ['Fit'] },
    'options.schedulers[0].disable: no plugin "Fit"; there are SchedulingGates',
  ],
  [
    'an unknown point is disabled',
    { disable: ['NodeName.filters'] },
    'disable: "NodeName.filters": expected one of preEnqueue',
  ],
  [
    'a weight is negative',
    { weights: { NodeAffinity: -1 } },
    'options.schedulers[0].weights.NodeAffinity: expected a whole number of at least 0, got -1',
  ],
  ['a weight is for nobody', { weights: { Nobody: 1 } }, 'weights: no plugin "Nobody"'],
  [
    'a plugin does nothing',
    { plugins: [{ name: 'Idle' }] },
    'options.schedulers[0].plugins[0]: plugin "Idle" has none of preEnqueue',
  ],
  ['a plugin has a field too many', { plugins: [{ name: 'X', scores: () => 1 }] }, 'plugins[0].scores: unknown'],
  ['a plugin has no name', { plugins: [{ score: () => 1 }] }, 'plugins[0].name: expected a name'],
  [
    'a plugin has the name of a built-in one',
    { plugins: [{ name: 'NodeName', score: () => 1 }] },
    'Duplicate value: "NodeName"',
  ],
  [
    'two plugins sort the queue',
    {
      plugins: [
        { name: 'A', less: () => true },
        { name: 'B', less: () => true },
      ],
    },
    'expected one plugin with less, got A and B',
  ],
  [
    'two profiles have one name',
    { profiles: [{ name: 'x' }, { name: 'x' }] },
    'options.schedulers[0].profiles[1].name: Duplicate value: "x"',
  ],
  [
    'profiles sort the queue each in its way',
    { profiles: [{ name: 'x', plugins: [{ name: 'A', less: () => true }] }] },
    'they share one queue',
  ],
  [
    'arguments are for nobody',
    { args: { NodeName: {} } },
    'options.schedulers[0].args.NodeName: no plugin takes these arguments',
  ],
  [
    'a default constraint has a selector of its own',
    {
      args: {
        PodTopologySpread: {
          defaultingType: 'List',
          defaultConstraints: [
            { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
          ],
        },
      },
    },
    'PodTopologySpread.defaultConstraints[0].labelSelector: the selector is that of',
  ],
  [
    'default constraints are not asked for',
    { args: { PodTopologySpread: { defaultConstraints: [{}] } } },
    "defaultConstraints: goes with defaultingType 'List'",
  ],
  [
    'a weight of affinity is out of range',
    { args: { InterPodAffinity: { hardPodAffinityWeight: 101 } } },
    'hardPodAffinityWeight: expected a whole number from 0 to 100, got 101',
  ],
  [
    'a shape falls back',
    {
      args: {
        NodeResourcesFit: {
          scoringStrategy: {
            type: 'RequestedToCapacityRatio',
            requestedToCapacityRatio: {
              shape: [
                { utilization: 50, score: 1 },
                { utilization: 50, score: 2 },
              ],
            },
          },
        },
      },
    },
    'shape[1].utilization: values must be sorted in increasing order, got 50 after 50',
  ],
  [
    'a policy and a scoring strategy contradict each other',
    { policy: mostAllocated(), args: { NodeResourcesFit: { scoringStrategy: {} } } },
    'and not both',
  ],
])('it is refused when %s', (_what, scheduler, message) => {
  try {
    createCluster({ schedulers: [scheduler as SchedulerOptions] })
  } catch (error) {
    if (!isStatusError(error, 'BadRequest')) throw error
    expect(error.message).toContain(message)
    return
  }
  expect.unreachable('it was accepted')
})
