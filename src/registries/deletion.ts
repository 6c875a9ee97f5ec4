import { badRequest, conflict, notFound } from '../api/errors.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import { rfc3339 } from '../api/time.ts'
import { wrongUid } from './checks.ts'
import type { Context, DeleteOptions } from './context.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import type { Resource } from './records.ts'
import { removeObject, writeObject } from './writes.ts'

/** Removes an object, or marks it when it has time or finalizers left. */
export function deleteObject(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  options: DeleteOptions,
  context: Context,
): KubeObject {
  const { definition } = resource
  const object = parts.records.findLean(resource, namespace, name) as Loose | undefined
  if (object === undefined) throw notFound(definition.plural, name, definition.group)
  checkPreconditions(resource, object.metadata, options)
  checkOptions(options)
  const grace = definition.gracePeriod?.(object, options.gracePeriodSeconds) ?? 0
  const { metadata } = object
  const hasFinalizers = (metadata.finalizers ?? []).length > 0
  if (grace === 0 && !hasFinalizers) {
    removeObject(parts, resource, object, context)
    return object
  }
  const isSooner = metadata.deletionGracePeriodSeconds === undefined || grace < metadata.deletionGracePeriodSeconds
  if (metadata.deletionTimestamp !== undefined && !isSooner) return object
  return writeObject(parts, resource, { ...object, metadata: marked(metadata, grace, context.at) }, context)
}

/** Metadata of an object that is going to be gone after its grace period. */
function marked(metadata: ObjectMeta, grace: number, now: number): ObjectMeta {
  const deletionTimestamp = rfc3339(now + grace * 1000)
  const { generation } = metadata
  const raised =
    generation === undefined ? {} : { generation: generation + (metadata.deletionTimestamp === undefined ? 1 : 0) }
  return { ...metadata, ...raised, deletionTimestamp, deletionGracePeriodSeconds: grace }
}

function checkPreconditions(resource: Resource, metadata: ObjectMeta, options: DeleteOptions): void {
  const { plural, group } = resource.definition
  const { uid, resourceVersion } = options.preconditions ?? {}
  if (uid !== undefined && uid !== metadata.uid) throw wrongUid(resource, metadata, uid)
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const actual = metadata.resourceVersion
    const detail = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${actual}`
    throw conflict(plural, metadata.name, detail, group)
  }
}

function checkOptions({ gracePeriodSeconds: grace, propagationPolicy: policy }: DeleteOptions): void {
  if (grace !== undefined && (!Number.isInteger(grace) || grace < 0)) {
    throw badRequest(`gracePeriodSeconds: Invalid value: ${grace}: must be a whole number of seconds, 0 or more`)
  }
  if (policy === undefined || policy === 'Orphan') return
  if (policy === 'Background' || policy === 'Foreground') {
    throw badRequest(
      `propagationPolicy: ${policy}: dependents are not collected yet; delete them by name, or use Orphan`,
    )
  }
  throw badRequest(
    `propagationPolicy: Unsupported value: "${policy}": supported values: "Background", "Foreground", "Orphan"`,
  )
}
