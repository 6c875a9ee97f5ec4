/** What of a pod makes it an endpoint. Mirrors staging/src/k8s.io/endpointslice/util/controller_utils.go. */
import { hasEnded } from '../../api/podPhase.ts'
import type { Pod, Service } from '../../api/types/core.ts'
import { isReady } from '../podRank.ts'

/** Whether anything stands for a pod: it has an address and is not over, nor on its way out unless that is wanted. */
export function standsIn(pod: Pod, terminatingToo: boolean): boolean {
  if (!pod.status.podIP || hasEnded(pod)) return false
  return terminatingToo || pod.metadata.deletionTimestamp === undefined
}

export function isServed(pod: Pod): boolean {
  return isReady(pod)
}

/** Whether the pod has a name of its own in the domain of the service. */
export function hasName({ metadata, spec }: Pod, service: Service): boolean {
  return (
    !!spec.hostname && spec.subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace
  )
}
