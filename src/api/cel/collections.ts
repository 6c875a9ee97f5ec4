/** What can be done with lists. Mirrors lists.go of pkg/cel/library, and ext/lists.go and ext/sets.go of cel-go. */
import { compare } from './comparing.ts'
import { isEqual, isNumber } from './equality.ts'
import { fn, method, type Overload } from './functions.ts'
import { duration, has, int, uint } from './operators.ts'
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  list,
  optional,
  param,
  STRING,
  TIMESTAMP,
  type Type,
  UINT,
} from './types.ts'
import { CelError, Duration, ListValue, OptionalValue, Uint, type Value } from './values.ts'

const A = param('A')
const COMPARABLE: readonly Type[] = [INT, UINT, DOUBLE, BOOL, DURATION, TIMESTAMP, STRING, BYTES]

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

function slice({ items }: ListValue, start: bigint, end: bigint): ListValue {
  const wrong =
    start < 0n || end < 0n
      ? 'negative indexes not supported'
      : start > end
        ? 'start index must be less than or equal to end index'
        : end > BigInt(items.length)
          ? `list is length ${items.length}`
          : undefined
  if (wrong !== undefined) throw new CelError(`cannot slice(${start}, ${end}), ${wrong}`)
  return new ListValue(items.slice(Number(start), Number(end)))
}

function flat({ items }: ListValue, depth = 1n): ListValue {
  if (depth < 0n) throw new CelError('level must be non-negative')
  const inside = (item: Value): readonly Value[] =>
    item instanceof ListValue && depth > 0n ? flat(item, depth - 1n).items : [item]
  return new ListValue(items.flatMap(inside))
}

/** Only what is of one sort, and as a number or a text the same, can be equal. */
function distinct({ items }: ListValue): ListValue {
  const known = new Map<unknown, Value[]>()
  const found = items.filter((item) => {
    const sort = isNumber(item)
      ? Number(item instanceof Uint ? item.value : item)
      : typeof item === 'string'
        ? item
        : ''
    const alike = known.get(sort) ?? []
    if (alike.some((other) => isEqual(other, item))) return false
    known.set(sort, [...alike, item])
    return true
  })
  return new ListValue(found)
}

// PerCallLimit of pkg/apis/cel/config.go; whatever else a rule costs is not counted.
const MOST = 1_000_000n

function range(count: bigint): ListValue {
  if (count > MOST) throw new CelError('operation cancelled: actual cost limit exceeded')
  return new ListValue(Array.from({ length: Math.max(0, Number(count)) }, (_, i) => BigInt(i)))
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
    method('sort', [list(type)], list(type), ({ items }: ListValue) => new ListValue(items.toSorted(compare))),
    method('isSorted', [list(type)], BOOL, isSorted),
    method('min', [list(type)], type, extreme('min')),
    method('max', [list(type)], type, extreme('max')),
  ]),
  sum<bigint>(INT, 0n, (a, b) => int(a + b)),
  sum<number>(DOUBLE, 0, (a, b) => a + b),
  sum(UINT, new Uint(0n), (a, b) => uint(a.value + b.value)),
  sum(DURATION, new Duration(0n), (a, b) => duration(a.nanos + b.nanos)),
  method('first', [list(A)], optional(A), ({ items }: ListValue) => new OptionalValue(items[0])),
  method('last', [list(A)], optional(A), ({ items }: ListValue) => new OptionalValue(items.at(-1))),
  method('slice', [list(A), INT, INT], list(A), slice),
  method('flatten', [list(list(A))], list(A), (value: ListValue) => flat(value)),
  method('flatten', [list(DYN), INT], list(DYN), flat),
  method('distinct', [list(A)], list(A), distinct),
  method('reverse', [list(A)], list(A), ({ items }: ListValue) => new ListValue(items.toReversed())),
  fn('lists.range', [INT], list(INT), range),
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
