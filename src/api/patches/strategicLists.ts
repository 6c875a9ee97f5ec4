/**
 * The lists of strategic merges. Mirrors mergeSlice, mergePatchIntoOriginal and what they call of
 * apimachinery/pkg/util/strategicpatch/patch.go.
 */
import { badRequest, rejected } from '../errors.ts'
import { directives } from './directives.ts'
import { goValue } from './goText.ts'
import { has, isJsonObject, type JsonKind, type JsonObject, kindOf, own } from './json.ts'

export type List = readonly unknown[]

/** The kind of all elements; undefined when there are none. Throws BadRequest for a mixture, Invalid for lists of lists. */
export function elementKind(path: string, ...lists: readonly List[]): JsonKind | undefined {
  let kind: JsonKind | undefined
  for (const list of lists) {
    for (const element of list) {
      const found = kindOf(element)
      if (found === 'list') throw rejected('lists of lists are not supported', path)
      if (kind !== undefined && found !== kind)
        throw badRequest(`${path}: list element types are not identical: ${goValue(lists)}`)
      kind = found
    }
  }
  return kind
}

/** The value of an element's merge key. Throws BadRequest for an element without, for which upstream has an error of its own. */
export function keyOf(element: unknown, mergeKey: string, path: string): unknown {
  if (!isJsonObject(element)) throw badRequest(`${path}: expected an object, but received a ${kindOf(element)}`)
  if (has(element, mergeKey)) return element[mergeKey]
  throw badRequest(`${path}: map: ${goValue(element)} does not contain declared merge key: ${mergeKey}`)
}

/** What tells elements apart: the merge key's value or, of scalars, the element itself. */
export function identity(mergeKey: string): (element: unknown) => unknown {
  return mergeKey === ''
    ? (element) => element
    : (element) => (isJsonObject(element) ? own(element, mergeKey) : undefined)
}

/** Where each identity stands first. */
function positions(list: List, mergeKey: string): ReadonlyMap<unknown, number> {
  const of = identity(mergeKey)
  const at = new Map<unknown, number>()
  for (const [index, element] of list.entries()) {
    const key = of(element)
    if (!at.has(key)) at.set(key, index)
  }
  return at
}

export function isDeletion(element: unknown): boolean {
  return isJsonObject(element) && own(element, directives.patch) === 'delete'
}

/** The list in the order of another, deletions last; what stands in the other nowhere keeps to the end. */
export function inOrderOf(list: List, order: List, mergeKey: string): List {
  const at = positions(order, mergeKey)
  const of = identity(mergeKey)
  const place = (element: unknown): number => at.get(of(element)) ?? order.length
  const sorted = list.filter((element) => !isDeletion(element)).sort((a, b) => place(a) - place(b))
  return [...sorted, ...list.filter(isDeletion)]
}

/**
 * Sorts a merged list: what the patch speaks of as `wanted` has it, the rest as it stood, each of the rest before the
 * first of the wanted that it stood before.
 */
export function arranged(merged: List, wanted: List, live: List, mergeKey: string): List {
  const spoken = positions(wanted, mergeKey)
  const of = identity(mergeKey)
  const ours = inOrderOf(
    merged.filter((element) => spoken.has(of(element))),
    wanted,
    mergeKey,
  )
  const others = inOrderOf(
    merged.filter((element) => !spoken.has(of(element))),
    live,
    mergeKey,
  )
  return interleaved(others, ours, positions(live, mergeKey), of)
}

function interleaved(
  others: List,
  ours: List,
  live: ReadonlyMap<unknown, number>,
  of: (element: unknown) => unknown,
): List {
  const all: unknown[] = []
  let next = 0
  for (const element of ours) {
    const stood = live.get(of(element))
    while (next < others.length && stood !== undefined) {
      const other = live.get(of(others[next]))
      if (other === undefined || other >= stood) break
      all.push(others[next++])
    }
    all.push(element)
  }
  return [...all, ...others.slice(next)]
}

/** The live list with the scalars of the patch added, and none twice. */
export function mergeScalars(live: List, patch: List): List {
  return arranged([...new Set([...live, ...patch])], patch, live, '')
}

/** What a patch does to a list of objects before elements are merged: `$patch` elements delete some, or replace all. */
export function withoutSpecial(live: List, patch: List, mergeKey: string, path: string): { live: List; patch: List } {
  const plain: unknown[] = []
  let left = live
  let isReplaced = false
  for (const element of patch as readonly JsonObject[]) {
    if (!has(element, directives.patch)) {
      plain.push(element)
      continue
    }
    switch (element[directives.patch]) {
      case 'delete': {
        const gone = keyOf(element, mergeKey, path)
        left = left.filter((one) => keyOf(one, mergeKey, path) !== gone)
        break
      }
      case 'replace':
        isReplaced = true
        break
      case 'merge':
        throw badRequest(`${path}: merging lists cannot yet be specified in the patch`)
      default:
        throw badRequest(
          `${path}: unknown patch type: ${goValue(element[directives.patch])} in map: ${goValue(element)}`,
        )
    }
  }
  return isReplaced ? { live: plain, patch: [] } : { live: left, patch: plain }
}

/**
 * The live list by which `$setElementOrder` sorts. Upstream deletes in place, in the very list it sorts by, and so what
 * a patch adds takes the places at the end that its deletions have freed.
 */
export function orderAfter(live: List, patch: List, mergeKey: string, path: string): List {
  if (!patch.some(isDeletion)) return live
  const left = withoutSpecial(live, patch.filter(isDeletion), mergeKey, path).live
  const known = positions(left, mergeKey)
  const of = identity(mergeKey)
  const isReplaced = patch.some((element) => isJsonObject(element) && own(element, directives.patch) === 'replace')
  const added = isReplaced ? [] : patch.filter((element) => !isSpecial(element) && !known.has(of(element)))
  return [...left, ...added].slice(0, live.length)
}

/** Throws BadRequest unless what the patch lists stands in `$setElementOrder` too, in the same order. */
export function checkOrder(patch: List, order: List, mergeKey: string, path: string): void {
  if (order.length === 0 || patch.length === 0) return
  const listed = mergeKey === '' ? patch : patch.filter((element) => !isDeletion(element))
  const same = (a: unknown, b: unknown): boolean =>
    mergeKey === '' ? a === b : keyOf(a, mergeKey, path) === keyOf(b, mergeKey, path)
  let next = 0
  for (const wanted of order) {
    while (next < listed.length && isSpecial(listed[next])) next++
    if (next < listed.length && same(listed[next], wanted)) next++
  }
  while (next < listed.length && isSpecial(listed[next])) next++
  if (next === listed.length) return
  throw badRequest(
    `${path}: the order in patch list:\n${goValue(patch)}\n doesn't match ${directives.order} list:\n${goValue(order)}`,
  )
}

function isSpecial(element: unknown): boolean {
  return isJsonObject(element) && has(element, directives.patch)
}
