/** From a run to what it has shown. */
import type { JobArrival, JobKind } from './jobs.ts'
import type { ArchitectureOutcome, SchedulerOutcome, JobTimes, JobWaits } from './outcome.ts'
import type { SchedulerTally } from './tally.ts'
import type { JobRecord, World } from './world.ts'

export interface RunNames {
  readonly architecture: string
  readonly workload: string
  readonly seed: number
}

/** Of a run that is over: the clock stands at the end of its window. */
export function outcomeOf(names: RunNames, world: World, tallies: readonly SchedulerTally[]): ArchitectureOutcome {
  const { now, usage } = world
  usage.moveTo(now)
  const come = world.records.filter(({ arrivedAt }) => arrivedAt !== undefined)
  const schedulers = tallies.map((tally) => schedulerOutcome(tally, now))
  const ofKind = (kind: JobKind): JobWaits =>
    waitsOf(
      come.filter(({ job }) => job.kind === kind),
      now,
    )
  return {
    ...names,
    windowMs: now,
    makespanMs: Math.max(world.lastPlacedAt, world.lastLeftAt),
    jobs: {
      arrived: come.length,
      placed: come.filter(({ wholeAt }) => wholeAt !== undefined).length,
      abandoned: come.filter(({ abandoned }) => abandoned > 0).length,
      pending: come.filter(({ isSettled }) => !isSettled).length,
    },
    tasks: tasksOf(come, world.lastPlacedAt),
    gangs: gangsOf(come.filter(({ isGang }) => isGang)),
    waits: { ...waitsOf(come, now), batch: ofKind('batch'), service: ofKind('service') },
    schedulers,
    conflictFraction: fraction(sumOf(schedulers, 'conflicts'), sumOf(schedulers, 'succeeded')),
    utilisation: {
      running: usage.mean('running'),
      hoarded: usage.mean('hoarded'),
      locked: usage.mean('locked'),
      timeline: usage.timeline(),
    },
  }
}

function schedulerOutcome(tally: SchedulerTally, now: number): SchedulerOutcome {
  const { name, attempts, succeeded, conflicts, abandoned } = tally
  const busyness = now === 0 ? 0 : tally.busy(now) / now
  return { name, busyness, attempts, succeeded, conflicts, conflictFraction: fraction(conflicts, succeeded), abandoned }
}

function fraction(conflicts: number, succeeded: number): number {
  return conflicts / Math.max(1, succeeded)
}

function sumOf(schedulers: readonly SchedulerOutcome[], field: 'conflicts' | 'succeeded'): number {
  return schedulers.reduce((sum, scheduler) => sum + scheduler[field], 0)
}

function tasksOf(come: readonly JobRecord[], lastPlacedAt: number): ArchitectureOutcome['tasks'] {
  const count = (of: (record: JobRecord) => number): number => come.reduce((sum, record) => sum + of(record), 0)
  const placed = count((record) => record.placed)
  const arrived = count(({ job }: { readonly job: JobArrival }) => job.tasks)
  return { arrived, placed, perSecond: lastPlacedAt > 0 ? placed / (lastPlacedAt / 1000) : null }
}

function gangsOf(gangs: readonly JobRecord[]): ArchitectureOutcome['gangs'] {
  const whole = gangs.filter(({ wholeAt }) => wholeAt !== undefined).length
  const partial = gangs.filter(({ held }) => held.length > 0).length
  return { arrived: gangs.length, whole, partial, absent: gangs.length - whole - partial }
}

function waitsOf(records: readonly JobRecord[], now: number): JobWaits {
  const lasting = records.filter(({ abandoned }) => abandoned === 0)
  return {
    wait: timesOf(records.map(({ arrivedAt, firstTriedAt }) => (firstTriedAt ?? now) - arrivedAt!)),
    placed: timesOf(lasting.map(({ arrivedAt, wholeAt }) => (wholeAt ?? now) - arrivedAt!)),
  }
}

function timesOf(times: readonly number[]): JobTimes {
  const jobs = times.length
  if (jobs === 0) return { jobs, meanMs: null, p90Ms: null }
  const sorted = times.toSorted((a, b) => a - b)
  return {
    jobs,
    meanMs: times.reduce((sum, time) => sum + time, 0) / jobs,
    p90Ms: sorted[Math.ceil(jobs * 0.9) - 1]!,
  }
}
