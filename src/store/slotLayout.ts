/** Where in their pages the numbers of a slot stand, and what it holds. */

/** Rows of a page of `store.stamps`, as a power of 2. */
export const stampBits = 6
const stampMask = (1 << stampBits) - 1
export const stampFloats = { stamp: 0, mod: 1, version: 2 } as const
export const stamped = (column: number, slot: number): number => (column << stampBits) | (slot & stampMask)
/** Slots that are handed out together: whole pages of what is written alike, such as the stamps of leases. */
export const blockSize: number = 1 << stampBits

/** Rows of a page of `store.slots`, as a power of 2. */
export const slotBits = 8
const mask = (1 << slotBits) - 1
export const slotColumns = 6
export const slotInts = { hash: 0, next: 1, previous: 2, directory: 3, lease: 4, index: 5 } as const
export const at = (column: number, slot: number): number => (slot & mask) * slotColumns + column

// What changes with every write lies apart, so that a fork copies little when it writes: numbers among the values, since
// making a buffer of numbers costs more than copying a short list.
/** Rows of a page of `store.held`, as a power of 2. */
export const heldBits = 3
const heldMask = (1 << heldBits) - 1
export const heldColumns = { value: 0, life: 1 } as const
export const held = (column: number, slot: number): number => 1 + (((slot & heldMask) << 1) | column)
