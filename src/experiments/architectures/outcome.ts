/** What a run has shown. */
import type { JobKind } from './jobs.ts'
import type { CellShares, UsageSample } from './usage.ts'

/** Milliseconds, over jobs; null where there are none. */
export interface JobTimes {
  /** Jobs that are counted. */
  readonly jobs: number
  readonly meanMs: number | null
  /** Nearest rank. */
  readonly p90Ms: number | null
}

/**
 * How long jobs wait. A job that is still waiting when the run ends counts with what it has waited by then: less than it
 * would have become.
 */
export interface JobWaits {
  /** From its arrival until a scheduler first begins to decide on it: the Omega paper's job wait time. */
  readonly wait: JobTimes
  /** From its arrival until the last of its tasks has a machine; without jobs that were given up. */
  readonly placed: JobTimes
}

export interface SchedulerOutcome {
  readonly name: string
  /** The share of the run during which it was deciding, from 0 to 1. */
  readonly busyness: number
  /** Decisions begun. */
  readonly attempts: number
  /** Commits that were accepted as they were. */
  readonly succeeded: number
  /** Commits of which something was refused, because another scheduler had been there. */
  readonly conflicts: number
  /** Conflicts for each commit that succeeded (as if one had, where none did). */
  readonly conflictFraction: number
  /** Jobs of which it gave up tasks. */
  readonly abandoned: number
}

/** One architecture, one seed. Plain data. */
export interface ArchitectureOutcome {
  readonly architecture: string
  readonly workload: string
  readonly seed: number
  /** Milliseconds from the beginning to the end of the run: what means and shares are taken over. */
  readonly windowMs: number
  /** Milliseconds until the last task that is over was over, or the last got its machine. */
  readonly makespanMs: number
  readonly jobs: {
    readonly arrived: number
    /** All of their tasks have, or had, a machine. */
    readonly placed: number
    /** Some of their tasks were given up. */
    readonly abandoned: number
    /** Waiting still. */
    readonly pending: number
  }
  readonly tasks: {
    readonly arrived: number
    readonly placed: number
    /** Placed a second, up to the last that was; null where none was, or all at the very beginning. */
    readonly perSecond: number | null
  }
  /** Jobs of more than the usual promise: all tasks or none. */
  readonly gangs: {
    readonly arrived: number
    /** Began, all tasks together. */
    readonly whole: number
    /** Hold machines and wait for more when the run ends. */
    readonly partial: number
    /** Hold nothing. */
    readonly absent: number
  }
  readonly waits: JobWaits & Readonly<Record<JobKind, JobWaits>>
  readonly schedulers: readonly SchedulerOutcome[]
  /** Over all schedulers. */
  readonly conflictFraction: number
  /** Shares of the cell, on average over the run. */
  readonly utilisation: {
    /** Tasks that run. */
    readonly running: CellShares
    /** Gangs that are not whole: held, and idle. */
    readonly hoarded: CellShares
    /** Offers without an answer. */
    readonly locked: CellShares
    /** What ran, over time. */
    readonly timeline: readonly UsageSample[]
  }
}
