/** Which nodes a pod asks for. Mirrors staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go. */
import { sortedKeys } from './order.ts'
import { matchesSelector, type Selector } from './selectors.ts'
import type { NodeAffinity, NodeSelectorRequirement, NodeSelectorTerm } from './types/core.ts'

/** What of a node is asked about. */
interface Labelled {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

export type NodeTest = (node: Labelled) => boolean

export const always: NodeTest = () => true

/** What a pod says of the nodes it wants. */
interface Placed {
  readonly nodeSelector: Readonly<Record<string, string>> | undefined
  readonly nodeAffinity: NodeAffinity | undefined
}

/** The nodes that a pod must be on one of; undefined: any. Mirrors GetRequiredNodeAffinity. */
export function requiredOf(pod: Placed): NodeTest | undefined {
  const terms = requiredTerms(pod)?.map(termTest)
  if (pod.nodeSelector === undefined && terms === undefined) return undefined
  const selected = hasLabels(pod.nodeSelector)
  return (node) => selected(node) && (terms === undefined || terms.some((test) => test(node)))
}

export function requiredTerms(pod: Placed): readonly NodeSelectorTerm[] | undefined {
  return pod.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
}

function hasLabels(wanted: Readonly<Record<string, string>> | undefined): NodeTest {
  const keys = sortedKeys(wanted)
  if (keys.length === 0) return always
  return ({ labels }) => {
    for (const key of keys) if (!Object.hasOwn(labels, key) || labels[key] !== wanted![key]) return false
    return true
  }
}

/** A term without any requirement matches nothing. */
export function termTest({ matchExpressions, matchFields = [] }: NodeSelectorTerm): NodeTest {
  const expressions = selectorOf(matchExpressions)
  const names = matchFields.map(nameTest)
  if (expressions.length === 0 && names.length === 0) return () => false
  return ({ labels, name }) => names.every((test) => test(name)) && matchesSelector(expressions, labels)
}

/** Only `metadata.name` is a field that nodes are chosen by, and only In and NotIn ask of it. */
function nameTest({ operator, values = [] }: NodeSelectorRequirement): (name: string) => boolean {
  return operator === 'NotIn' ? (name) => !values.includes(name) : (name) => values.includes(name)
}

function selectorOf(requirements: readonly NodeSelectorRequirement[] | undefined): Selector {
  return (requirements ?? []).map(({ key, operator, values }) => ({
    key,
    operator: operator as Selector[number]['operator'],
    values: values ?? [],
  }))
}
