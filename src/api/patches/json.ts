import { byCodeUnit } from '../order.ts'

/** An object of JSON: only what is its own counts, so that a key may have any name. */
export type JsonObject = Readonly<Record<string, unknown>>

export type JsonKind = 'object' | 'list' | 'null' | 'string' | 'number' | 'boolean'

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function has(object: JsonObject, key: string): boolean {
  return Object.hasOwn(object, key)
}

/** The value of a key; undefined when the object itself has none. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

export function kindOf(value: unknown): JsonKind {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'list'
  return typeof value as JsonKind
}

/** Whether two values say the same in JSON; the order of keys does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  if (Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => has(b as JsonObject, key) && sameJson((a as JsonObject)[key], (b as JsonObject)[key]))
}

/** The keys in the one order that does not depend on how the object was written. */
export function keysOf(object: JsonObject): string[] {
  return Object.keys(object).sort(byCodeUnit)
}

/** A copy of JSON that shares nothing with it. */
export function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson)
  if (!isJsonObject(value)) return value
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) copy[key] = copyJson(value[key])
  return copy
}
