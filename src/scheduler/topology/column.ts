import type { NodeTable } from '../nodeTable.ts'

/** Which value of one node label each row has, as a number; −1 where the node has none, or there is no node. */
export class Column {
  ids: Int32Array
  /** How many values there are: ids are below it. */
  size = 0
  private readonly values = new Map<string, number>()

  constructor(
    private readonly nodes: NodeTable,
    /** The label; undefined: every node is a value of its own. */
    private readonly key: string | undefined,
  ) {
    this.ids = new Int32Array(nodes.capacity).fill(-1)
    for (let row = 0; row < nodes.rows.length; row++) this.read(row)
  }

  /** Takes in that rows have changed. */
  refresh(rows: Iterable<number>): void {
    const { capacity } = this.nodes
    if (this.ids.length < capacity) {
      const ids = new Int32Array(capacity).fill(-1)
      ids.set(this.ids)
      this.ids = ids
    }
    for (const row of rows) this.read(row)
  }

  private read(row: number): void {
    const { node, labels } = this.nodes.rows[row]!
    const { key } = this
    if (node === undefined) this.ids[row] = -1
    else if (key === undefined) this.ids[row] = row
    else this.ids[row] = Object.hasOwn(labels, key) ? this.idOf(labels[key]!) : -1
    if (key === undefined) this.size = this.nodes.capacity
  }

  private idOf(value: string): number {
    let id = this.values.get(value)
    if (id === undefined) {
      id = this.size++
      this.values.set(value, id)
    }
    return id
  }
}
