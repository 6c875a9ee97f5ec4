import { Tombstone } from './held.ts'
import type { Keys } from './keys.ts'
import { at, slotInts } from './slotLayout.ts'
import type { Row } from './types.ts'

/** What stands in the slots now. */
export class Current {
  constructor(
    readonly keys: Keys,
    readonly nameOf: (value: unknown) => string,
  ) {}

  /** What stands in a slot, or undefined when its key is deleted. */
  row(slot: number): Row | undefined {
    const { held } = this.keys
    const value = held.value(slot)
    if (value === undefined || value instanceof Tombstone) return undefined
    return {
      name: this.nameOf(value),
      value,
      createRevision: held.createRevision(slot),
      modRevision: held.modRevision(slot),
      version: held.version(slot),
      stamp: held.stamp(slot),
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
    const value = this.keys.held.value(slot)
    return value instanceof Tombstone ? undefined : value
  }

  directoryOf(slot: number): number {
    return this.keys.slots.read(slot).ints[at(slotInts.directory, slot)]!
  }
}
