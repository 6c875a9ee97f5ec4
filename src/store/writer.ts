import type { Current } from './current.ts'
import { blankEntry, created, removed, touched, updated } from './entry.ts'
import { at, type Keys, slotFloats, slotInts, Tombstone } from './keys.ts'
import type { Leases } from './leases.ts'
import type { Log } from './log.ts'
import type { IndexOf, Op, Origin } from './types.ts'
import type { Cursors } from './watch.ts'

/** Carries single changes out: the slot, the log, and a mark with every cursor they concern. */
export class Writer {
  private readonly keys: Keys
  /** Filled in for each change that is written. */
  private readonly form = blankEntry()

  constructor(
    private readonly current: Current,
    private readonly log: Log,
    private readonly cursors: Cursors,
    private readonly leases: Leases,
    private readonly indexOf: IndexOf | undefined,
  ) {
    this.keys = current.keys
  }

  /** Does one operation of a transaction; false when there is nothing to do. */
  apply(operation: Op, revision: number, origin: Origin): boolean {
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
    const slot = known === -1 ? this.keys.add(directory, name, value) : known
    this.putInto(slot, known === -1, directory, value, lease, revision, origin, only)
  }

  /** A put of a key that its maker knows to be new: see Keys.addNew. */
  putNew(directory: number, value: unknown, revision: number, origin: Origin): void {
    this.putInto(this.keys.addNew(directory, value), true, directory, value, 0, revision, origin, undefined)
  }

  private putInto(
    slot: number,
    isFresh: boolean,
    directory: number,
    value: unknown,
    lease: number,
    revision: number,
    origin: Origin,
    only: string | undefined,
  ): void {
    const page = this.keys.slots.write(slot)
    const held = isFresh ? undefined : page.objects[at(0, slot)]
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
    form.previousStamp = isNew ? Number.NaN : this.current.stamp(slot)
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
    this.current.unstamp(slot)
    if (isNew) this.keys.countLive(directory, 1)
    this.mark(directory, previous, value, row, 0)
  }

  touch(slot: number, directory: number, stamp: number, revision: number, origin: Origin): void {
    const page = this.keys.slots.write(slot)
    const value = page.objects[at(0, slot)]
    const previousStamp = this.current.restamp(slot, stamp)
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
        previousStamp,
        actor: origin.actor,
        cause: origin.cause,
        only: undefined,
        at: stamp,
      })
    }
    page.floats[at(slotFloats.mod, slot)] = revision
    page.ints[at(slotInts.version, slot)]!++
    const row = this.log.end - 1
    this.mark(directory, value, value, row, this.log.count(row) - 1)
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
    form.previousStamp = this.current.stamp(slot)
    form.actor = origin.actor
    form.cause = origin.cause
    form.only = undefined
    form.at = origin.at
    const row = this.log.append(form)
    page.objects[at(0, slot)] = new Tombstone(name)
    page.floats[at(slotFloats.mod, slot)] = revision
    page.ints[at(slotInts.version, slot)] = 0
    page.ints[at(slotInts.lease, slot)] = 0
    this.current.unstamp(slot)
    this.keys.countLive(directory, -1)
    this.mark(directory, previous, undefined, row, 0)
  }

  private mark(directory: number, before: unknown, after: unknown, row: number, offset: number): void {
    const { indexOf } = this
    if (indexOf === undefined) {
      this.cursors.mark(directory, undefined, undefined, row, offset)
      return
    }
    const path = this.keys.directoryPath(directory)
    const old = before === undefined ? undefined : indexOf(path, before)
    const now = after === undefined ? undefined : after === before ? old : indexOf(path, after)
    this.cursors.mark(directory, old, now, row, offset)
  }
}
