/** Mirrors staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go and api/core/v1/toleration.go. */
import type { Taint, Toleration } from '../api/types/core.ts'

export function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  for (const toleration of tolerations) if (toleratesTaint(toleration, taint)) return true
  return false
}

/** An empty key with `Exists` tolerates every taint; an empty effect every effect. */
function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  if (toleration.operator === 'Exists') return true
  if (toleration.operator !== undefined && toleration.operator !== '' && toleration.operator !== 'Equal') return false
  return (toleration.value ?? '') === (taint.value ?? '')
}

/** Whether a taint keeps pods away, rather than merely making the node less liked. */
export function keepsAway(taint: Taint): boolean {
  return taint.effect === 'NoSchedule' || taint.effect === 'NoExecute'
}
