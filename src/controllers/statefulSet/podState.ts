/** How far a pod is. Mirrors pkg/controller/statefulset/stateful_set_utils.go. */
import type { Pod } from '../../api/types/core.ts'
import { isReady, untilAvailable } from '../podRank.ts'

export const revisionLabel = 'controller-revision-hash'

/** The name of the revision that a pod is of; '' where it does not say. */
export function revisionOf({ metadata }: Pod): string {
  return metadata.labels?.[revisionLabel] ?? ''
}

export function isTerminating({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined
}

export function isRunningAndReady(pod: Pod): boolean {
  return pod.status.phase === 'Running' && isReady(pod)
}

export function isAvailable(pod: Pod, minReadyMs: number, now: number): boolean {
  return untilAvailable(pod, minReadyMs, now) === 0
}
