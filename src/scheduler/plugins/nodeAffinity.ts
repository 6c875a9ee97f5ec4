/**
 * Node selectors, required and preferred node affinity. Mirrors pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go
 * and staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go.
 */
import { sortedKeys } from '../../api/order.ts'
import { matchesSelector, type Selector } from '../../api/selectors.ts'
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../../api/types/core.ts'
import type { NodeRow } from '../nodeTable.ts'
import { normalizeToMax, type NodePlugin } from '../plugin.ts'
import type { PodInfo } from '../podInfo.ts'

type RowTest = (row: NodeRow) => boolean

const always: RowTest = () => true

export const NodeAffinity: NodePlugin = Object.freeze<NodePlugin>({
  rows: true,
  scope: 'node',
  name: 'NodeAffinity',
  preFilter: (pod) => (pod.nodeSelector === undefined && requiredTerms(pod) === undefined ? 'skip' : undefined),
  filter: (pod, nodes) => {
    const selected = hasLabels(pod.nodeSelector)
    const terms = requiredTerms(pod)?.map(termTest)
    return (row) => {
      const node = nodes.rows[row]!
      if (!selected(node)) return 1
      return terms === undefined || terms.some((test) => test(node)) ? 0 : 1
    }
  },
  refusal: () => ({
    plugin: 'NodeAffinity',
    reasons: ["node(s) didn't match Pod's node affinity/selector"],
    resolvable: false,
  }),
  preScore: (pod) => (preferredTerms(pod).length === 0 ? 'skip' : undefined),
  score: (pod, nodes) => {
    const terms = preferredTerms(pod).map(({ weight, preference }) => ({ weight, test: termTest(preference) }))
    return (row) => {
      const node = nodes.rows[row]!
      let sum = 0
      for (const { weight, test } of terms) if (test(node)) sum += weight
      return sum
    }
  },
  normalize: normalizeToMax,
})

function requiredTerms(pod: PodInfo): readonly NodeSelectorTerm[] | undefined {
  return pod.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
}

function preferredTerms(pod: PodInfo): readonly { readonly weight: number; readonly preference: NodeSelectorTerm }[] {
  return pod.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
}

function hasLabels(wanted: Readonly<Record<string, string>> | undefined): RowTest {
  const keys = sortedKeys(wanted)
  if (keys.length === 0) return always
  return ({ labels }) => {
    for (const key of keys) if (!Object.hasOwn(labels, key) || labels[key] !== wanted![key]) return false
    return true
  }
}

/** A term without any requirement matches nothing; only `metadata.name` is a field that nodes are chosen by. */
function termTest(term: NodeSelectorTerm): RowTest {
  const expressions = selectorOf(term.matchExpressions)
  const fields = selectorOf(term.matchFields)
  if (expressions.length === 0 && fields.length === 0) return () => false
  return ({ labels, name }) =>
    matchesSelector(expressions, labels) && (fields.length === 0 || matchesSelector(fields, { 'metadata.name': name }))
}

function selectorOf(requirements: readonly NodeSelectorRequirement[] | undefined): Selector {
  return (requirements ?? []).map(({ key, operator, values }) => ({
    key,
    operator: operator as Selector[number]['operator'],
    values: values ?? [],
  }))
}
