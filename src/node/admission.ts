/** The kubelet's own check of a pod it was given. Mirrors Admit and generalFilter of pkg/kubelet/lifecycle/predicate.go. */
import { type HostPort, hostPortsOf, portsConflict } from '../api/hostPorts.ts'
import { requiredOf } from '../api/nodeTests.ts'
import type { ExtendedAmount, PodRequests } from '../api/podRequests.ts'
import { bytes } from '../api/quantity.ts'
import { toleratesTaint } from '../api/tolerations.ts'
import type { Node, PodSpec } from '../api/types/core.ts'
import { isExtended } from '../registries/validation/resources.ts'

/** What a machine has, and what is taken of it. */
export interface Room {
  readonly cpuMilli: number
  readonly memoryBytes: number
  readonly pods: number
}

export interface Refusal {
  readonly fits: false
  readonly reason: string
  readonly message: string
}

export type Admission = { readonly fits: true } | Refusal

const FITS: Admission = Object.freeze({ fits: true })

/** Whether there is room for it. */
export function admit(requests: PodRequests, used: Room, capacity: Room): Admission {
  if (used.pods + 1 > capacity.pods) return short('pods', 1, used.pods, capacity.pods)
  const { cpuMilli, memoryBytes } = requests
  if (cpuMilli > 0 && used.cpuMilli + cpuMilli > capacity.cpuMilli)
    return short('cpu', cpuMilli, used.cpuMilli, capacity.cpuMilli)
  if (memoryBytes > 0 && used.memoryBytes + memoryBytes > capacity.memoryBytes) {
    return short('memory', memoryBytes, used.memoryBytes, capacity.memoryBytes)
  }
  return FITS
}

/**
 * Whether there is room for what it asks for beside CPU and memory. An extended resource that the node does not know is
 * somebody else's business. `running`: what the pods that run there ask for.
 */
export function admitOthers(
  requests: PodRequests,
  { status: { allocatable = {} } }: Node,
  running: () => readonly PodRequests[],
): Admission {
  for (const { name, amount } of othersOf(requests)) {
    if (isExtended(name) && allocatable[name] === undefined) continue
    const same = running().flatMap((one) => othersOf(one).filter((other) => other.name === name))
    const used = same.reduce((sum, other) => sum + other.amount, 0)
    const capacity = bytes(allocatable[name])
    if (used + amount > capacity) return short(name, amount, used, capacity)
  }
  return FITS
}

/** What is on the node's own disk is looked at first. */
function othersOf({ storageBytes, extended }: PodRequests): readonly ExtendedAmount[] {
  return storageBytes === 0 ? extended : [{ name: 'ephemeral-storage', amount: storageBytes }, ...extended]
}

/** Whether the machine can run what the pod was built for at all. */
export function admitSystem({ status: { nodeInfo } }: Node, { os }: PodSpec): Admission {
  if (os === undefined || os.name === (nodeInfo?.operatingSystem ?? 'linux')) return FITS
  return {
    fits: false,
    reason: 'PodOSNotSupported',
    message: "Failed to admit pod as the OS field doesn't match node OS",
  }
}

/** Whether it wants to be on such a node, and the node lets it. `others`: the specs of the pods that run there. */
export function admitTo(
  { metadata, spec: { taints = [] } }: Node,
  spec: PodSpec,
  others: () => readonly PodSpec[],
): Admission {
  const { name, labels = {} } = metadata
  const { affinity, nodeSelector, tolerations = [] } = spec
  if (requiredOf({ nodeSelector, nodeAffinity: affinity?.nodeAffinity })?.({ name, labels }) === false)
    return unsuited('NodeAffinity', "node(s) didn't match Pod's node affinity/selector")
  const wanted = hostPortsOf(spec)
  if (wanted.length > 0 && portsConflict(wanted, others().flatMap<HostPort>(hostPortsOf)))
    return unsuited('NodePorts', "node(s) didn't have free ports for the requested pod ports")
  const isRefused = taints.some(
    (taint) => taint.effect === 'NoExecute' && !tolerations.some((toleration) => toleratesTaint(toleration, taint)),
  )
  return isRefused ? unsuited('TaintToleration', "node(s) had taints that the pod didn't tolerate") : FITS
}

function unsuited(reason: string, why: string): Admission {
  return { fits: false, reason, message: `Predicate ${reason} failed: ${why}` }
}

function short(resource: string, requested: number, used: number, capacity: number): Admission {
  const message = `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`
  return { fits: false, reason: `OutOf${resource}`, message }
}
