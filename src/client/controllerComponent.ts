import { parseDuration } from '../api/duration.ts'
import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { CowCell, CowMap } from '../kernel/cow.ts'
import type { Component, Kernel } from '../kernel/kernel.ts'
import type { EventSource } from '../registries/eventRecord.ts'
import { type Cache, type ControlLoop, keyOf, type KeysFunction, type LoopContext, splitKey } from './controller.ts'
import { ControllerFailure, thrown } from './controllerFailure.ts'
import type { Environment } from './environment.ts'
import { Informer } from './informer.ts'
import type { ChangesMessage, ObjectChange } from './watches.ts'
import { type DelayedMessage, type Failing, type KeyMessage, WorkQueue } from './workQueue.ts'

/** `new` before its first start; `starting` from the moment it is started until its turn to list what there is. */
type State = 'new' | 'running' | 'crashed' | 'starting'

/** How a controller does. */
export interface ControllerState {
  readonly name: string
  readonly state: 'running' | 'crashed' | 'starting'
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

/** What is watched of one kind. */
interface Source {
  readonly informer: Informer
  readonly keys: readonly KeysFunction[]
}

const ownKey: KeysFunction = (change) => [keyOf(change.object)]

/** Runs a control loop as a component: informers fill a queue, and each key has a turn of its own. */
export class ControllerComponent implements Mortal {
  readonly name: string
  private readonly kernel: Kernel
  private readonly sources = new Map<string, Source>()
  private readonly queue: WorkQueue
  private readonly memory: CowMap<unknown>
  /** The cursor of each kind that is watched, the same after a fork. */
  private readonly cursors: CowMap<number>
  private readonly life: CowCell<State>
  private readonly cache: Cache
  private readonly context: LoopContext

  constructor(
    private readonly loop: ControlLoop,
    private readonly environment: Environment,
    /** Told of what a turn throws; nothing of the cluster depends on it. */
    private readonly report: (failure: ControllerFailure) => void,
    /** The same component of the cluster this one was forked from. */
    parent?: ControllerComponent,
  ) {
    const { name } = loop
    const { kernel } = environment
    this.name = name
    this.kernel = kernel
    this.queue = new WorkQueue(kernel, name, loop.lastBackOffMs)
    this.memory = kernel.memory.map(`controller.${name}.memory`)
    this.cursors = kernel.memory.map(`controller.${name}.watches`)
    this.life = kernel.memory.cell<State>(`controller.${name}.life`, 'new')
    this.cache = this.createCache()
    this.context = this.createContext()
    if (this.life.value === 'new') this.life.value = 'running'
    if (this.life.value === 'running') this.watch(parent)
  }

  state(): ControllerState {
    const state = this.life.value as ControllerState['state']
    return { name: this.name, state, queued: this.queue.keys(), failing: this.queue.failing() }
  }

  handle(raw: unknown): void {
    const message = raw as Message
    switch (message.type) {
      case 'key':
        return this.reconcile(message.key)
      case 'changes':
        return this.takeIn(message.tag)
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

  /** One informer for each kind: over the cursors that it has already, or over new ones. */
  private watch(parent?: ControllerComponent): void {
    const { loop, cursors, environment, name } = this
    const { watches } = environment
    for (const { kind } of loop.watches) {
      if (this.sources.has(kind)) continue
      const ofKind = loop.watches.filter((watch) => watch.kind === kind)
      const resource = watches.records.ofKind(kind)
      let cursor = cursors.get(kind)
      if (cursor === undefined) {
        const predicate = ofKind.find((watch) => watch.predicate !== undefined)?.predicate?.name
        cursor = watches.open(name, resource, kind, predicate === undefined ? {} : { predicate })
        cursors.set(kind, cursor)
      }
      const informer = new Informer(watches, resource, cursor, {
        index: ofKind.find(({ index }) => index !== undefined)?.index,
        tally: ofKind.find(({ tally }) => tally !== undefined)?.tally,
      })
      const inherited = parent?.sources.get(kind)
      if (inherited !== undefined) informer.inherit(inherited.informer)
      this.sources.set(kind, { informer, keys: ofKind.map(({ keys }) => keys ?? ownKey) })
    }
  }

  /** Begins like a process that was just started: whatever there is comes as added. */
  private start(): void {
    this.life.value = 'running'
    this.watch()
    for (const { informer, keys } of this.sources.values()) {
      for (const object of informer.list()) {
        const revision = Number(object.metadata.resourceVersion)
        this.enqueue({ type: 'ADDED', object, previous: undefined, revision }, keys)
      }
    }
  }

  /** Stops at once: its watches are closed, and what it had in hand and in mind is gone. */
  private crash(): void {
    for (const kind of this.cursors.sortedKeys()) this.environment.watches.close(this.cursors.get(kind)!)
    this.cursors.clear()
    this.sources.clear()
    this.queue.clear()
    this.memory.clear()
    this.kernel.withdraw(this.name)
    this.life.value = 'crashed'
  }

  private takeIn(kind: string): void {
    const { informer, keys } = this.sources.get(kind)!
    informer.read((change) => this.enqueue(change, keys))
  }

  private enqueue(change: ObjectChange, functions: readonly KeysFunction[]): void {
    const { queue, cache } = this
    for (let index = 0; index < functions.length; index++) {
      try {
        const keys = functions[index]!(change, cache)
        for (let place = 0; place < keys.length; place++) queue.add(keys[place]!)
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

  private createContext(): LoopContext {
    const { kernel, name } = this
    const source: EventSource = { component: name }
    const api = this.environment.link(name)
    return {
      cache: this.cache,
      api,
      memory: this.memory,
      get now() {
        return kernel.now
      },
      random: kernel.random(`controller/${name}`),
      record: (subject, type, reason, message, detail) => api.record(subject, type, reason, message, source, detail),
    }
  }

  private createCache(): Cache {
    const { records } = this.environment.watches
    const informer = (kind: string): Informer => {
      const found = this.sources.get(kind)
      if (found !== undefined) return found.informer
      const watched = [...this.sources.keys()].join(', ')
      throw badRequest(`controller ${this.name} does not watch ${kind}, only ${watched}; add it to its watches`)
    }
    return {
      get: (kind: string, key: string): KubeObject | undefined => {
        const { namespace, name } = splitKey(key)
        return informer(kind).get(namespace, name)
      },
      list: (kind: string, namespace?: string) => informer(kind).list(namespace),
      byIndex: (kind: string, value: string) => informer(kind).byIndex(value),
      tally: (kind, value, count) => informer(kind).tally(value, count),
      hasSeen: (kind, revision) => informer(kind).hasSeen(revision),
      resource: (kind) => records.ofKind(kind),
      isNamespaced: (kind) => records.ofKind(kind).definition.namespaced,
    } as Cache
  }
}
