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
  const { spec, metadata, status } = pod
  if (metadata.generation === 1 || metadata.generation === undefined || !spec.nodeName) return spec
  const { containerStatuses = [], initContainerStatuses = [] } = status
  const asked = isInfeasible(pod) ? (): Amounts => NONE : (of: Amounts): Amounts => of
  const containers = resized(spec.containers, containerStatuses, asked)
  const initContainers = spec.initContainers && resized(spec.initContainers, initContainerStatuses, asked, isSidecar)
  const resources = wholeOf(pod, asked)
  if (containers === spec.containers && initContainers === spec.initContainers && resources === spec.resources)
    return spec
  return {
    ...spec,
    containers,
    ...(initContainers !== undefined && { initContainers }),
    ...(resources !== undefined && { resources }),
  }
}

function isInfeasible({ status: { conditions = [] } }: Pod): boolean {
  return conditions.find(({ type }) => type === 'PodResizePending')?.reason === 'Infeasible'
}

function resized(
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
  asked: (requests: Amounts) => Amounts,
  counts: (container: Container) => boolean = () => true,
): readonly Container[] {
  const all = containers.map((container) => {
    const status = statuses.find(({ name }) => name === container.name)
    if (status?.resources === undefined || !counts(container)) return container
    const requests = container.resources?.requests ?? NONE
    const most = mostOf(asked(requests), status.resources.requests ?? NONE, status.allocatedResources ?? NONE)
    return isSame(most, requests) ? container : { ...container, resources: { ...container.resources, requests: most } }
  })
  return all.every((container, place) => container === containers[place]) ? containers : all
}

/** What is asked for the pod as a whole. */
function wholeOf({ spec, status }: Pod, asked: (requests: Amounts) => Amounts): PodSpec['resources'] {
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
