import type { Unit } from './metrics/metric.ts'
import type { Timeline } from './run/timeline.ts'
import type { Summary } from './statistics.ts'

/** What is kept of one run. */
export interface RunResult {
  readonly scheduler: string
  readonly seed: number
  /** Virtual milliseconds that it took. */
  readonly endMs: number
  /** By key, such as `pending.p50`. */
  readonly values: ReadonlyMap<string, number>
  /** The same of what depends on the machine that it ran on. */
  readonly wall: ReadonlyMap<string, number>
  readonly timeline: Timeline
  /** Of the times that pods waited, in milliseconds: the least, the first percentile, … the most; empty where none was bound. */
  readonly waitPercentiles: readonly number[]
  /** After so many placements, the largest share of the last hundred that went to one node: three hundred points at most. */
  readonly hottest: { readonly placed: readonly number[]; readonly share: readonly number[] }
}

/** One number of a metric. */
export interface Quantity {
  /** Such as `pending.p50`. */
  readonly key: string
  readonly metric: string
  readonly about: string
  readonly unit: Unit
  readonly better: 'less' | 'more' | undefined
  readonly isWallClock: boolean
}

/** What tables, files and pages are made of. */
export interface Findings {
  readonly name: string
  readonly workload: string
  readonly schedulers: readonly string[]
  readonly seeds: readonly number[]
  readonly runs: readonly RunResult[]
  readonly quantities: readonly Quantity[]
  readonly summary: (scheduler: string, key: string) => Summary | undefined
  readonly difference: (scheduler: string, from: string, key: string) => Summary | undefined
}
