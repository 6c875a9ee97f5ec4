/** What can be done with lists. Mirrors lists.go of pkg/cel/library, and ext/sets.go of cel-go. */
import { isEqual, isNumber, order } from './equality.ts'
import { fn, method, type Overload } from './functions.ts'
import { byCodePoint, duration, has, int, uint } from './operators.ts'
import { BOOL, BYTES, DOUBLE, DURATION, INT, list, param, STRING, TIMESTAMP, type Type, UINT } from './types.ts'
import type { ListValue } from './values.ts'
import { Bytes, CelError, Duration, Timestamp, Uint, type Value } from './values.ts'

const A = param('A')
const COMPARABLE: readonly Type[] = [INT, UINT, DOUBLE, BOOL, DURATION, TIMESTAMP, STRING, BYTES]

/** Values of one type; those of others cannot be compared. */
function compare(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) return order(a, b)
  if (typeof a === 'string' && typeof b === 'string') return byCodePoint(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof Bytes && b instanceof Bytes) return byCodePoint(binary(a), binary(b))
  if (a instanceof Duration && b instanceof Duration) return order(a.nanos, b.nanos)
  if (a instanceof Timestamp && b instanceof Timestamp) return order(a.nanos, b.nanos)
  throw new CelError('no such overload')
}

const binary = ({ bytes }: Bytes): string => bytes.map((each) => String.fromCharCode(each)).join('')

function isSorted({ items }: ListValue): boolean {
  return items.every((item, i) => i === 0 || compare(items[i - 1]!, item) <= 0)
}

function extreme(name: 'min' | 'max'): (items: ListValue) => Value {
  const sign = name === 'min' ? 1 : -1
  return ({ items }) => {
    if (items.length === 0) throw new CelError(`${name} called on empty list`)
    return items.reduce((best, item) => (sign * compare(item, best) < 0 ? item : best))
  }
}

function indexOf({ items }: ListValue, value: Value): bigint {
  return BigInt(items.findIndex((item) => isEqual(item, value)))
}

function lastIndexOf({ items }: ListValue, value: Value): bigint {
  return BigInt(items.findLastIndex((item) => isEqual(item, value)))
}

function sum<T extends Value>(type: Type, zero: T, add: (a: T, b: T) => T): Overload {
  return method('sum', [list(type)], type, ({ items }: ListValue) => {
    const isOne = (item: Value): item is T =>
      typeof item === typeof zero && (typeof zero !== 'object' || item?.constructor === zero?.constructor)
    return items.reduce<T>((total, item) => {
      if (!isOne(item)) throw new CelError('no such overload')
      return add(total, item)
    }, zero)
  })
}

const containsAll = (a: ListValue, b: ListValue): boolean => b.items.every((item) => has(a, item))

export const collections: readonly Overload[] = Object.freeze([
  ...COMPARABLE.flatMap((type) => [
    method('isSorted', [list(type)], BOOL, isSorted),
    method('min', [list(type)], type, extreme('min')),
    method('max', [list(type)], type, extreme('max')),
  ]),
  sum<bigint>(INT, 0n, (a, b) => int(a + b)),
  sum<number>(DOUBLE, 0, (a, b) => a + b),
  sum(UINT, new Uint(0n), (a, b) => uint(a.value + b.value)),
  sum(DURATION, new Duration(0n), (a, b) => duration(a.nanos + b.nanos)),
  method('indexOf', [list(A), A], INT, indexOf),
  method('lastIndexOf', [list(A), A], INT, lastIndexOf),
  fn('sets.contains', [list(A), list(A)], BOOL, containsAll),
  fn(
    'sets.equivalent',
    [list(A), list(A)],
    BOOL,
    (a: ListValue, b: ListValue) => containsAll(a, b) && containsAll(b, a),
  ),
  fn('sets.intersects', [list(A), list(A)], BOOL, (a: ListValue, b: ListValue) => b.items.some((item) => has(a, item))),
])
