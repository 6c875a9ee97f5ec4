/** Makes and deletes what is missing and what is too much. Mirrors manageJob of pkg/controller/job/job_controller.go. */
import type { StatusError } from '../../api/errors.ts'
import { parseTime } from '../../api/time.ts'
import type { ContainerStatus, Pod } from '../../api/types/core.ts'
import { isReady } from '../podRank.ts'
import { waitAfter, waitForIndex } from './backOff.ts'
import { pendingIndexes } from './indexes.ts'
import { indexOf, isIndexed, isSuspended, replacesFailedOnly } from './jobPods.ts'
import { createPods, deletePods } from './podControl.ts'
import type { Turn } from './turn.ts'

/** How many pods there are when all is done that could be. */
export interface Managed {
  readonly active: number
  readonly ready: number
  readonly terminating: number
  readonly refusal: StatusError | undefined
  /** Milliseconds until pods may be made that have to wait for their back-off. */
  readonly wait: number | undefined
}

// MaxPodCreateDeletePerSync.
const most = 500
// What waits for its back-off comes back no sooner: SyncJobBatchPeriod.
const leastWaitMs = 1000
const none: readonly Pod[] = Object.freeze([])

export function manage(turn: Turn): Managed {
  const { job, active } = turn
  if (isSuspended(job)) return removed(turn, forRemoval(turn, active.length), 'never')
  const wanted = wantedOf(turn)
  const surplus = forRemoval(turn, Math.max(0, active.length - wanted)).slice(0, most)
  if (surplus.length > 0) return removed(turn, surplus, 'never')
  const going = replacesFailedOnly(job) ? turn.terminating : 0
  const missing = wanted - going - active.length
  return missing > 0 ? added(turn, missing) : unchanged(turn)
}

export function unchanged({ active, terminating }: Turn): Managed {
  const ready = active.filter(isReady).length
  return { active: active.length, ready, terminating, refusal: undefined, wait: undefined }
}

/** Deletes pods, and says what is left. */
export function removed(turn: Turn, pods: readonly Pod[], counted: 'later' | 'never'): Managed {
  const before = unchanged(turn)
  if (pods.length === 0) return before
  const { pods: deleted, refusal } = deletePods(turn, pods, counted)
  return {
    ...before,
    active: before.active - deleted.length,
    ready: before.ready - deleted.filter(isReady).length,
    terminating: before.terminating + deleted.length,
    refusal,
  }
}

function added(turn: Turn, missing: number): Managed {
  const { job, context, failures } = turn
  const before = unchanged(turn)
  const later = (ms: number): Managed => ({ ...before, wait: Math.max(leastWaitMs, ms) })
  const isEachLimited = job.spec.backoffLimitPerIndex !== undefined
  const wait = isEachLimited ? 0 : waitAfter(failures, context.now)
  if (wait > 0) return later(wait)
  const count = Math.min(missing, most)
  let places: readonly (number | undefined)[] = Array.from({ length: count }, () => undefined)
  if (isIndexed(job)) {
    const pending = pendingIndexes(job, turn.indexes!, turn.pods, turn.active, count)
    const waits = pending.map((index) => waitForIndex(turn.indexes!.replaced.get(index), context.now))
    places = pending.filter((_, place) => waits[place] === 0)
    if (places.length === 0 && waits.length > 0) return later(Math.min(...waits))
  }
  const { pods, refusal } = createPods(turn, places)
  return { ...before, active: before.active + pods.length, refusal }
}

/** How many pods should run. */
function wantedOf({ job, succeeded, active }: Turn): number {
  const { completions, parallelism = 1 } = job.spec
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism
  return Math.max(0, Math.min(parallelism, completions - succeeded))
}

/** The pods to delete: those that no index, or another of their index, has; and the least useful of the rest. */
function forRemoval({ job, active }: Turn, least: number): readonly Pod[] {
  const spare = isIndexed(job) ? superfluous(active, job.spec.completions!) : none
  if (least <= spare.length) return spare
  const chosen = new Set(spare)
  const rest = active.filter((pod) => !chosen.has(pod))
  return [...spare, ...rest.sort(byUse).slice(0, least - spare.length)]
}

function superfluous(active: readonly Pod[], completions: number): readonly Pod[] {
  const best = new Map<number, Pod>()
  for (const pod of [...active].sort(byUse)) best.set(indexOf(pod), pod)
  const isSpare = (pod: Pod): boolean => {
    const index = indexOf(pod)
    return index === -1 || index >= completions || best.get(index) !== pod
  }
  return active.filter(isSpare)
}

/** The least useful first: ActivePods of pkg/controller/controller_utils.go. */
function byUse(a: Pod, b: Pod): number {
  const [ready, other] = [isReady(a), isReady(b)]
  return (
    Number(a.spec.nodeName !== undefined) - Number(b.spec.nodeName !== undefined) ||
    phaseOrder(a) - phaseOrder(b) ||
    Number(ready) - Number(other) ||
    (ready && other ? readySince(b) - readySince(a) : 0) ||
    restartsOf(b.status.containerStatuses) - restartsOf(a.status.containerStatuses) ||
    parseTime(b.metadata.creationTimestamp)! - parseTime(a.metadata.creationTimestamp)! ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
  )
}

function phaseOrder({ status }: Pod): number {
  return status.phase === 'Running' ? 2 : status.phase === 'Unknown' ? 1 : 0
}

function readySince({ status }: Pod): number {
  return parseTime(status.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '') ?? 0
}

function restartsOf(statuses: readonly ContainerStatus[] = []): number {
  return statuses.reduce((most, { restartCount }) => Math.max(most, restartCount), 0)
}
