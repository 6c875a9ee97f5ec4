import { describe, expect, test } from 'vitest'
import { monolithic, simulateArchitecture } from '../../../src/experiments/index.ts'
import { job, machines, story } from './cases.ts'

const firstFit = { policy: 'firstFit' } as const

describe('a monolithic scheduler', () => {
  test('thinks for as long as the job and each of its tasks take, while the next job waits', () => {
    const { lines, outcome } = story({
      architecture: monolithic(firstFit),
      nodes: machines(2, 8),
      jobs: [job('a', { tasks: 10 }), job('b', { at: 50 })],
    })
    expect(lines).toEqual([
      '150 place a: m0 m0 m0 m0 m0 m0 m0 m0 m1 m1',
      '255 place b: m1',
      '60150 leave a: m0 m0 m0 m0 m0 m0 m0 m0 m1 m1',
      '60255 leave b: m1',
    ])
    expect(outcome.waits.wait).toEqual({ jobs: 2, meanMs: 50, p90Ms: 100 })
    expect(outcome.waits.placed).toEqual({ jobs: 2, meanMs: (150 + 205) / 2, p90Ms: 205 })
    expect(outcome.schedulers).toEqual([
      {
        name: 'scheduler',
        busyness: 255 / 60_255,
        attempts: 2,
        succeeded: 2,
        conflicts: 0,
        conflictFraction: 0,
        abandoned: 0,
      },
    ])
    expect(outcome).toMatchObject({ windowMs: 60_255, makespanMs: 60_255, conflictFraction: 0 })
    expect(outcome.tasks).toEqual({ arrived: 11, placed: 11, perSecond: 11 / 0.255 })
  })

  test('measures what ran, over time', () => {
    const nodes = machines(2)
    const { utilisation } = simulateArchitecture({
      architecture: monolithic({ decision: { perJob: '30s', perTask: 0 } }),
      nodes,
      jobs: [job('a', { durationMs: 90_000 })],
    })
    expect(utilisation.running).toEqual({ cpu: (90 / 120) * 0.5, memory: (90 / 120) * 0.5 })
    expect(utilisation.timeline).toEqual([
      { at: 0, cpu: 0.25, memory: 0.25 },
      { at: 60_000, cpu: 0.5, memory: 0.5 },
    ])
    expect(utilisation.hoarded).toEqual({ cpu: 0, memory: 0 })
  })

  test('makes batch jobs wait for slow decisions on service jobs, on one path for its own sake too', () => {
    const jobs = [job('s', { kind: 'service' }), job('b', { at: 1 }), job('c', { at: 2 })]
    const slow = { perJob: '10s', perTask: 0 }
    const quick = { perJob: '100ms', perTask: 0 }
    const waits = (decision: Parameters<typeof monolithic>[0]): unknown =>
      simulateArchitecture({ architecture: monolithic(decision), nodes: machines(4), jobs }).waits.batch.wait.meanMs
    expect(waits({ decision: { batch: quick, service: slow } })).toBe((9_999 + 10_098) / 2)
    expect(waits({ decision: slow })).toBe((9_999 + 19_998) / 2)
    expect(waits({ decision: quick })).toBe((99 + 198) / 2)
  })

  test('tries again after a while what found no room, and gives it up in the end', () => {
    const { lines, outcome } = story({
      architecture: monolithic({ ...firstFit, retry: { initial: '1s', max: '4s' }, maxAttempts: 5 }),
      nodes: machines(1),
      jobs: [job('a', { tasks: 3, durationMs: undefined }), job('b', { cores: 2 })],
    })
    expect(lines).toEqual(['115 place a: m0'])
    // 115: one of three; 220: b. Then after 1, 2, 4 and 4 seconds; what comes due at once waits for its turn.
    expect(outcome.schedulers[0]).toMatchObject({ attempts: 10, abandoned: 2 })
    expect(outcome.jobs).toEqual({ arrived: 2, placed: 0, abandoned: 2, pending: 0 })
    expect(outcome.tasks).toMatchObject({ arrived: 4, placed: 1 })
    expect(outcome.waits.placed).toEqual({ jobs: 0, meanMs: null, p90Ms: null })
  })

  test('places a gang at once or not at all', () => {
    const { lines } = story({
      architecture: monolithic(firstFit),
      nodes: machines(3),
      jobs: [job('a', { durationMs: 1_500 }), job('gang', { tasks: 3, gang: true, at: 1 })],
    })
    expect(lines).toEqual([
      '105 place a: m0',
      '1605 leave a: m0',
      '2450 place gang: m0 m1 m2',
      '62450 leave gang: m0 m1 m2',
    ])
  })

  test('that sees a task at a time lets half a gang hold its machines idle', () => {
    const { lines, outcome } = story({
      architecture: monolithic({ ...firstFit, unit: 'task' }),
      nodes: machines(3),
      jobs: [job('a', { durationMs: 1_500 }), job('gang', { tasks: 3, gang: true, at: 1 })],
    })
    expect(lines).toEqual([
      '105 place a: m0',
      '210 place gang: m1',
      '215 place gang: m2',
      '1605 leave a: m0',
      // The third was refused at 220, 1225, and is tried again a second later.
      '2230 place gang: m0',
      '62230 leave gang: m1 m2 m0',
    ])
    expect(outcome.utilisation.hoarded.cpu).toBeCloseTo((2_020 + 2_015) / (3 * 62_230), 12)
    expect(outcome.gangs).toEqual({ arrived: 1, whole: 1, partial: 0, absent: 0 })
  })

  test('that sees a task at a time lets two half gangs block each other until it gives one up', () => {
    const decision = { perJob: 0, perTask: '5ms' }
    const options = {
      nodes: machines(4),
      jobs: [
        job('first', { tasks: 2, durationMs: 1_000 }),
        job('a', { at: 20, tasks: 3, gang: true }),
        job('b', { at: 1_011, tasks: 3, gang: true }),
      ],
    }
    const piecewise = { ...options, architecture: monolithic({ ...firstFit, unit: 'task', decision, maxAttempts: 5 }) }
    expect(simulateArchitecture({ ...piecewise, until: '4s' }).gangs).toMatchObject({ whole: 0, partial: 2 })
    const { lines, outcome } = story(piecewise)
    expect(lines.slice(4)).toEqual([
      '1005 leave first: m0',
      '1010 leave first: m1',
      '1016 place b: m0',
      '1021 place b: m1',
      '4055 leave a: m2 m3',
      '5046 place b: m2',
      '65046 leave b: m0 m1 m2',
    ])
    expect(outcome.gangs).toEqual({ arrived: 2, whole: 1, partial: 0, absent: 1 })
    const whole = simulateArchitecture({ ...options, architecture: monolithic({ ...firstFit, decision }) })
    expect(whole.gangs).toEqual({ arrived: 2, whole: 2, partial: 0, absent: 0 })
  })

  test.each([
    [{ decision: { perJob: '1s' } }, /monolithic\.decision.*both perJob and perTask/],
    [{ decision: { batch: { perJob: 1, perTask: 1 } } }, /monolithic\.decision\.service/],
    [{ policy: 'binpak' }, /did you mean "binpack"/],
    [{ policy: { name: 'mine' } }, /either a function `score` or a `pick`/],
    [{ unit: 'task', gangs: 'whole' }, /monolithic\.gangs/],
    [{ retry: { initial: '2s', max: '1s' } }, /the shorter first/],
    [{ maxAttempts: 0 }, /monolithic\.maxAttempts/],
    [{ decisions: {} }, /one of the fields name, decision/],
  ])('refuses %j', (options, says) => {
    expect(() => monolithic(options as never)).toThrow(says)
  })
})
