/** Mirrors staging/src/k8s.io/api/core/v1/toleration.go. */
import type { Taint, Toleration } from './types/core.ts'

/** An empty key with `Exists` tolerates every taint; an empty effect every effect. */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  if (toleration.operator === 'Exists') return true
  if (toleration.operator !== undefined && toleration.operator !== '' && toleration.operator !== 'Equal') return false
  return (toleration.value ?? '') === (taint.value ?? '')
}
