import type { Pod } from '../api/types/core.ts'
import { LeanPodStatus } from './leanPodStatus.ts'

/**
 * Whether somebody else may have said of a ready pod that it is not, or something that its readiness depends on. What
 * kubelets say of their pods is mostly lean.
 */
export function isContradicted({ status: before }: Pod, { spec, status: after }: Pod): boolean {
  if (before === after) return false
  return spec.readinessGates !== undefined || (!(after instanceof LeanPodStatus) && isReady(before) && !isReady(after))
}

function isReady({ conditions }: Pod['status']): boolean {
  return conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
}
