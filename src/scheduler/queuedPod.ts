import type { Pod } from '../api/types/core.ts'

/** `backoff`: its back-off has to be over first; `gated`: a PreEnqueue plugin keeps it out. */
export type QueueState = 'active' | 'backoff' | 'unschedulable' | 'gated'

export interface QueuedPod {
  readonly pod: Pod
  readonly state: QueueState
  /** Order of entry into its state: entries of the heaps with another number are stale. */
  readonly sequence: number
  /** How often a decision about it failed. */
  readonly attempts: number
  /** When its back-off is over. */
  readonly until: number
  /** When it was found unschedulable. */
  readonly since: number
  /** What it was queued because of. */
  readonly cause: number
  /** The plugins that refused it when it was decided about last. */
  readonly refusedBy: readonly string[]
}
