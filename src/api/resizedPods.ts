/**
 * What a pod takes of its node while it is being resized: of what is asked for, allocated and in effect the most. Mirrors
 * PodRequests with UseStatusResources of staging/src/k8s.io/component-helpers/resource/helpers.go.
 */
import { isPodLevel } from './podTotal.ts'
import { bytes, cpuMilli } from './quantity.ts'
import { isSidecar } from './restartPolicy.ts'
import type { Container, ContainerStatus, Pod, PodSpec } from './types/core.ts'

type Amounts = Readonly<Record<string, string>>

const NONE: Amounts = Object.freeze({})

/** The pod's spec; with other requests where its kubelet has given it others. Of most pods, which nobody has changed, at once. */
export function effectiveSpec(pod: Pod): PodSpec {
  const { spec } = pod
  if (isAsMade(pod)) return spec
  const { containers, initContainers } = effectiveContainers(pod, 'requests')
  const resources = wholeOf(pod, askedOf(pod))
  if (containers === spec.containers && initContainers === spec.initContainers && resources === spec.resources)
    return spec
  return {
    ...spec,
    containers,
    ...(initContainers !== undefined && { initContainers }),
    ...(resources !== undefined && { resources }),
  }
}

/** The same of the containers alone, and of one side of what they ask for; of pods that nobody has changed, the spec. */
export function effectiveContainers(
  pod: Pod,
  side: 'requests' | 'limits',
): Pick<PodSpec, 'containers' | 'initContainers'> {
  const { spec, status } = pod
  if (isAsMade(pod)) return spec
  const { containerStatuses = [], initContainerStatuses = [] } = status
  const asked = askedOf(pod)
  const containers = resized(spec.containers, containerStatuses, side, asked)
  const initContainers =
    spec.initContainers && resized(spec.initContainers, initContainerStatuses, side, asked, isSidecar)
  if (containers === spec.containers && initContainers === spec.initContainers) return spec
  return { containers, ...(initContainers !== undefined && { initContainers }) }
}

function isAsMade({ spec, metadata }: Pod): boolean {
  return metadata.generation === 1 || metadata.generation === undefined || !spec.nodeName
}

/** What counts of amounts that are asked for: nothing of a resize that its node cannot do. */
function askedOf(pod: Pod): (amounts: Amounts) => Amounts {
  return isInfeasible(pod) ? () => NONE : (amounts) => amounts
}

function isInfeasible({ status: { conditions = [] } }: Pod): boolean {
  return conditions.find(({ type }) => type === 'PodResizePending')?.reason === 'Infeasible'
}

function resized(
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
  side: 'requests' | 'limits',
  asked: (amounts: Amounts) => Amounts,
  counts: (container: Container) => boolean = () => true,
): readonly Container[] {
  const all = containers.map((container) => {
    const status = statuses.find(({ name }) => name === container.name)
    if (status?.resources === undefined || !counts(container)) return container
    const amounts = container.resources?.[side] ?? NONE
    const allocated = side === 'requests' ? (status.allocatedResources ?? NONE) : NONE
    const most = mostOf(asked(amounts), status.resources[side] ?? NONE, allocated)
    return isSame(most, amounts) ? container : { ...container, resources: { ...container.resources, [side]: most } }
  })
  return all.every((container, place) => container === containers[place]) ? containers : all
}

/** What is asked for the pod as a whole. */
function wholeOf({ spec, status }: Pod, asked: (amounts: Amounts) => Amounts): PodSpec['resources'] {
  const { requests } = spec.resources ?? {}
  if (requests === undefined || status.resources === undefined) return spec.resources
  const most = mostOf(asked(requests), status.resources.requests ?? NONE, status.allocatedResources ?? NONE)
  const own = Object.keys(requests).map((name): [string, string] => [
    name,
    isPodLevel(name) ? (most[name] ?? '0') : requests[name]!,
  ])
  const given = Object.fromEntries(own)
  return isSame(given, requests) ? spec.resources : { ...spec.resources, requests: given }
}

function isSame(a: Amounts, b: Amounts): boolean {
  for (const name in a) if (a[name] !== b[name]) return false
  for (const name in b) if (a[name] === undefined) return false
  return true
}

function mostOf(...lists: readonly Amounts[]): Amounts {
  const most: Record<string, string> = {}
  for (const list of lists) {
    for (const name in list) {
      const known = most[name]
      if (known === undefined || amount(name, list[name]!) > amount(name, known)) most[name] = list[name]!
    }
  }
  return most
}

function amount(name: string, quantity: string): number {
  return name === 'cpu' ? cpuMilli(quantity) : bytes(quantity)
}
