import type { NodeTable } from '../nodeTable.ts'
import type { RowLog } from '../rowLog.ts'

/** So many rows of one value are told one by one. */
const MOST_TOLD = 256

/** Which value of one node label each row has, as a number; −1 where the node has none, or there is no node. */
export class Column {
  ids: Int32Array
  /** How many values there are: ids are below it. */
  size = 0
  private readonly values = new Map<string, number>()
  /** A cache: the rows of each value, one after the other. Made when it is first asked for. */
  private rowsOf: Chains | undefined

  constructor(
    private readonly nodes: NodeTable,
    /** The label; undefined: every node is a value of its own. */
    private readonly key: string | undefined,
  ) {
    this.ids = new Int32Array(nodes.capacity).fill(-1)
    for (let row = 0; row < nodes.rows.length; row++) this.read(row)
  }

  /** Tells a log of the rows that have a value. */
  tell(id: number, log: RowLog): void {
    if (this.key === undefined) return log.add(id)
    const { first, next } = (this.rowsOf ??= chained(this.ids, this.size))
    let left = MOST_TOLD
    for (let row = first[id]!; row >= 0; row = next[row]!) {
      if (left-- === 0) return log.addAll()
      log.add(row)
    }
  }

  /** Takes in that rows have changed. */
  refresh(rows: Iterable<number>): void {
    const { capacity } = this.nodes
    this.rowsOf = undefined
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

/** By value the first row that has it, and by row the next with the same; −1 for none. */
interface Chains {
  readonly first: Int32Array
  readonly next: Int32Array
}

function chained(ids: Int32Array, size: number): Chains {
  const first = new Int32Array(size).fill(-1)
  const next = new Int32Array(ids.length).fill(-1)
  for (let row = ids.length - 1; row >= 0; row--) {
    const id = ids[row]!
    if (id < 0) continue
    next[row] = first[id]!
    first[id] = row
  }
  return { first, next }
}
