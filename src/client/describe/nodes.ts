/** Nodes, and minions as the founding vocabulary calls them. Mirrors describeNode of k8s.io/kubectl/pkg/describe/describe.go. */
import { byCodeUnit, sortedKeys, sortedSet } from '../../api/order.ts'
import type { Lease } from '../../api/types/coordination.ts'
import type { Node, NodeSystemInfo, Pod, Taint } from '../../api/types/core.ts'
import type { Around } from './around.ts'
import {
  columns,
  field,
  fieldOfLines,
  labelsAndAnnotations,
  type Lines,
  moment,
  optional,
  quantity,
  section,
} from './lines.ts'
import { nodeResourceLines } from './nodeResources.ts'

const ROLE_PREFIX = 'node-role.kubernetes.io/'
const NOT_ENDED = 'status.phase!=Succeeded,status.phase!=Failed'

export function describeNode(node: Node, around: Around): Lines {
  const { metadata, spec, status } = node
  const pods = around.list<Pod>('v1/Pod', { fieldSelector: `spec.nodeName=${metadata.name},${NOT_ENDED}` })
  return [
    field('Name', metadata.name),
    field('Roles', rolesOf(metadata.labels)),
    ...labelsAndAnnotations(metadata),
    field('CreationTimestamp', moment(metadata.creationTimestamp)),
    ...taintLines(spec.taints),
    field('Unschedulable', spec.unschedulable === true),
    ...leaseLines(metadata.name, around),
    ...conditionLines(node),
    ...section(
      'Addresses',
      (status.addresses ?? []).map(({ type, address }) => field(type, address)),
    ),
    ...amountLines('Capacity', status.capacity),
    ...amountLines('Allocatable', status.allocatable),
    ...systemLines(status.nodeInfo),
    ...optional('PodCIDR', spec.podCIDR),
    ...optional('PodCIDRs', spec.podCIDRs?.join(',')),
    ...optional('ProviderID', spec.providerID),
    ...nodeResourceLines(node, pods, around.now),
  ]
}

function rolesOf(labels: Readonly<Record<string, string>> = {}): string {
  const roles = sortedKeys(labels).flatMap((key) => {
    if (key.startsWith(ROLE_PREFIX)) return [key.slice(ROLE_PREFIX.length)]
    return key === 'kubernetes.io/role' ? [labels[key]!] : []
  })
  return sortedSet(roles.filter((role) => role !== '')).join(',') || '<none>'
}

function taintLines(taints: readonly Taint[] = []): Lines {
  const sorted = taints.toSorted((a, b) => byCodeUnit(`${a.effect},${a.key}`, `${b.effect},${b.key}`))
  return fieldOfLines(
    'Taints',
    sorted.map(({ key, value = '', effect }) => `${key}${value === '' ? '' : `=${value}`}:${effect}`),
  )
}

function leaseLines(name: string, around: Around): Lines {
  const lease = around.find<Lease>('coordination.k8s.io/v1/Lease', 'kube-node-lease', name)
  if (lease === undefined)
    return [field('Lease', `Failed to get lease: leases.coordination.k8s.io "${name}" not found`)]
  const { holderIdentity, acquireTime, renewTime } = lease.spec
  return section('Lease', [
    field('HolderIdentity', holderIdentity ?? '<unset>'),
    field('AcquireTime', acquireTime === undefined ? '<unset>' : moment(acquireTime)),
    field('RenewTime', renewTime === undefined ? '<unset>' : moment(renewTime)),
  ])
}

function conditionLines({ status: { conditions = [] } }: Node): Lines {
  if (conditions.length === 0) return []
  const rows = conditions.map(({ type, status, lastHeartbeatTime, lastTransitionTime, reason = '', message = '' }) => [
    `${type} `,
    `${status} `,
    `${moment(lastHeartbeatTime)} `,
    `${moment(lastTransitionTime)} `,
    `${reason} `,
    message,
  ])
  return section(
    'Conditions',
    columns(['Type', 'Status', 'LastHeartbeatTime', 'LastTransitionTime', 'Reason', 'Message'], rows),
  )
}

function amountLines(title: string, list: Readonly<Record<string, string>> | undefined): Lines {
  const names = sortedKeys(list)
  return names.length === 0
    ? []
    : section(
        title,
        names.map((name) => field(name, quantity(list![name]))),
      )
}

function systemLines(info: Partial<NodeSystemInfo> = {}): Lines {
  return section('System Info', [
    field('Machine ID', info.machineID),
    field('System UUID', info.systemUUID),
    field('Boot ID', info.bootID),
    field('Kernel Version', info.kernelVersion),
    field('OS Image', info.osImage),
    field('Operating System', info.operatingSystem),
    field('Architecture', info.architecture),
    field('Container Runtime Version', info.containerRuntimeVersion),
    field('Kubelet Version', info.kubeletVersion),
  ])
}
