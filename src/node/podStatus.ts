import { equal } from '../registries/equal.ts'
import type { ContainerStatus, HostIP, Pod, PodStatus } from '../api/types/core.ts'
import { addressText } from './addresses.ts'
import { podConditions } from './conditions.ts'
import { type StatusFacts, containerStatuses } from './containerStatus.ts'
import type { Interned } from './interned.ts'
import { type Phase, phaseOf } from './phase.ts'
import { FINISHED, type PodRuntime, initCount } from './runtimeState.ts'

/** The node's own addresses, shared by all its pods. */
export interface HostFacts {
  readonly hostIP: string
  readonly hostIPs: readonly HostIP[]
}

const NONE: readonly ContainerStatus[] = []

/**
 * A pod's status as its kubelet reports it; the very object in `pod.status` when nothing is new.
 * `pod` as the API has it now; `isTerminal` when the pod is over. Mirrors generateAPIPodStatus of
 * pkg/kubelet/kubelet_pods.go.
 */
export function computeStatus(
  pod: Pod,
  runtime: PodRuntime,
  isTerminal: boolean,
  now: number,
  host: HostFacts,
  facts: StatusFacts,
  interned: Interned,
): PodStatus {
  const { spec } = runtime
  const phase = phaseOf(spec, runtime.containers, isTerminal)
  const inits =
    spec.initContainers === undefined ? NONE : containerStatuses(runtime, spec.initContainers, 0, isTerminal, facts)
  const containers = containerStatuses(runtime, spec.containers, initCount(spec), isTerminal, facts)
  const hostNetwork = spec.hostNetwork === true
  const hasSandbox =
    runtime.stage !== FINISHED &&
    (runtime.address !== 0 || (hostNetwork && runtime.containers.some(({ stage }) => stage !== 'waiting')))
  const time = interned.time(now)
  const conditions = podConditions({ pod, phase, hasSandbox, inits, containers, now: time }, interned)
  const status = assemble(pod, phase, conditions, inits, containers, addressOf(pod, runtime, host), time, host)
  return equal(status, pod.status) ? pod.status : status
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
