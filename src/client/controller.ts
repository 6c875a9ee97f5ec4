import type { Duration } from '../api/duration.ts'
import type { KubeObject } from '../api/meta.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { TaskKind } from '../kernel/tasks.ts'
import type { RandomStream } from '../kernel/random.ts'
import type { EventSubject } from '../registries/eventRecord.ts'
import type { Resource } from '../registries/records.ts'
import type { IndexFunction, TallyFunction } from './informer.ts'
import type { Kinds } from './kinds.ts'
import type { Latency } from './latency.ts'
import type { Link } from './link.ts'
import type { ObjectChange } from './watches.ts'

/** A key to be looked at after a time, so that what comes until then is looked at together; earlier where somebody asks. */
export interface LaterKey {
  readonly key: string
  readonly afterMs: number
}

/** Which keys a change is about. */
export type KeysFunction = (change: ObjectChange, cache: Cache) => readonly (string | LaterKey)[]

/** How long a key that failed waits, in milliseconds: twice as long each time, from `firstMs` (5) to `lastMs` (1,000 s). */
export interface BackOff {
  readonly firstMs?: number
  readonly lastMs?: number
}

/** What a control loop wants to hear of. */
export interface LoopWatch {
  /** Such as `v1/Pod`. */
  readonly kind: string
  /** The object's own key unless given. */
  readonly keys?: KeysFunction | undefined
  /** An index of the cache: see `Cache.byIndex`. One a kind. */
  readonly index?: IndexFunction | undefined
  /** What an object counts as: see `Cache.tally`. */
  readonly tally?: TallyFunction | undefined
  /** Which changes to hear of; all unless given. One a kind. */
  readonly predicate?: NamedPredicate | undefined
  /**
   * For a kind that is of interest only at times: whether it is now, asked when changes of another kind that has been
   * read may say otherwise. Until then it costs nothing, and its cache is empty; when it begins to be watched no keys are
   * asked for what is there. A pure function of what the cache says of the other kinds.
   */
  readonly while?: ((cache: Cache) => boolean) | undefined
}

/**
 * Whether a change concerns a watch: asked as it is committed, so that whoever is not concerned has no turn. Pure
 * functions of the content of both states, not of their identity, which caches decide; they must hold wherever the watch's
 * keys, index or tally could differ. Statuses may be lean.
 */
export interface NamedPredicate {
  readonly name: string
  /** Which updates concern it; none unless given. `only`: that nothing but the `status` or a `binding` was written. */
  readonly holds?: (before: KubeObject, after: KubeObject, only?: string) => boolean
  /** Which objects' creations and deletions concern it; those of all unless given. */
  readonly of?: (object: KubeObject, isDeleted: boolean) => boolean
}

/**
 * What a control loop has been told so far: it may be stale, and never is ahead. Statuses may be lean: their fields can
 * be read, and nothing else.
 */
export interface Cache {
  get<K extends keyof Kinds>(kind: K, key: string): Kinds[K] | undefined
  get<T extends KubeObject>(kind: string, key: string): T | undefined
  /** By namespace and name; of all namespaces unless one is given. */
  list<K extends keyof Kinds>(kind: K, namespace?: string): readonly Kinds[K][]
  list<T extends KubeObject>(kind: string, namespace?: string): readonly T[]
  /** Objects of a kind by the index its watch declares. */
  byIndex<K extends keyof Kinds>(kind: K, value: string): readonly Kinds[K][]
  byIndex<T extends KubeObject>(kind: string, value: string): readonly T[]
  /** How many objects of an index value have bit `count` of the tally that their watch declares; costs nothing. */
  tally(kind: string, value: string, count: number): number
  /** Whether the cache knows of every change of this kind up to a revision. */
  hasSeen(kind: string, revision: number): boolean
  /** A kind as the API server serves it, watched or not; undefined for one that it does not. */
  resource(kind: string): Resource | undefined
  /** Whether objects of a kind stand in namespaces; true for a kind that is not served. */
  isNamespaced(kind: string): boolean
}

export interface LoopContext {
  readonly cache: Cache
  /** The API server itself: never stale. What is written through it is not copied. */
  readonly api: Link
  /** Plain data the loop keeps between turns, by key. A crash empties it. */
  readonly memory: CowMap<unknown>
  /** Virtual milliseconds since the Unix epoch. */
  readonly now: number
  readonly random: RandomStream
  /** How long something takes in this cluster, in milliseconds. */
  readonly latency: Latency
  /** Records a Kubernetes Event. `{detail}` in the message stands for `detail`, so that many events share one text. */
  readonly record: (
    subject: EventSubject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    detail?: string,
  ) => void
}

/**
 * A control loop: told which key to look at, it compares what is asked with what is and acts on the difference. The
 * built-in ones are written as this; a user's is a `Controller`, which userLoop.ts makes one of.
 */
export interface ControlLoop {
  readonly name: string
  /** Whose name its Events carry; `name` unless given. */
  readonly component?: string
  readonly watches: readonly LoopWatch[]
  /** `namespace/name`, or `name` where there is no namespace. A throw brings the key back after a back-off. */
  readonly reconcile: (key: string, context: LoopContext) => Requeue | void
  readonly backOff?: BackOff
  /**
   * For a loop that keeps up with what it is told instead of looking at everything again: what it knows is gone, since
   * its process died. In a fork another loop runs, which knows nothing; what a loop does must not depend on what it
   * knows.
   */
  readonly forget?: () => void
}

/** When a key is to come back. */
export interface Requeue {
  readonly requeueAfter: Duration
  /** `timer` unless given; `work` keeps `settle` going until then, and is only for what is sure to come to an end. */
  readonly kind?: TaskKind
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
