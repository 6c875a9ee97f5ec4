import { parseTime } from '../../api/time.ts'
import { isSidecar } from '../../api/restartPolicy.ts'
import type { Job } from '../../api/types/batch.ts'
import type { ContainerStatus, Pod } from '../../api/types/core.ts'

export const jobs = 'batch/v1/Job'
export const jobResource = 'jobs.batch'
export const pods = 'v1/Pod'

/** Keeps a pod until its job has counted it. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking'
/** The annotation, and the label, that says which index a pod of an indexed job is for. */
export const completionIndex = 'batch.kubernetes.io/job-completion-index'
/** How many pods of its index failed before a pod and count, where each index has its own limit. */
export const indexFailures = 'batch.kubernetes.io/job-index-failure-count'
/** How many failed and were to be ignored. */
export const indexIgnored = 'batch.kubernetes.io/job-index-ignored-failure-count'
/** What spec.managedBy says of jobs that are acted on here. */
const ownManager = 'kubernetes.io/job-controller'

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed'
}

export function isSuspended({ spec }: Job): boolean {
  return spec.suspend === true
}

/** Whether somebody else acts on a job. */
export function isManagedElsewhere({ spec }: Job): boolean {
  return spec.managedBy !== undefined && spec.managedBy !== ownManager
}

export function isTrue({ status }: Job, type: string): boolean {
  return status.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true
}

export function isFinished(job: Job): boolean {
  return isTrue(job, 'Complete') || isTrue(job, 'Failed')
}

export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(trackingFinalizer) === true
}

export function hasSucceeded({ status }: Pod): boolean {
  return status.phase === 'Succeeded'
}

/** Which index a pod is for; −1 where that is not known. */
export function indexOf({ metadata }: Pod): number {
  const text = metadata.annotations?.[completionIndex]
  return text !== undefined && /^\+?\d+$/u.test(text) ? Number(text) : -1
}

/** Whether a pod is for one of the indexes that a job has; any will do where it has none. */
export function isOfIndexes(pod: Pod, job: Job): boolean {
  if (!isIndexed(job)) return true
  const index = indexOf(pod)
  return index !== -1 && index < job.spec.completions!
}

/** Whether a pod is made anew only once it has failed, not as soon as it is on its way out. */
export function replacesFailedOnly({ spec }: Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined
}

/** Whether a pod counts as failed: of a pod on its way out, that may go without saying. */
export function hasFailed(pod: Pod, job: Job): boolean {
  if (pod.status.phase === 'Failed') return true
  if (replacesFailedOnly(job)) return false
  return pod.metadata.deletionTimestamp !== undefined && !hasSucceeded(pod)
}

const largest = 2_147_483_647

export function failuresBefore(pod: Pod, kind: typeof indexFailures | typeof indexIgnored): number {
  const text = pod.metadata.annotations?.[kind] ?? ''
  const count = /^\+?\d+$/u.test(text) ? Number(text) : 0
  return count <= largest ? count : 0
}

/** Those that count, and those that were ignored. */
export function allFailuresBefore(pod: Pod): number {
  return failuresBefore(pod, indexFailures) + failuresBefore(pod, indexIgnored)
}

/**
 * When a pod ended, in milliseconds: when its last container did, or it was ready no longer, or it was asked to end, or it
 * was made. Mirrors getFinishedTime of pkg/controller/job/backoff_utils.go.
 */
export function finishedAt(pod: Pod): number {
  const { metadata, status } = pod
  const ofContainers = lastEnd(pod)
  if (ofContainers !== undefined) return ofContainers
  const ready = status.conditions?.find(({ type }) => type === 'Ready')
  if (ready?.status === 'False' && ready.lastTransitionTime !== undefined) return parseTime(ready.lastTransitionTime)!
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = metadata
  if (deletionTimestamp !== undefined) return parseTime(deletionTimestamp)! - deletionGracePeriodSeconds * 1000
  return parseTime(creationTimestamp)!
}

/** When the last of its containers and sidecars ended; undefined while one has not, or none is known of. */
function lastEnd({ spec, status }: Pod): number | undefined {
  const sidecars = (spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name)
  const ofSidecars = (status.initContainerStatuses ?? []).filter(({ name }) => sidecars.includes(name))
  let last: number | undefined
  for (const { state } of [...(status.containerStatuses ?? []), ...ofSidecars] as readonly ContainerStatus[]) {
    const ended = state?.terminated?.finishedAt
    if (ended === undefined) return undefined
    last = Math.max(last ?? 0, parseTime(ended)!)
  }
  return last
}
