import { type Keys, Tombstone } from './keys.ts'
import { at, slotInts, stampBits } from './slotLayout.ts'
import type { Pages, Row, StoreMemory } from './types.ts'

/** What stands in the slots now. */
export class Current {
  /** Stamps by slot; pages exist only where something was ever touched. */
  private readonly stamps: Pages

  constructor(
    memory: StoreMemory,
    readonly keys: Keys,
    readonly nameOf: (value: unknown) => string,
  ) {
    this.stamps = memory.paged('store.stamps', { floats: 1, bits: stampBits })
  }

  /** What stands in a slot, or undefined when its key is deleted. */
  row(slot: number): Row | undefined {
    const { keys } = this
    const value = keys.value(slot)
    if (value === undefined || value instanceof Tombstone) return undefined
    return {
      name: this.nameOf(value),
      value,
      createRevision: keys.createRevision(slot),
      modRevision: keys.modRevision(slot),
      version: keys.version(slot),
      stamp: this.stamp(slot),
    }
  }

  /** Every key of a directory, in the order in which keys were made. */
  rows(directory: number): Row[] {
    const rows: Row[] = []
    for (let slot = this.keys.first(directory); slot !== -1; slot = this.keys.next(slot)) {
      const row = this.row(slot)
      if (row !== undefined) rows.push(row)
    }
    return rows
  }

  value(slot: number): unknown {
    const value = this.keys.value(slot)
    return value instanceof Tombstone ? undefined : value
  }

  directoryOf(slot: number): number {
    return this.keys.slots.read(slot).ints[at(slotInts.directory, slot)]!
  }

  /** The moment of the last touch since the last put, or NaN. */
  stamp(slot: number): number {
    return this.stamps.has(slot) ? this.stamps.read(slot).floats[slot & this.stamps.mask]! : Number.NaN
  }

  /** Sets the stamp of a slot and returns the one before. */
  restamp(slot: number, stamp: number): number {
    const place = slot & this.stamps.mask
    if (this.stamps.length <= slot) this.stamps.length = slot + 1
    const isFirst = !this.stamps.has(slot)
    const { floats } = this.stamps.write(slot)
    if (isFirst) floats.fill(Number.NaN)
    const previous = floats[place]!
    floats[place] = stamp
    return previous
  }

  unstamp(slot: number): void {
    if (this.stamps.has(slot)) this.stamps.write(slot).floats[slot & this.stamps.mask] = Number.NaN
  }
}
