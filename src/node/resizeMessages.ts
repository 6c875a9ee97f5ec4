/** What Events say of a resize. Mirrors pkg/kubelet/events/resize.go. */
import { sortedKeys } from '../api/order.ts'
import type { Container, PodSpec, ResourceRequirements } from '../api/types/core.ts'

/** `head` such as `Pod resize started`. */
export function resizeMessage(head: string, spec: PodSpec, generation: number, error = ''): string {
  const { initContainers = [], containers } = spec
  const said = {
    ...(initContainers.length > 0 && { initContainers: initContainers.map(allocation) }),
    containers: containers.map(allocation),
    generation,
    ...(error !== '' && { error }),
  }
  return `${head}: ${JSON.stringify(said)}`
}

function allocation({ name, resources = {} }: Container): object {
  return { name, resources: inOrder(resources) }
}

/** As Go writes it: fields as they are declared, keys by name. */
function inOrder({ limits, requests, claims }: ResourceRequirements): object {
  return {
    ...(limits !== undefined && { limits: sorted(limits) }),
    ...(requests !== undefined && { requests: sorted(requests) }),
    ...(claims !== undefined && { claims }),
  }
}

function sorted(list: Readonly<Record<string, string>>): object {
  return Object.fromEntries(sortedKeys(list).map((name) => [name, list[name]]))
}
