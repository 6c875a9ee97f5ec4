import type { KubeObject } from '../api/meta.ts'
import type { CowArray, CowMap } from '../kernel/cow.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Paged } from '../kernel/paged.ts'
import type { Records, Resource } from '../registries/records.ts'
import type { Change, WatchSelector } from '../store/types.ts'
import type { Disturbances } from './disturbances.ts'

const bits = 5
const mask = (1 << bits) - 1

/** The message by which a component learns that a watch of its has something to read. */
export interface ChangesMessage {
  readonly type: 'changes'
  /** The cursor to read. */
  readonly watch: number
  /** What the component said when it opened the watch. */
  readonly tag: string
}

/** One change as a component sees it. Objects are read-only. */
export interface ObjectChange<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** After the change; of a deletion, the last state. */
  readonly object: T
  /** Before the change; undefined for ADDED. */
  readonly previous: T | undefined
  readonly revision: number
}

/** The predicate of changes that decide how long objects live: `ofLifetimes`. */
export const lifetimes = 'lifetimes'

const none = Object.freeze({}) as KubeObject

/** What of a change of the store makes the change of an object. */
export interface Presentable {
  readonly value: unknown
  readonly stamp: number
  readonly revision: number
  readonly previous: unknown
  readonly previousStamp: number
  readonly previousRevision: number
}

/** The watches of components: whose each cursor is, and their deliveries as tasks. */
export class Watches {
  private readonly owners: Paged
  /** Cursors whose connection broke, by number: what they have missed is seen from its end only. */
  private readonly relists: CowMap<true>
  /** Cursors of somebody outside. */
  private readonly users: CowArray<number>
  /** The change that is being shown. */
  private readonly form: { -readonly [K in keyof ObjectChange]: ObjectChange[K] } = {
    type: 'ADDED',
    object: none,
    previous: none,
    revision: 0,
  }

  constructor(
    private readonly kernel: Kernel,
    readonly records: Records,
    /** How long a change is under way to a watcher, in milliseconds. */
    private readonly latency: () => number,
    private readonly disturbances: Disturbances,
  ) {
    this.owners = kernel.memory.paged('client.watches', { objects: 2, bits })
    this.relists = kernel.memory.map('client.relists')
    this.users = kernel.memory.array('client.userWatches')
  }

  /** Opens a watch for a component: of a resource, and only of one index value or with a predicate where one is given. */
  open(
    component: string,
    resource: Resource,
    tag: string,
    only: Pick<WatchSelector, 'index' | 'predicate'> = {},
  ): number {
    return this.openFor(component, tag, { prefix: `${resource.kept.key}/`, ...only })
  }

  /**
   * Opens a watch for a component of what decides how long objects live: creations of what has an owner, deletions, and
   * updates of owners, finalizers and deletionTimestamp, of every resource, those served later included, but for those of
   * the given keys.
   */
  openLifetimes(component: string, tag: string, except: readonly string[]): number {
    return this.openFor(component, tag, { prefix: '', predicate: lifetimes, except: except.map((key) => `${key}/`) })
  }

  private openFor(component: string, tag: string, selector: WatchSelector): number {
    const cursor = this.records.store.watch(selector)
    while (this.owners.length <= cursor) this.owners.add()
    const page = this.owners.write(cursor)
    page.objects[cursor & mask] = component
    page.objects[(1 << bits) | (cursor & mask)] = { type: 'changes', watch: cursor, tag } satisfies ChangesMessage
    return cursor
  }

  close(cursor: number): void {
    this.records.store.close(cursor)
    this.owners.write(cursor).objects[cursor & mask] = undefined
  }

  /** Closes the watches of whoever holds the cluster this one was forked from: nobody can read them here. */
  disown(): void {
    for (const cursor of this.users.read()) this.records.store.close(cursor)
    if (this.users.read().length > 0) this.users.write().length = 0
  }

  /** Opens a watch for somebody outside. */
  openForUser(selector: WatchSelector): number {
    const cursor = this.records.store.watch(selector, true)
    this.users.write().push(cursor)
    return cursor
  }

  closeForUser(cursor: number): void {
    this.records.store.close(cursor)
    const users = this.users.write()
    users.splice(users.indexOf(cursor), 1)
  }

  /** Gives a turn to every component that has had nothing to read until now. Called after every task and call. */
  deliver(): void {
    const { cursors } = this.records.store
    if (!cursors.hasMarked) return
    const cause = this.kernel.cause
    this.kernel.cause = this.records.store.revision
    cursors.takeMarked(this.announce)
    this.kernel.cause = cause
  }

  private readonly announce = (watch: number): void => {
    if (watch >= this.owners.length || !this.owners.has(watch)) return
    const page = this.owners.read(watch)
    const component = page.objects[watch & mask] as string | undefined
    if (component === undefined) return
    const message = page.objects[(1 << bits) | (watch & mask)] as ChangesMessage
    const late = this.disturbances.isQuiet ? 0 : this.disturbances.lateness(component, placeOf(message))
    if (late < Infinity) this.kernel.schedule(component, this.latency() + late, 'work', message)
  }

  /** Tells components again that there is something to read: those to whom it could not be told may hear it now. */
  resume(): void {
    for (const watch of this.owned()) if (this.records.store.cursors.unread(watch)) this.announce(watch)
  }

  /**
   * The connections of a component's watches have broken, and it lists and watches anew: of each object it learns what
   * it is now, and of nothing in between. `whose` is a component, or `node/NAME`.
   */
  relist(whose: string): void {
    for (const watch of this.owned()) {
      const { objects } = this.owners.read(watch)
      const message = objects[(1 << bits) | (watch & mask)] as ChangesMessage
      if (objects[watch & mask] === whose || placeOf(message) === whose) this.relists.set(String(watch), true)
    }
  }

  /** The cursors of components. */
  private owned(): number[] {
    const { cursors } = this.records.store
    const found: number[] = []
    for (let watch = 0; watch < this.owners.length; watch++) {
      const isOwned = this.owners.has(watch) && this.owners.read(watch).objects[watch & mask] !== undefined
      if (isOwned && cursors.isOpen(watch)) found.push(watch)
    }
    return found
  }

  /** How far a watch that is late may be read: up to changes of this moment; -Infinity where it cannot be read. */
  private horizon(watch: number): number {
    const { objects } = this.owners.read(watch)
    const message = objects[(1 << bits) | (watch & mask)] as ChangesMessage
    return this.kernel.now - this.disturbances.lateness(objects[watch & mask] as string, placeOf(message))
  }

  /** The next change to read, if there is one that may be read now; of one that may not yet, a turn is planned. */
  private mayRead(watch: number): boolean {
    const { store } = this.records
    if (!store.cursors.unread(watch)) return false
    if (this.disturbances.isQuiet) return true
    const horizon = this.horizon(watch)
    const at = store.oldestUnreadAt(watch)
    if (at <= horizon) return true
    const { objects } = this.owners.read(watch)
    const wait = at - horizon
    if (wait < Infinity)
      this.kernel.schedule(objects[watch & mask] as string, wait, 'work', objects[(1 << bits) | (watch & mask)])
    return false
  }

  isBroken(watch: number): boolean {
    return this.relists.size > 0 && this.relists.has(String(watch))
  }

  /** All that a watch has not read, each object's changes as one, if its connection has broken; else undefined. */
  private relisted(watch: number): readonly Change[] | undefined {
    if (!this.isBroken(watch) || !this.mayRead(watch)) return undefined
    this.relists.delete(String(watch))
    return merged(this.records.store.read(watch))
  }

  /**
   * Reads everything unread, with lean statuses; what `visit` does is caused by the change it is shown, which is good
   * until it returns, and the slot of the object. `whose` is a number of the caller's that is handed on.
   */
  read<T extends KubeObject>(
    watch: number,
    resource: Resource,
    visit: (change: ObjectChange<T>, whose: number, slot: number) => void,
    whose: number = 0,
  ): void {
    const { store } = this.records
    if (!store.cursors.isOpen(watch)) return
    for (const change of this.relisted(watch) ?? []) {
      this.kernel.cause = change.revision
      visit(this.present<T>(resource, change, true), whose, store.keys.find(change.directory, change.name))
    }
    while (this.mayRead(watch)) {
      const change = store.next(watch)
      const { slot } = change
      this.kernel.cause = change.revision
      visit(this.shown<T>(resource, change), whose, slot)
    }
  }

  /** Reads everything unread of a watch of lifetimes: the slot that changed, and what stands in it before and after. */
  readLifetimes(
    watch: number,
    visit: (slot: number, before: KubeObject | undefined, after: KubeObject | undefined) => void,
  ): void {
    const { store } = this.records
    for (const { directory, name, value, revision, previous, previousRevision } of this.relisted(watch) ?? []) {
      this.kernel.cause = revision
      const before = this.records.kept(previous, previousRevision)
      visit(store.keys.find(directory, name), before, this.records.kept(value, revision))
    }
    while (this.mayRead(watch)) {
      const { slot, value, revision, previous, previousRevision } = store.next(watch)
      this.kernel.cause = revision
      visit(slot, this.records.kept(previous, previousRevision), this.records.kept(value, revision))
    }
  }

  /** As `present`, in one form for all that are objects as they are. */
  private shown<T extends KubeObject>(resource: Resource, change: Presentable): ObjectChange<T> {
    const { records, form } = this
    const { value, previous, revision } = change
    if (!isAsKept(records, resource, change, true)) return new UnpackedChange<T>(records, resource, change)
    form.type = value === undefined ? 'DELETED' : previous === undefined ? 'ADDED' : 'MODIFIED'
    form.object = (value ?? previous) as KubeObject
    form.previous = previous as KubeObject | undefined
    form.revision = revision
    return form as ObjectChange as ObjectChange<T>
  }

  /** A change of the store as one of objects; with `lean`, their statuses may be. */
  present<T extends KubeObject>(resource: Resource, change: Presentable, lean: boolean): ObjectChange<T> {
    const { records } = this
    const { value, previous, revision } = change
    if (!isAsKept(records, resource, change, lean)) return new UnpackedChange<T>(records, resource, change)
    if (value === undefined) return { type: 'DELETED', object: previous as T, previous: previous as T, revision }
    return {
      type: previous === undefined ? 'ADDED' : 'MODIFIED',
      object: value as T,
      previous: previous as T | undefined,
      revision,
    }
  }
}

/** The kubelets watch one machine's pods each, and tag the watch with its name. */
function placeOf({ tag }: ChangesMessage): string {
  return `node/${tag}`
}

interface Missed {
  readonly first: Change
  last: Change
  /** Whether the object was gone in between, so that it is another under the same name. */
  wasGone: boolean
}

/** The changes of each key as one: from what it was before the first to what it is after the last. */
function merged(changes: readonly Change[]): readonly Change[] {
  const byKey = new Map<string, Missed>()
  for (const change of changes) {
    const key = `${change.directory}/${change.name}`
    const known = byKey.get(key)
    if (known === undefined) byKey.set(key, { first: change, last: change, wasGone: false })
    else {
      known.wasGone ||= known.last.value === undefined
      known.last = change
    }
  }
  return [...byKey.values()].flatMap(seen)
}

/** Nothing of an object that came and went; where one was made anew under its name, the end of one and another. */
function seen({ first, last, wasGone }: Missed): readonly Change[] {
  const { previous, previousStamp, previousRevision } = first
  if (previous === undefined && last.value === undefined) return []
  const change: Change = { ...last, previous, previousStamp, previousRevision }
  if (previous === undefined || last.value === undefined || !wasGone) return [change]
  return [
    { ...change, type: 'delete', value: undefined },
    { ...change, previous: undefined },
  ]
}

/** Whether a change's objects are kept as they are. */
function isAsKept(records: Records, resource: Resource, change: Presentable, lean: boolean): boolean {
  return (
    resource.kept === resource &&
    change.stamp !== change.stamp &&
    change.previousStamp !== change.previousStamp &&
    records.isKept(change.value, lean) &&
    records.isKept(change.previous, lean)
  )
}

/** A change that `read` shows, for whoever keeps it longer than it is shown. */
export function lasting(change: ObjectChange): ObjectChange {
  if (change instanceof UnpackedChange) return change
  const { type, object, previous, revision } = change
  return { type, object, previous, revision }
}

/** A change whose objects are kept in another form, and become objects when they are looked at. */
class UnpackedChange<T extends KubeObject> implements ObjectChange<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly revision: number
  private readonly value: unknown
  private readonly stamp: number
  private readonly before: unknown
  private readonly stampBefore: number
  private readonly revisionBefore: number

  constructor(
    private readonly records: Records,
    private readonly resource: Resource,
    change: Presentable,
  ) {
    this.type = change.value === undefined ? 'DELETED' : change.previous === undefined ? 'ADDED' : 'MODIFIED'
    this.revision = change.revision
    this.value = change.value
    this.stamp = change.stamp
    this.before = change.previous
    this.stampBefore = change.previousStamp
    this.revisionBefore = change.previousRevision
  }

  get object(): T {
    if (this.value === undefined) return this.previous!
    return this.records.whole(this.resource, this.value, this.stamp, this.revision) as T
  }

  get previous(): T | undefined {
    if (this.before === undefined) return undefined
    return this.records.whole(this.resource, this.before, this.stampBefore, this.revisionBefore) as T
  }
}
