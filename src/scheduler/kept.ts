import type { Snapshot } from './cycle.ts'
import type { NodeInfo, RowInfo } from './nodeInfo.ts'

/**
 * What one plugin has made of each row, with the version of the row it was made of. A cache: forks and loaded clusters
 * begin without.
 */
export class Kept {
  private snapshot: Snapshot | undefined
  private values: unknown[] = []
  private versions: number[] = []

  of<T>(node: RowInfo, snapshot: Snapshot, make: (node: NodeInfo) => T): T {
    if (this.snapshot !== snapshot) {
      this.snapshot = snapshot
      this.values = []
      this.versions = []
    }
    const { row } = node
    const version = snapshot.nodes.columns.versions[row]!
    if (this.versions[row] === version) return this.values[row] as T
    const value = make(node)
    this.values[row] = value
    this.versions[row] = version
    return value
  }
}
