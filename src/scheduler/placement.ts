import type { Pod } from '../api/types/core.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import { BindingCycle, type BindingFailure } from './binding.ts'
import type { Cycle, Snapshot } from './cycle.ts'
import { createDecider, type Decider, type Decision } from './decide.ts'
import { unschedulableMessage } from './fitError.ts'
import { type LiveParts, liveSnapshot } from './liveSnapshot.ts'
import type { NodeTable } from './nodeTable.ts'
import { column, type Numbers } from './numbers.ts'
import type { PodInfo } from './podInfo.ts'
import type { Profile } from './profile.ts'
import type { QueuedPod, SchedulingQueue } from './queue.ts'
import { InvalidScore } from './rank.ts'
import { defaultSchedulerName } from './schedulerOptions.ts'
import { classesOf } from './snapshot.ts'
import { PluginError } from './userPlugin.ts'
import { WakeUps } from './wakeUps.ts'

export interface PlacementParts extends Omit<LiveParts, 'accounts' | 'profile'> {
  /** By the name that pods give; the first is the scheduler's own. */
  readonly profiles: ReadonlyMap<string, Profile>
  readonly queue: SchedulingQueue
  readonly numbers: Numbers
}

/** How the pods of one profile go. */
interface Way {
  readonly profile: Profile
  readonly decider: Decider
  readonly snapshot: Snapshot
  readonly classOf: (pod: Pod) => PodInfo
  readonly binding: BindingCycle
}

/** Finds pods their nodes, and brings them there. What it knows is a pure function of the tables. */
export class Placement {
  readonly nodes: NodeTable
  readonly accounts: Accounts
  readonly wakeUps: WakeUps
  private readonly ways: ReadonlyMap<string, Way>

  constructor(private readonly parts: PlacementParts) {
    const { kernel, nodes, infos, assumed, profiles, queue } = parts
    this.nodes = nodes
    this.accounts = createAccounts(nodes, infos, assumed)
    this.ways = new Map([...profiles].map(([name, profile]) => [name, this.wayOf(profile)]))
    this.wakeUps = new WakeUps(kernel, queue, nodes, (pod) => {
      const { profile, decider, snapshot, classOf } = this.way(pod)
      return { framework: profile.framework, decider, snapshot, classOf }
    })
  }

  /** Decides about a pod and acts on it. */
  place(queued: QueuedPod): void {
    this.decide(queued)
    this.listen()
  }

  /** A waiting pod's time may be over. */
  expire(uid: string): void {
    this.bindingOf(uid)?.expire(uid)
    this.listen()
  }

  /** A pod that may wait to be bound is gone, or has a node. */
  abandon(uid: string): void {
    this.bindingOf(uid)?.abandon(uid)
  }

  /** Objects of a kind changed that a plugin asked about. */
  kindChanged(kind: string, objects: ReadonlySet<string>): void {
    for (const { profile, snapshot } of this.ways.values())
      for (const plugin of profile.framework.all) plugin.changed?.(snapshot, kind, objects)
    this.wakeUps.forKind(kind, objects)
    for (const waiting of this.parts.waiting.list())
      this.way(waiting.queued.pod).binding.retryPrepared(waiting, kind, objects)
    this.listen()
  }

  private wayOf(profile: Profile): Way {
    const { parts, accounts } = this
    const { scheduler, kernel, nodes, link } = parts
    const { framework, strategy, options, reports } = profile
    const random = kernel.random(`scheduler/${scheduler}`)
    const decider = createDecider({
      nodes,
      rules: framework,
      strategy,
      failFast: options.failFast,
      lot: (count) => random.integer(0, count - 1),
      ties: options.ties,
    })
    const snapshot = liveSnapshot({ ...parts, accounts, profile: profile.name })
    const classOf = classesOf(snapshot, framework.tellsApart)
    const binding = new BindingCycle(framework, snapshot, accounts, link, {
      cycleOf: ({ pod }) => ({ pod, info: classOf(pod), snapshot }),
      bound: ({ pod }, node) => reports.scheduled(pod, node),
      failed: (queued, node, failure) => this.bindingFailed(queued, node, failure),
      wakeMeIn: (ms, uid) => void kernel.schedule(scheduler, ms, 'timer', { type: 'expire', uid }),
    })
    return { profile, decider, snapshot, classOf, binding }
  }

  private way({ spec }: Pod): Way {
    return this.ways.get(spec.schedulerName ?? defaultSchedulerName)!
  }

  /** Of a pod that waits to be bound. */
  private bindingOf(uid: string): BindingCycle | undefined {
    const waiting = this.parts.waiting.get(uid)
    return waiting === undefined ? undefined : this.way(waiting.queued.pod).binding
  }

  private decide(queued: QueuedPod): void {
    const { pod } = queued
    const { numbers } = this.parts
    const { binding, decider, classOf, snapshot, profile } = this.way(pod)
    const cycle: Cycle = { pod, info: classOf(pod), snapshot }
    let decision: Decision
    try {
      decision = decider.decide(cycle, numbers.get(column.next))
    } catch (error) {
      if (!(error instanceof PluginError || error instanceof InvalidScore)) throw error
      return this.retry(queued, error.message)
    }
    numbers.count(decision)
    if (decision.node !== undefined) binding.begin(queued, cycle, decision.node)
    else this.unschedulable(queued, cycle, decision, profile)
  }

  /** No node suits. */
  private unschedulable(queued: QueuedPod, cycle: Cycle, decision: Decision, profile: Profile): void {
    const { pod } = queued
    const { now } = this.parts.kernel
    try {
      for (const plugin of profile.framework.postFilter) if (plugin.postFilter(cycle)?.node !== undefined) break
    } catch (error) {
      if (!(error instanceof PluginError)) throw error
      return this.retry(queued, error.message)
    }
    this.parts.queue.putAside(queued, now, decision.refusedBy)
    profile.reports.failed(pod, 'Unschedulable', unschedulableMessage(decision, pod.spec.preemptionPolicy), now)
  }

  /** Something went wrong that has nothing to do with the nodes. */
  private retry(queued: QueuedPod, message: string): void {
    const { now } = this.parts.kernel
    this.parts.queue.retryLater(queued, now)
    this.way(queued.pod).profile.reports.failed(queued.pod, 'SchedulerError', message, now)
  }

  private bindingFailed(queued: QueuedPod, node: string, { message, refusedBy }: BindingFailure): void {
    const { now } = this.parts.kernel
    if (refusedBy === undefined) this.retry(queued, message)
    else {
      this.parts.queue.putAside(queued, now, [refusedBy])
      this.way(queued.pod).profile.reports.failed(queued.pod, 'Unschedulable', message, now)
    }
    this.wakeUps.forNode(node)
  }

  /** Acts on what plugins have said of pods that wait. */
  private listen(): void {
    const { waiting } = this.parts
    for (let words = waiting.takeWords(); words.length > 0; words = waiting.takeWords())
      for (const word of words) this.bindingOf(word.uid)?.hear(word)
  }
}
