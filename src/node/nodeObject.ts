/** What a kubelet says of its machine. Mirrors pkg/kubelet/kubelet_node_status.go and pkg/kubelet/nodestatus/setters.go. */
import type { Lease } from '../api/types/coordination.ts'
import type { ContainerImage, Node, NodeCondition, NodeStatus, NodeSystemInfo } from '../api/types/core.ts'
import { rfc3339Micro } from '../api/time.ts'
import { hash128 } from '../kernel/hash.ts'
import { machineAddress, podRange } from './addresses.ts'
import type { ImageFacts } from './images.ts'
import type { Machines } from './machines.ts'
import type { Machine } from './nodeTemplate.ts'

export const leaseNamespace = 'kube-node-lease'
const leaseSeconds = 40

/** A new Node, as a kubelet creates it. */
export function nodeObject(machines: Machines, number: number, conditions: readonly NodeCondition[]): object {
  const machine = machines.machine(number)
  const range = podRange(machines.block(number), machines.blocks(number))
  const spec = { podCIDR: range, podCIDRs: [range], providerID: `wavetank://${machine.name}` }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: machine.name,
      labels: machine.labels,
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true', ...machine.annotations },
    },
    spec: machine.taints.length === 0 ? spec : { ...spec, taints: machine.taints },
    status: nodeStatus(machine, number, machines.boot(number), conditions, undefined),
  }
}

/** The whole status; `boot` counts restarts of the machine. */
export function nodeStatus(
  machine: Machine,
  number: number,
  boot: number,
  conditions: readonly NodeCondition[],
  images: readonly ContainerImage[] | undefined,
): NodeStatus {
  const status: NodeStatus = {
    capacity: machine.capacity,
    allocatable: machine.capacity,
    conditions,
    addresses: [
      { type: 'InternalIP', address: machineAddress(number) },
      { type: 'Hostname', address: machine.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } } as unknown as NonNullable<NodeStatus['daemonEndpoints']>,
    nodeInfo: nodeInfo(machine.name, boot),
  }
  return images === undefined || images.length === 0 ? status : { ...status, images }
}

const healthy: readonly (readonly [type: string, status: string, reason: string, message: string])[] = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
]

/** What the kubelet says of what it is short of, and when it is shutting down. */
const pressed: readonly (readonly [type: string, status: string, reason: string, message: string])[] = [
  ['MemoryPressure', 'True', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
  ['DiskPressure', 'True', 'KubeletHasDiskPressure', 'kubelet has disk pressure'],
  ['PIDPressure', 'True', 'KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
  ['Ready', 'False', 'KubeletNotReady', 'node is shutting down'],
]

/**
 * The conditions of a node that is well but for those that `short` names, which say what it is not; what was so before keeps its transition time, and others' conditions stay.
 */
export function readyConditions(
  now: string,
  previous: readonly NodeCondition[] | undefined,
  short: readonly string[] = [],
): readonly NodeCondition[] {
  const own = healthy.map((said) => {
    const [type, status, reason, message] = short.includes(said[0]) ? pressed.find(([name]) => name === said[0])! : said
    const before = previous?.find((condition) => condition.type === type)
    const since = before?.status === status ? before.lastTransitionTime : undefined
    return { type, status, lastHeartbeatTime: now, lastTransitionTime: since ?? now, reason, message }
  })
  const others = previous?.filter(({ type }) => !healthy.some(([mine]) => mine === type)) ?? []
  return others.length === 0 ? own : [...others, ...own]
}

export function bootId(name: string, boot: number): string {
  return uuid(`boot/${name}/${boot}`)
}

function nodeInfo(name: string, boot: number): NodeSystemInfo {
  const machine = uuid(`machine/${name}`)
  return {
    machineID: machine.replaceAll('-', ''),
    systemUUID: machine,
    bootID: bootId(name, boot),
    kernelVersion: '6.12.0',
    osImage: 'Debian GNU/Linux 13 (trixie)',
    containerRuntimeVersion: 'containerd://2.3.1',
    kubeletVersion: 'v1.36.1',
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture: 'amd64',
  }
}

function uuid(text: string): string {
  const hex = hash128(0, text)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** At most 50, the largest first: nodestatus.Images, --node-status-max-images. */
export function imageList(images: readonly ImageFacts[]): readonly ContainerImage[] {
  const sorted = [...images].sort((a, b) => b.sizeBytes - a.sizeBytes || (a.name < b.name ? -1 : 1))
  return sorted.slice(0, 50).map(({ id, reference, sizeBytes }) => ({ names: [id, reference], sizeBytes }))
}

/** What another cluster's node reported, and what has come since. */
export function withImages(
  before: readonly ContainerImage[],
  images: readonly ImageFacts[],
): readonly ContainerImage[] {
  const known = new Set(before.flatMap(({ names = [] }) => names))
  const isKnown = ({ reference, name, id }: ImageFacts): boolean =>
    known.has(reference) || known.has(name) || known.has(id)
  const added = imageList(images.filter((image) => !isKnown(image)))
  if (added.length === 0) return before
  return [...before, ...added].sort((a, b) => (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0)).slice(0, 50)
}

/** The status of another cluster's node once its machine was switched on again. */
export function rebooted(status: NodeStatus, name: string, boot: number): NodeStatus {
  const { nodeInfo } = status
  return nodeInfo === undefined ? status : { ...status, nodeInfo: { ...nodeInfo, bootID: bootId(name, boot) } }
}

/** The status as it was but for what changes with time. */
export function reported(
  status: NodeStatus,
  conditions: readonly NodeCondition[],
  images: NodeStatus['images'],
): NodeStatus {
  return images === undefined ? { ...status, conditions } : { ...status, conditions, images }
}

/** What the kubelet says of its volumes; what is attached is for others to say. */
export function withVolumes(
  next: NodeStatus,
  { volumesAttached }: NodeStatus,
  inUse: readonly string[] | undefined,
): NodeStatus {
  if (volumesAttached === undefined && inUse === undefined && next.volumesInUse === undefined) return next
  const { volumesInUse: _, ...rest } = next
  return {
    ...rest,
    ...(volumesAttached === undefined ? {} : { volumesAttached }),
    ...(inUse === undefined ? {} : { volumesInUse: inUse }),
  }
}

/** The Lease by which a node says that it lives; `now` in milliseconds. */
export function nodeLease(
  name: string,
  node: Node | undefined,
  now: number,
): Pick<Lease, 'apiVersion' | 'kind' | 'spec'> & object {
  const owner = node && [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid }]
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: leaseNamespace, ...(owner && { ownerReferences: owner }) },
    spec: { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime: rfc3339Micro(now) },
  } as Pick<Lease, 'apiVersion' | 'kind' | 'spec'> & object
}
