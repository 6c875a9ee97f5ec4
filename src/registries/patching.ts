/** The verb patch. Mirrors staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go. */
import { immutable } from '../api/fieldErrors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { JsonObject } from '../api/patches/json.ts'
import { allow, refuseInvalid } from './checks.ts'
import type { Context, PatchRequest } from './context.ts'
import { checkName, takeIn } from './intake.ts'
import { thawed } from './leanStatus.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import { patchedDocument } from './patchedDocument.ts'
import { chargeUpdate } from './quota/charging.ts'
import type { Resource } from './records.ts'
import { patchScale } from './scalePatch.ts'
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
  if (request.subresource === 'scale') return patchScale(parts, resource, namespace, name, request, context)
  if (request.type === 'apply') return applyObject(parts, resource, namespace, name, request, context)
  const [next, previous] = patched(parts, resource, namespace, name, request, context)
  if (next === previous) return previous
  const { fieldManager: manager, subresource } = request
  chargeUpdate(parts, resource, next, previous, context, subresource)
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
  const [next, previous] = patched(parts, resource, namespace, name, request, context)
  return next !== previous
}

function patched(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  request: PatchRequest,
  context: Context,
): [next: Loose, previous: Loose] {
  const { subresource } = request
  if (subresource !== undefined) allow(resource, subresource)
  const current = parts.records.get(resource, namespace, name) as Loose
  const definition = parts.schema.definitionOf(resource.apiVersion, resource.definition.kind)
  const document = patchedDocument(parts.schema, definition, current as unknown as JsonObject, request)
  const taken = takeIn(parts, resource, document, namespace, current)
  checkName(taken, name)
  const { uid } = taken.metadata
  if (uid !== undefined && uid !== current.metadata.uid)
    refuseInvalid(resource, current, [immutable('metadata.uid', uid)])
  // Whoever names a resourceVersion in the patch means that one and no other.
  const previous = existing(parts, resource, namespace, taken)
  if (subresource !== 'status') return [updated(parts, resource, taken, previous, context, subresource), previous]
  const plain = thawed(previous)
  return [withStatusOf(parts, resource, taken, plain), plain]
}
