import type { KubeObject } from '../api/meta.ts'
import type { Concerns } from '../registries/context.ts'
import type { Resource } from '../registries/records.ts'
import type { Entry } from '../store/entry.ts'
import type { ObjectChange, Watches } from './watches.ts'

/** What an index of an informer is by: such as the uid of the owner. */
export type IndexFunction = (object: KubeObject) => string | undefined

/** What an object counts as: bit k set adds one to the k-th count of its index value. At most 8 counts. */
export type TallyFunction = (object: KubeObject) => number

const tallies = 8

/** So many changes are gone through to learn what happened. */
const mostChanges = 10_000

/** The members of an index value, and how many of them count as what. Shared between forks until one side changes it. */
interface Bucket {
  slots: Set<number>
  /** The same in order; made when asked for, until they change. */
  sorted: Int32Array | undefined
  readonly counts: number[]
  /** Which side of a fork this bucket belongs to, and which its slots do. */
  readonly owner: object
  slotsOwner: object
}

/** By what an informer's objects can be found and counted. */
export interface Indexing {
  readonly index?: IndexFunction | undefined
  readonly tally?: TallyFunction | undefined
}

/**
 * A component's view of one resource: everything as it was at the last change that was delivered. It keeps no objects:
 * it is a cursor, and the state of the store with the unread changes undone. Statuses may be lean: their fields can be
 * read, and nothing else.
 */
export class Informer<T extends KubeObject = KubeObject> {
  /** A cache of what the store holds; made when first asked for, then kept up with what is read. */
  private buckets: Map<string, Bucket> | undefined
  private ownsMap = true
  private owner: object = {}
  /** A cache: what was unread at a revision, up to a mark of the cursor; −1 where all that is to be looked for. */
  private unreadAt = -1
  private lastMark = -1
  private lastUnread = new Map<number, T | undefined>()

  constructor(
    private readonly watches: Watches,
    readonly resource: Resource,
    /** The cursor: opened when the cluster was made, and the same after a fork. */
    readonly watch: number,
    private readonly indexing: Indexing = {},
  ) {}

  /** Whether it has worked out what objects there are of each index value. */
  get hasIndex(): boolean {
    return this.buckets !== undefined
  }

  /** Takes over what the informer of the cluster this one was forked from has worked out. */
  inherit(parent: Informer<T>): void {
    this.buckets = parent.buckets
    this.ownsMap = false
    parent.ownsMap = false
    parent.owner = {}
  }

  /** Takes in everything delivered, one change at a time. */
  read(visit: (change: ObjectChange<T>) => void): void {
    this.unreadAt = -1
    this.watches.read<T>(this.watch, this.resource, (change, _whose, slot) => {
      this.unreadAt = -1
      if (this.buckets !== undefined) this.follow(change, slot)
      visit(change)
    })
    this.unreadAt = -1
  }

  /** Whether its connection broke: until it is read to the end, what it lists is ahead of the changes that it tells. */
  get isBroken(): boolean {
    return this.watches.isBroken(this.watch)
  }

  /** Whether every change up to a revision has been taken in. */
  hasSeen(revision: number): boolean {
    const first = this.watches.records.store.oldestUnread(this.watch)
    return first === undefined || first > revision
  }

  /** Every change up to this revision has been taken in. */
  get revision(): number {
    const { store } = this.watches.records
    const first = store.oldestUnread(this.watch)
    return first === undefined ? store.revision : first - 1
  }

  /**
   * Whether any object so changed after a revision, be it told of here or not; true where that is not known any more, or
   * was too long ago to be gone through.
   */
  hasChanged(revision: number, concerns: Concerns<T>): boolean {
    const { store } = this.watches.records
    if (store.revision - revision > mostChanges) return true
    return store.hasChanged(`${this.resource.kept.key}/`, revision, concerns as Concerns<unknown>)
  }

  get(namespace: string, name: string): T | undefined {
    const { records } = this.watches
    const unread = this.unread()
    if (unread === undefined) return records.findLean(this.resource, namespace, name) as T | undefined
    const directory = records.findDirectory(this.resource, namespace)
    if (directory === undefined) return undefined
    const slot = records.store.keys.find(directory, name)
    return slot === -1 ? undefined : this.bySlot(slot, unread)
  }

  /** Objects of a namespace, or of all, by namespace and name. */
  list(namespace?: string): readonly T[] {
    if (this.unread() === undefined && this.watches.records.isEmpty(this.resource, namespace)) return none
    const found: T[] = []
    this.visit((object) => void found.push(object), namespace)
    return found.sort(byKey)
  }

  private visit(visit: (object: T, slot: number) => void, namespace?: string): void {
    const { records } = this.watches
    const { keys } = records.store
    const unread = this.unread()
    for (const directory of records.directoriesOf(this.resource, namespace)) {
      for (let slot = keys.first(directory); slot !== -1; slot = keys.next(slot)) {
        const object = this.bySlot(slot, unread)
        if (object !== undefined) visit(object, slot)
      }
    }
  }

  /** Objects with an index value, in the order of their slots. */
  byIndex(value: string): readonly T[] {
    this.buckets ??= this.gather()
    const bucket = this.buckets.get(value)
    if (bucket === undefined) return none
    const unread = this.unread()
    const found: T[] = []
    for (const slot of (bucket.sorted ??= sortedSlots(bucket.slots))) {
      const object = this.bySlot(slot, unread)
      if (object !== undefined) found.push(object)
    }
    return found
  }

  /** How many objects with an index value have bit `count` of the tally set. */
  tally(value: string, count: number): number {
    this.buckets ??= this.gather()
    return this.buckets.get(value)?.counts[count] ?? 0
  }

  private bySlot(slot: number, unread: ReadonlyMap<number, T | undefined> | undefined): T | undefined {
    if (unread?.has(slot) === true) return unread.get(slot)
    return this.watches.records.currentLean(this.resource, slot) as T | undefined
  }

  /** For every slot with unread changes, what it was before the first of them; undefined when there are none. */
  private unread(): ReadonlyMap<number, T | undefined> | undefined {
    const { store } = this.watches.records
    if (!store.cursors.unread(this.watch)) return undefined
    if (this.unreadAt === store.revision) return this.lastUnread
    if (this.unreadAt === -1) {
      this.lastMark = -1
      this.lastUnread = new Map()
    }
    const before = this.lastUnread
    const look = (change: Entry): void => {
      if (!before.has(change.slot))
        before.set(change.slot, this.watches.present<T>(this.resource, change, true).previous)
    }
    this.lastMark = store.peek(this.watch, look, this.lastMark)
    this.unreadAt = store.revision
    return before
  }

  private gather(): Map<string, Bucket> {
    const buckets = new Map<string, Bucket>()
    this.visit((object, slot) => {
      const value = this.indexing.index!(object)
      if (value === undefined) return
      const bucket = this.bucketOf(buckets, value)
      bucket.slots.add(slot)
      count(bucket, this.tallied(object), 1)
    })
    return buckets
  }

  private follow(change: ObjectChange<T>, slot: number): void {
    const index = this.indexing.index!
    const isGone = change.type === 'DELETED'
    const before = change.previous === undefined ? undefined : index(change.previous)
    const after = isGone ? undefined : index(change.object)
    const bitsBefore = before === undefined ? 0 : this.tallied(change.previous!)
    const bitsAfter = after === undefined ? 0 : this.tallied(change.object)
    if (before === after && bitsBefore === bitsAfter) return
    const buckets = this.ownMap()
    if (bitsBefore !== 0) count(this.own(buckets, before!), bitsBefore, -1)
    if (bitsAfter !== 0) count(this.own(buckets, after!), bitsAfter, 1)
    if (before === after) return
    if (before !== undefined) {
      const slots = this.ownSlots(this.own(buckets, before))
      slots.delete(slot)
      if (slots.size === 0) buckets.delete(before)
    }
    if (after !== undefined) this.ownSlots(this.own(buckets, after)).add(slot)
  }

  private bucketOf(buckets: Map<string, Bucket>, value: string): Bucket {
    const known = buckets.get(value)
    if (known !== undefined) return known
    const counts = new Array<number>(this.indexing.tally === undefined ? 0 : tallies).fill(0)
    const made = { slots: new Set<number>(), sorted: undefined, counts, owner: this.owner, slotsOwner: this.owner }
    buckets.set(value, made)
    return made
  }

  private ownMap(): Map<string, Bucket> {
    if (!this.ownsMap) this.buckets = new Map(this.buckets)
    this.ownsMap = true
    return this.buckets!
  }

  private own(buckets: Map<string, Bucket>, value: string): Bucket {
    const bucket = this.bucketOf(buckets, value)
    if (bucket.owner === this.owner) return bucket
    const copy = {
      slots: bucket.slots,
      sorted: bucket.sorted,
      counts: bucket.counts.slice(),
      owner: this.owner,
      slotsOwner: bucket.slotsOwner,
    }
    buckets.set(value, copy)
    return copy
  }

  private ownSlots(bucket: Bucket): Set<number> {
    if (bucket.slotsOwner !== this.owner) {
      bucket.slots = new Set(bucket.slots)
      bucket.slotsOwner = this.owner
    }
    bucket.sorted = undefined
    return bucket.slots
  }

  private tallied(object: T): number {
    return this.indexing.tally === undefined ? 0 : this.indexing.tally(object)
  }
}

const none: readonly never[] = Object.freeze([])

/** Not Int32Array.from: that asks the set's iterator for an object a slot. */
function sortedSlots(slots: ReadonlySet<number>): Int32Array {
  const sorted = new Int32Array(slots.size)
  let place = 0
  for (const slot of slots) sorted[place++] = slot
  return sorted.sort()
}

function count(bucket: Bucket, bits: number, by: 1 | -1): void {
  for (let place = 0, left = bits; left !== 0; place++, left >>>= 1) if ((left & 1) === 1) bucket.counts[place]! += by
}

function byKey(a: KubeObject, b: KubeObject): number {
  const { namespace: x = '', name } = a.metadata
  const { namespace: y = '', name: other } = b.metadata
  if (x !== y) return x < y ? -1 : 1
  return name < other ? -1 : 1
}
