import { blankEntry, created, type MutableEntry, removed, touched, updated } from './entry.ts'
import { type Held, Tombstone } from './held.ts'
import type { Keys } from './keys.ts'
import type { Leases } from './leases.ts'
import type { Log } from './log.ts'
import { at, slotInts } from './slotLayout.ts'
import type { IndexValues } from './indexValues.ts'
import type { Op, Origin, StoreOptions } from './types.ts'
import type { Cursors } from './watch.ts'

/** Carries single changes out: the slot, the log, and a mark with every cursor they concern. */
export class Writer {
  private readonly held: Held
  /** Filled in for each change of a slot in which something stood before. */
  private readonly form = blankEntry()
  /** The same for the first put into a slot: of nothing before it a blank one says what it should. */
  private readonly first = blankEntry()
  /** The kinds of updates that leave index values as they are. */
  private readonly elsewhere: ReadonlySet<string>

  constructor(
    private readonly keys: Keys,
    private readonly log: Log,
    private readonly cursors: Cursors,
    private readonly leases: Leases,
    private readonly indexValues: IndexValues,
    private readonly options: Pick<StoreOptions, 'indexOf' | 'indexedField' | 'layout'>,
    /** That of the store this one was forked from, which has the same options. */
    parent?: Writer,
  ) {
    this.held = keys.held
    this.elsewhere = parent?.elsewhere ?? elsewhere(options)
    this.first.version = 1
  }

  /** Does one operation of a transaction; false when there is nothing to do. */
  apply(operation: Op, revision: number, origin: Origin): boolean {
    const { directory, name } = operation
    const slot = this.keys.find(directory, name)
    if (operation.type === 'put') {
      this.put(slot, directory, name, operation.value, operation.lease ?? 0, revision, origin)
      return true
    }
    if (slot === -1 || this.held.value(slot) instanceof Tombstone) return false
    if (operation.type === 'delete') this.remove(slot, directory, name, revision, origin)
    else this.touch(slot, directory, operation.stamp, revision, origin)
    return true
  }

  /** `known` is the slot of the key, or -1. */
  put(
    known: number,
    directory: number,
    name: string,
    value: unknown,
    lease: number,
    revision: number,
    origin: Origin,
    only?: string,
  ): void {
    if (known === -1) this.create(this.keys.add(directory, name), directory, value, lease, revision, origin)
    else this.putInto(known, directory, value, lease, revision, origin, only)
  }

  /** A put of a key that its maker knows to be new: see Keys.addNew. */
  putNew(directory: number, value: unknown, lease: number, revision: number, origin: Origin): void {
    this.create(this.keys.addNew(directory), directory, value, lease, revision, origin)
  }

  /** The first put into a slot, in which nothing stands yet. */
  private create(
    slot: number,
    directory: number,
    value: unknown,
    lease: number,
    revision: number,
    origin: Origin,
  ): void {
    const { keys, first } = this
    first.slot = slot
    first.revision = revision
    first.createRevision = revision
    first.value = value
    first.actor = origin.actor
    first.cause = origin.cause
    first.at = origin.at
    const row = this.log.append(first)
    this.held.put(slot, value, revision, 1, revision)
    if (lease !== 0) {
      keys.slots.write(slot).ints[at(slotInts.lease, slot)] = lease
      this.leases.attach(lease, slot)
    }
    const index = this.indexAfter(directory, value, 0, undefined)
    if (index !== 0) keys.setIndexNumber(slot, index)
    keys.countLive(directory, 1)
    this.cursors.mark(directory, 0, index, undefined, value, undefined, row)
  }

  private putInto(
    slot: number,
    directory: number,
    value: unknown,
    lease: number,
    revision: number,
    origin: Origin,
    only: string | undefined,
  ): void {
    const { held, keys } = this
    const before = held.value(slot)
    const previous = before instanceof Tombstone ? undefined : before
    const isNew = previous === undefined
    const version = isNew ? 1 : held.version(slot) + 1
    const createRevision = isNew ? revision : held.createRevision(slot)
    const form = this.begin(slot, isNew ? created : updated, revision, origin)
    form.createRevision = createRevision
    form.version = version
    form.value = value
    form.previous = previous
    form.previousStamp = isNew ? Number.NaN : held.stamp(slot)
    form.only = isNew ? undefined : only
    const row = this.log.append(form)
    held.put(slot, value, revision, version, createRevision)
    if (lease !== keys.slots.read(slot).ints[at(slotInts.lease, slot)]) {
      keys.slots.write(slot).ints[at(slotInts.lease, slot)] = lease
      if (lease !== 0) this.leases.attach(lease, slot)
    }
    if (isNew) keys.countLive(directory, 1)
    const index = keys.indexNumber(slot)
    const indexNow = this.indexAfter(directory, value, index, form.only)
    if (indexNow !== index) keys.setIndexNumber(slot, indexNow)
    this.cursors.mark(directory, index, indexNow, previous, value, only, row)
  }

  /** What every change says, and that it is neither a touch nor of a known kind; the rest of the form is the caller's. */
  private begin(slot: number, type: number, revision: number, { actor, cause, at }: Origin): MutableEntry {
    const { form } = this
    form.slot = slot
    form.type = type
    form.revision = revision
    form.previousRevision = this.held.modRevision(slot)
    form.stamp = Number.NaN
    form.actor = actor
    form.cause = cause
    form.only = undefined
    form.at = at
    return form
  }

  touch(slot: number, directory: number, stamp: number, revision: number, origin: Origin): void {
    const { held, keys } = this
    const { form } = this
    form.slot = slot
    form.type = touched
    form.revision = revision
    form.actor = origin.actor
    form.cause = origin.cause
    form.only = undefined
    form.at = stamp
    held.touch(slot, stamp, revision, form)
    const row = this.log.append(form)
    const index = keys.indexNumber(slot)
    this.cursors.markTouch(directory, index, row, this.log.count(row) - 1)
  }

  /** Removes a key that exists; the caller knows its slot. */
  remove(slot: number, directory: number, name: string, revision: number, origin: Origin): void {
    const { held, keys } = this
    const previous = held.value(slot)
    const form = this.begin(slot, removed, revision, origin)
    form.createRevision = held.createRevision(slot)
    form.version = held.version(slot)
    form.value = undefined
    form.previous = previous
    form.previousStamp = held.stamp(slot)
    const row = this.log.append(form)
    held.put(slot, new Tombstone(name), revision, 0, form.createRevision)
    keys.slots.write(slot).ints[at(slotInts.lease, slot)] = 0
    this.keys.countLive(directory, -1)
    const index = keys.indexNumber(slot)
    if (index !== 0) keys.setIndexNumber(slot, 0)
    this.cursors.mark(directory, index, 0, previous, undefined, undefined, row)
  }

  /** The number of the index value that a put leaves in a slot, which was `before`. */
  private indexAfter(directory: number, value: unknown, before: number, only: string | undefined): number {
    const { indexOf } = this.options
    if (indexOf === undefined || (only !== undefined && this.elsewhere.has(only))) return before
    return this.indexValues.numberOf(indexOf(this.keys.directoryPath(directory), value))
  }
}

/** The kinds of updates that change nothing in the field that index values are read from. */
function elsewhere({ indexedField, layout }: Pick<StoreOptions, 'indexedField' | 'layout'>): ReadonlySet<string> {
  const kinds = Object.entries(layout.changes).filter(([, paths]) => paths.every(([field]) => field !== indexedField))
  return new Set(indexedField === undefined ? [] : kinds.map(([kind]) => kind))
}
