import type { Cluster } from '../../cluster.ts'
import type { Replayer } from '../../runner.ts'
import { Departures } from './departures.ts'
import { Books } from './books.ts'
import type { Comings, Step } from './comings.ts'
import type { TypicalPod } from './fragments.ts'
import type { OpenRecord } from './podRecord.ts'
import { regretOf, type RegretSample } from './regret.ts'
import type { Run } from './run.ts'
import { Stopwatch, type WallClock } from './stopwatch.ts'
import { UsageSamples } from './usage.ts'
import { Watcher } from './watcher.ts'

/** How far a run is. */
export interface RunProgress {
  /** Virtual milliseconds since the run began. */
  readonly atMs: number
  readonly arrived: number
  /** How many pods come in all. */
  readonly expected: number
}

export interface DriveSetup {
  readonly scheduler: string
  readonly seed: number
  readonly cluster: Cluster
  readonly comings: Comings
  readonly steps: readonly Step[]
  readonly typical: readonly TypicalPod[]
  /** Milliseconds; undefined: until nothing more would happen. */
  readonly untilMs: number | undefined
  /** Whether kubelets run the pods; without them, pods that are asked to go are ended by the run. */
  readonly hasMachines: boolean
  readonly clock: WallClock | undefined
  /** One of so many decisions is held against the exact best; 0: none. */
  readonly regretEvery: number
  readonly progress: (progress: RunProgress) => void
}

/** What simulated containers take to stop: a pod without a kubelet is gone as soon. */
const STOP_MS = 100
/** Where nothing else ends a run, it ends so long after the last pod came. */
const LONGEST_MS = 86_400_000

/** Lives one run to its end. */
export function drive(setup: DriveSetup): Run {
  return new Drive(setup).run()
}

class Drive {
  private readonly pacer: Replayer
  private readonly begin: number
  private readonly books: Books
  private readonly watcher: Watcher
  private readonly departures = new Departures()
  private readonly lifetimes = new Map<string, number>()
  private readonly creating: Stopwatch
  private readonly advancing: Stopwatch
  /** Where kubelets run pods. */
  private readonly usage: UsageSamples | undefined
  private readonly toCompare: OpenRecord[] = []
  private readonly regrets: RegretSample[] = []
  private decided = 0
  private stepsTaken = 0
  private readonly limit: number

  constructor(private readonly setup: DriveSetup) {
    const { cluster, clock, typical, untilMs, comings, steps } = setup
    this.pacer = cluster.replayer()
    this.begin = cluster.now
    this.usage = setup.hasMachines ? new UsageSamples() : undefined
    this.creating = new Stopwatch(clock)
    this.advancing = new Stopwatch(clock)
    this.books = new Books(typical, () => cluster.schedulerStats())
    this.watcher = new Watcher(this.pacer.parts, this.books.ledger, this.begin, {
      before: (at) => this.books.hold(at),
      nodeChanged: (row) => this.books.fragments.update(row),
      bound: (pod) => this.wasBound(pod),
      leaving: (pod, graceMs) => {
        if (!setup.hasMachines) this.departures.add(cluster.now - this.begin + Math.min(STOP_MS, graceMs), pod)
      },
    })
    this.books.counts = this.watcher.counts
    this.limit = untilMs ?? Math.max(comings.lastAt, steps.at(-1)?.at ?? 0) + LONGEST_MS
  }

  run(): Run {
    const { comings, steps } = this.setup
    this.watcher.catchUp()
    for (;;) {
      const next = Math.min(comings.nextAt, this.departures.next, steps[this.stepsTaken]?.at ?? Infinity)
      if (next === Infinity) {
        if (this.isOver()) break
        this.rest()
      } else if (next > this.limit) break
      else if (this.advanceTo(next)) this.act(next)
      this.compare()
    }
    if (this.setup.untilMs !== undefined) this.advanceFully(this.setup.untilMs)
    return this.result()
  }

  private get now(): number {
    return this.setup.cluster.now - this.begin
  }

  /** Lets time pass up to a moment; false when something is to be done before. */
  private advanceTo(moment: number): boolean {
    return !this.pace(moment, () => this.departures.next < moment || this.toCompare.length > 0)
  }

  private advanceFully(moment: number): void {
    while (!this.advanceTo(moment)) {
      this.compare()
      if (this.departures.next <= this.now) this.act(this.now)
    }
  }

  /** Lets time pass up to a moment, or until it is enough: then true. */
  private pace(moment: number, isEnough: () => boolean): boolean {
    const { usage, books, setup } = this
    if (usage === undefined) return this.paceTo(moment, isEnough)
    while (usage.next <= moment) {
      if (this.paceTo(usage.next, isEnough)) return true
      const used = this.pacer.parts.kubelets?.memoryUse.totalOfAll(setup.cluster.now) ?? 0
      usage.add(used / books.ledger.column('memory').totalCapacity)
    }
    return this.paceTo(moment, isEnough)
  }

  private paceTo(moment: number, isDone: () => boolean): boolean {
    const { advancing, watcher } = this
    const stopped = (): boolean => {
      if (!watcher.isBehind) return isDone()
      advancing.stop()
      watcher.catchUp()
      this.report()
      advancing.start()
      return isDone()
    }
    advancing.start()
    const isStopped = this.pacer.pace(this.begin + moment, stopped)
    advancing.stop()
    return isStopped
  }

  private report(): void {
    const { setup, watcher } = this
    setup.progress({ atMs: this.now, arrived: watcher.counts.arrived, expected: setup.comings.count })
  }

  /** Does all that is due at a moment: first whoever goes, then what is done to the cluster, then whoever comes. */
  private act(moment: number): void {
    const { comings, steps, cluster } = this.setup
    this.creating.start()
    while (this.departures.next <= moment) this.depart(this.departures.take())
    for (; (steps[this.stepsTaken]?.at ?? Infinity) <= moment; this.stepsTaken++) steps[this.stepsTaken]!.act(cluster)
    this.creating.stop()
    while (comings.nextAt <= moment) {
      const arrival = comings.take()
      this.creating.start()
      const uid = comings.create(cluster, arrival)
      this.creating.stop()
      if (arrival.lifetimeMs !== undefined) this.lifetimes.set(uid, arrival.lifetimeMs)
    }
    this.watcher.catchUp()
    this.report()
  }

  private depart({ name, goneMs }: OpenRecord): void {
    if (goneMs !== undefined) return
    const slash = name.indexOf('/')
    const namespace = name.slice(0, slash)
    const grace = this.setup.hasMachines ? {} : { gracePeriodSeconds: 0 }
    this.setup.cluster.pods.delete(name.slice(slash + 1), { namespace, ...grace })
  }

  private wasBound(pod: OpenRecord): void {
    const lifetime = this.lifetimes.get(pod.uid)
    if (lifetime !== undefined) this.departures.add(pod.boundMs! + lifetime, pod)
    const { regretEvery } = this.setup
    if (regretEvery === 0 || !this.watcher.isScheduler(pod.boundBy)) return
    if (this.decided++ % regretEvery === 0) this.toCompare.push(pod)
  }

  private compare(): void {
    for (const pod of this.toCompare.splice(0)) {
      const sample = regretOf(this.setup.cluster, pod)
      if (sample !== undefined) this.regrets.push(sample)
    }
  }

  /** Nobody comes or goes at a known time: until the work is done, or else until the next timer. */
  private rest(): void {
    const { kernel } = this.pacer.parts
    const isDone = (): boolean => this.departures.next < Infinity || this.toCompare.length > 0 || kernel.work === 0
    const timer = kernel.due! - this.begin
    this.pace(Math.min(this.limit, kernel.work > 0 ? this.limit : timer), isDone)
  }

  /** Whether nothing would happen any more but retries of what cannot be. */
  private isOver(): boolean {
    const { kernel, schedulers } = this.pacer.parts
    if (this.now >= this.limit || kernel.due === undefined) return true
    if (kernel.work > 0 || (this.setup.hasMachines && this.watcher.unfinished > 0)) return false
    if (schedulers.some(({ isHolding }) => isHolding)) return false
    for (const { uid } of this.watcher.pending.values()) {
      const states = schedulers.map((scheduler) => scheduler.waiting(uid)?.state)
      if (states.some((state) => state === 'active' || state === 'backoff')) return false
    }
    return true
  }

  private result(): Run {
    const { setup, watcher, books, creating, advancing } = this
    const { scheduler, seed, cluster, clock } = setup
    this.watcher.catchUp()
    const endMs = setup.untilMs ?? books.at
    const wall = clock && { totalMs: creating.ms + advancing.ms, advanceMs: advancing.ms }
    const { pods, counts } = watcher
    const { regrets } = this
    const closed = books.close(endMs)
    return {
      scheduler,
      seed,
      cluster,
      endMs,
      pods,
      stats: cluster.schedulerStats(),
      preempted: counts.preempted,
      ...closed,
      memoryUsed: this.usage?.over(),
      regrets,
      wall,
    }
  }
}
