import type { Affinity, NodeSelectorTerm } from '../api/types/core.ts'

/**
 * The names of which a node must have one, where every term asks for some; undefined: any. Mirrors PreFilter of
 * pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go.
 */
export function namedNodes(terms: readonly NodeSelectorTerm[] | undefined): readonly string[] | undefined {
  if (terms === undefined || terms.length === 0) return undefined
  const all = new Set<string>()
  for (const { matchFields = [] } of terms) {
    let names: readonly string[] | undefined
    for (const { key, operator, values = [] } of matchFields) {
      if (key !== 'metadata.name' || operator !== 'In') continue
      names = names?.filter((name) => values.includes(name)) ?? values
    }
    if (names === undefined) return undefined
    for (const name of names) all.add(name)
  }
  return [...all]
}

/** The name of a node where an affinity asks for that and for nothing else, as that of a DaemonSet's pods does. */
export function soleName(affinity: Affinity | undefined): string | undefined {
  if (affinity?.nodeAffinity === undefined) return undefined
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity
  if ((podAffinity ?? podAntiAffinity ?? nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution) !== undefined)
    return undefined
  const terms = nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (terms?.length !== 1 || terms[0]!.matchExpressions !== undefined) return undefined
  const { matchFields } = terms[0]!
  if (matchFields?.length !== 1) return undefined
  const { key, operator, values } = matchFields[0]!
  return key === 'metadata.name' && operator === 'In' && values?.length === 1 ? values[0] : undefined
}
