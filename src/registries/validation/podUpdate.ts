/** What an update may change of a pod. Mirrors ValidatePodUpdate of pkg/apis/core/validation/validation.go. */
import { forbidden, invalid, required } from '../../api/fieldErrors.ts'
import type { Container, Pod, PodSpec, Toleration } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { MAX_INT32, inclusiveRange } from './common.ts'
import { differingFields, sameValue } from './equal.ts'
import { asBroad, checkMoreNarrow } from './gatedPods.ts'
import { checkAnnotationsKept } from './podAnnotations.ts'
import { checkTolerations } from './scheduling.ts'

/** Upstream lists these and appends a diff; the fields that differ say as much. */
const UPDATABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
const LISTS = ['containers', 'initContainers'] as const

export function checkPodUpdate(next: Pod, previous: Pod, errors: Errors): void {
  checkAnnotationsKept(next.metadata.annotations, previous.metadata.annotations, errors)
  const { spec } = next
  if (spec === previous.spec) return
  checkTokens(spec, errors)
  for (const list of LISTS) {
    const containers = spec[list] ?? []
    if (containers.length !== (previous.spec[list] ?? []).length) {
      errors.push(forbidden(`spec.${list}`, 'pod updates may not add or remove containers'))
      return
    }
    checkImages(containers, `spec.${list}`, errors)
  }
  if (!checkDeadline(spec.activeDeadlineSeconds, previous.spec.activeDeadlineSeconds, errors)) return
  checkTolerationsKept(spec.tolerations ?? [], previous.spec.tolerations ?? [], errors)
  checkGatesOnlyRemoved(spec, previous.spec, errors)
  checkRestKept(spec, previous.spec, errors)
}

/** Only an update can leave a pod without an account: a new one is given the default. */
function checkTokens({ serviceAccountName, volumes = [] }: PodSpec, errors: Errors): void {
  if (serviceAccountName) return
  for (const [v, { projected }] of volumes.entries()) {
    for (const [s, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
      if (serviceAccountToken === undefined) continue
      const at = `spec.volumes[${v}].projected.sources[${s}].serviceAccountToken`
      errors.push(forbidden(at, 'must not be specified when serviceAccountName is not set'))
    }
  }
}

/** Said once more of an update, in the same words. */
function checkImages(containers: readonly Container[], path: string, errors: Errors): void {
  for (const [i, { image = '' }] of containers.entries()) {
    const at = `${path}[${i}].image`
    if (image === '') errors.push(required(at))
    if (image.trim() !== image) errors.push(invalid(at, image, 'must not have leading or trailing whitespace'))
  }
}

/** False where the deadline is such that nothing else is looked at. */
function checkDeadline(next: number | undefined, previous: number | undefined, errors: Errors): boolean {
  const path = 'spec.activeDeadlineSeconds'
  if (next === undefined) {
    if (previous !== undefined) {
      errors.push(invalid(path, next, 'must not update from a positive integer to nil value'))
    }
    return true
  }
  if (!(next >= 0 && next <= MAX_INT32)) errors.push(invalid(path, next, inclusiveRange(0, MAX_INT32)))
  else if (previous !== undefined && previous < next) {
    errors.push(invalid(path, next, 'must be less than or equal to previous value'))
  } else return true
  return false
}

/** Tolerations may be added, and their seconds changed. */
function checkTolerationsKept(next: readonly Toleration[], previous: readonly Toleration[], errors: Errors): void {
  const kept = previous.every((old) =>
    next.some((toleration) => sameValue({ ...old, tolerationSeconds: 0 }, { ...toleration, tolerationSeconds: 0 })),
  )
  if (kept) checkTolerations(next, 'spec.tolerations', errors)
  else {
    errors.push(forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'))
  }
}

function checkGatesOnlyRemoved(next: PodSpec, previous: PodSpec, errors: Errors): void {
  const before = new Set((previous.schedulingGates ?? []).map(({ name = '' }) => name))
  for (const [i, { name = '' }] of (next.schedulingGates ?? []).entries()) {
    if (before.has(name)) continue
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`
    errors.push(forbidden(`spec.schedulingGates[${i}].name`, detail))
  }
}

/** A gated pod may still add to its node selector and its node affinity. */
function checkRestKept(next: PodSpec, previous: PodSpec, errors: Errors): void {
  const isGated = (previous.schedulingGates ?? []).length > 0
  if (isGated) checkMoreNarrow(next, previous, errors)
  const changed = changedFields(isGated ? asBroad(next, previous) : next, previous)
  if (changed.length > 0) errors.push(forbidden('spec', `${UPDATABLE}: changed ${changed.join(', ')}`))
}

const FREE: ReadonlySet<string> = new Set(['activeDeadlineSeconds', 'tolerations', 'schedulingGates'])

/** The paths that differ though they may not. */
function changedFields(next: PodSpec, previous: PodSpec): readonly string[] {
  const changed: string[] = []
  for (const key of differingFields(next, previous)) {
    const field = key as keyof PodSpec
    if (FREE.has(key)) continue
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
    for (const name of differingFields(container, previous[i] as Container))
      if (name !== 'image') changed.push(`spec.${field}[${i}].${name}`)
  }
  return changed
}

function mayRepairGrace(next: PodSpec, previous: PodSpec): boolean {
  return (previous.terminationGracePeriodSeconds ?? 0) < 0 && next.terminationGracePeriodSeconds === 1
}
