/** How long a job waits after its pods have failed. Mirrors pkg/controller/job/backoff_utils.go. */
import type { Pod } from '../../api/types/core.ts'
import { allFailuresBefore, finishedAt } from './jobPods.ts'

// DefaultJobPodFailureBackOff and MaxJobPodFailureBackOff.
const firstMs = 10_000
const lastMs = 600_000

/** The failures in a row, and when the last was, in milliseconds; plain data that a job's controller remembers. */
export interface Failures {
  readonly count: number
  readonly lastAt: number
}

export const noFailures: Failures = Object.freeze({ count: 0, lastAt: 0 })

/** What is to be remembered once these pods have ended too. */
export function failuresAfter(before: Failures, succeeded: readonly Pod[], failed: readonly Pod[]): Failures {
  if (failed.length === 0) return succeeded.length === 0 ? before : noFailures
  const ends = failed.map(finishedAt)
  const lastAt = Math.max(...ends)
  if (succeeded.length === 0) return { count: before.count + failed.length, lastAt }
  const lastSuccess = Math.max(...succeeded.map(finishedAt))
  const count = ends.filter((end) => end > lastSuccess).length
  return count === 0 ? noFailures : { count, lastAt }
}

/** Milliseconds until pods may be made anew; 0 when they may. */
export function waitAfter({ count, lastAt }: Failures, now: number): number {
  if (count === 0) return 0
  let backOffMs = firstMs
  for (let failure = 1; failure < count && backOffMs < lastMs; failure++) backOffMs *= 2
  return Math.max(0, Math.min(backOffMs, lastMs) - (now - lastAt))
}

/** The same of one index, by the last of its pods that failed. */
export function waitForIndex(failed: Pod | undefined, now: number): number {
  if (failed === undefined) return 0
  return waitAfter({ count: allFailuresBefore(failed) + 1, lastAt: finishedAt(failed) }, now)
}
