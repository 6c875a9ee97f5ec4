import { hasEnded } from '../../api/podPhase.ts'
import type { Node, Pod } from '../../api/types/core.ts'
import type { Parts } from '../../assemble.ts'
import { needsOf, offerOf } from './demand.ts'
import type { Ledger } from './ledger.ts'
import type { OpenRecord } from './podRecord.ts'

type Change = ReturnType<Parts['store']['changes']>[number]

/** What whoever drives a run is told of. */
export interface Told {
  /** The time that passed until now was as the books say; now they change. `at`: milliseconds since the run began. */
  readonly before: (at: number) => void
  readonly bound: (pod: OpenRecord) => void
  /** Somebody else than the run asks a pod to go. */
  readonly leaving: (pod: OpenRecord, graceMs: number) => void
  readonly nodeChanged: (row: number) => void
}

/** How many pods have come, are on nodes, wait for one, and were evicted by a scheduler. */
export interface Counts {
  arrived: number
  bound: number
  pending: number
  preempted: number
}

/** Reads what is committed and keeps the books of pods and nodes. */
export class Watcher {
  readonly pods: OpenRecord[] = []
  readonly counts: Counts = { arrived: 0, bound: 0, pending: 0, preempted: 0 }
  /** Pods that wait for a node, in the order in which they came. */
  readonly pending: Map<string, OpenRecord> = new Map()
  private readonly byUid = new Map<string, OpenRecord>()
  private readonly kinds = new Map<number, 'pod' | 'node' | 'other'>()
  /** Pods on nodes that end by themselves, where there is a kubelet that lets them. */
  unfinished = 0
  private read = 0
  private readonly schedulers: ReadonlySet<string>

  constructor(
    private readonly parts: Parts,
    private readonly ledger: Ledger,
    private readonly begin: number,
    private readonly told: Told,
  ) {
    this.schedulers = new Set(parts.schedulers.map(({ name }) => name))
  }

  /** Whether something was committed that it has not read yet. */
  get isBehind(): boolean {
    return this.read !== this.parts.store.revision
  }

  /** Up to date with every commit so far. */
  catchUp(): void {
    const { store } = this.parts
    if (!this.isBehind) return
    const changes = store.changes(this.read)
    this.read = store.revision
    for (const change of changes) this.take(change)
  }

  isScheduler(actor: string | undefined): boolean {
    return actor !== undefined && this.schedulers.has(actor)
  }

  private take(change: Change): void {
    const kind = this.kindOf(change.directory)
    if (kind === 'other') return
    // To the microsecond: milliseconds since 1970 have no finer digits to lose.
    const at = Math.round(Math.max(0, change.at - this.begin) * 1000) / 1000
    if (kind === 'node') this.nodeChanged(change, at)
    else this.podChanged(change, at)
  }

  private kindOf(directory: number): 'pod' | 'node' | 'other' {
    let kind = this.kinds.get(directory)
    if (kind === undefined) {
      const { records, store } = this.parts
      const { key } = records.ofPath(store.keys.directoryPath(directory)).kept
      this.kinds.set(directory, (kind = key === 'pods' ? 'pod' : key === 'nodes' ? 'node' : 'other'))
    }
    return kind
  }

  private nodeChanged({ name, value, previous }: Change, at: number): void {
    const now = value as Node | undefined
    const then = previous as Node | undefined
    if (now !== undefined && then !== undefined && now.status === then.status) return
    this.told.before(at)
    const row = now === undefined ? this.ledger.leaves(name) : this.ledger.offers(name, offerOf(now))
    this.told.nodeChanged(row)
  }

  private podChanged(change: Change, at: number): void {
    const now = change.value as Pod | undefined
    const then = change.previous as Pod | undefined
    if (then === undefined) return this.arrived(now!, at, change.actor)
    const pod = this.byUid.get(then.metadata.uid)
    if (pod === undefined) return
    if (now === undefined) return this.gone(pod, at, change.actor)
    if (now.spec.nodeName && !then.spec.nodeName) this.bound(pod, now.spec.nodeName, at, change.actor)
    if (now.metadata.deletionTimestamp !== undefined && then.metadata.deletionTimestamp === undefined)
      this.leaving(pod, now, change.actor)
    if (hasEnded(now) && !hasEnded(then)) this.gone(pod, at, undefined)
  }

  private arrived(pod: Pod, at: number, actor: string): void {
    this.told.before(at)
    const { name, namespace = '', uid } = pod.metadata
    const record: OpenRecord = {
      name: `${namespace}/${name}`,
      uid,
      arrivedMs: at,
      needs: needsOf(pod),
      boundMs: undefined,
      node: undefined,
      boundBy: undefined,
      goneMs: undefined,
      isPreempted: false,
      row: -1,
      isFinite: pod.spec.restartPolicy !== undefined && pod.spec.restartPolicy !== 'Always',
    }
    this.byUid.set(uid, record)
    this.pods.push(record)
    this.counts.arrived++
    this.ledger.asks(record.needs)
    this.pending.set(uid, record)
    this.counts.pending++
    if (pod.spec.nodeName) this.bound(record, pod.spec.nodeName, at, actor)
  }

  private bound(pod: OpenRecord, node: string, at: number, actor: string): void {
    this.told.before(at)
    pod.boundMs = at
    pod.node = node
    pod.boundBy = actor
    pod.row = this.ledger.row(node)
    this.ledger.take(pod.row, pod.needs)
    this.pending.delete(pod.uid)
    this.counts.pending--
    this.counts.bound++
    if (pod.isFinite) this.unfinished++
    this.told.nodeChanged(pod.row)
    this.told.bound(pod)
  }

  private leaving(pod: OpenRecord, { metadata }: Pod, actor: string): void {
    this.preempted(pod, actor)
    this.told.leaving(pod, (metadata.deletionGracePeriodSeconds ?? 0) * 1000)
  }

  private preempted(pod: OpenRecord, actor: string): void {
    if (pod.isPreempted || !this.isScheduler(actor)) return
    pod.isPreempted = true
    this.counts.preempted++
  }

  /** `actor`: who deleted it; undefined when it ended by itself. */
  private gone(pod: OpenRecord, at: number, actor: string | undefined): void {
    if (actor !== undefined) this.preempted(pod, actor)
    if (pod.goneMs !== undefined) return
    this.told.before(at)
    pod.goneMs = at
    if (this.pending.delete(pod.uid)) this.counts.pending--
    if (pod.row < 0) return
    this.ledger.giveBack(pod.row, pod.needs)
    this.counts.bound--
    if (pod.isFinite) this.unfinished--
    this.told.nodeChanged(pod.row)
    pod.row = -1
  }
}
