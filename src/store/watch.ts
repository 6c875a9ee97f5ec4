import { type Concerned, concernedIn, delist, enlist, type Interest, isAbout, type Selected } from './interest.ts'
import type { IndexValues } from './indexValues.ts'
import type { Keys } from './keys.ts'
import type { Pages, Predicate, StoreMemory } from './types.ts'

const selectedBits = 5
const selectedMask = (1 << selectedBits) - 1
const part = (column: number, cursor: number): number => (column << selectedBits) | (cursor & selectedMask)
const objects = { prefix: 0, index: 1, predicate: 2, except: 3 } as const

const bits = 8
const mask = (1 << bits) - 1
const place = (column: number, cursor: number): number => (column << bits) | (cursor & mask)
const ints = { open: 0, head: 1, tail: 2 } as const

/**
 * Cursors of whoever only looks on have numbers of their own, from here: what order the others are told in does not
 * depend on who else looks.
 */
const firstOnlooker = 1 << 18

const markBits = 8
const markMask = (1 << markBits) - 1
const markInts = { row: 0, offset: 1, next: 2 } as const

/**
 * Watch cursors and the changes each has yet to read. A change leaves a mark (its place in the log) with every
 * cursor it concerns and calls nobody; the marks of one cursor are a linked list of integers.
 */
export class Cursors {
  /** What each cursor asks for: written when it is opened. */
  private readonly selected: Pages
  /** Of each cursor whether it is open, and its oldest and newest mark. */
  private readonly cursors: Pages
  private readonly marks: Pages
  /** How many marks are in use or on the list of free ones; those after them were never used, or not lately. */
  private readonly usedMarks: { value: number }
  private readonly unreadMarks: { value: number }
  private readonly freeMark: { value: number }
  private readonly freeCursor: { value: number }
  /** How many cursors onlookers have had at once, and the first that is free. */
  private readonly onlookers: { value: number }
  private readonly freeOnlooker: { value: number }
  private interest: Interest | undefined
  /** Whether another fork reads the same interest, so that it must be gathered anew rather than changed. */
  private shared = false
  /** Cursors that had nothing to read until now; emptied by `takeMarked`. */
  private marked: number[] = []
  private markedCount = 0
  /** The mark taken last. */
  private readonly taken = { row: 0, offset: 0 }
  /** The list handed out last, to be filled next. */
  private spare: number[] = []
  /** No cursor has a mark before this row of the log. A cache: what is marked is mostly the newest row. */
  private readUpTo = 0

  constructor(
    memory: StoreMemory,
    private readonly keys: Keys,
    private readonly indexValues: IndexValues,
    private readonly predicates: ReadonlyMap<string, Predicate>,
    parent?: Cursors,
  ) {
    this.selected = memory.paged('store.selected', { objects: 4, bits: selectedBits })
    this.cursors = memory.paged('store.cursors', { ints: 3, bits })
    this.marks = memory.paged('store.marks', { ints: 3, bits: markBits })
    this.usedMarks = memory.cell('store.usedMarks', 0)
    this.unreadMarks = memory.cell('store.unreadMarks', 0)
    this.freeMark = memory.cell('store.freeMark', -1)
    this.freeCursor = memory.cell('store.freeCursor', -1)
    this.onlookers = memory.cell('store.onlookers', 0)
    this.freeOnlooker = memory.cell('store.freeOnlooker', -1)
    if (parent === undefined) return
    this.readUpTo = parent.readUpTo
    if (parent.interest === undefined) return
    this.interest = { ...parent.interest, byDirectory: parent.interest.byDirectory.slice() }
    this.shared = true
    parent.shared = true
  }

  /** `looksOn`: nothing that happens depends on it. */
  open(selected: Selected, looksOn = false): number {
    const { prefix, index, predicate, except } = selected
    if (predicate !== undefined) this.predicate(predicate)
    const cursor = this.newCursor(looksOn)
    const page = this.cursors.write(cursor)
    const { objects: asked } = this.selected.write(cursor)
    asked[part(objects.prefix, cursor)] = prefix
    asked[part(objects.index, cursor)] = index
    asked[part(objects.predicate, cursor)] = predicate
    asked[part(objects.except, cursor)] = except
    page.ints[place(ints.open, cursor)] = 1
    page.ints[place(ints.head, cursor)] = -1
    page.ints[place(ints.tail, cursor)] = -1
    const number = this.indexValues.numberOf(index)
    this.changeInterest((interest) => enlist(interest, selected, number, cursor))
    return cursor
  }

  private newCursor(looksOn: boolean): number {
    const list = looksOn ? this.freeOnlooker : this.freeCursor
    const free = list.value
    if (free !== -1) {
      list.value = this.cursors.read(free).ints[place(ints.head, free)]!
      return free
    }
    if (looksOn) return firstOnlooker + this.onlookers.value++
    this.selected.add()
    return this.cursors.add()
  }

  close(cursor: number): void {
    if (!this.isOpen(cursor)) return
    while (this.unread(cursor)) this.take(cursor)
    const selected = this.selector(cursor)
    const page = this.cursors.write(cursor)
    page.ints[place(ints.open, cursor)] = 0
    const list = cursor < firstOnlooker ? this.freeCursor : this.freeOnlooker
    page.ints[place(ints.head, cursor)] = list.value
    list.value = cursor
    const number = this.indexValues.numberOf(selected.index)
    this.changeInterest((interest) => delist(interest, selected, number, cursor))
  }

  isOpen(cursor: number): boolean {
    const isThere =
      cursor < firstOnlooker ? cursor < this.cursors.length : cursor - firstOnlooker < this.onlookers.value
    return cursor >= 0 && isThere && this.cursors.read(cursor).ints[place(ints.open, cursor)] === 1
  }

  /** Visits every cursor that is open, by number. */
  private eachOpen(visit: (cursor: number) => void): void {
    for (let cursor = 0; cursor < this.cursors.length; cursor++) if (this.isOpen(cursor)) visit(cursor)
    const end = firstOnlooker + this.onlookers.value
    for (let cursor = firstOnlooker; cursor < end; cursor++) if (this.isOpen(cursor)) visit(cursor)
  }

  selector(cursor: number): Selected {
    const { objects: asked } = this.selected.read(cursor)
    const prefix = asked[part(objects.prefix, cursor)] as string
    const index = asked[part(objects.index, cursor)] as string | undefined
    const predicate = asked[part(objects.predicate, cursor)] as string | undefined
    const except = asked[part(objects.except, cursor)] as readonly string[] | undefined
    return {
      prefix,
      ...(index === undefined ? {} : { index }),
      ...(predicate === undefined ? {} : { predicate }),
      ...(except === undefined ? {} : { except }),
    }
  }

  unread(cursor: number): boolean {
    return this.cursors.read(cursor).ints[place(ints.head, cursor)] !== -1
  }

  private predicate(name: string): Predicate {
    const found = this.predicates.get(name)
    if (found === undefined) throw new RangeError(`there is no predicate named ${JSON.stringify(name)}`)
    return found
  }

  /**
   * Leaves a mark with every cursor that a put or a deletion in this directory concerns. `before` and `after` are the
   * numbers of index values; a value that was or is not there is undefined.
   */
  mark(
    directory: number,
    before: number,
    after: number,
    previous: unknown,
    value: unknown,
    only: string | undefined,
    row: number,
  ): void {
    const { plain, indexed, choosy } = this.concerned(directory)
    this.addAll(plain, row, 0)
    for (let index = 0; index < indexed.length; index++) {
      const { predicate, byNumber } = indexed[index]!
      const old = before === 0 ? undefined : byNumber[before]
      const now = after === before || after === 0 ? undefined : byNumber[after]
      if (old === undefined && now === undefined) continue
      if (predicate !== undefined && !isAbout(predicate, previous, value, only)) continue
      if (old !== undefined) this.addAll(old, row, 0)
      if (now !== undefined) this.addAll(now, row, 0)
    }
    for (let index = 0; index < choosy.length; index++) {
      const { predicate, cursors } = choosy[index]!
      if (isAbout(predicate, previous, value, only)) this.addAll(cursors, row, 0)
    }
  }

  /** The same of a touch, which no predicate is about; `number` is that of the index value. */
  markTouch(directory: number, number: number, row: number, offset: number): void {
    const { plain, indexed } = this.concerned(directory)
    this.addAll(plain, row, offset)
    for (let index = 0; index < indexed.length; index++) {
      const { predicate, byNumber } = indexed[index]!
      const concerned = number === 0 || predicate !== undefined ? undefined : byNumber[number]
      if (concerned !== undefined) this.addAll(concerned, row, offset)
    }
  }

  private addAll(cursors: readonly number[], row: number, offset: number): void {
    for (let index = 0; index < cursors.length; index++) this.add(cursors[index]!, row, offset)
  }

  /** Leaves a mark with a cursor that is to read what happened before it was opened. */
  addPast(cursor: number, row: number, offset: number): void {
    this.readUpTo = Math.min(this.readUpTo, row)
    this.add(cursor, row, offset)
  }

  /** Leaves a mark with one cursor. */
  private add(cursor: number, row: number, offset: number): void {
    const mark = this.newMark()
    const page = this.marks.write(mark)
    const at = mark & markMask
    page.ints[at] = row
    page.ints[(markInts.offset << markBits) | at] = offset
    page.ints[(markInts.next << markBits) | at] = -1
    const owner = this.cursors.write(cursor)
    const tail = owner.ints[place(ints.tail, cursor)]!
    if (owner.ints[place(ints.head, cursor)] === -1) {
      owner.ints[place(ints.head, cursor)] = mark
      this.marked[this.markedCount++] = cursor
    } else {
      this.marks.write(tail).ints[(markInts.next << markBits) | (tail & markMask)] = mark
    }
    owner.ints[place(ints.tail, cursor)] = mark
  }

  private newMark(): number {
    this.unreadMarks.value++
    const free = this.freeMark.value
    if (free === -1) {
      const mark = this.usedMarks.value++
      return mark === this.marks.length ? this.marks.add() : mark
    }
    this.freeMark.value = this.marks.read(free).ints[(markInts.next << markBits) | (free & markMask)]!
    return free
  }

  /** Once nobody has anything to read all marks are new again, so that those in use lie close together. */
  private freeAll(): void {
    this.usedMarks.value = 0
    this.freeMark.value = -1
  }

  /** Takes the oldest mark of a cursor that has one; what it returns is good until the next call. */
  take(cursor: number): { readonly row: number; readonly offset: number } {
    const page = this.cursors.write(cursor)
    const mark = page.ints[place(ints.head, cursor)]!
    const from = this.marks.write(mark)
    const at = mark & markMask
    page.ints[place(ints.head, cursor)] = from.ints[(markInts.next << markBits) | at]!
    from.ints[(markInts.next << markBits) | at] = this.freeMark.value
    this.freeMark.value = mark
    if (--this.unreadMarks.value === 0) this.freeAll()
    this.taken.row = from.ints[at]!
    this.taken.offset = from.ints[(markInts.offset << markBits) | at]!
    return this.taken
  }

  oldestMark(cursor: number): { row: number; offset: number } | undefined {
    const mark = this.cursors.read(cursor).ints[place(ints.head, cursor)]!
    if (mark === -1) return undefined
    const { ints: values } = this.marks.read(mark)
    return { row: values[mark & markMask]!, offset: values[(markInts.offset << markBits) | (mark & markMask)]! }
  }

  /**
   * Visits the marks of a cursor, oldest first, without taking them: all, or those that came after the one that an earlier
   * call returned, if that has not been taken. Returns the newest.
   */
  peek(cursor: number, visit: (row: number, offset: number) => void, after = -1): number {
    let last = after
    let mark = after === -1 ? this.cursors.read(cursor).ints[place(ints.head, cursor)]! : this.nextMark(after)
    while (mark !== -1) {
      const page = this.marks.read(mark)
      const at = mark & markMask
      visit(page.ints[at]!, page.ints[(markInts.offset << markBits) | at]!)
      last = mark
      mark = this.nextMark(mark)
    }
    return last
  }

  private nextMark(mark: number): number {
    return this.marks.read(mark).ints[(markInts.next << markBits) | (mark & markMask)]!
  }

  /** The oldest change before a row of the log that some cursor has yet to read, if there is one. */
  oldestBefore(row: number): { row: number; offset: number } | undefined {
    if (row <= this.readUpTo || this.unreadMarks.value === 0) return undefined
    const oldest = this.oldest()!
    this.readUpTo = oldest.row
    return oldest.row < row ? oldest : undefined
  }

  private oldest(): { row: number; offset: number } | undefined {
    let oldest: { row: number; offset: number } | undefined
    this.eachOpen((cursor) => {
      const mark = this.oldestMark(cursor)
      if (mark === undefined) return
      const isOlder =
        oldest === undefined || mark.row < oldest.row || (mark.row === oldest.row && mark.offset < oldest.offset)
      if (isOlder) oldest = mark
    })
    return oldest
  }

  /**
   * Shows the cursors that got their first unread change since the last call, in the order in which that happened.
   * What is marked meanwhile is shown the next time.
   */
  takeMarked(visit: (cursor: number) => void): void {
    const { marked: taken, markedCount: count } = this
    this.marked = this.spare
    // Not an empty list: that would have to grow again for every turn.
    this.markedCount = 0
    this.spare = taken
    for (let index = 0; index < count; index++) visit(taken[index]!)
  }

  get hasMarked(): boolean {
    return this.markedCount > 0
  }

  private concerned(directory: number): Concerned {
    this.interest ??= this.gather()
    return this.interest.byDirectory[directory] ?? this.findConcerned(this.interest, directory)
  }

  private findConcerned(interest: Interest, directory: number): Concerned {
    const found = concernedIn(interest, this.keys.directoryPath(directory), {
      selector: (cursor) => this.selector(cursor),
      predicate: (name) => this.predicate(name),
    })
    while (interest.byDirectory.length < directory) interest.byDirectory.push(undefined)
    interest.byDirectory[directory] = found
    return found
  }

  private gather(): Interest {
    const interest: Interest = { plain: new Map(), indexed: new Map(), choosy: [], byDirectory: [] }
    this.eachOpen((cursor) => {
      const selected = this.selector(cursor)
      enlist(interest, selected, this.indexValues.numberOf(selected.index), cursor)
    })
    this.shared = false
    return interest
  }

  private changeInterest(change: (interest: Interest) => void): void {
    if (this.shared) this.interest = undefined
    else if (this.interest !== undefined) change(this.interest)
  }
}
