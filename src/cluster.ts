import { callOptions } from './api/callOptions.ts'
import type { Duration } from './api/duration.ts'
import { badRequest, expired, serviceUnavailable, StatusError, withContext } from './api/errors.ts'
import type { KubeObject } from './api/meta.ts'
import { rfc3339 } from './api/time.ts'
import { assemble, type Blueprint, type Parts } from './assemble.ts'
import { applyAll, type ApplyResult } from './client/apply.ts'
import type { ApplyOptions } from './client/applyRequest.ts'
import { deleteAll, type DeleteRequest } from './client/deleteAll.ts'
import { type ClientOf, withCommands } from './client/commands.ts'
import type { ControllerState } from './client/controllerComponent.ts'
import type { DescribeOptions } from './client/describe/describe.ts'
import { defineResourceProperties, type Kinds, type ResourceProperties } from './client/kinds.ts'
import { ManifestReader } from './client/manifests.ts'
import { Outside } from './client/outside.ts'
import type { Namespaced } from './client/reader.ts'
import { createResourceClient, type ResourceClient } from './client/resourceClient.ts'
import type { TableOptions } from './client/tables.ts'
import type { ClusterView } from './client/view.ts'
import { takeDump } from './cluster/importInto.ts'
import { contested } from './contests.ts'
import { createNodeCommands, type NodeCommands } from './drain.ts'
import { type Explanation, explainPod, podAsked } from './explanation.ts'
import {
  type Controllers,
  createControllers,
  createFaults,
  type Faults,
  type JournalledFault,
  replayFault,
} from './faults/faults.ts'
import type { Asked, WhyOptions } from './history/asked.ts'
import type { Causes } from './history/cause.ts'
import type { CommittedChange } from './history/committedChange.ts'
import type { Diff } from './history/diff.ts'
import type { Journal } from './kernel/journal.ts'
import type { Memory } from './kernel/memory.ts'
import { type ClusterEvents, Listeners } from './listeners.ts'
import { type ClusterOptions, journalOptions } from './options.ts'
import { type Moment, Past, type State } from './past.ts'
import type { Resource } from './registries/records.ts'
import { type Replayer, Runner } from './runner.ts'
import { savedText } from './save.ts'
import type { SchedulerStats } from './scheduler/numbers.ts'
import { Compacted, FutureRevision } from './store/errors.ts'
import { describeTask, TimeoutError, type WaitingTask } from './timeout.ts'

/** Virtual time that `settle` and `runUntil` may take unless told otherwise. */
const defaultTimeout = '1h'

/** How much virtual time something may take at most. */
export interface TimeoutOptions {
  /** One hour unless given. */
  readonly timeout?: Duration | undefined
}

/** Everything of a cluster but the properties that `Cluster` names. */
export class ClusterCore {
  private readonly outside: Outside
  private readonly listeners: Listeners
  private readonly runner: Runner
  private readonly past: Past
  /** By resource: of a custom kind, another one when its definition says otherwise. */
  private readonly clients = new Map<Resource, ResourceClient<KubeObject>>()
  private readonly manifests = new ManifestReader()
  /** What can be broken. */
  readonly faults: Faults
  /** The control loops, built-in and the user's. */
  readonly controllers: Controllers

  constructor(
    private readonly parts: Parts,
    private readonly memory: Memory,
    private readonly blueprint: Blueprint,
    private readonly options: ClusterOptions,
  ) {
    const { server, kernel, journal } = parts
    this.outside = new Outside(server, kernel, journal, parts.environment.disturbances, {
      user: 'kubernetes-admin',
      freeze: options.freeze ?? true,
      before: () => this.runner.write(),
      after: () => this.settleMarks(),
      copy: (isDryRun) => {
        this.runner.checkOutside()
        return parts.copyApi(isDryRun)
      },
      explain: (error) => this.located(error),
    })
    this.listeners = new Listeners(parts, this.outside)
    this.runner = new Runner(parts, this.listeners)
    this.past = new Past(parts, this.outside, this.listeners)
    this.faults = createFaults(parts.faults, (fault, act) => this.inject(fault, act))
    this.controllers = createControllers(parts.controllers, this.faults, (value) => this.outside.handOut(value))
    const commands = createNodeCommands(this as unknown as Cluster, this.outside, (timeout) => this.endOf(timeout))
    Object.assign(this, commands)
  }

  static {
    defineResourceProperties(this.prototype)
    // What console.log prints in Node.js; a registered symbol, so that nothing of Node.js is needed.
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: this.prototype.toString })
  }

  /** The client of a kind, such as `v1/Pod` or `coordination.k8s.io/v1/Lease`. Throws BadRequest for an unknown one. */
  resource<K extends keyof Kinds>(kind: K): ClientOf<K>
  resource<T extends KubeObject>(kind: string & {}): ResourceClient<T>
  resource(kind: string): ResourceClient<KubeObject> {
    const resource = this.outside.attempt(() => this.outside.resource(kind))
    const known = this.clients.get(resource)
    if (known !== undefined) return known
    const client = createResourceClient<KubeObject>(this.outside, this.parts.watches, this.parts.hands.immer, resource)
    const made = withCommands(
      kind,
      client,
      this.outside,
      () => this.now,
      (node, image) => logLines(this.parts, node, image),
    )
    this.clients.set(resource, made)
    return made
  }

  /**
   * What `kubectl apply -f` does with YAML or JSON text, an object, or a list of either: creates what is not there, and
   * merges the rest with what it is and what was applied last. All or none. A kind that is not simulated is refused, or
   * with `unsupported: 'skip'` named in `skipped`.
   */
  apply(input: unknown, options?: ApplyOptions): ApplyResult {
    return this.outside.attempt(() =>
      applyAll(this.manifests.read(input), options, {
        live: this.outside,
        plainOf: this.manifests.plainOf,
      }),
    )
  }

  /**
   * What `kubectl delete -f` does with the same: deletes what the manifests name, all or none, each as its client's
   * `delete` would. Throws NotFound for what is not there, unless `ignoreNotFound`. Returns what was deleted, as it was last.
   */
  delete(input: unknown, options?: DeleteRequest): KubeObject[] {
    return this.outside.attempt(() => deleteAll(this.manifests.read(input), options, this.outside))
  }

  /** Virtual milliseconds since the Unix epoch. */
  get now(): number {
    return this.parts.kernel.now
  }

  /** The same as RFC 3339, whole seconds. */
  get time(): string {
    return rfc3339(this.now)
  }

  /** The revision of the last commit. */
  get revision(): number {
    return this.parts.store.revision
  }

  get seed(): number {
    return this.parts.kernel.seed
  }

  /** Lets virtual time pass; everything due happens, in order. Throws BadRequest for what is no duration, or ends after the year 9999. */
  advance(duration: Duration): void {
    const end = this.endOf(duration)
    this.runner.run(end, () => false)
    this.parts.kernel.moveTo(end)
    this.runner.write(true)
  }

  /**
   * Runs until the predicate holds; asked now and after every turn that changed something. Throws TimeoutError when time is
   * up, or sooner when controllers undo each other's writes, or repeat their own, without end.
   */
  runUntil(predicate: (view: ClusterView) => boolean, options?: TimeoutOptions): void {
    const { timeout, end } = this.within('runUntil', options)
    if (typeof predicate !== 'function')
      throw this.located(badRequest(`predicate: expected a function, got ${typeof predicate}`))
    let asked = -1
    const holds = (): boolean => {
      if (asked === this.revision) return false
      asked = this.revision
      return this.outside.attempt(() => this.runner.ask(() => predicate(this.at(asked))))
    }
    const ended = holds() ? 'done' : this.runner.reach(end, holds)
    if (ended === 'late') this.parts.kernel.moveTo(end)
    this.runner.write(true)
    if (ended !== 'done') throw this.timeoutError('runUntil', timeout, ended)
  }

  /**
   * Runs until no work and no unread change is left, only timers: heartbeats, back-offs, deadlines. Throws TimeoutError as
   * `runUntil` does.
   */
  settle(options?: TimeoutOptions): { now: number; next: WaitingTask[] } {
    const { kernel } = this.parts
    const { timeout, end } = this.within('settle', options)
    const isSettled = (): boolean => kernel.work === 0
    const ended = isSettled() ? 'done' : this.runner.reach(end, isSettled)
    this.runner.write(true)
    if (ended !== 'done') throw this.timeoutError('settle', timeout, ended)
    return { now: this.now, next: this.waiting() }
  }

  private timeoutError(asked: string, timeout: Duration, ended: 'late' | 'never'): TimeoutError {
    return new TimeoutError(asked, ended === 'late' ? timeout : undefined, {
      waiting: this.waiting(),
      failing: this.failing(),
      contested: contested(this.parts, (change) => this.listeners.present(change)),
      where: this.where(),
    })
  }

  private within(call: string, options: TimeoutOptions | undefined): { timeout: Duration; end: number } {
    const asked = this.outside.attempt(() => callOptions(call, options, ['timeout']))
    const { timeout = defaultTimeout } = asked
    return { timeout, end: this.endOf(timeout) }
  }

  /** When something may run until; whoever is called while time passes may not let it pass. */
  private endOf(duration: Duration): number {
    return this.outside.attempt(() => this.runner.endOf(duration))
  }

  private settleMarks(): void {
    this.parts.watches.deliver()
    this.listeners.tell()
  }

  /** Everything that waits for its time. */
  private waiting(): WaitingTask[] {
    return this.parts.kernel.waiting().map(describeTask)
  }

  private failing(): ControllerState[] {
    return [...this.parts.controllers.values()]
      .map((one) => one.state())
      .filter(({ failing, waitingFor }) => failing.length > 0 || waitingFor !== undefined)
  }

  /** Calls a listener between turns; returns how to stop that. */
  on<E extends keyof ClusterEvents>(name: E, listener: ClusterEvents[E]): () => void {
    return this.outside.attempt(() => this.listeners.on(name, listener))
  }

  /**
   * The state at a revision, or at a moment: after the last commit then or before. Throws Expired when it is no longer
   * kept. Costs what has changed since.
   */
  at(moment: Moment): ClusterView {
    return this.outside.attempt(() => this.past.at(moment))
  }

  /**
   * What differs between two states: revisions, moments, views, or clusters as they are now, such as a fork. `String()`
   * prints it like a diff of YAML. Throws Expired when one is no longer kept.
   */
  diff(from: State, to: State): Diff {
    return this.outside.attempt(() => this.past.diff(from, to))
  }

  /**
   * Why an object is as it is, or as it was at a revision: what led to its last change, from the call or the fault that
   * began it. `String()` prints it. Throws BadRequest and NotFound, and Expired where its last change is no longer kept.
   */
  why(asked: Asked, options?: WhyOptions): Causes {
    return this.outside.attempt(() => this.past.why(asked, options))
  }

  /** What happened after one revision, up to and with another (the last, unless given), oldest first. Throws Expired. */
  history(after: number = this.parts.store.compacted, upTo: number = this.revision): CommittedChange[] {
    return this.outside.attempt(() => this.past.history(after, upTo))
  }

  /**
   * What `kubectl get` prints: the table of a resource by plural, singular, kind or short name, such as `po`,
   * `deployments.apps`, `po,svc` or `all`; of the namespace `default` unless told otherwise. Throws BadRequest and NotFound.
   */
  table(types: string, options?: TableOptions): string {
    return this.at(this.revision).table(types, options)
  }

  /**
   * What `kubectl describe` prints of `pod/web-1` (one object), `pod web` (the one of that name, or else those whose
   * names begin so) or `pods` (all); in the namespace `default` unless told otherwise. Throws BadRequest and NotFound.
   */
  describe(ref: string, options?: DescribeOptions): string {
    return this.at(this.revision).describe(ref, options)
  }

  /**
   * Why a pod is where it is, or why it is nowhere: which nodes were looked at, who refuses them and why, what every
   * plugin gives the others, where the pod would be put; of a bound pod who bound it and when. `String()` prints it.
   * `pod` is a name, in the namespace `default` unless told otherwise, or the pod itself. Only reads. Throws NotFound.
   */
  explain(pod: string | KubeObject, options: Namespaced = {}): Explanation {
    const { name, ...rest } = this.outside.attempt(() => podAsked(pod, options))
    return explainPod(this.parts, this.resource('v1/Pod').get(name, rest))
  }

  /** What each scheduler has done since the beginning, in the order of `options.schedulers`. Only reads. */
  schedulerStats(): readonly SchedulerStats[] {
    return this.parts.schedulers.map((scheduler) => scheduler.stats())
  }

  /** SHA-256 over every change since the beginning; equal histories have equal hashes. */
  historyHash(): string {
    return this.parts.store.historyHash()
  }

  /** All that came from outside, enough to live this life again. */
  get journal(): Journal {
    const { store, journal } = this.parts
    this.runner.write()
    const end = { revision: this.revision, hash: this.historyHash(), after: store.compacted, prints: store.prints() }
    return this.outside.handOut<Journal>({
      format: 'wavetank-journal',
      version: 1,
      options: journalOptions(this.options),
      entries: journal.entries(),
      end,
    })
  }

  /** A second cluster that begins where this one is. Costs the same however large the cluster. `seed` changes what chance brings from here on. */
  fork(options?: { readonly seed?: number | undefined }): Cluster {
    const { seed } = this.outside.attempt(() => callOptions('fork', options, ['seed']))
    if (seed !== undefined && !Number.isSafeInteger(seed))
      throw this.located(badRequest(`seed: expected a whole number, got ${String(seed)}`))
    this.runner.write()
    const memory = this.memory.fork()
    const parts = assemble(memory, this.blueprint, this.parts)
    parts.watches.disown()
    if (seed !== undefined) {
      parts.kernel.reseed(seed)
      parts.journal.append({ taken: parts.kernel.taken, reseed: seed })
    }
    return clusterOf(parts, memory, this.blueprint, this.options)
  }

  /**
   * The whole cluster as text, for `loadCluster`, in this process or another: state, past, journal and what is still to
   * come. Text of JSON, a line for each megabyte: the same for a cluster, for its fork and for what is loaded of it, until
   * something happens there; whether clusters that were driven alike are equal, `historyHash` tells. Listeners and open
   * watches are not in it, nor is code: of controllers and plugins it has the names. Changes nothing. Throws
   * BadRequest for a cluster of more than half a billion characters: over a million pods.
   */
  save(): string {
    const { blueprint, options } = this
    // What a fork begins with: the watches of whoever holds this cluster are closed there.
    return this.outside.attempt(() => savedText({ ...this.fork().parts, blueprint, options }))
  }

  /** Carries a fault out as a call from outside, and writes it down. */
  private inject<T>(fault: JournalledFault, act: () => T): T {
    const { kernel, journal } = this.parts
    this.runner.write()
    kernel.cause = -(journal.length + 1)
    try {
      const result = act()
      journal.append({ taken: kernel.taken, fault })
      this.settleMarks()
      return result
    } catch (error) {
      throw this.located(error)
    } finally {
      kernel.cause = 0
    }
  }

  /** @internal Where we are, as errors say it. */
  where(): string {
    const seconds = Math.round((this.now - this.blueprint.epoch) / 100) / 10
    return `(revision ${this.revision}, t=+${seconds}s, seed ${this.seed})`
  }

  /** An error that says where we are. */
  private located(error: unknown): unknown {
    if (error instanceof Compacted) return withContext(expired(error.message), this.where())
    if (error instanceof FutureRevision) return withContext(badRequest(error.message), this.where())
    return error instanceof StatusError ? withContext(error, this.where()) : error
  }

  /** @internal What `replay` and experiments drive. */
  replayer(): Replayer {
    return {
      parts: this.parts,
      outside: this.outside,
      injected: (fault) => replayFault(this.parts.faults, (journalled, act) => this.inject(journalled, act), fault),
      run: (tasks, now, until) => this.runner.repeat(tasks, now, until),
      pace: (end, isDone) => this.runner.pace(end, isDone),
      take: (objects) => takeDump(this.parts, this.outside, objects),
    }
  }

  toString(): string {
    const { kernel } = this.parts
    return `Cluster ${this.time} (revision ${this.revision}, ${kernel.taken} tasks taken, seed ${this.seed})`
  }
}

type ResourceClients = { readonly [P in keyof ResourceProperties]: ClientOf<ResourceProperties[P]> }

/**
 * A simulated Kubernetes cluster: the API as its user sees it, and the clock. Nothing moves but by `advance`, `settle`
 * and `runUntil`.
 */
export type Cluster = ClusterCore & ResourceClients & NodeCommands

/** The class has a getter for each kind that the type names; its constructor adds the commands for nodes. */
export function clusterOf(parts: Parts, memory: Memory, blueprint: Blueprint, options: ClusterOptions): Cluster {
  return new ClusterCore(parts, memory, blueprint, options) as Cluster
}

/** What containers of an image print on a node. Throws ServiceUnavailable for one whose kubelet does not answer. */
function logLines({ kubelets }: Parts, node: string, image: string): readonly string[] {
  const lines = kubelets?.logLines(node, image)
  if (lines === undefined) throw serviceUnavailable(`the kubelet of node ${JSON.stringify(node)} does not answer`)
  return lines
}
