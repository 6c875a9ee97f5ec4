import type { Duration } from '../api/duration.ts'
import type { KubeObject } from '../api/meta.ts'
import type { RandomStream } from '../kernel/random.ts'
import type { EventSubject } from '../registries/eventRecord.ts'
import type { ControllerApi } from './controllerApi.ts'
import type { ControllerMemory } from './controllerMemory.ts'
import type { KindName, ObjectOf } from './kinds.ts'
import type { Namespaced, SelectionRequest } from './reader.ts'
import type { ObjectChange } from './watches.ts'

/** What a controller wants to hear of; `Watched` are all the kinds that it watches. */
export interface ControllerWatch<K extends string = string, Watched extends string = string> {
  /** Such as `apps/v1/Deployment`. */
  readonly kind: K
  /** Which keys a change is about; the object's own unless given. `ownerKeys(kind)` is for what a controller makes. */
  readonly keys?:
    ((change: ObjectChange<ObjectOf<K>>, cache: ControllerCache<Watched>) => readonly string[]) | undefined
  /** A value by which `cache.byIndex` finds objects of this kind without looking at all of them. */
  readonly index?: ((object: ObjectOf<K>) => string | undefined) | undefined
}

/** What a controller has been told so far: it may be stale, and never is ahead. What is read is frozen. */
export interface ControllerCache<Watched extends string = string> {
  /** By key, `namespace/name`, or by a name in the namespace that the options say (`default` unless given). */
  get<K extends Watched>(kind: K, name: string, options?: Namespaced): ObjectOf<K> | undefined
  /** By namespace and name. Throws BadRequest for a selector it does not understand. */
  list<K extends Watched>(kind: K, options?: SelectionRequest): readonly ObjectOf<K>[]
  /** Objects whose `index`, as the watch of their kind declares it, has a value. */
  byIndex<K extends Watched>(kind: K, value: string): readonly ObjectOf<K>[]
  /** Whether it knows of every change of a kind up to an object's resourceVersion: of what one has written oneself, say. */
  hasSeen(kind: Watched, resourceVersion: string): boolean
  /** Whether objects of a kind, watched or not, stand in namespaces; true for a kind that is not served. */
  isNamespaced(kind: string): boolean
}

/** What a controller is handed for one turn, and cannot use after it. */
export interface ReconcileContext<Watched extends string = string> {
  /** What the controller has been told of the kinds that it watches. */
  readonly cache: ControllerCache<Watched>
  /** The API server itself, for every kind: never stale. */
  readonly api: ControllerApi
  /** What the controller keeps from one turn to the next. */
  readonly memory: ControllerMemory
  /** Virtual milliseconds since the Unix epoch. */
  readonly now: number
  /** The controller's own stream of chance. */
  readonly random: RandomStream
  /** Records a Kubernetes Event about an object that was read. */
  readonly record: (
    subject: KubeObject | EventSubject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ) => void
}

/** When a key is to come back, unless something brings it back earlier; a duration above 0. */
export interface ReconcileResult {
  readonly requeueAfter?: Duration | undefined
}

/** A control loop of the user's: see `defineController`. */
export interface Controller {
  /** Whose name its writes and events carry; no two components of a cluster have one name. */
  readonly name: string
  readonly watches: readonly ControllerWatch[]
  /** How many processes of it there are, `name-0`, `name-1`, …, of which one leads, by the lease kube-system/`name`. 1 unless given. */
  readonly replicas?: number | undefined
  readonly reconcile: (key: string, context: ReconcileContext) => ReconcileResult | void
}

type Kinded = readonly KindName[]

/**
 * A control loop of your own, for `createCluster({ controllers })`; it runs as the built-in ones do. Told which key
 * to look at, `namespace/name` (or `name`, where there is no namespace), `reconcile` compares what is asked with what
 * is and acts on the difference. It is synchronous, keeps its state in `memory` alone, and may be called at any time and
 * any number of times. When it throws, the key comes back after a back-off of 5 ms that doubles up to 1,000 s, and
 * `cluster.on('failure')` hears of it.
 */
export function defineController<const Ks extends Kinded>(definition: {
  readonly name: string
  readonly replicas?: number | undefined
  readonly watches: { readonly [I in keyof Ks]: ControllerWatch<Ks[I], Ks[number]> }
  readonly reconcile: (key: string, context: ReconcileContext<Ks[number]>) => ReconcileResult | void
}): Controller {
  return definition as unknown as Controller
}
