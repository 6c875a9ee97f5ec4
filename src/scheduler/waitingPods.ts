import type { Pod } from '../api/types/core.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'
import type { QueuedPod } from './queuedPod.ts'

/** A pod that has its node and is not bound yet. Plain data that is replaced. */
export interface WaitingPod {
  readonly queued: QueuedPod
  readonly node: string
  /** `permit`: until the plugins named in `until` allow it; `preBind`: until what the first of them prepares is there. */
  readonly phase: 'permit' | 'preBind'
  /** When it began to wait, in virtual milliseconds since the Unix epoch. */
  readonly since: number
  /** Until when, by plugin that it waits for. */
  readonly until: Readonly<Record<string, number>>
}

/** What was said of a waiting pod, for the scheduler to act on when its turn is done. */
export interface Word {
  readonly uid: string
  /** Why it is refused; undefined: it may go on. */
  readonly refusal: string | undefined
  readonly plugin: string
}

/** The pods of one scheduler that wait to be bound: pkg/scheduler/framework/runtime/waiting_pods_map.go. */
export class WaitingPods {
  private readonly table: CowMap<WaitingPod>
  private words: Word[] = []

  constructor(memory: Memory, prefix: string) {
    this.table = memory.map(`${prefix}.waiting`)
  }

  get(uid: string): WaitingPod | undefined {
    return this.table.get(uid)
  }

  get isEmpty(): boolean {
    return this.table.size === 0
  }

  set(pod: WaitingPod): void {
    this.table.set(pod.queued.pod.metadata.uid, pod)
  }

  drop(uid: string): void {
    this.table.delete(uid)
  }

  clear(): void {
    this.table.clear()
    this.words = []
  }

  /** The uids of everyone who waits, by code unit. */
  uids(): readonly string[] {
    return this.table.size === 0 ? none : this.table.sortedKeys()
  }

  /** Everyone who waits, by uid. */
  list(): readonly WaitingPod[] {
    return this.table.size === 0 ? [] : this.table.sortedKeys().map((uid) => this.table.get(uid)!)
  }

  /** A plugin has nothing against it any more. It goes on once nobody has. */
  allow(pod: Pod, plugin: string): void {
    const waiting = this.table.get(pod.metadata.uid)
    if (waiting === undefined || waiting.phase !== 'permit' || waiting.until[plugin] === undefined) return
    const { [plugin]: _allowed, ...until } = waiting.until
    this.set({ ...waiting, until })
    if (Object.keys(until).length === 0) this.words.push({ uid: pod.metadata.uid, refusal: undefined, plugin })
  }

  /** It gives its place back, for the reason given. */
  reject(pod: Pod, plugin: string, refusal: string): void {
    if (this.table.has(pod.metadata.uid)) this.words.push({ uid: pod.metadata.uid, refusal, plugin })
  }

  /** What has been said since this was asked last. Nothing of it lasts beyond a turn. */
  takeWords(): readonly Word[] {
    if (this.words.length === 0) return none
    const taken = this.words
    this.words = []
    return taken
  }
}

const none: readonly never[] = Object.freeze([])
