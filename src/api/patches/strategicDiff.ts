/**
 * Makes strategic merge patches. Mirrors diffMaps and what it calls of
 * apimachinery/pkg/util/strategicpatch/patch.go, but for one thing: upstream sorts the live list of scalars before it
 * asks whether the order has changed, and so sends orders that are the same and misses some that are not.
 */
import { byCodeUnit } from '../order.ts'
import type { Schema } from '../schema/schema.ts'
import { directives } from './directives.ts'
import { goValue } from './goText.ts'
import { isEmpty } from '../isEmpty.ts'
import { has, type JsonObject, keysOf, kindOf, sameJson } from './json.ts'
import { type Place, placeOf, rulesAt } from './places.ts'
import { elementKind, inOrderOf, keyOf, type List } from './strategicLists.ts'
import { combineStrategicPatches } from './strategicMerge.ts'

/**
 * What `kubectl apply` sends: whatever the manifest has otherwise than the object, and the deletion of what the
 * manifest applied last had and this one has not. What others have added to the object stays. Mirrors
 * CreateThreeWayMergePatch.
 */
export function createThreeWayStrategicPatch(
  schema: Schema,
  definition: string,
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
): JsonObject {
  const place = placeOf(definition)
  const changes = diffObjects({ schema, changes: true, deletions: false }, current, modified, place, false, '')
  if (sameJson(original, modified)) return changes
  const deletions = diffObjects({ schema, changes: false, deletions: true }, original, modified, place, false, '')
  return isEmpty(deletions) ? changes : combineStrategicPatches(schema, definition, deletions, changes)
}

interface Diff {
  readonly schema: Schema
  /** Whether what `b` has otherwise or in addition is wanted. */
  readonly changes: boolean
  /** Whether what `b` lacks is wanted. */
  readonly deletions: boolean
}

type Patch = Record<string, unknown>

function diffObjects(
  diff: Diff,
  a: JsonObject,
  b: JsonObject,
  place: Place,
  retains: boolean,
  path: string,
): JsonObject {
  const patch: Patch = {}
  for (const key of Object.keys(b)) {
    if (b[key] === undefined) continue
    if (has(a, key)) diffField(diff, patch, key, a[key], b[key], place, path === '' ? key : `${path}.${key}`)
    else if (diff.changes) patch[key] = b[key]
  }
  const gone = Object.keys(a).filter((key) => !has(b, key))
  if (diff.deletions) for (const key of gone) patch[key] = null
  if (retains && (!isEmpty(patch) || gone.some((key) => a[key] !== null))) {
    const kept = keysOf(b).filter((key) => b[key] !== null && b[key] !== undefined)
    if (kept.length > 0) patch[directives.retain] = kept
  }
  return patch
}

function diffField(diff: Diff, patch: Patch, key: string, a: unknown, b: unknown, place: Place, path: string): void {
  if (a === b) return
  const kind = kindOf(b)
  if (kind === kindOf(a) && kind === 'object') {
    const { strategy, retainKeys, inside } = rulesAt(diff.schema, place, key)
    if (strategy !== 'replace') {
      const inner = diffObjects(diff, a as JsonObject, b as JsonObject, inside, retainKeys, path)
      if (!isEmpty(inner)) patch[key] = inner
      return
    }
  } else if (kind === kindOf(a) && kind === 'list') {
    const { strategy, mergeKey, retainKeys, inside } = rulesAt(diff.schema, place, key)
    if (strategy === 'merge') {
      diffLists({ ...diff, key, mergeKey, retainKeys, place: inside, path }, patch, a as List, b as List)
      return
    }
  }
  if (diff.changes && !sameJson(a, b)) patch[key] = b
}

interface ListDiff extends Diff {
  readonly key: string
  readonly mergeKey: string
  readonly retainKeys: boolean
  /** Of the elements. */
  readonly place: Place
  readonly path: string
}

function diffLists(diff: ListDiff, patch: Patch, a: List, b: List): void {
  const { key, path, mergeKey } = diff
  if (a.length === 0) {
    if (b.length > 0 && diff.changes) patch[key] = b
  } else if (elementKind(path, a, b) !== 'object') diffScalars(diff, patch, a, b)
  else if (mergeKey === '') {
    // Nothing tells the elements apart.
    if (diff.changes && !sameJson(a, b)) patch[key] = b
  } else diffElements(diff, patch, a, b)
}

function diffScalars({ changes, deletions, key }: ListDiff, patch: Patch, a: List, b: List): void {
  const [before, after] = [new Set(a), new Set(b)]
  const added = changes ? [...after].filter((element) => !before.has(element)) : []
  const gone = deletions ? [...before].filter((element) => !after.has(element)) : []
  if (added.length > 0) patch[key] = added
  if (gone.length > 0) patch[`${directives.deletion}/${key}`] = gone
  if (gone.length > 0 || (changes && !sameJson(a, b))) patch[`${directives.order}/${key}`] = b
}

function diffElements(diff: ListDiff, patch: Patch, a: List, b: List): void {
  const { key, mergeKey, path } = diff
  const [changed, gone] = diffPairs(diff, a, b)
  const list = [...inOrderOf(changed, b, mergeKey), ...gone]
  const isSameOrder =
    a.length === b.length && a.every((element, i) => keyOf(element, mergeKey, path) === keyOf(b[i], mergeKey, path))
  if (list.length > 0) patch[key] = list
  if (list.length > 0 || (diff.changes && !isSameOrder))
    patch[`${directives.order}/${key}`] = b.map((element) => ({ [mergeKey]: keyOf(element, mergeKey, path) }))
}

/** Elements that have changed or are new, and the deletion of those that are gone. */
function diffPairs(diff: ListDiff, a: List, b: List): [changed: JsonObject[], gone: JsonObject[]] {
  const { mergeKey, path } = diff
  const [before, after] = [sorted(a, mergeKey, path), sorted(b, mergeKey, path)]
  const changed: JsonObject[] = []
  const gone: JsonObject[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    const [one, other] = [before[i], after[j]]
    const sign = one === undefined ? 1 : other === undefined ? -1 : byCodeUnit(one.text, other.text)
    if (sign === 0) {
      const inner = diffObjects(diff, one!.element, other!.element, diff.place, diff.retainKeys, path)
      if (!isEmpty(inner)) changed.push({ ...inner, [mergeKey]: other!.element[mergeKey] })
    } else if (sign > 0 && diff.changes) changed.push(other!.element)
    else if (sign < 0 && diff.deletions) gone.push({ [mergeKey]: one!.element[mergeKey], [directives.patch]: 'delete' })
    if (sign <= 0) i++
    if (sign >= 0) j++
  }
  return [changed, gone]
}

/** Elements by merge key as text, those of one key in the order in which they stand. */
function sorted(list: List, mergeKey: string, path: string): { text: string; element: JsonObject }[] {
  return list
    .map((element) => ({ text: goValue(keyOf(element, mergeKey, path)), element: element as JsonObject }))
    .sort((a, b) => byCodeUnit(a.text, b.text))
}
