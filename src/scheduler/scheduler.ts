/**
 * The scheduler: watches pods and nodes, and gives one pod after the other a node. Mirrors pkg/scheduler/schedule_one.go
 * and eventhandlers.go. What it must remember stands in the kernel's tables; the node table is a cache of the rest.
 */
import { hasEnded } from '../api/podPhase.ts'
import type { Node, Pod } from '../api/types/core.ts'
import type { Environment } from '../client/environment.ts'
import { keyOf } from '../client/controller.ts'
import type { ControllerState, Mortal } from '../client/controllerComponent.ts'
import { ClientDied } from '../client/disturbances.ts'
import type { Link } from '../client/link.ts'
import type { ChangesMessage, ObjectChange } from '../client/watches.ts'
import type { Hands } from '../client/hands.ts'
import type { CowCell, CowMap } from '../kernel/cow.ts'
import { type Assumed, fillTable } from './accounts.ts'
import { pluginMemory } from './liveSnapshot.ts'
import { NodeTable } from './nodeTable.ts'
import { column, Numbers, type SchedulerStats } from './numbers.ts'
import { Placement } from './placement.ts'
import { createPodInfos } from './podInfo.ts'
import { asPast, type Placing, placingOf } from './placing.ts'
import { keptOut, type Profile, type Profiles, profilesOf } from './profile.ts'
import type { Nominee } from './nominees.ts'
import { SchedulingQueue } from './queue.ts'
import type { QueuedPod } from './queuedPod.ts'
import { classesOf, snapshotOf, type Surroundings } from './snapshot.ts'
import { defaultSchedulerName, type SchedulerOptions } from './schedulerOptions.ts'
import { SchedulerSources } from './sources.ts'
import { bestFit } from './strategies/bestFit.ts'
import type { Strategy } from './strategy.ts'
import { PluginError } from './userPlugin.ts'
import { type WaitingPod, WaitingPods } from './waitingPods.ts'

/** What a scheduler tells itself to do later. */
type Message =
  | ChangesMessage
  | { readonly type: 'decide' | 'backoff' | 'flush' }
  /** A pod has waited for as long as it may. */
  | { readonly type: 'expire'; readonly uid: string }
  /** What it is told by whoever crashes or starts it; it tells itself `start` when its turn comes. */
  | { readonly type: 'crash' | 'restart' | 'start' }

/** Unschedulable pods are looked through every 30 s: flushUnschedulableEntitiesLeftover in scheduling_queue.go. */
const FLUSH_MS = 30_000

/** What there is, besides nodes and pods, at the revision that is explained. */
export type Around = Pick<Surroundings, 'now' | 'list'>

export class Scheduler implements Mortal {
  readonly name: string
  /** The name by which pods ask for it: that of all its replicas. */
  readonly schedulerName: string
  private readonly infos = createPodInfos()
  private readonly queue: SchedulingQueue
  private readonly assumed: CowMap<Assumed>
  private readonly waitingPods: WaitingPods
  private readonly nominated: CowMap<Nominee>
  private readonly numbers: Numbers
  private readonly life: CowCell<ControllerState['state'] | 'new'>
  private readonly sources: SchedulerSources
  private readonly link: Link
  /** By the name that pods give; the first is the scheduler's own. */
  private readonly profiles: Profiles
  /** A cache: made when first needed, its table cloned for a fork. */
  private cached: Placement | undefined
  private inherited: NodeTable | undefined

  constructor(
    options: SchedulerOptions,
    private readonly parts: Environment,
    /** How objects pass into the hands of users' plugins. */
    private readonly hands: Hands,
    /** The process, where it is one of several; then it waits to be started. */
    process?: string,
    /** In a fork, the same of the cluster it comes from: its profiles and what it knows of nodes are taken over. */
    parent?: Scheduler,
  ) {
    this.schedulerName = options.name ?? defaultSchedulerName
    this.name = process ?? this.schedulerName
    const prefix = `scheduler.${this.name}`
    const { memory } = parts.kernel
    this.link = parts.link(this.name)
    this.profiles = profilesOf(options, this.link, parent?.profiles)
    this.inherited = parent?.cached?.nodes.clone()
    this.queue = new SchedulingQueue(memory, prefix, [...this.profiles.values()][0]!.framework.less, this.infos)
    this.assumed = memory.map(`${prefix}.assumed`)
    this.waitingPods = new WaitingPods(memory, prefix)
    this.nominated = memory.map(`${prefix}.nominated`)
    this.numbers = new Numbers(memory, prefix)
    this.life = memory.cell<ControllerState['state'] | 'new'>(`${prefix}.life`, 'new')
    this.sources = new SchedulerSources(this.name, parts)
    if (this.life.value === 'new') {
      if (process === undefined) this.begin()
      else this.life.value = 'crashed'
    }
  }

  state(): ControllerState {
    const queued = this.queue.all().map(({ pod }) => keyOf(pod))
    return { name: this.name, state: this.life.value as ControllerState['state'], queued: queued.sort(), failing: [] }
  }

  handle(message: unknown): void {
    try {
      this.act(message as Message)
    } catch (error) {
      // Whatever this turn has come to is void.
      if (error instanceof ClientDied) return
      // There is no order of pods to go on with: a kube-scheduler panics.
      if (error instanceof PluginError) this.crash()
      throw error
    }
  }

  private act(message: Message): void {
    switch (message.type) {
      case 'decide':
        return this.decide()
      case 'changes':
        return this.takeIn(message.tag)
      case 'backoff':
        return this.endBackoffs()
      case 'flush':
        return this.flush()
      case 'expire':
        this.placement().expire(message.uid)
        return this.plan()
      case 'start':
        return this.start()
      case 'crash':
        return this.crash()
      case 'restart':
        this.crash()
        this.life.value = 'starting'
        this.parts.kernel.schedule(this.name, 0, 'work', { type: 'start' } satisfies Message)
    }
  }

  private begin(): void {
    this.sources.open()
    this.life.value = 'running'
  }

  /** Begins like a process that was just started: every pod that waits for a node comes as added. */
  private start(): void {
    this.begin()
    const { cause } = this.parts.kernel
    for (const pod of this.sources.pods().list()) {
      // Where nobody started it, each has its own cause.
      if (!this.isOurs(pod)) continue
      if (pod.status.nominatedNodeName !== undefined) this.placement().nominated(pod, undefined)
      this.enter(pod, cause === 0 ? Number(pod.metadata.resourceVersion) : cause)
    }
    this.plan()
  }

  /** Stops at once: what it watched, queued and assumed is gone. */
  private crash(): void {
    this.sources.close()
    this.queue.clear()
    this.assumed.clear()
    this.waitingPods.clear()
    this.nominated.clear()
    for (const { name: profile, framework } of this.profiles.values())
      for (const { name } of framework.all) pluginMemory(this.parts.kernel, this.name, profile, name).clear()
    this.numbers.restart()
    this.cached = undefined
    this.inherited = undefined
    this.parts.kernel.withdraw(this.name)
    this.life.value = 'crashed'
  }

  /** What a decision about a pod would be where there are these nodes and pods. Changes nothing and draws nothing. */
  explain(pod: Pod, nodes: readonly Node[], pods: readonly Pod[], around: Around): Placing {
    const { strategy } = this.profileOf(pod)
    return this.placing(pod, nodes, pods, around, strategy, this.numbers.get(column.next))
  }

  /** What every node was for a pod where there were these nodes and pods, whichever of them the strategy looked at. */
  explainPast(pod: Pod, nodes: readonly Node[], pods: readonly Pod[], around: Around): Placing {
    const { strategy } = this.profileOf(pod)
    const { name, among = 1 } = strategy
    return asPast(this.placing(pod, nodes, pods, around, { ...bestFit(), name, among }, 0))
  }

  private placing(
    pod: Pod,
    nodes: readonly Node[],
    pods: readonly Pod[],
    around: Around,
    strategy: Strategy,
    from: number,
  ): Placing {
    const { name: profile, framework, policy, options } = this.profileOf(pod)
    const { kernel } = this.parts
    const memoryOf = (plugin: string): CowMap<unknown> => pluginMemory(kernel, this.name, profile, plugin)
    const isOurs = (other: Pod): boolean => this.isOurs(other) && other.metadata.uid !== pod.metadata.uid
    const surroundings = { ...around, seed: kernel.seed, hands: this.hands, memoryOf, isOurs }
    const snapshot = snapshotOf(nodes, pods, surroundings)
    const info = classesOf(snapshot, framework.tellsApart)(pod)
    const failFast = options.failFast ?? true
    const cycle = { pod, info, snapshot, nominatedNode: pod.status.nominatedNodeName }
    return placingOf({ framework, policy, strategy, failFast, ties: options.ties }, cycle, from)
  }

  /** How a pod waits here; undefined for one that does not, or was not heard of yet. */
  waiting(uid: string): Pick<QueuedPod, 'state' | 'failures'> | undefined {
    return this.queue.get(uid)
  }

  /** How a pod that has its node waits to be bound. */
  held(uid: string): WaitingPod | undefined {
    return this.waitingPods.get(uid)
  }

  /** Which plugin keeps a pod out of the queue, and why; undefined where none does. Throws what a plugin throws. */
  keptOut(pod: Pod): string | undefined {
    return keptOut(this.profileOf(pod).framework, pod)
  }

  /** Whether some pod has its node and waits to be bound. */
  get isHolding(): boolean {
    return !this.waitingPods.isEmpty
  }

  /** Whether a lot may decide between several nodes for a pod. */
  drawsLots(pod: Pod): boolean {
    const { options, strategy } = this.profileOf(pod)
    return options.ties === 'random' || (strategy.among ?? 1) > 1
  }

  /** Whether it serves pods that name this scheduler. */
  serves(schedulerName: string): boolean {
    return this.profiles.has(schedulerName)
  }

  stats(): SchedulerStats {
    return this.numbers.stats(this.name)
  }

  private placement(): Placement {
    return (this.cached ??= this.makePlacement())
  }

  private makePlacement(): Placement {
    const { name, parts, profiles, sources, assumed, nominated, waitingPods: waiting } = this
    const { hands, infos, queue, numbers, link } = this
    const { kernel } = parts
    const nodes = this.inherited ?? new NodeTable()
    if (this.inherited === undefined) fillTable(nodes, infos, sources.nodes().list(), sources.pods().list(), assumed)
    this.inherited = undefined
    const own = { scheduler: name, kernel, nodes, infos, assumed, nominated, sources, waiting, hands }
    return new Placement({ ...own, profiles, queue, numbers, link })
  }

  private takeIn(kind: string): void {
    this.placement()
    if (kind === 'v1/Node') this.sources.nodes().read((change) => this.nodeChanged(change))
    else if (kind === 'v1/Pod') this.placement().read(this.sources.pods(), (change) => this.podChanged(change))
    else this.otherChanged(kind)
    this.plan()
  }

  private nodeChanged(change: ObjectChange<Node>): void {
    const { accounts, wakeUps } = this.placement()
    if (accounts.nodeChanged(change) !== 'none') wakeUps.nodeChanged(change)
  }

  private podChanged(change: ObjectChange<Pod>): void {
    const placement = this.placement()
    const { object, type, previous } = change
    const { uid } = object.metadata
    const isGone = type === 'DELETED' || !this.isOurs(object)
    // What is waited for is over, whatever came of it.
    if (isGone && !this.waitingPods.isEmpty) placement.abandon(uid)
    // Who has been sent to a node has left the queue.
    const mayWait = !this.assumed.has(uid)
    const room = placement.accounts.podChanged(change)
    if (room !== undefined) placement.wakeUps.forNode(room)
    else placement.wakeUps.forPod(change)
    if (isGone) {
      if (mayWait) this.queue.drop(uid)
      return placement.released(uid)
    }
    const queued = this.queue.get(uid)
    if (!this.assumed.has(uid)) placement.nominated(object, previous)
    if (queued === undefined) {
      if (!this.assumed.has(uid)) this.enter(object, change.revision)
    } else if (queued.state === 'gated') {
      this.enter(object, change.revision)
    } else {
      this.queue.refresh(queued, object)
      if (queued.pod.spec !== object.spec) this.queue.wake(uid, this.parts.kernel.now, change.revision)
    }
  }

  /** Another kind that a plugin asked about. */
  private otherChanged(kind: string): void {
    // It may have been closed since this was told.
    const objects = new Set<string>()
    this.sources.other(kind)?.read(({ object }) => void objects.add(keyOf(object)))
    this.placement().kindChanged(kind, objects)
  }

  /** A pod enters the queue, unless a plugin keeps it out. */
  private enter(pod: Pod, cause: number): void {
    try {
      if (this.keptOut(pod) !== undefined) return this.queue.gate(pod, cause)
    } catch (error) {
      if (!(error instanceof PluginError)) throw error
      this.queue.gate(pod, cause)
      this.profileOf(pod).reports.failed(pod, 'SchedulerError', error.message, this.parts.kernel.now)
      return
    }
    this.queue.add(pod, cause)
  }

  private profileOf({ spec }: Pod): Profile {
    return this.profiles.get(spec.schedulerName ?? defaultSchedulerName)!
  }

  /** Whether a pod waits for us to find it a node. */
  private isOurs(pod: Pod): boolean {
    if (pod.spec.nodeName || pod.metadata.deletionTimestamp !== undefined) return false
    return this.profiles.has(pod.spec.schedulerName ?? defaultSchedulerName) && !hasEnded(pod)
  }

  private decide(): void {
    this.numbers.set(column.deciding, 0)
    const queued = this.queue.pop(this.parts.kernel.now)
    if (queued !== undefined) {
      this.parts.kernel.cause = queued.cause
      this.placement().place(queued)
    }
    this.plan()
  }

  private endBackoffs(): void {
    this.numbers.set(column.backoffAt, 0)
    this.queue.endBackoffs(this.parts.kernel.now)
    this.plan()
  }

  private flush(): void {
    this.numbers.set(column.flushing, 0)
    this.queue.flush(this.parts.kernel.now, this.parts.kernel.cause)
    this.plan()
  }

  /** Sees to it that a task is on its way for whatever is to be done next. */
  private plan(): void {
    const { kernel, latency } = this.parts
    const { queue } = this
    if (queue.hasActive && this.numbers.get(column.deciding) === 0) {
      this.numbers.set(column.deciding, 1)
      kernel.schedule(this.name, latency('schedulingDecision'), 'work', { type: 'decide' })
    }
    const due = queue.nextBackoff
    const planned = this.numbers.get(column.backoffAt)
    if (due !== undefined && (planned === 0 || due < planned)) {
      this.numbers.set(column.backoffAt, due)
      kernel.schedule(this.name, Math.max(0, due - kernel.now), 'timer', { type: 'backoff' })
    }
    if (this.numbers.get(column.flushing) === 0 && queue.hasUnschedulable) {
      this.numbers.set(column.flushing, 1)
      kernel.schedule(this.name, FLUSH_MS, 'timer', { type: 'flush' })
    }
  }
}
