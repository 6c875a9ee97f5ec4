import type { CowMap } from '../kernel/cow.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { TaskKind } from '../kernel/tasks.ts'
import type { BackOff } from './controller.ts'

/** The message by which a queue hands its component a key. */
export interface KeyMessage {
  readonly type: 'key'
  readonly key: string
}

/** A key that comes back later; a timer. */
export interface DelayedMessage {
  readonly type: 'delayed'
  readonly key: string
  /** When, in virtual milliseconds since the Unix epoch: void once the key is to come back at another time. */
  readonly due: number
}

/** How often in a row a key's turn has failed, and what was said the last time. */
export interface Failing {
  readonly key: string
  readonly failures: number
  readonly error: string
}

// client-go's util/workqueue/default_rate_limiters.go: 5 ms, doubling to 1,000 s.
const firstBackOffMs = 5
const lastBackOffMs = 1_000_000

/**
 * Keys a component is to look at. A key that waits is not added again, so that however many changes concern it, it is
 * looked at once; and a key that is to come back comes back once, at the earliest of the times asked for.
 */
export class WorkQueue {
  private readonly waiting: CowMap<true>
  /** When a key is to come back, and what put it off last: the earliest time counts, but the latest cause. */
  private readonly due: CowMap<{ readonly at: number; readonly cause: number }>
  private readonly failures: CowMap<{ readonly count: number; readonly error: string }>

  constructor(
    private readonly kernel: Kernel,
    private readonly component: string,
    private readonly backOff: BackOff = {},
  ) {
    this.waiting = kernel.memory.map(`queue.${component}.waiting`)
    this.due = kernel.memory.map(`queue.${component}.due`)
    this.failures = kernel.memory.map(`queue.${component}.failures`)
  }

  /** Asks for a turn with this key as soon as those before it are done. */
  add(key: string): void {
    if (this.waiting.has(key)) return
    this.waiting.set(key, true)
    const message: KeyMessage = { type: 'key', key }
    this.kernel.schedule(this.component, 0, 'work', message)
  }

  /** Adds the key after a time, unless it comes back earlier anyway: client-go's util/workqueue/delaying_queue.go. */
  addAfter(key: string, delayMs: number, kind: TaskKind = 'timer'): void {
    const { cause, now } = this.kernel
    const due = now + delayMs
    const known = this.due.get(key)?.at ?? Infinity
    this.due.set(key, { at: Math.min(known, due), cause })
    if (known <= due) return
    const message: DelayedMessage = { type: 'delayed', key, due }
    this.kernel.schedule(this.component, delayMs, kind, message)
  }

  /** Adds a key whose time has come. */
  comeBack({ key, due }: DelayedMessage): void {
    const known = this.due.get(key)
    if (known?.at !== due) return
    this.due.delete(key)
    this.kernel.cause = known.cause
    this.add(key)
  }

  /** Adds the key after its back-off, which doubles with every failure until `forget`. Returns how many there were. */
  addRateLimited(key: string, error: string): number {
    const before = this.failures.get(key)?.count ?? 0
    this.failures.set(key, { count: before + 1, error })
    const { firstMs = firstBackOffMs, lastMs = lastBackOffMs } = this.backOff
    this.addAfter(key, before >= 18 ? lastMs : Math.min(lastMs, firstMs * (1 << before)))
    return before + 1
  }

  /** Says that the key's turn has begun. */
  take(key: string): void {
    this.waiting.delete(key)
  }

  /** Says that the key's turn ended well: its back-off begins anew. */
  forget(key: string): void {
    this.failures.delete(key)
  }

  /** The keys that wait for their turn, by code unit. */
  keys(): string[] {
    return this.waiting.sortedKeys()
  }

  /** The keys whose last turn failed, by code unit. */
  failing(): Failing[] {
    return this.failures.sortedKeys().map((key) => {
      const { count, error } = this.failures.get(key)!
      return { key, failures: count, error }
    })
  }

  /** Loses everything, as a process does that dies. The tasks in the kernel are its component's to withdraw. */
  clear(): void {
    this.waiting.clear()
    this.due.clear()
    this.failures.clear()
  }
}
