import { badRequest, conflict, invalid, notFound } from '../api/errors.ts'
import { invalid as invalidField } from '../api/fieldErrors.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import { validateObjectMetaUpdate } from '../api/metaValidation.ts'
import { errorsOf, refuseInvalid, wrongUid } from './checks.ts'
import type { Context } from './context.ts'
import { EMPTY } from './defaults/mutable.ts'
import type { ResourceDefinition, SpecSubresource } from './definition.ts'
import { equal, equalInMeaning } from './equal.ts'
import { thawed } from './leanStatus.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import { chargeUpdate } from './quota/charging.ts'
import type { Resource } from './records.ts'
import { metaAt } from './shapes.ts'
import { type Subresource, tracked } from './tracking.ts'
import { uniqueOwners } from './uniqueOwners.ts'
import { writeObject } from './writes.ts'

export function updateObject(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  taken: Loose,
  context: Context,
  subresource?: Subresource,
  manager?: string,
): KubeObject {
  const previous = existing(parts, resource, namespace, taken)
  const next = updated(parts, resource, taken, previous, context, subresource)
  if (next === previous) return previous
  chargeUpdate(parts, resource, next, previous, context, subresource)
  return writeObject(
    parts,
    resource,
    tracked(parts, resource, next, previous, context, { manager, subresource }),
    context,
  )
}

/** What an update would make of the record: valid, or the very same where nothing changes. */
export function updated(
  parts: ServerParts,
  resource: Resource,
  taken: Loose,
  previous: Loose,
  { at }: Context,
  subresource?: Subresource,
): Loose {
  const { definition } = resource
  const part = definition.subresources?.[subresource as SpecSubresource]
  const rules = part ?? definition
  const metadata = mergedMeta(taken.metadata, previous.metadata, part === undefined ? undefined : [])
  // An absent spec is an empty one, for validation to find wanting.
  const lacksSpec = taken.spec === undefined && previous.spec !== undefined && definition.isOpen !== true
  const merged = lacksSpec ? { ...taken, metadata, spec: {} } : { ...taken, metadata }
  const prepared = (rules.prepareForUpdate?.(merged, previous) ?? merged) as Loose
  const filled = definition.defaults(parts.memos.defaulted(resource, prepared)) as Loose
  const next = parts.holdings.allocated(resource, filled, previous)
  if (equal(next, previous)) return previous
  const changed =
    definition.hasGeneration === true &&
    (definition.contentChanged?.(next, previous) ?? !equalInMeaning(next.spec, previous.spec))
  const generation = (previous.metadata.generation ?? 0) + (changed ? 1 : 0)
  const object = changed ? { ...next, metadata: { ...next.metadata, generation } } : next
  if (part !== undefined) refuseInvalid(resource, object, part.bars(previous))
  refuseInvalid(resource, object, [
    ...validateObjectMetaUpdate(object.metadata, previous.metadata),
    ...errorsOf(parts.memos, resource, object, previous),
    ...rules.validateUpdate(object, previous),
  ])
  rules.admit?.(object, previous, parts.around)
  parts.quotas.admit(resource, object, previous, subresource, at)
  return object
}

export function updateStatusOf(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  taken: Loose,
  context: Context,
): KubeObject {
  const previous = thawed(existing(parts, resource, namespace, taken))
  const next = withStatusOf(parts, resource, taken, previous)
  if (next === previous) return previous
  const whole = tracked(parts, resource, next, previous, context, { subresource: 'status' })
  return writeObject(parts, resource, whole, context)
}

/** The record with another status: valid, or the very same where nothing changes. Its status is plain. */
export function withStatusOf(parts: ServerParts, resource: Resource, taken: Loose, previous: Loose): Loose {
  const { definition } = resource
  const metadata = withStatusMeta(previous.metadata, taken, definition)
  const { apiVersion, kind, spec, status: before } = previous
  // An absent status is an empty one.
  const { status = EMPTY } = taken
  const whole =
    definition.isOpen === true
      ? withStatus({ ...previous, metadata }, taken.status)
      : { apiVersion, kind, metadata, spec, status }
  const prepared = (definition.prepareForStatusUpdate?.(whole as Loose, previous) ?? whole) as Loose
  const next = definition.defaults(prepared) as Loose
  const isMetaKept = equal(next.metadata, previous.metadata)
  if (isMetaKept && equal(next.status, before)) return previous
  if (!isMetaKept) refuseInvalid(resource, next, validateObjectMetaUpdate(next.metadata, previous.metadata))
  const errors = definition.validateStatus?.(next, previous) ?? errorsOf(parts.memos, resource, next, previous)
  refuseInvalid(resource, next, errors)
  refuseInvalid(resource, next, definition.validateStatusUpdate?.(next, previous) ?? [])
  return next
}

/** A custom object with another status, or without one: nothing says that it has any. */
function withStatus({ status: _, ...object }: Loose, status: unknown): object {
  return status === undefined ? object : { ...object, status }
}

/** Writes the spec alone, into which nothing else may write its finalizers; an object that these held is gone. */
export function finalizeObject(parts: ServerParts, resource: Resource, taken: Loose, context: Context): KubeObject {
  const previous = existing(parts, resource, '', taken)
  const { spec = {} } = taken
  const next = { ...previous, spec } as Loose
  refuseInvalid(resource, next, errorsOf(parts.memos, resource, next))
  return equal(spec, previous.spec) ? previous : writeObject(parts, resource, next, context)
}

/** Metadata with what of it a status update changes. */
function withStatusMeta(previous: ObjectMeta, { metadata }: Loose, { statusMeta }: ResourceDefinition): ObjectMeta {
  return statusMeta?.length === 0 ? previous : mergedMeta(metadata, previous, statusMeta)
}

/** Writes a status whatever the resourceVersion is, as a patch does; NotFound when the object is another by now. */
export function patchStatusOf(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  uid: string,
  status: object,
  context: Context,
): KubeObject {
  const { definition } = resource
  const { records } = parts
  const previous = records.findLean(resource, namespace, name) as Loose | undefined
  if (previous === undefined || previous.metadata.uid !== uid) throw notFound(definition.plural, name, definition.group)
  const { apiVersion, kind, metadata, spec } = previous
  if (metadata.managedFields !== undefined) {
    const [before, after] = [thawed(previous), thawed({ apiVersion, kind, metadata, spec, status } as Loose)]
    return writeObject(
      parts,
      resource,
      tracked(parts, resource, after, before, context, { subresource: 'status' }),
      context,
    )
  }
  const whole = { apiVersion, kind, metadata: metaAt(metadata, records.nextVersion), spec, status } as Loose
  const next = definition.isOpen === true ? { ...previous, ...whole } : whole
  records.put(resource, next, context, 'status')
  return next
}

/** The record an update is about, its status perhaps lean; its resourceVersion and uid must be those of the update, where it names them. */
export function existing({ records }: ServerParts, resource: Resource, namespace: string, given: KubeObject): Loose {
  const { plural, group } = resource.definition
  const { name, uid, resourceVersion } = given.metadata as Partial<ObjectMeta>
  if (name === undefined || name === '') throw badRequest('metadata.name: Required value: name must be provided')
  const previous = records.findLean(resource, namespace, name) as Loose | undefined
  if (previous === undefined) throw notFound(plural, name, group)
  if (uid !== undefined && uid !== '' && uid !== previous.metadata.uid) throw wrongUid(resource, previous.metadata, uid)
  checkVersion(resource, name, resourceVersion, previous.metadata.resourceVersion)
  return previous
}

/** Mirrors what Update of …/apiserver/pkg/registry/generic/registry/store.go asks of the version; 0 is none. */
function checkVersion({ definition }: Resource, name: string, given: string | undefined, there: string): void {
  const { plural, group, updatesNeedVersion = false } = definition
  if (given !== undefined && given !== '' && given !== '0') {
    if (given !== there) throw conflict(plural, name, undefined, group)
  } else if (updatesNeedVersion) {
    // Kubernetes names the resource here where it otherwise names the kind.
    const missing = invalidField('metadata.resourceVersion', 0, 'must be specified for an update')
    throw invalid(plural, group, name, [missing])
  }
}

/** What an update may say of metadata; the rest stays as the server has it. */
function mergedMeta(
  given: Partial<ObjectMeta>,
  previous: ObjectMeta,
  fields: NonNullable<ResourceDefinition['statusMeta']> = ['labels', 'annotations', 'ownerReferences', 'finalizers'],
): ObjectMeta {
  const merged: Record<string, unknown> = { ...previous }
  for (const field of fields) {
    const value = given[field]
    if (value === undefined) delete merged[field]
    else merged[field] = field === 'ownerReferences' ? uniqueOwners(given.ownerReferences!) : value
  }
  for (const field of ['namespace', 'generateName'] as const) {
    if (given[field] !== undefined) merged[field] = given[field]
  }
  if (given.managedFields?.length === 0) delete merged['managedFields']
  // Only a delete may say these; said once, they stay. Mirrors ValidateObjectMetaAccessorUpdate.
  for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (given[field] !== undefined && previous.deletionTimestamp === undefined) merged[field] = given[field]
  }
  return merged as unknown as ObjectMeta
}
