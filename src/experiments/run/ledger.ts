import type { Need } from './demand.ts'
import { slots } from './demand.ts'

/** One resource over all nodes. Lists are by row of a node; a node that left has zeros. */
export interface Column {
  readonly resource: string
  readonly capacity: number[]
  readonly allocated: number[]
  totalCapacity: number
  /** Of the nodes that have it: what pods took of a node that left is no part of what all offer. */
  totalAllocated: number
  /** What has been asked for so far by all pods that came. */
  arrived: number
  /** Σ and Σ² of the shares of it that the nodes which have it have given away, and how many these are. */
  shares: number
  squares: number
  holders: number
}

export interface NodeRow {
  readonly name: string
  pods: number
  isThere: boolean
}

/** Who has given away how much: nodes come and go, pods take and give back. */
export class Ledger {
  readonly nodes: NodeRow[] = []
  /** How many nodes are there, and how many of them have pods. */
  count = 0
  used = 0
  /** Counts what happened to the nodes themselves. */
  version = 0
  private readonly rows = new Map<string, number>()
  private readonly columns = new Map<string, Column>()

  /** Every resource that somebody asked for or offers, in the order in which that was learnt. */
  all(): IterableIterator<Column> {
    return this.columns.values()
  }

  /** Those that some pod has asked for, pod slots aside. */
  asked(): Column[] {
    return [...this.columns.values()].filter(({ resource, arrived }) => resource !== slots && arrived > 0)
  }

  column(resource: string): Column {
    const known = this.columns.get(resource)
    if (known !== undefined) return known
    const zeros = (): number[] => new Array<number>(this.nodes.length).fill(0)
    const made: Column = {
      resource,
      capacity: zeros(),
      allocated: zeros(),
      totalCapacity: 0,
      totalAllocated: 0,
      arrived: 0,
      shares: 0,
      squares: 0,
      holders: 0,
    }
    this.columns.set(resource, made)
    return made
  }

  /** What each node that is there offers. */
  offered(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    const columns = [...this.columns.values()]
    const offer = (row: number): ReadonlyMap<string, number> =>
      new Map(columns.filter(({ capacity }) => capacity[row]! > 0).map((one) => [one.resource, one.capacity[row]!]))
    const rows = this.nodes.map(({ name, isThere }, row) => ({ name, isThere, row })).filter(({ isThere }) => isThere)
    return new Map(rows.map(({ name, row }) => [name, offer(row)]))
  }

  /** The row of a node of which something was heard, whether or not it is there now. */
  row(name: string): number {
    const known = this.rows.get(name)
    if (known !== undefined) return known
    const row = this.nodes.length
    this.nodes.push({ name, pods: 0, isThere: false })
    this.rows.set(name, row)
    for (const column of this.columns.values()) {
      column.capacity.push(0)
      column.allocated.push(0)
    }
    return row
  }

  /** A node comes, or offers something else than before. */
  offers(name: string, offer: ReadonlyMap<string, number>): number {
    const row = this.row(name)
    const node = this.nodes[row]!
    if (!node.isThere) this.arrives(node, 1)
    for (const resource of offer.keys()) this.column(resource)
    for (const column of this.columns.values()) this.resize(column, row, offer.get(column.resource) ?? 0)
    this.version++
    return row
  }

  leaves(name: string): number {
    const row = this.row(name)
    const node = this.nodes[row]!
    if (node.isThere) this.arrives(node, -1)
    for (const column of this.columns.values()) this.resize(column, row, 0)
    this.version++
    return row
  }

  private arrives(node: NodeRow, sign: 1 | -1): void {
    node.isThere = sign === 1
    this.count += sign
    if (node.pods > 0) this.used += sign
  }

  private resize(column: Column, row: number, capacity: number): void {
    if (column.capacity[row] === capacity) return
    this.withoutShare(column, row, () => {
      column.totalCapacity += capacity - column.capacity[row]!
      column.capacity[row] = capacity
    })
  }

  /** A pod that asks for so much has come. */
  asks(needs: readonly Need[]): void {
    for (const { resource, amount } of needs) this.column(resource).arrived += amount
  }

  take(row: number, needs: readonly Need[]): void {
    this.change(row, needs, 1)
  }

  giveBack(row: number, needs: readonly Need[]): void {
    this.change(row, needs, -1)
  }

  private change(row: number, needs: readonly Need[], sign: 1 | -1): void {
    const node = this.nodes[row]!
    const before = node.pods
    node.pods += sign
    if (node.isThere && (before === 0 || node.pods === 0)) this.used += sign
    for (const { resource, amount } of needs) {
      const column = this.column(resource)
      this.withoutShare(column, row, () => {
        column.allocated[row]! += sign * amount
      })
    }
  }

  /** Changes a node's part while it is left out of the sums of shares. */
  private withoutShare(column: Column, row: number, change: () => void): void {
    this.share(column, row, -1)
    change()
    this.share(column, row, 1)
  }

  private share(column: Column, row: number, sign: 1 | -1): void {
    const capacity = column.capacity[row]!
    if (capacity <= 0) return
    const allocated = column.allocated[row]!
    const share = allocated / capacity
    column.totalAllocated += sign * allocated
    column.shares += sign * share
    column.squares += sign * share * share
    column.holders += sign
  }
}
