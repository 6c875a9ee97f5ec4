/** Resolves a pod's priority. Mirrors plugin/pkg/admission/priority/admission.go, as far as there are built-in classes. */
import type { PodSpec } from '../../api/types/core.ts'
import { copyOf } from '../defaults/mutable.ts'

/** The classes every cluster has; anything else counts as the default class, which is 0. */
export function priorityOf(className: string | undefined): number {
  if (className === 'system-node-critical') return 2_000_001_000
  return className === 'system-cluster-critical' ? 2_000_000_000 : 0
}

export function withPriority(spec: PodSpec): PodSpec {
  if (spec.priority !== undefined && spec.preemptionPolicy !== undefined) return spec
  const copy = copyOf(spec)
  copy.priority = spec.priority ?? priorityOf(spec.priorityClassName)
  copy.preemptionPolicy = spec.preemptionPolicy ?? 'PreemptLowerPriority'
  return copy
}
