import { describe, expect, test } from 'vitest'
import { type Arrival, generatedJobs, type GeneratedJobsOptions, jobsOf } from '../../../src/experiments/index.ts'
import { GIB } from './cases.ts'

const everySecond = { arrivals: { every: '1s' }, sizes: { cpu: '500m', memory: '1Gi' } } as const

describe('generated jobs', () => {
  test('come by kind and time, of one seed always the same', () => {
    const workload = generatedJobs({
      duration: '3s',
      batch: { ...everySecond, tasks: [2, 4], lifetimes: '10s' },
      service: { ...everySecond, arrivals: { every: '1500ms' }, count: 1, gangs: 1 },
    })
    const jobs = [...workload.jobs(7)]
    expect(jobs.map(({ name, at }) => `${at} ${name}`)).toEqual([
      '0 batch-0',
      '0 service-0',
      '1000 batch-1',
      '2000 batch-2',
    ])
    expect(jobs[1]).toEqual({
      name: 'service-0',
      at: 0,
      tasks: 1,
      cpuMilli: 500,
      memoryBytes: GIB,
      kind: 'service',
      gang: true,
    })
    expect(jobs[0]).toMatchObject({ durationMs: 10_000, kind: 'batch' })
    for (const { tasks } of jobs.slice(2)) expect([2, 3, 4]).toContain(tasks)
    expect([...workload.jobs(7)]).toEqual(jobs)
  })

  test('draw each thing from a stream of its own', () => {
    const shape = { arrivals: { poisson: { perSecond: 1 } }, sizes: { cpu: 1, memory: 0 }, tasks: [1, 9] } as const
    const timesAndTasks = (options: Partial<GeneratedJobsOptions['batch']>): unknown =>
      [...generatedJobs({ duration: '1m', batch: { ...shape, ...options } }).jobs(3)].map(({ at, tasks }) => [
        at,
        tasks,
      ])
    const plain = timesAndTasks({})
    expect(timesAndTasks({ lifetimes: { exponential: { mean: '1m' } }, gangs: 0.5 })).toEqual(plain)
    expect(timesAndTasks({ sizes: [shape.sizes, { cpu: 2, memory: 0, weight: 3 }] })).toEqual(plain)
  })

  test('draw sizes by their weights and shares of gangs as told', () => {
    const sizes = [
      { cpu: 1, memory: 0 },
      { cpu: 2, memory: 0, weight: 3 },
    ]
    const batch = {
      arrivals: 'at once',
      count: 2_000,
      sizes,
      gangs: 0.25,
      tasks: { exponential: { mean: 8 } },
    } as const
    const jobs = [...generatedJobs({ duration: '1s', batch }).jobs(1)]
    expect(jobs.length).toBe(2_000)
    expect(jobs.filter(({ cpuMilli }) => cpuMilli === 2_000).length / 2_000).toBeCloseTo(0.75, 1)
    expect(jobs.filter(({ gang }) => gang === true).length / 2_000).toBeCloseTo(0.25, 1)
    const mean = jobs.reduce((sum, { tasks }) => sum + tasks, 0) / 2_000
    expect(mean).toBeGreaterThan(7.4)
    expect(mean).toBeLessThan(8.6)
  })

  test.each([
    [{}, /batch, service or both/],
    [{ batch: { ...everySecond, arrivals: 'at once' } }, /batch\.count: Required value/],
    [{ batch: { ...everySecond, tasks: [3, 2] } }, /batch\.tasks.*the lower bound first/],
    [{ batch: { ...everySecond, tasks: 0 } }, /batch\.tasks/],
    [{ batch: { ...everySecond, gangs: 2 } }, /batch\.gangs/],
    [{ service: { ...everySecond, sizes: [] } }, /service\.sizes: Required value/],
    [{ service: { ...everySecond, sizes: [{ cpu: 'x', memory: 1 }] } }, /service\.sizes\[0\]\.cpu/],
    [{ batch: { ...everySecond, lifetime: '1s' } }, /one of the fields/],
  ])('refuse %j', (options, says) => {
    expect(() => generatedJobs({ duration: '1s', ...options } as never)).toThrow(says)
  })
})

describe('jobs of pods', () => {
  const pod = (name: string, at: number, job?: string, cpu = '1', lifetimeMs?: number): Arrival => ({
    at,
    pod: {
      metadata: { name, labels: job === undefined ? {} : { job } },
      spec: { containers: [{ name: 'main', image: 'main:1', resources: { requests: { cpu, memory: '1Gi' } } }] },
    },
    lifetimeMs,
  })
  const workload = (...arrivals: readonly Arrival[]): Parameters<typeof jobsOf>[0] => ({
    name: 'pods',
    arrivals: () => arrivals,
  })

  test('are those of one label, if they come together and are alike', () => {
    const jobs = jobsOf(
      workload(
        pod('a-0', 0, 'a', '1', 5_000),
        pod('lone', 0),
        pod('a-1', 0, 'a', '1', 5_000),
        pod('a-2', 0, 'a', '2', 5_000),
        pod('a-3', 9, 'a', '1', 5_000),
      ),
    ).jobs(0)
    expect([...jobs].map(({ name, at, tasks, cpuMilli, kind }) => [name, at, tasks, cpuMilli, kind])).toEqual([
      ['default/job=a', 0, 2, 1_000, 'batch'],
      ['default/lone', 0, 1, 1_000, 'service'],
      ['default/job=a+1', 0, 1, 2_000, 'batch'],
      ['default/job=a+2', 9, 1, 1_000, 'batch'],
    ])
  })

  test('that are gangs come with the last of their pods', () => {
    const gang = (): boolean => true
    const [job] = [...jobsOf(workload(pod('a-0', 0, 'a'), pod('a-1', 40, 'a')), { gang }).jobs(0)]
    expect(job).toEqual({
      name: 'default/job=a',
      at: 40,
      tasks: 2,
      cpuMilli: 1_000,
      memoryBytes: GIB,
      kind: 'service',
      gang: true,
    })
    const unlike = jobsOf(workload(pod('a-0', 0, 'a'), pod('a-1', 0, 'a', '2')), { gang })
    expect(() => [...unlike.jobs(0)]).toThrow(/gang "default\/job=a": its pods differ in cpuMilli \(1000 and 2000\)/)
  })

  test('take their kind from a function', () => {
    const [job] = [...jobsOf(workload(pod('a', 0)), { kind: () => 'batch' }).jobs(0)]
    expect(job).toMatchObject({ kind: 'batch' })
    expect(() => [...jobsOf(workload(pod('a', 0)), { kind: () => 'cron' as never }).jobs(0)]).toThrow(
      /one of batch, service/,
    )
    expect(() => jobsOf(workload(), { labels: 'x' } as never)).toThrow(/one of the fields/)
  })
})
