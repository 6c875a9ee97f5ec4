/** What every architecture is to a run. */
import type { Slowdown } from './decision.ts'
import type { SchedulerTally } from './tally.ts'
import type { JobRecord, World } from './world.ts'

/** How schedulers share a cell: made by `monolithic`, `twoLevel` or `sharedState`. */
export interface Architecture {
  /** A name of its own among those compared. */
  readonly name: string
  /** Its schedulers, for one run. */
  readonly begin: (world: World, slowdown: Slowdown | undefined) => Schedulers
}

/** The schedulers of one run. */
export interface Schedulers {
  /** Hands a job that has come to the scheduler that decides on it. */
  readonly submit: (record: JobRecord) => void
  readonly tallies: readonly SchedulerTally[]
}
