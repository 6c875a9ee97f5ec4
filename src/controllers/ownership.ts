import type { CowMap } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'
import type { Paged } from '../kernel/paged.ts'

const bits = 6
const mask = (1 << bits) - 1
const at = (column: number, row: number): number => (column << bits) | (row & mask)

// Rows count from 1, so that the zeros of a new page mean none.
const ofSlot = { first: 0 } as const
const ofOwner = { head: 0, tail: 1 } as const
const ofEdge = { slot: 0, owner: 1, next: 2, previous: 3, nextOfSlot: 4, blocks: 5 } as const
const sizes = { freeOwner: 0, freeEdge: 1 } as const

/**
 * Which objects name which owners, by the owner's uid: the dependency graph of pkg/controller/garbagecollector, as lists
 * of integers in tables, so that an object with an owner costs 28 bytes and one without costs nothing.
 */
export class Ownership {
  private readonly numbers: CowMap<number>
  private readonly owners: Paged
  private readonly edges: Paged
  private readonly slots: Paged
  private readonly free: Paged

  constructor(memory: Memory, name: string) {
    this.numbers = memory.map(`${name}.owners`)
    this.owners = memory.paged(`${name}.ownerRows`, { ints: 2, bits })
    this.edges = memory.paged(`${name}.edges`, { ints: 6, bits })
    this.slots = memory.paged(`${name}.slots`, { ints: 1, bits })
    this.free = memory.paged(`${name}.free`, { ints: 2, bits: 0 })
    if (this.free.length > 0) return
    this.free.add()
    this.owners.add()
    this.edges.add()
  }

  /** Says that what stands in a slot names an owner. */
  add(slot: number, uid: string, blocks: boolean): void {
    const owner = this.ownerRow(uid)
    const edge = this.takeFree(this.edges, sizes.freeEdge, ofEdge.next)
    const row = this.owners.write(owner)
    const tail = row.ints[at(ofOwner.tail, owner)]!
    if (this.slots.length <= slot) this.slots.length = slot + 1
    const place = this.slots.write(slot)
    const page = this.edges.write(edge)
    page.ints[at(ofEdge.slot, edge)] = slot
    page.ints[at(ofEdge.owner, edge)] = owner
    page.ints[at(ofEdge.next, edge)] = 0
    page.ints[at(ofEdge.previous, edge)] = tail
    page.ints[at(ofEdge.nextOfSlot, edge)] = place.ints[at(ofSlot.first, slot)]!
    page.ints[at(ofEdge.blocks, edge)] = blocks ? 1 : 0
    place.ints[at(ofSlot.first, slot)] = edge
    if (tail === 0) row.ints[at(ofOwner.head, owner)] = edge
    else this.edges.write(tail).ints[at(ofEdge.next, tail)] = edge
    row.ints[at(ofOwner.tail, owner)] = edge
  }

  /** Says that what stands in a slot names no owners any more; `uids` are those it named. */
  clear(slot: number, uids: readonly string[]): void {
    if (slot >= this.slots.length || !this.slots.has(slot)) return
    let edge = this.slots.read(slot).ints[at(ofSlot.first, slot)]!
    if (edge === 0) return
    this.slots.write(slot).ints[at(ofSlot.first, slot)] = 0
    while (edge !== 0) {
      const next = this.edges.read(edge).ints[at(ofEdge.nextOfSlot, edge)]!
      this.unlink(edge)
      edge = next
    }
    for (const uid of uids) this.dropIfBare(uid)
  }

  /** The slots in which the dependents of an owner stand, in the order in which they came to be dependents. */
  dependents(uid: string): number[] {
    const found: number[] = []
    for (let edge = this.head(uid); edge !== 0; edge = this.next(edge)) {
      found.push(this.edges.read(edge).ints[at(ofEdge.slot, edge)]!)
    }
    return found
  }

  hasDependents(uid: string): boolean {
    return this.head(uid) !== 0
  }

  /** Whether a dependent is left for which the owner has to wait when it is deleted in the foreground. */
  isBlocked(uid: string): boolean {
    for (let edge = this.head(uid); edge !== 0; edge = this.next(edge)) {
      if (this.edges.read(edge).ints[at(ofEdge.blocks, edge)] === 1) return true
    }
    return false
  }

  /** The first edge of an owner, or 0. */
  private head(uid: string): number {
    const owner = this.numbers.get(uid)
    return owner === undefined ? 0 : this.owners.read(owner).ints[at(ofOwner.head, owner)]!
  }

  private next(edge: number): number {
    return this.edges.read(edge).ints[at(ofEdge.next, edge)]!
  }

  private ownerRow(uid: string): number {
    const known = this.numbers.get(uid)
    if (known !== undefined) return known
    const owner = this.takeFree(this.owners, sizes.freeOwner, ofOwner.head)
    const { ints } = this.owners.write(owner)
    ints[at(ofOwner.head, owner)] = 0
    ints[at(ofOwner.tail, owner)] = 0
    this.numbers.set(uid, owner)
    return owner
  }

  private unlink(edge: number): void {
    const { ints } = this.edges.read(edge)
    const owner = ints[at(ofEdge.owner, edge)]!
    const next = ints[at(ofEdge.next, edge)]!
    const previous = ints[at(ofEdge.previous, edge)]!
    if (previous === 0) this.owners.write(owner).ints[at(ofOwner.head, owner)] = next
    else this.edges.write(previous).ints[at(ofEdge.next, previous)] = next
    if (next === 0) this.owners.write(owner).ints[at(ofOwner.tail, owner)] = previous
    else this.edges.write(next).ints[at(ofEdge.previous, next)] = previous
    this.giveBack(this.edges, sizes.freeEdge, ofEdge.next, edge)
  }

  /** Forgets an owner that nobody names any more. */
  private dropIfBare(uid: string): void {
    const owner = this.numbers.get(uid)
    if (owner === undefined || this.owners.read(owner).ints[at(ofOwner.head, owner)] !== 0) return
    this.numbers.delete(uid)
    this.giveBack(this.owners, sizes.freeOwner, ofOwner.head, owner)
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
