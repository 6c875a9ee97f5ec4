/** The scale subresource: one number of an object, whatever its kind. Mirrors pkg/registry/apps/deployment/storage. */
import { badRequest, conflict, invalid } from '../api/errors.ts'
import { negative } from '../api/fieldErrors.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import { copyChecked } from '../api/schema/structural.ts'
import type { Scale } from '../api/types/autoscaling.ts'
import { wrongUid } from './checks.ts'
import type { Context } from './context.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import type { Resource } from './records.ts'
import { updateObject } from './updates.ts'

/** An object of a kind that can be scaled, as autoscaling/v1 shows it. */
export function scaleOf({ definition }: Resource, object: KubeObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const rules = definition.scale!
  const selector = rules.selector?.(object)
  return {
    apiVersion: scaleVersion,
    kind: 'Scale',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object, rules.specReplicasPath) },
    status: {
      replicas: numberAt(object, rules.statusReplicasPath),
      ...(selector === undefined ? {} : { selector }),
    },
  }
}

/** What somebody handed in to scale an object, copied and of known structure. Throws Invalid or BadRequest. */
export function takeScale({ schema }: ServerParts, body: unknown): Scale {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest(`a Scale must be an object, got ${Array.isArray(body) ? 'an array' : typeof body}`)
  const { apiVersion = scaleVersion, kind = 'Scale' } = body as { apiVersion?: unknown; kind?: unknown }
  if (apiVersion !== scaleVersion || kind !== 'Scale')
    throw badRequest(`${String(kind)} in version "${String(apiVersion)}" cannot be handled as a Scale`)
  const { value, errors } = copyChecked(schema, schema.definitionOf(scaleVersion, 'Scale')!, body)
  if (errors.length > 0) throw invalid('Scale', 'autoscaling', nameIn(body), errors)
  return { ...(value as Scale), apiVersion: scaleVersion, kind: 'Scale' }
}

/** The version in which every kind is scaled. */
export const scaleVersion = 'autoscaling/v1'

/** Changes how many are asked for, and nothing else. Throws Conflict when the scale names another object or version. */
export function updateScaleOf(
  parts: ServerParts,
  resource: Resource,
  object: Loose,
  scale: Scale,
  context: Context,
  manager?: string,
): KubeObject {
  const { definition } = resource
  const { name, namespace = '' } = object.metadata
  const { uid, resourceVersion } = (scale.metadata ?? {}) as Partial<ObjectMeta>
  if (uid !== undefined && uid !== '' && uid !== object.metadata.uid) throw wrongUid(resource, object.metadata, uid)
  if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== object.metadata.resourceVersion)
    throw conflict(definition.plural, name, undefined, definition.group)
  const replicas = scale.spec?.replicas ?? 0
  // Custom objects are asked as a whole.
  if (replicas < 0 && definition.isOpen !== true)
    throw invalid('Scale', 'autoscaling', name, [negative('spec.replicas', replicas)])
  const next = withNumberAt(object, definition.scale!.specReplicasPath, replicas)
  return updateObject(parts, resource, namespace, next as Loose, context, 'scale', manager)
}

function nameIn(body: object): string {
  const name = (body as { metadata?: { name?: unknown } }).metadata?.name
  return typeof name === 'string' ? name : ''
}

type Fields = Readonly<Record<string, unknown>>

/** The fields of a path such as `.spec.replicas`. */
function fieldsOf(path: string): string[] {
  return path.split('.').slice(1)
}

/** The number at a path; 0 where there is none, as an absent count reads. */
function numberAt(object: object, path: string): number {
  let value: unknown = object
  for (const field of fieldsOf(path)) value = (value as Fields | undefined)?.[field]
  return typeof value === 'number' ? value : 0
}

/** A copy of the object with another number at a path. */
function withNumberAt(object: object, path: string, number: number): object {
  const put = (value: unknown, [field, ...rest]: readonly string[]): unknown =>
    field === undefined ? number : { ...(value as Fields), [field]: put((value as Fields | undefined)?.[field], rest) }
  return put(object, fieldsOf(path)) as object
}
