/**
 * Sets of fields as managedFields has them: `f:replicas`, `k:{"name":"web"}` for an element of a list by key, `v:"a"`
 * for one of a set; `.` is the thing itself where something inside it is owned, too. Mirrors
 * sigs.k8s.io/structured-merge-diff/fieldpath.
 */
import { isEmpty } from '../isEmpty.ts'
import { has, type JsonObject, keysOf } from './json.ts'

export type FieldSet = JsonObject

const self = '.'
const leaf: FieldSet = Object.freeze({})

export const noFields: FieldSet = leaf

/** An entry that owns what it names and, maybe, something inside. */
export function owned(inside: FieldSet = leaf): FieldSet {
  return isEmpty(inside) ? leaf : { [self]: leaf, ...inside }
}

/** Whether what an entry names is owned itself. */
export function isOwned(entry: FieldSet): boolean {
  return isEmpty(entry) || has(entry, self)
}

export function entriesOf(fields: FieldSet): [key: string, entry: FieldSet][] {
  return keysOf(fields)
    .filter((key) => key !== self)
    .map((key) => [key, fields[key] as FieldSet])
}

/** An entry of its parts; undefined when it would say nothing. */
function entryOf(itself: boolean, inside: FieldSet): FieldSet | undefined {
  if (itself) return owned(inside)
  return isEmpty(inside) ? undefined : inside
}

function insideOf(entry: FieldSet | undefined): FieldSet {
  if (entry === undefined || !has(entry, self)) return entry ?? leaf
  const { [self]: _, ...inside } = entry
  return inside as FieldSet
}

type Keep = (a: boolean, b: boolean) => boolean

function combine(a: FieldSet, b: FieldSet, keep: Keep): FieldSet {
  const result: Record<string, unknown> = {}
  const all = { ...a, ...b }
  for (const key of keysOf(all)) {
    const [one, other] = [a[key] as FieldSet | undefined, b[key] as FieldSet | undefined]
    const itself = keep(one !== undefined && isOwned(one), other !== undefined && isOwned(other))
    const entry = entryOf(itself, combine(insideOf(one), insideOf(other), keep))
    if (entry !== undefined) result[key] = entry
  }
  return result
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  return combine(a, b, (one, other) => one || other)
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return combine(a, b, (one, other) => one && other)
}

export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return combine(a, b, (one, other) => one && !other)
}

/** The path of everything that is owned, such as `.spec.containers[name="web"].image`, in the set's order. */
export function pathsOf(fields: FieldSet, path = ''): string[] {
  return entriesOf(fields).flatMap(([key, entry]) => {
    const at = path + stepOf(key)
    return [...(isOwned(entry) ? [at] : []), ...pathsOf(insideOf(entry), at)]
  })
}

function stepOf(key: string): string {
  const rest = key.slice(2)
  if (key.startsWith('f:')) return `.${rest}`
  if (key.startsWith('v:')) return `[=${rest}]`
  if (!key.startsWith('k:')) return `[${rest}]`
  const keys = JSON.parse(rest) as Readonly<Record<string, unknown>>
  return `[${keysOf(keys)
    .map((name) => `${name}=${JSON.stringify(keys[name])}`)
    .join(',')}]`
}
