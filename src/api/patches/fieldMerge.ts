/** Merging and removing by field. Mirrors structured-merge-diff/typed/merge.go and remove.go. */
import type { Schema } from '../schema/schema.ts'
import { has, type JsonObject } from './json.ts'
import { type FieldSet, isOwned } from './ownership.ts'
import { elementKey, isDivided, type Part, partAt } from './structure.ts'

/** The object with all that the manifest says. */
export function mergeFields(schema: Schema, root: Part, object: JsonObject, manifest: JsonObject): JsonObject {
  return mergeValue(schema, root, object, manifest, true) as JsonObject
}

function mergeValue(schema: Schema, part: Part, live: unknown, said: unknown, isRoot = false): unknown {
  if (!isDivided(part, live) || !isDivided(part, said)) return said
  if (Array.isArray(live) && Array.isArray(said)) return mergeElements(schema, part, live, said)
  if (Array.isArray(live) || Array.isArray(said)) return said
  const merged: Record<string, unknown> = { ...(live as JsonObject) }
  for (const [key, value] of Object.entries(said)) {
    if (value === undefined || value === null) continue
    const inner = partAt(schema, part, key, isRoot)
    merged[key] = has(merged, key) ? mergeValue(schema, inner, merged[key], value) : value
  }
  return merged
}

/** Elements in the order of the manifest; those that it does not name come as early as their own order lets them. */
function mergeElements(schema: Schema, part: Part, live: readonly unknown[], said: readonly unknown[]): unknown[] {
  const of: Part = part.kind === 'items' ? part.of : { kind: 'whole' }
  const keysOf = (list: readonly unknown[]): Keys => list.map((element) => elementKey(part, element))
  const [places, wanted] = [keysOf(live), keysOf(said)]
  const shared = wanted.filter((key) => places.includes(key))
  const merged: unknown[] = []
  let next = 0
  for (const [index, element] of said.entries()) {
    const key = wanted[index]
    const isShared = shared[0] === key
    for (; next < live.length; next++) {
      if (!wanted.includes(places[next])) merged.push(live[next])
      // What the manifest names comes in the manifest's order: others wait behind the one that is due.
      else if (places[next] === shared[0]) break
    }
    if (isShared) shared.shift()
    if (isShared && places[next] === key) next++
    const known = places.indexOf(key)
    merged.push(known === -1 ? element : mergeValue(schema, of, live[known], element))
  }
  return [...merged, ...live.slice(next).filter((_, index) => !wanted.includes(places[next + index]))]
}

type Keys = readonly (string | undefined)[]

/** The object without what a set of fields owns. */
export function removeFields(schema: Schema, root: Part, object: JsonObject, fields: FieldSet): JsonObject {
  return removeFrom(schema, root, object, fields, true) as JsonObject
}

function removeFrom(schema: Schema, part: Part, value: unknown, fields: FieldSet, isRoot = false): unknown {
  if (!isDivided(part, value)) return value
  if (Array.isArray(value)) {
    const of: Part = part.kind === 'items' ? part.of : { kind: 'whole' }
    const kept: unknown[] = []
    for (const element of value as readonly unknown[]) {
      const entry = entryAt(fields, elementKey(part, element))
      if (entry === undefined) kept.push(element)
      else if (!isOwned(entry)) kept.push(removeFrom(schema, of, element, entry))
    }
    return kept
  }
  const kept: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    const entry = entryAt(fields, `f:${key}`)
    if (entry === undefined) kept[key] = inner
    else if (!isOwned(entry)) kept[key] = removeFrom(schema, partAt(schema, part, key, isRoot), inner, entry)
  }
  return kept
}

function entryAt(fields: FieldSet, key: string | undefined): FieldSet | undefined {
  return key !== undefined && has(fields, key) ? (fields[key] as FieldSet) : undefined
}
