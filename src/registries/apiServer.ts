import { StatusError, alreadyExists, badRequest, conflict, expired, forbidden, invalid, methodNotAllowed, notFound } from '../api/errors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import { checkFieldSelector, matchesFieldSelector, parseFieldSelector } from '../api/fieldSelectors.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../api/metaValidation.ts'
import type { Schema } from '../api/schema/schema.ts'
import { copyChecked } from '../api/schema/structural.ts'
import { type LabelSelectorInput, matchesSelector, toSelector } from '../api/selectors.ts'
import { rfc3339 } from '../api/time.ts'
import { Compacted } from '../store/errors.ts'
import type { View } from '../store/view.ts'
import type { Context, DeleteOptions, ListOptions, ObjectList } from './context.ts'
import type { Verb } from './definition.ts'
import { copyOf } from './defaults/mutable.ts'
import { equal } from './equal.ts'
import type { EventRecord } from './eventRecord.ts'
import type { Identity } from './identity.ts'
import type { Records, Resource } from './records.ts'
import { type GivenMeta, metaAt, newMeta } from './shapes.ts'
import { SpecMemo } from './specMemo.ts'

interface Loose extends KubeObject {
  readonly spec?: object
  readonly status?: object
}

/**
 * The Kubernetes API over the store. A request passes structure → admission → defaults → validation → commit, and is
 * refused whole or done whole. Everything particular to a kind stands in its definition.
 */
export class ApiServer {
  private readonly memos = new Map<string, SpecMemo>()
  private lastPlaced: { now: string; generation: number | undefined; conditions: readonly PodCondition[] } = { now: '', generation: 0, conditions: [] }
  /** Where the keys of a list of names stand. A cache. */
  private readonly slots = new WeakMap<readonly string[], { readonly version: number; readonly slots: Int32Array }>()
  private lastTime = { second: Number.NaN, text: '' }

  constructor(
    readonly records: Records,
    private readonly schema: Schema,
    private readonly identity: Identity,
  ) {}

  /** A moment as RFC 3339; one string a second, however often it is asked for. */
  private timeOf(moment: number): string {
    const second = Math.floor(moment / 1000)
    if (second !== this.lastTime.second) this.lastTime = { second, text: rfc3339(moment) }
    return this.lastTime.text
  }

  resource(key: string): Resource {
    return this.records.resource(key)
  }

  /** `view` reads the past; Expired when it is no longer kept. */
  get(resource: Resource, namespace: string, name: string, view?: View): KubeObject {
    const found = this.find(resource, namespace, name, view)
    if (found === undefined) throw notFound(resource.definition.plural, name, resource.definition.group)
    return found
  }

  find(resource: Resource, namespace: string, name: string, view?: View): KubeObject | undefined {
    this.allow(resource, 'get')
    return this.records.find(resource, namespace, name, view)
  }

  list(resource: Resource, options: ListOptions, past?: View): ObjectList {
    this.allow(resource, 'list')
    const { store } = this.records
    const page = options.continue === undefined || options.continue === '' ? undefined : parseContinue(options.continue, resource)
    const revision = page?.revision ?? past?.revision ?? store.revision
    const matches = this.matcher(resource, options)
    const view = page === undefined ? past : readable(() => store.at(page.revision))
    const limit = limitOf(options.limit)
    const items: KubeObject[] = []
    let left = 0
    for (const directory of this.records.directoriesOf(resource, options.namespace)) {
      const path = store.keys.directoryPath(directory)
      for (const object of this.records.objects(resource, directory, view)) {
        if (page !== undefined && `${path}${object.metadata.name}` <= page.after) continue
        if (!matches(object)) continue
        if (items.length < limit) items.push(object)
        else left++
      }
    }
    const { apiVersion, definition } = resource
    const resourceVersion = String(revision)
    const metadata = left === 0 ? { resourceVersion } : { resourceVersion, continue: this.continueAfter(resource, items, revision), remainingItemCount: left }
    return { apiVersion, kind: `${definition.kind}List`, metadata, items }
  }

  private continueAfter(resource: Resource, items: readonly KubeObject[], revision: number): string {
    const { name, namespace = '' } = items[items.length - 1]!.metadata
    const directory = this.records.directory(resource, namespace)
    return `${revision}:${this.records.store.keys.directoryPath(directory)}${name}`
  }

  /** Whether an object is among those asked for. Throws BadRequest for a malformed or unsupported selector. */
  matcher(resource: Resource, options: Pick<ListOptions, 'labelSelector' | 'fieldSelector'>): (object: KubeObject) => boolean {
    const { labelSelector, fieldSelector } = options
    if (labelSelector !== undefined && typeof labelSelector !== 'string' && (typeof labelSelector !== 'object' || labelSelector === null)) {
      throw badRequest(`labelSelector: expected a string or an object, got ${JSON.stringify(labelSelector)}`)
    }
    if (fieldSelector !== undefined && typeof fieldSelector !== 'string') {
      throw badRequest(`fieldSelector: expected a string, got ${JSON.stringify(fieldSelector)}`)
    }
    const labels = labelSelector === undefined ? undefined : toSelector(labelSelector as LabelSelectorInput)
    const fields = fieldSelector === undefined ? undefined : parseFieldSelector(fieldSelector)
    const { definition } = resource
    const valueOf = (object: KubeObject, field: string): string => {
      if (field === 'metadata.name') return object.metadata.name
      if (field === 'metadata.namespace') return object.metadata.namespace ?? ''
      return definition.fields?.[field]?.(object) ?? ''
    }
    const known = (field: string): boolean =>
      field === 'metadata.name' || (field === 'metadata.namespace' && definition.namespaced) || definition.fields?.[field] !== undefined
    if (fields !== undefined) checkFieldSelector(fields, known)
    if (labels === undefined && fields === undefined) return () => true
    return (object) =>
      (labels === undefined || matchesSelector(labels, object.metadata.labels)) &&
      (fields === undefined || matchesFieldSelector(fields, (field) => valueOf(object, field)))
  }

  create(resource: Resource, namespace: string, body: object, context: Context): KubeObject {
    this.allow(resource, 'create')
    const { definition } = resource
    const taken = body as Loose
    if (definition.isAction === true) return this.bindAs(resource, namespace, taken, context)
    if (definition.namespaced) this.checkNamespace(resource, namespace, taken.metadata.name)
    const prepared = (definition.prepareForCreate?.(taken) ?? taken) as Loose
    const object = definition.defaults(this.withSpec(resource, prepared)) as Loose
    for (let attempt = 0; ; attempt++) {
      const named = this.identify(resource, namespace, object, attempt, context)
      const isTaken = named.object.metadata.name !== undefined && this.records.find(resource, namespace, named.object.metadata.name) !== undefined
      if (isTaken && named.generated && attempt < 8) continue
      this.refuseInvalid(resource, named.object, this.errorsOf(resource, named.object))
      if (isTaken) throw alreadyExists(definition.plural, named.object.metadata.name, definition.group)
      this.records.put(resource, named.object, context)
      if (named.generated) this.identity.used(named.scope, attempt + 1)
      else if (isUniquelyNamed(resource, named.object)) this.identity.used(named.scope, 1)
      return named.object
    }
  }

  /**
   * What a user handed in, copied, of known structure, and for this resource and namespace. The other calls take only
   * what passed here, or what a component made of the right shape and will not change.
   */
  intake(resource: Resource, body: unknown, namespace: string): Loose {
    const { definition, apiVersion } = resource
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw badRequest(`a ${definition.kind} must be an object, got ${body === null ? 'null' : Array.isArray(body) ? 'an array' : typeof body}`)
    }
    const given = body as { apiVersion?: unknown; kind?: unknown; spec?: unknown; metadata?: { namespace?: unknown } }
    if (given.kind !== undefined && given.kind !== definition.kind) {
      throw badRequest(`${String(given.kind)} in version "${String(given.apiVersion ?? apiVersion)}" cannot be handled as a ${definition.kind}: the kind does not match`)
    }
    if (given.apiVersion !== undefined && given.apiVersion !== apiVersion) {
      throw badRequest(`the API version in the data (${String(given.apiVersion)}) does not match the expected API version (${apiVersion})`)
    }
    const known = definition.spec === undefined ? undefined : this.memo(resource).same(given.spec)
    const subject = known === undefined ? body : { ...body, spec: undefined }
    const checked = copyChecked(this.schema, this.schema.definitionOf(apiVersion, definition.kind)!, subject)
    const copy = checked.value as { metadata?: Partial<ObjectMeta>; spec?: object } & Record<string, unknown>
    if (checked.errors.length > 0) {
      throw invalid(definition.kind, definition.group, nameIn(body), checked.errors)
    }
    if (known === undefined && definition.spec !== undefined && copy.spec !== undefined) this.memo(resource).remember(copy.spec)
    const said = copy.metadata?.namespace
    // An empty namespace is none given, as in every client.
    const metadata = said === '' && definition.namespaced ? { ...copy.metadata, namespace } : (copy.metadata ?? {})
    if (definition.namespaced && said !== undefined && said !== '' && said !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
    }
    const { apiVersion: _version, kind: _kind, metadata: _metadata, spec, ...rest } = copy
    const held = known ?? spec
    const whole = held === undefined ? { apiVersion, kind: definition.kind, metadata, ...rest } : { apiVersion, kind: definition.kind, metadata, spec: held, ...rest }
    return whole as unknown as Loose
  }

  private memo(resource: Resource): SpecMemo {
    const known = this.memos.get(resource.key)
    if (known !== undefined) return known
    const made = new SpecMemo(resource.definition.spec!)
    this.memos.set(resource.key, made)
    return made
  }

  private withSpec(resource: Resource, object: Loose): Loose {
    if (resource.definition.spec === undefined || object.spec === undefined) return object
    const spec = this.memo(resource).look(object.spec).defaulted
    return spec === object.spec ? object : { ...object, spec }
  }

  private checkNamespace(resource: Resource, namespace: string, name: string): void {
    const found = this.records.find(this.resource('namespaces'), '', namespace) as Loose | undefined
    if (found === undefined) throw notFound('namespaces', namespace)
    if (found.metadata.deletionTimestamp === undefined) return
    const { plural, group } = resource.definition
    throw forbidden(plural, name, `unable to create new content in namespace ${namespace} because it is being terminated`, group)
  }

  /** Gives a new object what only the server may say: name, uid, times, versions. */
  private identify(
    resource: Resource,
    namespace: string,
    object: Loose,
    attempt: number,
    context: Context,
  ): { object: Loose; generated: boolean; scope: string } {
    const { definition } = resource
    const given = object.metadata as Partial<ObjectMeta>
    const generated = (given.name === undefined || given.name === '') && given.generateName !== undefined && given.generateName !== ''
    const scope = `${resource.kept.key}/${namespace}/${generated ? `${given.generateName}*` : (given.name ?? '')}`
    const name = generated ? given.generateName! + this.identity.suffix(scope, attempt) : given.name
    const scoped = definition.namespaced && given.namespace === undefined ? withNamespace(given, namespace) : given
    const metadata = newMeta(
      scoped,
      name as string,
      this.identity.uid(scope, attempt),
      this.records.nextVersion,
      definition.hasGeneration === true ? 1 : undefined,
      this.timeOf(context.at),
    )
    const whole = copyOf(object)
    whole.metadata = metadata
    return { object: whole, generated, scope }
  }

  private errorsOf(resource: Resource, object: Loose): readonly FieldError[] {
    const { definition } = resource
    const ofMeta = validateObjectMeta(object.metadata, definition)
    const ofSpec = definition.spec === undefined || object.spec === undefined ? [] : this.memo(resource).look(object.spec).errors
    const ofRest = definition.validate(object)
    if (ofMeta.length + ofSpec.length + ofRest.length === 0) return ofRest
    return [...ofMeta, ...ofSpec, ...ofRest]
  }

  private refuseInvalid(resource: Resource, object: KubeObject, errors: readonly FieldError[]): void {
    if (errors.length === 0) return
    const { kind, group } = resource.definition
    throw invalid(kind, group, object.metadata.name, errors)
  }

  update(resource: Resource, namespace: string, body: object, context: Context): KubeObject {
    this.allow(resource, 'update')
    const { definition } = resource
    const taken = body as Loose
    const previous = this.existing(resource, namespace, taken)
    const merged = { ...taken, metadata: mergedMeta(taken.metadata, previous.metadata) }
    const prepared = (definition.prepareForUpdate?.(merged, previous) ?? merged) as Loose
    const next = definition.defaults(this.withSpec(resource, prepared)) as Loose
    if (equal(next, previous)) return previous
    const changed = definition.hasGeneration === true && !equal(next.spec, previous.spec)
    const generation = (previous.metadata.generation ?? 0) + (changed ? 1 : 0)
    const object = changed ? { ...next, metadata: { ...next.metadata, generation } } : next
    this.refuseInvalid(resource, object, [
      ...validateObjectMetaUpdate(object.metadata, previous.metadata),
      ...this.errorsOf(resource, object),
      ...definition.validateUpdate(object, previous),
    ])
    return this.write(resource, object, context)
  }

  updateStatus(resource: Resource, namespace: string, body: object, context: Context): KubeObject {
    this.allow(resource, 'status')
    const taken = body as Loose
    const previous = this.existing(resource, namespace, taken)
    if (taken.status === undefined || equal(taken.status, previous.status)) return previous
    const { apiVersion, kind, metadata, spec } = previous
    const next = { apiVersion, kind, metadata, spec, status: taken.status } as Loose
    this.refuseInvalid(resource, next, this.errorsOf(resource, next))
    return this.write(resource, next, context)
  }

  /** The record an update is about; its resourceVersion and uid must be those of the update, where it names them. */
  private existing(resource: Resource, namespace: string, given: KubeObject): Loose {
    const { definition } = resource
    const { name, uid, resourceVersion } = given.metadata as Partial<ObjectMeta>
    if (name === undefined || name === '') throw badRequest('metadata.name: Required value: name must be provided')
    const previous = this.records.find(resource, namespace, name) as Loose | undefined
    if (previous === undefined) throw notFound(definition.plural, name, definition.group)
    if (uid !== undefined && uid !== previous.metadata.uid) {
      const detail = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${previous.metadata.uid}`
      throw conflict(definition.plural, name, detail, definition.group)
    }
    if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== previous.metadata.resourceVersion) {
      throw conflict(definition.plural, name, undefined, definition.group)
    }
    return previous
  }

  /** Commits a changed object, or removes it when it was only waiting for its last finalizer. */
  private write(resource: Resource, object: Loose, context: Context): KubeObject {
    const { metadata } = object
    const versioned = copyOf(object)
    versioned.metadata = metaAt(metadata, this.records.nextVersion)
    const isDone =
      metadata.deletionTimestamp !== undefined &&
      (metadata.finalizers ?? []).length === 0 &&
      (metadata.deletionGracePeriodSeconds ?? 0) === 0
    if (isDone) this.remove(resource, versioned, context)
    else this.records.put(resource, versioned, context)
    return versioned
  }

  /** A later object of the same name is another object: its uid must differ. */
  private remove(resource: Resource, object: KubeObject, context: Context): void {
    this.records.remove(resource, object, context)
    const { name, namespace = '' } = object.metadata
    if (!isUniquelyNamed(resource, object)) this.identity.used(`${resource.kept.key}/${namespace}/${name}`, 1)
  }

  /** A create of a Binding: checked as an object, then carried out; answers with the Status that Kubernetes sends. */
  private bindAs(resource: Resource, namespace: string, binding: Loose, context: Context): KubeObject {
    const { target, metadata } = binding as Loose & { readonly target?: { readonly name?: string } }
    if (!metadata.name) throw badRequest('metadata.name: Required value: name of the pod must be provided')
    this.refuseInvalid(resource, binding, resource.definition.validate(binding))
    this.bind(namespace, metadata.name, metadata.uid, target!.name!, context)
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as unknown as KubeObject
  }

  /** Puts a pod on a node, once: pkg/registry/core/pod/storage/storage.go, assignPod. */
  bind(namespace: string, name: string, uid: string | undefined, nodeName: string, context: Context): KubeObject {
    const resource = this.resource('pods')
    const pod = this.records.find(resource, namespace, name) as BoundPod | undefined
    if (pod === undefined) throw notFound('pods', name)
    const refuse = (detail: string): StatusError => conflict('pods/binding', name, detail)
    if (uid !== undefined && uid !== '' && uid !== pod.metadata.uid) {
      throw refuse(`Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid}`)
    }
    if (pod.metadata.deletionTimestamp !== undefined) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`)
    if (pod.spec.nodeName !== undefined && pod.spec.nodeName !== '') {
      throw refuse(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`)
    }
    const spec = this.memo(resource).place(pod.spec, nodeName)
    const metadata = metaAt(pod.metadata, this.records.nextVersion)
    const status = copyOf(pod.status)
    status.conditions = this.placed(pod.status.conditions, metadata.generation, this.timeOf(context.at))
    const bound = { apiVersion: pod.apiVersion, kind: pod.kind, metadata, spec, status } as Loose
    this.records.put(resource, bound, context)
    return bound
  }

  /** Conditions with PodScheduled; pods placed in one second share one list. */
  private placed(others: readonly PodCondition[] | undefined, generation: number | undefined, now: string): readonly PodCondition[] {
    const { lastPlaced } = this
    if (others === undefined && lastPlaced.now === now && lastPlaced.generation === generation) return lastPlaced.conditions
    const observed = generation === undefined ? {} : { observedGeneration: generation }
    const condition = { type: 'PodScheduled', ...observed, status: 'True', lastProbeTime: null, lastTransitionTime: now }
    const conditions = [...(others?.filter(({ type }) => type !== 'PodScheduled') ?? []), condition]
    if (others === undefined) this.lastPlaced = { now, generation, conditions }
    return conditions
  }

  /** Keeps an event of one of our recorders: what is read back is as if it had been created. */
  putEvent(record: EventRecord, context: Context): void {
    this.records.putAs(this.resource('events'), record.namespace, record.name, record, context)
  }

  /** Writes a status whatever the resourceVersion is, as a patch does; NotFound when the object is another by now. */
  patchStatus(resource: Resource, namespace: string, name: string, uid: string, status: object, context: Context): KubeObject {
    this.allow(resource, 'status')
    const previous = this.records.find(resource, namespace, name) as Loose | undefined
    if (previous === undefined || previous.metadata.uid !== uid) throw notFound(resource.definition.plural, name, resource.definition.group)
    const { apiVersion, kind, metadata, spec } = previous
    const next = { apiVersion, kind, metadata: metaAt(metadata, this.records.nextVersion), spec, status } as Loose
    this.records.put(resource, next, context, 'status')
    return next
  }

  /**
   * Renews many leases at once, in the order of their names; false, with nothing done, if one of them does not exist.
   * The list of names should be the same array each time: where they stand is looked up once for it.
   */
  renewAll(resource: Resource, namespace: string, names: readonly string[], context: Context): boolean {
    const slots = this.slotsOf(resource, namespace, names)
    if (slots === undefined) return false
    this.records.store.touchAll(slots, context.at, context)
    return true
  }

  private slotsOf(resource: Resource, namespace: string, names: readonly string[]): Int32Array | undefined {
    const { store } = this.records
    const known = this.slots.get(names)
    if (known !== undefined && known.version === store.keys.version) return known.slots
    const directory = this.records.findDirectory(resource, namespace)
    if (directory === undefined) return undefined
    const slots = Int32Array.from(names, (name) => store.keys.find(directory, name))
    if (slots.some((slot) => slot === -1 || store.currentValue(slot) === undefined)) return undefined
    this.slots.set(names, { version: store.keys.version, slots })
    return slots
  }

  /** Renews a node's lease without building the object: what is read back is as if it had been updated. */
  renew(resource: Resource, namespace: string, name: string, context: Context): boolean {
    const directory = this.records.findDirectory(resource, namespace)
    if (directory === undefined) return false
    const before = this.records.store.revision
    return this.records.store.commit([{ type: 'touch', directory, name, stamp: context.at }], context) > before
  }

  delete(resource: Resource, namespace: string, name: string, options: DeleteOptions, context: Context): KubeObject {
    this.allow(resource, 'delete')
    const { definition } = resource
    const object = this.records.find(resource, namespace, name) as Loose | undefined
    if (object === undefined) throw notFound(definition.plural, name, definition.group)
    this.checkDelete(resource, object, options)
    const asked = options.gracePeriodSeconds
    const grace = definition.gracePeriod?.(object, asked) ?? 0
    const { metadata } = object
    const hasFinalizers = (metadata.finalizers ?? []).length > 0
    if (grace === 0 && !hasFinalizers) {
      this.remove(resource, object, context)
      return object
    }
    const isSooner = metadata.deletionGracePeriodSeconds === undefined || grace < metadata.deletionGracePeriodSeconds
    if (metadata.deletionTimestamp !== undefined && !isSooner) return object
    const deletionTimestamp = rfc3339(context.at + grace * 1000)
    const generation = metadata.generation === undefined ? undefined : metadata.generation + (metadata.deletionTimestamp === undefined ? 1 : 0)
    const marked = { ...metadata, ...(generation === undefined ? {} : { generation }), deletionTimestamp, deletionGracePeriodSeconds: grace }
    return this.write(resource, { ...object, metadata: marked }, context)
  }

  private checkDelete(resource: Resource, object: KubeObject, options: DeleteOptions): void {
    const { plural, group } = resource.definition
    const { uid, resourceVersion } = options.preconditions ?? {}
    const { metadata } = object
    if (uid !== undefined && uid !== metadata.uid) {
      throw conflict(plural, metadata.name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`, group)
    }
    if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
      const detail = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`
      throw conflict(plural, metadata.name, detail, group)
    }
    const grace = options.gracePeriodSeconds
    if (grace !== undefined && (!Number.isInteger(grace) || grace < 0)) {
      throw badRequest(`gracePeriodSeconds: Invalid value: ${grace}: must be a whole number of seconds, 0 or more`)
    }
    const policy = options.propagationPolicy
    if (policy === undefined || policy === 'Orphan') return
    if (policy === 'Background' || policy === 'Foreground') {
      throw badRequest(`propagationPolicy: ${policy}: dependents are not collected yet; delete them by name, or use Orphan`)
    }
    throw badRequest(`propagationPolicy: Unsupported value: "${policy}": supported values: "Background", "Foreground", "Orphan"`)
  }

  /** Throws MethodNotAllowed for a verb the resource does not have. */
  allow(resource: Resource, verb: Verb): void {
    const { verbs, plural, group } = resource.definition
    if (!verbs.includes(verb)) throw methodNotAllowed(plural, verb === 'status' ? 'update' : verb, group)
  }

  /** Says that the pods of a template are going to share its spec. */
  shareSpec(key: string, spec: object): void {
    const memo = this.memo(this.resource(key))
    memo.share(memo.look(spec).defaulted)
  }
}

/** Names that look generated are not counted when they go, so the few that were given are counted when they come. */
function isUniquelyNamed({ definition }: Resource, { metadata }: KubeObject): boolean {
  const { name, generateName } = metadata
  return definition.uniqueNames === true || (generateName !== undefined && name.startsWith(generateName))
}

interface BoundPod extends KubeObject {
  readonly spec: object & { readonly nodeName?: string }
  readonly status: object & { readonly conditions?: readonly PodCondition[] }
}

interface PodCondition {
  readonly type: string
}

function withNamespace(given: GivenMeta, namespace: string): GivenMeta {
  const { name, generateName, labels, annotations, ownerReferences, finalizers } = given
  return { name, generateName, namespace, labels, annotations, ownerReferences, finalizers } as GivenMeta
}

/** What an update may say of metadata; the rest stays as the server has it. */
function mergedMeta(given: Partial<ObjectMeta>, previous: ObjectMeta): ObjectMeta {
  const merged: Record<string, unknown> = { ...previous }
  for (const field of ['labels', 'annotations', 'ownerReferences', 'finalizers'] as const) {
    const value = given[field]
    if (value === undefined) delete merged[field]
    else merged[field] = value
  }
  for (const field of ['namespace', 'generateName'] as const) {
    if (given[field] !== undefined) merged[field] = given[field]
  }
  return merged as unknown as ObjectMeta
}

function limitOf(limit: number | undefined): number {
  if (limit === undefined || limit === 0) return Infinity
  if (!Number.isInteger(limit) || limit < 0) throw badRequest(`limit: Invalid value: ${limit}: must be a whole number, 0 or more`)
  return limit
}

function parseContinue(token: string, { kept }: Resource): { revision: number; after: string } {
  const match = /^(\d+):(.+)$/u.exec(token)
  if (match === null || !match[2]!.startsWith(`${kept.key}/`)) throw badRequest(`continue key is not valid: ${JSON.stringify(token)}`)
  return { revision: Number(match[1]), after: match[2]! }
}

function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Compacted) throw expired('The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.')
    throw error
  }
}

function nameIn(body: object): string {
  const name = (body as { metadata?: { name?: unknown } }).metadata?.name
  return typeof name === 'string' ? name : ''
}
