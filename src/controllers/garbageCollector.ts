import { isStatusError } from '../api/errors.ts'
import type { KubeObject, ObjectMeta, OwnerReference } from '../api/meta.ts'
import { withList } from '../api/metaLists.ts'
import type { ControllerState } from '../client/controllerComponent.ts'
import { ControllerFailure, thrown } from '../client/controllerFailure.ts'
import type { Environment } from '../client/environment.ts'
import type { Link } from '../client/link.ts'
import type { ChangesMessage, Watches } from '../client/watches.ts'
import { type DelayedMessage, type KeyMessage, WorkQueue } from '../client/workQueue.ts'
import type { CowCell, CowMap } from '../kernel/cow.ts'
import type { Component, Kernel } from '../kernel/kernel.ts'
import { FOREGROUND, ORPHAN } from '../registries/deletionFinalizers.ts'
import { equal } from '../registries/equal.ts'
import type { Records } from '../registries/records.ts'
import { type Item, itemAt, itemOf, keyOfItem, parseKey, type Task } from './garbageItems.ts'
import { begins, isHeld, isWaiting, Owners } from './owners.ts'
import { Ownership } from './ownership.ts'

export const garbageCollectorName = 'garbage-collector-controller'

/** Kinds whose objects are neither collected nor own anything: DefaultIgnoredResources of pkg/controller/garbagecollector. */
const ignored: readonly string[] = Object.freeze(['events'])

type Message =
  | ChangesMessage
  | KeyMessage
  | DelayedMessage
  /** What it is told by whoever crashes or starts it; it tells itself `start` when its turn comes. */
  | { readonly type: 'crash' | 'restart' | 'start' }

/**
 * Deletes what has lost all its owners, and sees to it that an owner goes after its dependents (Foreground) or leaves
 * them behind (Orphan). Mirrors pkg/controller/garbagecollector: reading changes keeps the graph, each object that
 * they cast doubt on is looked at in a turn of its own.
 */
export class GarbageCollector implements Component {
  private readonly kernel: Kernel
  private readonly watches: Watches
  private readonly records: Records
  private readonly link: Link
  private readonly queue: WorkQueue
  private readonly ownership: Ownership
  private readonly owners: Owners
  /** The slots of the owners that wait for their dependents, by uid. */
  private readonly waiting: CowMap<number>
  /** The cursor it reads, or -1 while it does not run. */
  private readonly cursor: CowCell<number>
  private readonly life: CowCell<ControllerState['state'] | 'new'>

  constructor(
    { kernel, watches, link }: Environment,
    private readonly report: (failure: ControllerFailure) => void,
    readonly name: string = garbageCollectorName,
    /** Whether it waits to be started. */
    isLed = false,
  ) {
    const { memory } = kernel
    this.kernel = kernel
    this.watches = watches
    this.records = watches.records
    this.link = link(name)
    this.queue = new WorkQueue(kernel, name)
    this.ownership = new Ownership(memory, `controller.${name}`, (slot, uid) => {
      const owners = itemAt(this.records, slot)?.object.metadata.ownerReferences
      return owners?.some((owner) => owner.uid === uid) === true
    })
    this.owners = new Owners(watches.records, this.link, memory.map('controllers.presumedOwners'))
    this.waiting = memory.map(`controller.${name}.waiting`)
    this.cursor = memory.cell(`controller.${name}.watch`, -1)
    this.life = memory.cell<ControllerState['state'] | 'new'>(`controller.${name}.life`, 'new')
    if (isLed && this.life.value === 'new') this.life.value = 'crashed'
    if (this.life.value === 'new') this.begin()
  }

  state(): ControllerState {
    const state = this.life.value as ControllerState['state']
    return { name: this.name, state, queued: this.queue.keys(), failing: this.queue.failing() }
  }

  handle(raw: unknown): void {
    const message = raw as Message
    switch (message.type) {
      case 'changes':
        return this.takeIn(message.watch)
      case 'key':
        return this.work(message.key)
      case 'delayed':
        return this.queue.comeBack(message)
      case 'start':
        return this.start()
      case 'crash':
        return this.crash()
      case 'restart':
        this.crash()
        this.life.value = 'starting'
        this.kernel.schedule(this.name, 0, 'work', { type: 'start' } satisfies Message)
    }
  }

  private begin(): void {
    this.life.value = 'running'
    this.cursor.value = this.watches.openLifetimes(this.name, 'lifetimes', ignored)
  }

  /** Begins like a process that was just started: whatever there is comes as added. */
  private start(): void {
    this.begin()
    const isDoubtful = this.owners.forTurn()
    const kept = this.records.all().filter((resource) => resource.kept === resource && !ignored.includes(resource.key))
    for (const resource of kept) this.records.visit(resource, (object, slot) => this.named(slot, object, isDoubtful))
    for (const resource of kept) this.records.visit(resource, (object, slot) => this.begun(slot, undefined, object))
  }

  private crash(): void {
    if (this.cursor.value !== -1) this.watches.close(this.cursor.value)
    this.cursor.value = -1
    this.ownership.forgetAll()
    this.waiting.clear()
    this.queue.clear()
    this.kernel.withdraw(this.name)
    this.life.value = 'crashed'
  }

  private takeIn(watch: number): void {
    const isDoubtful = this.owners.forTurn()
    this.watches.readLifetimes(watch, (slot, before, after) => {
      if (before === undefined) this.appeared(slot, after!, isDoubtful)
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

  private appeared(slot: number, object: KubeObject, isDoubtful: (object: KubeObject) => boolean): void {
    this.named(slot, object, isDoubtful)
    // Whoever lists anew may see for the first time what is being deleted already.
    if (object.metadata.deletionTimestamp !== undefined) this.begun(slot, undefined, object)
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
    this.begun(slot, before, after)
  }

  /** Whether a deletion has begun that is ours to help along: processTransitions of graph_builder.go. */
  private begun(slot: number, before: KubeObject | undefined, after: KubeObject): void {
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
    const { queue, kernel } = this
    queue.take(key)
    try {
      if (this.attempt(key)) queue.forget(key)
      else queue.addRateLimited(key, 'an owner is of a kind that is not served')
    } catch (error) {
      const failures = queue.addRateLimited(key, thrown(error))
      this.report(new ControllerFailure(this.name, key, error, kernel.now, failures))
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
    if (verdict === 'unknown') return false
    this.warnOfStranger(item)
    if (verdict === 'invalid') return true
    const { solid, dangling, waiting } = verdict
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
    this.update(item, (metadata) => withList(metadata, 'ownerReferences', owners))
  }

  private release(item: Item, finalizer: string): void {
    this.update(item, (metadata) => {
      const left = (metadata.finalizers ?? []).filter((held) => held !== finalizer)
      return withList(metadata, 'finalizers', left)
    })
  }

  private update(
    { resource, namespace, name: ofObject, uid }: Item,
    change: (metadata: ObjectMeta) => ObjectMeta,
  ): void {
    const object = this.link.find(resource.key, namespace, ofObject)
    if (object?.metadata.uid === uid) this.link.update(resource.key, { ...object, metadata: change(object.metadata) })
  }

  /** Says so of the first owner that stands in another namespace: reportInvalidNamespaceOwnerRef of graph_builder.go. */
  private warnOfStranger({ namespace, object }: Item): void {
    const stranger = object.metadata.ownerReferences!.find((each) => this.owners.standsElsewhere(each, namespace))
    if (stranger === undefined) return
    const { apiVersion, kind, name: named, uid } = stranger
    const said = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${named}, uid: ${uid}]`
    const message = `ownerRef ${said} does not exist in namespace ${JSON.stringify(namespace)}`
    this.link.record(object, 'Warning', 'OwnerRefInvalidNamespace', message, { component: garbageCollectorName })
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
