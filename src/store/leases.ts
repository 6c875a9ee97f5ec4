import type { Pages, StoreMemory, Strings } from './types.ts'

/** A lease: keys attached to it are deleted when it is revoked or expires. Times are labels handed in, as in Origin. */
export interface Lease {
  readonly id: number
  readonly ttlMs: number
  readonly expiresAt: number
}

const bits = 6
const mask = (1 << bits) - 1
const column = (number: number, row: number): number => (number << bits) | (row & mask)
/** Of a run of slots. */
const ints = { first: 0, count: 1, next: 2 } as const
/** Runs count from 1 where they are referred to, so that the zeros of a new page mean none. */
const none = 0

/**
 * The leases of a store. A slot that has since gone to another lease stays in the list and is passed over. Slots that
 * follow one another, as those of new keys do, are one run, so that attaching them costs next to nothing.
 */
export class Leases {
  private readonly leases: Strings<Lease>
  /** Of each lease its newest run. */
  private readonly heads: Pages
  private readonly runs: Pages
  /** The first of the runs that were given back. */
  private readonly free: { value: number }
  private readonly lastId: { value: number }

  constructor(memory: StoreMemory) {
    this.leases = memory.map<Lease>('store.leases')
    this.heads = memory.paged('store.leaseHeads', { ints: 1, bits })
    this.runs = memory.paged('store.leaseRuns', { ints: 3, bits })
    this.free = memory.cell('store.freeLeaseRun', none)
    this.lastId = memory.cell('store.lastLease', 0)
  }

  grant(ttlMs: number, now: number): Lease {
    if (!(ttlMs > 0)) throw new RangeError(`a lease's time to live must be above 0 ms, got ${ttlMs}`)
    const lease = { id: ++this.lastId.value, ttlMs, expiresAt: now + ttlMs }
    this.leases.set(String(lease.id), lease)
    while (this.heads.length <= lease.id) this.heads.add()
    return lease
  }

  get(id: number): Lease | undefined {
    return this.leases.get(String(id))
  }

  keepAlive(id: number, now: number): Lease {
    const { ttlMs } = this.need(id)
    const renewed = { id, ttlMs, expiresAt: now + ttlMs }
    this.leases.set(String(id), renewed)
    return renewed
  }

  /** The lease must exist. */
  attach(id: number, slot: number): void {
    const head = this.heads.read(id).ints[id & mask]!
    if (head !== none) {
      const page = this.runs.write(head - 1)
      const end = page.ints[column(ints.first, head - 1)]! + page.ints[column(ints.count, head - 1)]!
      if (end === slot) {
        page.ints[column(ints.count, head - 1)]!++
        return
      }
    }
    const run = this.takeFree()
    const page = this.runs.write(run - 1)
    page.ints[column(ints.first, run - 1)] = slot
    page.ints[column(ints.count, run - 1)] = 1
    page.ints[column(ints.next, run - 1)] = head
    this.heads.write(id).ints[id & mask] = run
  }

  /** Ends a lease and returns the slots that were attached to it at some time, in no particular order. */
  end(id: number): number[] {
    this.need(id)
    const slots: number[] = []
    const first = this.heads.read(id).ints[id & mask]!
    let last = none
    for (let run = first; run !== none; run = this.next(run)) {
      const page = this.runs.read(run - 1)
      const start = page.ints[column(ints.first, run - 1)]!
      const count = page.ints[column(ints.count, run - 1)]!
      for (let slot = start; slot < start + count; slot++) slots.push(slot)
      last = run
    }
    if (last !== none) {
      this.runs.write(last - 1).ints[column(ints.next, last - 1)] = this.free.value
      this.free.value = first
      this.heads.write(id).ints[id & mask] = none
    }
    this.leases.delete(String(id))
    return slots
  }

  /** The leases whose time is over at `now`, by when it was and then by number. */
  due(now: number): Lease[] {
    const all = this.leases.sortedKeys().map((key) => this.leases.get(key)!)
    return all.filter((lease) => lease.expiresAt <= now).sort((a, b) => a.expiresAt - b.expiresAt || a.id - b.id)
  }

  need(id: number): Lease {
    const lease = this.get(id)
    if (lease === undefined) throw new RangeError(`requested lease not found: ${id}`)
    return lease
  }

  private takeFree(): number {
    const run = this.free.value
    if (run === none) return this.runs.add() + 1
    this.free.value = this.next(run)
    return run
  }

  private next(run: number): number {
    return this.runs.read(run - 1).ints[column(ints.next, run - 1)]!
  }
}
