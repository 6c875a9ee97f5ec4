import type { NodeSelectorTerm } from '../api/types/core.ts'

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
