import { describe, expect, test } from 'vitest'
import {
  monolithic,
  type PlacementName,
  type PlacementPolicy,
  simulateArchitecture,
} from '../../../src/experiments/index.ts'
import { GIB, job, story } from './cases.ts'

const node = (name: string, cores: number, gib: number, pods?: number): object => ({
  metadata: { name },
  status: { allocatable: { cpu: String(cores), memory: `${gib}Gi`, ...(pods === undefined ? {} : { pods }) } },
})

/** Where one task after another is placed, on machines of 4, 8 and 2 cores. */
function placed(
  policy: PlacementName | PlacementPolicy,
  sizes: readonly (readonly [cores: number, gib: number])[],
): string {
  const { lines } = story({
    architecture: monolithic({ policy, decision: { perJob: 1, perTask: 0 } }),
    nodes: [node('four', 4, 8), node('eight', 8, 8), node('two', 2, 8)],
    jobs: sizes.map(([cores, gib], index) => ({
      ...job(`j${index}`, { cores }),
      memoryBytes: gib * GIB,
      durationMs: undefined,
    })),
  })
  return lines.map((line) => line.split(': ')[1]).join(' ')
}

describe('placement policies', () => {
  test('spread takes the machine that is then least used, of cpu and memory together', () => {
    // Per cent: 25 + 25, 12 + 25, 50 + 25; then 25 + 25, 25 + 50, 50 + 25; then of 75 and 75 the one with fewer tasks.
    expect(
      placed('spread', [
        [1, 2],
        [1, 2],
        [1, 2],
      ]),
    ).toBe('eight four two')
  })

  test('binpack takes the machine that is then most used', () => {
    // 75 on `two`; then 150; then there is no core left on it.
    expect(
      placed('binpack', [
        [1, 2],
        [1, 2],
        [1, 2],
        [1, 2],
      ]),
    ).toBe('two two four four')
  })

  test('the number of tasks decides where nothing is asked for', () => {
    expect(
      placed('spread', [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
    ).toBe('four eight two four')
    expect(
      placed('binpack', [
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
    ).toBe('four four four')
  })

  test('leastAllocated and mostAllocated score as kube-scheduler does, ties to the first', () => {
    expect(
      placed('leastAllocated', [
        [1, 0],
        [1, 0],
        [1, 0],
      ]),
    ).toBe('eight four eight')
    expect(
      placed('mostAllocated', [
        [1, 0],
        [1, 0],
        [1, 0],
      ]),
    ).toBe('two two four')
  })

  test('firstFit takes the first with room', () => {
    expect(
      placed('firstFit', [
        [3, 1],
        [2, 1],
        [1, 1],
      ]),
    ).toBe('four eight four')
  })

  test('random takes any with room, by the seed', () => {
    const machines = placed('random', new Array(30).fill([0, 0])).split(' ')
    expect(new Set(machines)).toEqual(new Set(['four', 'eight', 'two']))
    expect(
      placed('random', [
        [3, 1],
        [6, 1],
      ]),
    ).toMatch(/^(four|eight) eight$|^eight$/)
  })

  test('one of your own sees machines as they are', () => {
    const policy: PlacementPolicy = { name: 'fewest free cores', score: ({ freeCpuMilli }) => -freeCpuMilli }
    expect(
      placed(policy, [
        [1, 0],
        [2, 0],
        [2, 0],
      ]),
    ).toBe('two four four')
    const broken: PlacementPolicy = { name: 'broken', score: () => Number.NaN }
    expect(() => placed(broken, [[1, 0]])).toThrow('policy "broken" scored NaN for four: expected a number')
  })

  test('no machine gets more tasks than it takes pods', () => {
    const { jobs } = simulateArchitecture({
      architecture: monolithic({ maxAttempts: 1 }),
      nodes: [node('a', 8, 8, 2), node('b', 8, 8, 1)],
      jobs: [job('a', { tasks: 3, durationMs: undefined }), job('b')],
    })
    expect(jobs).toEqual({ arrived: 2, placed: 1, abandoned: 1, pending: 0 })
  })
})

describe('a run', () => {
  const options = { architecture: monolithic(), nodes: [node('a', 1, 1)], jobs: [job('a')] }

  test('ends when it is told to, with what is left', () => {
    const outcome = simulateArchitecture({ ...options, jobs: [job('a'), job('b', { at: 5_000 })], until: '10s' })
    expect(outcome).toMatchObject({ windowMs: 10_000, makespanMs: 105 })
    expect(outcome.jobs).toEqual({ arrived: 2, placed: 1, abandoned: 0, pending: 1 })
    // What is placed no more by then has waited for five seconds.
    expect(outcome.waits.placed).toEqual({ jobs: 2, meanMs: (105 + 5_000) / 2, p90Ms: 5_000 })
  })

  test('of nothing is over at once', () => {
    expect(simulateArchitecture({ ...options, jobs: [] })).toMatchObject({ windowMs: 0, tasks: { perSecond: null } })
  })

  test.each([
    [{ nodes: [] }, /nodes: Required value/],
    [{ nodes: [node('a', 0, 1)] }, /nodes\[0\] "a": expected cpu and memory above 0/],
    [{ nodes: [node('a', 1, 1), node('a', 1, 1)] }, /Duplicate value: "a"/],
    [{ nodes: [{}] }, /nodes\[0\]\.metadata\.name/],
    [{ nodes: [null] }, /nodes\[0\]: expected an object, got null/],
    [{ jobs: [job('a', { at: 1 }), job('b')] }, /job "b"\.at.*not before 1/],
    [{ jobs: [job('a'), job('a')] }, /job "a": Duplicate value/],
    [{ jobs: [job('a', { tasks: 0 })] }, /job "a"\.tasks/],
    [{ jobs: [job('a', { cpuMilli: -1 })] }, /job "a"\.cpuMilli/],
    [{ jobs: [job('a', { kind: 'cron' as never })] }, /one of batch, service/],
    [{ jobs: 3 }, /a workload of jobs/],
    [{ jobs: [null] }, /jobs\[0\]: expected an object, got null/],
    [{ jobs: [job('')] }, /jobs\[0\]\.name/],
    [{ jobs: { name: 'none', jobs: () => undefined } }, /jobs in the order in which they come/],
    [{ architecture: {} }, /monolithic\(\), twoLevel\(\) or sharedState\(\)/],
    [{ seed: 0.5 }, /seed.*a whole number/],
    [{ sampleEvery: 0 }, /sampleEvery/],
    [{ slowdown: { kind: 'all', times: 2 } }, /slowdown\.kind/],
    [{ untill: '1s' }, /one of the fields/],
  ])('refuses %j', (wrong, says) => {
    expect(() => simulateArchitecture({ ...options, ...wrong } as never)).toThrow(says)
  })
})
