import { Compacted, FutureRevision } from './errors.ts'
import type { Pages, StoreMemory } from './types.ts'

// Numbers of the store as a whole, in one row of their own.
const numbers = { last: 0, compacted: 1 } as const

/** Which revisions there are and which can still be read. */
export class Revisions {
  private readonly numbers: Pages

  constructor(memory: StoreMemory) {
    this.numbers = memory.paged('store.numbers', { floats: 2, bits: 0 })
    if (this.numbers.length === 0) this.numbers.add()
    this.numbers.write(0)
  }

  /** That of the last commit; 0 before the first. */
  get last(): number {
    return this.numbers.read(0).floats[numbers.last]!
  }

  /** The oldest that can be read; 0 while nothing was compacted. */
  get compacted(): number {
    return this.numbers.read(0).floats[numbers.compacted]!
  }

  set(last: number): void {
    this.numbers.write(0).floats[numbers.last] = last
  }

  setCompacted(revision: number): void {
    this.numbers.write(0).floats[numbers.compacted] = revision
  }

  /** Throws `Compacted` or `FutureRevision` when the state at a revision cannot be read. */
  check(revision: number): void {
    if (revision > this.last) throw new FutureRevision(revision, this.last)
    if (revision < this.compacted) throw new Compacted(revision, this.compacted)
  }
}
