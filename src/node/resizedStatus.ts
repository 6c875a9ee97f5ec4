/** What the status of a pod that is being resized says otherwise than that of others. */
import type { ContainerStatus, PodCondition, PodStatus, ResourceRequirements } from '../api/types/core.ts'
import { containerAt } from './podRuntimes.ts'
import { type Resize, resizeConditions } from './resizes.ts'
import { initCount, isAlive, type PodRuntime } from './runtimeState.ts'
import type { StatusExtras } from './statusExtras.ts'

/** The conditions that say so stand before those that every pod has. */
export function withResizeConditions(
  conditions: readonly PodCondition[],
  resize: Resize | undefined,
): readonly PodCondition[] {
  if (resize === undefined) return conditions
  const first = conditions.findIndex(({ type }) => type === 'PodReadyToStartContainers')
  return [...conditions.slice(0, first), ...resizeConditions(resize), ...conditions.slice(first)]
}

/** The status with what its containers were seen to run with. Mirrors convertContainerStatusResources of kubelet_pods.go. */
export function withSeen(
  status: PodStatus,
  runtime: PodRuntime,
  { seen }: Resize,
  extras: StatusExtras,
  isRunning: boolean,
): PodStatus {
  if (seen === undefined) return status
  const inits = initCount(seen)
  const shown = (from: number) => (one: ContainerStatus, index: number) => {
    const place = from + index
    if (!isAlive(runtime.containers[place]!) || one.resources === undefined) return one
    return { ...one, resources: sizedAs(one.resources, containerAt({ spec: seen }, place).resources) }
  }
  const { initContainerStatuses, containerStatuses } = status
  return {
    ...status,
    ...(initContainerStatuses !== undefined && { initContainerStatuses: initContainerStatuses.map(shown(0)) }),
    ...(containerStatuses !== undefined && { containerStatuses: containerStatuses.map(shown(inits)) }),
    // Until it is said to run, what is allocated to the pod as a whole is what it has.
    ...(isRunning && { resources: extras.resources(seen).resources }),
  }
}

type Amounts = Readonly<Record<string, string>>

function sizedAs(
  { limits, requests, ...rest }: ResourceRequirements,
  seen: ResourceRequirements = {},
): ResourceRequirements {
  return {
    ...rest,
    ...(limits !== undefined && { limits: overlaid(limits, seen.limits) }),
    ...(requests !== undefined && { requests: overlaid(requests, seen.requests) }),
  }
}

function overlaid(allocated: Amounts, { cpu, memory }: Amounts = {}): Amounts {
  return { ...allocated, ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) }
}
