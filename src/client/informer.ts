import type { KubeObject } from '../api/meta.ts'
import type { Resource } from '../registries/records.ts'
import type { ObjectChange, Watches } from './watches.ts'

/** What an index of an informer is by: such as the uid of the owner. */
export type IndexFunction = (object: KubeObject) => string | undefined

/**
 * A component's view of one resource: everything as it was at the last change that was delivered. It keeps no objects:
 * it is a cursor, and the state of the store with the unread changes undone.
 */
export class Informer<T extends KubeObject = KubeObject> {
  /** Slots by index value. A cache of what the store holds; made when first asked for, then kept up with what is read. */
  private index: Map<string, Set<number>> | undefined

  constructor(
    private readonly watches: Watches,
    readonly resource: Resource,
    /** The cursor: opened when the cluster was made, and the same after a fork. */
    readonly watch: number,
    private readonly indexOf?: IndexFunction | undefined,
  ) {}

  /** Takes in everything delivered, one change at a time. */
  read(visit: (change: ObjectChange<T>) => void): void {
    this.watches.read<T>(this.watch, this.resource, (change) => {
      if (this.index !== undefined) this.reindex(change)
      visit(change)
    })
  }

  /** Whether every change up to a revision has been taken in. */
  hasSeen(revision: number): boolean {
    const first = this.watches.records.store.oldestUnread(this.watch)
    return first === undefined || first > revision
  }

  get(namespace: string, name: string): T | undefined {
    const { records } = this.watches
    const unread = this.unread()
    if (unread === undefined) return records.find(this.resource, namespace, name) as T | undefined
    const directory = records.findDirectory(this.resource, namespace)
    if (directory === undefined) return undefined
    const slot = records.store.keys.find(directory, name)
    return slot === -1 ? undefined : this.bySlot(slot, unread)
  }

  /** Objects of a namespace, or of all, by namespace and name. */
  list(namespace?: string): T[] {
    const { records } = this.watches
    const unread = this.unread()
    const found: T[] = []
    for (const directory of records.directoriesOf(this.resource, namespace)) {
      for (let slot = records.store.keys.first(directory); slot !== -1; slot = records.store.keys.next(slot)) {
        const object = this.bySlot(slot, unread)
        if (object !== undefined) found.push(object)
      }
    }
    return found.sort(byKey)
  }

  /** Objects with an index value, in the order of their slots. */
  byIndex(value: string): T[] {
    this.index ??= this.gather()
    const slots = this.index.get(value)
    if (slots === undefined) return []
    const unread = this.unread()
    const found: T[] = []
    for (const slot of Int32Array.from(slots).sort()) {
      const object = this.bySlot(slot, unread)
      if (object !== undefined) found.push(object)
    }
    return found
  }

  private bySlot(slot: number, unread: ReadonlyMap<number, T | undefined> | undefined): T | undefined {
    if (unread?.has(slot) === true) return unread.get(slot)
    const { records } = this.watches
    const row = records.store.row(slot)
    return row === undefined ? undefined : (records.object(this.resource, row) as T)
  }

  /** For every slot with unread changes, what it was before the first of them; undefined when there are none. */
  private unread(): ReadonlyMap<number, T | undefined> | undefined {
    const { store } = this.watches.records
    if (!store.cursors.unread(this.watch)) return undefined
    const before = new Map<number, T | undefined>()
    for (const change of store.peek(this.watch)) {
      const slot = store.keys.find(change.directory, change.name)
      if (!before.has(slot)) before.set(slot, this.watches.present<T>(this.resource, change).previous)
    }
    return before
  }

  private gather(): Map<string, Set<number>> {
    const index = new Map<string, Set<number>>()
    for (const object of this.list()) {
      const value = this.indexOf!(object)
      if (value !== undefined) put(index, value, this.slotOf(object))
    }
    return index
  }

  private reindex(change: ObjectChange<T>): void {
    const index = this.index!
    const before = change.previous === undefined ? undefined : this.indexOf!(change.previous)
    const after = change.type === 'DELETED' ? undefined : this.indexOf!(change.object)
    if (before === after) return
    const slot = this.slotOf(change.object)
    if (before !== undefined) {
      const slots = index.get(before)
      slots?.delete(slot)
      if (slots?.size === 0) index.delete(before)
    }
    if (after !== undefined) put(index, after, slot)
  }

  private slotOf(object: T): number {
    const { records } = this.watches
    const { namespace = '', name } = object.metadata
    return records.store.keys.find(records.directory(this.resource, namespace), name)
  }
}

function put(index: Map<string, Set<number>>, value: string, slot: number): void {
  const known = index.get(value)
  if (known === undefined) index.set(value, new Set([slot]))
  else known.add(slot)
}

function byKey(a: KubeObject, b: KubeObject): number {
  const { namespace: x = '', name } = a.metadata
  const { namespace: y = '', name: other } = b.metadata
  if (x !== y) return x < y ? -1 : 1
  return name < other ? -1 : 1
}
