/** What a resize may change of a pod. Mirrors ValidatePodResize of pkg/apis/core/validation/validation.go. */
import { type FieldError, forbidden, invalid } from '../../api/fieldErrors.ts'
import type { Container, Pod, PodStatus, ResourceRequirements } from '../../api/types/core.ts'
import { qosClassOf } from '../qos.ts'
import type { Errors } from './common.ts'
import { sameValue } from './equal.ts'
import { isMirror } from './podAnnotations.ts'

const NONE: ResourceRequirements = Object.freeze({})
const ONLY = 'only cpu and memory resources are mutable'
const LISTS = ['containers', 'initContainers'] as const

/** What no resize helps with. */
export function resizeBars({ metadata, spec }: Pod): readonly FieldError[] {
  if (isMirror(metadata)) return [forbidden('[]', 'static pods cannot be resized')]
  return spec.os?.name === 'windows' ? [forbidden('[]', 'windows pods cannot be resized')] : []
}

export function checkPodResize(next: Pod, previous: Pod): readonly FieldError[] {
  const errors: FieldError[] = []
  const before = previous.status.qosClass || qosClassOf(previous.spec)
  if (before !== qosClassOf(next.spec))
    errors.push(
      invalid(
        'spec',
        (next.status as PodStatus | undefined)?.qosClass ?? '',
        'Pod QOS Class may not change as a result of resizing',
      ),
    )
  if (!isOnSupportingNode(previous)) errors.push(forbidden('spec', 'Pod running on node without support for resize'))
  checkWhole(next.spec.resources, previous.spec.resources, errors)
  if (!checkOrder(next, previous, errors)) return errors
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [i, { resources }] of (next.spec[list] ?? []).entries()) {
      checkNotRemoved(resources, previous.spec[list]![i]!.resources, `spec.${list}[${i}].resources`, errors)
    }
  }
  for (const [i, container] of next.spec.containers.entries()) {
    if (!onlySizesDiffer(container, previous.spec.containers[i]!)) errors.push(forbidden('spec', ONLY))
  }
  checkInits(next.spec.initContainers ?? [], previous.spec.initContainers ?? [], errors)
  return errors
}

/** A kubelet that resizes says of each container what it has; of one of which nothing runs nobody knows. */
function isOnSupportingNode({ status }: Pod): boolean {
  const running = status.containerStatuses?.find(({ state }) => state?.running !== undefined)
  return running === undefined || running.resources !== undefined
}

/** The resources of the pod as a whole. */
function checkWhole(
  next: ResourceRequirements | undefined,
  previous: ResourceRequirements | undefined,
  errors: Errors,
): void {
  if (!hasAmounts(next) && !hasAmounts(previous)) return
  if (previous !== undefined && next === undefined) {
    errors.push(forbidden('spec.resources', 'pod-level resources cannot be removed'))
    return
  }
  checkNotRemoved(next, previous, 'spec.resources', errors, 'pod-level resource')
  if (!sameValue(withSizesOf(next, previous), previous)) errors.push(forbidden('spec', `${ONLY} at pod-level`))
}

function hasAmounts({ requests = {}, limits = {} }: ResourceRequirements = NONE): boolean {
  return Object.keys(requests).length + Object.keys(limits).length > 0
}

function checkNotRemoved(
  next: ResourceRequirements = NONE,
  previous: ResourceRequirements = NONE,
  path: string,
  errors: Errors,
  what = 'resource',
): void {
  for (const side of ['requests', 'limits'] as const) {
    const isRemoved = Object.keys(previous[side] ?? {}).some((name) => next[side]?.[name] === undefined)
    if (isRemoved) errors.push(forbidden(`${path}.${side}`, `${what} ${side} cannot be removed`))
  }
}

/** False where containers were added, removed, renamed or reordered: then nothing else can be compared. */
function checkOrder(next: Pod, previous: Pod, errors: Errors): boolean {
  const before = errors.length
  for (const list of LISTS) {
    const containers = next.spec[list] ?? []
    const old = previous.spec[list] ?? []
    if (containers.length !== old.length)
      errors.push(forbidden(`spec.${list}`, `${list} may not be added or removed on resize`))
    else {
      for (const [i, { name }] of old.entries()) {
        if (containers[i]!.name !== name)
          errors.push(forbidden(`spec.${list}[${i}].name`, `${list} may not be renamed or reordered on resize`))
      }
    }
  }
  return errors.length === before
}

function checkInits(next: readonly Container[], previous: readonly Container[], errors: Errors): void {
  for (const [i, container] of next.entries()) {
    const old = previous[i]!
    const at = `spec.initContainers[${i}]`
    if (!onlySizesDiffer(container, old))
      errors.push(forbidden(at, 'only cpu and memory resources for init or sidecar containers are mutable'))
    if (container.restartPolicy === 'Always' || sameValue(container, old)) continue
    for (const { restartPolicy } of container.resizePolicy ?? []) {
      if (restartPolicy !== 'RestartContainer') continue
      const detail = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized'
      errors.push(forbidden(at, detail))
    }
  }
}

/** Upstream compares requests and limits and takes nothing else of the new: what claims devices is never resized. */
function onlySizesDiffer({ resources, ...next }: Container, { resources: old, ...previous }: Container): boolean {
  const { claims: _, ...sizes } = withSizesOf(resources, old)
  return sameValue(next, previous) && sameValue(sizes, old)
}

/** Resources with the cpu and memory of others. */
function withSizesOf(
  resources: ResourceRequirements = NONE,
  { requests, limits }: ResourceRequirements = NONE,
): ResourceRequirements {
  return {
    ...resources,
    requests: withSizes(resources.requests, requests),
    limits: withSizes(resources.limits, limits),
  }
}

type Amounts = Readonly<Record<string, string>>

function withSizes(amounts: Amounts = {}, { cpu, memory }: Amounts = {}): Amounts {
  const { cpu: _cpu, memory: _memory, ...others } = amounts
  return { ...others, ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) }
}
