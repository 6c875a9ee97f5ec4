import { equal } from '../registries/equal.ts'
import type { ContainerStatus, Pod, PodStatus } from '../api/types/core.ts'
import { addressText } from './addresses.ts'
import { podConditions } from './conditions.ts'
import { containerStatuses } from './containerStatus.ts'
import type { Interned } from './interned.ts'
import { type Phase, phaseOf } from './phase.ts'
import { HOST_ADDRESS, type HostFacts, LeanPodStatus } from './leanPodStatus.ts'
import { type PodRuntime, initCount } from './runtimeState.ts'
import { createStatusShapes, hasSandbox, type Reported } from './statusShapes.ts'

const NONE: readonly ContainerStatus[] = []

/**
 * Works out pods' statuses as their kubelets report them; the very object in `pod.status` when nothing is new.
 * Mirrors generateAPIPodStatus of pkg/kubelet/kubelet_pods.go.
 */
export function createStatuses(interned: Interned): (reported: Reported) => PodStatus {
  const shapeOf = createStatusShapes(interned, (reported) => summary(reported, interned))
  return (reported) => {
    const { pod, runtime, host } = reported
    const before = pod.status
    const address = leanAddress(reported)
    if (address === undefined) {
      const status = plainStatus(reported, interned)
      return equal(status, before instanceof LeanPodStatus ? before.plain() : before) ? before : status
    }
    const shape = shapeOf(reported)
    if (before instanceof LeanPodStatus && before.says(shape, address)) return before
    return new LeanPodStatus(shape, host, address, runtime.uid, runtime.spec) as unknown as PodStatus
  }
}

/** The address of a pod whose status can be lean; undefined of one that needs more words. */
function leanAddress({ pod, runtime, isTerminal }: Reported): number | undefined {
  const { spec, containers, address } = runtime
  const { status } = pod
  if (isTerminal || status.nominatedNodeName !== undefined || status.resourceClaimStatuses !== undefined)
    return undefined
  for (let place = 0; place < containers.length; place++) {
    const { state, lastState } = containers[place]!
    if (state.terminated !== undefined || state.waiting !== undefined || lastState.terminated !== undefined)
      return undefined
  }
  if (spec.hostNetwork === true) return HOST_ADDRESS
  if (address !== 0) return address
  if (status instanceof LeanPodStatus) return status.address
  return status.podIP === undefined ? 0 : undefined
}

/** Phase and conditions, and the containers' statuses that they follow from. */
interface Summary {
  readonly phase: Phase
  readonly conditions: NonNullable<PodStatus['conditions']>
  readonly inits: readonly ContainerStatus[]
  readonly containers: readonly ContainerStatus[]
}

function summary({ pod, runtime, isTerminal, now, host }: Reported, interned: Interned): Summary {
  const { spec } = runtime
  const { facts } = host
  const phase = phaseOf(spec, runtime.containers, isTerminal)
  const inits =
    spec.initContainers === undefined ? NONE : containerStatuses(runtime, spec.initContainers, 0, isTerminal, facts)
  const containers = containerStatuses(runtime, spec.containers, initCount(spec), isTerminal, facts)
  const observed = { pod, phase, hasSandbox: hasSandbox(runtime), inits, containers, now: interned.time(now) }
  return { phase, conditions: podConditions(observed, interned), inits, containers }
}

function plainStatus(reported: Reported, interned: Interned): PodStatus {
  const { pod, runtime, host, now } = reported
  const { phase, conditions, inits, containers } = summary(reported, interned)
  return assemble(pod, phase, conditions, inits, containers, addressOf(pod, runtime, host), interned.time(now), host)
}

/** A pod keeps the address it had when its sandbox is gone. */
function addressOf(pod: Pod, runtime: PodRuntime, host: HostFacts): string | undefined {
  if (runtime.spec.hostNetwork === true) return host.hostIP
  return runtime.address === 0 ? pod.status.podIP : addressText(runtime.address)
}

/** Literals of a fixed shape for the usual pod: they take the least space. */
function assemble(
  pod: Pod,
  phase: Phase,
  conditions: NonNullable<PodStatus['conditions']>,
  inits: readonly ContainerStatus[],
  containers: readonly ContainerStatus[],
  podIP: string | undefined,
  now: string,
  host: HostFacts,
): PodStatus {
  const { hostIP, hostIPs } = host
  const { status: before, metadata } = pod
  const { generation: observedGeneration = 1 } = metadata
  const { qosClass = 'BestEffort', startTime = now } = before
  const base: PodStatus =
    podIP === undefined
      ? { observedGeneration, phase, conditions, hostIP, hostIPs, startTime, containerStatuses: containers, qosClass }
      : {
          observedGeneration,
          phase,
          conditions,
          hostIP,
          hostIPs,
          podIP,
          podIPs: before.podIP === podIP && before.podIPs !== undefined ? before.podIPs : [{ ip: podIP }],
          startTime,
          containerStatuses: containers,
          qosClass,
        }
  const { nominatedNodeName, resourceClaimStatuses } = before
  if (inits.length === 0 && nominatedNodeName === undefined && resourceClaimStatuses === undefined) return base
  return {
    ...base,
    ...(inits.length > 0 && { initContainerStatuses: inits }),
    ...(nominatedNodeName !== undefined && { nominatedNodeName }),
    ...(resourceClaimStatuses !== undefined && { resourceClaimStatuses }),
  }
}

/** What a kubelet says of a pod it will not run. Mirrors rejectPod of pkg/kubelet/kubelet.go. */
export function rejectedStatus(pod: Pod, reason: string, message: string, startTime: string): PodStatus {
  const { qosClass = 'BestEffort', conditions } = pod.status
  const base = {
    observedGeneration: pod.metadata.generation ?? 1,
    phase: 'Failed',
    reason,
    message: `Pod was rejected: ${message}`,
    startTime,
    qosClass,
  }
  return conditions === undefined ? base : { ...base, conditions }
}
