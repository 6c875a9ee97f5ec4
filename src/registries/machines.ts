/** What Node and Minion share: they are two views on one record. Mirrors ValidateNode of core validation. */
import { duplicate, forbidden, invalid } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import type { KubeObject } from '../api/meta.ts'
import { sortedKeys } from '../api/order.ts'
import { orNone } from '../api/table.ts'
import type { NodeSpec, NodeStatus } from '../api/types/core.ts'
import { ageColumn, nameColumn } from './columns/common.ts'
import { EMPTY } from './defaults/mutable.ts'
import { defaultResourceList } from './defaults/resources.ts'
import type { Column } from './definition.ts'
import { checkCIDR } from './validation/addresses.ts'
import { checkResourceList } from './validation/resources.ts'
import { checkTaints } from './validation/scheduling.ts'

export interface Machine extends KubeObject {
  readonly spec: NodeSpec
  readonly status: NodeStatus
}

const ROLE_PREFIX = 'node-role.kubernetes.io/'

/** With amounts in canonical form, and with the ranges of its pods in both fields that name them. */
export function defaultMachine<T extends Machine>(machine: T): T {
  const status = defaultStatus(machine.status ?? EMPTY)
  const spec = withRanges(machine.spec ?? EMPTY)
  return spec === machine.spec && status === machine.status ? machine : { ...machine, spec, status }
}

export function validateMachine(machine: Machine): readonly FieldError[] {
  const errors: FieldError[] = []
  checkTaints(machine.spec.taints, 'spec.taints', errors)
  checkResourceList(machine.status.capacity, (name) => `status.capacity.${name}`, errors)
  checkResourceList(machine.status.allocatable, (name) => `status.allocatable.${name}`, errors)
  const ranges = machine.spec.podCIDRs ?? []
  for (const [i, range] of ranges.entries()) {
    checkCIDR(errors, `spec.podCIDRs[${i}]`, range)
    if (ranges.indexOf(range) !== i) errors.push(duplicate(`spec.podCIDRs[${i}]`, range))
  }
  const families = new Set(ranges.map((range) => range.includes(':')))
  if (ranges.length > families.size) {
    errors.push(invalid('spec.podCIDRs', ranges, 'may specify no more than one CIDR for each IP family'))
  }
  return errors
}

/** What has been given to a machine once stays with it. Mirrors ValidateNodeUpdate. */
export function validateMachineUpdate(next: Machine, previous: Machine): readonly FieldError[] {
  const errors: FieldError[] = []
  const before = previous.spec.podCIDRs ?? []
  const after = next.spec.podCIDRs ?? []
  if (before.length > 0 && (before.length !== after.length || before.some((range, i) => range !== after[i]))) {
    errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'))
  }
  if (previous.spec.providerID && previous.spec.providerID !== next.spec.providerID) {
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'))
  }
  return errors
}

export function machineColumns<T extends Machine>(): readonly Column<T>[] {
  return [
    nameColumn(),
    { name: 'Status', cell: statusCell },
    { name: 'Roles', cell: rolesCell },
    ageColumn(),
    { name: 'Version', cell: (machine) => machine.status.nodeInfo?.kubeletVersion ?? '' },
    { name: 'Internal-IP', priority: 1, cell: (machine) => addressOf(machine, 'InternalIP') },
    { name: 'External-IP', priority: 1, cell: (machine) => addressOf(machine, 'ExternalIP') },
    { name: 'OS-Image', priority: 1, cell: (machine) => machine.status.nodeInfo?.osImage || '<unknown>' },
    { name: 'Kernel-Version', priority: 1, cell: kernelCell },
    {
      name: 'Container-Runtime',
      priority: 1,
      cell: (machine) => machine.status.nodeInfo?.containerRuntimeVersion || '<unknown>',
    },
  ]
}

/**
 * podCIDR repeats the first of podCIDRs. Where the two differ the single range counts, for whoever writes it alone knows
 * of no other. Mirrors the conversions of NodeSpec in pkg/apis/core/v1/conversion.go.
 */
function withRanges(spec: NodeSpec): NodeSpec {
  const { podCIDR, podCIDRs } = spec
  const first = podCIDRs?.[0]
  if (podCIDR === first) return spec
  if (podCIDR) return { ...spec, podCIDRs: [podCIDR] }
  return first === undefined ? spec : { ...spec, podCIDR: first }
}

/** What may be allocated is the capacity unless said. Mirrors SetDefaults_NodeStatus. */
function defaultStatus(status: NodeStatus): NodeStatus {
  const capacity = status.capacity && defaultResourceList(status.capacity)
  const allocatable = status.allocatable ? defaultResourceList(status.allocatable) : capacity
  if (capacity === status.capacity && allocatable === status.allocatable) return status
  return { ...status, ...(capacity && { capacity }), ...(allocatable && { allocatable }) }
}

function statusCell(machine: Machine): string {
  const ready = machine.status.conditions?.find(({ type }) => type === 'Ready')
  const shown = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return machine.spec.unschedulable ? `${shown},SchedulingDisabled` : shown
}

function rolesCell(machine: Machine): string {
  const labels = machine.metadata.labels
  const roles = sortedKeys(labels)
    .filter((key) => key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length)
    .map((key) => key.slice(ROLE_PREFIX.length))
  const legacy = labels?.['kubernetes.io/role']
  return orNone((legacy ? [...new Set([...roles, legacy])].sort() : roles).join(','))
}

function addressOf(machine: Machine, wanted: string): string {
  return machine.status.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>'
}

function kernelCell(machine: Machine): string {
  const info = machine.status.nodeInfo
  if (!info?.kernelVersion) return '<unknown>'
  return info.architecture ? `${info.kernelVersion} (${info.architecture})` : info.kernelVersion
}
