import fc from 'fast-check'
import load from 'highs'
import { mostAllocated } from 'wavetank'
import { experiment, type MilpSolver, optimalNodes } from 'wavetank/experiments'
import { beforeAll, describe, expect, test } from 'vitest'
import { listed, type Wanted } from './support.ts'

let solver: MilpSolver

beforeAll(async () => void (solver = await load()))

/** How many nodes are used in the end, the fewest that could do as the bound says, and exactly. */
function nodesOf(cpus: readonly number[], pods: readonly Wanted[]): { used: number; atLeast: number; exactly: number } {
  const result = experiment({
    cluster: { nodes: cpus.map((cpu) => ({ cpu, memory: '64Gi' })) },
    workload: listed(pods),
    schedulers: { packed: { policy: mostAllocated() } },
    seeds: 1,
    metrics: ['nodesUsed', optimalNodes(solver)],
  })
  const value = (key: string): number => result.value('packed', 1, key)!
  return { used: value('nodesUsed.end'), atLeast: value('nodesUsed.end.atLeast'), exactly: value('optimalNodes') }
}

describe('optimalNodes', () => {
  test('is exact where a bound is not', () => {
    // Twenty in all, but only two of four go onto a node of ten.
    const fours = Array.from({ length: 5 }, (): Wanted => ({ cpu: '4' }))
    expect(nodesOf([10, 10, 10, 10, 10], fours)).toMatchObject({ atLeast: 2, exactly: 3 })
  })

  test('takes the nodes that suit, whatever their order', () => {
    const pods: Wanted[] = [{ cpu: '6' }, { cpu: '6' }, { cpu: '2' }, { cpu: '2' }, { cpu: '8', memory: '1Gi' }]
    expect(nodesOf([2, 8, 16, 8], pods).exactly).toBe(2)
  })

  test('lies between the bound and what any scheduler uses', () => {
    const cpus = fc.array(fc.constantFrom(4, 8, 16), { minLength: 1, maxLength: 5 })
    const pods = fc.array(fc.record({ cpu: fc.constantFrom('1', '2', '3'), memory: fc.constantFrom('1Gi', '20Gi') }), {
      maxLength: 8,
      minLength: 1,
    })
    fc.assert(
      fc.property(cpus, pods, (nodes, wanted) => {
        const { used, atLeast, exactly } = nodesOf(nodes, wanted)
        expect(atLeast).toBeLessThanOrEqual(exactly)
        expect(exactly).toBeLessThanOrEqual(used)
      }),
      { numRuns: 15 },
    )
  })

  test('says nothing of what is too large, and wants a solver', () => {
    const small = optimalNodes(solver, { most: 1 })
    const result = experiment({
      cluster: { nodes: 2 },
      workload: listed([{ cpu: '1' }]),
      schedulers: { a: {} },
      seeds: 1,
      metrics: [small],
    })
    expect(result.value('a', 1, 'optimalNodes')).toBeUndefined()
    expect(() => optimalNodes({} as MilpSolver)).toThrow('optimalNodes: expected a solver')
  })
})
