/** How far a pod is. Mirrors pkg/controller/statefulset/stateful_set_utils.go. */
import type { Pod } from '../../api/types/core.ts'
import { isReady, readySince } from '../podRank.ts'

export const revisionLabel = 'controller-revision-hash'

/** The name of the revision that a pod is of; '' where it does not say. */
export function revisionOf({ metadata }: Pod): string {
  return metadata.labels?.[revisionLabel] ?? ''
}

export function isTerminating({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined
}

export function hasEnded({ status }: Pod): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed'
}

export function isRunningAndReady(pod: Pod): boolean {
  return pod.status.phase === 'Running' && isReady(pod)
}

/** Milliseconds until a pod has been ready for `minReadyMs`: 0 or less when it has, undefined while it is not ready. */
export function untilAvailable(pod: Pod, minReadyMs: number, now: number): number | undefined {
  const since = readySince(pod)
  if (since === undefined) return undefined
  return minReadyMs === 0 ? 0 : since + minReadyMs - now
}

export function isAvailable(pod: Pod, minReadyMs: number, now: number): boolean {
  const wait = untilAvailable(pod, minReadyMs, now)
  return wait !== undefined && wait <= 0
}
