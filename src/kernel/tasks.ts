import type { CowArray } from './cow.ts'
import { Heap } from './heap.ts'
import type { Memory } from './memory.ts'
import type { Page, Paged } from './paged.ts'

/** `work` keeps `settle` going; a `timer` does not. */
export type TaskKind = 'work' | 'timer'

/** Something a component is to do at a time. Plain data. */
export interface Task {
  /** Virtual milliseconds since the Unix epoch. */
  readonly at: number
  /** 0 unless exploration draws it; orders tasks of one moment. */
  readonly rank: number
  /** Order of scheduling; the last word in ordering. */
  readonly sequence: number
  /** The component whose turn it is. */
  readonly to: string
  readonly message: unknown
  /** What led to it: a revision (> 0), a call from outside (< 0, -1 is the first), 0 for the beginning. */
  readonly cause: number
  readonly kind: TaskKind
}

/** A task that is filled in again and again. */
export type TaskForm = { -readonly [K in keyof Task]: Task[K] }

export function blankTask(): TaskForm {
  // Fractions, so that the fields are numbers of that sort from the beginning.
  return { at: 0.5, rank: 0, sequence: 0.5, to: '', message: undefined, cause: 0.5, kind: 'work' }
}

const bits = 6
const mask = (1 << bits) - 1
const objects = { to: 0, message: 1 << bits } as const
const floats = { at: 0, sequence: 1 << bits, cause: 2 << bits } as const
const ints = { rank: 0, isWork: 1 << bits, next: 2 << bits, lane: 3 << bits } as const

// All lanes share a page.
const laneBits = 3
const lanes = 1 << laneBits
/** What is due in more than `soon` ms leaves the lanes before this one to what is due before it. */
const farLane = 2
const soon = 100
const laneFloats = { firstAt: 0, lastAt: lanes } as const
const laneInts = { first: 0, last: lanes } as const

/** Tasks are put into rows close together where there are at least so many rows, of which at most one in sixteen holds one. */
const sparse = { rows: 1024, share: 16 } as const

/** Stands for no task. */
const NONE = -1
/** Stands for a task that is to be looked for. */
const UNKNOWN = -2

/**
 * Tasks by (at, rank, sequence). Work is mostly done a few fixed times after it was scheduled, so that it comes in as
 * many lanes, each of them in order: one is put at the end of the lane whose end is nearest before it, and the next to
 * be done is the first of some lane. Timers, and what finds no lane, stand in a heap. Where a task stands is nothing but
 * a matter of speed.
 */
export class TaskQueue {
  /** A row a task; rows that are free are linked by `next` as those of a lane are. */
  private readonly rows: Paged
  private readonly lanes: Paged
  private readonly freeRow: { value: number }
  /** How many tasks there are. */
  private readonly count: { value: number }
  private readonly others: CowArray<number>
  private readonly heap: Heap<number>
  /** The row of the first task. A cache. */
  private firstRow = UNKNOWN
  /** The task taken last. */
  private readonly form = blankTask()

  constructor(memory: Memory) {
    this.rows = memory.paged('kernel.tasks', { objects: 2, floats: 3, ints: 4, bits })
    this.lanes = memory.paged('kernel.lanes', { floats: 2, ints: 2, bits: laneBits })
    this.freeRow = memory.cell('kernel.freeTask', NONE)
    this.count = memory.cell('kernel.taskCount', 0)
    this.others = memory.array('kernel.otherTasks')
    this.heap = new Heap(this.others, (a, b) => this.isBefore(a, b))
    while (this.lanes.length < lanes) this.empty(this.lanes.write(0), this.lanes.add())
  }

  private empty(page: Page, lane: number): void {
    page.floats[laneFloats.firstAt + lane] = Infinity
    page.floats[laneFloats.lastAt + lane] = -Infinity
    page.ints[laneInts.first + lane] = NONE
  }

  private isBefore(a: number, b: number): boolean {
    const one = this.rows.read(a)
    const other = this.rows.read(b)
    const difference =
      one.floats[floats.at + (a & mask)]! - other.floats[floats.at + (b & mask)]! ||
      one.ints[ints.rank + (a & mask)]! - other.ints[ints.rank + (b & mask)]! ||
      one.floats[floats.sequence + (a & mask)]! - other.floats[floats.sequence + (b & mask)]!
    return difference < 0
  }

  /** `now`: when it is scheduled. */
  push({ at, rank, sequence, to, message, cause, kind }: Task, now: number): void {
    if (this.firstRow < 0 || at <= this.dueAt(this.firstRow)) this.firstRow = UNKNOWN
    const row = this.take()
    const page = this.rows.write(row)
    const place = row & mask
    page.objects[objects.to + place] = to
    page.objects[objects.message + place] = message
    page.floats[floats.at + place] = at
    page.floats[floats.sequence + place] = sequence
    page.floats[floats.cause + place] = cause
    page.ints[ints.rank + place] = rank
    page.ints[ints.isWork + place] = kind === 'work' ? 1 : 0
    page.ints[ints.next + place] = NONE
    const lane = kind === 'work' && rank === 0 ? this.laneFor(at, at - now > soon ? farLane : 0) : NONE
    page.ints[ints.lane + place] = lane
    if (lane === NONE) this.heap.push(row)
    else this.append(lane, row, at)
  }

  private take(): number {
    this.count.value++
    const free = this.freeRow.value
    if (free === NONE) return this.rows.add()
    this.freeRow.value = this.rows.read(free).ints[ints.next + (free & mask)]!
    return free
  }

  /** Of the lanes from `from` on that whose last task is the latest of those due no later than `at`; NONE for none. */
  private laneFor(at: number, from: number): number {
    const { floats } = this.lanes.read(0)
    let found = NONE
    let latest = -Infinity
    for (let lane = from; lane < lanes; lane++) {
      const last = floats[laneFloats.lastAt + lane]!
      if (last > at || (found !== NONE && last <= latest)) continue
      found = lane
      latest = last
    }
    return found
  }

  private append(lane: number, row: number, at: number): void {
    const page = this.lanes.write(0)
    if (page.ints[laneInts.first + lane] === NONE) {
      page.ints[laneInts.first + lane] = row
      page.floats[laneFloats.firstAt + lane] = at
    } else {
      const last = page.ints[laneInts.last + lane]!
      this.rows.write(last).ints[ints.next + (last & mask)] = row
    }
    page.ints[laneInts.last + lane] = row
    page.floats[laneFloats.lastAt + lane] = at
  }

  /** Whether a task is due by then. */
  isDue(by: number): boolean {
    const row = this.first()
    return row !== NONE && this.dueAt(row) <= by
  }

  /** When the first task is due; undefined when there is none. */
  get due(): number | undefined {
    const row = this.first()
    return row === NONE ? undefined : this.dueAt(row)
  }

  /** The row of the first task; NONE when there is none. */
  private first(): number {
    return this.firstRow === UNKNOWN ? this.findFirst() : this.firstRow
  }

  private findFirst(): number {
    const { floats: ends, ints: rows } = this.lanes.read(0)
    let found = this.heap.peek() ?? NONE
    let soonest = found === NONE ? Infinity : this.dueAt(found)
    for (let lane = 0; lane < lanes; lane++) {
      const at = ends[laneFloats.firstAt + lane]!
      const row = rows[laneInts.first + lane]!
      if (at > soonest || row === NONE) continue
      if (at === soonest && found !== NONE && this.isBefore(found, row)) continue
      found = row
      soonest = at
    }
    this.firstRow = found
    return found
  }

  private dueAt(row: number): number {
    return this.rows.read(row).floats[floats.at + (row & mask)]!
  }

  /** Takes the first task; what it returns is good until the next call. */
  pop(): Task | undefined {
    const row = this.first()
    if (row === NONE) return undefined
    this.firstRow = UNKNOWN
    const lane = this.rows.read(row).ints[ints.lane + (row & mask)]!
    if (lane === NONE) this.heap.pop()
    else this.advance(lane, row)
    this.fill(this.form, row)
    this.free(row)
    const { length } = this.rows
    if (length >= sparse.rows && this.count.value * sparse.share <= length) this.gather(this.sorted(), this.form.at)
    return this.form
  }

  /**
   * Puts these tasks, and no others, into rows that lie together. After many at once the free rows are strewn over all
   * pages, of which a fork would then copy one after the other.
   */
  private gather(tasks: readonly Task[], now: number): void {
    this.clear()
    for (const task of tasks) this.push(task, now)
  }

  /** A lane goes on to what follows its first task. */
  private advance(lane: number, first: number): void {
    const page = this.lanes.write(0)
    const next = this.rows.read(first).ints[ints.next + (first & mask)]!
    if (next === NONE) this.empty(page, lane)
    else {
      page.ints[laneInts.first + lane] = next
      page.floats[laneFloats.firstAt + lane] = this.dueAt(next)
    }
  }

  private free(row: number): void {
    this.count.value--
    const page = this.rows.write(row)
    page.objects[objects.to + (row & mask)] = undefined
    page.objects[objects.message + (row & mask)] = undefined
    page.ints[ints.next + (row & mask)] = this.freeRow.value
    this.freeRow.value = row
  }

  private fill(form: TaskForm, row: number): TaskForm {
    const page = this.rows.read(row)
    const place = row & mask
    form.at = page.floats[floats.at + place]!
    form.rank = page.ints[ints.rank + place]!
    form.sequence = page.floats[floats.sequence + place]!
    form.to = page.objects[objects.to + place] as string
    form.message = page.objects[objects.message + place]
    form.cause = page.floats[floats.cause + place]!
    form.kind = page.ints[ints.isWork + place] === 1 ? 'work' : 'timer'
    return form
  }

  /** The rows of all tasks, in order. */
  private sortedRows(): number[] {
    const rows = this.others.read().slice()
    const { ints: firsts } = this.lanes.read(0)
    for (let lane = 0; lane < lanes; lane++) {
      for (
        let row = firsts[laneInts.first + lane]!;
        row !== NONE;
        row = this.rows.read(row).ints[ints.next + (row & mask)]!
      )
        rows.push(row)
    }
    return rows.sort((a, b) => (this.isBefore(a, b) ? -1 : 1))
  }

  private clear(): void {
    this.rows.clear()
    this.freeRow.value = NONE
    this.count.value = 0
    this.heap.clear()
    this.firstRow = UNKNOWN
    const page = this.lanes.write(0)
    for (let lane = 0; lane < lanes; lane++) this.empty(page, lane)
  }

  /** Every task, in order. */
  sorted(): Task[] {
    return this.sortedRows().map((row) => this.fill(blankTask(), row))
  }

  /** Takes out every task of a component, and returns them in order; `now`: when that is. */
  withdraw(to: string, now: number): Task[] {
    const all = this.sorted()
    const others = all.filter((task) => task.to !== to)
    this.gather(others, now)
    return all.filter((task) => task.to === to)
  }
}
