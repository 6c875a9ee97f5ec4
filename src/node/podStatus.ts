import { mayRestartAll } from '../api/restartPolicy.ts'
import { equal } from '../registries/equal.ts'
import type { ContainerStatus, Pod, PodStatus } from '../api/types/core.ts'
import { addressText } from './addresses.ts'
import { disrupted, type Observed, podConditions } from './conditions.ts'
import { containerStatuses } from './containerStatus.ts'
import { ephemeralStatuses } from './ephemeral.ts'
import { withImported } from './importedStatus.ts'
import type { Interned } from './interned.ts'
import { type Phase, phaseOf } from './phase.ts'
import { isRestartingAll } from './plan.ts'
import { withResizeConditions, withSeen } from './resizedStatus.ts'
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
function leanAddress({ pod, runtime, isTerminal, imported, resize, host }: Reported): number | undefined {
  // What is lean knows machines and containers by what follows from their numbers and names.
  if (imported !== undefined || host.isImported || resize !== undefined) return undefined
  const { spec, containers, address } = runtime
  if (spec.ephemeralContainers !== undefined) return undefined
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

function summary(reported: Reported, interned: Interned): Summary {
  const { pod, runtime, isTerminal, end, now } = reported
  const { spec } = runtime
  const phase = end === undefined ? phaseOf(spec, runtime.containers, isTerminal) : 'Failed'
  const listed = statusesOf(reported, isTerminal)
  // A pod that is over before all of it has begun is failed by TerminatePod, which leaves its conditions as they were.
  const isCutShort = isTerminal && end === undefined && phaseOf(spec, runtime.containers, false) === 'Pending'
  const seen = isCutShort ? statusesOf(reported, false) : listed
  const time = interned.time(now)
  // Field by field: it is made for every pod.
  const observed: Observed = {
    pod,
    before: end?.isDisruption === true ? disrupted(pod, end.message, time) : pod.status.conditions,
    phase: isCutShort ? 'Pending' : phase,
    hasSandbox: hasSandbox(runtime),
    isRestartingAll: mayRestartAll(spec) ? isRestartingAll(runtime) : undefined,
    inits: seen.inits,
    containers: seen.containers,
    now: time,
  }
  const conditions = withResizeConditions(podConditions(observed, interned), reported.resize)
  return { phase, conditions, inits: listed.inits, containers: listed.containers }
}

function statusesOf({ runtime, host: { facts } }: Reported, isOver: boolean): Pick<Summary, 'inits' | 'containers'> {
  const { containers, initContainers } = runtime.spec
  return {
    inits: initContainers === undefined ? NONE : containerStatuses(runtime, initContainers, 0, isOver, facts),
    containers: containerStatuses(runtime, containers, initCount(runtime.spec), isOver, facts),
  }
}

function plainStatus(reported: Reported, interned: Interned): PodStatus {
  const { pod, runtime, host, now } = reported
  const podIP = addressOf(pod, runtime, host)
  const { imported, resize } = reported
  const status = assemble(reported, summary(reported, interned), podIP, interned.time(now))
  const whole = imported === undefined ? status : withImported(status, imported)
  return resize === undefined
    ? whole
    : withSeen(whole, runtime, resize, host.facts.extras, pod.status.phase === 'Running')
}

/** A pod keeps the address it had when its sandbox is gone. */
function addressOf(pod: Pod, runtime: PodRuntime, host: HostFacts): string | undefined {
  if (runtime.spec.hostNetwork === true) return host.hostIP
  return runtime.address === 0 ? pod.status.podIP : addressText(runtime.address)
}

/** In the order in which the API server writes the fields. */
function assemble(
  { pod, runtime, end, host }: Reported,
  { phase, conditions, inits, containers }: Summary,
  podIP: string | undefined,
  now: string,
): PodStatus {
  const { hostIP, hostIPs, facts } = host
  const { status: before, metadata } = pod
  const { generation: observedGeneration = 1 } = metadata
  const { qosClass = 'BestEffort', startTime = now, nominatedNodeName, resourceClaimStatuses } = before
  const { allocated: allocatedResources, resources } = facts.extras.resources(runtime.spec)
  const podIPs = before.podIP === podIP ? before.podIPs : undefined
  const debugging = runtime.spec.ephemeralContainers && ephemeralStatuses(runtime, facts)
  return {
    observedGeneration,
    phase,
    conditions,
    ...(end !== undefined && { message: end.message, reason: end.reason }),
    ...(nominatedNodeName !== undefined && { nominatedNodeName }),
    hostIP,
    hostIPs,
    ...(podIP !== undefined && { podIP, podIPs: podIPs ?? [{ ip: podIP }] }),
    startTime,
    ...(inits.length > 0 && { initContainerStatuses: inits }),
    containerStatuses: containers,
    qosClass,
    ...(debugging !== undefined && debugging.length > 0 && { ephemeralContainerStatuses: debugging }),
    ...(resourceClaimStatuses !== undefined && { resourceClaimStatuses }),
    ...(allocatedResources !== undefined && { allocatedResources }),
    resources,
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
