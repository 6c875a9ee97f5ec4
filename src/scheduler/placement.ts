import type { Pod } from '../api/types/core.ts'
import type { Link } from '../client/link.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import { BindingCycle, type BindingFailure } from './binding.ts'
import type { Cycle, Snapshot } from './cycle.ts'
import { createDecider, type Decider, type Decision } from './decide.ts'
import { unschedulableMessage } from './fitError.ts'
import type { Framework } from './framework.ts'
import { type LiveParts, liveSnapshot } from './liveSnapshot.ts'
import type { NodeTable } from './nodeTable.ts'
import { column, type Numbers } from './numbers.ts'
import type { PodInfo } from './podInfo.ts'
import type { QueuedPod, SchedulingQueue } from './queue.ts'
import { InvalidScore } from './rank.ts'
import type { Reports } from './reports.ts'
import type { SchedulerOptions } from './schedulerOptions.ts'
import { classesOf } from './snapshot.ts'
import type { Strategy } from './strategy.ts'
import { PluginError } from './userPlugin.ts'
import { WakeUps } from './wakeUps.ts'

export interface PlacementParts extends Omit<LiveParts, 'accounts'> {
  readonly framework: Framework
  readonly strategy: Strategy
  readonly options: SchedulerOptions
  readonly queue: SchedulingQueue
  readonly numbers: Numbers
  readonly reports: Reports
  readonly link: Link
}

/** Finds pods their nodes, and brings them there. What it knows is a pure function of the tables. */
export class Placement {
  readonly nodes: NodeTable
  readonly accounts: Accounts
  readonly binding: BindingCycle
  readonly wakeUps: WakeUps
  private readonly decider: Decider
  private readonly snapshot: Snapshot
  private readonly classOf: (pod: Pod) => PodInfo

  constructor(private readonly parts: PlacementParts) {
    const { scheduler, kernel, nodes, infos, assumed, framework, strategy, options, queue, reports, link } = parts
    const random = kernel.random(`scheduler/${scheduler}`)
    this.nodes = nodes
    this.decider = createDecider({
      nodes,
      rules: framework,
      strategy,
      failFast: options.failFast,
      lot: (count) => random.integer(0, count - 1),
      ties: options.ties,
    })
    this.accounts = createAccounts(nodes, infos, assumed)
    this.snapshot = liveSnapshot({ ...parts, accounts: this.accounts })
    this.classOf = classesOf(this.snapshot, framework.tellsApart)
    this.binding = new BindingCycle(framework, this.snapshot, this.accounts, link, {
      cycleOf: (queued) => this.cycleOf(queued),
      bound: ({ pod }, node) => reports.scheduled(pod, node),
      failed: (queued, node, failure) => this.bindingFailed(queued, node, failure),
      wakeMeIn: (ms, uid) => void kernel.schedule(scheduler, ms, 'timer', { type: 'expire', uid }),
    })
    this.wakeUps = new WakeUps(kernel, queue, framework, this.snapshot, this.decider, this.classOf)
  }

  /** Decides about a pod and acts on it. */
  place(queued: QueuedPod): void {
    this.decide(queued)
    this.listen()
  }

  /** A waiting pod's time may be over. */
  expire(uid: string): void {
    this.binding.expire(uid)
    this.listen()
  }

  /** An object of a kind changed that a plugin asked about. */
  kindChanged(kind: string): void {
    this.wakeUps.forKind(kind)
    this.binding.retryPrepared(kind)
    this.listen()
  }

  private cycleOf({ pod }: QueuedPod): Cycle {
    return { pod, info: this.classOf(pod), snapshot: this.snapshot }
  }

  private decide(queued: QueuedPod): void {
    const { binding, decider } = this
    const { numbers } = this.parts
    const cycle = this.cycleOf(queued)
    let decision: Decision
    try {
      decision = decider.decide(cycle, numbers.get(column.next))
    } catch (error) {
      if (!(error instanceof PluginError || error instanceof InvalidScore)) throw error
      return this.retry(queued, error.message)
    }
    numbers.count(decision)
    if (decision.node !== undefined) binding.begin(queued, cycle, decision.node)
    else this.unschedulable(queued, cycle, decision)
  }

  /** No node suits. */
  private unschedulable(queued: QueuedPod, cycle: Cycle, decision: Decision): void {
    const { pod } = queued
    const { now } = this.parts.kernel
    try {
      for (const plugin of this.parts.framework.postFilter) if (plugin.postFilter(cycle)?.node !== undefined) break
    } catch (error) {
      if (!(error instanceof PluginError)) throw error
      return this.retry(queued, error.message)
    }
    this.parts.queue.putAside(queued, now, decision.refusedBy)
    this.parts.reports.failed(pod, 'Unschedulable', unschedulableMessage(decision, pod.spec.preemptionPolicy), now)
  }

  /** Something went wrong that has nothing to do with the nodes. */
  private retry(queued: QueuedPod, message: string): void {
    const { now } = this.parts.kernel
    this.parts.queue.retryLater(queued, now)
    this.parts.reports.failed(queued.pod, 'SchedulerError', message, now)
  }

  private bindingFailed(queued: QueuedPod, node: string, { message, refusedBy }: BindingFailure): void {
    const { now } = this.parts.kernel
    if (refusedBy === undefined) this.retry(queued, message)
    else {
      this.parts.queue.putAside(queued, now, [refusedBy])
      this.parts.reports.failed(queued.pod, 'Unschedulable', message, now)
    }
    this.wakeUps.forNode(node)
  }

  /** Acts on what plugins have said of pods that wait. */
  private listen(): void {
    const { binding } = this
    for (let words = this.parts.waiting.takeWords(); words.length > 0; words = this.parts.waiting.takeWords())
      for (const word of words) binding.hear(word)
  }
}
