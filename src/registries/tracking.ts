/**
 * Who manages which fields is kept of objects that somebody has applied on the server, and of no others: as upstream
 * with NewSkipNonAppliedManager (apimachinery/pkg/util/managedfields/internal/skipnonapplied.go), so that what nobody
 * asks for costs nothing.
 */
import type { ManagedFieldsEntry } from '../api/meta.ts'
import type { JsonObject } from '../api/patches/json.ts'
import { type Operation, type Structure, updateFields } from '../api/patches/managers.ts'
import type { FieldSet } from '../api/patches/ownership.ts'
import { rootOf } from '../api/patches/structure.ts'
import { isEmpty } from '../api/isEmpty.ts'
import type { Context } from './context.ts'
import type { SpecSubresource } from './definition.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import type { Resource } from './records.ts'

export type Subresource = 'status' | 'scale' | SpecSubresource | undefined

/** How the fields of a resource are looked at; what the other subresources are for belongs to nobody here. */
export function structureOf(
  { schema }: ServerParts,
  { definition, apiVersion }: Resource,
  sub: Subresource,
): Structure {
  const hasStatus = definition.verbs.includes('status')
  const part = definition.subresources?.[sub as SpecSubresource]
  return {
    schema,
    root: rootOf(schema.definitionOf(apiVersion, definition.kind), definition.schema),
    settable: (fields) => {
      if (part !== undefined) return within(fields, part.settable)
      return hasStatus ? filtered(fields, (key) => (key === 'f:status') === (sub === 'status')) : fields
    },
  }
}

/** What stands at paths. */
function within(fields: FieldSet, paths: readonly (readonly string[])[]): FieldSet {
  const kept = Object.entries(fields).flatMap(([key, value]): [string, FieldSet][] => {
    const rest = paths.filter(([first]) => first === key || first === '*').map((path) => path.slice(1))
    if (rest.some((path) => path.length === 0)) return [[key, value as FieldSet]]
    const inner = within(value as FieldSet, rest)
    return isEmpty(inner) ? [] : [[key, inner]]
  })
  return Object.fromEntries(kept)
}

function filtered(fields: FieldSet, isKept: (key: string) => boolean): FieldSet {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => isKept(key)))
}

export function operationOf(
  { times }: ServerParts,
  { apiVersion }: Resource,
  operation: Operation['operation'],
  manager: string,
  subresource: Subresource,
  { at }: Context,
): Operation {
  const by = { manager, operation, apiVersion, time: times.text(at) }
  return subresource === undefined ? by : { ...by, subresource }
}

/** The object with its managers as they are after an update of it. */
export function tracked(
  parts: ServerParts,
  resource: Resource,
  next: Loose,
  previous: Loose,
  context: Context,
  { manager = context.actor, subresource }: { manager?: string | undefined; subresource?: Subresource } = {},
): Loose {
  const entries = previous.metadata.managedFields
  if (entries === undefined || next === previous || next.metadata.managedFields === undefined) return next
  // A count that is nobody's stays so: upstream looks at the Scale alone, which nobody has applied then.
  if (subresource === 'scale' && !entries.some(ownsReplicas)) return next
  const by = operationOf(parts, resource, 'Update', manager, subresource, context)
  const structure = structureOf(parts, resource, subresource)
  const after = updateFields(structure, previous as unknown as JsonObject, next as unknown as JsonObject, entries, by)
  return after === entries ? next : managedBy(next, after)
}

/** Whether an entry says that its manager owns how many replicas are asked for. */
export function ownsReplicas({ fieldsV1 }: ManagedFieldsEntry): boolean {
  const fields = fieldsV1 as { readonly 'f:spec'?: { readonly 'f:replicas'?: object } } | undefined
  return fields?.['f:spec']?.['f:replicas'] !== undefined
}

/** The object with other managers. */
export function managedBy(object: Loose, managedFields: readonly ManagedFieldsEntry[]): Loose {
  return { ...object, metadata: { ...object.metadata, managedFields } }
}
