/** What the literature knows, with clear margins. */
import { describe, expect, test } from 'vitest'
import {
  type Architecture,
  type ArchitectureOutcome,
  type Decision,
  generatedJobs,
  type JobWorkload,
  monolithic,
  sharedState,
  type SharedStateOptions,
  simulateArchitecture,
  twoLevel,
} from '../../../src/experiments/index.ts'
import { machines } from './cases.ts'

const lifetimes = { exponential: { mean: '1m' } }

/** Batch jobs at a rate, and a service job every fifty seconds; far from full. */
function jobsAt(perSecond: number): JobWorkload {
  return generatedJobs({
    duration: '30m',
    batch: { arrivals: { poisson: { perSecond } }, tasks: [1, 8], sizes: { cpu: '500m', memory: '512Mi' }, lifetimes },
    service: { arrivals: { poisson: { perSecond: 0.02 } }, tasks: [1, 4], sizes: { cpu: 1, memory: '1Gi' }, lifetimes },
  })
}

const nodes = machines(30, 16)
const batch: Decision = { perJob: '100ms', perTask: '5ms' }
const secondsTo = (perJob: string): Decision => ({ perJob, perTask: '5ms' })

function run(architecture: Architecture, jobs: JobWorkload = jobsAt(1)): ArchitectureOutcome {
  return simulateArchitecture({ architecture, nodes, jobs, seed: 11, until: '30m' })
}

const batchWait = (outcome: ArchitectureOutcome): number => outcome.waits.batch.wait.meanMs!
const paths = (
  service: Decision,
): readonly { name: string; takes: readonly ('batch' | 'service')[]; decision: Decision }[] => [
  { name: 'batch', takes: ['batch'], decision: batch },
  { name: 'service', takes: ['service'], decision: service },
]

describe('slow decisions on service jobs (Omega paper, figures 5 to 7)', () => {
  const slow = secondsTo('60s')

  test('make batch jobs wait behind them in a monolithic scheduler, even on paths of their own', () => {
    const quick = batchWait(run(monolithic({ decision: { batch, service: batch } })))
    const behind = batchWait(run(monolithic({ decision: { batch, service: slow } })))
    expect(quick).toBeLessThan(200)
    expect(behind).toBeGreaterThan(100 * quick)
  })

  test('saturate a monolithic scheduler of one path first', () => {
    const [one, two] = [secondsTo('5s'), { batch, service: secondsTo('5s') }].map((decision) =>
      run(monolithic({ decision })),
    )
    expect(one!.schedulers[0]!.busyness).toBeGreaterThan(0.99)
    expect(two!.schedulers[0]!.busyness).toBeLessThan(0.5)
    expect(one!.jobs.pending).toBeGreaterThan(1_000)
  })

  test('leave batch jobs alone where the state is shared', () => {
    const [usual, behind] = [batch, slow].map((service) => batchWait(run(sharedState({ schedulers: paths(service) }))))
    expect(usual).toBeLessThan(100)
    expect(behind).toBeLessThan(100)
  })

  test('lock up what batch jobs need where everything is offered to one framework at a time', () => {
    const two = (service: Decision): ArchitectureOutcome =>
      run(twoLevel({ offers: 'everything', interval: '1ms', frameworks: paths(service) }))
    const [usual, behind] = [two(batch), two(slow)]
    expect(batchWait(behind)).toBeGreaterThan(20 * batchWait(usual))
    expect(behind.utilisation.locked.cpu).toBeGreaterThan(0.3)
    expect(usual.utilisation.locked.cpu).toBeLessThan(0.2)
  })
})

describe('conflicts over a shared state (Omega paper, figures 8, 13 and 14)', () => {
  const fractionOf = (schedulers: number, perSecond: number, options: SharedStateOptions = {}): number => {
    const all = Array.from({ length: schedulers }, (_, index) => ({ name: `s${index}`, decision: secondsTo('1s') }))
    return run(sharedState({ ...options, schedulers: all }), jobsAt(perSecond)).conflictFraction
  }
  const coarse = { conflicts: 'coarse', commit: 'allOrNothing' } as const

  test('grow with the number of schedulers', () => {
    const [two, eight] = [fractionOf(2, 1, coarse), fractionOf(8, 1, coarse)]
    expect(fractionOf(1, 1)).toBe(0)
    expect(eight).toBeGreaterThan(1.3 * two)
  })

  test('grow with the load', () => {
    expect(fractionOf(4, 2, coarse)).toBeGreaterThan(2 * fractionOf(4, 0.5, coarse))
  })

  test('are more where they are coarse than where they are fine, and more all or nothing than bit by bit', () => {
    const fine = fractionOf(4, 2)
    const coarseIncremental = fractionOf(4, 2, { conflicts: 'coarse' })
    expect(coarseIncremental).toBeGreaterThan(10 * fine)
    expect(fractionOf(4, 2, coarse)).toBeGreaterThan(coarseIncremental)
  })

  test('are more among schedulers that all choose by the same score', () => {
    const all = (policy: 'binpack' | 'random'): number =>
      run(
        sharedState({
          schedulers: ['a', 'b', 'c', 'd'].map((name) => ({ name, decision: secondsTo('1s'), policy })),
        }),
        jobsAt(2),
      ).conflictFraction
    expect(all('binpack')).toBeGreaterThan(10 * all('random'))
  })
})

test('several schedulers that share the state place more a second than one', () => {
  const rush = generatedJobs({
    duration: '1s',
    batch: { arrivals: 'at once', count: 400, sizes: { cpu: 1, memory: 0 }, lifetimes: 0 },
  })
  const perSecond = (count: number): number => {
    const schedulers = Array.from({ length: count }, (_, index) => ({ name: `s${index}`, decision: batch }))
    return simulateArchitecture({ architecture: sharedState({ schedulers }), nodes, jobs: rush }).tasks.perSecond!
  }
  expect(perSecond(1)).toBeCloseTo(1_000 / 105, 6)
  expect(perSecond(4)).toBeCloseTo(4_000 / 105, 6)
})
