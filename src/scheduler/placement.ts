import type { Informer } from '../client/informer.ts'
import type { ObjectChange } from '../client/watches.ts'
import type { Pod } from '../api/types/core.ts'
import type { CowMap } from '../kernel/cow.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import { BindingCycle, type BindingFailure } from './binding.ts'
import type { Cycle, Snapshot } from './cycle.ts'
import { createDecider, type Decider, type Decision } from './decide.ts'
import { unschedulableMessage } from './fitError.ts'
import { type Room, roomFor } from './failure.ts'
import { known, type LiveParts, LiveSnapshot } from './liveSnapshot.ts'
import type { NodeTable } from './nodeTable.ts'
import { column, type Numbers } from './numbers.ts'
import { type Nominee, Nominees } from './nominees.ts'
import type { PodInfo } from './podInfo.ts'
import { Preemptor } from './preemption/preemptor.ts'
import type { Profile } from './profile.ts'
import type { SchedulingQueue } from './queue.ts'
import type { QueuedPod } from './queuedPod.ts'
import { failsDecision } from './rank.ts'
import { defaultSchedulerName } from './schedulerOptions.ts'
import { classesOf } from './snapshot.ts'
import { Trials } from './trials.ts'
import { Topology } from './topology/topology.ts'
import { WakeUps } from './wakeUps.ts'

export interface PlacementParts extends Omit<LiveParts, 'accounts' | 'profile' | 'nominees' | 'trials' | 'topology'> {
  /** The pods that are to come to a node, by uid. */
  readonly nominated: CowMap<Nominee>
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
  readonly preemptor: Preemptor
}

/** Finds pods their nodes, and brings them there. What it knows is a pure function of the tables. */
export class Placement {
  readonly nodes: NodeTable
  readonly accounts: Accounts
  readonly wakeUps: WakeUps
  readonly topology: Topology
  private readonly nominees: Nominees
  private readonly trials: Trials
  private readonly ways: ReadonlyMap<string, Way>

  constructor(private readonly parts: PlacementParts) {
    const { kernel, nodes, infos, assumed, nominated, profiles, queue } = parts
    this.nodes = nodes
    this.topology = new Topology({
      nodes,
      ...known(parts.sources, assumed, { all: (placed) => this.trials.all(placed) }),
    })
    this.accounts = createAccounts({ nodes, infos, assumed, topology: this.topology })
    this.nominees = new Nominees(nominated, nodes)
    this.trials = new Trials(nodes, this.accounts)
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

  /** Reads what changed of pods. */
  read(pods: Informer<Pod>, visit: (change: ObjectChange<Pod>) => void): void {
    const isAhead = pods.isBroken
    if (isAhead) this.topology.runsAhead()
    pods.read(visit)
    if (isAhead) this.topology.caughtUp()
  }

  /** A waiting pod's time may be over. */
  expire(uid: string): void {
    this.bindingOf(uid)?.expire(uid)
    this.listen()
  }

  /** A pod that may wait to be bound is gone, or has a node. */
  abandon(uid: string): void {
    this.bindingOf(uid)?.abandon(uid)
    this.listen()
  }

  /** Objects of a kind changed that a plugin asked about. */
  kindChanged(kind: string, objects: ReadonlySet<string>): void {
    this.topology.kindChanged(kind)
    for (const { profile, snapshot } of this.ways.values())
      for (const plugin of profile.framework.all) plugin.changed?.(snapshot, kind, objects)
    this.wakeUps.forKind(kind, objects)
    if (!this.parts.waiting.isEmpty) this.retryPrepared(kind, objects)
    this.listen()
  }

  /** What a pod says of the node that it is to come to, as it is heard of or changes. */
  nominated(object: Pod, previous: Pod | undefined): void {
    const { nominees } = this
    const { nominatedNodeName = '' } = object.status
    const before = previous?.status.nominatedNodeName ?? ''
    // What says nothing may be older than what was decided since.
    const known = nominees.of(object.metadata.uid)?.node
    if (nominatedNodeName === before || nominatedNodeName === known) nominees.refresh(object)
    else if (nominatedNodeName !== '') nominees.set(object, nominatedNodeName)
    else this.released(object.metadata.uid)
  }

  /** The pod does not come to the node that it was nominated to: others may. */
  released(uid: string): void {
    const nominee = this.nominees.drop(uid)
    if (nominee !== undefined) this.wakeUps.forNode(nominee.node)
  }

  private retryPrepared(kind: string, objects: ReadonlySet<string>): void {
    const { waiting } = this.parts
    for (const { profile, snapshot, binding } of this.ways.values()) {
      const { preBind, watches } = profile.framework
      const asked = preBind.filter(({ name }) => watches.get(name)?.includes(kind) === true)
      const all = asked.map(({ awaits }) => awaits?.(snapshot, kind, objects))
      const uids = all.includes(undefined) ? waiting.uids() : [...new Set(all.flatMap((some) => some ?? []))].sort()
      for (const uid of uids) {
        const pod = waiting.get(uid)
        if (pod !== undefined && this.bindingOf(uid) === binding) binding.retryPrepared(pod, kind)
      }
    }
  }

  private wayOf(profile: Profile): Way {
    const { parts, accounts, nominees, trials, topology } = this
    const { scheduler, kernel, nodes, link, waiting } = parts
    const { framework, strategy, options, reports, name } = profile
    const random = kernel.random(`scheduler/${scheduler}`)
    const decider = createDecider({
      nodes,
      rules: framework,
      strategy,
      failFast: options.failFast,
      lot: (count) => random.integer(0, count - 1),
      ties: options.ties,
    })
    const snapshot = new LiveSnapshot({ ...parts, accounts, nominees, trials, topology, profile: name })
    const classOf = classesOf(snapshot, framework.tellsApart)
    const binding = new BindingCycle(framework, snapshot, accounts, link, {
      cycleOf: ({ pod }) => ({ pod, info: classOf(pod), snapshot }),
      bound: ({ pod }, node) => reports.scheduled(pod, node),
      warn: ({ pod }, message) => reports.warned(pod, message),
      failed: (queued, node, failure) => this.bindingFailed(queued, node, failure),
      wakeMeIn: (ms, uid) => void kernel.schedule(scheduler, ms, 'timer', { type: 'expire', uid }),
    })
    const preemptor = new Preemptor({ link, component: name, nominees, waiting })
    return { profile, decider, snapshot, classOf, binding, preemptor }
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
    const { nominees } = this
    const way = this.way(pod)
    // It takes no room from itself.
    const nominee = nominees.drop(pod.metadata.uid)
    const cycle: Cycle = { pod, info: way.classOf(pod), snapshot: way.snapshot, nominatedNode: nominee?.node }
    let room: Room
    let decision: Decision
    try {
      decision = this.decisionFor(cycle, way)
      if (decision.node !== undefined) return way.binding.begin(queued, cycle, decision.node)
      room = roomIn(cycle, way, decision)
    } catch (error) {
      if (!failsDecision(error)) throw error
      if (nominee !== undefined) nominees.set(nominee.pod, nominee.node)
      return this.retry(queued, error.message)
    }
    this.unschedulable(queued, decision, nominee, room)
  }

  private decisionFor(cycle: Cycle, { decider }: Way): Decision {
    const { numbers } = this.parts
    const { nominatedNode } = cycle
    const from = numbers.get(column.next)
    // The node on which room was made comes first: evaluateNominatedNode in pkg/scheduler/schedule_one.go.
    const expected = nominatedNode === undefined ? undefined : decider.decideOn(cycle, nominatedNode, from)
    const decision = expected ?? decider.decide(cycle, from)
    numbers.count(decision)
    return decision
  }

  /** No node suits. */
  private unschedulable(queued: QueuedPod, decision: Decision, before: Nominee | undefined, room: Room): void {
    const { pod } = queued
    const { kernel, queue } = this.parts
    const { preemptor, profile } = this.way(pod)
    const { now, cause } = kernel
    const { node = before?.node ?? '', victims = [] } = room
    for (const { metadata } of preemptor.supersede(pod, node, victims)) queue.wake(metadata.uid, now, cause)
    const isWhole = preemptor.evict(pod, node, victims, now)
    if (node !== '') this.nominees.set(pod, node)
    if (isWhole) queue.putAside(queued, now, decision.refusedBy)
    else queue.retryLater(queued, now)
    profile.reports.failed(pod, 'Unschedulable', unschedulableMessage(decision, room.words), now, room.node)
    if (before !== undefined && before.node !== node) this.wakeUps.forNode(before.node)
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
      this.way(queued.pod).profile.reports.failed(queued.pod, 'Unschedulable', message, now, '')
    }
    // It has the room again that it had when they were decided about, and no more.
    this.wakeUps.forNode(node, false)
  }

  /** Acts on what plugins have said of pods that wait. */
  private listen(): void {
    const { waiting } = this.parts
    for (let words = waiting.takeWords(); words.length > 0; words = waiting.takeWords())
      for (const word of words) this.bindingOf(word.uid)?.hear(word)
  }
}

/** What those say who may make room. */
function roomIn(cycle: Cycle, { profile, decider }: Way, { total }: Decision): Room {
  return total === 0 ? { node: '' } : roomFor(profile.framework.postFilter, cycle, decider.failure(cycle))
}
