/** Patches of the scale subresource: what is patched is the Scale that an object shows. */
import { badRequest, conflict, invalid, uncoded } from '../api/errors.ts'
import { negative } from '../api/fieldErrors.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import type { JsonObject } from '../api/patches/json.ts'
import type { Scale } from '../api/types/autoscaling.ts'
import { allow, uidDetail } from './checks.ts'
import type { Context, PatchRequest } from './context.ts'
import { checkName, inNamespace } from './intake.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import { patchedDocument } from './patchedDocument.ts'
import type { Resource } from './records.ts'
import { scaleOf, scaleVersion, takeScale, updateScaleOf } from './scale.ts'
import { applyObject } from './serverSideApply.ts'

/** Changes how many are asked for, as the patch says; returns the object. */
export function patchScale(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  request: PatchRequest,
  context: Context,
): KubeObject {
  allow(resource, 'scale')
  const object = parts.records.get(resource, namespace, name) as Loose
  if (request.type === 'apply') return applyScale(parts, resource, object, request, context)
  const document = scaleOf(resource, object) as unknown as JsonObject
  const definition = parts.schema.definitionOf(scaleVersion, 'Scale')
  const scale = takeScale(parts, patchedDocument(parts.schema, definition, document, request))
  const metadata = checkedMeta(resource, object, scale)
  return updateScaleOf(parts, resource, object, { ...scale, metadata } as Scale, context, request.fieldManager)
}

/** Applies a Scale as what it says of the object. */
function applyScale(
  parts: ServerParts,
  resource: Resource,
  object: Loose,
  request: PatchRequest,
  context: Context,
): KubeObject {
  const { apiVersion, definition } = resource
  const { apiVersion: version = '', kind = '' } = request.patch as { apiVersion?: unknown; kind?: unknown }
  if (version !== scaleVersion || kind !== 'Scale')
    throw badRequest(`invalid object type: ${String(version) || '/'}, Kind=${String(kind)}`)
  if (definition.isOpen === true) throw uncoded(ofCustomKinds)
  const scale = takeScale(parts, request.patch)
  const { name, namespace = '' } = object.metadata
  // Whoever applies need not say again what the request says.
  const metadata = { name, ...(scale.metadata as object | undefined) }
  const { resourceVersion } = checkedMeta(resource, object, { ...scale, metadata } as Scale)
  const replicas = scale.spec?.replicas
  if (replicas !== undefined && replicas < 0)
    throw invalid('Scale', 'autoscaling', name, [negative('spec.replicas', replicas)])
  const patch = {
    apiVersion,
    kind: definition.kind,
    metadata: resourceVersion === undefined ? { name } : { name, resourceVersion },
    ...(replicas === undefined ? {} : { spec: { replicas } }),
  }
  return applyObject(parts, resource, namespace, name, { ...request, patch }, context)
}

const ofCustomKinds =
  'failed to create manager for existing fields: failed to convert live object (/; autoscaling/v1, Kind=Scale) to ' +
  'proper version: request to convert CR to an invalid group/version: autoscaling/v1'

/** What a patched Scale says of whose it is. Custom objects are not asked for their uid. */
function checkedMeta({ definition }: Resource, { metadata }: Loose, scale: Scale): Partial<ObjectMeta> {
  const { uid, ...said } = inNamespace((scale.metadata ?? {}) as Partial<ObjectMeta>, metadata.namespace ?? '')
  checkName(scale, metadata.name)
  if (uid !== undefined && uid !== '' && uid !== metadata.uid && definition.isOpen !== true)
    throw conflict(`${definition.plural}/scale`, metadata.name, uidDetail(metadata, uid), definition.group)
  return said
}
