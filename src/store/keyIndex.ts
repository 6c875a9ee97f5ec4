import type { Pages, StoreMemory } from './types.ts'

const sizes = { capacity: 0, used: 1 } as const

const indexBits = 10
const indexMask = (1 << indexBits) - 1
/** Where in its page an entry stands: a slot and 1, 0 where there never was one, -1 where there was; its hash follows. */
const inIndex = (place: number): number => (place & indexMask) << 1

function scatter(hash: number): number {
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return (hash ^ (hash >>> 12)) >>> 0
}

/** Slots by the hash of their keys: an open hash table in pages. A place that was never used ends a search. */
export class KeyIndex {
  private readonly pages: Pages
  /** How large it is, and how many of its places were ever used. */
  private readonly size: Pages

  constructor(
    memory: StoreMemory,
    private readonly is: (slot: number, directory: number, name: string) => boolean,
    /** The hash of the key in a slot; 0 where there is none, or none that was entered. */
    private readonly hashOf: (slot: number) => number,
  ) {
    this.pages = memory.paged('store.index', { ints: 2, bits: indexBits, intsByRow: true })
    this.size = memory.paged('store.indexSize', { ints: 2, bits: 0 })
    if (this.size.length > 0) return
    this.size.add()
    this.setSize(1 << indexBits, 0)
  }

  /** The slot of a key, or -1. */
  find(hash: number, directory: number, name: string): number {
    if (this.pages.length === 0) return -1
    const last = this.sizeOf(sizes.capacity) - 1
    for (let place = scatter(hash) & last; ; place = (place + 1) & last) {
      if (!this.pages.has(place)) return -1
      const { ints } = this.pages.read(place)
      const entry = ints[inIndex(place)]!
      if (entry === 0) return -1
      // The hash beside the entry tells nearly all others apart without a look at their slots.
      if (entry > 0 && ints[inIndex(place) + 1] === hash && this.is(entry - 1, directory, name)) return entry - 1
    }
  }

  /** Sees to it that one more slot finds a place; there are `slots` now. */
  makeRoom(slots: number): void {
    if (this.sizeOf(sizes.used) * 5 >= this.sizeOf(sizes.capacity) * 4) this.grow(slots)
  }

  enter(hash: number, slot: number): void {
    const capacity = this.sizeOf(sizes.capacity)
    if (this.pages.length === 0) this.pages.length = capacity
    const last = capacity - 1
    let place = scatter(hash) & last
    while (this.pages.has(place) && this.pages.read(place).ints[inIndex(place)]! > 0) place = (place + 1) & last
    const page = this.pages.write(place)
    const fresh = page.ints[inIndex(place)] === 0
    page.ints[inIndex(place)] = slot + 1
    page.ints[inIndex(place) + 1] = hash
    if (fresh) this.size.write(0).ints[sizes.used]!++
  }

  /** Takes a slot out. */
  leave(hash: number, slot: number): void {
    const last = this.sizeOf(sizes.capacity) - 1
    for (let place = scatter(hash) & last; ; place = (place + 1) & last) {
      if (this.pages.read(place).ints[inIndex(place)] !== slot + 1) continue
      this.pages.write(place).ints[inIndex(place)] = -1
      return
    }
  }

  /** Makes the index anew, twice as large unless it is mostly places that slots have left. */
  private grow(slots: number): void {
    let members = 0
    for (let slot = 0; slot < slots; slot++) if (this.hashOf(slot) !== 0) members++
    const capacity = this.sizeOf(sizes.capacity)
    const wanted = members * 2 > capacity ? capacity * 2 : capacity
    this.pages.clear()
    this.setSize(wanted, 0)
    for (let slot = 0; slot < slots; slot++) {
      const hash = this.hashOf(slot)
      if (hash !== 0) this.enter(hash, slot)
    }
  }

  private sizeOf(which: number): number {
    return this.size.read(0).ints[which]!
  }

  private setSize(capacity: number, used: number): void {
    const { ints } = this.size.write(0)
    ints[sizes.capacity] = capacity
    ints[sizes.used] = used
  }
}
