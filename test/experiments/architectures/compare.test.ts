import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  compareArchitectures,
  type ComparisonOptions,
  generatedJobs,
  monolithic,
  sharedState,
  twoLevel,
} from '../../../src/experiments/index.ts'
import { job, machines } from './cases.ts'

const jobs = generatedJobs({
  name: 'few jobs',
  duration: '2m',
  batch: {
    arrivals: { poisson: { perSecond: 0.5 } },
    tasks: [1, 4],
    sizes: { cpu: 1, memory: '1Gi' },
    lifetimes: { exponential: { mean: '20s' } },
  },
  service: { arrivals: { poisson: { perSecond: 0.05 } }, sizes: { cpu: 2, memory: '1Gi' } },
})
const options: ComparisonOptions = {
  architectures: [monolithic(), twoLevel(), sharedState()],
  nodes: machines(6, 8),
  jobs,
  seeds: [1, 2, 3],
  until: '5m',
}

describe('a comparison of architectures', () => {
  test('is the same every time, byte for byte, and does not depend on what it is compared with', () => {
    const [one, other] = [compareArchitectures(options), compareArchitectures(options)]
    expect(JSON.stringify(one)).toBe(JSON.stringify(other))
    expect(String(one)).toBe(String(other))
    const alone = compareArchitectures({ ...options, architectures: [sharedState()] })
    for (const { key } of one.measures)
      expect(alone.value('shared state', key).values).toEqual(one.value('shared state', key).values)
  })

  test('is the same on every machine', () => {
    const hash = createHash('sha256')
      .update(JSON.stringify(compareArchitectures(options)))
      .digest('hex')
    expect(hash.slice(0, 16)).toBe('1d9c4ac1d348f03b')
  })

  test('answers the five questions, and says of each value how sure it is', () => {
    const found = compareArchitectures(options)
    expect([...new Set(found.measures.map(({ question }) => question))]).toEqual([
      'utilisation',
      'extensibility',
      'all or nothing',
      'throughput',
      'latency',
      'schedulers',
    ])
    const { mean, halfWidth95, values } = found.value('monolithic', 'batchWaitMean')
    expect(values.length).toBe(3)
    expect(mean).toBeCloseTo(values.reduce<number>((sum, value) => sum + value!, 0) / 3, 9)
    expect(halfWidth95).toBeGreaterThan(0)
    expect(found.value('shared state', 'batchWaitAdded').mean).toBe(0)
    expect(found.value('monolithic', 'batchWaitAdded').mean).toBeGreaterThan(0)
    const once = compareArchitectures({ ...options, seeds: [1] })
    expect(once.value('shared state', 'tasksPerSecond')).toMatchObject({ isBest: true, halfWidth95: null })
    expect(once.value('monolithic', 'tasksPerSecond').isBest).toBe(false)
  })

  test('prints one table', () => {
    const gang = [job('a', { tasks: 2 }), job('b', { at: 40_000, tasks: 3 })]
    const one = compareArchitectures({
      architectures: [monolithic({ name: 'by job' }), monolithic({ name: 'by task', unit: 'task' })],
      nodes: machines(3),
      jobs: gang,
      seeds: [0],
      until: '2m',
    })
    expect(String(one)).toMatchInlineSnapshot(`
      "jobs on 3 machines; seed 0; * best, or not certainly worse on the same seeds

                                                            by job    by task
      --------------------------------------------------  --------  ---------
      utilisation     cpu of running tasks                82.7 %     83.2 % *
                      memory of running tasks             82.7 %     83.2 % *
                      cpu locked in offers                   0 %        0 %
      extensibility   batch wait added by slow services     0 ms       0 ms
      all or nothing  gangs that ran whole                 100 %      100 %
                      gangs stuck half placed                0 %        0 %
                      cpu held idle by half gangs            0 % *   5.59 %
      throughput      tasks placed a second, all at once    22.2       22.2
      latency         batch wait, mean                      0 ms       0 ms
                      batch wait, p90                       0 ms       0 ms
                      service wait, mean                         –          –
                      until all are placed, mean          10.7 s     10.2 s *
      schedulers      busyness of the busiest             1.93 %    0.354 %
                      conflicts a commit that succeeds         0          0
                      jobs given up                          0 %        0 %
                      makespan                             100 s      100 s *"
    `)
  })

  test('has nothing to say of what there is not', () => {
    const found = compareArchitectures({ ...options, jobs: [job('a')], seeds: [4] })
    expect(found.value('two-level', 'serviceWaitMean')).toEqual({
      architecture: 'two-level',
      mean: null,
      halfWidth95: null,
      values: [null],
      isBest: false,
    })
    expect(() => found.value('two-level', 'serviceWait')).toThrow(/no measure "serviceWait"; there are cpuRunning/)
    expect(() => found.value('borg', 'makespan')).toThrow(/no architecture "borg"/)
  })

  test('tells how far it is', () => {
    const told: string[] = []
    compareArchitectures({ ...options, seeds: [1], progress: (run, runs) => void told.push(`${run}/${runs}`) })
    expect(told[0]).toBe('1/12')
    expect(told.at(-1)).toBe('12/12')
  })

  test.each([
    [{ architectures: [] }, /architectures: Required value/],
    [{ architectures: ['monolithic'] }, /architectures\[0\].*one such as monolithic\(\)/],
    [{ architectures: [monolithic(), monolithic()] }, /Duplicate value: "monolithic"/],
    [{ seeds: [] }, /seeds: Required value/],
    [{ seeds: [1, 1] }, /seeds: Duplicate value: 1/],
    [{ slowdown: -1 }, /slowdown/],
    [{ until: 'soon' }, /until: invalid duration/],
    [{ job: [] }, /one of the fields/],
  ])('refuses %j', (wrong, says) => {
    expect(() => compareArchitectures({ ...options, ...wrong } as never)).toThrow(says)
  })
})
