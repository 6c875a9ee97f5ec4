import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Node, PodSpec } from '../../src/api/types/core.ts'
import type { Decision } from '../../src/scheduler/decide.ts'
import type { NodeTable } from '../../src/scheduler/nodeTable.ts'
import { createPodInfos, type PodInfo } from '../../src/scheduler/podInfo.ts'
import { leastAllocated, type Policy } from '../../src/scheduler/policy.ts'
import { bestFit } from '../../src/scheduler/strategies/bestFit.ts'
import { indexed } from '../../src/scheduler/strategies/indexed.ts'
import type { Strategy } from '../../src/scheduler/strategy.ts'
import { deciderOf, node, spec, tableOf } from './objects.ts'
import { anyNodes, anySteps, named, policies, repeated, type Step, tell } from './stories.ts'

const from = <T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items)

type Ties = 'first' | 'random'

type Asking = (info: PodInfo) => Decision

/** Decides by one strategy and adds every lot that is drawn to those drawn before. */
function asking(table: NodeTable, strategy: Strategy, policy: Policy, ties: Ties, lots: number[] = []): Asking {
  const lot = (count: number): number => (lots.push(count), (lots.length * 7919) % count)
  const decider = deciderOf(table, { strategy, policy, ties, lot })
  return (info) => decider.decide(info, 0)
}

/** Takes the steps, deciding twice about every pod; the methods by which the index decided, in order. */
function compare(nodes: readonly Node[], steps: readonly Step[], policy: Policy, ties: Ties): Set<string> {
  const methods = new Set<string>()
  const exactLots: number[] = []
  const indexLots: number[] = []
  let exact: Asking
  let index: Asking
  tell(nodes, steps, {
    moveTo(table) {
      exact = asking(table, bestFit(), policy, ties, exactLots)
      index = asking(table, indexed(), policy, ties, indexLots)
    },
    place(info) {
      const expected = exact(info)
      const decision = index(info)
      methods.add(decision.method)
      expect([decision.node, indexLots]).toEqual([expected.node, exactLots])
      if (decision.method !== 'bound') expect(decision.feasible).toBe(expected.feasible)
      expect(decision.examined).toBeLessThanOrEqual(expected.examined)
      expect([decision.refusals, decision.refusedBy]).toEqual([expected.refusals, expected.refusedBy])
      return decision.node
    },
  })
  return methods
}

const sizes = [
  { least: 1, most: 40, runs: 300 },
  { least: 100, most: 1400, runs: 30 },
]

describe('an index makes the placement that best fit makes', () => {
  test.each(sizes)('of $least to $most nodes, whatever happens', ({ least, most, runs }) => {
    const story = anyNodes(least, most).chain((nodes) =>
      fc.record({ nodes: fc.constant(nodes), steps: anySteps(nodes.length) }),
    )
    const anyTies = from<Ties>('first', 'random')
    fc.assert(
      fc.property(story, from(...policies), anyTies, ({ nodes, steps }, policy, ties) => {
        compare(nodes, steps, policy, ties)
      }),
      { numRuns: runs },
    )
  })

  const machines = Array.from({ length: 1500 }, (_, i) => node(named(i)))
  const distinct = Array.from({ length: 300 }, (_, i) =>
    spec({ cpu: `${100 + ((i * 37) % 400)}m`, memory: `${90 + i}Mi` }),
  )
  const again = repeated([spec({ cpu: '100m' }), 50])

  test.each(policies.map((policy) => [policy.name, policy] as const))('by the policy %s', (_name, policy) => {
    const steps: Step[] = [
      { type: 'pods', specs: distinct },
      { type: 'pods', specs: again },
      { type: 'node', node: node('node-00005') },
      { type: 'gone', name: 'node-0700' },
      { type: 'pods', specs: again },
      { type: 'pods', specs: distinct.slice(0, 20) },
    ]
    for (const ties of ['first', 'random'] as const) compare(machines, steps, policy, ties)
  })

  test('past blocks for what is new, through a tree for what comes again, one by one for what must be compared', () => {
    const pods: Step[] = [{ type: 'pods', specs: [...distinct, ...again] }]
    expect([...compare(machines, pods, leastAllocated(), 'first')]).toEqual(['bound', 'tree'])
    expect([...compare(machines, pods, policies.at(-1)!, 'first')]).toEqual(['scan'])
    const [wary] = [node('node-2000', { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] })]
    expect([...compare([...machines, wary], pods, leastAllocated(), 'first')]).toEqual(['scan'])
  })

  describe('and looks at few nodes', () => {
    const table = tableOf(machines)
    const decide = asking(table, indexed(), leastAllocated(), 'first')
    const infos = createPodInfos()
    const cost = (specs: readonly PodSpec[]): number =>
      specs.reduce((sum, each) => {
        const { node: chosen, examined } = decide(infos(each))
        table.addPod(infos(each), chosen!)
        return sum + examined
      }, 0) / specs.length

    test('for what is new, and for what comes again', () => {
      expect(cost(distinct)).toBeLessThan(200)
      decide(infos(again[0]!))
      expect(cost(again)).toBeLessThan(1500 / 50 + 2)
    })

    test('where all are differently full', () => {
      const more = Array.from({ length: 4000 }, (_, i) =>
        spec({ cpu: `${100 + ((i * 37) % 400)}m`, memory: `${90 + ((i * 53) % 4001)}Mi` }),
      )
      cost(more.slice(500))
      expect(cost(more.slice(0, 500))).toBeLessThan(1500 / 5)
    })
  })
})
