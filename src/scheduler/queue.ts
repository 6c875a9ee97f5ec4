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
import type { Failures, QueuedPod, QueueState } from './queuedPod.ts'
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
    this.activate(pod, cause, NO_FAILURES)
  }

  /** Keeps a pod that may not enter yet. */
  gate(pod: Pod, cause: number): void {
    this.pods.set(pod.metadata.uid, { pod, state: 'gated', sequence: 0, cause, failures: NO_FAILURES })
  }

  /** Takes a newer state of the pod's object, leaving its place. */
  refresh({ state, sequence, cause, failures }: QueuedPod, pod: Pod): void {
    const fresh: QueuedPod = { pod, state, sequence, cause, failures }
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
  putAside({ pod, cause, failures }: QueuedPod, now: number, refusedBy: readonly string[]): void {
    const sequence = this.next()
    const refused: QueuedPod = {
      pod,
      state: 'unschedulable',
      sequence,
      cause,
      failures: refusal(failures, now, refusedBy),
    }
    this.pods.set(pod.metadata.uid, refused)
    this.waiting?.set(refused)
  }

  /** Brings a pod back after its back-off whatever happens: its decision failed by an error. */
  retryLater({ pod, cause, failures }: QueuedPod, now: number): void {
    this.backOff(pod, 'backoff', cause, error(failures, now), this.errorBackoff)
  }

  /**
   * This pod gets another decision, after its back-off at the latest. `isHelped`: something changed that may help it, so
   * that it need not wait for that; where nothing did, two who are always refused would have each other tried for ever.
   */
  wake(uid: string, now: number, cause: number, isHelped = true): void {
    const queued = this.pods.get(uid)
    if (queued === undefined || queued.state !== 'unschedulable') return
    this.waiting?.delete(uid)
    const { pod, failures } = queued
    if (failures.until <= now) this.activate(pod, cause, failures)
    else if (isHelped) this.backOff(pod, 'active', cause, failures, this.helped)
    else this.backOff(pod, 'backoff', cause, failures, this.errorBackoff)
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
      for (const queued of pods.values()) if (now - queued.failures.since >= LONGEST_UNSCHEDULABLE_MS) late.push(queued)
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
      if (queued !== undefined) this.activate(queued.pod, queued.cause, queued.failures)
    }
  }

  /** The pod of an entry, unless it left that place since. */
  private queuedFor({ uid, sequence }: ActiveEntry): QueuedPod | undefined {
    const queued = this.pods.get(uid)
    return queued?.sequence === sequence ? queued : undefined
  }

  private activate(pod: Pod, cause: number, failures: Failures): void {
    const sequence = this.next()
    this.pods.set(pod.metadata.uid, { pod, state: 'active', sequence, cause, failures })
    this.active.push(this.entry(pod, sequence))
  }

  private backOff(pod: Pod, state: QueueState, cause: number, failures: Failures, heap: Heap<BackoffEntry>): void {
    const sequence = this.next()
    this.pods.set(pod.metadata.uid, { pod, state, sequence, cause, failures })
    heap.push({ ...this.entry(pod, sequence), until: failures.until })
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

const NOBODY: readonly string[] = Object.freeze([])
const NO_FAILURES: Failures = Object.freeze({ count: 0, refusals: 0, errors: 0, since: 0, until: 0, refusedBy: NOBODY })

function refusal(before: Failures, now: number, refusedBy: readonly string[]): Failures {
  const refusals = before.refusals + 1
  return { count: before.count + 1, refusals, errors: 0, since: now, until: overAt(now, refusals), refusedBy }
}

function error(before: Failures, now: number): Failures {
  const { count, refusals } = before
  const errors = before.errors + 1
  return { count: count + 1, refusals, errors, since: now, until: overAt(now, errors), refusedBy: NOBODY }
}

/** By the plugin; those that it takes for equal, by age. */
function sorted(less: (a: Waiter, b: Waiter) => boolean, a: ActiveEntry, b: ActiveEntry): boolean {
  const [one, other] = [a, b].map(({ pod, sequence }) => ({ pod: pod!, sequence })) as [Waiter, Waiter]
  if (less(one, other)) return true
  return !less(other, one) && a.sequence < b.sequence
}

/** When the back-off of somebody who fails now, for the `times`th time, is over: after the whole second in which it ends. */
function overAt(now: number, times: number): number {
  return Math.floor((now + backoffMs(times)) / WINDOW_MS) * WINDOW_MS + WINDOW_MS
}

/** One second after the first failure, doubling to ten. */
function backoffMs(times: number): number {
  return times > 4 ? LAST_BACKOFF_MS : Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS << (times - 1))
}
