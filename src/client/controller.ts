import { type Duration, parseDuration } from '../api/duration.ts'
import type { KubeObject } from '../api/meta.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { Component, Kernel } from '../kernel/kernel.ts'
import type { RandomStream } from '../kernel/random.ts'
import type { EventSource, EventSubject } from '../registries/eventRecord.ts'
import { type IndexFunction, Informer, type TallyFunction } from './informer.ts'
import type { Link } from './link.ts'
import { type ChangesMessage, type ObjectChange, type Watches } from './watches.ts'
import { type DelayedMessage, type KeyMessage, WorkQueue } from './workQueue.ts'

/** What a controller wants to hear of. */
export interface ControllerWatch {
  /** Such as `v1/Pod`. */
  readonly kind: string
  /** Which keys a change is about; the object's own unless given. */
  readonly keys?: (change: ObjectChange, cache: Cache) => readonly string[]
  /** An index of the cache: see `Cache.byIndex`. */
  readonly index?: IndexFunction
  /** What an object counts as: see `Cache.tally`. */
  readonly tally?: TallyFunction
}

/** What a controller has been told so far: it may be stale, and never is ahead. */
export interface Cache {
  get<T extends KubeObject>(kind: string, key: string): T | undefined
  list<T extends KubeObject>(kind: string, namespace?: string): readonly T[]
  /** Objects of a kind by the index its watch declares. */
  byIndex<T extends KubeObject>(kind: string, value: string): readonly T[]
  /** How many objects of an index value have bit `count` of the tally that their watch declares; costs nothing. */
  tally(kind: string, value: string, count: number): number
  /** Whether the cache knows of every change of this kind up to a revision. */
  hasSeen(kind: string, revision: number): boolean
}

export interface ReconcileContext {
  readonly cache: Cache
  /** The API server itself: never stale. */
  readonly api: Link
  /** Plain data the controller keeps between turns, by key. */
  readonly memory: CowMap<unknown>
  /** Virtual milliseconds since the Unix epoch. */
  readonly now: number
  readonly random: RandomStream
  /** Records a Kubernetes Event. `{detail}` in the message stands for `detail`, so that many events share one text. */
  readonly record: (
    subject: EventSubject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    detail?: string,
  ) => void
}

/** A control loop: told which key to look at, it compares what is asked with what is and acts on the difference. */
export interface Controller {
  readonly name: string
  readonly watches: readonly ControllerWatch[]
  /** `namespace/name`, or `name` where there is no namespace. A throw brings the key back after a back-off. */
  readonly reconcile: (key: string, context: ReconcileContext) => { readonly requeueAfter: Duration } | void
}

/** A turn of a controller that threw: its key comes back after a back-off. */
export interface ControllerFailure {
  readonly controller: string
  readonly key: string
  /** Whatever was thrown. */
  readonly error: unknown
  /** Virtual milliseconds since the Unix epoch. */
  readonly at: number
}

/** The key of an object: `namespace/name`, or `name`. */
export function keyOf(object: KubeObject): string {
  const { namespace, name } = object.metadata
  return namespace === undefined ? name : `${namespace}/${name}`
}

export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/')
  return { namespace: slash === -1 ? '' : key.slice(0, slash), name: key.slice(slash + 1) }
}

/** The uid of an object's controlling owner, as an index. */
export function controllerUid(object: KubeObject): string | undefined {
  const owners = object.metadata.ownerReferences
  if (owners === undefined) return undefined
  for (const owner of owners) if (owner.controller === true) return owner.uid
  return undefined
}

/** Runs a control loop as a component: informers fill a queue, and each key has a turn of its own. */
export class ControllerComponent implements Component {
  readonly name: string
  private readonly informers = new Map<string, Informer>()
  private readonly queue: WorkQueue
  private readonly context: Omit<ReconcileContext, 'now'>
  private readonly keys = new Map<string, (change: ObjectChange, cache: Cache) => readonly string[]>()

  constructor(
    private readonly controller: Controller,
    private readonly kernel: Kernel,
    private readonly watches: Watches,
    link: Link,
    /** The same component of the cluster this one was forked from. */
    parent?: ControllerComponent,
    /** Told of what a reconcile throws; nothing of the cluster depends on it. */
    private readonly report?: (failure: ControllerFailure) => void,
  ) {
    const { name } = controller
    this.name = name
    this.queue = new WorkQueue(kernel, name)
    const cursors = kernel.memory.map<number>(`controller.${name}.watches`)
    for (const { kind, keys, index, tally } of controller.watches) {
      const resource = watches.records.ofKind(kind)
      let cursor = cursors.get(kind)
      if (cursor === undefined) cursors.set(kind, (cursor = watches.open(name, resource, kind)))
      const informer = new Informer(watches, resource, cursor, { index, tally })
      const inherited = parent?.informers.get(kind)
      if (inherited !== undefined) informer.inherit(inherited)
      this.informers.set(kind, informer)
      this.keys.set(kind, keys ?? ((change) => [keyOf(change.object)]))
    }
    const source: EventSource = { component: name }
    this.context = {
      cache: this.cache(),
      api: link,
      memory: kernel.memory.map(`controller.${name}.memory`),
      random: kernel.random(`controller/${name}`),
      record: (subject, type, reason, message, detail) => link.record(subject, type, reason, message, source, detail),
    }
  }

  private cache(): Cache {
    const informer = (kind: string): Informer => {
      const found = this.informers.get(kind)
      if (found === undefined) throw new Error(`controller ${this.name} does not watch ${kind}; add it to its watches`)
      return found
    }
    return {
      get: <T extends KubeObject>(kind: string, key: string) => {
        const { namespace, name } = splitKey(key)
        return informer(kind).get(namespace, name) as T | undefined
      },
      list: <T extends KubeObject>(kind: string, namespace?: string) => informer(kind).list(namespace) as T[],
      byIndex: <T extends KubeObject>(kind: string, value: string) => informer(kind).byIndex(value) as T[],
      tally: (kind, value, count) => informer(kind).tally(value, count),
      hasSeen: (kind, revision) => informer(kind).hasSeen(revision),
    }
  }

  handle(message: unknown): void {
    const { type } = message as { type: string }
    if (type === 'changes') this.takeIn(message as ChangesMessage)
    else if (type === 'key') this.reconcile((message as KeyMessage).key)
    else if (type === 'delayed') this.queue.add((message as DelayedMessage).key)
  }

  private takeIn({ tag }: ChangesMessage): void {
    const keys = this.keys.get(tag)!
    const { queue, context } = this
    this.informers.get(tag)!.read((change) => {
      const found = keys(change, context.cache)
      for (let index = 0; index < found.length; index++) queue.add(found[index]!)
    })
  }

  private reconcile(key: string): void {
    this.queue.take(key)
    try {
      const result = this.controller.reconcile(key, { ...this.context, now: this.kernel.now })
      this.queue.forget(key)
      if (result !== undefined) this.queue.addAfter(key, parseDuration(result.requeueAfter))
    } catch (error) {
      this.queue.addRateLimited(key)
      this.report?.({ controller: this.name, key, error, at: this.kernel.now })
    }
  }
}
