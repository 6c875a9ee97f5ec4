import type { MutableEntry } from './entry.ts'
import { held, heldBits, heldColumns, stampBits, stampFloats, stamped } from './slotLayout.ts'
import type { Page, Pages, RowPages, StoreMemory } from './types.ts'

/** What stands in a slot whose key is deleted, until compaction forgets it. */
export class Tombstone {
  constructor(readonly name: string) {}
}

/** How a key came to what it is. Plain data, replaced as a whole. */
interface Life {
  readonly mod: number
  readonly version: number
  readonly create: number
}

/**
 * What each slot holds, and by which revisions. Most keys are put once, and of these one number says it all. What a touch
 * changes lies apart, so that it is no put: its page is small, and only what was ever touched has one.
 */
export class Held {
  /** Of each slot its value, and its life: the revision alone where that made it. */
  private readonly rows: RowPages
  /** Of each slot the moment of the last touch since the last put, or NaN; what else the touches changed stands beside it. */
  private readonly stamps: Pages

  constructor(memory: StoreMemory) {
    this.rows = memory.rows('store.held', { columns: 2, bits: heldBits })
    this.stamps = memory.paged('store.stamps', { floats: 3, bits: stampBits })
  }

  /** Makes room for one slot more. */
  add(): void {
    this.rows.add()
  }

  /** What stands in a slot, tombstones included. */
  value(slot: number): unknown {
    return this.rows.read(slot)[held(heldColumns.value, slot)]
  }

  /** The moment of the last touch since the last put, or NaN. */
  stamp(slot: number): number {
    return this.stamps.has(slot) ? this.stamps.read(slot).floats[stamped(stampFloats.stamp, slot)]! : Number.NaN
  }

  modRevision(slot: number): number {
    if (this.isTouched(slot)) return this.stamps.read(slot).floats[stamped(stampFloats.mod, slot)]!
    const life = this.life(slot)
    return typeof life === 'number' ? life : life.mod
  }

  version(slot: number): number {
    if (this.isTouched(slot)) return this.stamps.read(slot).floats[stamped(stampFloats.version, slot)]!
    const life = this.life(slot)
    return typeof life === 'number' ? 1 : life.version
  }

  createRevision(slot: number): number {
    const life = this.life(slot)
    return typeof life === 'number' ? life : life.create
  }

  put(slot: number, value: unknown, mod: number, version: number, create: number): void {
    const page = this.rows.write(slot)
    page[held(heldColumns.value, slot)] = value
    const life: Life | number = version === 1 && create === mod ? mod : { mod, version, create }
    page[held(heldColumns.life, slot)] = life
    if (this.isTouched(slot)) this.stamps.write(slot).floats[stamped(stampFloats.stamp, slot)] = Number.NaN
  }

  /** Touches what a slot holds, and writes into a form what it is and what it was. */
  touch(slot: number, stamp: number, mod: number, form: MutableEntry): void {
    const row = this.rows.read(slot)
    const value = row[held(heldColumns.value, slot)]
    const life = row[held(heldColumns.life, slot)] as Life | number
    const { floats } = this.stampsOf(slot)
    const before = floats[stamped(stampFloats.stamp, slot)]!
    form.value = value
    form.previous = value
    form.createRevision = typeof life === 'number' ? life : life.create
    form.stamp = stamp
    form.previousStamp = before
    if (before === before) {
      form.previousRevision = floats[stamped(stampFloats.mod, slot)]!
      form.version = floats[stamped(stampFloats.version, slot)]! + 1
    } else {
      form.previousRevision = typeof life === 'number' ? life : life.mod
      form.version = typeof life === 'number' ? 2 : life.version + 1
    }
    floats[stamped(stampFloats.stamp, slot)] = stamp
    floats[stamped(stampFloats.mod, slot)] = mod
    floats[stamped(stampFloats.version, slot)] = form.version
  }

  /** The page of a slot's stamps, for writing. */
  private stampsOf(slot: number): Page {
    const { stamps } = this
    if (stamps.length <= slot) stamps.length = slot + 1
    const isFirst = !stamps.has(slot)
    const page = stamps.write(slot)
    if (isFirst) page.floats.fill(Number.NaN)
    return page
  }

  /** Empties a slot. */
  clear(slot: number): void {
    const page = this.rows.write(slot)
    page[held(heldColumns.value, slot)] = undefined
    page[held(heldColumns.life, slot)] = 0
  }

  private isTouched(slot: number): boolean {
    const stamp = this.stamp(slot)
    return stamp === stamp
  }

  private life(slot: number): Life | number {
    return this.rows.read(slot)[held(heldColumns.life, slot)] as Life | number
  }
}
