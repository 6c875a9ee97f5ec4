import { bestFit, createCluster, localOptimum, type Node } from 'wavetank'
import { describe, expect, test } from 'vitest'
import { experiment, type ExperimentOptions, type ExperimentProgress } from 'wavetank/experiments'
import { drawn, equal, listed } from './support.ts'

const options: ExperimentOptions = {
  cluster: { nodes: 12 },
  workload: drawn(150),
  schedulers: { 'best fit': { strategy: bestFit() }, 'local optimum': { strategy: localOptimum({ feasible: 3 }) } },
  seeds: 3,
}

describe('an experiment', () => {
  test('gives the same JSON whenever it is run', () => {
    const once = JSON.stringify(experiment(options))
    expect(JSON.stringify(experiment(options))).toBe(once)
    expect(JSON.stringify(experiment({ ...options, seeds: [1, 2, 4] }))).not.toBe(once)
  })

  test('what depends on the machine stands in wallClock and nowhere else', () => {
    let now = 0
    const { wallClock, ...rest } = experiment({ ...options, clock: { now: () => (now += 3) } }).toJSON()
    expect(JSON.stringify(rest)).toBe(JSON.stringify(experiment(options)))
    expect(wallClock!.quantities.map(({ key }) => key)).toEqual(['podsPerSecond', 'decisionTime'])
    expect(wallClock!.runs).toHaveLength(6)
  })

  test('every scheduler meets every seed, and a seed is the same workload for all', () => {
    const result = experiment({ ...options, metrics: ['placed', 'unscheduled', 'allocated'], seeds: [5, 7] })
    expect(result.runs.map(({ scheduler, seed }) => `${scheduler} ${seed}`)).toEqual([
      'best fit 5',
      'best fit 7',
      'local optimum 5',
      'local optimum 7',
    ])
    for (const { values } of result.runs) expect(values.get('placed')! + values.get('unscheduled.all')!).toBe(150)
    const asked = result.runs.map(({ timeline }) => timeline.resources['cpu']!.arrived.at(-1))
    expect([asked[0], asked[1]]).toEqual([asked[2], asked[3]])
    expect(result.value('best fit', 5, 'allocated.cpu.mean')).not.toBe(
      result.value('best fit', 7, 'allocated.cpu.mean'),
    )
  })

  test('pods leave when their time is up, however long they waited before', () => {
    const pods = [
      { cpu: '4', lifetimeMs: 10_000 },
      { cpu: '4', lifetimeMs: 300 },
      { cpu: '4', lifetimeMs: 5 },
      { cpu: '4', lifetimeMs: 1, at: 600_000 },
    ]
    const lives: (number | undefined)[] = []
    const lifetimes = {
      name: 'lifetimes',
      about: 'How long each pod was on a node.',
      unit: 'ms',
      measure(run: { pods: readonly { boundMs: number | undefined; goneMs: number | undefined }[] }) {
        lives.push(...run.pods.map(({ boundMs, goneMs }) => goneMs! - boundMs!))
        return undefined
      },
    }
    experiment({
      cluster: { nodes: 1 },
      workload: listed(pods),
      schedulers: { one: {} },
      seeds: 1,
      metrics: [lifetimes],
    })
    expect(lives.map((ms) => Math.round(ms! * 1000) / 1000)).toEqual([10_000, 300, 5, 1])
  })

  test('a node can join on the way', () => {
    const joins = {
      at: '10s',
      act: (cluster: ReturnType<typeof createCluster>) => {
        const allocatable = { cpu: '4', memory: '16Gi', pods: '110' }
        cluster.nodes.create({ metadata: { name: 'fresh' }, status: { allocatable, capacity: allocatable } })
      },
    }
    const base = { cluster: { nodes: 1 }, workload: listed(equal(2, { cpu: '4' })), schedulers: { one: {} }, seeds: 1 }
    expect(experiment(base).value('one', 1, 'placed')).toBe(1)
    const result = experiment({ ...base, steps: [joins] })
    expect(result.value('one', 1, 'placed')).toBe(2)
    expect(result.value('one', 1, 'allocated.cpu.end')).toBe(1)
    expect(result.value('one', 1, 'pending.most')).toBeGreaterThan(10_000)
  })

  test('ends when it is told to', () => {
    const result = experiment({ ...options, seeds: 1, until: '5s' })
    expect(result.runs[0]!.endMs).toBe(5000)
    expect(result.value('best fit', 1, 'placed')).toBe(50)
    expect(result.runs[0]!.timeline.at.at(-1)).toBe(5000)
  })

  test('with machines pods run and end by themselves', () => {
    const job = { cpu: '4', spec: { restartPolicy: 'Never' } }
    const result = experiment({
      cluster: { nodes: 1, behaviours: [{ image: '*', pull: 0, start: '1s', run: '30s' }] },
      workload: listed([job, job]),
      schedulers: { one: {} },
      seeds: 1,
      machines: true,
    })
    expect(result.value('one', 1, 'placed')).toBe(2)
    expect(result.value('one', 1, 'makespan')).toBeGreaterThan(60_000)
    expect(result.value('one', 1, 'allocated.cpu.end')).toBe(0)
  })

  test('takes nodes as they are listed, and a trace with its own workload', () => {
    const { items } = createCluster({ nodes: [{ name: 'given', cpu: 2 }] }).nodes.list()
    const nodes = items.map(({ metadata, status }: Node) => ({ metadata: { name: metadata.name }, status }))
    const workload = listed(equal(3, { cpu: '1' }))
    const both = { schedulers: { one: {} }, seeds: 1, metrics: ['placed'] } as const
    expect(experiment({ ...both, cluster: nodes, workload }).value('one', 1, 'placed')).toBe(2)
    expect(experiment({ ...both, cluster: { name: 'a trace', nodes, workload } }).value('one', 1, 'placed')).toBe(2)
    const bySeed = (seed: number): { nodes: number } => ({ nodes: seed })
    const result = experiment({ ...both, cluster: bySeed, workload: listed(equal(9, { cpu: '4' })), seeds: [1, 4] })
    expect(result.runs.map(({ values }) => values.get('placed'))).toEqual([1, 4])
  })

  test('namespaces that pods name are there', () => {
    const pod = { metadata: { name: 'a', namespace: 'shop' }, spec: { containers: [{ name: 'c', image: 'i' }] } }
    const workload = { name: 'shop', arrivals: () => [{ at: 0, pod }] }
    const result = experiment({ ...options, workload, seeds: 1, metrics: ['placed'] })
    expect(result.value('best fit', 1, 'placed')).toBe(1)
  })

  test('says how far it is', () => {
    const told: ExperimentProgress[] = []
    experiment({ ...options, progress: (progress) => told.push(progress) })
    expect(told.at(-1)).toMatchObject({
      scheduler: 'local optimum',
      seed: 3,
      run: 6,
      runs: 6,
      arrived: 150,
      expected: 150,
    })
  })
})

describe('what makes no sense is refused', () => {
  const small: ExperimentOptions = { cluster: { nodes: 1 }, workload: listed([{}]), schedulers: { a: {} }, seeds: 1 }
  const pod = { spec: { containers: [{ name: 'c', image: 'i' }] }, metadata: { name: 'a' } }
  const arrivals = (list: readonly unknown[]): ExperimentOptions['workload'] =>
    ({ name: 'w', arrivals: () => list }) as ExperimentOptions['workload']
  const refusals: readonly (readonly [what: string, given: object, message: string])[] = [
    ['no seeds', { seeds: [] }, 'seeds: Required value'],
    ['none at all', { seeds: 0 }, 'seeds: expected how many there are'],
    ['a seed twice', { seeds: [1, 1] }, 'seeds[1]: Duplicate value: 1'],
    ['half a seed', { seeds: [1.5] }, 'seeds[0]: expected a whole number'],
    [
      'an unknown metric',
      { metrics: ['fragmentatoin'] },
      'metrics[0]: "fragmentatoin": unknown; did you mean "fragmentation"?',
    ],
    ['a metric twice', { metrics: ['placed', 'placed'] }, 'metrics[1]: Duplicate value: "placed"'],
    ['a metric of machines without them', { metrics: ['used'] }, 'metrics[0]: used needs kubelets'],
    ['a metric without its solver', { metrics: ['optimalNodes'] }, 'metrics[0]: optimalNodes needs a solver'],
    ['a metric of the clock without one', { metrics: ['podsPerSecond'] }, 'metrics[0]: podsPerSecond needs a clock'],
    ['a metric without a measure', { metrics: [{ name: 'x' }] }, 'metrics[0]: expected the name of a metric'],
    ['no schedulers', { schedulers: {} }, 'schedulers: Required value'],
    ['a misspelt option', { sceds: 1 }, 'sceds: unknown; did you mean "seeds"?'],
    [
      'a workload of nothing to go through',
      { workload: { name: 'none', arrivals: () => undefined } },
      'workload none: arrivals: expected pods in the order in which they come, got undefined',
    ],
    ['a workload without pods', { workload: listed([]) }, 'workload: listed has no pods for seed 1'],
    ['no workload', { workload: undefined }, 'workload: Required value'],
    [
      'two workloads',
      { cluster: { name: 't', nodes: [], workload: listed([{}]) } },
      'workload: the trace in cluster brings its own',
    ],
    ['a seed of the cluster', { cluster: { seed: 1 } }, "cluster.seed: said by the experiment's own seeds"],
    ['no nodes', { cluster: { nodes: 0 } }, 'cluster: there are no nodes'],
    [
      'a node without capacity',
      { cluster: [{ metadata: { name: 'n' } }] },
      'cluster[0].status.allocatable: Required value',
    ],
    ['a node without memory', { cluster: { nodes: [{ memory: 0 }] } }, 'cluster: node node-0 has no memory'],
    ['an unknown option of the cluster', { cluster: { node: 1 } }, 'options.node: unknown'],
    ['a policy that is none', { schedulers: { a: { policy: 'x' } } }, 'options.schedulers[0].policy'],
    [
      'a time before the one ahead',
      {
        workload: arrivals([
          { at: 2, pod },
          { at: 1, pod },
        ]),
      },
      'workload w: arrivals[1].at: 1 is before',
    ],
    [
      'a negative lifetime',
      { workload: arrivals([{ at: 2, pod, lifetimeMs: -1 }]) },
      'workload w: arrivals[0].lifetimeMs',
    ],
    [
      'two pods of one name',
      {
        workload: arrivals([
          { at: 1, pod },
          { at: 1, pod },
        ]),
      },
      'workload w: arrivals[1]: pods "a" already exists',
    ],
    [
      'a pod without containers',
      { workload: arrivals([{ at: 1, pod: { spec: {} } }]) },
      'workload w: arrivals[0].pod.spec.containers',
    ],
    ['an until that is no duration', { until: 'soon' }, 'until: invalid duration "soon"'],
    [
      'a workload without a name',
      { workload: { arrivals: () => [] } },
      'workload.name: expected a text, got undefined',
    ],
    ['progress that is no function', { progress: 5 }, 'progress: expected a function, got 5'],
    ['a scheduler of no label', { schedulers: { '': {} } }, 'schedulers[""]: expected a label that is not empty'],
    [
      'no scheduler under a label',
      { schedulers: { a: [] } },
      'schedulers["a"]: expected options of a scheduler, got an',
    ],
    [
      'an unknown option of one of two schedulers',
      { schedulers: { a: {}, b: { polcy: 'x' } } },
      'schedulers["b"]: options.schedulers[0].polcy: unknown',
    ],
    ['a step without an act', { steps: [{ at: 1 }] }, 'steps[0].act: expected a function'],
  ]

  test.each(refusals)('%s', (_, given, message) => {
    expect(() => experiment({ ...small, ...given } as ExperimentOptions)).toThrow(message)
  })

  test.each([
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [Promise.resolve(5), 'an object'],
    [[1, 2], 'a list'],
  ])('a metric that measures no number: %s', (measured, got) => {
    const metric = { name: 'odd', about: '', unit: '', measure: () => measured as number }
    expect(() => experiment({ ...small, metrics: [metric] })).toThrow(
      `metric odd: odd: expected a number, got ${got} (a, seed 1)`,
    )
  })
})
