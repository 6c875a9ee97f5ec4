/** What can be done with lists. Mirrors lists.go of pkg/cel/library, and ext/lists.go and ext/sets.go of cel-go. */
import { compare } from './comparing.ts'
import { madeList, selfCompared } from './cost.ts'
import { isEqual, Members } from './equality.ts'
import type { Frame } from './frame.ts'
import { fn, metered, method, type Overload } from './functions.ts'
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

function isSorted({ items }: ListValue, frame: Frame): boolean {
  frame.step(items.length)
  return items.every((item, i) => i === 0 || compare(items[i - 1]!, item) <= 0)
}

function sorted({ items }: ListValue, frame: Frame): ListValue {
  frame.step(items.length * COMPARISONS)
  return new ListValue(items.toSorted(compare))
}

/** What an element takes in the longest of lists: it is compared with some twenty others. */
const COMPARISONS = 4

function extreme(name: 'min' | 'max'): (items: ListValue, frame: Frame) => Value {
  const sign = name === 'min' ? 1 : -1
  return ({ items }, frame) => {
    frame.step(items.length)
    if (items.length === 0) throw new CelError(`${name} called on empty list`)
    return items.reduce((best, item) => (sign * compare(item, best) < 0 ? item : best))
  }
}

function indexOf({ items }: ListValue, value: Value, frame: Frame): bigint {
  frame.step(items.length)
  return BigInt(items.findIndex((item) => isEqual(item, value, frame)))
}

function lastIndexOf({ items }: ListValue, value: Value, frame: Frame): bigint {
  frame.step(items.length)
  return BigInt(items.findLastIndex((item) => isEqual(item, value, frame)))
}

function slice({ items }: ListValue, start: bigint, end: bigint, frame: Frame): ListValue {
  frame.step(items.length)
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

function flat({ items }: ListValue, depth: bigint, frame: Frame): ListValue {
  if (depth < 0n) throw new CelError('level must be non-negative')
  frame.step(items.length)
  const inside = (item: Value): readonly Value[] =>
    item instanceof ListValue && depth > 0n ? flat(item, depth - 1n, frame).items : [item]
  return new ListValue(items.flatMap(inside))
}

function distinct(list: ListValue, frame: Frame): ListValue {
  frame.mayCost(selfCompared(list.length, list.at(0)))
  const known = new Members([], { by: 'set' }, frame)
  const found = list.items.filter((item) => {
    if (known.alike(item).length > 0) return false
    known.add(item)
    return true
  })
  return new ListValue(found)
}

function range(count: bigint, frame: Frame): ListValue {
  frame.mayCost(madeList(Number(count)))
  return new ListValue(Array.from({ length: Math.max(0, Number(count)) }, (_, i) => BigInt(i)))
}

function sum<T extends Value>(type: Type, zero: T, add: (a: T, b: T) => T): Overload {
  const total = ({ items }: ListValue, frame: Frame): T => {
    frame.step(items.length)
    const isOne = (item: Value): item is T =>
      typeof item === typeof zero && (typeof zero !== 'object' || item?.constructor === zero?.constructor)
    return items.reduce<T>((total, item) => {
      if (!isOne(item)) throw new CelError('no such overload')
      return add(total, item)
    }, zero)
  }
  return metered(method('sum', [list(type)], type, total))
}

function containsAll(a: ListValue, b: ListValue, frame: Frame): boolean {
  frame.mayCost(a.length * b.length)
  return b.items.every((item) => has(a, item, frame))
}

function intersects(a: ListValue, b: ListValue, frame: Frame): boolean {
  frame.mayCost(a.length * b.length)
  return b.items.some((item) => has(a, item, frame))
}

const compared: readonly Overload[] = COMPARABLE.flatMap((type) => [
  metered(method('sort', [list(type)], list(type), sorted)),
  metered(method('isSorted', [list(type)], BOOL, isSorted)),
  metered(method('min', [list(type)], type, extreme('min'))),
  metered(method('max', [list(type)], type, extreme('max'))),
])

/** What goes through lists. */
const searching: readonly Overload[] = [
  method('slice', [list(A), INT, INT], list(A), slice),
  method('flatten', [list(list(A))], list(A), (value: ListValue, frame: Frame) => flat(value, 1n, frame)),
  method('flatten', [list(DYN), INT], list(DYN), flat),
  method('distinct', [list(A)], list(A), distinct),
  fn('lists.range', [INT], list(INT), range),
  method('indexOf', [list(A), A], INT, indexOf),
  method('lastIndexOf', [list(A), A], INT, lastIndexOf),
  fn('sets.contains', [list(A), list(A)], BOOL, containsAll),
  fn(
    'sets.equivalent',
    [list(A), list(A)],
    BOOL,
    (a: ListValue, b: ListValue, frame: Frame) => containsAll(a, b, frame) && containsAll(b, a, frame),
  ),
  fn('sets.intersects', [list(A), list(A)], BOOL, intersects),
]

export const collections: readonly Overload[] = Object.freeze([
  ...compared,
  sum<bigint>(INT, 0n, (a, b) => int(a + b)),
  sum<number>(DOUBLE, 0, (a, b) => a + b),
  sum(UINT, new Uint(0n), (a, b) => uint(a.value + b.value)),
  sum(DURATION, new Duration(0n), (a, b) => duration(a.nanos + b.nanos)),
  method('first', [list(A)], optional(A), (items: ListValue) => new OptionalValue(items.at(0))),
  method('last', [list(A)], optional(A), (items: ListValue) => new OptionalValue(items.at(items.length - 1))),
  method('reverse', [list(A)], list(A), ({ items }: ListValue) => new ListValue(items.toReversed())),
  ...searching.map(metered),
])
