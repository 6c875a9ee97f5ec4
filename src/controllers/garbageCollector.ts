import { isStatusError } from '../api/errors.ts'
import type { KubeObject, ObjectMeta, OwnerReference } from '../api/meta.ts'
import type { ControllerFailure } from '../client/controller.ts'
import type { Environment } from '../client/environment.ts'
import type { Link } from '../client/link.ts'
import type { ChangesMessage, Watches } from '../client/watches.ts'
import { type DelayedMessage, type KeyMessage, WorkQueue } from '../client/workQueue.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { Component, Kernel } from '../kernel/kernel.ts'
import { FOREGROUND, ORPHAN } from '../registries/deletionFinalizers.ts'
import { equal } from '../registries/equal.ts'
import type { Records } from '../registries/records.ts'
import { type Item, itemAt, itemOf, keyOfItem, parseKey, type Task } from './garbageItems.ts'
import { begins, isHeld, isWaiting, Owners } from './owners.ts'
import { Ownership } from './ownership.ts'

const name = 'garbage-collector-controller'

/** Kinds whose objects are neither collected nor own anything: DefaultIgnoredResources of pkg/controller/garbagecollector. */
const ignored: readonly string[] = Object.freeze(['events'])

/**
 * Deletes what has lost all its owners, and sees to it that an owner goes after its dependents (Foreground) or leaves
 * them behind (Orphan). Mirrors pkg/controller/garbagecollector: reading changes keeps the graph, each object that
 * they cast doubt on is looked at in a turn of its own.
 */
export class GarbageCollector implements Component {
  readonly name: string = name
  private readonly kernel: Kernel
  private readonly watches: Watches
  private readonly records: Records
  private readonly link: Link
  private readonly queue: WorkQueue
  private readonly ownership: Ownership
  private readonly owners: Owners
  /** The slots of the owners that wait for their dependents, by uid. */
  private readonly waiting: CowMap<number>

  constructor(
    { kernel, watches, link }: Environment,
    private readonly report?: (failure: ControllerFailure) => void,
  ) {
    this.kernel = kernel
    this.watches = watches
    this.records = watches.records
    this.link = link(name)
    this.queue = new WorkQueue(kernel, name)
    this.ownership = new Ownership(kernel.memory, `controller.${name}`, (slot, uid) => {
      const owners = itemAt(this.records, slot)?.object.metadata.ownerReferences
      return owners?.some((owner) => owner.uid === uid) === true
    })
    this.owners = new Owners(watches.records, this.link)
    this.waiting = kernel.memory.map(`controller.${name}.waiting`)
    const cursor = kernel.memory.cell(`controller.${name}.watch`, -1)
    if (cursor.value === -1) cursor.value = watches.openLifetimes(name, 'lifetimes', ignored)
  }

  handle(message: unknown): void {
    const { type } = message as { type: string }
    if (type === 'changes') this.takeIn((message as ChangesMessage).watch)
    else if (type === 'key') this.work((message as KeyMessage).key)
    else if (type === 'delayed') this.queue.add((message as DelayedMessage).key)
  }

  private takeIn(watch: number): void {
    const isDoubtful = this.owners.forTurn()
    this.watches.readLifetimes(watch, (slot, before, after) => {
      if (before === undefined) this.named(slot, after!, isDoubtful)
      else if (after === undefined) this.removed(before)
      else this.changed(slot, before, after, isDoubtful)
    })
  }

  /** An object is there, or names other owners than before. */
  private named(slot: number, object: KubeObject, isDoubtful: (object: KubeObject) => boolean): void {
    const { ownerReferences } = object.metadata
    if (ownerReferences === undefined || ownerReferences.length === 0) return
    for (const { uid, blockOwnerDeletion } of ownerReferences) {
      this.ownership.add(slot, uid, blockOwnerDeletion === true)
    }
    if (isDoubtful(object)) this.add('delete', this.item(slot, object))
  }

  private changed(
    slot: number,
    before: KubeObject,
    after: KubeObject,
    isDoubtful: (object: KubeObject) => boolean,
  ): void {
    if (!equal(before.metadata.ownerReferences, after.metadata.ownerReferences)) {
      this.forget(before)
      this.named(slot, after, isDoubtful)
      this.unblock(before)
    }
    if (begins(ORPHAN, before, after)) this.add('orphan', this.item(slot, after))
    else if (begins(FOREGROUND, before, after)) {
      this.waiting.set(after.metadata.uid, slot)
      this.addDependents(after.metadata.uid)
      this.add('delete', this.item(slot, after))
    }
  }

  private removed(object: KubeObject): void {
    this.forget(object)
    this.addDependents(object.metadata.uid)
    this.waiting.delete(object.metadata.uid)
    this.unblock(object)
  }

  /** An object is gone, or names other owners. */
  private forget({ metadata }: KubeObject): void {
    for (const { uid, blockOwnerDeletion } of metadata.ownerReferences ?? []) {
      this.ownership.remove(uid, blockOwnerDeletion === true)
    }
  }

  private addDependents(uid: string): void {
    for (const slot of this.ownership.dependents(uid)) this.add('delete', itemAt(this.records, slot))
  }

  /** Asks for a look at each owner that an object named, waits for its dependents, and has none left that blocks it. */
  private unblock(dependent: KubeObject): void {
    for (const { uid } of dependent.metadata.ownerReferences ?? []) {
      const slot = this.waiting.get(uid)
      if (slot !== undefined && !this.ownership.isBlocked(uid)) this.add('delete', itemAt(this.records, slot))
    }
  }

  private item(slot: number, object: KubeObject): Item | undefined {
    const resource = this.records.ofSlot(slot)
    return resource === undefined ? undefined : itemOf(resource, object)
  }

  private add(task: Task, item: Item | undefined): void {
    if (item !== undefined) this.queue.add(keyOfItem(task, item))
  }

  private work(key: string): void {
    this.queue.take(key)
    try {
      if (this.attempt(key)) this.queue.forget(key)
      else this.queue.addRateLimited(key)
    } catch (error) {
      this.queue.addRateLimited(key)
      this.report?.({ controller: name, key, error, at: this.kernel.now })
    }
  }

  /** Looks at what a key names, as the API server has it; false when that must be tried again. */
  private attempt(key: string): boolean {
    const asked = parseKey(key)
    const resource = this.records.findResource(asked.resource)
    if (resource === undefined) return true
    const object = this.link.find(resource.key, asked.namespace, asked.name)
    if (object?.metadata.uid !== asked.uid) return true
    const item = itemOf(resource, object)
    if (asked.task === 'orphan') this.orphan(item)
    else if (object.metadata.deletionTimestamp === undefined) return this.judge(item)
    else if (isWaiting(object) && !this.ownership.isBlocked(item.uid)) this.release(item, FOREGROUND)
    return true
  }

  /** attemptToDeleteItem: whether the owners of an object still keep it. false when an owner's kind is not known (yet). */
  private judge(item: Item): boolean {
    if ((item.object.metadata.ownerReferences ?? []).length === 0) return true
    const verdict = this.owners.classify(item)
    if (typeof verdict === 'string') return verdict === 'invalid'
    const { solid, dangling, waiting } = verdict
    this.warnOfStrangers(item, dangling)
    if (solid.length === 0) {
      if (waiting.length > 0 && this.ownership.hasDependents(item.uid)) this.deleteInForeground(item)
      else this.delete(item, policyOf(item.object.metadata))
    } else if (dangling.length + waiting.length > 0) this.setOwners(item, solid)
    return true
  }

  /** An owner waits for the object, and the object has dependents: it waits for them in its turn. */
  private deleteInForeground(item: Item): void {
    const isRing = this.ownership.dependents(item.uid).some((slot) => {
      const dependent = itemAt(this.records, slot)
      return dependent !== undefined && isWaiting(dependent.object)
    })
    // Two that waited for each other would wait for ever.
    if (isRing) this.setOwners(item, item.object.metadata.ownerReferences!.map(unblocking))
    this.delete(item, 'Foreground')
  }

  private delete({ resource, namespace, name: ofObject, uid }: Item, propagationPolicy: string): void {
    try {
      this.link.delete(resource.key, namespace, ofObject, { propagationPolicy, preconditions: { uid } })
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error
    }
  }

  /** Takes the object off its dependents' lists of owners, then lets it go. */
  private orphan(item: Item): void {
    if (!isHeld(item.object.metadata, ORPHAN)) return
    for (const slot of this.ownership.dependents(item.uid)) {
      const dependent = itemAt(this.records, slot)
      const owners = dependent?.object.metadata.ownerReferences ?? []
      const others = owners.filter(({ uid }) => uid !== item.uid)
      if (others.length < owners.length) this.setOwners(dependent!, others)
    }
    this.release(item, ORPHAN)
  }

  private setOwners(item: Item, owners: readonly OwnerReference[]): void {
    this.update(item, ({ ownerReferences: _before, ...others }) =>
      owners.length === 0 ? others : { ...others, ownerReferences: owners },
    )
  }

  private release(item: Item, finalizer: string): void {
    this.update(item, ({ finalizers = [], ...others }) => {
      const left = finalizers.filter((held) => held !== finalizer)
      return left.length === 0 ? others : { ...others, finalizers: left }
    })
  }

  private update(
    { resource, namespace, name: ofObject, uid }: Item,
    change: (metadata: ObjectMeta) => ObjectMeta,
  ): void {
    const object = this.link.find(resource.key, namespace, ofObject)
    if (object?.metadata.uid === uid) this.link.update(resource.key, { ...object, metadata: change(object.metadata) })
  }

  /** Says so where an owner is named that stands in another namespace: reportInvalidNamespaceOwnerRef of graph_builder.go. */
  private warnOfStrangers({ namespace, object }: Item, dangling: readonly OwnerReference[]): void {
    for (const reference of dangling) {
      if (!this.owners.standsElsewhere(reference)) continue
      const { apiVersion, kind, name: named, uid } = reference
      const said = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${named}, uid: ${uid}]`
      const message = `ownerRef ${said} does not exist in namespace ${JSON.stringify(namespace)}`
      this.link.record(object, 'Warning', 'OwnerRefInvalidNamespace', message, { component: name })
    }
  }
}

function unblocking(reference: OwnerReference): OwnerReference {
  return { ...reference, blockOwnerDeletion: false }
}

/** How an object that has lost its owners is deleted: as its finalizers have it. */
function policyOf({ finalizers = [] }: ObjectMeta): string {
  if (finalizers.includes(ORPHAN)) return 'Orphan'
  return finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background'
}
