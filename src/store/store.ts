import { HistoryDigest } from './digest.ts'
import { blankEntry, created, type Entry, removed, touched, updated } from './entry.ts'
import { Compacted, FutureRevision, PreconditionFailed } from './errors.ts'
import { at, Keys, slotFloats, slotInts, Tombstone } from './keys.ts'
import { Leases } from './leases.ts'
import { Log } from './log.ts'
import type { Change, Op, Origin, Pages, Precondition, Row, StoreMemory, StoreOptions, WatchSelector } from './types.ts'
import { View } from './view.ts'
import { Cursors } from './watch.ts'

// Numbers of the store as a whole, in one row of their own.
const numbers = { revision: 0, compacted: 1 } as const


/**
 * The cluster's memory of what is and what was. A commit takes the next revision, appends to the history and leaves
 * marks with the watch cursors it concerns; whoever holds a cursor reads when its turn comes.
 *
 * Its truth is etcd (server/storage/mvcc), which the conformance test drives beside it. On purpose it differs in this:
 * revisions count from 0, the empty store, not from 1, and 0 can be read; keys are directories and names, so that a
 * prefix ends where a directory does; one transaction may write a key twice; a watch may begin neither at the compacted
 * revision itself, where etcd may leave deletions out, nor after the next one; compaction stops short of what a cursor
 * has yet to read, where etcd would cancel the watch.
 */
export class Store {
  readonly keys: Keys
  readonly log: Log
  readonly cursors: Cursors
  readonly leases: Leases
  private readonly digest: HistoryDigest
  private readonly numbers: Pages
  /** Forms that are filled in for each change that is written or read. */
  private readonly form = blankEntry()
  private readonly readForm = blankEntry()
  /** Stamps by slot; pages exist only where something was ever touched. */
  private readonly stamps: Pages
  /** Rows are dropped in lots, so that the bound costs next to nothing a commit. */
  private readonly lot: number

  constructor(
    memory: StoreMemory,
    private readonly options: StoreOptions,
    parent?: Store,
  ) {
    this.keys = new Keys(memory, options.nameOf)
    this.log = new Log(memory, options.runs ?? true)
    this.cursors = new Cursors(memory, this.keys, parent?.cursors)
    this.leases = new Leases(memory)
    this.numbers = memory.paged('store.numbers', { floats: 2, bits: 0 })
    this.stamps = memory.paged('store.stamps', { floats: 1, bits: 6 })
    this.digest = new HistoryDigest(memory, this.log, options.hash, options.layout, {
      path: (slot) => this.keys.directoryPath(this.directoryOf(slot)),
      name: (slot) => this.keys.name(slot),
      hash: (slot) => this.keys.slots.read(slot).ints[at(slotInts.hash, slot)]!,
    })
    this.lot = Math.min(1024, Math.max(1, options.revisions >> 3))
    if (this.numbers.length === 0) this.numbers.add()
    this.numbers.write(0)
  }

  /** The revision of the last commit; 0 before the first. */
  get revision(): number {
    return this.numbers.read(0).floats[numbers.revision]!
  }

  /** The oldest revision that can be read; 0 while nothing was compacted. */
  get compacted(): number {
    return this.numbers.read(0).floats[numbers.compacted]!
  }

  /** The number that stands for a directory path such as `pods/default/`. */
  directory(path: string): number {
    return this.keys.directory(path)
  }

  /** The same, or undefined when nothing was ever kept there. */
  findDirectory(path: string): number | undefined {
    return this.keys.findDirectory(path)
  }

  /** One key as it is now. */
  get(directory: number, name: string): Row | undefined {
    const slot = this.keys.find(directory, name)
    return slot === -1 ? undefined : this.row(slot)
  }

  /** What stands in a slot now, or undefined when its key is deleted. */
  row(slot: number): Row | undefined {
    const page = this.keys.slots.read(slot)
    const value = page.objects[at(0, slot)]
    if (value === undefined || value instanceof Tombstone) return undefined
    return {
      name: this.options.nameOf(value),
      value,
      createRevision: page.floats[at(slotFloats.create, slot)]!,
      modRevision: page.floats[at(slotFloats.mod, slot)]!,
      version: page.ints[at(slotInts.version, slot)]!,
      stamp: this.stamp(slot),
    }
  }

  /** The value in a slot, or undefined when its key is deleted; cheaper than `row` where nothing else is wanted. */
  currentValue(slot: number): unknown {
    const value = this.keys.slots.read(slot).objects[at(0, slot)]
    return value instanceof Tombstone ? undefined : value
  }

  isStamped(slot: number): boolean {
    return !Number.isNaN(this.stamp(slot))
  }

  stamp(slot: number): number {
    return this.stamps.has(slot) ? this.stamps.read(slot).floats[slot & this.stamps.mask]! : Number.NaN
  }

  /** Every key of a directory as it is now, in the order in which keys were made. */
  rows(directory: number): Row[] {
    const rows: Row[] = []
    for (let slot = this.keys.first(directory); slot !== -1; slot = this.keys.next(slot)) {
      const row = this.row(slot)
      if (row !== undefined) rows.push(row)
    }
    return rows
  }

  /** The state at a revision. Throws `Compacted` or `FutureRevision`. */
  at(revision: number): View {
    this.checkRevision(revision)
    return new View(this, revision)
  }

  checkRevision(revision: number): void {
    if (revision > this.revision) throw new FutureRevision(revision, this.revision)
    if (revision < this.compacted) throw new Compacted(revision, this.compacted)
  }

  /** Does all operations under one new revision, or none: throws `PreconditionFailed`, or RangeError where a lease is not known. Returns the revision. */
  commit(operations: readonly Op[], origin: Origin, preconditions?: readonly Precondition[]): number {
    if (preconditions !== undefined) this.checkPreconditions(preconditions)
    for (const operation of operations)
      if (operation.type === 'put' && operation.lease) this.leases.need(operation.lease)
    const revision = this.revision + 1
    const lots = Math.floor(this.log.end / this.lot)
    let changes = 0
    for (let index = 0; index < operations.length; index++) {
      if (this.apply(operations[index]!, revision, origin)) changes++
    }
    if (changes === 0) return this.revision
    this.committed(revision, changes, lots)
    return revision
  }

  /**
   * A commit of one put and nothing else: what nearly every commit is. `only` says which top-level field alone can
   * differ from before, beside the revision, so that nothing else is compared when the change is hashed.
   */
  commitPut(directory: number, name: string, value: unknown, origin: Origin, only?: string): number {
    const revision = this.revision + 1
    const lots = Math.floor(this.log.end / this.lot)
    this.put(this.keys.find(directory, name), directory, name, value, 0, revision, origin, only)
    this.committed(revision, 1, lots)
    return revision
  }

  /** Touches many keys at one moment, each under a revision of its own. Slots that hold nothing are passed over. */
  touchAll(slots: Int32Array, stamp: number, origin: Origin): void {
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index]!
      if (this.currentValue(slot) === undefined) continue
      const revision = this.revision + 1
      const lots = Math.floor(this.log.end / this.lot)
      this.touch(slot, this.directoryOf(slot), stamp, revision, origin)
      this.committed(revision, 1, lots)
    }
  }

  private committed(revision: number, changes: number, lots: number): void {
    this.numbers.write(0).floats[numbers.revision] = revision
    this.digest.advance(changes)
    if (Math.floor(this.log.end / this.lot) !== lots && this.log.end - this.log.first > this.options.revisions) this.trim()
  }

  private checkPreconditions(preconditions: readonly Precondition[]): void {
    for (let index = 0; index < preconditions.length; index++) {
      const expected = preconditions[index]!
      const row = this.get(expected.directory, expected.name)
      const { modRevision, createRevision, version } = expected
      const holds =
        (modRevision === undefined || modRevision === (row?.modRevision ?? 0)) &&
        (createRevision === undefined || createRevision === (row?.createRevision ?? 0)) &&
        (version === undefined || version === (row?.version ?? 0))
      if (!holds) throw new PreconditionFailed(index)
    }
  }

  private apply(operation: Op, revision: number, origin: Origin): boolean {
    const { directory, name } = operation
    const slot = this.keys.find(directory, name)
    if (operation.type === 'put') {
      this.put(slot, directory, name, operation.value, operation.lease ?? 0, revision, origin)
      return true
    }
    if (slot === -1 || this.keys.slots.read(slot).objects[at(0, slot)] instanceof Tombstone) return false
    if (operation.type === 'delete') this.remove(slot, directory, name, revision, origin)
    else this.touch(slot, directory, operation.stamp, revision, origin)
    return true
  }

  private put(
    known: number,
    directory: number,
    name: string,
    value: unknown,
    lease: number,
    revision: number,
    origin: Origin,
    only?: string,
  ): void {
    const slot = known === -1 ? this.keys.add(directory, name, value) : known
    const page = this.keys.slots.write(slot)
    const held = known === -1 ? undefined : page.objects[at(0, slot)]
    const previous = held instanceof Tombstone ? undefined : held
    const isNew = previous === undefined
    const version = isNew ? 1 : page.ints[at(slotInts.version, slot)]! + 1
    const createRevision = isNew ? revision : page.floats[at(slotFloats.create, slot)]!
    const { form } = this
    form.slot = slot
    form.type = isNew ? created : updated
    form.revision = revision
    form.previousRevision = held === undefined ? 0 : page.floats[at(slotFloats.mod, slot)]!
    form.createRevision = createRevision
    form.version = version
    form.value = value
    form.previous = previous
    form.stamp = Number.NaN
    form.previousStamp = isNew ? Number.NaN : this.stamp(slot)
    form.actor = origin.actor
    form.cause = origin.cause
    form.only = only
    form.at = origin.at
    const row = this.log.append(form)
    page.objects[at(0, slot)] = value
    page.floats[at(slotFloats.create, slot)] = createRevision
    page.floats[at(slotFloats.mod, slot)] = revision
    page.ints[at(slotInts.version, slot)] = version
    if (lease !== page.ints[at(slotInts.lease, slot)]) {
      page.ints[at(slotInts.lease, slot)] = lease
      if (lease !== 0) this.leases.attach(lease, slot)
    }
    if (this.stamps.has(slot)) this.stamps.write(slot).floats[slot & this.stamps.mask] = Number.NaN
    if (isNew) this.keys.countLive(directory, 1)
    this.mark(directory, previous, value, row, 0)
  }

  private touch(slot: number, directory: number, stamp: number, revision: number, origin: Origin): void {
    const page = this.keys.slots.write(slot)
    const value = page.objects[at(0, slot)]
    const stamps = this.stampsOf(slot)
    const place = slot & this.stamps.mask
    if (!this.log.repeat(slot, value, stamp, revision, origin.actor, origin.cause)) {
      this.log.append({
        slot,
        type: touched,
        revision,
        previousRevision: page.floats[at(slotFloats.mod, slot)]!,
        createRevision: page.floats[at(slotFloats.create, slot)]!,
        version: page.ints[at(slotInts.version, slot)]! + 1,
        value,
        previous: value,
        stamp,
        previousStamp: stamps[place]!,
        actor: origin.actor,
        cause: origin.cause,
        only: undefined,
        at: stamp,
      })
    }
    stamps[place] = stamp
    page.floats[at(slotFloats.mod, slot)] = revision
    page.ints[at(slotInts.version, slot)]!++
    const row = this.log.end - 1
    this.mark(directory, value, value, row, this.log.count(row) - 1)
  }

  /** The page of stamps that a slot's stands in, for writing. */
  private stampsOf(slot: number): Float64Array {
    if (this.stamps.length <= slot) this.stamps.length = slot + 1
    const isFirst = !this.stamps.has(slot)
    const { floats } = this.stamps.write(slot)
    if (isFirst) floats.fill(Number.NaN)
    return floats
  }

  private remove(slot: number, directory: number, name: string, revision: number, origin: Origin): void {
    const page = this.keys.slots.write(slot)
    const previous = page.objects[at(0, slot)]
    const { form } = this
    form.slot = slot
    form.type = removed
    form.revision = revision
    form.previousRevision = page.floats[at(slotFloats.mod, slot)]!
    form.createRevision = page.floats[at(slotFloats.create, slot)]!
    form.version = page.ints[at(slotInts.version, slot)]!
    form.value = undefined
    form.previous = previous
    form.stamp = Number.NaN
    form.previousStamp = this.stamp(slot)
    form.actor = origin.actor
    form.cause = origin.cause
    form.only = undefined
    form.at = origin.at
    const row = this.log.append(form)
    page.objects[at(0, slot)] = new Tombstone(name)
    page.floats[at(slotFloats.mod, slot)] = revision
    page.ints[at(slotInts.version, slot)] = 0
    page.ints[at(slotInts.lease, slot)] = 0
    if (this.stamps.has(slot)) this.stamps.write(slot).floats[slot & this.stamps.mask] = Number.NaN
    this.keys.countLive(directory, -1)
    this.mark(directory, previous, undefined, row, 0)
  }

  private mark(directory: number, before: unknown, after: unknown, row: number, offset: number): void {
    const indexOf = this.options.indexOf
    if (indexOf === undefined) {
      this.cursors.mark(directory, undefined, undefined, row, offset)
      return
    }
    const path = this.keys.directoryPath(directory)
    const old = before === undefined ? undefined : indexOf(path, before)
    const now = after === undefined ? undefined : after === before ? old : indexOf(path, after)
    this.cursors.mark(directory, old, now, row, offset)
  }

  /** Opens a cursor. `from` replays changes from that revision on; throws `Compacted` or `FutureRevision`. */
  watch(selector: WatchSelector): number {
    const { prefix, index, from } = selector
    if (from !== undefined && from <= this.compacted && from <= this.revision) throw new Compacted(from, this.compacted + 1)
    if (from !== undefined && from > this.revision + 1) throw new FutureRevision(from, this.revision)
    const cursor = this.cursors.open(prefix, index)
    if (from === undefined) return cursor
    for (let row = this.log.after(from - 1); row < this.log.end; row++) {
      const count = this.log.count(row)
      for (let offset = Math.max(0, from - this.log.revision(row)); offset < count; offset++) {
        if (this.concerns(prefix, index, this.log.read(row, offset))) this.cursors.add(cursor, row, offset)
      }
    }
    return cursor
  }

  private concerns(prefix: string, index: string | undefined, entry: Entry): boolean {
    const path = this.keys.directoryPath(this.directoryOf(entry.slot))
    if (!path.startsWith(prefix)) return false
    if (index === undefined) return true
    const { indexOf } = this.options
    if (indexOf === undefined) return false
    if (entry.previous !== undefined && indexOf(path, entry.previous) === index) return true
    return entry.value !== undefined && indexOf(path, entry.value) === index
  }

  private directoryOf(slot: number): number {
    return this.keys.slots.read(slot).ints[at(slotInts.directory, slot)]!
  }

  /** The changes a cursor has not read yet, oldest first, at most `limit`. */
  read(cursor: number, limit: number = Infinity): Change[] {
    const changes: Change[] = []
    while (changes.length < limit && this.cursors.unread(cursor)) changes.push(this.change(this.next(cursor)))
    return changes
  }

  /** The revision of the oldest change that a cursor has not read; undefined when there is none. */
  oldestUnread(cursor: number): number | undefined {
    const place = this.cursors.oldestMark(cursor)
    return place === undefined ? undefined : this.log.revision(place.row) + place.offset
  }

  /** The oldest unread change of a cursor that has one, as the log keeps it; good until the next call. */
  next(cursor: number): Entry {
    const [row, offset] = this.cursors.take(cursor)
    return this.log.read(row, offset, this.readForm)
  }

  /** The changes a cursor has not read, left unread. */
  peek(cursor: number): Change[] {
    const changes: Change[] = []
    this.cursors.peek(cursor, (row, offset) => changes.push(this.change(this.log.read(row, offset))))
    return changes
  }

  /** An entry of the log as a change of a key. */
  private change(entry: Entry): Change {
    const isRemoval = entry.type === removed
    return {
      type: isRemoval ? 'delete' : 'put',
      directory: this.directoryOf(entry.slot),
      name: this.options.nameOf(isRemoval ? entry.previous : entry.value),
      revision: entry.revision,
      value: entry.value,
      stamp: entry.stamp,
      previous: entry.previous,
      previousStamp: entry.previousStamp,
      previousRevision: entry.type === created ? 0 : entry.previousRevision,
      createRevision: entry.createRevision,
      version: entry.version,
      actor: entry.actor,
      cause: entry.cause,
      at: entry.at,
    }
  }

  /** Every kept change after one revision, up to and with another. */
  changes(after: number, upTo: number = this.revision): Change[] {
    if (after < this.compacted) throw new Compacted(after, this.compacted)
    const changes: Change[] = []
    for (let row = this.log.after(after); row < this.log.end; row++) {
      const first = this.log.revision(row)
      for (let offset = Math.max(0, after + 1 - first); offset < this.log.count(row); offset++) {
        if (first + offset > upTo) return changes
        changes.push(this.change(this.log.read(row, offset)))
      }
    }
    return changes
  }

  close(cursor: number): void {
    this.cursors.close(cursor)
  }

  /** Deletes the keys that are attached to a lease, under one revision, by key as etcd's lessor does. */
  revoke(id: number, origin: Origin): number {
    const operations: (Op & { readonly key: string })[] = []
    const seen = new Set<number>()
    for (const slot of this.leases.end(id)) {
      const row = this.row(slot)
      const isAttached = this.keys.slots.read(slot).ints[at(slotInts.lease, slot)] === id
      if (row === undefined || seen.has(slot) || !isAttached) continue
      seen.add(slot)
      const directory = this.directoryOf(slot)
      operations.push({ type: 'delete', directory, name: row.name, key: this.keys.directoryPath(directory) + row.name })
    }
    operations.sort((a, b) => (a.key < b.key ? -1 : 1))
    return this.commit(operations, origin)
  }

  /** Ends every lease whose time is over at `origin.at`. */
  expire(origin: Origin): number {
    for (const lease of this.leases.due(origin.at)) this.revoke(lease.id, origin)
    return this.revision
  }

  /**
   * Forgets what was before `revision`, as etcd's compaction does; the state at `revision` stays readable. It stops short
   * of a change that some cursor has yet to read. Returns how far it went: the oldest revision that can be read.
   */
  compact(revision: number): number {
    if (revision > this.revision) throw new FutureRevision(revision, this.revision)
    if (revision <= this.compacted) throw new Compacted(revision, this.compacted)
    const unread = this.cursors.oldest()
    const upTo = unread === undefined ? revision : Math.min(revision, this.log.revision(unread.row) + unread.offset - 1)
    if (upTo > this.compacted) this.drop(this.log.after(upTo), upTo)
    return this.compacted
  }

  /** Keeps the history within its bound, never past a change that some cursor has yet to read. */
  private trim(): void {
    const wanted = this.log.end - this.options.revisions
    let row = Math.min(wanted, this.cursors.oldest()?.row ?? wanted)
    while (row > this.log.first && this.log.lastRevision(row - 1) === this.log.revision(row)) row--
    if (row > this.log.first) this.drop(row, this.log.revision(row) - 1)
  }

  /** The rows of the chunk that is still to be hashed stay until it is, though nobody can read them any more. */
  private drop(row: number, revision: number): void {
    const end = Math.min(row, this.digest.row)
    for (let old = this.log.first; old < end; old++) this.forget(old)
    if (end > this.log.first) this.log.dropBefore(end)
    if (revision > this.compacted) this.numbers.write(0).floats[numbers.compacted] = revision
  }

  private forget(row: number): void {
    if (this.log.type(row) !== removed) return
    const slot = this.log.slot(row)
    const page = this.keys.slots.read(slot)
    const isStillGone = page.objects[at(0, slot)] instanceof Tombstone
    if (isStillGone && page.floats[at(slotFloats.mod, slot)] === this.log.revision(row)) this.keys.remove(slot)
  }

  /** A short print of every change that is kept, by which two histories can be compared change by change. */
  prints(): number[] {
    return this.digest.prints(this.compacted)
  }

  /** SHA-256 of the whole history so far, as 64 hexadecimal digits. */
  historyHash(): string {
    return this.digest.hash()
  }
}

/** `parent` is the store that `memory` was forked from: what it has worked out is taken over where that is cheap. */
export function createStore(memory: StoreMemory, options: StoreOptions, parent?: Store): Store {
  return new Store(memory, options, parent)
}
