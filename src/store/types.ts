/**
 * What the store is: etcd's contract in memory. Keys are a directory and a name (`pods/default/` + `web-1`); values
 * are opaque and immutable; one revision counts every commit; nobody is called when something changes.
 */

/** Where the state is kept. The kernel's memory fits; the store itself imports nothing. */
export interface StoreMemory {
  paged(
    name: string,
    shape: { objects?: number; floats?: number; ints?: number; bits?: number; intsByRow?: boolean },
  ): Pages
  rows(name: string, shape: { columns: number; bits: number }): RowPages
  map<V>(name: string): Strings<V>
  cell<V>(name: string, initial: V): { value: V }
}

export interface Page {
  /** Which side of a fork may write to this page, and to what only this page refers to. */
  readonly owner: object
  readonly objects: unknown[]
  readonly floats: Float64Array
  readonly ints: Int32Array
}

export interface Pages {
  readonly bits: number
  readonly mask: number
  length: number
  read(row: number): Page
  write(row: number): Page
  has(row: number): boolean
  add(): number
  clear(): void
  dropBefore(row: number): void
}

/** Rows of values: column c of row r stands at `1 + (r & mask) * columns + c` of its page. */
export interface RowPages {
  read(row: number): readonly unknown[]
  write(row: number): unknown[]
  add(): number
}

export interface Strings<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): boolean
  sortedKeys(): string[]
}

/** Who changed something, and what made them: a revision (> 0), a call from outside (-1 - its number), or 0. */
export interface Origin {
  readonly actor: string
  readonly cause: number
  /** The label of the moment, kept and handed back; the store has no clock. */
  readonly at: number
}

/** One key as it stood at some revision. */
export interface Row {
  readonly name: string
  readonly value: unknown
  readonly createRevision: number
  readonly modRevision: number
  /** 1 for the put that created the key, then counting its puts. */
  readonly version: number
  /** The moment of the last `touch` since the last put, or NaN. */
  readonly stamp: number
}

/** One change of one key, as a watch hands it out. */
export interface Change {
  readonly type: 'put' | 'delete'
  readonly directory: number
  readonly name: string
  readonly revision: number
  /** The value after a put; for a delete, undefined. */
  readonly value: unknown
  readonly stamp: number
  /** The value before, or undefined when the change created the key. */
  readonly previous: unknown
  readonly previousStamp: number
  readonly previousRevision: number
  readonly createRevision: number
  /** Of a delete: the version that was deleted. */
  readonly version: number
  readonly actor: string
  readonly cause: number
  readonly at: number
}

export type Op =
  | {
      readonly type: 'put'
      readonly directory: number
      readonly name: string
      readonly value: unknown
      readonly lease?: number
    }
  /** Puts the same value again with a new moment; what a heartbeat does. */
  | { readonly type: 'touch'; readonly directory: number; readonly name: string; readonly stamp: number }
  | { readonly type: 'delete'; readonly directory: number; readonly name: string }

/** What must hold for a commit to happen: the key's mod revision (0: it does not exist), as etcd's Compare. */
export interface Precondition {
  readonly directory: number
  readonly name: string
  readonly modRevision?: number
  readonly createRevision?: number
  readonly version?: number
}

export interface WatchSelector {
  /** Every directory whose path starts so. */
  readonly prefix: string
  /** Only changes whose old or new value has this index value. */
  readonly index?: string
  /** First revision to deliver; the next one unless given. */
  readonly from?: number
  /** Only the changes that the predicate of this name (`StoreOptions.predicates`) is about. */
  readonly predicate?: string
  /** Directories whose path starts so are left out; only with a predicate, and not with an index. */
  readonly except?: readonly string[]
}

/** The index value of a value in a directory of this path. */
export type IndexOf = (path: string, value: unknown) => string | undefined

/**
 * Whether a change concerns those who asked for such changes only: pure functions. Touches concern none of them.
 */
export interface Predicate {
  /** Which updates do; none unless given. `only` is the kind of update that the writer says it is (`Layout.changes`). */
  readonly holds?: (before: unknown, after: unknown, only: string | undefined) => boolean
  /** Which values' creations and deletions do; all unless given. */
  readonly of?: ((value: unknown, isDeleted: boolean) => boolean) | undefined
}

export interface StoreOptions {
  /** The name under which a value is kept in its directory. */
  readonly nameOf: (value: unknown) => string
  /** The value by which watches of this directory are indexed. */
  readonly indexOf?: IndexOf
  /** The one top-level field that `indexOf` reads: a put of a kind that changes others alone leaves the index value as it is. */
  readonly indexedField?: string
  /** By the names under which watches ask for them. */
  readonly predicates?: ReadonlyMap<string, Predicate>
  /** How many changes are kept before the oldest are compacted; Infinity keeps all. A run of touches counts once. */
  readonly revisions: number
  /** SHA-256. */
  readonly hash: (bytes: Uint8Array) => Uint8Array
  /** false writes every touch as a change of its own; nothing that can be read differs. */
  readonly runs?: boolean
  readonly layout: Layout
}

/** Where a field stands: its key, after that of the field it stands in, if that is not the value itself. */
export type Path = readonly [string] | readonly [string, string]

/** What the store knows of the shape of values, for hashing what changed and nothing else. */
export interface Layout {
  /** Two keys deep: a field that repeats the revision, and is not hashed. */
  readonly revision: readonly [string, string]
  /** Two keys deep: the field that a touch sets. */
  readonly stamp: readonly [string, string]
  /** How that field says a moment: RFC 3339 with microseconds. */
  readonly timeOf: (moment: number) => string
  /** Fields, at the top or in the field of the revision, that many values share by reference. */
  readonly shared: readonly string[]
  /** Fields of what is shared that are shared by others too. */
  readonly parts: readonly string[]
  /** Strings that stand in many values: each is written as its place in a table. */
  readonly words: readonly string[]
  /** What updates of some kinds change beside the revision: the fields, in the order in which they stand, by the kind's name. */
  readonly changes: Readonly<Record<string, readonly Path[]>>
  /** Fields that are written whole when anything in them changed, because many values change alike. */
  readonly blocks: readonly string[]
}
