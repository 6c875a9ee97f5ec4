/** Which fields an object has, and in which two objects differ. Mirrors structured-merge-diff/typed. */
import type { Schema } from '../schema/schema.ts'
import { isEmpty } from '../isEmpty.ts'
import { type JsonObject, sameJson } from './json.ts'
import { entriesOf, type FieldSet, isOwned, noFields, owned } from './ownership.ts'
import { isDivided, isNamed, type Part, partAt, partsIn } from './structure.ts'

/** What the server says of an object, and nobody owns. Mirrors stripSet of apimachinery/pkg/util/managedfields. */
const unowned: Readonly<Record<string, readonly string[]>> = Object.freeze({
  '': Object.freeze(['f:apiVersion', 'f:kind']),
  metadata: Object.freeze([
    'f:name',
    'f:namespace',
    'f:creationTimestamp',
    'f:selfLink',
    'f:uid',
    'f:generation',
    'f:managedFields',
    'f:resourceVersion',
  ]),
})

/** All that a manifest says, what nobody can own included. */
export function fieldsOf(schema: Schema, root: Part, object: JsonObject): FieldSet {
  return fieldsIn(schema, root, object, false, true)
}

/** `whole` says that each container is itself a field, too. */
function fieldsIn(schema: Schema, part: Part, value: unknown, whole: boolean, isRoot = false): FieldSet {
  if (!isDivided(part, value)) return noFields
  const fields: Record<string, unknown> = {}
  for (const [key, inner] of partsIn(schema, part, value, isRoot)) {
    const isContainer = isDivided(inner.part, inner.value)
    const inside = fieldsIn(schema, inner.part, inner.value, whole)
    const itself = whole || !isContainer || isElement(key) || !isNamed(schema, part, key.slice(2))
    if (itself || isEmptyObject(inner.value)) fields[key] = owned(inside)
    else if (!isEmpty(inside)) fields[key] = inside
  }
  return fields
}

function isElement(key: string): boolean {
  return !key.startsWith('f:')
}

function isEmptyObject(value: unknown): boolean {
  return !Array.isArray(value) && typeof value === 'object' && value !== null && isEmpty(value as JsonObject)
}

export interface Differences {
  /** What the second has otherwise, or in addition. */
  readonly changed: FieldSet
  /** What only the first has. */
  readonly removed: FieldSet
}

export function differences(schema: Schema, root: Part, a: JsonObject, b: JsonObject): Differences {
  const { changed, removed } = between(schema, root, a, b, true)
  return { changed: ownable(changed), removed: ownable(removed) }
}

function between(schema: Schema, part: Part, a: unknown, b: unknown, isRoot = false): Differences {
  const changed: Record<string, unknown> = {}
  const removed: Record<string, unknown> = {}
  if (!isDivided(part, a) || !isDivided(part, b)) return { changed, removed }
  const [before, after] = [partsIn(schema, part, a, isRoot), partsIn(schema, part, b, isRoot)]
  for (const [key, { part: inner, value }] of after) {
    const other = before.get(key)
    if (other === undefined) changed[key] = owned(fieldsIn(schema, inner, value, true))
    else if (other.value === value) continue
    else if (isDivided(inner, value) && isDivided(inner, other.value)) {
      const deeper = between(schema, inner, other.value, value)
      if (!isEmpty(deeper.changed)) changed[key] = deeper.changed
      if (!isEmpty(deeper.removed)) removed[key] = deeper.removed
    } else if (!sameJson(other.value, value)) changed[key] = noFields
  }
  for (const [key, { part: inner, value }] of before)
    if (!after.has(key)) removed[key] = owned(fieldsIn(schema, inner, value, true))
  return { changed, removed }
}

/** Whether an object says all that a manifest says, each element of its lists once. */
export function contains(schema: Schema, root: Part, object: JsonObject, manifest: JsonObject): boolean {
  return says(schema, root, object, manifest, true)
}

function says(schema: Schema, part: Part, live: unknown, said: unknown, isRoot = false): boolean {
  if (live === said) return true
  if (!isDivided(part, live) || !isDivided(part, said)) return sameJson(live, said)
  const [there, wanted] = [partsIn(schema, part, live, isRoot), partsIn(schema, part, said, isRoot)]
  if (Array.isArray(said) && wanted.size !== said.length) return false
  for (const [key, { part: inner, value }] of wanted) {
    const known = there.get(key)
    if (known === undefined || !says(schema, inner, known.value, value)) return false
  }
  return true
}

/** What of a set somebody may own. */
export function ownable(fields: FieldSet): FieldSet {
  const kept: Record<string, unknown> = {}
  for (const [key, entry] of entriesOf(fields)) {
    if (unowned['']!.includes(key)) continue
    if (key !== 'f:metadata') kept[key] = entry
    else {
      const metadata = Object.fromEntries(entriesOf(entry).filter(([name]) => !unowned['metadata']!.includes(name)))
      if (!isEmpty(metadata)) kept[key] = metadata
    }
  }
  return kept
}

/** The set with every field that a schema names, and inside which something is owned. Mirrors EnsureNamedFieldsAreMembers. */
export function withNamedParents(schema: Schema, part: Part, fields: FieldSet, isRoot = true): FieldSet {
  const all: Record<string, unknown> = {}
  for (const [key, entry] of entriesOf(fields)) {
    const name = key.slice(2)
    const inner = isElement(key) ? (part.kind === 'items' ? part.of : part) : partAt(schema, part, name, isRoot)
    const inside = withNamedParents(schema, inner, entry, false)
    const itself = isOwned(entry) || (!isElement(key) && isNamed(schema, part, name))
    all[key] = itself ? owned(inside) : inside
  }
  return all
}
