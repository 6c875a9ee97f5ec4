/** Lists that are sets or maps. Mirrors pkg/apiserver/schema/listtype of the apiextensions API server. */
import { duplicate, type FieldError, invalid } from '../fieldErrors.ts'
import { isObject } from '../object.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'

type Fields = Readonly<Record<string, unknown>>

const NO_OBJECT = 'must be an object for an array of list-type map'

/** Whether a violation is one that `checkList` finds. */
export function isOfList({ type, detail }: FieldError): boolean {
  return type === 'Duplicate' || detail === NO_OBJECT
}

export function checkList(
  schema: JSONSchemaProps,
  value: readonly unknown[],
  path: string,
  errors: FieldError[],
): void {
  const type = schema['x-kubernetes-list-type']
  if (type !== 'set' && type !== 'map') return
  const other = type === 'map' ? value.findIndex((item) => item !== null && !isObject(item)) : -1
  if (other !== -1) {
    errors.push(invalid(`${path}[${other}]`, value[other], NO_OBJECT))
    return
  }
  const times = new Map<string, number>()
  for (const [i, item] of value.entries()) {
    const key = type === 'set' ? item : keyOf(schema, item)
    if (key === undefined) continue
    const text = canonical(key)
    const before = times.get(text) ?? 0
    // However often an item comes, that is said once.
    if (before === 1) errors.push(duplicate(`${path}[${i}]`, key))
    times.set(text, before + 1)
  }
}

/** What tells an item of a map apart: the keys that it has, with the defaults of those that it lacks. */
export function keyOf(schema: JSONSchemaProps, item: unknown): Fields | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const key: Record<string, unknown> = {}
  for (const name of schema['x-kubernetes-list-map-keys'] ?? []) {
    const value = (item as Fields)[name] ?? schema.items?.properties?.[name]?.default
    if (value !== undefined) key[name] = value
  }
  return key
}

/** The same text for the same value, however its fields are ordered. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}
