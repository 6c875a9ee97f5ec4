import type { WriteOptions } from '../api/dryRun.ts'
import type { KubeObject } from '../api/meta.ts'
import { isEmpty } from '../api/isEmpty.ts'
import type { JsonObject } from '../api/patches/json.ts'
import { createThreeWayMergePatch } from '../api/patches/mergePatch.ts'
import { createThreeWayStrategicPatch } from '../api/patches/strategicDiff.ts'
import type { Schema } from '../api/schema/schema.ts'
import type { Resource } from '../registries/records.ts'
import { configurationOf, lastAppliedAnnotation, lastAppliedTo } from '../api/patches/lastApplied.ts'
import type { ManifestObject } from './manifests.ts'
import type { Outside } from './outside.ts'
import type { Target } from './path.ts'
import { namespaceOf } from './reader.ts'

export interface ApplyOptions extends WriteOptions {
  /** For objects that name none; `default` unless given. */
  readonly namespace?: string | undefined
  /** What becomes of kinds that are not simulated: the whole call is refused, or they are left out and named. */
  readonly unsupported?: 'refuse' | 'skip' | undefined
  /** Applies on the server, as `kubectl apply --server-side`: nothing is kept in annotations. */
  readonly serverSide?: boolean | undefined
  /** With `serverSide`: who owns the fields that the manifests name; `kubectl` unless given. */
  readonly fieldManager?: string | undefined
  /** With `serverSide`: takes fields over from other managers, as `--force-conflicts`. */
  readonly force?: boolean | undefined
}

/** A copy of a manifest as plain JSON that nobody changes. */
export type PlainOf = (object: ManifestObject) => JsonObject

/** What applying one object asks of the API server. */
export interface ApplyRequest {
  readonly verb: 'create' | 'patch' | 'none'
  readonly target: Target
  readonly body: object
  /** The object as it is. */
  readonly existing: KubeObject | undefined
}

/** Compares a manifest with what there is and with what was applied last. Throws BadRequest for an unknown kind. */
export function requestFor(
  outside: Outside,
  object: ManifestObject,
  options: ApplyOptions,
  plainOf: PlainOf,
): ApplyRequest {
  const resource = outside.resource(`${object.apiVersion}/${object.kind}`)
  const namespace = scopeOf(resource, object, options)
  const name = object.metadata?.name
  const manifest = plain(outside, resource, object, namespace, plainOf)
  const isNamed = typeof name === 'string' && name !== '' && resource.definition.verbs.includes('get')
  // What the server names is made anew each time, as kubectl create would.
  if (!isNamed)
    return { verb: 'create', target: { resource, namespace, name: '' }, body: manifest, existing: undefined }
  const existing = outside.server.find(resource, namespace, name)
  if (options.serverSide === true) return serverSideRequest({ resource, namespace, name }, manifest, existing, options)
  const { text, object: modified } = configurationOf(manifest, namespace)
  if (existing === undefined)
    return { verb: 'create', target: { resource, namespace, name: '' }, body: modified, existing }
  const target = { resource, namespace, name }
  const patch = threeWayPatch(outside.server.schema, resource, text, modified, existing)
  return { verb: isEmpty(patch) ? 'none' : 'patch', target, body: { patch }, existing }
}

function serverSideRequest(
  target: Target,
  patch: JsonObject,
  existing: KubeObject | undefined,
  { fieldManager = 'kubectl', force = false }: ApplyOptions,
): ApplyRequest {
  return { verb: 'patch', target, body: { type: 'apply', patch, fieldManager, force }, existing }
}

function scopeOf(resource: Resource, object: ManifestObject, options: ApplyOptions): string {
  if (!resource.definition.namespaced) return ''
  return namespaceOf(resource, object.metadata?.namespace || options.namespace)
}

/** What cannot be copied is refused in the words of the API server, where it has any for it. */
function plain(
  outside: Outside,
  resource: Resource,
  object: ManifestObject,
  namespace: string,
  plainOf: PlainOf,
): JsonObject {
  try {
    return plainOf(object)
  } catch (error) {
    outside.server.intake(resource, object, namespace)
    throw error
  }
}

function threeWayPatch(
  schema: Schema,
  resource: Resource,
  text: string,
  modified: JsonObject,
  existing: KubeObject,
): JsonObject {
  const before = existing.metadata.annotations?.[lastAppliedAnnotation]
  const original = before === text ? modified : lastAppliedTo(before)
  const current = existing as unknown as JsonObject
  const definition = schema.definitionOf(resource.apiVersion, resource.definition.kind)
  if (definition === undefined) return createThreeWayMergePatch(original, modified, current)
  return createThreeWayStrategicPatch(schema, definition, original, modified, current)
}
