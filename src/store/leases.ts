import type { Pages, StoreMemory, Strings } from './types.ts'

/** A lease: keys attached to it are deleted when it is revoked or expires. Times are labels handed in, as in Origin. */
export interface Lease {
  readonly id: number
  readonly ttlMs: number
  readonly expiresAt: number
  /** Newest member of the list of slots that were ever attached. */
  readonly head: number
}

const bits = 6
const mask = (1 << bits) - 1
const ints = { slot: 0, next: 1 } as const

/** The leases of a store. A slot that has since gone to another lease stays in the list and is passed over. */
export class Leases {
  private readonly leases: Strings<Lease>
  private readonly members: Pages
  private readonly lastId: { value: number }

  constructor(memory: StoreMemory) {
    this.leases = memory.map<Lease>('store.leases')
    this.members = memory.paged('store.leaseMembers', { ints: 2, bits })
    this.lastId = memory.cell('store.lastLease', 0)
  }

  grant(ttlMs: number, now: number): Lease {
    if (!(ttlMs > 0)) throw new RangeError(`a lease's time to live must be above 0 ms, got ${ttlMs}`)
    const lease = { id: ++this.lastId.value, ttlMs, expiresAt: now + ttlMs, head: -1 }
    this.leases.set(String(lease.id), lease)
    return lease
  }

  get(id: number): Lease | undefined {
    return this.leases.get(String(id))
  }

  keepAlive(id: number, now: number): Lease {
    const { ttlMs, head } = this.need(id)
    const renewed = { id, ttlMs, expiresAt: now + ttlMs, head }
    this.leases.set(String(id), renewed)
    return renewed
  }

  attach(id: number, slot: number): void {
    const { ttlMs, expiresAt, head } = this.need(id)
    const member = this.members.add()
    const page = this.members.write(member)
    page.ints[member & mask] = slot
    page.ints[(ints.next << bits) | (member & mask)] = head
    this.leases.set(String(id), { id, ttlMs, expiresAt, head: member })
  }

  /** Ends a lease and returns the slots that were attached to it at some time, oldest first. */
  end(id: number): number[] {
    const slots: number[] = []
    for (let member = this.need(id).head; member !== -1;) {
      const page = this.members.read(member)
      slots.push(page.ints[member & mask]!)
      member = page.ints[(ints.next << bits) | (member & mask)]!
    }
    this.leases.delete(String(id))
    return slots.reverse()
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
}
