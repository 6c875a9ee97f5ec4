import { hasEnded } from '../../api/podPhase.ts'
import type { Pod } from '../../api/types/core.ts'

/** How a pod has ended; undefined while it has not. */
export function ending(pod: Pod): string | undefined {
  return hasEnded(pod) ? pod.status.phase : undefined
}

/** The pods of a place, but for those that have ended and only wait to be gone. */
export function visible(pods: readonly Pod[]): readonly Pod[] {
  const isGone = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined && hasEnded(pod)
  return pods.some(isGone) ? pods.filter((pod) => !isGone(pod)) : pods
}

/** Whether a pod has not been asked to go. */
export function isStaying({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp === undefined
}

/** The order in which pods of one node count: those that are bound first, then the oldest. */
export function oldestFirst(a: Pod, b: Pod): number {
  const [x, y] = [a.metadata, b.metadata]
  const bound = Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName))
  if (bound !== 0) return bound
  if (x.creationTimestamp !== y.creationTimestamp) return x.creationTimestamp < y.creationTimestamp ? -1 : 1
  return x.name < y.name ? -1 : 1
}
