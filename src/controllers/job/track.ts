/**
 * Counts the pods that have ended, each once: by writing their uids, letting them go, and then counting those that are let
 * go. Mirrors trackJobStatusAndRemoveFinalizers of pkg/controller/job/job_controller.go.
 */
import { isStatusError } from '../../api/errors.ts'
import type { Pod } from '../../api/types/core.ts'
import { letGo } from './claims.ts'
import { finalOf, interimOf, type Verdict } from './conditions.ts'
import type { Draft } from './draft.ts'
import { judge } from './failurePolicy.ts'
import { hasIndex } from './intervals.ts'
import { hasFailed, hasSucceeded, indexOf, isIndexed, isOfIndexes, isTracked } from './jobPods.ts'
import { remember, type Turn, wrote } from './turn.ts'

// MaxUncountedPods: no more uids than so many are written at once.
const mostUncounted = 500

export function track(turn: Turn, draft: Draft, verdict: Verdict | undefined): void {
  const { job, context } = turn
  const held = new Set(turn.pods.filter(isTracked).map(({ metadata }) => metadata.uid))
  draft.countThoseWithout(held)
  const { pods, isAll } = gather(turn, draft, verdict)
  draft.index(turn)
  if (verdict !== undefined && !verdict.isSaid) draft.say(interimOf(verdict, context.now))
  if (draft.isChanged) {
    draft.write()
    remember(turn, turn.failures)
  }
  const refusal = release(turn, pods, held)
  draft.countThoseWithout(held)
  if (refusal !== undefined) {
    draft.write()
    throw refusal
  }
  const ends = verdict !== undefined && isAll && draft.uncountedCount === 0 && draft.terminating === 0
  if (ends) end(draft, verdict, context.now)
  draft.write()
  if (!ends) return
  if (!verdict.succeeds) return context.record(job, 'Warning', verdict.reason, verdict.message)
  if (job.spec.completions !== undefined && draft.succeeded > job.spec.completions) {
    const message = 'Too many succeeded pods running after completion count reached'
    context.record(job, 'Warning', 'TooManySucceededPods', message)
  }
  context.record(job, 'Normal', 'Completed', 'Job completed')
}

function end(draft: Draft, verdict: Verdict, now: number): void {
  const condition = finalOf(verdict, now)
  draft.say(condition)
  if (verdict.succeeds) draft.completionTime = condition.lastTransitionTime
}

/** The pods to let go, up to as many as can be written down at once; those that have ended are. */
function gather(
  turn: Turn,
  draft: Draft,
  verdict: Verdict | undefined,
): { readonly pods: readonly Pod[]; readonly isAll: boolean } {
  const { job, indexes } = turn
  const { succeeded = [], failed = [] } = job.status.uncountedTerminatedPods ?? {}
  const known = { succeeded: new Set(succeeded), failed: new Set(failed) }
  const gathered: Pod[] = []
  let newIndexes = 0
  for (const pod of inOrder(turn)) {
    if (!isTracked(pod) || !isOver(turn, pod, verdict)) continue
    const { uid } = pod.metadata
    gathered.push(pod)
    if (hasSucceeded(pod) && !known.failed.has(uid)) {
      if (indexes === undefined) {
        if (!known.succeeded.has(uid)) draft.add('succeeded', uid)
      } else if (isOfIndexes(pod, job) && !hasIndex(indexes.counted, indexOf(pod))) newIndexes++
    } else if ((hasFailed(pod, job) || verdict?.succeeds === false) && !known.failed.has(uid)) {
      if (isOfIndexes(pod, job) && judge(job, pod).counts) draft.add('failed', uid)
    }
    if (newIndexes + draft.uncountedCount >= mostUncounted) return { pods: gathered, isAll: false }
  }
  return { pods: gathered, isAll: true }
}

function inOrder({ job, pods }: Turn): readonly Pod[] {
  return isIndexed(job) ? [...pods].sort((a, b) => indexOf(a) - indexOf(b)) : pods
}

/** Whether nothing more is to be learnt from a pod: one that failed may have to tell the next of its index. */
function isOver({ job, indexes }: Turn, pod: Pod, verdict: Verdict | undefined): boolean {
  if (job.metadata.deletionTimestamp !== undefined || verdict !== undefined || hasSucceeded(pod)) return true
  return hasFailed(pod, job) && indexes?.replaced.get(indexOf(pod)) !== pod
}

/** Lets pods go; returns the first refusal. */
function release(turn: Turn, pods: readonly Pod[], held: Set<string>): unknown {
  let refusal: unknown
  for (const pod of pods) {
    try {
      letGo(pod, turn.context)
      held.delete(pod.metadata.uid)
    } catch (error) {
      if (!isStatusError(error)) throw error
      refusal ??= error
    }
  }
  if (pods.length > 0) wrote(turn, 'pods')
  return refusal
}
