import type { KubeObject } from '../api/meta.ts'
import type { Schema } from '../api/schema/schema.ts'
import type { Scale } from '../api/types/autoscaling.ts'
import type { Memory } from '../kernel/memory.ts'
import type { View } from '../store/view.ts'
import { Accounts } from './accounts.ts'
import { allow } from './checks.ts'
import type {
  Concerns,
  Context,
  DeleteOptions,
  ListOptions,
  ObjectList,
  PatchRequest,
  VersionRequest,
} from './context.ts'
import { createObject } from './creation.ts'
import type { SpecSubresource, Verb } from './definition.ts'
import { deleteObject } from './deletion.ts'
import type { EventRecord } from './eventRecord.ts'
import { budgetsOf, evictPod } from './eviction.ts'
import type { EventTtl } from './eventTtl.ts'
import { Holdings } from './holdings.ts'
import type { Identity } from './identity.ts'
import { takeIn } from './intake.ts'
import { isCached, listObjects } from './listing.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import { NamespaceGate } from './namespaceGate.ts'
import { patchObject, wouldChange } from './patching.ts'
import { takePatch } from './patchRequest.ts'
import { Placement } from './placement.ts'
import { Quotas } from './quota/quotas.ts'
import type { Records, Resource } from './records.ts'
import { Renewals } from './renewals.ts'
import { restoreObject } from './restoring.ts'
import { matcherOf } from './selection.ts'
import { scaleOf, takeScale, updateScaleOf } from './scale.ts'
import { SpecMemos } from './specMemos.ts'
import { surroundingsOf } from './surroundings.ts'
import { Times } from './times.ts'
import { checkVersion } from './versionAsked.ts'
import { finalizeObject, patchStatusOf, updateObject, updateStatusOf } from './updates.ts'

/**
 * The Kubernetes API over the store. A request passes structure → admission → defaults → validation → commit, and is
 * refused whole or done whole. Everything particular to a kind stands in its definition.
 */
export class ApiServer {
  private readonly parts: ServerParts
  private readonly placement: Placement
  private readonly renewals: Renewals

  constructor(
    readonly records: Records,
    readonly schema: Schema,
    identity: Identity,
    memory: Memory,
    { ttl, isDryRun }: { readonly ttl: EventTtl; readonly isDryRun: boolean },
    parent?: ApiServer,
  ) {
    const around = surroundingsOf(records)
    const memos = new SpecMemos(around)
    const holdings = new Holdings(memory, identity, isDryRun)
    const gate = new NamespaceGate(records)
    const accounts = new Accounts(records, identity, gate)
    const quotas = new Quotas(records)
    this.parts = { records, schema, identity, memos, times: new Times(), around, holdings, gate, accounts, quotas, ttl }
    this.placement = new Placement(this.parts)
    this.renewals = new Renewals(records, parent?.renewals)
  }

  resource(key: string): Resource {
    return this.records.resource(key)
  }

  /** `view` reads the past; Expired when it is no longer kept. */
  get(resource: Resource, namespace: string, name: string, view?: View): KubeObject {
    allow(resource, 'get')
    return this.records.get(resource, namespace, name, view)
  }

  /** Refuses to read an object at a version that is none, or not reached yet. */
  checkVersion(resource: Resource, asked: VersionRequest, view?: View): void {
    checkVersion(asked, view?.revision ?? this.records.store.revision, isCached(resource))
  }

  find(resource: Resource, namespace: string, name: string, view?: View): KubeObject | undefined {
    allow(resource, 'get')
    return this.records.find(resource, namespace, name, view)
  }

  /** As `find`, of what is now, with a status that may be lean. */
  peek(resource: Resource, namespace: string, name: string): KubeObject | undefined {
    allow(resource, 'get')
    return this.records.findLean(resource, namespace, name)
  }

  list(resource: Resource, options: ListOptions, past?: View): ObjectList {
    allow(resource, 'list')
    return listObjects(this.records, resource, options, past)
  }

  /** Shows every object of a resource as it is now, of one namespace or of all by path; statuses may be lean. */
  visit(resource: Resource, visit: (object: KubeObject) => void, namespace?: string): void {
    allow(resource, 'list')
    this.records.visit(resource, visit, namespace)
  }

  /** Whether any object of a resource was so changed after a revision; true where that is not known any more. */
  hasChanged<T extends KubeObject>({ kept }: Resource, revision: number, concerns: Concerns<T>): boolean {
    return this.records.store.hasChanged(`${kept.key}/`, revision, concerns as Concerns<unknown>)
  }

  /** Whether an object is among those asked for. Throws BadRequest for a malformed or unsupported selector. */
  matcher(
    resource: Resource,
    options: Pick<ListOptions, 'labelSelector' | 'fieldSelector'>,
  ): (object: KubeObject) => boolean {
    return matcherOf(resource, options)
  }

  /**
   * What a user handed in, copied, of known structure, and for this resource and namespace. The other calls take only
   * what passed here, or what a component made of the right shape and will not change.
   */
  intake(resource: Resource, body: unknown, namespace: string): Loose {
    return takeIn(this.parts, resource, body, namespace)
  }

  create(resource: Resource, namespace: string, body: object, context: Context): KubeObject {
    allow(resource, 'create')
    if (resource.definition.isAction === true) return this.placement.create(resource, namespace, body as Loose, context)
    return createObject(this.parts, resource, namespace, body as Loose, context)
  }

  /** Keeps an object as another API server kept it: see restoreObject. `given` is plain data that nobody will change. */
  restore(resource: Resource, namespace: string, given: object, context: Context): KubeObject {
    return restoreObject(this.parts, resource, namespace, given, context)
  }

  /** Has every name and uid drawn from now on differ from what another cluster of this seed draws. */
  salt(salt: string): void {
    this.parts.identity.salt(salt)
  }

  /** A uid for something that is restored and never had one. */
  drawUid(scope: string): string {
    return this.parts.identity.uid(scope, 0)
  }

  update(resource: Resource, namespace: string, body: object, context: Context): KubeObject {
    allow(resource, 'update')
    return updateObject(this.parts, resource, namespace, body as Loose, context)
  }

  updateStatus(resource: Resource, namespace: string, body: object, context: Context): KubeObject {
    allow(resource, 'status')
    return updateStatusOf(this.parts, resource, namespace, body as Loose, context)
  }

  /** Changes the part of a spec that a subresource is about. */
  updateSubresource(
    resource: Resource,
    namespace: string,
    body: object,
    subresource: SpecSubresource,
    context: Context,
  ): KubeObject {
    allow(resource, subresource)
    return updateObject(this.parts, resource, namespace, body as Loose, context, subresource)
  }

  /** Writes the finalizers in a namespace's spec, through the subresource that alone may. */
  finalize(resource: Resource, body: object, context: Context): KubeObject {
    allow(resource, 'finalize')
    return finalizeObject(this.parts, resource, body as Loose, context)
  }

  /** How many an object asks for and has. */
  getScale(resource: Resource, namespace: string, name: string): Scale {
    allow(resource, 'scale')
    return scaleOf(resource, this.get(resource, namespace, name))
  }

  /** A Scale that a user handed in, copied and of known structure. */
  intakeScale(body: unknown): Scale {
    return takeScale(this.parts, body)
  }

  /** Changes how many an object asks for; returns the object. */
  updateScale(resource: Resource, namespace: string, name: string, scale: Scale, context: Context): KubeObject {
    allow(resource, 'scale')
    return updateScaleOf(this.parts, resource, this.get(resource, namespace, name), scale, context)
  }

  /** Writes a status whatever the resourceVersion is, as a patch does; NotFound when the object is another by now. */
  patchStatus(
    resource: Resource,
    namespace: string,
    name: string,
    uid: string,
    status: object,
    context: Context,
  ): KubeObject {
    allow(resource, 'status')
    return patchStatusOf(this.parts, resource, namespace, name, uid, status, context)
  }

  /** What a user handed in as a patch, copied and with its type settled: `patch` takes no other. Throws BadRequest. */
  takePatch(resource: Resource, given: unknown, isPlain = false): PatchRequest {
    return takePatch(this.parts, resource, given, isPlain)
  }

  patch(resource: Resource, namespace: string, name: string, request: PatchRequest, context: Context): KubeObject {
    allow(resource, 'patch')
    return patchObject(this.parts, resource, namespace, name, request, context)
  }

  /** Whether a patch would change anything; refuses what `patch` would refuse. */
  wouldChange(resource: Resource, namespace: string, name: string, request: PatchRequest, context: Context): boolean {
    allow(resource, 'patch')
    return wouldChange(this.parts, resource, namespace, name, request, context)
  }

  delete(resource: Resource, namespace: string, name: string, options: DeleteOptions, context: Context): KubeObject {
    allow(resource, 'delete')
    return deleteObject(this.parts, resource, namespace, name, options, context)
  }

  /** Deletes a pod if its disruption budgets allow that: see evictPod. */
  evict(resource: Resource, namespace: string, name: string, options: DeleteOptions, context: Context): KubeObject {
    allow(resource, 'evict')
    return evictPod(this.parts, resource, namespace, name, options, context)
  }

  /** The names of the disruption budgets of a pod. */
  budgetsOf(pod: KubeObject): readonly string[] {
    return budgetsOf(this.parts, pod).map(({ metadata }) => metadata.name)
  }

  /** Puts a pod on a node, once. */
  bind(
    namespace: string,
    name: string,
    uid: string | undefined,
    nodeName: string,
    context: Context,
    annotations?: Readonly<Record<string, string>>,
  ): KubeObject {
    return this.placement.bind(namespace, name, uid, nodeName, context, annotations)
  }

  /**
   * Keeps an event of one of our recorders, new or once more, and returns it as it is kept: what is read back is as if it
   * had been written here. One that its namespace does not take is lost, as client-go's recorders lose what the API server
   * refuses; one that was kept and is gone is made anew, as they do.
   */
  putEvent(record: EventRecord, context: Context): EventRecord {
    const { records, parts } = this
    const { namespace } = record
    const resource = this.resource('events')
    if (!parts.gate.isOpen(namespace)) return record
    const lease = parts.ttl.lease(context.at)
    const directory = records.directory(resource, namespace)
    if (record.count === 1) {
      records.store.commitNew(directory, record, context, lease)
      return record
    }
    const { name } = record
    const isThere = records.store.get(directory, name) !== undefined
    const kept = isThere ? record : record.anew(Math.floor(context.at / 1000))
    records.store.commitPut(directory, name, kept, context, undefined, lease)
    return kept
  }

  /** Renews a node's lease; false if there is none. */
  renew(resource: Resource, namespace: string, name: string, context: Context): boolean {
    return this.renewals.renew(resource, namespace, name, context)
  }

  /** Renews many leases at once; false, with nothing done, if one does not exist. `names` should be the same array each time. */
  renewAll(resource: Resource, namespace: string, names: readonly string[], context: Context): boolean {
    return this.renewals.renewAll(resource, namespace, names, context)
  }

  /** When a node's lease was renewed last: see Renewals. */
  renewedAt(resource: Resource, namespace: string, name: string): number {
    return this.renewals.renewedAt(resource, namespace, name)
  }

  /** When the lease of these was renewed that waits longest: see Renewals. `names` should be the same array each time. */
  oldestRenewal(resource: Resource, namespace: string, names: readonly string[]): number {
    return this.renewals.oldest(resource, namespace, names)
  }

  /** Throws MethodNotAllowed for a verb the resource does not have. */
  allow(resource: Resource, verb: Verb): void {
    allow(resource, verb)
  }
}
