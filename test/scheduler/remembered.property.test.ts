import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Decision } from '../../src/scheduler/decide.ts'
import type { NodeTable } from '../../src/scheduler/nodeTable.ts'
import type { PodInfo } from '../../src/scheduler/podInfo.ts'
import { bestFit } from '../../src/scheduler/strategies/bestFit.ts'
import { localOptimum } from '../../src/scheduler/strategies/localOptimum.ts'
import { randomizedBest } from '../../src/scheduler/strategies/randomizedBest.ts'
import type { Strategy } from '../../src/scheduler/strategy.ts'
import { deciderOf, node, spec } from './objects.ts'
import { anyNodes, anySteps, named, policies, repeated, type Step, tell } from './stories.ts'

const strategies: readonly Strategy[] = [
  bestFit(),
  localOptimum({ feasible: 1 }),
  localOptimum({ feasible: 20 }),
  localOptimum({ feasible: 100 }),
  localOptimum({ percentage: 'adaptive' }),
  randomizedBest({ among: 3 }),
]

interface Story {
  readonly nodes: Parameters<typeof tell>[0]
  readonly steps: readonly Step[]
}

/** Decides about every pod twice: by one who has decided about all pods so far, and by one who has just come. */
function compare({ nodes, steps }: Story, strategy: Strategy, policy: (typeof policies)[number]): void {
  const begin = (of: NodeTable): ((info: PodInfo) => Decision) => {
    const decider = deciderOf(of, { strategy, policy, ties: 'random', lot: (count) => drawn % count })
    return (info) => decider.decide(info, next)
  }
  let drawn = 0
  let next = 0
  let table: NodeTable
  let old: ReturnType<typeof begin>
  tell(nodes, steps, {
    moveTo(to) {
      table = to
      old = begin(to)
    },
    place(info) {
      drawn += 7919
      const decision = old(info)
      expect(decision).toEqual(begin(table)(info))
      next = decision.next
      return decision.node
    },
  })
}

describe('who remembers decides as one who has just come', () => {
  test.each([
    { least: 1, most: 40, runs: 200 },
    { least: 100, most: 400, runs: 60 },
  ])('of $least to $most nodes, whatever happens', ({ least, most, runs }) => {
    const story = anyNodes(least, most).chain((nodes) =>
      fc.record({ nodes: fc.constant(nodes), steps: anySteps(nodes.length) }),
    )
    fc.assert(fc.property(story, fc.constantFrom(...strategies), fc.constantFrom(...policies), compare), {
      numRuns: runs,
    })
  })

  test.each(strategies.map((strategy) => [strategy.name, strategy] as const))(
    'by %s, round and round',
    (_name, strategy) => {
      const machines = Array.from({ length: 250 }, (_, i) =>
        node(named(i), { allocatable: { cpu: '4', memory: '16Gi', pods: '9' } }),
      )
      const pods = repeated([spec({ cpu: '500m' }), 60])
      const steps: Step[] = [
        { type: 'pods', specs: pods },
        { type: 'node', node: node(named(70), { taints: [{ key: 'k', effect: 'NoSchedule' }] }) },
        { type: 'gone', name: named(100) },
        { type: 'pods', specs: pods },
        ...Array.from({ length: 20 }, (_, which): Step => ({ type: 'done', which: which * 31 })),
        { type: 'pods', specs: pods },
      ]
      compare({ nodes: machines, steps }, strategy, policies[0]!)
    },
  )
})
