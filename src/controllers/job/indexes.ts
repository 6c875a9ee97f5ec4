/** What an indexed job knows of its indexes. Mirrors pkg/controller/job/indexed_job_utils.go. */
import type { Job } from '../../api/types/batch.ts'
import type { Pod } from '../../api/types/core.ts'
import { isTerminating } from '../replicas/podTally.ts'
import { judge } from './failurePolicy.ts'
import { countOf, firstOutside, hasIndex, type Intervals, merged, readIntervals, withIndexes } from './intervals.ts'
import {
  allFailuresBefore,
  failuresBefore,
  finishedAt,
  hasFailed,
  hasSucceeded,
  indexFailures,
  indexIgnored,
  indexOf,
  isOfIndexes,
  isTracked,
  replacesFailedOnly,
} from './jobPods.ts'

export interface IndexedPods {
  /** What the status has, and what has come since. */
  readonly counted: Intervals
  readonly succeeded: Intervals
  readonly succeededCount: number
  /** Where each index has a limit of its own. */
  readonly failed: Intervals | undefined
  /** By index, the failed pod that waits to be replaced: the one that replaces it is told its failures. */
  readonly replaced: ReadonlyMap<number, Pod>
}

export function indexedPods(job: Job, pods: readonly Pod[], active: readonly Pod[]): IndexedPods {
  const { completions = 0, backoffLimitPerIndex } = job.spec
  const uncounted = pods.filter((pod) => isTracked(pod) && isOfIndexes(pod, job))
  const counted = readIntervals(job.status.completedIndexes, completions)
  const succeeded = withIndexes(counted, uncounted.filter(hasSucceeded).map(indexOf))
  const known = { counted, succeeded, succeededCount: countOf(succeeded) }
  if (backoffLimitPerIndex === undefined) return { ...known, failed: undefined, replaced: new Map() }
  const failed = withIndexes(
    readIntervals(job.status.failedIndexes, completions),
    uncounted.filter((pod) => failsItsIndex(pod, job)).map(indexOf),
  )
  const activeIndexes = new Set(active.map(indexOf))
  const isOpen = (index: number): boolean =>
    !hasIndex(succeeded, index) && !hasIndex(failed, index) && !activeIndexes.has(index)
  const waiting = uncounted.filter((pod) => hasFailed(pod, job) && isOpen(indexOf(pod)))
  return { ...known, failed, replaced: lastOfEach(waiting) }
}

function failsItsIndex(pod: Pod, job: Job): boolean {
  if (!hasFailed(pod, job)) return false
  const { counts, failsIndex } = judge(job, pod)
  return failsIndex || (counts && failuresBefore(pod, indexFailures) >= job.spec.backoffLimitPerIndex!)
}

function lastOfEach(pods: readonly Pod[]): ReadonlyMap<number, Pod> {
  const last = new Map<number, Pod>()
  for (const pod of pods) {
    const known = last.get(indexOf(pod))
    if (known === undefined || isLater(pod, known)) last.set(indexOf(pod), pod)
  }
  return last
}

function isLater(pod: Pod, other: Pod): boolean {
  return allFailuresBefore(other) <= allFailuresBefore(pod) && finishedAt(pod) >= finishedAt(other)
}

/** The next so many indexes that want a pod. */
export function pendingIndexes(
  job: Job,
  { succeeded, failed = [] }: IndexedPods,
  pods: readonly Pod[],
  active: readonly Pod[],
  count: number,
): number[] {
  const going = replacesFailedOnly(job) ? pods.filter(isTerminating) : []
  const taken = [...active, ...going].map(indexOf).filter((index) => index !== -1)
  return firstOutside(merged(withIndexes(succeeded, taken), failed), count, job.spec.completions!)
}

/** What a pod is told of those of its index that failed before. */
export function failureCounts(job: Job, replaced: Pod | undefined): Readonly<Record<string, string>> {
  if (replaced === undefined) return { [indexFailures]: '0' }
  const { counts } = judge(job, replaced)
  const failures = failuresBefore(replaced, indexFailures) + (counts ? 1 : 0)
  const ignored = failuresBefore(replaced, indexIgnored) + (counts ? 0 : 1)
  return { [indexFailures]: `${failures}`, ...(ignored > 0 && { [indexIgnored]: `${ignored}` }) }
}
