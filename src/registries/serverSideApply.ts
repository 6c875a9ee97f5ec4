/** Server-side apply. Mirrors applyPatcher of apiserver/pkg/endpoints/handlers/patch.go. */
import { badRequest, conflict, notFound } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import type { KubeObject, ManagedFieldsEntry } from '../api/meta.ts'
import { differences } from '../api/patches/fieldSets.ts'
import { faultIn } from '../api/patches/elements.ts'
import { isEmpty } from '../api/isEmpty.ts'
import { type JsonObject, own, sameJson } from '../api/patches/json.ts'
import { configurationOf, lastAppliedAnnotation } from '../api/patches/lastApplied.ts'
import {
  applyFields,
  type AppliedFields,
  beforeFirstApply,
  type Entries,
  entryOf,
  isApplied,
} from '../api/patches/managers.ts'
import type { Context, PatchRequest } from './context.ts'
import { createObject } from './creation.ts'
import { checkName, takeAsSaid, takeIn } from './intake.ts'
import { thawed } from './leanStatus.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import { chargeUpdate } from './quota/charging.ts'
import type { Resource } from './records.ts'
import { managedBy, operationOf, ownsReplicas, structureOf } from './tracking.ts'
import { existing, updated, withStatusOf } from './updates.ts'
import { writeObject } from './writes.ts'

/** Applies a manifest, or makes the object that it describes. */
export function applyObject(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  request: PatchRequest,
  context: Context,
): KubeObject {
  const current = parts.records.find(resource, namespace, name) as Loose | undefined
  if (current !== undefined && isAlready(parts, resource, namespace, current, request, context)) return current
  const manifest = takeManifest(parts, resource, namespace, name, request)
  if (current === undefined) return created(parts, resource, namespace, manifest, request, context)
  const [next, previous] = applied(parts, resource, namespace, current, manifest, request, context)
  if (next === previous) return previous
  chargeUpdate(parts, resource, next, previous, context, request.subresource)
  return writeObject(parts, resource, next, context)
}

/** Whether applying would change anything; refuses what it would refuse. */
export function applyWouldChange(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  request: PatchRequest,
  context: Context,
): boolean {
  const current = parts.records.find(resource, namespace, name) as Loose | undefined
  if (current !== undefined && isAlready(parts, resource, namespace, current, request, context)) return false
  const manifest = takeManifest(parts, resource, namespace, name, request)
  if (current === undefined) return true
  const [next, previous] = applied(parts, resource, namespace, current, manifest, request, context)
  return next !== previous
}

/** The shortest way for what is applied again and again: nothing that is said is new, so nothing of it can be wrong. */
function isAlready(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  current: Loose,
  { patch, fieldManager, subresource }: PatchRequest,
  context: Context,
): boolean {
  const { managedFields, name, annotations } = current.metadata
  if (managedFields === undefined || fieldManager === undefined) return false
  // The annotation of kubectl's client-side apply follows even the text of what is applied.
  if (fieldManager === 'kubectl' && annotations?.[lastAppliedAnnotation] !== undefined) return false
  const { apiVersion, kind, metadata } = patch as Partial<Loose>
  if (apiVersion !== current.apiVersion || kind !== current.kind || metadata?.name !== name) return false
  if (metadata.managedFields !== undefined || (metadata.namespace ?? namespace) !== namespace) return false
  const by = operationOf(parts, resource, 'Apply', fieldManager, subresource, context)
  return isApplied(structureOf(parts, resource, subresource), document(current), patch as JsonObject, managedFields, by)
}

function takeManifest(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  { patch }: PatchRequest,
): Loose {
  const { apiVersion, kind, metadata } = patch as { apiVersion?: unknown; kind?: unknown; metadata?: unknown }
  if (typeof kind !== 'string' || kind === '' || typeof apiVersion !== 'string' || apiVersion === '') {
    const version = typeof apiVersion === 'string' ? apiVersion : ''
    throw badRequest(`invalid object type: ${version.includes('/') ? '' : '/'}${version}, Kind=${String(kind ?? '')}`)
  }
  if (isObject(metadata) && (metadata as { managedFields?: unknown }).managedFields !== undefined)
    throw badRequest('metadata.managedFields must be nil')
  const taken = takeAsSaid(parts, resource, patch, namespace)
  checkName(taken, name)
  const fault = faultIn(parts.schema, structureOf(parts, resource, undefined).root, document(taken))
  if (fault !== undefined) throw badRequest(`failed to create typed patch object: ${fault}`)
  return taken
}

function created(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  manifest: Loose,
  request: PatchRequest,
  context: Context,
): KubeObject {
  const { plural, group } = resource.definition
  const { name, uid } = manifest.metadata
  if (request.subresource !== undefined) throw notFound(plural, name, group)
  if (uid !== undefined) {
    const detail = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
    throw conflict(plural, name, detail, group)
  }
  const { entries } = fieldsAfter(parts, resource, {}, manifest, [], request, context)
  // A version that is said here is that of nothing, and does not keep the object from being made.
  const { resourceVersion: _, ...metadata } = manifest.metadata
  const object = takeIn(parts, resource, { ...manifest, metadata }, namespace)
  return createObject(parts, resource, namespace, managedBy(object, entries), context)
}

function applied(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  current: Loose,
  manifest: Loose,
  request: PatchRequest,
  context: Context,
): [next: Loose, previous: Loose] {
  const before =
    request.subresource === 'scale'
      ? scaled(parts, resource, current, context)
      : (current.metadata.managedFields ?? untracked(parts, resource, current, context))
  const { object, entries } = fieldsAfter(parts, resource, document(current), manifest, before, request, context)
  const merged = takeIn(parts, resource, withLastApplied(object, current, manifest, request), namespace, current)
  const previous = thawed(existing(parts, resource, namespace, merged))
  const { subresource } = request
  const next =
    subresource === 'status'
      ? withStatusOf(parts, resource, merged, previous)
      : updated(parts, resource, merged, previous, context, subresource)
  // Whoever says nothing manages nothing, and begins no list of managers.
  const isSame = next === previous && isSameBut(before, entries)
  return [isSame ? previous : managedBy(next, entries), previous]
}

function fieldsAfter(
  parts: ServerParts,
  resource: Resource,
  live: JsonObject,
  manifest: Loose,
  before: Entries,
  { fieldManager, force = false, subresource }: PatchRequest,
  context: Context,
): AppliedFields {
  const by = operationOf(parts, resource, 'Apply', fieldManager!, subresource, context)
  return applyFields(structureOf(parts, resource, subresource), live, document(manifest), before, by, force)
}

/** The managers of an object that nobody has applied before. */
function untracked(parts: ServerParts, resource: Resource, current: Loose, context: Context): Entries {
  const { schema, root } = structureOf(parts, resource, undefined)
  const { changed } = differences(schema, root, {}, document(current))
  const entry = entryOf(operationOf(parts, resource, 'Update', beforeFirstApply, undefined, context), changed)
  return isEmpty(changed) ? [] : [entry]
}

/** The managers of an object that is scaled: nobody's count belongs to whoever wrote it before. */
function scaled(parts: ServerParts, resource: Resource, { metadata }: Loose, context: Context): Entries {
  const known = metadata.managedFields ?? []
  if (known.some(ownsReplicas)) return known
  const by = operationOf(parts, resource, 'Update', beforeFirstApply, 'scale', context)
  return [...known, entryOf(by, { 'f:spec': { 'f:replicas': {} } })]
}

/** kubectl keeps the annotation of its client-side apply up to date: mirrors lastappliedupdater.go. */
function withLastApplied(
  object: JsonObject,
  { metadata: { annotations } }: Loose,
  manifest: Loose,
  { fieldManager, subresource }: PatchRequest,
): JsonObject {
  if (fieldManager !== 'kubectl' || subresource === 'scale' || annotations?.[lastAppliedAnnotation] === undefined)
    return object
  const { text } = configurationOf(document(manifest), '')
  const metadata = own(object, 'metadata') as JsonObject
  const said = own(metadata, 'annotations') as JsonObject
  return { ...object, metadata: { ...metadata, annotations: { ...said, [lastAppliedAnnotation]: text } } }
}

/** Whether two lists of managers differ in nothing but when they last did something. */
function isSameBut(a: Entries, b: Entries): boolean {
  const timeless = ({ time: _, ...entry }: ManagedFieldsEntry): object => entry
  return sameJson(a.map(timeless), b.map(timeless))
}

function document(object: Loose): JsonObject {
  return object as unknown as JsonObject
}
