import { bestFit, type Cluster, localOptimum } from 'wavetank'
import { describe, expect, test } from 'vitest'
import { experiment, type ExperimentOptions, type ExperimentResult } from 'wavetank/experiments'
import { fewestNodes, secondBound } from '../../src/experiments/metrics/nodesUsed.ts'
import { reasonsIn } from '../../src/experiments/metrics/outcomes.ts'
import { equal, listed } from './support.ts'

const nodes = (count: number, cpu = 4): ExperimentOptions['cluster'] => ({ nodes: [{ count, cpu, memory: '16Gi' }] })

function measured(options: Omit<ExperimentOptions, 'schedulers' | 'seeds'>): (key: string) => number | undefined {
  const result = experiment({ schedulers: { one: {} }, seeds: 1, ...options })
  return (key) => result.value('one', 1, key)
}

describe('allocated', () => {
  test('is weighted with time: half of a node for half of the time is a quarter', () => {
    const value = measured({ cluster: nodes(1), workload: listed([{ cpu: '2', lifetimeMs: 1000 }]), until: '2s' })
    expect(value('allocated.cpu.mean')).toBeCloseTo(0.25, 9)
    expect(value('allocated.cpu.peak')).toBe(0.5)
    expect(value('allocated.cpu.end')).toBe(0)
  })

  test('tells of what pods ask for, and of nothing else', () => {
    const value = measured({ cluster: nodes(2), workload: listed([{ cpu: '1' }, { memory: '8Gi' }]) })
    expect(value('allocated.cpu.end')).toBe(1 / 8)
    expect(value('allocated.memory.end')).toBe(8 / 32)
    expect(value('allocated.ephemeral-storage.end')).toBeUndefined()
  })

  test('counts no pod whose node has left: all that is there is free, or all is full', () => {
    const steps = [{ at: '1s', act: (cluster: Cluster): unknown => cluster.nodes.delete('node-0') }]
    const workload = listed([{ cpu: '4' }, { cpu: '4', at: 2000 }])
    const value = measured({ cluster: nodes(2), workload, steps, until: '4s' })
    expect(value('allocated.cpu.peak')).toBe(1)
    expect(value('allocated.cpu.end')).toBe(1)
    // Half of the nodes for 1 s, nothing for another, and the one that is left for 2.
    expect(value('allocated.cpu.mean')).toBeCloseTo(2.5 / 4, 3)
    expect(value('nodesUsed.end.atLeast')).toBe(1)
  })
})

describe('used', () => {
  const behaviours = [{ image: '*', pull: 0, start: 0, run: '50s', memory: '4Gi' }]
  const job = { cpu: '1', spec: { restartPolicy: 'Never' } }

  test('is what containers use of the memory, while they run', () => {
    // 4 of 16Gi for 50 s of 100 s.
    const cluster = { nodes: [{ cpu: 4, memory: '16Gi' }], behaviours }
    const value = measured({ cluster, workload: listed([job]), machines: true, until: '100s' })
    expect(value('used.memory.peak')).toBe(0.25)
    expect(value('used.memory.mean')).toBeGreaterThan(0.12)
    expect(value('used.memory.mean')).toBeLessThan(0.13)
    expect(value('used.memory.end')).toBe(0)
  })
})

describe('imbalance', () => {
  test('is the standard deviation of the nodes’ shares', () => {
    const value = measured({ cluster: nodes(2), workload: listed([{ cpu: '2' }]) })
    expect(value('imbalance.cpu.end')).toBeCloseTo(0.25, 12)
  })

  test('is nothing where all are equally full', () => {
    const value = measured({ cluster: nodes(3), workload: listed(equal(3, { cpu: '1', memory: '1Gi' })) })
    expect(value('imbalance.cpu.end')).toBe(0)
  })
})

describe('fragmentation', () => {
  test('is the free share on nodes that could not hold the next pod', () => {
    // One node keeps 1 of 4, on which no further pod of 3 fits; the other is free.
    const value = measured({ cluster: nodes(2), workload: listed([{ cpu: '3' }]) })
    expect(value('fragmentation.cpu.end')).toBeCloseTo(1 / 5, 12)
  })

  test('weighs every kind of pod with how often it comes', () => {
    // On the node that keeps 1 of 4 a pod of 3 would not fit, one of 1 would; a quarter are of 3.
    const pods = [{ cpu: '3' }, ...equal(3, { cpu: '1', at: 5000 })]
    const value = measured({ cluster: nodes(2), workload: listed(pods), until: 1000 })
    expect(value('fragmentation.cpu.end')).toBeCloseTo((1 / 5) * (1 / 4), 12)
  })

  test('counts a node without a free pod slot', () => {
    const cluster = { nodes: [{ count: 1, cpu: 4, pods: 1 }] }
    const value = measured({ cluster, workload: listed([{ cpu: '1' }]) })
    expect(value('fragmentation.cpu.end')).toBe(1)
  })
})

describe('waiting', () => {
  test('pending is the time until the bind, and a pod waits for room', () => {
    const pods = [{ cpu: '4', lifetimeMs: 60_000 }, { cpu: '4' }]
    const value = measured({ cluster: nodes(1), workload: listed(pods) })
    expect(value('pending.p50')).toBeCloseTo(1.1, 9) // a watch delivery and a decision
    expect(value('pending.p99')).toBeGreaterThan(60_000)
    expect(value('pending.p99')).toBeLessThan(71_000) // back-off ends by then
    expect(value('placed')).toBe(2)
    expect(value('makespan')).toBe(value('pending.p99'))
  })

  test('makespan ends when the last pod is gone', () => {
    const value = measured({ cluster: nodes(1), workload: listed([{ at: 500, lifetimeMs: 2000 }]) })
    expect(value('makespan')).toBeCloseTo(2001.1, 9)
  })

  test('pods that come with a node do not wait', () => {
    const value = measured({ cluster: nodes(1), workload: listed([{ cpu: '1', spec: { nodeName: 'node-0' } }]) })
    expect(value('pending.p50')).toBeUndefined()
    expect(value('allocated.cpu.end')).toBe(0.25)
    expect(value('decisions')).toBe(0)
  })
})

describe('unscheduled', () => {
  test('counts pods by every reason that is given', () => {
    const pods = [{ cpu: '99' }, { cpu: '99', memory: '99Gi' }, { spec: { schedulerName: 'nobody' } }, { cpu: '1' }]
    const value = measured({ cluster: nodes(2), workload: listed(pods) })
    expect(value('unscheduled.all')).toBe(3)
    expect(value('unscheduled.Insufficient cpu')).toBe(2)
    expect(value('unscheduled.Insufficient memory')).toBe(1)
    expect(value('unscheduled.no decision yet')).toBe(1)
  })

  test('reads kube-scheduler’s sentence', () => {
    const message =
      '0/5 nodes are available: 2 node(s) had untolerated taint(s), 3 Insufficient cpu. preemption: 0/5 nodes are available: 5 No preemption victims found for incoming pod.'
    expect(reasonsIn(message)).toEqual(['node(s) had untolerated taint(s)', 'Insufficient cpu'])
  })
})

describe('preemptions', () => {
  test('count those who had to go; their places are free as soon as containers stop', () => {
    const urgent = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'urgent' },
      value: 1000,
    }
    const pods = [
      ...equal(3, { cpu: '1', memory: '1Gi' }),
      { at: 10_000, cpu: '3', spec: { priorityClassName: 'urgent' } },
    ]
    const value = measured({ cluster: nodes(1), workload: listed(pods), objects: [urgent] })
    expect(value('preemptions')).toBe(2)
    expect(value('placed')).toBe(4)
    expect(value('allocated.cpu.end')).toBe(1)
    expect(value('pending.most')).toBeGreaterThan(100)
    expect(value('pending.most')).toBeLessThan(15_000)
  })
})

describe('costs', () => {
  test('best fit looks at every node, a local optimum at as many as it needs', () => {
    const result = experiment({
      cluster: nodes(20),
      workload: listed(equal(10, { cpu: '100m' })),
      schedulers: { all: { strategy: bestFit() }, five: { strategy: localOptimum({ feasible: 5 }) } },
      seeds: [3],
    })
    expect(result.value('all', 3, 'nodesExamined')).toBe(20)
    expect(result.value('five', 3, 'nodesExamined')).toBe(5)
    expect(result.difference('five', 'all', 'nodesExamined')).toMatchObject({ count: 1, mean: -15 })
    expect(result.value('five', 3, 'decisions')).toBe(10)
  })
})

describe('regret', () => {
  const compared = (): ExperimentResult =>
    experiment({
      cluster: {
        nodes: [
          { name: 'a', cpu: 4, memory: '16Gi' },
          { name: 'b', cpu: 8, memory: '32Gi' },
        ],
      },
      workload: listed([{ cpu: '2', memory: '8Gi' }]),
      schedulers: { all: {}, first: { strategy: localOptimum({ feasible: 1 }) } },
      seeds: 1,
      metrics: ['regret'],
    })

  test('is what the best node has more than the chosen one', () => {
    // Half of a stays free, three quarters of b: 50 points and 75; in everything else they are alike.
    expect(compared().value('first', 1, 'regret.mean')).toBe(25)
    expect(compared().value('first', 1, 'regret.most')).toBe(25)
  })

  test('is nothing for best fit', () => {
    expect(compared().value('all', 1, 'regret.mean')).toBe(0)
  })
})

describe('nodesUsed', () => {
  test('counts nodes with pods, beside the fewest that could do', () => {
    const value = measured({ cluster: nodes(4), workload: listed(equal(4, { cpu: '1' })) })
    expect(value('nodesUsed.end')).toBe(4)
    expect(value('nodesUsed.end.atLeast')).toBe(1)
  })

  test('the bound takes the largest nodes, and pods that fit in no pairs count one by one', () => {
    const cluster = {
      nodes: [
        { count: 3, cpu: 10 },
        { name: 'small', cpu: 1 },
      ],
    }
    const value = measured({ cluster, workload: listed(equal(3, { cpu: '6' })) })
    expect(value('nodesUsed.end.atLeast')).toBe(3) // the sum alone would fit on two
  })

  test('L2 is Martello and Toth’s', () => {
    expect(secondBound([6, 6, 6], [10, 10, 10])).toBe(3)
    expect(secondBound([7, 4, 4, 4], [10])).toBe(3) // nothing of 4 fits beside 7
    expect(secondBound([5, 5, 5], [10])).toBe(2)
    expect(secondBound([], [10])).toBe(0)
    expect(fewestNodes({ pods: [], nodes: new Map() } as never)).toBe(0)
  })
})

describe('hottestNode', () => {
  test('is the share of placements in a row that went to one node', () => {
    const value = measured({ cluster: nodes(4), workload: listed(equal(4, { cpu: '1' })) })
    expect(value('hottestNode')).toBe(0.25)
    const one = measured({ cluster: nodes(1, 100), workload: listed(equal(4, { cpu: '1' })) })
    expect(one('hottestNode')).toBe(1)
  })
})

test('a metric of one’s own sees the whole run', () => {
  const onNode0 = {
    name: 'onNode0',
    about: 'Pods on node-0.',
    unit: 'pods',
    measure: ({ cluster }: { cluster: { pods: { list(o: object): { items: readonly unknown[] } } } }) =>
      cluster.pods.list({ fieldSelector: 'spec.nodeName=node-0' }).items.length,
  }
  const value = measured({ cluster: nodes(2), workload: listed(equal(4, { cpu: '1' })), metrics: [onNode0] })
  expect(value('onNode0')).toBe(2)
})
