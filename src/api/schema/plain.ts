import { sortedKeys } from '../order.ts'
import { refuse, prefix, typeName, wrongType, type Walk } from './faults.ts'

/** Deeper than any manifest, shallower than any stack. */
const MAX_DEPTH = 200

export function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}

/**
 * An object that is nothing but its own properties: a literal, or an instance of a class such as client-node's V1Pod.
 * Not a Map, a Date, an array, a boxed string, … of this or of another realm.
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  return !Array.isArray(value) && Object.prototype.toString.call(value) === '[object Object]'
}

/** Runs `copy` inside `value`, refusing what contains itself or is too deep to be data. */
export function within(value: object, walk: Walk, copy: () => unknown): unknown {
  if (walk.ancestors.includes(value)) return refuse(walk, 'Invalid', value, 'must not contain itself')
  if (walk.ancestors.length >= MAX_DEPTH)
    return refuse(walk, 'Invalid', value, `must not be nested over ${MAX_DEPTH} deep`)
  walk.ancestors.push(value)
  const copied = copy()
  walk.ancestors.pop()
  return copied
}

/** Copies free-form data: whatever JSON can say. */
export function copyAny(value: unknown, walk: Walk): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value + 0 : refuse(walk, 'Invalid', value, 'must be a finite number')
  }
  if (Array.isArray(value)) return within(value, walk, () => copyArray(value, walk))
  if (isRecord(value)) return within(value, walk, () => copyFree(value, walk))
  if (!isDate(value)) return refuse(walk, 'TypeInvalid', value, `must be plain data: "${nameOf(value)}"`)
  const ms = value.getTime()
  return Number.isNaN(ms) ? refuse(walk, 'Invalid', 'Invalid Date', 'must be a date') : value.toISOString()
}

export function copyFreeObject(value: unknown, walk: Walk): unknown {
  return isRecord(value) ? copyAny(value, walk) : wrongType(walk, 'object', value)
}

function copyArray(values: readonly unknown[], walk: Walk): unknown {
  const copied: unknown[] = []
  for (let i = 0; i < values.length; i++) {
    const mark = walk.faults.length
    copied.push(copyAny(values[i] ?? null, walk))
    if (walk.faults.length > mark) prefix(walk, mark, `[${i}]`)
  }
  return copied
}

function copyFree(record: Readonly<Record<string, unknown>>, walk: Walk): unknown {
  const copied: Record<string, unknown> = {}
  for (const key of sortedKeys(record)) {
    const value = record[key]
    if (value === undefined) continue
    const mark = walk.faults.length
    // Either key could reach the prototypes of whatever merges this data later.
    if (key === '__proto__' || key === 'constructor') refuse(walk, 'Invalid', key, `must not be named ${key}`)
    else copied[key] = copyAny(value, walk)
    if (walk.faults.length > mark) prefix(walk, mark, `.${key}`)
  }
  return copied
}

function nameOf(value: unknown): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  return typeof value === 'object' ? tag : typeName(value)
}
