import { alreadyExists, invalid as refused } from '../api/errors.ts'
import { duplicate, required } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import type { KubeObject, ManagedFieldsEntry, ObjectMeta } from '../api/meta.ts'
import { errorsOf, refuseInvalid } from './checks.ts'
import type { Context } from './context.ts'
import { copyOf } from './defaults/mutable.ts'
import { takeIn } from './intake.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import type { Resource } from './records.ts'
import { metaAt } from './shapes.ts'
import { leaseFor } from './writes.ts'

/**
 * Keeps an object as another API server kept it: with its uid, times, status, generation and managers, under a version
 * of ours. Throws Invalid for what no API server could keep, AlreadyExists for what is there.
 */
export function restoreObject(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  given: object,
  context: Context,
): KubeObject {
  const { definition } = resource
  const { records, memos } = parts
  const taken = probed(managed(takeIn(parts, resource, given, namespace), given))
  refuseInvalid(resource, taken, unborn(taken.metadata))
  const object = definition.defaults(memos.defaulted(resource, withStatus(resource, taken))) as Loose
  const whole = copyOf(object)
  whole.metadata = metaAt(object.metadata, records.nextVersion)
  refuseInvalid(resource, whole, errorsOf(memos, resource, whole, whole))
  if (records.findLean(resource, namespace, whole.metadata.name) !== undefined)
    throw alreadyExists(definition.plural, whole.metadata.name, definition.group)
  refuseHeld(parts, resource, whole)
  records.put(resource, whole, context, undefined, leaseFor(parts, resource, context))
  parts.holdings.follow(resource, undefined, whole)
  memos.changed(resource)
  return whole
}

/** What every object of a running cluster has. */
function unborn({ name, uid, creationTimestamp }: Partial<ObjectMeta>): FieldError[] {
  const errors: FieldError[] = []
  if (!name) errors.push(required('metadata.name'))
  const why = 'only objects of a running cluster can be imported; apply manifests to it afterwards'
  if (!uid) errors.push(required('metadata.uid', why))
  if (!creationTimestamp) errors.push(required('metadata.creationTimestamp', why))
  return errors
}

/** With the managers it was given, which nobody but a server may name. */
function managed(taken: Loose, given: object): Loose {
  const { managedFields } = (given as { metadata?: { managedFields?: readonly ManagedFieldsEntry[] } }).metadata ?? {}
  if (managedFields === undefined || managedFields.length === 0) return taken
  return { ...taken, metadata: { ...taken.metadata, managedFields } }
}

/** Where a kind has a status, every object that a server keeps has one. */
function withStatus({ definition }: Resource, object: Loose): Loose {
  if (object.status !== undefined || !definition.verbs.includes('status') || definition.isOpen === true) return object
  const phase = initialPhase[definition.plural]
  return { ...object, status: phase === undefined ? {} : { phase } }
}

const initialPhase: Readonly<Record<string, string>> = Object.freeze({ pods: 'Pending', namespaces: 'Active' })

/** Two that have what only one can have cannot come of one cluster. */
function refuseHeld({ holdings }: ServerParts, resource: Resource, object: Loose): void {
  const [item, holder] = holdings.taken(resource, object) ?? []
  if (item === undefined) return
  const [what = '', value = ''] = item.split(/\/(.*)/su)
  const path = what === 'ip' ? 'spec.clusterIPs' : 'spec.ports'
  const { kind, group } = resource.definition
  throw refused(kind, group, object.metadata.name, [duplicate(path, `${value}, which ${holder} has`)])
}

/** The API server says null for a probe that never was; what is taken in says nothing. */
function probed(object: Loose): Loose {
  const { conditions } = (object.status ?? {}) as { readonly conditions?: readonly object[] }
  if (object.kind !== 'Pod' || conditions === undefined) return object
  const said = conditions.map((condition) => {
    if ('lastProbeTime' in condition || !('lastTransitionTime' in condition)) return condition
    return { ...condition, lastProbeTime: null }
  })
  return { ...object, status: { ...object.status, conditions: said } }
}
