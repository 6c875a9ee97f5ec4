import type { FieldError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { NameRule } from '../api/metaValidation.ts'
import type { JSONSchemaProps } from '../api/types/apiextensions.ts'
import type { Schema } from '../api/schema/schema.ts'
import type { Checked } from '../api/schema/structural.ts'
import type { Compact } from '../store/compact.ts'
import type { Identity } from './identity.ts'

/** A subresource by which parts of a spec are changed that nothing else may change. */
export type SpecSubresource = 'resize' | 'ephemeralcontainers'

/**
 * What may be asked of a resource. `status`, `scale`, `finalize` and the subresources of specs stand for an update of the
 * subresource of that name, `evict` for a create of an Eviction.
 */
export type Verb =
  | 'create'
  | 'get'
  | 'list'
  | 'watch'
  | 'update'
  | 'status'
  | 'scale'
  | 'finalize'
  | SpecSubresource
  | 'evict'
  | 'patch'
  | 'delete'

/** What a delete does about dependents; of a kind that is not collected, 'Unsupported': nothing. */
export type Propagation = 'Background' | 'Foreground' | 'Orphan' | 'Unsupported'

/** One column of `kubectl get`; `priority` 1 columns are printed only with `wide`. */
export interface Column<T> {
  readonly name: string
  readonly priority?: 0 | 1
  /** The printed cell; `now` is the virtual time in milliseconds since the Unix epoch, for ages. */
  readonly cell: (object: T, now: number) => string
}

/**
 * All that is particular to one resource. The generic registry does the rest, so a new kind is one file that exports
 * one of these. Every function is pure, and none changes what it is given.
 */
export interface ResourceDefinition<T extends KubeObject = KubeObject> {
  /** '' for the core group. */
  readonly group: string
  readonly version: string
  readonly kind: string
  /** `PodList`, unless given. */
  readonly listKind?: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  /** What is read together under one word, such as `all`. */
  readonly categories?: readonly string[]
  readonly namespaced: boolean
  /** Verbs not listed answer MethodNotAllowed. */
  readonly verbs: readonly Verb[]
  /** Which rule `metadata.name` keeps. */
  readonly nameRule: NameRule
  /**
   * Whether `metadata.finalizers` may hold names of no domain: custom objects, and those built in whose metadata upstream
   * checks by the rules of apimachinery alone.
   */
  readonly anyFinalizer?: boolean
  /** Of a new object the metadata is looked at only when nothing else is wrong: upstream leaves it to whoever serves all kinds. */
  readonly metadataLast?: boolean
  /**
   * The heavy part of defaulting and validating, when it depends on the spec alone: done once for all objects that
   * share one spec object. `defaults` and `validate` then need not look at the spec.
   */
  readonly spec?: SpecRules
  /** Copies and checks what was handed in; unless given, as the schema table has it. */
  readonly copy?: (schema: Schema, given: object) => Checked
  /** Its objects may have any field, not only a spec and a status. */
  readonly isOpen?: boolean
  /** Of a custom kind: what its objects are made of. */
  readonly schema?: JSONSchemaProps
  /** What an object says that is kept and that nobody acts on, for whoever applies it. */
  readonly warnings?: (object: T) => readonly string[]
  /** Fills in what Kubernetes fills in; returns the same object when nothing is missing. */
  readonly defaults: (object: T) => T
  /**
   * Every violation of a whole, defaulted object but for its metadata, which the generic registry checks. `previous` is
   * undefined on create: what has been wrong before may be tolerated.
   */
  readonly validate: (object: T, previous?: T) => readonly FieldError[]
  /** Violations that only an update can have: immutable fields and the like. */
  readonly validateUpdate: (next: T, previous: T) => readonly FieldError[]
  /**
   * What admission has against a valid object because of other objects: throws a StatusError. `previous` is undefined on
   * create.
   */
  readonly admit?: (object: T, previous: T | undefined, around: Surroundings) => void
  /** Whether an update must say of which resourceVersion it is. */
  readonly updatesNeedVersion?: boolean
  /** The rules of the subresources that change parts of the spec; the verbs then have their names. */
  readonly subresources?: Readonly<Partial<Record<SpecSubresource, SubresourceRules<T>>>>
  /** Every violation that counts when the status is written, where that is not every one of the whole object. */
  readonly validateStatus?: (next: T, previous: T) => readonly FieldError[]
  /** Violations that only an update of the status can have. */
  readonly validateStatusUpdate?: (next: T, previous: T) => readonly FieldError[]
  /** For kinds whose objects are given something that no two may have. */
  readonly allocation?: Allocation<T>
  /** Clears or sets what a client may not say on create (a pod's status becomes Pending, …). */
  readonly prepareForCreate?: (object: T) => T
  /** An update through the main resource: usually keeps the previous status. */
  readonly prepareForUpdate?: (next: T, previous: T) => T
  /** The same of an update of the status, whose spec is the previous by now. */
  readonly prepareForStatusUpdate?: (next: T, previous: T) => T
  /** What the server itself says of an object that is there, whenever it is written. */
  readonly prepareForWrite?: (object: T, at: Moment) => T
  /** Completes a new object once it has its name and uid, for what repeats them. */
  readonly complete?: (object: T, around: Surroundings) => T
  /** Whether one without a name gets one, which looks like a uid and is not its own. */
  readonly namesItself?: boolean
  /** Whether a change of the spec raises metadata.generation. */
  readonly hasGeneration?: boolean
  /** Whether main content changed; unless given, whether the spec did. */
  readonly contentChanged?: (next: T, previous: T) => boolean
  /** What of metadata an update of the status changes with it; unless given, all that an update does. */
  readonly statusMeta?: readonly ('labels' | 'annotations' | 'ownerReferences' | 'finalizers')[]
  /** How many there should be and are, where a kind can be scaled; its verbs then have `scale`. */
  readonly scale?: ScaleRules<T>
  /** Values of the field selectors this resource supports, beside metadata.name and metadata.namespace. */
  readonly fields?: Readonly<Record<string, (object: T) => string>>
  /** The value by which watches and lists of this resource are indexed, such as a pod's node name. */
  readonly index?: (object: T) => string | undefined
  readonly columns: readonly Column<T>[]
  /** Nothing acts on these objects: they are checked, kept and read back. README's list and warnings follow this. */
  readonly isKeptOnly?: boolean
  /** The plural of the resource whose records these are, seen under another kind; such a resource keeps none itself. */
  readonly viewOf?: string
  /** What such a resource shows of a record and keeps of an object, where more than the kind differs. */
  readonly view?: {
    readonly shown: (record: KubeObject) => T
    readonly recorded: (object: T) => KubeObject
  }
  /** Never kept: create does something instead, and answers with a Status. */
  readonly isAction?: boolean
  /** What a delete that does not say does about dependents; 'Background' unless given. */
  readonly propagation?: Propagation
  /** Why an object may not be deleted at all; undefined when it may. */
  readonly refuseDelete?: (object: T) => string | undefined
  /** Something beside `metadata.finalizers` that holds an object which is being deleted. */
  readonly termination?: {
    /** The object as it is once its deletion has begun. */
    readonly begin: (object: T) => T
    /** Whether it is held still. */
    readonly holds: (object: T) => boolean
  }
  /** Seconds a delete waits before the object goes, asked for or not; 0 removes it at once. */
  readonly gracePeriod?: (object: T, asked: number | undefined) => number
  /** The rules for specs of other kinds look at these objects: what is remembered of specs is forgotten when one changes. */
  readonly shapesSpecs?: boolean
  /** An object goes some time after it was last written. */
  readonly expires?: boolean
  /** New objects run as a service account, which must exist and has a say in their specs. */
  readonly runsAs?: boolean
  /** Names are made so that none is ever used again; no count of them is kept. */
  readonly uniqueNames?: boolean
}

/** How objects of a kind get what no two of them may have, such as addresses. */
export interface Allocation<T> {
  /**
   * The object with all that it needs, before it is validated; throws a StatusError where it asks for what it cannot
   * have. `previous` is undefined on create.
   */
  readonly allocate: (object: T, previous: T | undefined, pool: Pool) => T
  /** What the object has of it, each a word such as `ip/10.96.0.1`; free again when the object is gone or says so. */
  readonly held: (object: T) => readonly string[]
}

/** What is still to be had, for one object that asks. */
export interface Pool {
  /** Nothing is drawn for a dry run: it is told what stands for something. */
  readonly isDryRun: boolean
  isFree(item: string): boolean
  /** A whole number from 0 to `count` - 1; the same however often this object draws for this purpose. */
  draw(purpose: string, count: number): number
}

/** When something happens, and in what surroundings. */
export interface Moment {
  readonly around: Surroundings
  /** RFC 3339, whole seconds. */
  readonly now: string
}

/** The cluster around the object in hand, as it is at this moment. */
export interface Surroundings {
  find<T extends KubeObject>(key: string, namespace: string, name: string): T | undefined
  /** Every object of a resource, or every one of a namespace, by namespace and name. */
  list<T extends KubeObject>(key: string, namespace?: string): readonly T[]
}

/** In place of a kind's own rules, those of a subresource; of metadata it changes nothing. */
export interface SubresourceRules<T> {
  /** The record with that part of what was handed in that the subresource is about. */
  readonly prepareForUpdate: (next: T, previous: T) => T
  /** Why nothing can be changed at all, whatever it is. */
  readonly bars: (previous: T) => readonly FieldError[]
  readonly validateUpdate: (next: T, previous: T) => readonly FieldError[]
  readonly admit?: (object: T, previous: T | undefined, around: Surroundings) => void
  /** The fields that belong to whoever sets them by this subresource, as managed fields write them; `*`: any. */
  readonly settable: readonly (readonly string[])[]
}

/** The scale subresource of a kind, described as a CustomResourceDefinition does. */
export interface ScaleRules<T extends KubeObject = KubeObject> {
  /** Where the number asked for stands, without list indices: `.spec.replicas`. */
  readonly specReplicasPath: string
  /** Where the number there is stands: `.status.replicas`. */
  readonly statusReplicasPath: string
  /** The pods that are counted, as text: `app=web,tier!=db`. */
  readonly selector?: (object: T) => string
}

/** An object in a smaller form that can be turned back into exactly what it was. */
export interface Packed extends Compact {
  readonly name: string
  unpack(revision: number, identity: Identity): KubeObject
}

export interface SpecRules {
  readonly defaults: (spec: object, around: Surroundings) => object
  readonly validate: (spec: object, path: string) => readonly FieldError[]
  /** Why no new object may have this spec, as it was handed in; undefined when one may. */
  readonly refusal?: (spec: object, around: Surroundings) => string | undefined
}
