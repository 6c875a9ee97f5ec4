import { type PodRequests, podRequests } from '../api/podRequests.ts'
import type { Container, PodSpec } from '../api/types/core.ts'

/** How many lists of containers are remembered. */
const remembered = 8

/** A pod's requests, worked out once for pods that share a list of containers and come one after the other. */
export function createRequests(): (spec: PodSpec) => PodRequests {
  const known: { readonly containers: readonly Container[]; readonly requests: PodRequests }[] = []
  let oldest = 0
  return (spec) => {
    if (spec.initContainers !== undefined || spec.overhead !== undefined || spec.resources !== undefined)
      return podRequests(spec)
    const { containers } = spec
    for (let index = 0; index < known.length; index++)
      if (known[index]!.containers === containers) return known[index]!.requests
    const requests = podRequests(spec)
    known[oldest] = { containers, requests }
    oldest = (oldest + 1) % remembered
    return requests
  }
}
