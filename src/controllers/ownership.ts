import type { CowMap } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'
import type { Paged } from '../kernel/paged.ts'

const bits = 6
const mask = (1 << bits) - 1
const at = (column: number, row: number): number => (column << bits) | (row & mask)

// Rows count from 1, so that the zeros of a new page mean none.
const ofOwner = { chunk: 0, listed: 1, live: 2, blocking: 3 } as const
/** So many slots, and the chunk before. */
const chunkSize = 7
const ofChunk = { before: chunkSize } as const
const sizes = { freeOwner: 0, freeChunk: 1 } as const

/** Lists are gone through again once so many of their entries may have gone. */
const slack = 16

/**
 * Which objects name which owners, by the owner's uid: the dependency graph of pkg/controller/garbagecollector, as lists
 * of slots in tables, so that a dependent costs five bytes. A dependent that goes is counted at once, and leaves the list
 * when the list is gone through.
 */
export class Ownership {
  private readonly numbers: CowMap<number>
  private readonly owners: Paged
  private readonly chunks: Paged
  private readonly free: Paged
  /** The owner that was looked up last. A cache. */
  private last: { uid: string; row: number } = { uid: '', row: 0 }

  constructor(
    memory: Memory,
    name: string,
    /** Whether what stands in a slot now names an owner. */
    private readonly isNamed: (slot: number, uid: string) => boolean,
  ) {
    this.numbers = memory.map(`${name}.owners`)
    this.owners = memory.paged(`${name}.ownerRows`, { ints: 4, bits })
    this.chunks = memory.paged(`${name}.chunks`, { ints: chunkSize + 1, bits })
    this.free = memory.paged(`${name}.free`, { ints: 2, bits: 0 })
    if (this.free.length > 0) return
    this.free.add()
    this.owners.add()
    this.chunks.add()
  }

  /** Says that what stands in a slot names an owner, and whether it blocks that owner's deletion. */
  add(slot: number, uid: string, blocks: boolean): void {
    const owner = this.row(uid) || this.begin(uid)
    this.list(owner, slot)
    const { ints } = this.owners.write(owner)
    ints[at(ofOwner.live, owner)]!++
    if (blocks) ints[at(ofOwner.blocking, owner)]!++
  }

  /** Says that an object names an owner no longer. */
  remove(uid: string, blocks: boolean): void {
    const owner = this.row(uid)
    if (owner === 0) return
    const { ints } = this.owners.write(owner)
    if (blocks) ints[at(ofOwner.blocking, owner)]!--
    const live = --ints[at(ofOwner.live, owner)]!
    if (live === 0) this.end(uid, owner)
    else if (ints[at(ofOwner.listed, owner)]! > 2 * live + slack) this.goThrough(uid, owner)
  }

  /** Forgets everything. */
  forgetAll(): void {
    this.numbers.clear()
    for (const table of [this.owners, this.chunks]) {
      table.clear()
      table.add()
    }
    this.free.clear()
    this.free.add()
    this.last = { uid: '', row: 0 }
  }

  /** The slots in which the dependents of an owner stand. */
  dependents(uid: string): number[] {
    const owner = this.row(uid)
    return owner === 0 ? [] : this.listed(owner).filter((slot) => this.isNamed(slot, uid))
  }

  hasDependents(uid: string): boolean {
    return this.row(uid) !== 0
  }

  /** Whether a dependent is left for which the owner has to wait when it is deleted in the foreground. */
  isBlocked(uid: string): boolean {
    const owner = this.row(uid)
    return owner !== 0 && this.owners.read(owner).ints[at(ofOwner.blocking, owner)]! > 0
  }

  /** The row of an owner that somebody names, or 0. */
  private row(uid: string): number {
    if (this.last.uid !== uid) this.last = { uid, row: this.numbers.get(uid) ?? 0 }
    return this.last.row
  }

  private begin(uid: string): number {
    const owner = this.takeFree(this.owners, sizes.freeOwner, ofOwner.chunk)
    const { ints } = this.owners.write(owner)
    for (const column of Object.values(ofOwner)) ints[at(column, owner)] = 0
    this.numbers.set(uid, owner)
    this.last = { uid, row: owner }
    return owner
  }

  private end(uid: string, owner: number): void {
    this.clear(owner)
    this.numbers.delete(uid)
    this.last = { uid: '', row: 0 }
    this.giveBack(this.owners, sizes.freeOwner, ofOwner.chunk, owner)
  }

  private list(owner: number, slot: number): void {
    const { ints } = this.owners.write(owner)
    const place = ints[at(ofOwner.listed, owner)]!++ % chunkSize
    if (place === 0) {
      const chunk = this.takeFree(this.chunks, sizes.freeChunk, ofChunk.before)
      this.chunks.write(chunk).ints[at(ofChunk.before, chunk)] = ints[at(ofOwner.chunk, owner)]!
      ints[at(ofOwner.chunk, owner)] = chunk
    }
    const chunk = ints[at(ofOwner.chunk, owner)]!
    this.chunks.write(chunk).ints[at(place, chunk)] = slot
  }

  /** What is listed, each slot once, in order. */
  private listed(owner: number): number[] {
    const found = new Set<number>()
    const { ints } = this.owners.read(owner)
    let chunk = ints[at(ofOwner.chunk, owner)]!
    for (let left = ints[at(ofOwner.listed, owner)]!; left > 0;) {
      const page = this.chunks.read(chunk).ints
      const here = left % chunkSize || chunkSize
      for (let place = 0; place < here; place++) found.add(page[at(place, chunk)]!)
      left -= here
      chunk = page[at(ofChunk.before, chunk)]!
    }
    return [...found].sort((a, b) => a - b)
  }

  private goThrough(uid: string, owner: number): void {
    const left = this.listed(owner).filter((slot) => this.isNamed(slot, uid))
    this.clear(owner)
    for (const slot of left) this.list(owner, slot)
  }

  private clear(owner: number): void {
    const { ints } = this.owners.write(owner)
    for (let chunk = ints[at(ofOwner.chunk, owner)]!; chunk !== 0;) {
      const before = this.chunks.read(chunk).ints[at(ofChunk.before, chunk)]!
      this.giveBack(this.chunks, sizes.freeChunk, ofChunk.before, chunk)
      chunk = before
    }
    ints[at(ofOwner.chunk, owner)] = 0
    ints[at(ofOwner.listed, owner)] = 0
  }

  /** A row that was given back, or a new one; the rows given back are a list through one of their columns. */
  private takeFree(table: Paged, size: number, column: number): number {
    const row = this.free.read(0).ints[size]!
    if (row === 0) return table.add()
    this.free.write(0).ints[size] = table.read(row).ints[at(column, row)]!
    return row
  }

  private giveBack(table: Paged, size: number, column: number, row: number): void {
    table.write(row).ints[at(column, row)] = this.free.read(0).ints[size]!
    this.free.write(0).ints[size] = row
  }
}
