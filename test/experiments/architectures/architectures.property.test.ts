import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Architecture,
  type JobArrival,
  monolithic,
  type PlacementName,
  sharedState,
  simulateArchitecture,
  type TaskEvent,
  twoLevel,
} from '../../../src/experiments/index.ts'
import { GIB, machines } from './cases.ts'

const policy: fc.Arbitrary<PlacementName> = fc.constantFrom(
  'random',
  'spread',
  'binpack',
  'firstFit',
  'leastAllocated',
  'mostAllocated',
)
const gangs = fc.constantFrom('whole', 'piecewise')
const decision = fc.record({ perJob: fc.nat(2_000), perTask: fc.nat(100) })
const maxAttempts = fc.integer({ min: 1, max: 20 })

const names: fc.Arbitrary<readonly string[]> = fc.constantFrom(['a'], ['a', 'b'], ['a', 'b', 'c'])

const anyMonolithic = fc
  .record({ policy, decision, maxAttempts, unit: fc.constantFrom('job', 'task') })
  .chain(({ unit, ...rest }) =>
    (unit === 'job' ? gangs : fc.constant('piecewise' as const)).map((how) =>
      monolithic({ ...rest, unit, gangs: how }),
    ),
  )

const anySharedState = fc
  .record({
    names,
    each: fc.record({ policy, decision }),
    commit: fc.constantFrom('incremental', 'allOrNothing'),
    conflicts: fc.constantFrom('fine', 'coarse'),
    gangs,
    maxAttempts,
  })
  .map(({ names: all, each, ...rest }) => sharedState({ ...rest, schedulers: all.map((name) => ({ name, ...each })) }))

const anyTwoLevel = fc
  .record({
    names,
    each: fc.record({
      policy,
      decision,
      gangs,
      idle: fc.constantFrom('decline', 'suppress'),
      refuse: fc.integer({ min: 1, max: 10_000 }),
      jobsPerOffer: fc.integer({ min: 1, max: 4 }),
    }),
    offers: fc.constantFrom('machineByMachine', 'everything'),
    interval: fc.constantFrom(1, 333, 1_000),
    timeout: fc.option(fc.integer({ min: 1, max: 3_000 }), { nil: undefined }),
    maxAttempts,
  })
  .map(({ names: all, each, timeout, ...rest }) =>
    twoLevel({
      ...rest,
      frameworks: all.map((name) => ({ name, ...each })),
      ...(timeout === undefined ? {} : { offerTimeout: timeout }),
    }),
  )

const architecture: fc.Arbitrary<Architecture> = fc.oneof(anyMonolithic, anySharedState, anyTwoLevel)

const jobs: fc.Arbitrary<readonly JobArrival[]> = fc
  .array(
    fc.record({
      at: fc.nat(20_000),
      tasks: fc.integer({ min: 1, max: 6 }),
      cpuMilli: fc.nat(2_500),
      memoryBytes: fc.integer({ min: 0, max: 3 }).map((gib) => gib * GIB),
      durationMs: fc.nat(15_000),
      kind: fc.constantFrom('batch', 'service'),
      gang: fc.boolean(),
    }),
    { maxLength: 15 },
  )
  .map((drawn) => drawn.toSorted((a, b) => a.at - b.at).map((job, index) => ({ name: `j${index}`, ...job })))

const cellSize = fc.integer({ min: 1, max: 5 })
const seed = fc.nat(1_000)

/** What ran where, told again from the events alone; the fullest that any machine ever was. */
function replay(
  events: readonly TaskEvent[],
  told: readonly JobArrival[],
): { cpu: number; memory: number; left: number } {
  const sizes = new Map(told.map((job) => [job.name, job]))
  const used = new Map<string, { cpu: number; memory: number; tasks: number }>()
  let [cpu, memory] = [0, 0]
  for (const { type, job, machines: on } of events)
    for (const machine of on) {
      const before = used.get(machine) ?? { cpu: 0, memory: 0, tasks: 0 }
      const sign = type === 'place' ? 1 : -1
      const { cpuMilli, memoryBytes } = sizes.get(job)!
      const after = {
        cpu: before.cpu + sign * cpuMilli,
        memory: before.memory + sign * memoryBytes,
        tasks: before.tasks + sign,
      }
      used.set(machine, after)
      cpu = Math.max(cpu, after.cpu)
      memory = Math.max(memory, after.memory)
    }
  return { cpu, memory, left: [...used.values()].reduce((sum, { tasks }) => sum + tasks, 0) }
}

test('no architecture over-commits a machine, and what ends leaves nothing behind', () => {
  fc.assert(
    fc.property(architecture, jobs, cellSize, seed, (any, come, size, drawn) => {
      const events: TaskEvent[] = []
      const outcome = simulateArchitecture({
        architecture: any,
        nodes: machines(size, 2),
        jobs: come,
        seed: drawn,
        observe: (event) => void events.push(event),
      })
      const { cpu, memory, left } = replay(events, come)
      expect(cpu).toBeLessThanOrEqual(2_000)
      expect(memory).toBeLessThanOrEqual(2 * GIB)
      const { arrived, placed, abandoned, pending } = outcome.jobs
      expect(arrived).toBe(come.length)
      expect(placed + abandoned + pending).toBe(come.length)
      // Only gangs that wait for their rest when nothing more happens still hold something.
      if (outcome.gangs.partial === 0) expect(left).toBe(0)
      for (const { busyness } of outcome.schedulers) expect(busyness).toBeLessThanOrEqual(1)
    }),
    { numRuns: 150 },
  )
})

test('a gang that is placed whole is placed in one event, or never', () => {
  const whole: fc.Arbitrary<Architecture> = fc.oneof(
    fc.record({ policy, decision, maxAttempts }).map((options) => monolithic(options)),
    fc.constantFrom('incremental', 'allOrNothing').map((commit) => sharedState({ commit, conflicts: 'coarse' })),
    fc.constantFrom('everything', 'machineByMachine').map((offers) =>
      twoLevel({
        offers,
        maxAttempts: 20,
        frameworks: [
          { name: 'a', gangs: 'whole' },
          { name: 'b', gangs: 'whole' },
        ],
      }),
    ),
  )
  fc.assert(
    fc.property(whole, jobs, cellSize, seed, (any, come, size, drawn) => {
      const gangsThere = new Map(come.filter(({ gang }) => gang === true).map(({ name, tasks }) => [name, tasks]))
      const { gangs: told, utilisation } = simulateArchitecture({
        architecture: any,
        nodes: machines(size, 2),
        jobs: come,
        seed: drawn,
        observe: ({ job, machines: on }) => expect(on.length).toBe(gangsThere.get(job) ?? on.length),
      })
      expect(told.partial).toBe(0)
      expect(utilisation.hoarded).toEqual({ cpu: 0, memory: 0 })
    }),
    { numRuns: 100 },
  )
})

test('the same options and seed give the same outcome, byte for byte', () => {
  fc.assert(
    fc.property(architecture, jobs, cellSize, seed, (any, come, size, drawn) => {
      const options = { architecture: any, nodes: machines(size, 2), jobs: come, seed: drawn }
      expect(JSON.stringify(simulateArchitecture(options))).toBe(JSON.stringify(simulateArchitecture(options)))
    }),
    { numRuns: 60 },
  )
})
