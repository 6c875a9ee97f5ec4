import { blankEntry, type Entry, type MutableEntry, touched } from './entry.ts'
import { Run } from './run.ts'
import type { Page, Pages, StoreMemory } from './types.ts'

const bits = 8
const mask = (1 << bits) - 1
const objects = { value: 0, previous: 1, actor: 2, only: 3 } as const
const floats = { revision: 0, previousRevision: 1, at: 2, previousStamp: 3, create: 4 } as const
const ints = { slot: 0, type: 1, cause: 2, version: 3, count: 4 } as const

const place = (column: number, entry: number): number => (column << bits) | (entry & mask)

/** The history: every change in order, oldest dropped first, a run of touches folded into one row. */
export class Log {
  private readonly pages: Pages
  private readonly start: { value: number }

  constructor(
    memory: StoreMemory,
    private readonly folds: boolean,
  ) {
    this.pages = memory.paged('store.log', { objects: 4, floats: 5, ints: 5, bits })
    this.start = memory.cell('store.logStart', 0)
  }

  /** The oldest row that is kept. */
  get first(): number {
    return this.start.value
  }

  /** One past the newest row. */
  get end(): number {
    return this.pages.length
  }

  /** Appends a change and returns its row. If it went into a run, its offset is the row's count less one. */
  append(entry: Entry): number {
    if (entry.type === touched && this.folds && this.extend(entry)) return this.pages.length - 1
    const row = this.pages.add()
    const page = this.pages.write(row)
    const at = row & mask
    page.objects[at] = entry.value
    page.objects[(objects.previous << bits) | at] = entry.previous
    page.objects[(objects.actor << bits) | at] = entry.actor
    page.objects[(objects.only << bits) | at] = entry.only
    page.floats[at] = entry.revision
    page.floats[(floats.previousRevision << bits) | at] = entry.previousRevision
    page.floats[(floats.at << bits) | at] = entry.at
    page.floats[(floats.previousStamp << bits) | at] = entry.previousStamp
    page.floats[(floats.create << bits) | at] = entry.createRevision
    page.ints[at] = entry.slot
    page.ints[(ints.type << bits) | at] = entry.type
    page.ints[(ints.cause << bits) | at] = entry.cause
    page.ints[(ints.version << bits) | at] = entry.version
    page.ints[(ints.count << bits) | at] = 1
    return row
  }

  /** The run that a row holds, if it does. */
  run(row: number): Run | undefined {
    const held = this.pages.read(row).objects[row & mask]
    return held instanceof Run ? held : undefined
  }

  /**
   * Takes a touch into the newest row if that is a touch or a run which it continues: mostly nothing is written but a
   * count.
   */
  private extend(entry: Entry): boolean {
    const newest = this.pages.length - 1
    if (newest < this.start.value) return false
    const page = this.pages.read(newest)
    const count = page.ints[place(ints.count, newest)]!
    const held = page.objects[place(objects.value, newest)]
    const isRun = held instanceof Run
    if (!isRun && page.ints[place(ints.type, newest)] !== touched) return false
    if (page.floats[place(floats.revision, newest)]! + count !== entry.revision) return false
    const run = isRun ? held : this.begin(this.read(newest, 0), entry, page.owner)
    const isTold = run.repeats(count, entry)
    if (!isTold && !run.mayGrow(count, entry)) return false
    const own = this.pages.write(newest)
    own.ints[place(ints.count, newest)] = count + 1
    if (isRun && isTold) return true
    // A run belongs to the side of a fork to which its page does.
    const grown = run.owner === own.owner ? run : run.copy(own.owner)
    if (!isTold) grown.grow(entry)
    own.objects[place(objects.value, newest)] = grown
    return true
  }

  /** A run that begins with two touches. What came in between broke off the one before: most often the next is like it. */
  private begin(first: Entry, second: Entry, owner: object): Run {
    const before = this.after(first.previousRevision - 1)
    return this.run(before)?.resumed(this.count(before), first, second, owner) ?? Run.begin(first, owner)
  }

  /** How many changes a row stands for: 1, or the length of a run. */
  count(row: number): number {
    return this.pages.read(row).ints[place(ints.count, row)]!
  }

  /** How many different keys a row is about. */
  keys(row: number): number {
    const held = this.pages.read(row).objects[row & mask]
    return held instanceof Run ? Math.min(held.length, this.count(row)) : 1
  }

  /** What a row says happened; of a run, that it is one of touches. */
  type(row: number): number {
    return this.pages.read(row).ints[place(ints.type, row)]!
  }

  /** What a row that is no run put; undefined for a deletion. */
  value(row: number): unknown {
    return this.pages.read(row).objects[place(objects.value, row)]
  }

  /** What stood there before a row that is no run; undefined if nothing did. */
  previous(row: number): unknown {
    return this.pages.read(row).objects[place(objects.previous, row)]
  }

  /** The slot of a row's first change. */
  slot(row: number): number {
    return this.pages.read(row).ints[row & mask]!
  }

  /** The revision of a row's first change. */
  revision(row: number): number {
    return this.pages.read(row).floats[row & mask]!
  }

  /** The revision of a row's last change. */
  lastRevision(row: number): number {
    const page: Page = this.pages.read(row)
    return page.floats[row & mask]! + page.ints[place(ints.count, row)]! - 1
  }

  /** The change at a place, written into a form of the caller's. */
  read(row: number, offset: number, into: MutableEntry = blankEntry()): Entry {
    const page = this.pages.read(row)
    const at = row & mask
    const value = page.objects[at]
    if (value instanceof Run) return value.at(offset)
    into.slot = page.ints[at]!
    into.type = page.ints[(ints.type << bits) | at]!
    into.revision = page.floats[at]!
    into.previousRevision = page.floats[(floats.previousRevision << bits) | at]!
    into.createRevision = page.floats[(floats.create << bits) | at]!
    into.version = page.ints[(ints.version << bits) | at]!
    into.value = value
    into.previous = page.objects[(objects.previous << bits) | at]
    // A touch is made at the moment that it stamps.
    into.stamp = into.type === touched ? page.floats[(floats.at << bits) | at]! : Number.NaN
    into.previousStamp = page.floats[(floats.previousStamp << bits) | at]!
    into.actor = page.objects[(objects.actor << bits) | at] as string
    into.only = page.objects[(objects.only << bits) | at] as string | undefined
    into.cause = page.ints[(ints.cause << bits) | at]!
    into.at = page.floats[(floats.at << bits) | at]!
    return into
  }

  /** The first row that holds a change later than `revision`. */
  after(revision: number): number {
    let low = this.first
    let high = this.end
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.lastRevision(middle) > revision) high = middle
      else low = middle + 1
    }
    return low
  }

  /** The revision of the last kept change that was made at or before a moment; undefined when there is none. */
  upTo(moment: number): number | undefined {
    let low = this.first
    let high = this.end
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.read(middle, 0).at > moment) high = middle
      else low = middle + 1
    }
    if (low === this.first) return undefined
    return this.revision(low - 1) + this.lastBy(low - 1, moment)
  }

  /** The offset of the last change of a row that was made at or before a moment; its first one was. */
  private lastBy(row: number, moment: number): number {
    let low = 0
    let high = this.count(row) - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.read(row, middle).at > moment) high = middle - 1
      else low = middle
    }
    return low
  }

  /** Shows every change later than a revision, oldest first, and where it stands. */
  each(revision: number, visit: (entry: Entry, row: number, offset: number) => void): void {
    for (let row = this.after(revision); row < this.end; row++) {
      const count = this.count(row)
      for (let offset = Math.max(0, revision + 1 - this.revision(row)); offset < count; offset++) {
        visit(this.read(row, offset), row, offset)
      }
    }
  }

  /** The change of `slot` at exactly `revision`, or undefined when it is no longer kept. */
  at(revision: number, slot: number): Entry | undefined {
    for (let row = this.after(revision - 1); row < this.end; row++) {
      const first = this.revision(row)
      if (first > revision) return undefined
      const found = this.read(row, revision - first)
      if (found.slot === slot) return found
    }
    return undefined
  }

  dropBefore(row: number): void {
    this.start.value = row
    this.pages.dropBefore(row)
  }
}
