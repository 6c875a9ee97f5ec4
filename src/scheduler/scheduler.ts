/**
 * The scheduler: watches pods and nodes, and gives one pod after the other a node. Mirrors pkg/scheduler/schedule_one.go
 * and eventhandlers.go. What it must remember stands in the kernel's tables; the node table is a cache of the rest.
 */
import type { Node, Pod } from '../api/types/core.ts'
import type { Environment } from '../client/environment.ts'
import { keyOf } from '../client/controller.ts'
import type { ControllerState, Mortal } from '../client/controllerComponent.ts'
import { ClientDied } from '../client/disturbances.ts'
import type { Link } from '../client/link.ts'
import type { ChangesMessage, ObjectChange } from '../client/watches.ts'
import type { CowCell, CowMap } from '../kernel/cow.ts'
import { type Accounts, type Assumed, createAccounts, fillTable } from './accounts.ts'
import type { Framework } from './candidates.ts'
import { createDecider, type Decider } from './decide.ts'
import { unschedulableMessage } from './fitError.ts'
import { frameworkOf } from './framework.ts'
import { NodeTable } from './nodeTable.ts'
import { policyOf, strategyOf } from './named.ts'
import { column, Numbers, type SchedulerStats } from './numbers.ts'
import { createPodInfos, type PodInfo } from './podInfo.ts'
import { type Placing, placingOf } from './placing.ts'
import type { Plugin } from './plugin.ts'
import { leastAllocated, type Policy } from './policy.ts'
import { type QueuedPod, SchedulingQueue } from './queue.ts'
import { createReports, type Reports } from './reports.ts'
import { SchedulerSources } from './sources.ts'
import { bestFit } from './strategies/bestFit.ts'
import type { Strategy } from './strategy.ts'

export interface SchedulerOptions {
  /** Pods name it in `spec.schedulerName`. Default `default-scheduler`. */
  readonly name?: string | undefined
  /** Which nodes are looked at. Default `bestFit()`. */
  readonly strategy?: Strategy | undefined
  /** How nodes are scored. Default `leastAllocated()`. */
  readonly policy?: Policy | undefined
  /** Asked after the built-in ones. */
  readonly plugins?: readonly Plugin[] | undefined
  /** Among equals: the first by name (default), or one drawn from the scheduler's stream. */
  readonly ties?: 'first' | 'random' | undefined
  /** How many processes of it there are, of which one leads. 1 unless given. */
  readonly replicas?: number | undefined
  /** Whether filters stop at the first refusal (default), or all are asked, for measurement. */
  readonly failFast?: boolean | undefined
}

/** What a scheduler tells itself to do later. */
type Message =
  | ChangesMessage
  | { readonly type: 'decide' | 'backoff' | 'flush' }
  /** What it is told by whoever crashes or starts it; it tells itself `start` when its turn comes. */
  | { readonly type: 'crash' | 'restart' | 'start' }

const DEFAULT_NAME = 'default-scheduler'

/** Unschedulable pods are looked through every 30 s: flushUnschedulableEntitiesLeftover in scheduling_queue.go. */
const FLUSH_MS = 30_000

/** What is a pure function of the tables: made when first needed, cloned for a fork. */
interface Caches {
  readonly table: NodeTable
  readonly accounts: Accounts
  readonly decider: Decider
}

export class Scheduler implements Mortal {
  readonly name: string
  /** The name by which pods ask for it: that of all its replicas. */
  readonly schedulerName: string
  private readonly infos = createPodInfos()
  private readonly queue: SchedulingQueue
  private readonly assumed: CowMap<Assumed>
  private readonly numbers: Numbers
  private readonly life: CowCell<ControllerState['state'] | 'new'>
  private readonly sources: SchedulerSources
  private readonly link: Link
  private readonly reports: Reports
  private readonly framework: Framework
  private readonly policy: string
  private readonly strategy: Strategy
  private caches: Caches | undefined
  private inherited: NodeTable | undefined

  constructor(
    private readonly options: SchedulerOptions,
    private readonly parts: Environment,
    /** The process, where it is one of several; then it waits to be started. */
    process?: string,
  ) {
    this.schedulerName = options.name ?? DEFAULT_NAME
    this.name = process ?? this.schedulerName
    const prefix = `scheduler.${this.name}`
    const { memory } = parts.kernel
    this.queue = new SchedulingQueue(memory, prefix)
    this.assumed = memory.map(`${prefix}.assumed`)
    this.numbers = new Numbers(memory, prefix)
    this.life = memory.cell<ControllerState['state'] | 'new'>(`${prefix}.life`, 'new')
    this.sources = new SchedulerSources(this.name, parts)
    if (this.life.value === 'new') {
      if (process === undefined) this.begin()
      else this.life.value = 'crashed'
    }
    this.link = parts.link(this.name)
    this.reports = createReports(this.link, this.schedulerName)
    const policy = policyOf(options.policy ?? leastAllocated())
    this.framework = frameworkOf(policy, options.plugins)
    this.policy = policy.name
    this.strategy = strategyOf(options.strategy ?? bestFit())
  }

  /** Takes over what another scheduler knows of the nodes; for a fork, before its first turn. */
  inherit(from: Scheduler): void {
    this.inherited = from.caches?.table.clone()
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
      if (!(error instanceof ClientDied)) throw error
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
      if (this.isOurs(pod)) this.queue.add(pod, cause === 0 ? Number(pod.metadata.resourceVersion) : cause)
    }
    this.plan()
  }

  /** Stops at once: what it watched, queued and assumed is gone. */
  private crash(): void {
    this.sources.close()
    this.queue.clear()
    this.assumed.clear()
    this.numbers.restart()
    this.caches = undefined
    this.inherited = undefined
    this.parts.kernel.withdraw(this.name)
    this.life.value = 'crashed'
  }

  /** What a decision about a pod would be where there are these nodes and pods. Changes nothing and draws nothing. */
  explain(pod: Pod, nodes: readonly Node[], pods: readonly Pod[]): Placing {
    return this.placing(pod, nodes, pods, this.strategy, this.numbers.get(column.next))
  }

  /** What every node was for a pod where there were these nodes and pods, whichever of them the strategy looked at. */
  explainPast(pod: Pod, nodes: readonly Node[], pods: readonly Pod[]): Placing {
    return { ...this.placing(pod, nodes, pods, bestFit(), 0), strategy: this.strategy.name, isPast: true }
  }

  private placing(
    { spec }: Pod,
    nodes: readonly Node[],
    pods: readonly Pod[],
    strategy: Strategy,
    from: number,
  ): Placing {
    const { framework, policy, options } = this
    const table = new NodeTable()
    const infos = createPodInfos()
    fillTable(table, infos, nodes, pods)
    const failFast = options.failFast ?? true
    return placingOf({ table, framework, policy, strategy, failFast }, infos(spec), from, spec.preemptionPolicy)
  }

  /** How a pod waits here; undefined for one that does not, or was not heard of yet. */
  waiting(uid: string): Pick<QueuedPod, 'state' | 'attempts' | 'until'> | undefined {
    return this.queue.get(uid)
  }

  /** Whether equals are chosen among by lot. */
  get drawsLots(): boolean {
    return this.options.ties === 'random'
  }

  stats(): SchedulerStats {
    return this.numbers.stats(this.name)
  }

  private cache(): Caches {
    return (this.caches ??= this.makeCaches())
  }

  private makeCaches(): Caches {
    const { ties, failFast } = this.options
    const table = this.inherited ?? new NodeTable()
    if (this.inherited === undefined) {
      fillTable(table, this.infos, this.sources.nodes().list(), this.sources.pods().list(), this.assumed)
    }
    this.inherited = undefined
    const random = this.parts.kernel.random(`scheduler/${this.name}`)
    const decider = createDecider({
      nodes: table,
      framework: this.framework,
      strategy: this.strategy,
      failFast,
      drawBelow: ties === 'random' ? (count) => random.integer(0, count - 1) : undefined,
    })
    return { table, accounts: createAccounts(table, this.infos, this.assumed), decider }
  }

  private takeIn(kind: string): void {
    this.cache()
    if (kind === 'v1/Node') this.sources.nodes().read((change) => this.nodeChanged(change))
    else this.sources.pods().read((change) => this.podChanged(change))
    this.plan()
  }

  private nodeChanged(change: ObjectChange<Node>): void {
    if (this.cache().accounts.nodeChanged(change) !== 'none') this.wakeFor(change.object.metadata.name)
  }

  private podChanged(change: ObjectChange<Pod>): void {
    const room = this.cache().accounts.podChanged(change)
    if (room !== undefined) this.wakeFor(room)
    const { object, type } = change
    const { uid } = object.metadata
    const queued = this.queue.get(uid)
    if (type === 'DELETED' || !this.isOurs(object)) {
      if (queued !== undefined) this.queue.drop(uid)
    } else if (queued === undefined) {
      if (!this.assumed.has(uid)) this.queue.add(object, change.revision)
    } else {
      this.queue.refresh(queued, object)
      if (queued.pod.spec !== object.spec) this.queue.wake(uid, this.parts.kernel.now, change.revision)
    }
  }

  /** Whether a pod waits for us to find it a node. */
  private isOurs({ spec, status, metadata }: Pod): boolean {
    if (spec.nodeName || metadata.deletionTimestamp !== undefined) return false
    if ((spec.schedulerName ?? DEFAULT_NAME) !== this.schedulerName || spec.schedulingGates?.length) return false
    return status.phase !== 'Succeeded' && status.phase !== 'Failed'
  }

  /** A node can take more than before: those who fit on it now get another decision. */
  private wakeFor(node: string): void {
    if (!this.queue.hasUnschedulable) return
    const { table, decider } = this.cache()
    const row = table.row(node)
    if (row === undefined) return
    const { now, cause } = this.parts.kernel
    const fits = new Map<PodInfo, boolean>()
    for (const { pod } of this.queue.unschedulable()) {
      const info = this.infos(pod.spec)
      let answer = fits.get(info)
      if (answer === undefined) fits.set(info, (answer = decider.fits(info, row)))
      if (answer) this.queue.wake(pod.metadata.uid, now, cause)
    }
  }

  private decide(): void {
    this.numbers.set(column.deciding, 0)
    const queued = this.queue.pop()
    if (queued !== undefined) {
      this.parts.kernel.cause = queued.cause
      this.place(queued)
    }
    this.plan()
  }

  private place(queued: QueuedPod): void {
    const { pod } = queued
    const { now } = this.parts.kernel
    const decision = this.cache().decider.decide(this.infos(pod.spec), this.numbers.get(column.next))
    this.numbers.count(decision)
    if (decision.node !== undefined) return this.bind(queued, decision.node)
    this.queue.putAside(queued, now)
    this.reports.failed(pod, 'Unschedulable', unschedulableMessage(decision, pod.spec.preemptionPolicy), now)
  }

  /** Counts the pod on its node at once, so that the next decision sees it there, and says so to the API. */
  private bind(queued: QueuedPod, node: string): void {
    const { pod } = queued
    const { accounts } = this.cache()
    const { kernel } = this.parts
    const { namespace = '', name, uid } = pod.metadata
    accounts.assume(pod, node)
    try {
      this.link.bind(namespace, name, uid, node)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      accounts.forget(uid)
      this.queue.retryLater(queued, kernel.now)
      const message = `binding rejected: running Bind plugin "DefaultBinder": ${error.message}`
      this.reports.failed(pod, 'SchedulerError', message, kernel.now)
      this.wakeFor(node)
      return
    }
    this.reports.scheduled(pod, node)
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
