import type { Component, Kernel } from '../kernel/kernel.ts'
import type { Paged } from '../kernel/paged.ts'
import type { Store } from '../store/store.ts'

// staging/src/k8s.io/apiserver/pkg/storage/etcd3/lease_manager.go: a lease is shared for a minute, or a twentieth of its
// time where that is less, and by so many writes.
const sharedForMs = 60_000
const sharedPart = 0.05
const sharedBy = 1000

const floats = { lastExpiry: 0 } as const
const ints = { lastLease: 0, writes: 1, first: 2 } as const

/** How soon etcd looks again whether what is over may go. */
const lookAgainMs = 500

const bits = 4
const mask = (1 << bits) - 1

/**
 * Lets Events go some time after they were last written, as kube-apiserver's --event-ttl has it: each write attaches its
 * Event to a lease of the store that it shares with those before it, and one timer ends the oldest lease.
 */
export class EventTtl implements Component {
  readonly name: string = 'etcd'
  private readonly state: Paged
  /** The leases that were granted, in the order of their ends. */
  private readonly leases: Paged

  constructor(
    private readonly kernel: Kernel,
    private readonly store: Store,
    /** Milliseconds; 0 keeps Events for ever. */
    private readonly ttlMs: number,
    /** Without a quorum etcd lets nothing go either. */
    private readonly canWrite: () => boolean,
  ) {
    this.state = kernel.memory.paged('registries.eventTtl', { floats: 1, ints: 3, bits: 0 })
    this.leases = kernel.memory.paged('registries.eventLeases', { floats: 1, ints: 1, bits })
    if (this.state.length === 0) this.state.add()
  }

  /** The lease that an Event written now is attached to; 0 for none. */
  lease(now: number): number {
    if (this.ttlMs === 0) return 0
    const page = this.state.write(0)
    const isShared = now + this.ttlMs < page.floats[floats.lastExpiry]! && page.ints[ints.writes]! < sharedBy
    if (!isShared) return this.grant(now)
    page.ints[ints.writes]!++
    return page.ints[ints.lastLease]!
  }

  private grant(now: number): number {
    const extra = Math.min(sharedForMs, Math.floor((this.ttlMs * sharedPart) / 1000) * 1000)
    const { id, expiresAt } = this.store.leases.grant(this.ttlMs + extra, now)
    const page = this.state.write(0)
    page.floats[floats.lastExpiry] = expiresAt
    page.ints[ints.lastLease] = id
    page.ints[ints.writes] = 1
    const row = this.leases.add()
    const { floats: ends, ints: ids } = this.leases.write(row)
    ends[row & mask] = expiresAt
    ids[row & mask] = id
    if (row === page.ints[ints.first]) this.wait(this.untilEnd(row))
    return id
  }

  /** The time of the oldest lease is over. */
  handle(): void {
    const { kernel, leases, store } = this
    if (!this.canWrite()) return this.wait(lookAgainMs)
    const origin = { actor: this.name, cause: kernel.cause, at: kernel.now }
    let first = this.state.read(0).ints[ints.first]!
    for (; first < leases.length && this.endOf(first) <= kernel.now; first++) {
      store.revoke(leases.read(first).ints[first & mask]!, origin)
    }
    this.state.write(0).ints[ints.first] = first
    leases.dropBefore(first)
    if (first < leases.length) this.wait(this.untilEnd(first))
  }

  private wait(ms: number): void {
    this.kernel.schedule(this.name, ms, 'timer', { type: 'expire', of: 'events' })
  }

  private untilEnd(row: number): number {
    return Math.ceil(this.endOf(row) - this.kernel.now)
  }

  private endOf(row: number): number {
    return this.leases.read(row).floats[row & mask]!
  }
}
