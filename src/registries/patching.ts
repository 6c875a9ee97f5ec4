/** The verb patch. Mirrors staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go. */
import { notFound } from '../api/errors.ts'
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
import { applyObject, applyWouldChange } from './serverSideApply.ts'
import { tracked } from './tracking.ts'
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
  if (request.type === 'apply') return applyObject(parts, resource, namespace, name, request, context)
  const [next, previous] = patched(parts, resource, namespace, name, request)
  if (next === previous) return previous
  const { fieldManager: manager, subresource } = request
  const whole = tracked(parts, resource, next, previous, context, { manager, subresource })
  return writeObject(parts, resource, whole, context)
}

/** Whether a patch would change anything; refuses what patching would refuse. */
export function wouldChange(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  request: PatchRequest,
  context: Context,
): boolean {
  if (request.type === 'apply') return applyWouldChange(parts, resource, namespace, name, request, context)
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
  const { subresource } = request
  if (subresource !== undefined) allow(resource, subresource)
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
  if (subresource !== 'status') return [updated(parts, resource, taken, previous, subresource), previous]
  const plain = thawed(previous)
  return [withStatusOf(parts, resource, taken, plain), plain]
}

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
      const definition = schema.definitionOf(resource.apiVersion, resource.definition.kind)!
      return applyStrategicPatch(schema, definition, document, patch as JsonObject)
    }
    case 'apply':
      throw new Error('server-side apply takes a way of its own')
  }
}
