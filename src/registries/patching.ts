/** The verb patch. Mirrors staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go. */
import { badRequest, notFound, unsupportedMediaType } from '../api/errors.ts'
import { immutable } from '../api/fieldErrors.ts'
import type { KubeObject } from '../api/meta.ts'
import { isObject } from '../api/object.ts'
import type { JsonObject } from '../api/patches/json.ts'
import { applyJsonPatch, type JsonPatchOperation } from '../api/patches/jsonPatch.ts'
import { applyMergePatch } from '../api/patches/mergePatch.ts'
import { applyStrategicPatch } from '../api/patches/strategicMerge.ts'
import { allow, refuseInvalid } from './checks.ts'
import type { Context, PatchRequest } from './context.ts'
import { equal } from './equal.ts'
import { checkName, takeIn } from './intake.ts'
import { thawed } from './leanStatus.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import type { Resource } from './records.ts'
import { existing, updated, withStatusOf } from './updates.ts'
import { writeObject } from './writes.ts'

/** Patches an object; what comes out passes all that an update of it would. */
export function patchObject(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  request: PatchRequest,
  context: Context,
): KubeObject {
  const [next, previous] = patched(parts, resource, namespace, name, request)
  return next === previous ? previous : writeObject(parts, resource, next, context)
}

/** Whether a patch would change anything; refuses what patching would refuse. */
export function wouldChange(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  request: PatchRequest,
): boolean {
  const [next, previous] = patched(parts, resource, namespace, name, request)
  return next !== previous
}

function patched(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  request: PatchRequest,
): [next: Loose, previous: Loose] {
  if (request.subresource === 'status') allow(resource, 'status')
  const { plural, group } = resource.definition
  const current = parts.records.find(resource, namespace, name) as Loose | undefined
  if (current === undefined) throw notFound(plural, name, group)
  const taken = takeIn(parts, resource, resultOf(parts, resource, current, request), namespace, current)
  checkName(taken, name)
  const { uid } = taken.metadata
  if (uid !== undefined && uid !== current.metadata.uid)
    refuseInvalid(resource, current, [immutable('metadata.uid', uid)])
  // Whoever names a resourceVersion in the patch means that one and no other.
  const previous = existing(parts, resource, namespace, taken)
  if (request.subresource !== 'status') return [updated(parts, resource, taken, previous), previous]
  const plain = thawed(previous)
  return [withStatusOf(parts, resource, taken, plain), plain]
}

/** Lists of a custom kind have no keys to merge by. */
const PATCHES_OF_CUSTOM =
  'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, ' +
  'application/merge-patch+json: a strategic merge patch is not supported for custom resources, use type merge or json'

/** The document that the patch makes of the object; parts that it leaves alone are the same. */
function resultOf({ schema }: ServerParts, resource: Resource, current: Loose, request: PatchRequest): unknown {
  const document = current as unknown as JsonObject
  const { type, patch } = request
  switch (type) {
    case 'json': {
      const result = applyJsonPatch(document, patch as readonly JsonPatchOperation[])
      if (!isObject(result)) return result
      const { spec } = result as Loose
      return spec !== current.spec && equal(spec, current.spec) ? { ...result, spec: current.spec } : result
    }
    case 'merge':
      return applyMergePatch(document, patch)
    case 'strategic': {
      const definition = schema.definitionOf(resource.apiVersion, resource.definition.kind)
      if (definition === undefined) throw unsupportedMediaType(PATCHES_OF_CUSTOM)
      return applyStrategicPatch(schema, definition, document, patch as JsonObject)
    }
    case 'apply':
      throw badRequest('server-side apply is not supported: use a strategic, merge or json patch, or cluster.apply()')
  }
}
