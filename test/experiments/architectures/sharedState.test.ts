import { describe, expect, test } from 'vitest'
import { sharedState, simulateArchitecture, type SharedStateOptions } from '../../../src/experiments/index.ts'
import { job, machines, story } from './cases.ts'

const quick = { perJob: '100ms', perTask: 0 }
const slow = { perJob: '250ms', perTask: 0 }

/** One scheduler decides in 100 ms on batch jobs, one in 250 ms on service jobs; both take the first machines. */
function pair(options: SharedStateOptions = {}): ReturnType<typeof sharedState> {
  return sharedState({
    schedulers: [
      { name: 'quick', takes: ['batch'], decision: quick, policy: 'firstFit' },
      { name: 'slow', takes: ['service'], decision: slow, policy: 'firstFit' },
    ],
    ...options,
  })
}

describe('schedulers that share their state', () => {
  test('decide side by side, and who comes too late tries again at once', () => {
    const { lines, outcome } = story({
      architecture: pair(),
      nodes: machines(2),
      jobs: [job('b'), job('s', { kind: 'service' })],
    })
    expect(lines.slice(0, 2)).toEqual(['100 place b: m0', '500 place s: m1'])
    expect(outcome.waits.wait.meanMs).toBe(0)
    expect(outcome.schedulers[0]).toMatchObject({ name: 'quick', attempts: 1, succeeded: 1, conflicts: 0 })
    expect(outcome.schedulers[1]).toMatchObject({ name: 'slow', attempts: 2, succeeded: 1, conflicts: 1 })
    expect(outcome.schedulers[1]).toMatchObject({ conflictFraction: 1, busyness: 500 / 60_500 })
    expect(outcome.conflictFraction).toBe(0.5)
  })

  test('conflict over a machine that has changed only where conflicts are coarse', () => {
    const options = { nodes: machines(1, 2), jobs: [job('b'), job('s', { kind: 'service' })] }
    const fine = story({ ...options, architecture: pair() })
    const coarse = story({ ...options, architecture: pair({ conflicts: 'coarse' }) })
    expect(fine.lines.slice(0, 2)).toEqual(['100 place b: m0', '250 place s: m0'])
    expect(coarse.lines.slice(0, 2)).toEqual(['100 place b: m0', '500 place s: m0'])
    expect(fine.outcome.conflictFraction).toBe(0)
    expect(coarse.outcome.conflictFraction).toBe(0.5)
  })

  test('a task that leaves is a change too', () => {
    const jobs = [job('b', { durationMs: 50 }), job('s', { at: 120, kind: 'service' })]
    const { lines } = story({ architecture: pair({ conflicts: 'coarse' }), nodes: machines(1, 2), jobs })
    expect(lines.slice(1, 3)).toEqual(['150 leave b: m0', '620 place s: m0'])
  })

  test('commit bit by bit what does not conflict, or all or nothing', () => {
    const jobs = [job('b'), job('s', { kind: 'service', tasks: 2 })]
    const options = { nodes: machines(3), jobs }
    expect(story({ ...options, architecture: pair() }).lines.slice(0, 3)).toEqual([
      '100 place b: m0',
      '250 place s: m1',
      '500 place s: m2',
    ])
    expect(story({ ...options, architecture: pair({ commit: 'allOrNothing' }) }).lines.slice(0, 2)).toEqual([
      '100 place b: m0',
      '500 place s: m1 m2',
    ])
  })

  test('commit gangs all or nothing, and hoard for them only when told to', () => {
    const jobs = [job('b', { durationMs: 1_000 }), job('s', { kind: 'service', tasks: 2, gang: true })]
    const options = { nodes: machines(2), jobs }
    // A conflict at 250, nothing found at 500, and a second later there is room.
    const whole = story({ ...options, architecture: pair() })
    expect(whole.lines.slice(1, 3)).toEqual(['1100 leave b: m0', '1750 place s: m0 m1'])
    expect(whole.outcome.utilisation.hoarded.cpu).toBe(0)
    const piecewise = story({ ...options, architecture: pair({ gangs: 'piecewise' }) })
    expect(piecewise.lines.slice(1, 4)).toEqual(['250 place s: m1', '1100 leave b: m0', '1750 place s: m0'])
    expect(piecewise.outcome.utilisation.hoarded.cpu).toBeCloseTo(1_500 / (2 * 61_750), 12)
  })

  test('of one kind get jobs in turn', () => {
    const schedulers = ['one', 'two'].map((name) => ({ name, decision: quick }))
    const jobs = [job('a'), job('b'), job('c'), job('s', { kind: 'service' })]
    const { schedulers: told } = simulateArchitecture({
      architecture: sharedState({ schedulers }),
      nodes: machines(1, 8),
      jobs,
    })
    expect(told.map(({ attempts }) => attempts)).toEqual([3, 1])
  })

  test.each([
    [{ schedulers: [{ name: 'a', takes: ['batch'] }] }, /one that takes service jobs/],
    [{ schedulers: [{ name: 'a' }, { name: 'a' }] }, /Duplicate value: "a"/],
    [{ schedulers: [] }, /at least one/],
    [{ schedulers: 2 }, /sharedState\.schedulers: expected a list, got 2/],
    [{ schedulers: [{ name: 'a', takes: ['cron'] }] }, /schedulers\[0\]\.takes/],
    [{ commit: 'all' }, /incremental or allOrNothing/],
    [{ conflicts: 'finest' }, /fine or coarse/],
    [{ gangs: 'never' }, /whole or piecewise/],
  ])('refuses %j', (options, says) => {
    expect(() => sharedState(options as never)).toThrow(says)
  })
})
