import type { Job } from '../../api/types/batch.ts'
import type { Pod } from '../../api/types/core.ts'
import type { LoopContext } from '../../client/controller.ts'
import { isActive, isTerminating } from '../replicas/podTally.ts'
import { claim } from './claims.ts'
import { judge } from './failurePolicy.ts'
import { type Failures, failuresAfter, noFailures } from './backOff.ts'
import { type IndexedPods, indexedPods } from './indexes.ts'
import { hasFailed, hasSucceeded, isIndexed, isOfIndexes, isTracked, jobs, pods } from './jobPods.ts'

/** What is remembered of a job between its turns: a crash loses it. */
export interface Notes {
  readonly uid: string
  /** The revisions of the last writes of its pods and of its status. */
  readonly pods: number
  readonly job: number
  readonly failures: Failures
}

/** One look at a job: what was found before anything is done. */
export interface Turn {
  readonly key: string
  readonly job: Job
  readonly context: LoopContext
  /** Its pods, ended or not. */
  readonly pods: readonly Pod[]
  readonly active: readonly Pod[]
  readonly terminating: number
  /** Counted already, and ended since. */
  readonly succeeded: number
  readonly failed: number
  /** The failures that count for the back-off, when this look has been written down. */
  readonly failures: Failures
  /** Of an indexed job. */
  readonly indexes: IndexedPods | undefined
}

export function notesOf({ uid }: Job['metadata'], key: string, { memory }: LoopContext): Notes {
  const notes = memory.get(key) as Notes | undefined
  return notes?.uid === uid ? notes : { uid, pods: 0, job: 0, failures: noFailures }
}

/** Whether all that was written for a job has been heard of: until then, counting again would do the same twice. */
export function seesOwnWrites({ pods: ofPods, job }: Notes, { cache }: LoopContext): boolean {
  return cache.hasSeen(pods, ofPods) && cache.hasSeen(jobs, job)
}

type Turned = Pick<Turn, 'key' | 'job' | 'context'>

/** Remembers the revision of what was written last. */
export function wrote({ key, job, context }: Turned, what: 'pods' | 'job'): void {
  const notes = notesOf(job.metadata, key, context)
  context.memory.set(key, { ...notes, [what]: context.api.revision })
}

export function remember({ key, job, context }: Turned, failures: Failures): void {
  const notes = notesOf(job.metadata, key, context)
  if (notes.failures !== failures) context.memory.set(key, { ...notes, failures })
}

export function lookAt(key: string, job: Job, context: LoopContext): Turn {
  const before = context.api.revision
  const all = claim(job, context)
  if (context.api.revision !== before) wrote({ key, job, context }, 'pods')
  const active = all.filter(isActive)
  const { succeeded, failed } = ended(job, all)
  const { uncountedTerminatedPods: uncounted, succeeded: wereSucceeded = 0, failed: wereFailed = 0 } = job.status
  const indexes = isIndexed(job) ? indexedPods(job, all, active) : undefined
  return {
    key,
    job,
    context,
    pods: all,
    active,
    terminating: all.filter(isTerminating).length,
    succeeded: indexes?.succeededCount ?? wereSucceeded + succeeded.length + (uncounted?.succeeded ?? []).length,
    failed: wereFailed + failed.filter((pod) => judge(job, pod).counts).length + (uncounted?.failed ?? []).length,
    failures: failuresAfter(notesOf(job.metadata, key, context).failures, succeeded, failed),
    indexes,
  }
}

/** The pods that have ended and that the status does not know of. */
function ended(job: Job, all: readonly Pod[]): { readonly succeeded: readonly Pod[]; readonly failed: readonly Pod[] } {
  const uncounted = job.status.uncountedTerminatedPods
  const [known, knownFailed] = [new Set(uncounted?.succeeded), new Set(uncounted?.failed)]
  const tracked = all.filter((pod) => isTracked(pod) && isOfIndexes(pod, job))
  return {
    succeeded: tracked.filter((pod) => hasSucceeded(pod) && !known.has(pod.metadata.uid)),
    failed: tracked.filter((pod) => hasFailed(pod, job) && !knownFailed.has(pod.metadata.uid)),
  }
}
