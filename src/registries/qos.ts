/** Quality of service. Mirrors ComputePodQOS of pkg/apis/core/v1/helper/qos/qos.go. */
import { bytes, cpuMilli } from '../api/quantity.ts'
import type { PodSpec, ResourceRequirements } from '../api/types/core.ts'

export type QosClass = 'BestEffort' | 'Burstable' | 'Guaranteed'

/** Only CPU and memory count. Guaranteed: every container limits both, and requests what it limits. */
export function qosClassOf(spec: PodSpec): QosClass {
  const own = spec.resources
  if (own !== undefined && (asks(own.requests) || asks(own.limits)))
    return isGuaranteed(own) ? 'Guaranteed' : 'Burstable'
  let asking = false
  let guaranteed = true
  for (const containers of [spec.containers, spec.initContainers]) {
    for (const { resources } of containers ?? []) {
      if (resources !== undefined && (asks(resources.requests) || asks(resources.limits))) asking = true
      if (guaranteed && !isGuaranteed(resources)) guaranteed = false
    }
  }
  if (!asking) return 'BestEffort'
  return guaranteed ? 'Guaranteed' : 'Burstable'
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
