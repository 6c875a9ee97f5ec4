/** Of pods that another cluster was resizing: what its kubelets had allocated, and what they had not. */
import type { PodRequests } from '../api/podRequests.ts'
import type { Container, Pod, PodSpec, ResourceRequirements } from '../api/types/core.ts'
import { qosClassOf } from '../registries/qos.ts'
import { beyond, NO_RESIZE, NOTHING_HELD, type Resize } from './resizes.ts'
import { sameSizes, withSizesOf } from './sizes.ts'

type Part = Pick<Pod, 'spec' | 'status'>
type Amounts = Readonly<Record<string, string>>
/** What a pod's status says, and that of a container. */
type Given = Pick<Pod['status'], 'allocatedResources' | 'resources'>

/** The spec as it is allocated: while a resize waits, requests stand in the statuses; limits are what containers have. */
export function allocatedSpec({ spec, status }: Part): PodSpec {
  if (conditionOf(status, 'PodResizePending') === undefined) return spec
  const sizes = withResources(spec, status, ({ allocatedResources, resources }) => ({
    ...(resources?.limits !== undefined && { limits: resources.limits }),
    ...(allocatedResources !== undefined && { requests: allocatedResources }),
  }))
  return withSizesOf(spec, sizes)
}

/** How a pod stands with what it is to be resized to. */
export function importedResize(
  { metadata, spec, status }: Pod,
  allocated: PodSpec,
  requests: (spec: PodSpec) => PodRequests,
): Resize {
  const pending = conditionOf(status, 'PodResizePending')
  const inProgress = conditionOf(status, 'PodResizeInProgress')
  const isWaiting = pending !== undefined && !sameSizes(spec, allocated)
  const { generation = 1 } = metadata
  const { qosClass = qosClassOf(spec) } = status
  const actual =
    inProgress &&
    withSizesOf(
      allocated,
      withResources(allocated, status, ({ resources }) => resources),
    )
  return {
    ...NO_RESIZE,
    wanted: isWaiting ? { spec, generation, qosClass } : undefined,
    pending: isWaiting ? pending : undefined,
    inProgress,
    actual,
    seen: actual,
    held: actual === undefined ? NOTHING_HELD : beyond(requests(actual), requests(allocated)),
  }
}

function conditionOf({ conditions = [] }: Pod['status'], name: string): (typeof conditions)[number] | undefined {
  return conditions.find(({ type }) => type === name)
}

function withResources(spec: PodSpec, status: Pod['status'], of: (status: Given) => Container['resources']): PodSpec {
  const { containerStatuses = [], initContainerStatuses = [] } = status
  const known = new Map([...initContainerStatuses, ...containerStatuses].map((one) => [one.name, one]))
  const resized = (container: Container): Container => {
    const own = known.get(container.name)
    const resources = own?.resources === undefined ? undefined : of(own)
    return resources === undefined ? container : { ...container, resources }
  }
  const { containers, initContainers } = spec
  return {
    ...spec,
    containers: containers.map(resized),
    ...(initContainers !== undefined && { initContainers: initContainers.map(resized) }),
    ...(spec.resources !== undefined && { resources: wholeOf(spec.resources, of(status)) }),
  }
}

/** What is asked for the pod as a whole, as far as something is: its status sums up containers otherwise. */
function wholeOf(asked: ResourceRequirements, { limits, requests }: ResourceRequirements = {}): ResourceRequirements {
  return {
    ...asked,
    ...(asked.limits !== undefined && { limits: overlaid(asked.limits, limits) }),
    ...(asked.requests !== undefined && { requests: overlaid(asked.requests, requests) }),
  }
}

function overlaid(asked: Amounts, given: Amounts = {}): Amounts {
  return Object.fromEntries(Object.keys(asked).map((name) => [name, given[name] ?? asked[name]!]))
}
