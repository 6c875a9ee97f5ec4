/**
 * Strategic merge patches: merge patches that know which lists are merged by key. Mirrors mergeMap and what it calls
 * of apimachinery/pkg/util/strategicpatch/patch.go.
 */
import { badRequest } from '../errors.ts'
import type { Schema } from '../schema/schema.ts'
import {
  directives,
  fieldOf,
  isDeletionList,
  isDirective,
  isOrder,
  withoutDirectives,
  withoutNulls,
} from './directives.ts'
import { goValue } from './goText.ts'
import { has, type JsonObject, keysOf, kindOf, sameJson } from './json.ts'
import { type Place, placeOf, rulesAt } from './places.ts'
import {
  arranged,
  checkOrder,
  elementKind,
  keyOf,
  type List,
  mergeScalars,
  orderAfter,
  withoutSpecial,
} from './strategicLists.ts'

/** The object with what the patch says. Throws BadRequest, or Invalid, with the path of what is wrong in the patch. */
export function applyStrategicPatch(
  schema: Schema,
  definition: string,
  object: JsonObject,
  patch: JsonObject,
): JsonObject {
  return mergeObject({ schema, combines: false }, object, patch, placeOf(definition), '')
}

/** Two patches as one, which does what the first and then the second would. */
export function combineStrategicPatches(
  schema: Schema,
  definition: string,
  first: JsonObject,
  second: JsonObject,
): JsonObject {
  return mergeObject({ schema, combines: true }, first, second, placeOf(definition), '')
}

interface Merge {
  readonly schema: Schema
  /** Whether both are patches: then directives and nulls are kept for later. */
  readonly combines: boolean
}

type Result = Record<string, unknown>

function mergeObject(merge: Merge, live: JsonObject, patch: JsonObject, place: Place, path: string): JsonObject {
  if (has(patch, directives.patch)) return directed(patch, path)
  const result: Result = { ...live }
  const left = new Map<string, unknown>()
  for (const key of keysOf(patch)) if (patch[key] !== undefined) left.set(key, patch[key])
  retain(merge, result, left, path)
  for (const key of [...left.keys()].filter(isOrder)) order(merge, result, left, key, place, path)
  for (const [key, value] of left) mergeField(merge, result, key, value, place, path)
  return result
}

/** A patch with `$patch` says what becomes of the whole object. */
function directed(patch: JsonObject, path: string): JsonObject {
  const { [directives.patch]: directive, ...rest } = patch
  if (directive === 'replace') return rest
  if (directive === 'delete') return {}
  throw badRequest(
    `${path === '' ? '' : `${path}: `}unknown patch type: ${goValue(directive)} in map: ${goValue(patch)}`,
  )
}

/** Fields that `$retainKeys` does not name go. */
function retain({ combines }: Merge, result: Result, left: Map<string, unknown>, path: string): void {
  const keys = left.get(directives.retain)
  if (!left.delete(directives.retain)) return
  const at = inside(path, directives.retain)
  if (combines) {
    const known = has(result, directives.retain) ? result[directives.retain] : keys
    if (!sameJson(known, keys)) throw badRequest(`${at}: ${goValue(known)} and ${goValue(keys)} are not deep equal`)
    result[directives.retain] = keys
    return
  }
  if (!Array.isArray(keys)) throw badRequest(`${at}: invalid patch format of retainKeys`)
  const retained = new Set<unknown>(keys)
  for (const [key, value] of left) {
    if (value === null || isDeletionList(key) || isOrder(key) || retained.has(key)) continue
    throw badRequest(`${at}: invalid patch format of retainKeys: ${key} is not among them`)
  }
  for (const key of Object.keys(result)) if (!retained.has(key)) delete result[key]
}

/** Merges and sorts the list of a `$setElementOrder`; nothing of either is left for later. */
function order(
  merge: Merge,
  result: Result,
  left: Map<string, unknown>,
  key: string,
  place: Place,
  path: string,
): void {
  const wanted = left.get(key)
  left.delete(key)
  const field = fieldOf(key, directives.order)
  const at = inside(path, field)
  if (!Array.isArray(wanted)) throw badRequest(`${inside(path, key)}: invalid patch format of setElementOrder list`)
  if (merge.combines) {
    if (has(result, key) && !sameJson(result[key], wanted))
      throw badRequest(`${inside(path, key)}: invalid patch format of setElementOrder list`)
    result[key] = wanted
  }
  const live = listOf(has(result, field) ? result[field] : undefined, at)
  const patch = listOf(left.get(field), at, left.has(field))
  left.delete(field)
  if (live === undefined && patch === undefined) return
  const kind = elementKind(at, live ?? [], patch ?? [])
  // Upstream refuses to sort nothing, and so trips over what kubectl apply sends for a list that is empty by now.
  if (kind === undefined) {
    result[field] = []
    return
  }
  const { mergeKey } = rulesAt(merge.schema, place, field)
  checkOrder(patch ?? [], wanted, mergeKey, at)
  if (mergeKey !== '') for (const element of wanted) keyOf(element, mergeKey, inside(path, key))
  const merged = orderedLists(merge, live, patch, field, place, at)
  if (mergeKey === '' && kind === 'object') throw badRequest(`${at}: cannot merge lists without merge key`)
  if (mergeKey !== '') for (const element of merged) keyOf(element, mergeKey, at)
  result[field] = arranged(merged, wanted, orderAfter(live ?? [], patch ?? [], mergeKey, at), mergeKey)
}

function orderedLists(
  merge: Merge,
  live: List | undefined,
  patch: List | undefined,
  field: string,
  place: Place,
  at: string,
): List {
  if (patch === undefined) return live!
  if (live === undefined) return merge.combines ? patch : (withoutDirectives(patch) as List)
  return mergeListField(merge, live, patch, field, place, at)
}

function listOf(value: unknown, path: string, isGiven = value !== undefined): List | undefined {
  if (!isGiven) return undefined
  if (Array.isArray(value)) return value
  throw badRequest(`${path}: expected a list, but received ${kindOf(value)}`)
}

function mergeField(merge: Merge, result: Result, key: string, value: unknown, place: Place, path: string): void {
  if (isDeletionList(key)) {
    if (merge.combines) result[key] = value
    else deleteScalars(result, key, value, path)
    return
  }
  if (value === null) {
    delete result[key]
    if (merge.combines) result[key] = null
    return
  }
  const kind = kindOf(value)
  const live = has(result, key) ? result[key] : undefined
  const at = inside(path, key)
  if (kind !== kindOf(live)) set(merge, result, key, value)
  else if (kind === 'object')
    result[key] = mergeObjectField(merge, live as JsonObject, value as JsonObject, key, place, at)
  else if (kind === 'list') result[key] = mergeListField(merge, live as List, value as List, key, place, at)
  else result[key] = value
}

/** A value that finds nothing of its kind to be merged with is taken as it is. */
function set({ combines }: Merge, result: Result, key: string, value: unknown): void {
  if (isDirective(value)) delete result[key]
  else result[key] = combines ? value : withoutDirectives(withoutNulls(value))
}

function deleteScalars(result: Result, key: string, gone: unknown, path: string): void {
  const field = fieldOf(key, directives.deletion)
  const live = has(result, field) ? result[field] : undefined
  if (gone === null) {
    delete result[field]
    return
  }
  if (!Array.isArray(live) || !Array.isArray(gone)) return
  const at = inside(path, field)
  if (elementKind(at, live, gone) === 'object') throw badRequest(`${at}: cannot delete objects from a list of scalars`)
  const remove = new Set<unknown>(gone)
  result[field] = live.filter((element) => !remove.has(element))
}

function mergeObjectField(
  merge: Merge,
  live: JsonObject,
  patch: JsonObject,
  key: string,
  place: Place,
  path: string,
): JsonObject {
  const { strategy, inside: within } = rulesAt(merge.schema, place, key)
  return strategy === 'replace' ? patch : mergeObject(merge, live, patch, within, path)
}

function mergeListField(merge: Merge, live: List, patch: List, key: string, place: Place, path: string): List {
  const { strategy, mergeKey, inside: within } = rulesAt(merge.schema, place, key)
  if (strategy !== 'merge') return patch
  const kind = elementKind(path, live, patch)
  if (kind === undefined) return live
  if (kind !== 'object') return mergeScalars(live, patch)
  if (mergeKey === '') throw badRequest(`${path}: cannot merge lists without merge key`)
  const plain = withoutSpecial(live, patch, mergeKey, path)
  const merged = mergeElements(merge, plain.live, plain.patch, mergeKey, within, path)
  for (const element of merged) keyOf(element, mergeKey, path)
  return arranged(merged, plain.patch, plain.live, mergeKey)
}

function mergeElements(merge: Merge, live: List, patch: List, mergeKey: string, place: Place, path: string): List {
  const merged = [...live] as JsonObject[]
  for (const element of patch as readonly JsonObject[]) {
    const key = keyOf(element, mergeKey, path)
    const index = merged.findIndex((one) => has(one, mergeKey) && one[mergeKey] === key)
    if (index === -1) merged.push(merge.combines ? element : (withoutDirectives(element) as JsonObject))
    else merged[index] = mergeObject(merge, merged[index]!, element, place, `${path}[${mergeKey}=${String(key)}]`)
  }
  return merged
}

function inside(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
