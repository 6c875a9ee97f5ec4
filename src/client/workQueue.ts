import type { CowMap } from '../kernel/cow.ts'
import type { Kernel } from '../kernel/kernel.ts'

/** The message by which a queue hands its component a key. */
export interface KeyMessage {
  readonly type: 'key'
  readonly key: string
}

/** A key that comes back later; a timer. */
export interface DelayedMessage {
  readonly type: 'delayed'
  readonly key: string
}

// client-go's util/workqueue/default_rate_limiters.go: 5 ms, doubling to 1,000 s.
const firstBackOffMs = 5
const lastBackOffMs = 1_000_000

/**
 * Keys a component is to look at. A key that waits is not added again, so that however many changes concern it, it is
 * looked at once.
 */
export class WorkQueue {
  private readonly waiting: CowMap<true>
  private readonly failures: CowMap<number>

  constructor(
    private readonly kernel: Kernel,
    private readonly component: string,
  ) {
    this.waiting = kernel.memory.map(`queue.${component}.waiting`)
    this.failures = kernel.memory.map(`queue.${component}.failures`)
  }

  /** Asks for a turn with this key as soon as those before it are done. */
  add(key: string): void {
    if (this.waiting.has(key)) return
    this.waiting.set(key, true)
    const message: KeyMessage = { type: 'key', key }
    this.kernel.schedule(this.component, 0, 'work', message)
  }

  /** Adds the key after a time. */
  addAfter(key: string, delayMs: number): void {
    const message: DelayedMessage = { type: 'delayed', key }
    this.kernel.schedule(this.component, delayMs, 'timer', message)
  }

  /** Adds the key after its back-off, which doubles with every failure until `forget`. */
  addRateLimited(key: string): void {
    const failures = this.failures.get(key) ?? 0
    this.failures.set(key, failures + 1)
    this.addAfter(key, failures >= 18 ? lastBackOffMs : Math.min(lastBackOffMs, firstBackOffMs * (1 << failures)))
  }

  /** Says that the key's turn has begun. */
  take(key: string): void {
    this.waiting.delete(key)
  }

  /** Says that the key's turn ended well: its back-off begins anew. */
  forget(key: string): void {
    this.failures.delete(key)
  }
}
