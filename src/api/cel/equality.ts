/** When two values are the same. Mirrors common/types of cel-go, and apiserver/pkg/cel/common/values.go for lists. */
import { canonical } from '../customSchema/lists.ts'
import {
  Bytes,
  Duration,
  ListValue,
  MapValue,
  Opaque,
  OptionalValue,
  Preserved,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './values.ts'

/** Numbers compare across their types; values of other types are never the same. */
export function isEqual(a: Value, b: Value): boolean {
  if (a === b) return true
  if (isNumber(a) && isNumber(b)) return order(a, b) === 0
  if (a instanceof ListValue) return b instanceof ListValue && sameLists(a, b)
  if (a instanceof MapValue) return b instanceof MapValue && sameMaps(a, b)
  if (a instanceof OptionalValue) return b instanceof OptionalValue && sameOptionals(a, b)
  return sameScalars(a, b)
}

function sameScalars(a: Value, b: Value): boolean {
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos
  if (a instanceof Bytes) return b instanceof Bytes && a.bytes.join() === b.bytes.join()
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name
  if (a instanceof Opaque) return b instanceof Opaque && a.type === b.type && a.identity === b.identity
  return a instanceof Preserved && b instanceof Preserved && canonical(a.raw) === canonical(b.raw)
}

function sameOptionals(a: OptionalValue, b: OptionalValue): boolean {
  if (a.value === undefined || b.value === undefined) return a.value === b.value
  return isEqual(a.value, b.value)
}

function sameLists(a: ListValue, b: ListValue): boolean {
  if (a.items.length !== b.items.length) return false
  const correlation = a.correlation ?? b.correlation
  if (correlation === undefined) return a.items.every((item, i) => isEqual(item, b.items[i]!))
  if (correlation.by === 'set') return a.items.every((item) => b.items.some((other) => isEqual(item, other)))
  const { keys } = correlation
  return a.items.every((item) => b.items.some((other) => hasSameKeys(item, other, keys) && isEqual(item, other)))
}

/** Whether two items of a map are about the same. */
export function hasSameKeys(a: Value, b: Value, keys: readonly string[]): boolean {
  if (!(a instanceof MapValue && b instanceof MapValue)) return false
  return keys.every((key) => {
    const [one, other] = [a.get(key), b.get(key)]
    return one === undefined || other === undefined ? one === other : isEqual(one, other)
  })
}

function sameMaps(a: MapValue, b: MapValue): boolean {
  const keys = a.keys()
  if (keys.length !== b.keys().length) return false
  return keys.every((key) => {
    const other = b.get(key)
    return other !== undefined && isEqual(a.get(key)!, other)
  })
}

export type Numeric = bigint | number | Uint

export function isNumber(value: Value): value is Numeric {
  return typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint
}

/** Negative, 0 or positive; NaN where either is none. JavaScript compares bigints and numbers exactly. */
export function order(a: Numeric, b: Numeric): number {
  const [one, other] = [a instanceof Uint ? a.value : a, b instanceof Uint ? b.value : b]
  if (one < other) return -1
  if (one > other) return 1
  // eslint-disable-next-line eqeqeq -- a bigint and a number that say the same
  return one == other ? 0 : NaN
}
