/** What an update may change of a pod. Mirrors ValidatePodUpdate of pkg/apis/core/validation/validation.go. */
import { forbidden, invalid } from '../../api/fieldErrors.ts'
import type { Container, Pod, PodSpec, Toleration } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { MAX_INT32, inclusiveRange } from './common.ts'
import { sameValue } from './equal.ts'

/** Upstream lists these and appends a diff; the fields that differ say as much. */
const UPDATABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

export function checkPodUpdate(next: Pod, previous: Pod, errors: Errors): void {
  if (next.spec === previous.spec) return
  for (const field of ['containers', 'initContainers'] as const) {
    if ((next.spec[field] ?? []).length === (previous.spec[field] ?? []).length) continue
    errors.push(forbidden(`spec.${field}`, 'pod updates may not add or remove containers'))
    return
  }
  checkDeadline(next.spec.activeDeadlineSeconds, previous.spec.activeDeadlineSeconds, errors)
  checkTolerationsKept(next.spec.tolerations ?? [], previous.spec.tolerations ?? [], errors)
  checkGatesOnlyRemoved(next.spec, previous.spec, errors)
  const changed = changedFields(next.spec, previous.spec)
  if (changed.length > 0) errors.push(forbidden('spec', `${UPDATABLE}: changed ${changed.join(', ')}`))
}

function checkDeadline(next: number | undefined, previous: number | undefined, errors: Errors): void {
  const path = 'spec.activeDeadlineSeconds'
  if (next === undefined) {
    if (previous === undefined) return
    errors.push(invalid(path, next, 'must not update from a positive integer to nil value'))
  } else if (!(next >= 0 && next <= MAX_INT32)) errors.push(invalid(path, next, inclusiveRange(0, MAX_INT32)))
  else if (previous !== undefined && previous < next) {
    errors.push(invalid(path, next, 'must be less than or equal to previous value'))
  }
}

/** Tolerations may be added, and their seconds changed. */
function checkTolerationsKept(next: readonly Toleration[], previous: readonly Toleration[], errors: Errors): void {
  const kept = previous.every((old) =>
    next.some((toleration) => sameValue({ ...old, tolerationSeconds: 0 }, { ...toleration, tolerationSeconds: 0 })),
  )
  if (kept) return
  errors.push(forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'))
}

function checkGatesOnlyRemoved(next: PodSpec, previous: PodSpec, errors: Errors): void {
  const before = previous.schedulingGates ?? []
  for (const [i, gate] of (next.schedulingGates ?? []).entries()) {
    if (before.some(({ name }) => name === gate.name)) continue
    const detail = `only deletion is allowed, but found new scheduling gate '${gate.name}'`
    errors.push(forbidden(`spec.schedulingGates[${i}].name`, detail))
  }
}

/** The paths that differ though they may not. A gated pod may still add to its node selector and affinity. */
function changedFields(next: PodSpec, previous: PodSpec): readonly string[] {
  const gated = (previous.schedulingGates ?? []).length > 0
  const free = new Set<string>(['activeDeadlineSeconds', 'tolerations', 'schedulingGates'])
  if (gated) free.add('nodeSelector').add('affinity')
  const changed: string[] = []
  for (const key of [...new Set([...Object.keys(previous), ...Object.keys(next)])].sort()) {
    const field = key as keyof PodSpec
    if (free.has(key) || sameValue(next[field], previous[field])) continue
    if (field === 'containers' || field === 'initContainers') {
      changed.push(...changedContainers(field, next[field] ?? [], previous[field] ?? []))
    } else if (field !== 'terminationGracePeriodSeconds' || !mayRepairGrace(next, previous)) changed.push(`spec.${key}`)
  }
  return changed
}

function changedContainers(
  field: string,
  next: readonly Container[],
  previous: readonly Container[],
): readonly string[] {
  const changed: string[] = []
  for (const [i, container] of next.entries()) {
    const old = previous[i] as Container
    for (const key of [...new Set([...Object.keys(old), ...Object.keys(container)])].sort()) {
      const name = key as keyof Container
      if (name !== 'image' && !sameValue(container[name], old[name])) changed.push(`spec.${field}[${i}].${key}`)
    }
  }
  return changed
}

function mayRepairGrace(next: PodSpec, previous: PodSpec): boolean {
  return (previous.terminationGracePeriodSeconds ?? 0) < 0 && next.terminationGracePeriodSeconds === 1
}
