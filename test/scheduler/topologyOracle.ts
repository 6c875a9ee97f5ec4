/**
 * What rules between pods come to, worked out pod by pod and node by node from what Kubernetes' documentation says of
 * them: slow, and sharing nothing with the plugins.
 */
import type { LabelSelector } from '../../src/api/types/meta.ts'
import type { Node, Pod, PodAffinityTerm, TopologySpreadConstraint } from '../../src/api/types/core.ts'

export interface World {
  readonly nodes: readonly Node[]
  /** Pods with the node they are on, which may not exist. */
  readonly placed: readonly (readonly [pod: Pod, node: string])[]
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** What chooses the incoming pod together with its like, for pods without constraints of their own. */
  readonly chosenBy?: LabelSelector | undefined
}

const required = 'requiredDuringSchedulingIgnoredDuringExecution'
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution'

export function matches(selector: LabelSelector | undefined, labels: Readonly<Record<string, string>> = {}): boolean {
  if (selector === undefined) return false
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels[key] !== value) return false
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key]
    if (operator === 'In') return value !== undefined && values.includes(value)
    if (operator === 'NotIn') return value === undefined || !values.includes(value)
    return (operator === 'Exists') === (value !== undefined)
  })
}

function concerns(term: PodAffinityTerm, owner: Pod, other: Pod, { namespaces }: World): boolean {
  const named = term.namespaces ?? []
  const own = named.length === 0 && term.namespaceSelector === undefined
  const namespace = other.metadata.namespace!
  const inside = own
    ? namespace === owner.metadata.namespace
    : named.includes(namespace) || matches(term.namespaceSelector, namespaces[namespace])
  return inside && matches(term.labelSelector, other.metadata.labels)
}

const label = (node: Node | undefined, key: string): string | undefined => node?.metadata.labels?.[key]

/** The reason of InterPodAffinity, if it refuses the node. */
export function affinityRefusal(pod: Pod, node: Node, world: World): string | undefined {
  const on = (name: string): Node | undefined => world.nodes.find(({ metadata }) => metadata.name === name)
  const together = (name: string, key: string): boolean =>
    label(on(name), key) !== undefined && label(on(name), key) === label(node, key)
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {}
  const wanted = podAffinity?.[required] ?? []
  const liked = world.placed.filter(([other]) => wanted.every((term) => concerns(term, pod, other, world)))
  if (wanted.length > 0) {
    if (wanted.some(({ topologyKey }) => label(node, topologyKey) === undefined))
      return "node(s) didn't match pod affinity rules"
    const isNobody = !liked.some(([, name]) =>
      wanted.some(({ topologyKey }) => label(on(name), topologyKey) !== undefined),
    )
    const isFirst = isNobody && wanted.every((term) => concerns(term, pod, pod, world))
    const isNear = wanted.every(({ topologyKey }) => liked.some(([, name]) => together(name, topologyKey)))
    if (!isFirst && !isNear) return "node(s) didn't match pod affinity rules"
  }
  for (const term of podAntiAffinity?.[required] ?? [])
    for (const [other, name] of world.placed)
      if (concerns(term, pod, other, world) && together(name, term.topologyKey))
        return "node(s) didn't match pod anti-affinity rules"
  for (const [other, name] of world.placed)
    for (const term of other.spec.affinity?.podAntiAffinity?.[required] ?? [])
      if (concerns(term, other, pod, world) && together(name, term.topologyKey))
        return "node(s) didn't satisfy existing pods anti-affinity rules"
  return undefined
}

/** Points of InterPodAffinity for feasible nodes, from 0 to 100. */
export function affinityScores(pod: Pod, feasible: readonly Node[], world: World): readonly number[] {
  const on = (name: string): Node | undefined => world.nodes.find(({ metadata }) => metadata.name === name)
  const raw = feasible.map((node) => {
    let sum = 0
    const add = (weight: number, key: string, name: string): void => {
      if (label(node, key) !== undefined && label(node, key) === label(on(name), key)) sum += weight
    }
    for (const [other, name] of world.placed) {
      const [own, others] = [pod.spec.affinity ?? {}, other.spec.affinity ?? {}]
      for (const { weight, podAffinityTerm: term } of own.podAffinity?.[preferred] ?? [])
        if (concerns(term, pod, other, world)) add(weight, term.topologyKey, name)
      for (const { weight, podAffinityTerm: term } of own.podAntiAffinity?.[preferred] ?? [])
        if (concerns(term, pod, other, world)) add(-weight, term.topologyKey, name)
      for (const term of others.podAffinity?.[required] ?? [])
        if (concerns(term, other, pod, world)) add(1, term.topologyKey, name)
      for (const { weight, podAffinityTerm: term } of others.podAffinity?.[preferred] ?? [])
        if (concerns(term, other, pod, world)) add(weight, term.topologyKey, name)
      for (const { weight, podAffinityTerm: term } of others.podAntiAffinity?.[preferred] ?? [])
        if (concerns(term, other, pod, world)) add(-weight, term.topologyKey, name)
    }
    return sum
  })
  const [least, most] = [Math.min(...raw), Math.max(...raw)]
  return raw.map((score) => (most === least ? 0 : Math.floor(100 * ((score - least) / (most - least)))))
}

function isEligible(node: Node, pod: Pod, { nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint): boolean {
  const wanted = Object.entries(pod.spec.nodeSelector ?? {})
  if (nodeAffinityPolicy !== 'Ignore' && !wanted.every(([key, value]) => label(node, key) === value)) return false
  return nodeTaintsPolicy !== 'Honor' || (node.spec.taints ?? []).length === 0
}

/** A selector that selects every pod counts none: not documented, but what kube-scheduler does. */
function counted(pod: Pod, node: Node, selector: LabelSelector | undefined, { placed }: World): number {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {}
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) return 0
  return placed.filter(
    ([other, name]) =>
      name === node.metadata.name &&
      other.metadata.deletionTimestamp === undefined &&
      other.metadata.namespace === pod.metadata.namespace &&
      matches(selector, other.metadata.labels),
  ).length
}

export function spreadRefusal(pod: Pod, node: Node, world: World): string | undefined {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
  )
  for (const constraint of constraints) {
    const { topologyKey: key, labelSelector, maxSkew, minDomains = 1 } = constraint
    const mine = label(node, key)
    if (mine === undefined) return "node(s) didn't match pod topology spread constraints (missing required label)"
    const domains = new Map<string, number>()
    for (const each of world.nodes) {
      if (constraints.some(({ topologyKey }) => label(each, topologyKey) === undefined)) continue
      if (!isEligible(each, pod, constraint)) continue
      const value = label(each, key)!
      domains.set(value, (domains.get(value) ?? 0) + counted(pod, each, labelSelector, world))
    }
    const least = domains.size < minDomains ? 0 : Math.min(...domains.values())
    const itself = matches(labelSelector, pod.metadata.labels) ? 1 : 0
    if ((domains.get(mine) ?? 0) + itself - least > maxSkew)
      return "node(s) didn't match pod topology spread constraints"
  }
  return undefined
}

const systemDefaults: readonly TopologySpreadConstraint[] = [
  { topologyKey: 'kubernetes.io/hostname', maxSkew: 3, whenUnsatisfiable: 'ScheduleAnyway' },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5, whenUnsatisfiable: 'ScheduleAnyway' },
]

/** Undefined where nothing is to be spread. */
export function spreadScores(pod: Pod, feasible: readonly Node[], world: World): readonly number[] | undefined {
  const own = pod.spec.topologySpreadConstraints ?? []
  const isOwn = own.length > 0
  const defaults = world.chosenBy === undefined ? [] : systemDefaults
  const constraints = (isOwn ? own : defaults).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway')
  if (constraints.length === 0) return undefined
  const selectorOf = ({ labelSelector }: TopologySpreadConstraint): LabelSelector | undefined =>
    isOwn ? labelSelector : world.chosenBy
  const hasAll = (node: Node): boolean =>
    !isOwn || constraints.every(({ topologyKey }) => label(node, topologyKey) !== undefined)
  const compared = feasible.filter(hasAll)
  const raw = feasible.map((node) => {
    if (!hasAll(node)) return undefined
    let sum = 0
    for (const constraint of constraints) {
      const { topologyKey: key, maxSkew } = constraint
      if (label(node, key) === undefined) continue
      const isHost = key === 'kubernetes.io/hostname'
      const values = new Set(compared.map((each) => label(each, key) ?? ''))
      const peers = world.nodes.filter(
        (each) => label(each, key) === label(node, key) && hasAll(each) && isEligible(each, pod, constraint),
      )
      const count = (isHost ? [node] : peers).reduce(
        (so, each) => so + counted(pod, each, selectorOf(constraint), world),
        0,
      )
      sum += count * Math.log((isHost ? compared.length : values.size) + 2) + (maxSkew - 1)
    }
    return Math.round(sum)
  })
  const some = raw.filter((score) => score !== undefined)
  const [least, most] = [Math.min(...some), Math.max(0, ...some)]
  return raw.map((score) =>
    score === undefined ? 0 : most === 0 ? 100 : Math.floor((100 * (most + least - score)) / most),
  )
}

export function imageScores(pod: Pod, feasible: readonly Node[], { nodes }: World): readonly number[] {
  const size = (node: Node, image: string): number | undefined =>
    node.status.images?.find(({ names = [] }) => names.includes(image))?.sizeBytes
  const mib = 1024 * 1024
  const { containers } = pod.spec
  return feasible.map((node) => {
    let sum = 0
    for (const { image = '' } of containers) {
      const full = /:[^/]*$/u.test(image) ? image : `${image}:latest`
      const having = nodes.filter((each) => size(each, full) !== undefined).length
      sum += Math.floor((size(node, full) ?? 0) * (having / nodes.length))
    }
    const most = 1000 * mib * containers.length
    return Math.floor((100 * (Math.min(Math.max(sum, 23 * mib), most) - 23 * mib)) / (most - 23 * mib))
  })
}
