/** What the API server makes of a status of a pod that somebody writes. Mirrors podStatusStrategy of pkg/registry/core/pod/strategy.go. */
import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../api/types/core.ts'
import { EMPTY, copyOf, type Mutable } from './defaults/mutable.ts'
import { defaultRequirements, defaultResourceList } from './defaults/resources.ts'

const LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const

/** The status with what it may not lose, and without what is not enabled. */
export function preparedStatus(next: Pod, previous: Pod): Pod {
  const status = copyOf(next.status)
  const { qosClass, observedGeneration } = previous.status
  if (!status.qosClass && qosClass !== undefined) status.qosClass = qosClass
  if (!status.observedGeneration && observedGeneration !== undefined) status.observedGeneration = observedGeneration
  if (status.conditions) status.conditions = withGenerations(status.conditions, previous.status.conditions ?? [])
  for (const list of LISTS) if (status[list]) status[list] = status[list].map(wholeStatus)
  if (status.allocatedResources) status.allocatedResources = defaultResourceList(status.allocatedResources)
  if (status.resources) status.resources = defaultRequirements(status.resources, false)
  delete status.nodeAllocatableResourceClaimStatuses
  joinAddresses(status)
  return { ...next, status }
}

/** A condition that does not say of which generation it is keeps what one of its type said, the first by the first. */
function withGenerations(next: readonly PodCondition[], previous: readonly PodCondition[]): readonly PodCondition[] {
  const before = [...previous]
  return next.map((condition) => {
    const at = before.findIndex(({ type }) => type === condition.type)
    const [old] = at < 0 ? [] : before.splice(at, 1)
    if (condition.observedGeneration || !old?.observedGeneration) return condition
    return { ...condition, observedGeneration: old.observedGeneration }
  })
}

function wholeStatus(given: ContainerStatus): ContainerStatus {
  const status = copyOf(given)
  status.state ??= EMPTY
  status.lastState ??= EMPTY
  if (status.allocatedResources) status.allocatedResources = defaultResourceList(status.allocatedResources)
  if (status.resources) status.resources = defaultRequirements(status.resources, false)
  if (status.volumeMounts?.some(({ volumeStatus }) => volumeStatus !== undefined)) {
    status.volumeMounts = status.volumeMounts.map(({ volumeStatus: _, ...mount }) => mount)
  }
  return status
}

/** The address is the first of the addresses; where they differ, it is the one that counts. */
function joinAddresses(status: Mutable<PodStatus>): void {
  const { podIP, podIPs = [] } = status
  const [first] = podIPs
  if (podIP) {
    if (first?.ip !== podIP) status.podIPs = [{ ip: podIP }]
  } else if (first?.ip) status.podIP = first.ip
}
