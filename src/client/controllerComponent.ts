import { parseDuration } from '../api/duration.ts'
import type { CowCell, CowMap } from '../kernel/cow.ts'
import type { Component, Kernel } from '../kernel/kernel.ts'
import type { RandomStream } from '../kernel/random.ts'
import { CRDS } from '../registries/custom/customResourceDefinitions.ts'
import type { EventSource } from '../registries/eventRecord.ts'
import { type Cache, type ControlLoop, keyOf, type KeysFunction, type LoopContext } from './controller.ts'
import { ControllerFailure, thrown } from './controllerFailure.ts'
import type { Environment } from './environment.ts'
import type { Latency } from './latency.ts'
import type { Link } from './link.ts'
import { Sources } from './sources.ts'
import type { ChangesMessage, ObjectChange } from './watches.ts'
import { type DelayedMessage, type Failing, type KeyMessage, WorkQueue } from './workQueue.ts'

/**
 * `new` before its first start; `starting` from the moment it is started until its turn to list what there is; `waiting`
 * while nobody serves a kind that it watches.
 */
type State = 'new' | 'running' | 'waiting' | 'crashed' | 'starting'

/** How a controller does; `standby`: another of its replicas leads. */
export interface ControllerState {
  readonly name: string
  /** A controller waits, and does nothing, until every kind that it watches is served. */
  readonly state: 'running' | 'waiting' | 'crashed' | 'starting' | 'standby'
  /** The kinds that it watches and that no CustomResourceDefinition serves; absent when there are none. */
  readonly waitingFor?: readonly string[]
  /** The keys that wait for their turn, by code unit. */
  readonly queued: readonly string[]
  /** The keys whose last turn failed, by code unit: how often in a row, and what was thrown the last time. */
  readonly failing: readonly Failing[]
}

/** A component that can be crashed and started again by the messages `crash` and `restart`. */
export interface Mortal extends Component {
  state(): ControllerState
}

/** What a component is told by whoever crashes or starts it; it tells itself `start` when its turn comes. */
interface LifeMessage {
  readonly type: 'crash' | 'restart' | 'start'
}

type Message = ChangesMessage | KeyMessage | DelayedMessage | LifeMessage

/** The tag by which the watch of CustomResourceDefinitions is known; no kind is named so. */
const definitions = 'definitions'

/** Runs a control loop as a component: informers fill a queue, and each key has a turn of its own. */
export class ControllerComponent implements Mortal {
  readonly name: string
  private readonly kernel: Kernel
  private readonly sources: Sources
  private readonly queue: WorkQueue
  private readonly memory: CowMap<unknown>
  private readonly life: CowCell<State>
  /** The cursor of CustomResourceDefinitions, where a kind of theirs is watched. */
  private readonly definitions: CowCell<number | undefined>
  private readonly context: LoopContext

  constructor(
    private readonly loop: ControlLoop,
    private readonly environment: Environment,
    /** Told of what a turn throws; nothing of the cluster depends on it. */
    private readonly report: (failure: ControllerFailure) => void,
    /** The same component of the cluster this one was forked from. */
    parent?: ControllerComponent,
    /** Whether it waits to be started. */
    isLed = false,
  ) {
    const { name } = loop
    const { kernel } = environment
    this.name = name
    this.kernel = kernel
    this.sources = new Sources(loop, environment, parent?.sources)
    this.queue = new WorkQueue(kernel, name, loop.backOff)
    this.memory = kernel.memory.map(`controller.${name}.memory`)
    this.life = kernel.memory.cell<State>(`controller.${name}.life`, 'new')
    this.definitions = kernel.memory.cell<number | undefined>(`controller.${name}.definitions`, undefined)
    this.context = new Surroundings(this.environment, this.loop, this.sources.cache, this.memory)
    if (isLed && this.life.value === 'new') this.life.value = 'crashed'
    // In a new cluster there is nothing to list.
    if (this.life.value === 'new' && this.isServed()) for (const kind of this.sources.lasting) this.sources.open(kind)
  }

  /** Whether it has worked out something that a fork can take over. */
  get hasIndex(): boolean {
    return this.sources.hasIndex
  }

  state(): ControllerState {
    const state = this.life.value as ControllerState['state']
    const { missing } = this.sources
    const waitingFor = state === 'crashed' || missing.length === 0 ? {} : { waitingFor: missing }
    return { name: this.name, state, ...waitingFor, queued: this.queue.keys(), failing: this.queue.failing() }
  }

  handle(raw: unknown): void {
    const message = raw as Message
    switch (message.type) {
      case 'key':
        return this.reconcile(message.key)
      case 'changes':
        return message.tag === definitions ? this.definitionsChanged() : this.takeIn(message.tag)
      case 'delayed':
        return this.queue.comeBack(message)
      case 'start':
        return this.start()
      case 'crash':
        return this.crash()
      case 'restart':
        this.crash()
        this.life.value = 'starting'
        this.kernel.schedule(this.name, 0, 'work', { type: 'start' } satisfies LifeMessage)
    }
  }

  /** Whether every kind that is watched is served, so that it runs; it waits for the others' definitions. */
  private isServed(): boolean {
    const { sources, environment, name } = this
    const { watches } = environment
    if (sources.custom.length > 0)
      this.definitions.value ??= watches.open(name, watches.records.resource(CRDS), definitions)
    const isServed = sources.missing.length === 0
    this.life.value = isServed ? 'running' : 'waiting'
    return isServed
  }

  /** Begins like a process that was just started. */
  private start(): void {
    if (!this.isServed()) return
    for (const kind of this.sources.lasting) this.begin(kind)
    this.sources.adjust()
  }

  /** Watches a kind from now on; whatever there is of it comes as added. */
  private begin(kind: string): void {
    const { sources } = this
    sources.open(kind)
    for (const object of sources.informer(kind)!.list()) {
      const revision = Number(object.metadata.resourceVersion)
      this.enqueue({ type: 'ADDED', object, previous: undefined, revision }, sources.keysOf(kind))
    }
  }

  /** A kind that is watched may be served from now on, or no longer. */
  private definitionsChanged(): void {
    const { watches } = this.environment
    watches.read(this.definitions.value!, watches.records.resource(CRDS), () => {})
    if (this.life.value === 'waiting') return this.start()
    const { sources } = this
    for (const kind of sources.custom) {
      const isServed = watches.records.findKind(kind) !== undefined
      if (isServed && !sources.isOpen(kind)) this.begin(kind)
      else if (!isServed) sources.close(kind)
    }
  }

  /** Stops at once: its watches are closed, and what it had in hand and in mind is gone. */
  private crash(): void {
    this.loop.forget?.()
    for (const kind of this.sources.kinds) this.sources.close(kind)
    if (this.definitions.value !== undefined) this.environment.watches.close(this.definitions.value)
    this.definitions.value = undefined
    this.queue.clear()
    this.memory.clear()
    this.kernel.withdraw(this.name)
    this.life.value = 'crashed'
  }

  private takeIn(kind: string): void {
    const keys = this.sources.keysOf(kind)
    // What is watched only at times may have been left alone since this was told.
    this.sources.informer(kind)?.read((change) => this.enqueue(change, keys))
    this.sources.adjust()
  }

  private enqueue(change: ObjectChange, functions: readonly KeysFunction[]): void {
    const { queue } = this
    const { cache } = this.sources
    for (let index = 0; index < functions.length; index++) {
      try {
        const keys = functions[index]!(change, cache)
        for (let place = 0; place < keys.length; place++) {
          const asked = keys[place]!
          if (typeof asked === 'string') queue.add(asked)
          else queue.addAfter(asked.key, asked.afterMs, 'work')
        }
      } catch (error) {
        // The change is over: it is the other changes, and a restart, that can bring its keys back.
        this.report(new ControllerFailure(this.name, keyOf(change.object), error, this.kernel.now, 1))
      }
    }
  }

  private reconcile(key: string): void {
    const { queue, kernel, name } = this
    queue.take(key)
    try {
      const result = this.loop.reconcile(key, this.context)
      queue.forget(key)
      if (result !== undefined) queue.addAfter(key, parseDuration(result.requeueAfter), result.kind)
    } catch (error) {
      const failures = queue.addRateLimited(key, thrown(error))
      this.report(new ControllerFailure(name, key, error, kernel.now, failures))
    }
  }
}

/** A class for its getter's sake: docs/decisions/0001-memory-tables-and-forks.md. */
class Surroundings implements LoopContext {
  readonly api: Link
  readonly random: RandomStream
  readonly latency: Latency
  private readonly kernel: Kernel
  private readonly source: EventSource

  constructor(
    environment: Environment,
    { name, component = name }: ControlLoop,
    readonly cache: Cache,
    readonly memory: CowMap<unknown>,
  ) {
    this.kernel = environment.kernel
    this.api = environment.link(name)
    this.random = environment.kernel.random(`controller/${name}`)
    this.latency = environment.latency
    this.source = { component }
  }

  get now(): number {
    return this.kernel.now
  }

  readonly record: LoopContext['record'] = (subject, type, reason, message, detail) =>
    this.api.record(subject, type, reason, message, this.source, detail)
}
