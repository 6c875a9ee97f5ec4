/**
 * Which nodes a pod may go to, by the Kubernetes documentation alone: slow, straightforward, and sharing nothing with
 * src/scheduler. https://kubernetes.io/docs/concepts/scheduling-eviction/ and /docs/concepts/workloads/pods/.
 */
import type { Node, Pod } from '../../src/index.ts'
import * as spreading from './oracleSpread.ts'

/** All that there is when a pod is decided about. */
export interface World {
  readonly nodes: readonly Node[]
  readonly pods: readonly Pod[]
  /** The labels of each namespace. */
  readonly namespaces: ReadonlyMap<string, Labels>
}

export type Labels = Readonly<Record<string, string>>

/** Which plugin refuses, and all that is wrong in its eyes. */
export interface Wrong {
  readonly plugin: string
  readonly reasons: readonly string[]
}

/** What speaks against a node, in the order of kube-scheduler's filters; nothing if the pod may go there. */
export function wrongWith(node: Node, pod: Pod, world: World): readonly Wrong[] {
  if (!isNamed(node, pod))
    return [{ plugin: 'NodeAffinity', reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"] }]
  const here = world.pods.filter((other) => other.spec.nodeName === node.metadata.name && occupies(other))
  const checks: readonly Wrong[] = [
    { plugin: 'NodeUnschedulable', reasons: isCordoned(node, pod) ? ['node(s) were unschedulable'] : [] },
    { plugin: 'NodeName', reasons: isOther(node, pod) ? ["node(s) didn't match the requested node name"] : [] },
    { plugin: 'TaintToleration', reasons: toleratesAll(node, pod) ? [] : ['node(s) had untolerated taint(s)'] },
    {
      plugin: 'NodeAffinity',
      reasons: isWanted(node, pod) ? [] : ["node(s) didn't match Pod's node affinity/selector"],
    },
    {
      plugin: 'NodePorts',
      reasons: portsClash(pod, here) ? ["node(s) didn't have free ports for the requested pod ports"] : [],
    },
    { plugin: 'NodeResourcesFit', reasons: lacking(node, pod, here) },
    { plugin: 'PodTopologySpread', reasons: spreading.uneven(node, pod, world) },
    { plugin: 'InterPodAffinity', reasons: spreading.unsociable(node, pod, world) },
  ]
  return checks.filter(({ reasons }) => reasons.length > 0)
}

/** Pods that have ended leave their room to others. */
export function occupies({ status }: Pod): boolean {
  return status.phase !== 'Succeeded' && status.phase !== 'Failed'
}

function isOther(node: Node, { spec }: Pod): boolean {
  return Boolean(spec.nodeName) && spec.nodeName !== node.metadata.name
}

interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

function isCordoned(node: Node, pod: Pod): boolean {
  return (
    node.spec.unschedulable === true &&
    !tolerates(pod, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })
  )
}

/** PreferNoSchedule only asks. */
export function toleratesAll(node: Node, pod: Pod): boolean {
  const hard = (node.spec.taints ?? []).filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute')
  return hard.every((taint) => tolerates(pod, taint))
}

function tolerates({ spec }: Pod, taint: Taint): boolean {
  return (spec.tolerations ?? []).some(({ key = '', operator = 'Equal', value = '', effect = '' }) => {
    if (effect !== '' && effect !== taint.effect) return false
    if (operator === 'Exists') return key === '' || key === taint.key
    return key === taint.key && value === (taint.value ?? '')
  })
}

/** Where every term asks for names, kube-scheduler does not look at nodes that none of them names. */
function isNamed({ metadata }: Node, { spec }: Pod): boolean {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const named = terms.map(({ matchFields = [] }) => matchFields.filter(({ operator }) => operator === 'In'))
  if (named.length === 0 || named.some((fields) => fields.length === 0)) return true
  return named.some((fields) => fields.every(({ values = [] }) => values.includes(metadata.name)))
}

/** Node selector and required node affinity. */
export function isWanted(node: Node, { spec }: Pod): boolean {
  const labels = node.metadata.labels ?? {}
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) if (labels[key] !== value) return false
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  if (required === undefined) return true
  return required.nodeSelectorTerms.some(({ matchExpressions = [], matchFields = [] }) => {
    // A term that says nothing matches nothing.
    if (matchExpressions.length + matchFields.length === 0) return false
    const fields: Labels = { 'metadata.name': node.metadata.name }
    return matchExpressions.every((one) => meets(labels, one)) && matchFields.every((one) => meets(fields, one))
  })
}

interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

export function meets(labels: Labels, { key, operator, values = [] }: Requirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
    case 'Lt': {
      if (value === undefined || !/^-?\d+$/u.test(value)) return false
      return operator === 'Gt' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0])
    }
    default:
      throw new Error(`the oracle knows no operator ${operator}`)
  }
}

interface HostPort {
  readonly port: number
  readonly protocol: string
  readonly address: string
}

/** Of containers, and of init containers that go on running beside them. */
export function hostPorts({ spec }: Pod): readonly HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  return [...sidecars, ...spec.containers].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, protocol = 'TCP', hostIP = '' }) =>
      hostPort === 0 ? [] : [{ port: hostPort, protocol, address: hostIP === '' ? '0.0.0.0' : hostIP }],
    ),
  )
}

export function portsClash(pod: Pod, here: readonly Pod[]): boolean {
  const taken = here.flatMap(hostPorts)
  return hostPorts(pod).some((mine) => taken.some((other) => isSamePort(mine, other)))
}

function isSamePort(a: HostPort, b: HostPort): boolean {
  const isEverywhere = a.address === '0.0.0.0' || b.address === '0.0.0.0'
  return a.port === b.port && a.protocol === b.protocol && (isEverywhere || a.address === b.address)
}

/** Which resources do not suffice for one pod more. */
function lacking(node: Node, pod: Pod, here: readonly Pod[]): readonly string[] {
  const offered = node.status.allocatable ?? {}
  const wrong = here.length + 1 > Number(offered['pods'] ?? 0) ? ['Too many pods'] : []
  for (const [name, asked] of requestsOf(pod)) {
    if (asked === 0n) continue
    const used = here.reduce((sum, other) => sum + (requestsOf(other).get(name) ?? 0n), 0n)
    if (used + asked > inNano(offered[name] ?? '0')) wrong.push(`Insufficient ${name}`)
  }
  return wrong
}

/**
 * What a pod asks for, by resource, in billionths: all containers and sidecars together, or what the init containers need
 * before, whichever is more; and the overhead.
 */
export function requestsOf({ spec }: Pod): ReadonlyMap<string, bigint> {
  const containers = sum(spec.containers.map(amounts))
  let sidecars: Amounts = new Map()
  let most: Amounts = new Map()
  for (const init of spec.initContainers ?? []) {
    const own = amounts(init)
    if (init.restartPolicy === 'Always') {
      sidecars = sum([sidecars, own])
      most = larger(most, sidecars)
    } else most = larger(most, sum([sidecars, own]))
  }
  return sum([larger(sum([containers, sidecars]), most), new Map(entries(spec.overhead))])
}

type Amounts = ReadonlyMap<string, bigint>

function amounts({ resources }: Pod['spec']['containers'][number]): Amounts {
  return new Map(entries(resources?.requests))
}

function entries(list: Readonly<Record<string, string>> = {}): readonly (readonly [string, bigint])[] {
  return Object.entries(list).map(([name, text]) => [name, inNano(text)])
}

function sum(lists: readonly Amounts[]): Amounts {
  const total = new Map<string, bigint>()
  for (const list of lists) for (const [name, amount] of list) total.set(name, (total.get(name) ?? 0n) + amount)
  return total
}

function larger(a: Amounts, b: Amounts): Amounts {
  const names = new Set([...a.keys(), ...b.keys()])
  return new Map([...names].map((name) => [name, max(a.get(name) ?? 0n, b.get(name) ?? 0n)]))
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)

const units: Readonly<Record<string, bigint>> = {
  n: 1n,
  u: 1_000n,
  m: 1_000_000n,
  '': 1_000_000_000n,
  k: 1_000_000_000_000n,
  M: 1_000_000_000_000_000n,
  G: 1_000_000_000_000_000_000n,
  Ki: 1_000_000_000n * 1024n,
  Mi: 1_000_000_000n * 1024n ** 2n,
  Gi: 1_000_000_000n * 1024n ** 3n,
  Ti: 1_000_000_000n * 1024n ** 4n,
}

/** A quantity in billionths. */
export function inNano(text: string): bigint {
  const [, whole = '0', fraction = '', suffix = ''] = /^(\d+)(?:\.(\d*))?([A-Za-z]*)$/u.exec(text) ?? []
  const unit = units[suffix]
  if (unit === undefined || !/^\d/u.test(text)) throw new Error(`the oracle knows no quantity ${text}`)
  return (BigInt(whole + fraction) * unit) / 10n ** BigInt(fraction.length)
}

/** The sentence that kube-scheduler begins with: for each node what its first filter says, counted and sorted. */
export function messageOf(pod: Pod, world: World): string {
  const counts = new Map<string, number>()
  for (const node of world.nodes) {
    for (const reason of wrongWith(node, pod, world)[0]?.reasons ?? [])
      counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  const said = [...counts].map(([reason, count]) => `${count} ${reason}`).sort((a, b) => (a < b ? -1 : 1))
  return `0/${world.nodes.length} nodes are available: ${said.join(', ')}.`
}
