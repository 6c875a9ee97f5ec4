/**
 * Pods that want a node: active (in order), backing off (until a time) or unschedulable (until a change may help).
 * Mirrors pkg/scheduler/backend/queue/scheduling_queue.go. All state is plain data in the kernel's tables.
 */
import type { Pod, PodSpec } from '../api/types/core.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'
import type { Paged } from '../kernel/paged.ts'
import { Heap } from '../kernel/heap.ts'
import { Line } from '../kernel/line.ts'
import type { QueuedPod } from './queuedPod.ts'
import { type AlikePods, Unschedulable } from './unschedulable.ts'

/** A pod that waits in the queue, as a QueueSort plugin sees it. */
export interface Waiter {
  readonly pod: Pod
  /** Order of entry into the queue. */
  readonly sequence: number
}

interface ActiveEntry {
  readonly uid: string
  readonly priority: number
  readonly sequence: number
  /** Where a plugin sorts the queue. */
  readonly pod?: Pod
}

interface BackoffEntry extends ActiveEntry {
  readonly until: number
}

// Defaults of podInitialBackoffSeconds, podMaxBackoffSeconds and DefaultPodMaxInUnschedulablePodsDuration.
const FIRST_BACKOFF_MS = 1_000
const LAST_BACKOFF_MS = 10_000
const LONGEST_UNSCHEDULABLE_MS = 300_000
// backoffQOrderingWindowDuration: what ends within the same second ends together.
const WINDOW_MS = 1_000

export class SchedulingQueue {
  private readonly pods: CowMap<QueuedPod>
  private readonly active: Line<ActiveEntry>
  /** Those whom something may have helped: active once their back-off is over, or when nobody else is, SchedulerPopFromBackoffQ. */
  private readonly helped: Heap<BackoffEntry>
  /** Those who try again though nothing says that it will end otherwise. */
  private readonly errorBackoff: Heap<BackoffEntry>
  private readonly counts: Paged
  /** The unschedulable ones. A cache of `pods`; made when first asked for. */
  private waiting: Unschedulable | undefined

  constructor(
    memory: Memory,
    name: string,
    /** Whether one comes before another; by priority and then age unless given. */
    private readonly less?: (a: Waiter, b: Waiter) => boolean,
    /** What specs have in common that are placed alike; each has its own unless given. */
    private readonly classOf: (spec: PodSpec) => object = (spec) => spec,
  ) {
    this.pods = memory.map(`${name}.pods`)
    // PrioritySort: pkg/scheduler/framework/plugins/queuesort/priority_sort.go.
    const isBefore = (a: ActiveEntry, b: ActiveEntry): boolean =>
      a.priority !== b.priority ? a.priority > b.priority : a.sequence < b.sequence
    const isFirst = less === undefined ? isBefore : (a: ActiveEntry, b: ActiveEntry) => sorted(less, a, b)
    const part = (which: string) => memory.array<ActiveEntry>(`${name}.active.${which}`)
    this.active = new Line({ coming: part('coming'), going: part('going'), others: part('others') }, isFirst)
    const isOverBefore = (a: BackoffEntry, b: BackoffEntry): boolean =>
      a.until !== b.until ? a.until < b.until : isFirst(a, b)
    const heap = (which: string) => new Heap(memory.array<BackoffEntry>(`${name}.${which}`), isOverBefore)
    this.helped = heap('helped')
    this.errorBackoff = heap('errorBackoff')
    this.counts = memory.paged(`${name}.sequence`, { floats: 1, bits: 0 })
    if (this.counts.length === 0) this.counts.add()
  }

  /** Forgets every pod. */
  clear(): void {
    this.pods.clear()
    this.active.clear()
    this.helped.clear()
    this.errorBackoff.clear()
    this.waiting = undefined
  }

  get(uid: string): QueuedPod | undefined {
    return this.pods.get(uid)
  }

  /** Whether a decision is due; may be true when all that is left was dropped. */
  get hasActive(): boolean {
    return this.active.size > 0 || this.helped.size > 0
  }

  /** When the first pod's back-off ends of those that have to wait for that. */
  get nextBackoff(): number | undefined {
    return this.errorBackoff.peek()?.until
  }

  /** Adds a pod that is new, or seen for the first time without a node. */
  add(pod: Pod, cause: number): void {
    this.activate({ pod, state: 'active', sequence: 0, attempts: 0, until: 0, since: 0, cause, refusedBy: nobody })
  }

  /** Keeps a pod that may not enter yet. */
  gate(pod: Pod, cause: number): void {
    const gated = {
      pod,
      state: 'gated',
      sequence: 0,
      attempts: 0,
      until: 0,
      since: 0,
      cause,
      refusedBy: nobody,
    } as const
    this.pods.set(pod.metadata.uid, gated)
  }

  /** Takes a newer state of the pod's object, leaving its place. */
  refresh(queued: QueuedPod, pod: Pod): void {
    const { state, sequence, attempts, until, since, cause, refusedBy } = queued
    const fresh = { pod, state, sequence, attempts, until, since, cause, refusedBy }
    this.pods.set(pod.metadata.uid, fresh)
    if (state === 'unschedulable') this.waiting?.set(fresh)
  }

  drop(uid: string): void {
    if (this.pods.delete(uid)) this.waiting?.delete(uid)
  }

  /** The pod whose turn it is; it is in the queue no longer. */
  pop(now: number): QueuedPod | undefined {
    this.activateFrom(this.helped, now)
    return this.popFrom(this.active) ?? this.popFrom(this.helped)
  }

  /** Puts a pod aside that fits nowhere, until something changes that may help it. */
  putAside({ pod, attempts, cause }: QueuedPod, now: number, refusedBy: readonly string[]): void {
    const until = overAt(now, attempts + 1)
    const sequence = this.next()
    const { uid } = pod.metadata
    const own = { pod, state: 'unschedulable', sequence, attempts: attempts + 1, until, since: now, cause } as const
    const queued = { ...own, refusedBy }
    this.pods.set(uid, queued)
    this.waiting?.set(queued)
  }

  /** Brings a pod back after its back-off whatever happens: its decision failed by an error. */
  retryLater({ pod, attempts, since, cause }: QueuedPod, now: number): void {
    const until = overAt(now, attempts + 1)
    const failed = { pod, attempts: attempts + 1, until, since, cause, refusedBy: nobody }
    this.backOff({ ...failed, state: 'backoff', sequence: 0 }, this.errorBackoff)
  }

  /**
   * This pod gets another decision, after its back-off at the latest. `isHelped`: something changed that may help it, so
   * that it need not wait for that; where nothing did, two who are always refused would have each other tried for ever.
   */
  wake(uid: string, now: number, cause: number, isHelped = true): void {
    const queued = this.pods.get(uid)
    if (queued === undefined || queued.state !== 'unschedulable') return
    this.waiting?.delete(uid)
    const { pod, attempts, until, since, refusedBy } = queued
    const woken: QueuedPod = { pod, state: 'active', sequence: 0, attempts, until, since, cause, refusedBy }
    if (until <= now) this.activate(woken)
    else if (isHelped) this.backOff(woken, this.helped)
    else this.backOff({ ...woken, state: 'backoff' }, this.errorBackoff)
  }

  /** Makes active whose back-off is over, of those that have to wait for that. */
  endBackoffs(now: number): void {
    this.activateFrom(this.errorBackoff, now)
  }

  /** Unschedulable pods by what they have in common. */
  unschedulable(): Iterable<AlikePods> {
    return (this.waiting ??= this.gather()).groups()
  }

  get hasUnschedulable(): boolean {
    this.waiting ??= this.gather()
    return this.waiting.size > 0
  }

  /** Wakes several, in the order in which they were put aside. */
  wakeAll(pods: readonly QueuedPod[], now: number, cause: number, isHelped = true): void {
    if (pods.length === 0) return
    for (const { pod } of pods.toSorted((a, b) => a.sequence - b.sequence))
      this.wake(pod.metadata.uid, now, cause, isHelped)
  }

  /** Wakes those who were unschedulable for five minutes: nothing that was announced helped them. */
  flush(now: number, cause: number): void {
    const late: QueuedPod[] = []
    for (const { pods } of this.unschedulable())
      for (const queued of pods.values()) if (now - queued.since >= LONGEST_UNSCHEDULABLE_MS) late.push(queued)
    this.wakeAll(late, now, cause)
  }

  /** Everything queued, by uid. */
  all(): QueuedPod[] {
    return this.pods.sortedKeys().map((uid) => this.pods.get(uid)!)
  }

  private popFrom(entries: { pop: () => ActiveEntry | undefined }): QueuedPod | undefined {
    for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
      const queued = this.queuedFor(entry)
      if (queued === undefined) continue
      this.pods.delete(entry.uid)
      return queued
    }
    return undefined
  }

  private activateFrom(heap: Heap<BackoffEntry>, now: number): void {
    for (let entry = heap.peek(); entry !== undefined && entry.until <= now; entry = heap.peek()) {
      heap.pop()
      const queued = this.queuedFor(entry)
      if (queued !== undefined) this.activate(queued)
    }
  }

  /** The pod of an entry, unless it left that place since. */
  private queuedFor({ uid, sequence }: ActiveEntry): QueuedPod | undefined {
    const queued = this.pods.get(uid)
    return queued?.sequence === sequence ? queued : undefined
  }

  private activate({ pod, attempts, until, since, cause, refusedBy }: QueuedPod): void {
    const sequence = this.next()
    this.pods.set(pod.metadata.uid, { pod, state: 'active', sequence, attempts, until, since, cause, refusedBy })
    this.active.push(this.entry(pod, sequence))
  }

  private backOff(queued: QueuedPod, heap: Heap<BackoffEntry>): void {
    const { pod, state, attempts, until, since, cause, refusedBy } = queued
    const sequence = this.next()
    this.pods.set(pod.metadata.uid, { pod, state, sequence, attempts, until, since, cause, refusedBy })
    heap.push({ ...this.entry(pod, sequence), until })
  }

  private entry(pod: Pod, sequence: number): ActiveEntry {
    const { uid } = pod.metadata
    const priority = pod.spec.priority ?? 0
    return this.less === undefined ? { uid, priority, sequence } : { uid, priority, sequence, pod }
  }

  private next(): number {
    return ++this.counts.write(0).floats[0]!
  }

  private gather(): Unschedulable {
    const waiting = new Unschedulable(this.classOf)
    for (const queued of this.all()) if (queued.state === 'unschedulable') waiting.set(queued)
    return waiting
  }
}

const nobody: readonly string[] = Object.freeze([])

/** By the plugin; those that it takes for equal, by age. */
function sorted(less: (a: Waiter, b: Waiter) => boolean, a: ActiveEntry, b: ActiveEntry): boolean {
  const [one, other] = [a, b].map(({ pod, sequence }) => ({ pod: pod!, sequence })) as [Waiter, Waiter]
  if (less(one, other)) return true
  return !less(other, one) && a.sequence < b.sequence
}

/** When the back-off of somebody who fails now is over: after the whole second in which it ends. */
function overAt(now: number, attempts: number): number {
  return Math.floor((now + backoffMs(attempts)) / WINDOW_MS) * WINDOW_MS + WINDOW_MS
}

/** One second after the first failure, doubling to ten. */
function backoffMs(attempts: number): number {
  return attempts > 4 ? LAST_BACKOFF_MS : Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS << (attempts - 1))
}
