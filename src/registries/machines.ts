/** What Node and Minion share: they are two views on one record. Mirrors ValidateNode of core validation. */
import { duplicate, forbidden, invalid } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import { internally, type InternalForm } from '../api/internalForm.ts'
import type { KubeObject } from '../api/meta.ts'
import { sortedKeys } from '../api/order.ts'
import { orNone } from '../api/table.ts'
import type { NodeSpec, NodeStatus } from '../api/types/core.ts'
import { ageColumn, nameColumn } from './columns/common.ts'
import { EMPTY } from './defaults/mutable.ts'
import { defaultResourceList } from './defaults/resources.ts'
import type { Column } from './definition.ts'
import { checkCIDR } from './validation/addresses.ts'
import type { Errors } from './validation/common.ts'
import { checkResourceList } from './validation/resources.ts'
import { checkTaints } from './validation/scheduling.ts'

export interface Machine extends KubeObject {
  readonly spec: NodeSpec
  readonly status: NodeStatus
}

const ADDRESS: InternalForm = { Type: '', Address: '' }
const LONGEST = 253
const FEATURE = /^[A-Z][a-zA-Z0-9]*(?:\/[a-zA-Z][a-zA-Z0-9]*)*$/
const FORM =
  "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or " +
  'MyFeature/mySubFeature), and contain only alphanumeric characters and slashes'
const ROLE_PREFIX = 'node-role.kubernetes.io/'

/** With amounts in canonical form, and with the ranges of its pods in both fields that name them. */
export function defaultMachine<T extends Machine>(machine: T): T {
  const status = defaultStatus(without(machine.status ?? EMPTY, 'config'))
  const spec = withRanges(without(machine.spec ?? EMPTY, 'configSource'))
  return spec === machine.spec && status === machine.status ? machine : { ...machine, spec, status }
}

export function validateMachine(machine: Machine): readonly FieldError[] {
  const errors: FieldError[] = []
  // Upstream looks for taints under this path.
  checkTaints(machine.spec.taints, 'metadata.taints', errors)
  checkResourceList(machine.status.capacity, (name) => `status.capacity.${name}`, errors)
  checkResourceList(machine.status.allocatable, (name) => `status.allocatable.${name}`, errors)
  checkFeatures(machine.status.declaredFeatures ?? [], errors)
  const swap = machine.status.nodeInfo?.swap?.capacity
  if (swap !== undefined && swap <= 0)
    errors.push(invalid('metadata.nodeSwapStatus.capacity', swap, 'must be greater than zero'))
  const ranges = machine.spec.podCIDRs ?? []
  for (const [i, range] of ranges.entries()) {
    checkCIDR(errors, `spec.podCIDRs[${i}]`, range)
  }
  const families = new Set(ranges.map((range) => range.includes(':')))
  if (ranges.length > families.size) {
    errors.push(invalid('spec.podCIDRs', ranges, 'may specify no more than one CIDR for each IP family'))
  }
  return errors
}

/** Mirrors validateNodeDeclaredFeatures. */
function checkFeatures(names: readonly string[], errors: Errors): void {
  for (const [i, name] of names.entries()) {
    const path = `status.declaredFeatures[${i}]`
    const before = names[i - 1]
    if (before === name) errors.push(duplicate(path, name))
    else if (before !== undefined && before > name)
      errors.push(invalid(path, name, 'list must be sorted alphabetically'))
    const said = name.length > LONGEST ? `must be no more than ${LONGEST} characters` : FEATURE.test(name) ? '' : FORM
    if (said !== '') errors.push(invalid(path, name, `invalid feature name ${JSON.stringify(name)}: ${said}`))
  }
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
  if ((next.spec.externalID ?? '') !== (previous.spec.externalID ?? ''))
    errors.push(forbidden('spec.externalID', 'may not be updated'))
  return errors
}

/** No address stands twice in what a machine says of itself. Mirrors ValidateNodeUpdate. */
export function validateMachineStatus({ status: { addresses = [] } }: Machine): readonly FieldError[] {
  const errors: FieldError[] = []
  for (const [i, one] of addresses.entries()) {
    const twin = addresses.findIndex(({ type, address }) => type === one.type && address === one.address)
    if (twin < i) errors.push(duplicate(`status.addresses[${i}]`, internally(one, ADDRESS)))
  }
  return errors
}

/** Of kubelets that are configured by the cluster nothing is taken: dropDisabledFields of the node strategy. */
function without<T extends object>(part: T, field: keyof T): T {
  if (part[field] === undefined) return part
  const { [field]: _, ...rest } = part
  return rest as T
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
  const allocatable = sortedKeys(status.allocatable).length > 0 ? defaultResourceList(status.allocatable!) : capacity
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
  const { kernelVersion, architecture } = machine.status.nodeInfo ?? {}
  return `${kernelVersion || '<unknown>'}${architecture ? ` (${architecture})` : ''}`
}
