import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pod } from '../../src/api/types/core.ts'
import type { NodeVerdict } from '../../src/scheduler/placing.ts'
import { tries } from '../properties/world.ts'
import * as oracle from './topologyOracle.ts'
import { act, machines, podOf, Twin, wish } from './twin.ts'

const reasonOf = ({ refusals }: NodeVerdict, plugin: string): string | undefined =>
  refusals.find((one) => one.plugin === plugin)?.reasons[0]
const scoresOf = (verdicts: readonly NodeVerdict[], plugin: string): readonly number[] =>
  verdicts.map(({ shares }) => shares.find((one) => one.plugin === plugin)?.score ?? 0)

function check(twin: Twin, asked: Pod): void {
  const world = twin.world()
  const verdicts = twin.ask(asked)
  for (const verdict of verdicts) {
    const at = world.nodes.find(({ metadata }) => metadata.name === verdict.node)!
    expect(reasonOf(verdict, 'InterPodAffinity')).toBe(oracle.affinityRefusal(asked, at, world))
    expect(reasonOf(verdict, 'PodTopologySpread')).toBe(oracle.spreadRefusal(asked, at, world))
  }
  const good = verdicts.filter(({ score }) => score !== undefined)
  const feasible = good.map(({ node: name }) => world.nodes.find(({ metadata }) => metadata.name === name)!)
  if (feasible.length === 0) return
  expect(scoresOf(good, 'InterPodAffinity')).toEqual(oracle.affinityScores(asked, feasible, world))
  expect(scoresOf(good, 'PodTopologySpread')).toEqual(
    oracle.spreadScores(asked, feasible, world) ?? feasible.map(() => 0),
  )
  expect(scoresOf(good, 'ImageLocality')).toEqual(oracle.imageScores(asked, feasible, world))
}

test('rules between pods refuse and score as a slow count of every pod on every node does, whatever came and went', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), wish, (acts, last) => {
      const twin = new Twin()
      for (const one of [...machines(4), ...acts]) {
        twin.do(one)
        if (one.do === 'ask') check(twin, podOf('asked', one.wish))
      }
      check(twin, podOf('asked', last))
    }),
    tries(300),
  )
})
