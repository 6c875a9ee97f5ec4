/** RFC 7386. */
import { isEmpty } from '../isEmpty.ts'
import { has, isJsonObject, type JsonObject, sameJson } from './json.ts'

/**
 * The target with what the patch says; null in a patch removes. Parts that the patch does not name are shared. Within
 * lists, too, there is no null: so has it the library that API servers patch with, other than the RFC.
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (Array.isArray(patch)) return patch.filter((item) => item !== null).map((item) => applyMergePatch(undefined, item))
  if (!isJsonObject(patch)) return patch
  const merged: Record<string, unknown> = isJsonObject(target) ? { ...target } : {}
  for (const key of Object.keys(patch)) {
    const value = patch[key]
    if (value === undefined) continue
    if (value === null) delete merged[key]
    else merged[key] = applyMergePatch(has(merged, key) ? merged[key] : undefined, value)
  }
  return merged
}

/** The merge patch that makes `b` of `a`; for a `b` without null, which no merge patch can say. */
export function createMergePatch(a: JsonObject, b: JsonObject): JsonObject {
  const patch: Record<string, unknown> = {}
  for (const key of Object.keys(b)) {
    const [before, after] = [has(a, key) ? a[key] : undefined, b[key]]
    if (isJsonObject(before) && isJsonObject(after)) {
      const inner = createMergePatch(before, after)
      if (!isEmpty(inner)) patch[key] = inner
    } else if (!has(a, key) || !sameJson(before, after)) patch[key] = after
  }
  for (const key of Object.keys(a)) if (!has(b, key)) patch[key] = null
  return patch
}

/**
 * What `kubectl apply` sends for a kind whose structure it does not know: what the manifest has otherwise than the
 * object, and null for what the manifest applied last had and this one has not. Mirrors CreateThreeWayJSONMergePatch
 * of apimachinery/pkg/util/jsonmergepatch/patch.go.
 */
export function createThreeWayMergePatch(original: JsonObject, modified: JsonObject, current: JsonObject): JsonObject {
  const changes = only(createMergePatch(current, modified), (value) => value !== null)
  const deletions = only(createMergePatch(original, modified), (value) => value === null)
  return applyMergePatch(deletions, changes) as JsonObject
}

/** The parts of a patch whose values, null or not, are wanted. Empty objects are values. */
function only(patch: JsonObject, wanted: (value: unknown) => boolean): JsonObject {
  const kept: Record<string, unknown> = {}
  for (const key of Object.keys(patch)) {
    const value = patch[key]
    if (!isJsonObject(value) || isEmpty(value)) {
      if (wanted(value)) kept[key] = value
      continue
    }
    const inner = only(value, wanted)
    if (!isEmpty(inner)) kept[key] = inner
  }
  return kept
}
