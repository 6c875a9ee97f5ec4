import { Changes } from './changes.ts'
import { Compaction } from './compaction.ts'
import { Current } from './current.ts'
import { HistoryDigest } from './digest.ts'
import { type Entry, touched } from './entry.ts'
import { Compacted, FutureRevision, PreconditionFailed } from './errors.ts'
import { IndexValues } from './indexValues.ts'
import { Keys } from './keys.ts'
import { Leases } from './leases.ts'
import { Log } from './log.ts'
import { Revisions } from './revisions.ts'
import { at, slotInts } from './slotLayout.ts'
import type { Change, Op, Origin, Precondition, Row, StoreMemory, StoreOptions, WatchSelector } from './types.ts'
import { View } from './view.ts'
import { Cursors } from './watch.ts'
import { Writer } from './writer.ts'

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
  private readonly revisions: Revisions
  private readonly current: Current
  private readonly digest: HistoryDigest
  private readonly writer: Writer
  private readonly reader: Changes
  private readonly compaction: Compaction

  constructor(memory: StoreMemory, options: StoreOptions, parent?: Store) {
    const { nameOf, indexOf, predicates = new Map(), revisions, hash, layout, runs = true } = options
    this.keys = new Keys(memory, nameOf)
    this.log = new Log(memory, runs)
    const indexValues = new IndexValues(memory)
    this.cursors = new Cursors(memory, this.keys, indexValues, predicates, parent?.cursors)
    this.leases = new Leases(memory)
    this.revisions = new Revisions(memory)
    this.current = new Current(this.keys, nameOf)
    const keyOf = {
      path: (slot: number) => this.path(slot),
      name: (slot: number) => this.keys.name(slot),
      hash: (slot: number) => this.keys.hashOf(slot),
    }
    this.digest = new HistoryDigest(memory, this.log, hash, layout, keyOf, parent?.digest)
    this.writer = new Writer(this.keys, this.log, this.cursors, this.leases, indexValues, options, parent?.writer)
    this.reader = new Changes(this.current, this.log, this.cursors, this.revisions, indexOf, predicates)
    this.compaction = new Compaction(this.keys, this.log, this.cursors, this.revisions, this.digest, revisions)
  }

  /** The revision of the last commit; 0 before the first. */
  get revision(): number {
    return this.revisions.last
  }

  /** The oldest revision that can be read; 0 while nothing was compacted. */
  get compacted(): number {
    return this.revisions.compacted
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
    return slot === -1 ? undefined : this.current.row(slot)
  }

  /** What stands in a slot now, or undefined when its key is deleted. */
  row(slot: number): Row | undefined {
    return this.current.row(slot)
  }

  /** The value in a slot, or undefined when its key is deleted; cheaper than `row` where nothing else is wanted. */
  currentValue(slot: number): unknown {
    return this.current.value(slot)
  }

  isStamped(slot: number): boolean {
    return !Number.isNaN(this.stamp(slot))
  }

  stamp(slot: number): number {
    return this.keys.held.stamp(slot)
  }

  /** The path of the directory in which a slot's key stands. */
  path(slot: number): string {
    return this.keys.directoryPath(this.current.directoryOf(slot))
  }

  /** Every key of a directory as it is now, in the order in which keys were made. */
  rows(directory: number): Row[] {
    return this.current.rows(directory)
  }

  /** The state at a revision. Throws `Compacted` or `FutureRevision`. */
  at(revision: number): View {
    this.revisions.check(revision)
    return new View(this, revision)
  }

  /**
   * The last revision at a moment, as the labels of commits have it: 0 before the first. Throws `Compacted` when that is
   * no longer known.
   */
  revisionAt(moment: number): number {
    const found = this.log.upTo(moment) ?? 0
    // What the compacted revision was the state of began before it was forgotten when.
    if (found < this.compacted) throw new Compacted(found, this.compacted)
    return found
  }

  checkRevision(revision: number): void {
    this.revisions.check(revision)
  }

  /**
   * Does all operations under one new revision, or none: throws `PreconditionFailed`, or RangeError where a lease is not
   * known. Returns the revision.
   */
  commit(operations: readonly Op[], origin: Origin, preconditions?: readonly Precondition[]): number {
    if (preconditions !== undefined) this.checkPreconditions(preconditions)
    for (const operation of operations) {
      if (operation.type === 'put' && operation.lease) this.leases.need(operation.lease)
    }
    const revision = this.revision + 1
    const { lot } = this.compaction
    let changes = 0
    for (let index = 0; index < operations.length; index++) {
      if (this.writer.apply(operations[index]!, revision, origin)) changes++
    }
    if (changes === 0) return this.revision
    this.committed(revision, changes, lot)
    return revision
  }

  /**
   * A commit of one put and nothing else: what nearly every commit is. `only` names the kind of update
   * (`Layout.changes`) that it is, so that only what such an update changes is compared when it is hashed.
   */
  commitPut(directory: number, name: string, value: unknown, origin: Origin, only?: string, lease: number = 0): number {
    const revision = this.revision + 1
    const { lot } = this.compaction
    this.writer.put(this.keys.find(directory, name), directory, name, value, lease, revision, origin, only)
    this.committed(revision, 1, lot)
    return revision
  }

  /**
   * As `commitPut`, of a key whose name is new by the way it is made; `nameOf` tells it. Where others make keys in the
   * same directory, it is looked for all the same.
   */
  commitNew(directory: number, value: unknown, origin: Origin, lease: number = 0): number {
    if (!this.keys.isPrivate(directory))
      return this.commitPut(directory, this.current.nameOf(value), value, origin, undefined, lease)
    const revision = this.revision + 1
    const { lot } = this.compaction
    this.writer.putNew(directory, value, lease, revision, origin)
    this.committed(revision, 1, lot)
    return revision
  }

  /** Touches many keys at one moment, each under a revision of its own. Slots that hold nothing are passed over. */
  touchAll(slots: Int32Array, stamp: number, origin: Origin): void {
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index]!
      if (this.current.value(slot) === undefined) continue
      const revision = this.revision + 1
      const { lot } = this.compaction
      this.writer.touch(slot, this.current.directoryOf(slot), stamp, revision, origin)
      this.committed(revision, 1, lot)
    }
  }

  private committed(revision: number, changes: number, lot: number): void {
    this.revisions.set(revision)
    this.digest.advance(changes)
    if (this.compaction.lot !== lot) this.compaction.trim()
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

  /**
   * Opens a cursor. `from` replays changes from that revision on; throws `Compacted` or `FutureRevision`. A cursor that
   * `looksOn` is nobody's whose acts are part of what happens: the others are as they would be without it.
   */
  watch(selector: WatchSelector, looksOn = false): number {
    return this.reader.watch(selector, looksOn)
  }

  /** The changes a cursor has not read yet, oldest first, at most `limit`. */
  read(cursor: number, limit: number = Infinity): Change[] {
    return this.reader.read(cursor, limit)
  }

  /** The revision of the oldest change that a cursor has not read; undefined when there is none. */
  oldestUnread(cursor: number): number | undefined {
    return this.reader.oldestUnread(cursor)
  }

  /** The moment of the oldest change that a cursor has not read; it must have one. */
  oldestUnreadAt(cursor: number): number {
    return this.reader.oldestUnreadAt(cursor)
  }

  /** The oldest unread change of a cursor that has one, as the log keeps it; good until the next call. */
  next(cursor: number): Entry {
    return this.reader.next(cursor)
  }

  /**
   * Visits the changes a cursor has not read, left unread, as the log keeps them: all, or those since an earlier call, by
   * what that returned, if none was read meanwhile.
   */
  peek(cursor: number, visit: (entry: Entry) => void, after?: number): number {
    return this.reader.peek(cursor, visit, after)
  }

  /**
   * Whether a key under a prefix was put or deleted after a revision, so that `concerns` holds of what it was and what it
   * is then; touches do not count. true where that is not kept.
   */
  hasChanged(prefix: string, after: number, concerns: (before: unknown, now: unknown) => boolean): boolean {
    if (after < this.compacted) return true
    for (let row = this.log.after(after); row < this.log.end; row++) {
      if (this.log.type(row) === touched || !this.path(this.log.slot(row)).startsWith(prefix)) continue
      if (concerns(this.log.previous(row), this.log.value(row))) return true
    }
    return false
  }

  /** Every kept change after one revision, up to and with another. */
  changes(after: number, upTo: number = this.revision): Change[] {
    return this.reader.between(after, upTo)
  }

  /** The kept changes of a key up to a revision, newest first: its deletions and its former lives are among them. */
  *changesOf(directory: number, name: string, upTo: number = this.revision): Generator<Change, void, undefined> {
    const slot = this.keys.find(directory, name)
    if (slot !== -1) yield* this.reader.backOf(slot, upTo)
  }

  /** The change of one revision; the first of several. Throws `Compacted` or `FutureRevision`. */
  changeAt(revision: number): Change {
    if (revision > this.revision) throw new FutureRevision(revision, this.revision)
    return this.changes(revision - 1, revision)[0]!
  }

  /** The changes of a key that is there, newest first, back to its creation or to the oldest that is kept. */
  lifeOf(directory: number, name: string): Change[] {
    const slot = this.keys.find(directory, name)
    return slot === -1 || this.current.value(slot) === undefined ? [] : this.reader.lifeOf(slot)
  }

  close(cursor: number): void {
    this.cursors.close(cursor)
  }

  /** Deletes the keys that are attached to a lease, under one revision, by key as etcd's lessor does. */
  revoke(id: number, origin: Origin): number {
    const attached: { readonly slot: number; readonly name: string; readonly key: string }[] = []
    const seen = new Set<number>()
    for (const slot of this.leases.end(id)) {
      const isAttached = this.keys.slots.read(slot).ints[at(slotInts.lease, slot)] === id
      if (this.currentValue(slot) === undefined || seen.has(slot) || !isAttached) continue
      seen.add(slot)
      const name = this.keys.name(slot)
      attached.push({ slot, name, key: this.path(slot) + name })
    }
    if (attached.length === 0) return this.revision
    const revision = this.revision + 1
    const { lot } = this.compaction
    attached.sort((a, b) => (a.key < b.key ? -1 : 1))
    for (const { slot, name } of attached)
      this.writer.remove(slot, this.current.directoryOf(slot), name, revision, origin)
    this.committed(revision, attached.length, lot)
    return revision
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
    return this.compaction.compact(revision)
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
