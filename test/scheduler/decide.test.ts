import { describe, expect, test } from 'vitest'
import { policyOf, strategyOf } from '../../src/scheduler/named.ts'
import { localOptimum } from '../../src/scheduler/strategies/localOptimum.ts'
import { randomizedBest } from '../../src/scheduler/strategies/randomizedBest.ts'
import { refused } from '../cluster/support.ts'
import { deciderOf, info, node, spec, tableOf } from './objects.ts'

const tainted = { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] } as const
const many = (count: number): ReturnType<typeof node>[] =>
  Array.from({ length: count }, (_, index) => node(`node-${String(index).padStart(3, '0')}`))

describe('the message of an unschedulable pod', () => {
  const full = spec({ cpu: '4' })

  test('counts reasons, sorted, and says what preemption could do', () => {
    const table = tableOf(
      [node('a', tainted), node('b', tainted), node('c'), node('d'), node('e')],
      ['c', 'd', 'e'].map((name) => [name, full] as const),
    )
    const decider = deciderOf(table)
    const decision = decider.decide(info(spec({ cpu: '1' })), 0)
    expect(decision).toMatchObject({ node: undefined, total: 5, examined: 5, feasible: 0, unresolvable: 2 })
    expect(decision.refusedBy).toEqual(['TaintToleration', 'NodeResourcesFit'])
    expect(decider.message(spec({ cpu: '1' }))).toBe(
      '0/5 nodes are available: 2 node(s) had untolerated taint(s), 3 Insufficient cpu. ' +
        'no new claims to deallocate, preemption: 0/5 nodes are available: ' +
        '2 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.',
    )
    expect(decider.message(spec({ cpu: '1' }, { preemptionPolicy: 'Never' }))).toMatch(
      /, preemption: not eligible due to preemptionPolicy=Never\.$/,
    )
  })

  test('a request larger than the node is beyond preemption’s help, and every short resource is named', () => {
    const decider = deciderOf(tableOf([node('a'), node('b')]))
    expect(decider.message(spec({ cpu: '64', memory: '64Gi' }))).toBe(
      '0/2 nodes are available: 2 Insufficient cpu, 2 Insufficient memory. ' +
        'no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    )
  })

  test('counts sort as text, as upstream: 10 before 9', () => {
    const nodes = [...many(10), ...Array.from({ length: 9 }, (_, index) => node(`t-${index}`, tainted))]
    const message = deciderOf(tableOf(nodes)).message(spec({ cpu: '9' }))
    expect(message).toContain('0/19 nodes are available: 10 Insufficient cpu, 9 node(s) had untolerated taint(s).')
  })

  test('without nodes there is nothing to count', () => {
    expect(deciderOf(tableOf([])).message(spec())).toBe('no nodes available to schedule pods')
  })
})

describe('strategies', () => {
  test('best fit looks at every node', () => {
    expect(deciderOf(tableOf(many(300))).decide(info(spec()), 17)).toMatchObject({
      node: 'node-000',
      examined: 300,
      feasible: 300,
    })
  })

  test('a local optimum stops at enough feasible nodes, and the next search goes on from there, round and round', () => {
    const decider = deciderOf(tableOf(many(25)), { strategy: localOptimum({ feasible: 10 }) })
    const ask = (from: number): [string | undefined, number, number] => {
      const { node: chosen, examined, next } = decider.decide(info(spec()), from)
      return [chosen, examined, next]
    }
    expect(ask(0)).toEqual(['node-000', 10, 10])
    expect(ask(10)).toEqual(['node-010', 10, 20])
    // Round the corner: of equals the first by name, wherever the search began.
    expect(ask(20)).toEqual(['node-000', 10, 5])
  })

  test('nodes that refuse are looked at, and do not count as enough', () => {
    const nodes = [...many(5), ...Array.from({ length: 5 }, (_, index) => node(`a-${index}`, tainted))]
    const decision = deciderOf(tableOf(nodes), { strategy: localOptimum({ feasible: 3 }) }).decide(info(spec()), 0)
    expect(decision).toMatchObject({ node: 'node-000', examined: 8, feasible: 3, next: 8 })
  })

  test.each([
    [99, 'adaptive', 99],
    [1000, 'adaptive', 420],
    [5000, 'adaptive', 500],
    [6000, 'adaptive', 300],
    [6000, 0, 300],
    [1000, 30, 300],
    [200, 10, 100],
  ] as const)('of %i nodes, percentage %s looks for %i', (count, percentage, expected) => {
    const { feasible } = deciderOf(tableOf(many(count)), { strategy: localOptimum({ percentage }) }).decide(
      info(spec()),
      0,
    )
    expect(feasible).toBe(expected)
  })

  test('of the best, one is drawn by lot; of equals the first by name are among them, or any', () => {
    const table = tableOf([...many(6), node('z', tainted)])
    for (const name of ['node-000', 'node-003']) table.addPod(info(spec({ cpu: '1' })), name)
    table.addPod(info(spec({ cpu: '2' })), 'node-001')
    const winners = (among: number, ties: 'first' | 'random'): (string | undefined)[] => {
      const counts = new Set<number>()
      const ask = (draw: number): string | undefined => {
        const lot = (count: number): number => (counts.add(count), Math.min(draw, count - 1))
        return deciderOf(table, { strategy: randomizedBest({ among }), ties, lot }).decide(info(spec()), 0).node
      }
      const nodes = [0, 1, 2, 3, 4, 5].map(ask)
      expect([...counts]).toContain(Math.min(among, 6))
      return [...new Set(nodes)].sort()
    }
    expect(winners(2, 'first')).toEqual(['node-002', 'node-004'])
    expect(winners(2, 'random')).toEqual(['node-002', 'node-004', 'node-005'])
    expect(winners(4, 'first')).toEqual(['node-000', 'node-002', 'node-004', 'node-005'])
    expect(winners(99, 'first')).toHaveLength(6)
  })

  test.each<readonly [make: () => unknown, words: string]>([
    [() => localOptimum({ feasible: 0 }), 'localOptimum: feasible must be a whole number of at least 1, got 0'],
    [() => localOptimum({ feasible: 1.5 }), 'feasible must be a whole number of at least 1, got 1.5'],
    [() => localOptimum({ feasible: Number.NaN }), 'feasible must be a whole number of at least 1, got NaN'],
    [() => localOptimum({ feasible: {} as never }), 'feasible must be a whole number of at least 1, got an object'],
    [() => localOptimum({ percentage: 101 }), "percentage must be from 1 to 100 or 'adaptive', got 101"],
    [() => localOptimum({ percentage: 'adaptable' as 'adaptive' }), 'got "adaptable"'],
    [() => localOptimum(undefined as never), 'localOptimum: expected { feasible } or { percentage }, got undefined'],
    [
      () => randomizedBest(undefined as never),
      'randomizedBest: among must be a whole number of at least 1, got undefined',
    ],
    ...[0, 1.5, Infinity].map(
      (among) => [(): unknown => randomizedBest({ among }), `at least 1, got ${among}`] as const,
    ),
  ])('options out of range are refused (%#)', (make, words) => {
    expect(refused(make)).toMatchObject({ reason: 'BadRequest' })
    expect(refused(make).message).toContain(words)
  })

  test('strategies and policies come back from plain data by name', () => {
    const saved = JSON.parse(JSON.stringify(localOptimum({ feasible: 7 }))) as { name: string }
    expect(saved).toEqual({ name: 'localOptimum', feasible: 7 })
    expect(deciderOf(tableOf(many(20)), { strategy: strategyOf(saved) }).decide(info(spec()), 0).feasible).toBe(7)
    expect(strategyOf({ name: 'randomizedBest', among: 3 }).among).toBe(3)
    expect(policyOf({ name: 'mostAllocated' }).scores).toHaveLength(7)
    expect(() => strategyOf({ name: 'worstFit' })).toThrow(
      'strategy "worstFit": unknown; expected one of bestFit, indexed, localOptimum, randomizedBest',
    )
  })
})

describe('a decision', () => {
  test('counts the calls that were due: filters stop at the first refusal, unless told not to', () => {
    const nodes = [node('a', { unschedulable: true, ...tainted }), node('b', tainted), node('c'), node('d')]
    // Without a selector and host ports: NodeUnschedulable, NodeName, TaintToleration and NodeResourcesFit.
    const one = deciderOf(tableOf(nodes)).decide(info(spec({ cpu: '1' })), 0)
    expect([one.filterCalls, one.scoreCalls]).toEqual([1 + 3 + 4 + 4, 2 * 3])
    const all = deciderOf(tableOf(nodes), { failFast: false }).decide(info(spec({ cpu: '1' })), 0)
    expect(all.filterCalls).toBe(16)
    expect([...all.refusals]).toEqual([
      ['node(s) were unschedulable', 1],
      ['node(s) had untolerated taint(s)', 2],
    ])
    expect(all.node).toBe(one.node)
  })

  test('does not score the only feasible node', () => {
    expect(deciderOf(tableOf([node('a')])).decide(info(spec()), 0).scoreCalls).toBe(0)
  })

  test('draws among equals when ties are to be random, and only then', () => {
    const draws: number[] = []
    const nodes = tableOf([...many(4), node('z', tainted)])
    const lot = (count: number): number => {
      draws.push(count)
      return 2
    }
    const decider = deciderOf(nodes, { ties: 'random', lot })
    expect(decider.decide(info(spec()), 0).node).toBe('node-002')
    nodes.addPod(info(spec({ cpu: '1' })), 'node-001')
    expect(decider.decide(info(spec()), 0).node).toBe('node-003')
    expect(draws).toEqual([4, 3])
  })
})
