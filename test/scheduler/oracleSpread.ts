/** Of the oracle: what looks at the pods on other nodes too. */
import type { Node, Pod } from '../../src/index.ts'
import { isWanted, type Labels, meets, occupies, toleratesAll, type World } from './oracle.ts'

type Selector =
  | {
      readonly matchLabels?: Labels
      readonly matchExpressions?: readonly {
        readonly key: string
        readonly operator: string
        readonly values?: readonly string[]
      }[]
    }
  | undefined

/** One that is not there selects nothing, one that says nothing everything. */
function selects(selector: Selector, labels: Labels = {}): boolean {
  if (selector === undefined) return false
  const { matchLabels = {}, matchExpressions = [] } = selector
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((one) => meets(labels, one))
  )
}

/** Pods are counted by what says something only: of `{}` there are none, though whoever comes is one. */
const countsAny = (selector: Selector): boolean =>
  Object.values(selector ?? {}).some((part) => Object.keys(part).length > 0)

const labelOf = (node: Node, key: string): string | undefined => node.metadata.labels?.[key]

/** https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
export function uneven(node: Node, pod: Pod, { nodes, pods }: World): readonly string[] {
  const mismatch = "node(s) didn't match pod topology spread constraints"
  const hard = (pod.spec.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
  )
  if (hard.some(({ topologyKey }) => labelOf(node, topologyKey) === undefined))
    return [`${mismatch} (missing required label)`]
  const hasAll = nodes.filter((one) => hard.every(({ topologyKey }) => labelOf(one, topologyKey) !== undefined))
  const tooMany = hard.some((constraint) => {
    const { topologyKey: key, labelSelector, maxSkew, minDomains = 1 } = constraint
    const { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint
    const eligible = hasAll.filter(
      (one) =>
        (nodeAffinityPolicy === 'Ignore' || isWanted(one, pod)) &&
        (nodeTaintsPolicy === 'Ignore' || toleratesAll(one, pod)),
    )
    const counts = new Map(eligible.map((one) => [labelOf(one, key)!, 0]))
    for (const other of pods) {
      const on = eligible.find(({ metadata }) => metadata.name === other.spec.nodeName)
      const { namespace, labels, deletionTimestamp } = other.metadata
      const counted =
        namespace === pod.metadata.namespace &&
        occupies(other) &&
        deletionTimestamp === undefined &&
        countsAny(labelSelector) &&
        selects(labelSelector, labels)
      if (on !== undefined && counted) counts.set(labelOf(on, key)!, counts.get(labelOf(on, key)!)! + 1)
    }
    const fewest = counts.size < minDomains ? 0 : Math.min(...counts.values())
    const own = selects(labelSelector, pod.metadata.labels) ? 1 : 0
    return (counts.get(labelOf(node, key)!) ?? 0) + own - fewest > maxSkew
  })
  return tooMany ? [mismatch] : []
}

interface Term {
  readonly labelSelector?: Selector
  readonly topologyKey: string
  readonly namespaces?: readonly string[]
  readonly namespaceSelector?: Selector
}

/** Whether a term of one pod means another pod. */
function means(
  { labelSelector, namespaces = [], namespaceSelector }: Term,
  of: Pod,
  other: Pod,
  world: World,
): boolean {
  const space = other.metadata.namespace!
  const isOwn = namespaces.length === 0 && namespaceSelector === undefined && space === of.metadata.namespace
  const isNamed = namespaces.includes(space) || selects(namespaceSelector, world.namespaces.get(space))
  return (isOwn || isNamed) && selects(labelSelector, other.metadata.labels)
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity */
export function unsociable(node: Node, pod: Pod, world: World): readonly string[] {
  const nodes = new Map(world.nodes.map((one) => [one.metadata.name, one]))
  const placed = world.pods.flatMap((other) => {
    const on = nodes.get(other.spec.nodeName ?? '')
    return on !== undefined && occupies(other) ? [{ other, on }] : []
  })
  const isTogether = (key: string, on: Node): boolean =>
    labelOf(node, key) !== undefined && labelOf(node, key) === labelOf(on, key)
  const near: readonly Term[] = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const apart: readonly Term[] =
    pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const wrong: string[] = []
  if (!isNear(node, pod, near, placed, isTogether, world)) wrong.push("node(s) didn't match pod affinity rules")
  if (
    apart.some((term) =>
      placed.some(({ other, on }) => isTogether(term.topologyKey, on) && means(term, pod, other, world)),
    )
  )
    wrong.push("node(s) didn't match pod anti-affinity rules")
  const isShunned = placed.some(({ other, on }) => {
    const theirs: readonly Term[] =
      other.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
    return theirs.some((term) => isTogether(term.topologyKey, on) && means(term, other, pod, world))
  })
  if (isShunned) wrong.push("node(s) didn't satisfy existing pods anti-affinity rules")
  // kube-scheduler tells the first.
  return wrong.slice(0, 1)
}

/** Each term needs a pod that all terms mean; the first of a group, which means itself, may go wherever the keys are. */
function isNear(
  node: Node,
  pod: Pod,
  terms: readonly Term[],
  placed: readonly { readonly other: Pod; readonly on: Node }[],
  isTogether: (key: string, on: Node) => boolean,
  world: World,
): boolean {
  if (terms.some(({ topologyKey }) => labelOf(node, topologyKey) === undefined)) return false
  const meant = placed.filter(({ other }) => terms.every((term) => means(term, pod, other, world)))
  if (terms.every(({ topologyKey }) => meant.some(({ on }) => isTogether(topologyKey, on)))) return true
  const isFirst = terms.every(({ topologyKey }) => meant.every(({ on }) => labelOf(on, topologyKey) === undefined))
  return isFirst && terms.every((term) => means(term, pod, pod, world))
}
