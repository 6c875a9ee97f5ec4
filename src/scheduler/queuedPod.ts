import type { Pod } from '../api/types/core.ts'

/** `backoff`: its back-off has to be over first; `gated`: a PreEnqueue plugin keeps it out. */
export type QueueState = 'active' | 'backoff' | 'unschedulable' | 'gated'

export interface QueuedPod {
  readonly pod: Pod
  readonly state: QueueState
  /** Order of entry into its state: entries of the heaps with another number are stale. */
  readonly sequence: number
  /** What it was queued because of. */
  readonly cause: number
  readonly failures: Failures
}

/** The decisions about a pod that failed. */
export interface Failures {
  readonly count: number
  /** How many of them refused it. */
  readonly refusals: number
  /** How many of them ended in errors since. */
  readonly errors: number
  /** When the last of them was, and when its back-off is over. */
  readonly since: number
  readonly until: number
  /** The plugins that refused it in the last; none where that ended in an error. */
  readonly refusedBy: readonly string[]
}
