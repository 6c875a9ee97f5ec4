/** Mirrors staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go. */
import { toleratesTaint } from '../api/tolerations.ts'
import type { Taint, Toleration } from '../api/types/core.ts'

export function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  for (const toleration of tolerations) if (toleratesTaint(toleration, taint)) return true
  return false
}

/** Whether a taint keeps pods away, rather than merely making the node less liked. */
export function keepsAway(taint: Taint): boolean {
  return taint.effect === 'NoSchedule' || taint.effect === 'NoExecute'
}
