/** Who manages which fields. Mirrors apimachinery/pkg/util/managedfields and structured-merge-diff/merge/update.go. */
import { applyConflict } from '../errors.ts'
import type { ManagedFieldsEntry } from '../meta.ts'
import { byCodeUnit } from '../order.ts'
import type { Schema } from '../schema/schema.ts'
import { mergeFields, removeFields } from './fieldMerge.ts'
import { contains, differences, fieldsOf, ownable, withNamedParents } from './fieldSets.ts'
import { isEmpty } from '../isEmpty.ts'
import { isJsonObject, type JsonObject, own, sameJson } from './json.ts'
import { lastAppliedAnnotation, lastAppliedTo } from './lastApplied.ts'
import { difference, type FieldSet, intersection, noFields, pathsOf, union } from './ownership.ts'
import type { Part } from './structure.ts'

export type Entries = readonly ManagedFieldsEntry[]

/** How an object is looked at. */
export interface Structure {
  readonly schema: Schema
  readonly root: Part
  /** Fields that the request cannot set: those of the status, or all others. */
  readonly settable: (fields: FieldSet) => FieldSet
}

/** Who does it, through what, and when. */
export interface Operation {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly subresource?: string | undefined
  /** RFC 3339, whole seconds. */
  readonly time: string
}

export interface AppliedFields {
  readonly object: JsonObject
  readonly entries: Entries
}

/** The manager of all that an object had before anybody applied anything to it. */
export const beforeFirstApply = 'before-first-apply'

/** kubectl's own manager: it takes over what its client-side apply has set. */
const kubectl = 'kubectl'

/**
 * What applying a manifest makes of an object: what the manifest says is set and owned; what the manager owned before,
 * says no longer and nobody else owns goes. Throws Conflict where others own what would change, unless forced.
 */
export function applyFields(
  structure: Structure,
  live: JsonObject,
  manifest: JsonObject,
  entries: Entries,
  by: Operation,
  force: boolean,
): AppliedFields {
  const { schema, root, settable } = structure
  const said = settable(fieldsOf(schema, root, manifest))
  const mine = ownable(said)
  const before = entries.find((entry) => isOf(entry, by))
  const others = entries.filter((entry) => entry !== before)
  const merged = pruned(structure, mergeFields(schema, root, live, manifest), before, [said, ...others.map(fieldsIn)])
  const { changed, removed } = differences(schema, root, live, merged)
  const conflicts = others
    .map((entry) => ({ entry, fields: intersection(fieldsIn(entry), settable(changed)) }))
    .filter(({ fields }) => !isEmpty(fields))
  const refused = by.manager === kubectl ? beyondLastApplied(structure, live, conflicts) : conflicts
  if (!force && refused.length > 0) throw conflictOf(refused, by)
  const left = others.map((entry) => without(entry, union(settable(changed), settable(removed))))
  return { object: merged, entries: sorted([...left, entryOf(by, mine)]) }
}

/** Whether a manager has applied this very manifest, and the object still says all of it. */
export function isApplied(
  { schema, root, settable }: Structure,
  live: JsonObject,
  manifest: JsonObject,
  entries: Entries,
  by: Operation,
): boolean {
  const before = entries.find((entry) => isOf(entry, by))
  if (before === undefined || before.apiVersion !== by.apiVersion) return false
  if (!contains(schema, root, live, manifest)) return false
  return sameJson(ownable(settable(fieldsOf(schema, root, manifest))), fieldsIn(before))
}

/** The object without what its manager has owned and nobody owns now. */
function pruned(
  { schema, root }: Structure,
  merged: JsonObject,
  before: ManagedFieldsEntry | undefined,
  sets: readonly FieldSet[],
): JsonObject {
  if (before === undefined) return merged
  const all = withNamedParents(schema, root, sets.reduce(union, noFields))
  const gone = difference(withNamedParents(schema, root, fieldsIn(before)), all)
  return isEmpty(gone) ? merged : removeFields(schema, root, merged, gone)
}

/** The entries after an update by whoever: what it has changed is its own, and nobody else's. */
export function updateFields(
  { schema, root, settable }: Structure,
  live: JsonObject,
  next: JsonObject,
  entries: Entries,
  by: Operation,
): Entries {
  const all = differences(schema, root, live, next)
  const [changed, removed] = [settable(all.changed), settable(all.removed)]
  if (isEmpty(changed) && isEmpty(removed)) return entries
  const before = entries.find((entry) => isOf(entry, by))
  const others = entries.filter((entry) => entry !== before)
  const mine = difference(union(before === undefined ? noFields : fieldsIn(before), changed), removed)
  const own = before !== undefined && sameJson(mine, fieldsIn(before)) ? before : entryOf(by, mine)
  return sorted([...others.map((entry) => without(entry, union(changed, removed))), own])
}

/**
 * Whether an entry is that of a manager. One that applies has a single entry, whatever version it applies in: mirrors
 * BuildManagerIdentifier of apimachinery/pkg/util/managedfields/internal/managedfields.go.
 */
function isOf(entry: ManagedFieldsEntry, by: Operation): boolean {
  return (
    entry.manager === by.manager &&
    entry.operation === by.operation &&
    (by.operation === 'Apply' || entry.apiVersion === by.apiVersion) &&
    entry.subresource === by.subresource
  )
}

function fieldsIn({ fieldsV1 }: ManagedFieldsEntry): FieldSet {
  return fieldsV1 ?? noFields
}

export function entryOf({ subresource, ...by }: Operation, fields: FieldSet): ManagedFieldsEntry {
  const entry = { ...by, fieldsType: 'FieldsV1', fieldsV1: fields }
  return subresource === undefined ? entry : { ...entry, subresource }
}

function without(entry: ManagedFieldsEntry, fields: FieldSet): ManagedFieldsEntry {
  const left = difference(fieldsIn(entry), fields)
  return sameJson(left, fieldsIn(entry)) ? entry : { ...entry, fieldsV1: left }
}

/** Who owns nothing has no entry; the order is that of managedFields.sortEncodedManagedFields. */
function sorted(entries: Entries): Entries {
  const key = ({ operation, time, manager, apiVersion, subresource }: ManagedFieldsEntry): readonly string[] =>
    [operation, time, manager, apiVersion, subresource].map((part) => part ?? '')
  return entries
    .filter((entry) => !isEmpty(fieldsIn(entry)))
    .sort((a, b) => {
      const [one, other] = [key(a), key(b)]
      const index = one.findIndex((part, i) => part !== other[i])
      return index === -1 ? 0 : byCodeUnit(one[index]!, other[index]!)
    })
}

interface Conflict {
  readonly entry: ManagedFieldsEntry
  readonly fields: FieldSet
}

/** The conflicts without what client-side apply has set and nobody has changed since: mirrors lastappliedmanager.go. */
function beyondLastApplied({ schema, root }: Structure, live: JsonObject, conflicts: readonly Conflict[]): Conflict[] {
  const text = own(objectAt(objectAt(live, 'metadata'), 'annotations'), lastAppliedAnnotation)
  if (typeof text !== 'string') return [...conflicts]
  const manifest = lastAppliedTo(text)
  const allowed = difference(fieldsOf(schema, root, manifest), differences(schema, root, live, manifest).changed)
  return conflicts
    .map(({ entry, fields }) => ({ entry, fields: difference(fields, allowed) }))
    .filter(({ fields }) => !isEmpty(fields))
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = own(object, key)
  return isJsonObject(value) ? value : {}
}

function conflictOf(conflicts: readonly Conflict[], by: Operation): Error {
  const found = conflicts
    .map(({ entry, fields }) => ({ who: nameOf(entry, by), paths: pathsOf(fields) }))
    .sort((a, b) => byCodeUnit(a.who, b.who))
  const all = found.flatMap(({ who, paths }) => paths.map((field) => ({ who, field })))
  const causes = all.map(({ who, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${who}`,
    field,
  }))
  if (all.length === 1)
    return applyConflict(`Apply failed with 1 conflict: conflict with ${all[0]!.who}: ${all[0]!.field}`, causes)
  const said = found.flatMap(({ who, paths }) => [`conflicts with ${who}:`, ...paths.map((path) => `- ${path}`)])
  return applyConflict(`Apply failed with ${all.length} conflicts: ${said.join('\n')}`, causes)
}

/** Whoever is scaled is looked at as a Scale, by whatever version it was written. */
function nameOf({ manager, operation, apiVersion, subresource }: ManagedFieldsEntry, by: Operation): string {
  const who = JSON.stringify(manager) + (subresource === undefined ? '' : ` with subresource "${subresource}"`)
  const version = by.subresource === 'scale' ? 'autoscaling/v1' : apiVersion
  return operation === 'Update' ? `${who} using ${version}` : who
}
