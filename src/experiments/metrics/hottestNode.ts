import type { Metric } from './metric.ts'

const inARow = 100

/**
 * What the newest node does to a cluster: it is the emptiest and draws every pod. Of any hundred placements in a row,
 * the largest part that went to one node; of fewer, of all.
 */
export const hottestNode: Metric = {
  name: 'hottestNode',
  about: 'Of any 100 placements in a row, the largest share that went to one node.',
  unit: 'share',
  better: 'less',
  measure({ pods, stats }) {
    const schedulers = new Set(stats.map(({ name }) => name))
    const placed = pods
      .filter(({ boundBy }) => boundBy !== undefined && schedulers.has(boundBy))
      .sort((a, b) => a.boundMs! - b.boundMs!)
      .map(({ node }) => node!)
    return placed.length === 0 ? undefined : mostInARow(placed) / Math.min(inARow, placed.length)
  },
}

function mostInARow(nodes: readonly string[]): number {
  const counts = new Map<string, number>()
  let most = 0
  for (const [index, node] of nodes.entries()) {
    if (index >= inARow) counts.set(nodes[index - inARow]!, counts.get(nodes[index - inARow]!)! - 1)
    const count = (counts.get(node) ?? 0) + 1
    counts.set(node, count)
    most = Math.max(most, count)
  }
  return most
}
