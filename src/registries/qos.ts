/** Quality of service. Mirrors ComputePodQOS of pkg/apis/core/v1/helper/qos/qos.go. */
import { bytes, cpuMilli } from '../api/quantity.ts'
import type { Container, PodSpec, ResourceRequirements } from '../api/types/core.ts'

export type QosClass = 'BestEffort' | 'Burstable' | 'Guaranteed'

/**
 * Only CPU and memory count. Guaranteed: every container limits both, and requests what it limits; so for the pod where
 * it has resources as a whole, and then its containers do not count.
 */
export function qosClassOf(spec: PodSpec): QosClass {
  const own = spec.resources
  if (own !== undefined) {
    if (!asks(own.requests) && !asks(own.limits)) return 'BestEffort'
    return isGuaranteed(own) ? 'Guaranteed' : 'Burstable'
  }
  // It is asked of specs that are yet to be validated.
  const { containers = NONE, initContainers = NONE } = spec
  if (!containers.some(isAsking) && !initContainers.some(isAsking)) return 'BestEffort'
  return containers.every(isSafe) && initContainers.every(isSafe) ? 'Guaranteed' : 'Burstable'
}

const NONE: readonly Container[] = Object.freeze([])

function isAsking({ resources }: Container): boolean {
  return resources !== undefined && (asks(resources.requests) || asks(resources.limits))
}

function isSafe({ resources }: Container): boolean {
  return isGuaranteed(resources)
}

type ResourceList = ResourceRequirements['limits']

function asks(list: ResourceList): boolean {
  return list !== undefined && (cpuMilli(list['cpu']) > 0 || bytes(list['memory']) > 0)
}

function isGuaranteed(resources: ResourceRequirements | undefined): boolean {
  const { limits, requests } = resources ?? {}
  const cpu = cpuMilli(limits?.['cpu'])
  const memory = bytes(limits?.['memory'])
  if (cpu === 0 || memory === 0) return false
  const requestedCpu = requests?.['cpu'] === undefined ? cpu : cpuMilli(requests['cpu'])
  const requestedMemory = requests?.['memory'] === undefined ? memory : bytes(requests['memory'])
  return requestedCpu === cpu && requestedMemory === memory
}
