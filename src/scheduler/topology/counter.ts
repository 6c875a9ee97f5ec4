import type { RowLog } from '../rowLog.ts'
import type { Column } from './column.ts'

/** Pods that are alike, by the row that they are on: what counters count. */
export class Source {
  readonly rows: Map<number, number> = new Map()
  readonly links: { readonly counter: Counter; readonly weight: number }[] = []

  add(row: number, by: 1 | -1): void {
    const { rows, links } = this
    const count = (rows.get(row) ?? 0) + by
    if (count === 0) rows.delete(row)
    else rows.set(row, count)
    for (let i = 0; i < links.length; i++) links[i]!.counter.add(row, by * links[i]!.weight)
  }

  /** Nobody counts it any more. */
  detach(): void {
    for (const { counter } of this.links) counter.sources.delete(this)
    this.links.length = 0
  }
}

/** How often the nodes' labels and taints have changed: what was made for another time has to be made again. */
export interface Times {
  readonly epoch: number
}

/** Which rows are counted. */
export interface Where {
  /** 1 for a row that is. */
  mask(): Uint8Array
}

/** Tells a log of rows when there come to be more than so many pods where they are, or no longer are. */
export interface Watch {
  readonly log: RowLog
  above: number
}

/** How many pods, weighted, are on the nodes that share a value of a label. */
export class Counter {
  /** By id of the value. Read through `fresh`. */
  values: Int32Array = new Int32Array(0)
  total = 0
  readonly sources: Map<Source, number> = new Map()
  private readonly watches: Watch[] = []
  private epoch = -1
  private counted: Uint8Array | undefined

  constructor(
    private readonly times: Times,
    readonly column: Column,
    private readonly where: Where | undefined = undefined,
  ) {}

  /** Counts what is now on each row, and from now on. */
  attach(source: Source, weight: number): void {
    this.sources.set(source, weight)
    source.links.push({ counter: this, weight })
    if (this.isFresh) for (const [row, count] of source.rows) this.add(row, count * weight)
  }

  add(row: number, by: number): void {
    if (!this.isFresh) return
    const id = this.sum(row, by)
    if (id < 0) return
    const { watches, column } = this
    const after = this.values[id]!
    const before = after - by
    for (let i = 0; i < watches.length; i++) {
      const { log, above } = watches[i]!
      if (before > above !== after > above) column.tell(id, log)
    }
  }

  watch(watch: Watch): void {
    this.watches.push(watch)
  }

  /** The same, as of now. */
  fresh(): this {
    if (this.isFresh) return this
    const { column, times } = this
    for (const { log } of this.watches) log.addAll()
    this.counted = this.where?.mask()
    if (this.values.length < column.size) this.values = new Int32Array(column.size)
    else this.values.fill(0)
    this.total = 0
    this.begin()
    this.epoch = times.epoch
    for (const [source, weight] of this.sources) for (const [row, count] of source.rows) this.sum(row, count * weight)
    return this
  }

  /** Whether it counts anything, wherever that is. */
  get isUsed(): boolean {
    return this.sources.size > 0
  }

  protected get isFresh(): boolean {
    return this.epoch === this.times.epoch
  }

  /** Returns the value of the row; below 0 if it is not counted. */
  private sum(row: number, by: number): number {
    if (this.counted?.[row] === 0) return -1
    const id = this.column.ids[row]
    // A row that came later than the column's last refreshing has no node.
    if (id === undefined || id < 0) return -1
    this.total += by
    this.bump(id, by)
    return id
  }

  protected bump(id: number, by: number): void {
    this.values[id]! += by
  }

  /** All values are 0 again. */
  protected begin(): void {
    // Nothing else is kept.
  }
}

/** Knows the value with the fewest pods. */
export class LeastCounter extends Counter {
  /** How many values there are on nodes that are counted. */
  domains = 0
  /** The fewest pods that any of these has; Infinity where there is none. */
  least: number = Infinity
  private isDomain = new Uint8Array(0)
  /** How many of them have so many pods. */
  private levels: number[] = []

  constructor(
    times: Times,
    column: Column,
    private readonly eligible: Where,
  ) {
    super(times, column, eligible)
  }

  protected override begin(): void {
    const { ids, size } = this.column
    const mask = this.eligible.mask()
    this.isDomain = new Uint8Array(size)
    this.domains = 0
    for (let row = 0; row < mask.length; row++) {
      if (mask[row] === 0 || this.isDomain[ids[row]!] === 1) continue
      this.isDomain[ids[row]!] = 1
      this.domains++
    }
    this.levels = [this.domains]
    this.least = this.domains === 0 ? Infinity : 0
  }

  protected override bump(id: number, by: number): void {
    const { values, levels } = this
    const before = values[id]!
    const after = before + by
    values[id] = after
    levels[before]!--
    levels[after] = (levels[after] ?? 0) + 1
    if (after < this.least) this.least = after
    while ((levels[this.least] ?? 0) === 0) this.least++
  }
}
