import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDecider, type Decider } from '../../src/scheduler/decide.ts'
import { frameworkOf } from '../../src/scheduler/framework.ts'
import { leastAllocated } from '../../src/scheduler/policy.ts'
import { bestFit } from '../../src/scheduler/strategies/bestFit.ts'
import { localOptimum } from '../../src/scheduler/strategies/localOptimum.ts'
import type { Strategy } from '../../src/scheduler/strategy.ts'
import { tries } from '../properties/world.ts'
import { type Act, act, machines, Twin, type Wish, wish } from './twin.ts'

const hostname = 'kubernetes.io/hostname'
const zone = 'topology.kubernetes.io/zone'

type Step = Act | { readonly do: 'pods'; readonly wish: number; readonly count: number }

interface Story {
  readonly nodes: number
  /** What pods ask for: each is asked about again and again. */
  readonly wishes: readonly Wish[]
  readonly steps: readonly Step[]
}

const story: fc.Arbitrary<Story> = fc.record({
  nodes: fc.integer({ min: 1, max: 120 }),
  wishes: fc.array(wish, { minLength: 1, maxLength: 3 }),
  steps: fc.array(
    fc.oneof(
      act,
      fc.record({ do: fc.constant('pods' as const), wish: fc.nat(2), count: fc.integer({ min: 1, max: 20 }) }),
    ),
    { minLength: 1, maxLength: 12 },
  ),
})

const strategies: readonly Strategy[] = [bestFit(), localOptimum({ feasible: 1 }), localOptimum({ feasible: 20 })]

/** Decides about every pod twice: by one who has decided about all pods so far, and by one who has just come. */
function compare({ nodes, wishes, steps }: Story, strategy: Strategy): void {
  const twin = new Twin()
  const begin = (): Decider =>
    createDecider({ nodes: twin.table, rules: frameworkOf(leastAllocated()), strategy, lot: () => 0 })
  const old = begin()
  let next = 0
  for (const step of [...machines(nodes), ...steps]) {
    if (step.do !== 'pods') {
      twin.do(step)
      continue
    }
    for (let i = 0; i < step.count; i++) {
      const asked = twin.pod(wishes[step.wish % wishes.length]!)
      const cycle = twin.cycle(asked)
      const decision = old.decide(cycle, next)
      expect(decision).toEqual(begin().decide(cycle, next))
      next = decision.next
      if (decision.node !== undefined) twin.place(asked, decision.node)
    }
  }
}

const plain: Wish = {
  namespace: 'one',
  labels: { app: 'a' },
  affinity: undefined,
  spread: [],
  isInZoneA: false,
  isEnding: false,
  image: 'small',
}
const required = (topologyKey: string, app: string): object => ({
  requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels: { app } } }],
})
const even = (topologyKey: string, app: string): Wish['spread'] => [
  { topologyKey, labelSelector: { matchLabels: { app } }, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' },
]
const pods = (which: number, count: number): Step => ({ do: 'pods', wish: which, count })

describe('who remembers what rules between pods say decides as one who has just come', () => {
  test('whatever happens', () => {
    fc.assert(fc.property(story, fc.constantFrom(...strategies), compare), tries(150))
  })

  test.each(strategies.map((strategy) => [strategy.name, strategy] as const))(
    'where pods keep others away or follow them, by %s',
    (_name, strategy) => {
      const alone: Wish = { ...plain, affinity: { podAntiAffinity: required(hostname, 'a') } }
      const follower: Wish = { ...plain, labels: { app: 'b' }, affinity: { podAffinity: required(zone, 'b') } }
      const fan: Wish = { ...follower, labels: { app: 'd' } }
      const apart: Wish = { ...plain, labels: { app: 'c' }, affinity: { podAntiAffinity: required(zone, 'c') } }
      const steps: Step[] = [
        pods(2, 2),
        pods(4, 1),
        ...Array.from({ length: 2 }, (): Step => ({ do: 'take', pick: 0 })),
        pods(2, 3),
        ...Array.from({ length: 4 }, (): Step => ({ do: 'take', pick: 0 })),
        pods(3, 3),
        { do: 'take', pick: 0 },
        pods(3, 2),
        { do: 'node', at: 0, labels: { [zone]: 'b' }, isTainted: false, images: [] },
        pods(3, 2),
        pods(0, 40),
        pods(1, 3),
        pods(2, 40),
        ...Array.from({ length: 20 }, (_, i): Step => ({ do: 'take', pick: i * 3 })),
        pods(0, 30),
        { do: 'node', at: 3, labels: { [zone]: 'b' }, isTainted: false, images: [] },
        pods(1, 20),
        ...Array.from({ length: 60 }, (): Step => ({ do: 'take', pick: 0 })),
        { do: 'removeNode', pick: 7 },
        pods(2, 30),
        pods(1, 30),
        pods(0, 40),
      ]
      compare({ nodes: 90, wishes: [alone, plain, follower, apart, fan], steps }, strategy)
    },
  )

  test.each(strategies.map((strategy) => [strategy.name, strategy] as const))(
    'where pods are to be spread evenly, by %s',
    (_name, strategy) => {
      const byNode: Wish = { ...plain, spread: even(hostname, 'a') }
      const byZone: Wish = { ...plain, labels: { app: 'b' }, spread: even(zone, 'b') }
      const steps: Step[] = [
        pods(0, 60),
        pods(1, 7),
        ...Array.from({ length: 30 }, (_, i): Step => ({ do: 'take', pick: i })),
        pods(1, 5),
        pods(0, 50),
        { do: 'node', at: 0, labels: { [zone]: 'c' }, isTainted: false, images: [] },
        pods(1, 5),
        pods(0, 20),
      ]
      compare({ nodes: 40, wishes: [byNode, byZone], steps }, strategy)
    },
  )
})
