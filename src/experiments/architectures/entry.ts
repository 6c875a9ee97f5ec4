import type { SchedulerTally } from './tally.ts'
import type { JobRecord, World } from './world.ts'

/** What stands in a scheduler's queue: a job, or one task of it. */
export interface Entry {
  readonly record: JobRecord
  /** How many of the job's tasks are left to it. */
  tasks: number
  /** How often it was tried. */
  attempts: number
  /** Whether the job itself is to be thought about, beside its tasks. */
  isWithJob: boolean
}

export function entryOf(record: JobRecord, tasks: number, isWithJob = true): Entry {
  return { record, tasks, attempts: 0, isWithJob }
}

/** Whether the whole job is done with, so that nothing is left to do for an entry of it. */
export function isOver({ record }: Entry): boolean {
  return record.isSettled
}

/** Gives an entry up once it was tried often enough. */
export function isGivenUp(entry: Entry, most: number, world: World, tally: SchedulerTally): boolean {
  if (entry.attempts < most) return false
  tally.abandoned++
  world.abandon(entry.record, entry.tasks)
  return true
}
