import { badRequest } from '../api/errors.ts'
import { bytes, canonicalQuantity, cpuMilli, parseQuantity } from '../api/quantity.ts'
import { asJson, said } from '../api/said.ts'
import type { HostIP, Taint } from '../api/types/core.ts'
import type { AddressRange } from './addresses.ts'

/** A machine, or `count` equal ones. */
export interface NodeTemplate {
  /** The name of one; with `count`, what comes before `-0`, `-1`, …. Default `node`, numbered on. */
  readonly name?: string
  /** How many. 1 unless given. */
  readonly count?: number
  /** Cores, as a quantity. Default 4. */
  readonly cpu?: string | number
  /** Bytes, as a quantity. Default 16Gi. */
  readonly memory?: string | number
  /** How many pods may run on it. Default 110. */
  readonly pods?: number
  /** Bytes of local disk, as a quantity. Default 100Gi. */
  readonly ephemeralStorage?: string | number
  /** Other countable resources, such as `nvidia.com/gpu`. */
  readonly extended?: Readonly<Record<string, string | number>>
  /** Beside those that every kubelet sets. */
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly taints?: readonly Taint[]
  /** The label node.kubernetes.io/instance-type. */
  readonly instanceType?: string
  /** The label topology.kubernetes.io/zone. */
  readonly zone?: string
  /** The label topology.kubernetes.io/region. */
  readonly region?: string
}

const fields: readonly string[] = Object.freeze([
  'name',
  'count',
  'cpu',
  'memory',
  'pods',
  'ephemeralStorage',
  'extended',
  'labels',
  'annotations',
  'taints',
  'instanceType',
  'zone',
  'region',
])

/** Twenty times what Kubernetes is built for; more would only run out of memory. */
const mostMachines = 100_000

/** One machine, everything said. */
export interface Machine {
  readonly name: string
  readonly capacity: Readonly<Record<string, string>>
  readonly cpuMilli: number
  readonly memoryBytes: number
  readonly pods: number
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
  /** Of a machine that another cluster had: what is not simulated but kept. */
  readonly known?: KnownMachine
}

export interface KnownMachine {
  /** Its own address, and the others of its kind. */
  readonly hostIP: string
  readonly hostIPs: readonly HostIP[]
  /** What its pods' addresses are taken out of; undefined: as those of any other machine. */
  readonly range: AddressRange | undefined
}

/**
 * The machines that `nodes: 3` or a list of templates asks for: node-0, node-1, …; at most 100,000. Throws BadRequest
 * that names the template and field.
 */
export function expandTemplates(nodes: number | readonly NodeTemplate[]): Machine[] {
  if (typeof nodes !== 'number' && !Array.isArray(nodes))
    throw badRequest(`nodes: expected a number or a list of templates, got ${asJson(nodes)}`)
  const templates = typeof nodes === 'number' ? [{ count: whole(nodes, 'nodes', 0) }] : nodes
  const machines: Machine[] = []
  const names = new Set<string>()
  let unnamed = 0
  for (const [index, template] of templates.entries()) {
    const path = typeof nodes === 'number' ? 'nodes' : `nodes[${index}]`
    checkFields(template, path)
    const count = template.count === undefined ? 1 : whole(template.count, `${path}.count`, 0)
    if (machines.length + count > mostMachines)
      throw badRequest(`${path}: there may be at most ${mostMachines} nodes in all, got ${machines.length + count}`)
    for (let copy = 0; copy < count; copy++) {
      const { name: given, count: asked } = template
      const name = given === undefined ? `node-${unnamed++}` : asked === undefined ? given : `${given}-${copy}`
      if (names.has(name)) throw badRequest(`${path}.name: Duplicate value: "${name}"`)
      names.add(name)
      machines.push(machineOf(template, name, path))
    }
  }
  return machines
}

function checkFields(template: NodeTemplate, path: string): void {
  if (typeof template !== 'object' || template === null)
    throw badRequest(`${path}: expected a node template, got ${said(template)}`)
  const unknown = Object.keys(template).find((field) => !fields.includes(field))
  if (unknown !== undefined) throw badRequest(`${path}.${unknown}: unknown; expected one of ${fields.join(', ')}`)
}

export function machineOf(template: NodeTemplate, name: string, path: string): Machine {
  const { cpu = '4', memory = '16Gi', pods = 110, ephemeralStorage = '100Gi', extended = {} } = template
  const capacity: Record<string, string> = {
    cpu: amount(cpu, `${path}.cpu`),
    'ephemeral-storage': amount(ephemeralStorage, `${path}.ephemeralStorage`),
    memory: amount(memory, `${path}.memory`),
    pods: String(whole(pods, `${path}.pods`, 0)),
  }
  for (const resource of Object.keys(extended).sort()) {
    capacity[resource] = amount(extended[resource]!, `${path}.extended[${resource}]`)
  }
  return {
    name,
    capacity,
    cpuMilli: cpuMilli(capacity['cpu']),
    memoryBytes: bytes(capacity['memory']),
    pods,
    labels: { ...labelsOf(template, name), ...template.labels },
    annotations: template.annotations ?? {},
    taints: template.taints ?? [],
  }
}

function labelsOf({ instanceType, region, zone }: NodeTemplate, name: string): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...(instanceType === undefined ? {} : { 'node.kubernetes.io/instance-type': instanceType }),
    ...(region === undefined ? {} : { 'topology.kubernetes.io/region': region }),
    ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }),
  }
}

function amount(value: string | number, path: string): string {
  const quantity = typeof value === 'string' || typeof value === 'number' ? parseQuantity(value) : undefined
  if (quantity === undefined || quantity.nano < 0n) {
    throw badRequest(`${path}: expected a quantity that is not negative, such as "4" or "16Gi", got ${said(value)}`)
  }
  return canonicalQuantity(value)
}

function whole(value: number, path: string, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw badRequest(`${path}: expected a whole number of at least ${least}, got ${said(value)}`)
}
