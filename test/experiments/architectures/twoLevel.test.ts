import { describe, expect, test } from 'vitest'
import {
  type FrameworkOptions,
  type Offers,
  simulateArchitecture,
  twoLevel,
  type TwoLevelOptions,
} from '../../../src/experiments/index.ts'
import { job, machines, story } from './cases.ts'

const quick = { perJob: '100ms', perTask: 0 }

/** A framework for batch jobs and one for service jobs; both decide in 100 ms and take the first machines. */
function mesos(
  own: Partial<FrameworkOptions> = {},
  options: Partial<TwoLevelOptions> = {},
): ReturnType<typeof twoLevel> {
  const both = { decision: quick, policy: 'firstFit' as const, ...own }
  return twoLevel({
    offers: 'everything',
    frameworks: [
      { name: 'batch', takes: ['batch'], ...both },
      { name: 'service', takes: ['service'], ...both },
    ],
    ...options,
  })
}

describe('a master that offers to frameworks', () => {
  test('locks what one is offered, so that the other waits for the next round', () => {
    const { lines, outcome } = story({
      architecture: mesos(),
      nodes: machines(4),
      jobs: [job('b'), job('s', { kind: 'service' })],
    })
    expect(lines.slice(0, 2)).toEqual(['100 place b: m0', '1100 place s: m1'])
    expect(outcome.waits.batch.wait.meanMs).toBe(0)
    expect(outcome.waits.service.wait.meanMs).toBe(1_000)
    // Four cores for 100 ms, then three.
    expect(outcome.utilisation.locked.cpu).toBeCloseTo((400 + 300) / (4 * outcome.windowMs), 12)
  })

  test('shares out machine by machine, so that both decide at once', () => {
    const { outcome } = story({
      architecture: mesos({}, { offers: 'machineByMachine' }),
      nodes: machines(4),
      jobs: [job('b'), job('s', { kind: 'service' })],
    })
    expect(outcome.waits.wait).toEqual({ jobs: 2, meanMs: 0, p90Ms: 0 })
  })

  test('starves the others while a slow framework holds what it was offered', () => {
    const slow: FrameworkOptions = { name: 'service', takes: ['service'], decision: { perJob: '10m', perTask: 0 } }
    const batch: FrameworkOptions = { name: 'batch', takes: ['batch'], decision: quick }
    const options = { nodes: machines(4), jobs: [job('s', { kind: 'service' }), job('b', { at: 1 })] }
    const waitUnder = (more: Partial<TwoLevelOptions>): unknown =>
      simulateArchitecture({ ...options, architecture: mesos({}, { frameworks: [slow, batch], ...more }) }).waits.batch
        .wait.meanMs
    expect(waitUnder({})).toBe(600_999)
    // Taken back after a minute: the batch framework gets a turn, and the slow one never comes to an end.
    expect(waitUnder({ offerTimeout: '1m', maxAttempts: 3 })).toBe(60_999)
  })

  test('asks idle frameworks first, and a job that comes waits until their filter ends', () => {
    const jobs = [job('b', { at: 1_000 })]
    const waitUnder = (own: Partial<FrameworkOptions>): unknown =>
      simulateArchitecture({ architecture: mesos(own), nodes: machines(1), jobs }).waits.wait.meanMs
    expect(waitUnder({})).toBe(5_000)
    expect(waitUnder({ refuse: '2s' })).toBe(2_000)
    expect(waitUnder({ idle: 'suppress' })).toBe(0)
  })

  test('offers again at once when there is more than what was refused', () => {
    const jobs = [job('small', { durationMs: 1_500 }), job('b', { at: 200, cores: 2 })]
    const { lines } = story({ architecture: mesos(), nodes: machines(1, 2), jobs })
    // The core that is left at 100 is refused until 5,100; at 1,600 there are two.
    expect(lines.slice(0, 3)).toEqual(['100 place small: m0', '1600 leave small: m0', '2100 place b: m0'])
  })

  test('lets hoarding frameworks block each other, unless they take all or nothing', () => {
    const jobs = [job('b', { tasks: 3, gang: true }), job('s', { kind: 'service', tasks: 3, gang: true })]
    const gangs = (own: Partial<FrameworkOptions>, offers: Offers): unknown =>
      simulateArchitecture({ architecture: mesos(own, { offers }), nodes: machines(4), jobs }).gangs
    expect(gangs({}, 'machineByMachine')).toEqual({ arrived: 2, whole: 0, partial: 2, absent: 0 })
    expect(gangs({ gangs: 'whole' }, 'everything')).toEqual({ arrived: 2, whole: 2, partial: 0, absent: 0 })
  })

  test('favours the framework with the least dominant share, by its weight', () => {
    const frameworks = ['a', 'b'].map((name, index) => ({ name, decision: quick, weight: index === 0 ? 3 : 1 }))
    const jobs = ['w', 'x', 'y', 'z'].map((name) => job(name, { tasks: 4, durationMs: undefined }))
    const { schedulers, jobs: told } = simulateArchitecture({
      architecture: twoLevel({ frameworks }),
      nodes: machines(8),
      jobs,
      until: '1m',
    })
    // Of eight machines six to two: the first framework has placed one job and half of another.
    expect(schedulers.map(({ name, succeeded }) => [name, succeeded])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
    expect(told).toMatchObject({ placed: 1, pending: 3 })
  })

  test('gives up in the end where a machine would have to be larger than it is', () => {
    const { jobs, windowMs } = simulateArchitecture({
      architecture: mesos({}, { maxAttempts: 3 }),
      nodes: machines(2),
      jobs: [job('b', { cores: 2 })],
    })
    expect(jobs).toEqual({ arrived: 1, placed: 0, abandoned: 1, pending: 0 })
    expect(windowMs).toBeLessThan(60_000)
  })

  test('comes to an end even where idle frameworks pass offers round for ever', () => {
    const idle = ['x', 'y'].map((name) => ({ name, takes: ['service'] as const, refuse: '1s' }))
    const frameworks = [{ name: 'batch', takes: ['batch'] as const }, ...idle]
    const { jobs } = simulateArchitecture({
      architecture: twoLevel({ frameworks }),
      nodes: machines(2),
      // The first keeps the share of its framework above that of the idle ones.
      jobs: [job('a', { durationMs: undefined }), job('b', { at: 10_500 })],
    })
    expect(jobs).toMatchObject({ placed: 1, pending: 1 })
  })

  test.each([
    [{ interval: 0 }, /twoLevel\.interval.*a time above 0/],
    [{ offerTimeout: '0s' }, /twoLevel\.offerTimeout/],
    [{ offers: 'some' }, /machineByMachine or everything/],
    [{ frameworks: 2 }, /twoLevel\.frameworks: expected a list, got 2/],
    [{ frameworks: [{ name: 'a', refuse: 0 }] }, /frameworks\[0\]\.refuse/],
    [{ frameworks: [{ name: 'a', weight: 0 }] }, /frameworks\[0\]\.weight/],
    [{ frameworks: [{ name: 'a', idle: 'sleep' }] }, /decline or suppress/],
    [{ frameworks: [{ name: 'a', jobsPerOffer: 0 }] }, /jobsPerOffer/],
    [{ frameworks: [{ name: '' }] }, /frameworks\[0\]\.name/],
    [{ frameworks: [] }, /at least one/],
  ])('refuses %j', (options, says) => {
    expect(() => twoLevel(options as never)).toThrow(says)
  })
})
