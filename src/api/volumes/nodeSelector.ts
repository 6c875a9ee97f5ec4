/** Node selectors. Mirrors staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go. */
import { type Labels, matchesSelector, type Selector } from '../selectors.ts'
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../types/core.ts'

/** Whether a node of this name and these labels is among those selected: by any of the terms. */
export function matchesNodeSelector({ nodeSelectorTerms }: NodeSelector, name: string, labels: Labels): boolean {
  for (const term of nodeSelectorTerms) if (matchesTerm(term, name, labels)) return true
  return false
}

/** A term without any requirement matches nothing; only `metadata.name` is a field that nodes are chosen by. */
function matchesTerm({ matchExpressions, matchFields }: NodeSelectorTerm, name: string, labels: Labels): boolean {
  const expressions = requirements(matchExpressions)
  const fields = requirements(matchFields)
  if (expressions.length + fields.length === 0) return false
  return matchesSelector(expressions, labels) && matchesSelector(fields, { 'metadata.name': name })
}

function requirements(given: readonly NodeSelectorRequirement[] = []): Selector {
  return given.map(({ key, operator, values = [] }) => ({
    key,
    operator: operator as Selector[number]['operator'],
    values,
  }))
}
