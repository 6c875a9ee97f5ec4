/** What stood in the place of a value before an update. Mirrors apiserver/pkg/cel/common/equality.go (CorrelatedObject). */
import type { JSONSchemaProps } from '../types/apiextensions.ts'
import { canonical, keyOf } from './lists.ts'

type Fields = Readonly<Record<string, unknown>>

/** Whether two values are the same, however their fields are ordered. */
export function isSame(value: unknown, other: unknown): boolean {
  return value === other || canonical(value) === canonical(other)
}

/** What a field was; undefined where there was none. */
export function oldField(before: unknown, key: string): unknown {
  if (typeof before !== 'object' || before === null || Array.isArray(before)) return undefined
  return Object.hasOwn(before, key) ? (before as Fields)[key] : undefined
}

/** What an item was: of a list that is a map, by its keys. Nothing tells the items of other lists apart. */
export function oldItems(schema: JSONSchemaProps, before: unknown): (item: unknown) => unknown {
  if (!Array.isArray(before) || schema['x-kubernetes-list-type'] !== 'map') return () => undefined
  const known = new Map<string, unknown>()
  for (const item of before) {
    const key = keyOf(schema, item)
    if (key !== undefined) known.set(canonical(key), item)
  }
  return (item) => {
    const key = keyOf(schema, item)
    return key === undefined ? undefined : known.get(canonical(key))
  }
}
