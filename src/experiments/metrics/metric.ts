import type { Run } from '../run/run.ts'

/** `share` is 0 to 1 and shown in per cent, `ms` is virtual milliseconds; any other word stands behind the number. */
export type Unit = 'share' | 'ms' | (string & {})

/** What a metric measured of a run: one number, or several by name; undefined where it has nothing to say. */
export type Measured = number | undefined | Readonly<Record<string, number | undefined>>

/** Something that is measured of every run. A user's is one of these too. */
export interface Metric {
  readonly name: string
  /** One sentence for whoever reads the result. */
  readonly about: string
  readonly unit: Unit
  /** Which way is good, if either is. */
  readonly better?: 'less' | 'more' | undefined
  /** Depends on the machine that it runs on: kept apart in what is exported, and left out where no clock was handed in. */
  readonly isWallClock?: boolean | undefined
  /** Can only be measured where kubelets run the pods: see `machines`. */
  readonly needsMachines?: boolean | undefined
  /** What stands for a number that only other runs have, such as 0 for what is counted; without it, nothing does. */
  readonly otherwise?: number | undefined
  readonly measure: (run: Run) => Measured
}
