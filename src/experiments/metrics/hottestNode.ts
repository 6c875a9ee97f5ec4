import type { Run } from '../run/run.ts'
import type { Metric } from './metric.ts'

const inARow = 100

/**
 * What the newest node does to a cluster: it is the emptiest and draws every pod. Of any hundred placements in a row,
 * the largest share that went to one node; of fewer than a hundred in all, of those.
 */
export const hottestNode: Metric = {
  name: 'hottestNode',
  about: 'Of any 100 placements in a row, the largest share that went to one node.',
  unit: 'share',
  better: 'less',
  measure(run) {
    const shares = hottestShares(run)
    return shares.length === 0 ? undefined : shares.reduce((a, b) => Math.max(a, b))
  },
}

/** After every placement: of the last hundred, the largest share that went to one node. */
export function hottestShares({ pods, stats }: Pick<Run, 'pods' | 'stats'>): readonly number[] {
  const schedulers = new Set(stats.map(({ name }) => name))
  const placed = pods
    .filter(({ boundBy }) => boundBy !== undefined && schedulers.has(boundBy))
    .sort((a, b) => a.boundMs! - b.boundMs!)
    .map(({ node }) => node!)
  const window = Math.min(inARow, placed.length)
  const counts = new Counts()
  return placed.map((node, index) => {
    if (index >= inARow) counts.less(placed[index - inARow]!)
    counts.more(node)
    return counts.most / window
  })
}

/** How often each node is counted, and how often the one that is counted most. */
class Counts {
  most = 0
  private readonly byNode = new Map<string, number>()
  /** At n: how many nodes are counted n times. */
  private readonly nodes: number[] = []

  more(node: string): void {
    const count = this.move(node, 1)
    if (count > this.most) this.most = count
  }

  less(node: string): void {
    const count = this.move(node, -1)
    if (count + 1 === this.most && !this.nodes[this.most]) this.most = count
  }

  private move(node: string, by: 1 | -1): number {
    const before = this.byNode.get(node) ?? 0
    this.byNode.set(node, before + by)
    this.nodes[before] = (this.nodes[before] ?? 0) - 1
    this.nodes[before + by] = (this.nodes[before + by] ?? 0) + 1
    return before + by
  }
}
