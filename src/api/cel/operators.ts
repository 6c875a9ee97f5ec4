/** Arithmetic, comparison and membership. Mirrors common/stdlib and common/types of cel-go. */
import { codePoints } from '../utf8.ts'
import { isEqual, Members, type Numeric, order } from './equality.ts'
import type { Frame } from './frame.ts'
import { both, fn, metered, type Overload } from './functions.ts'
import { BOOL, BYTES, DOUBLE, DURATION, INT, list, map, param, STRING, TIMESTAMP, type Type, UINT } from './types.ts'
import {
  Bytes,
  CelError,
  Duration,
  JoinedList,
  ListValue,
  type MapValue,
  Timestamp,
  Uint,
  type Value,
} from './values.ts'

const A = param('A')
const B = param('B')
const LEAST = -(1n << 63n)
const MOST = (1n << 63n) - 1n
const NUMBERS: readonly Type[] = [INT, UINT, DOUBLE]

/** Throws CelError beyond 64 bits. */
export function int(value: bigint): bigint {
  if (value < LEAST || value > MOST) throw new CelError('integer overflow')
  return value
}

export function uint(value: bigint): Uint {
  if (value < 0n || value >= 1n << 64n) throw new CelError('unsigned integer overflow')
  return new Uint(value)
}

type Compare = (difference: number) => boolean

const COMPARISONS: readonly (readonly [name: string, holds: Compare])[] = [
  ['_<_', (difference) => difference < 0],
  ['_<=_', (difference) => difference <= 0],
  ['_>_', (difference) => difference > 0],
  ['_>=_', (difference) => difference >= 0],
]

function comparisons([name, holds]: readonly [name: string, holds: Compare]): readonly Overload[] {
  return [
    ...NUMBERS.flatMap((a) =>
      NUMBERS.map((b) => fn(name, [a, b], BOOL, (x: Numeric, y: Numeric) => holds(order(x, y)))),
    ),
    fn(name, [BOOL, BOOL], BOOL, (x: boolean, y: boolean) => holds(Number(x) - Number(y))),
    fn(name, [STRING, STRING], BOOL, (x: string, y: string) => holds(byCodePoint(x, y))),
    fn(name, [BYTES, BYTES], BOOL, (x: Bytes, y: Bytes) => holds(byBytes(x.bytes, y.bytes))),
    fn(name, [TIMESTAMP, TIMESTAMP], BOOL, (x: Timestamp, y: Timestamp) => holds(order(x.nanos, y.nanos))),
    fn(name, [DURATION, DURATION], BOOL, (x: Duration, y: Duration) => holds(order(x.nanos, y.nanos))),
  ]
}

/** Go compares texts by their bytes, which is the order of their code points. */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0
  let at = 0
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  // Where two pairs of surrogates differ in their ends only.
  if (isLow(a.charCodeAt(at)) && isLow(b.charCodeAt(at))) at--
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1)
}

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

export function byBytes(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((each, i) => each !== b[i])
  return at === -1 ? a.length - b.length : a[at]! - (b[at] ?? -1)
}

/** The same for ints and uints, each within its 64 bits, and for doubles. */
function arithmetic(
  name: string,
  ofWhole: (a: bigint, b: bigint) => bigint,
  ofDoubles?: (a: number, b: number) => number,
): readonly Overload[] {
  return [
    fn(name, [INT, INT], INT, (a: bigint, b: bigint) => int(ofWhole(a, b))),
    fn(name, [UINT, UINT], UINT, (a: Uint, b: Uint) => uint(ofWhole(a.value, b.value))),
    ...(ofDoubles === undefined ? [] : [fn(name, [DOUBLE, DOUBLE], DOUBLE, ofDoubles)]),
  ]
}

function divided(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new CelError('division by zero')
  return a / b
}

function remainder(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new CelError('modulus by zero')
  return a % b
}

/** Sets are united, and maps merged: pkg/cel/common/values.go of the API server. */
function concatenated(a: ListValue, b: ListValue, frame: Frame): ListValue {
  const { correlation } = a
  if (correlation === undefined) return new JoinedList(a, b)
  frame.step(a.length + b.length)
  const known = new Members(a.items, correlation, frame)
  const added = b.items.filter((item) => known.alike(item).length === 0)
  if (correlation.by === 'set') return new ListValue([...a.items, ...added], correlation)
  const others = new Members(b.items, correlation, frame)
  return new ListValue([...a.items.map((item) => others.alike(item)[0] ?? item), ...added], correlation)
}

export function has(items: ListValue, value: Value, frame: Frame): boolean {
  return items.items.some((item) => isEqual(item, value, frame))
}

function sizeOfText(text: string, frame: Frame): bigint {
  frame.stepThrough(text)
  return BigInt(codePoints(text))
}

const sizes: readonly Overload[] = [
  ...both('size', [STRING], INT, sizeOfText).map(metered),
  ...both('size', [BYTES], INT, ({ bytes }: Bytes) => BigInt(bytes.length)),
  ...both('size', [list(A)], INT, ({ length }: ListValue) => BigInt(length)),
  ...both('size', [map(A, B)], INT, ({ size }: MapValue) => BigInt(size)),
]

const times: readonly Overload[] = [
  fn('_+_', [TIMESTAMP, DURATION], TIMESTAMP, (a: Timestamp, b: Duration) => timestamp(a.nanos + b.nanos, a.offset)),
  fn('_+_', [DURATION, TIMESTAMP], TIMESTAMP, (a: Duration, b: Timestamp) => timestamp(a.nanos + b.nanos, b.offset)),
  fn('_+_', [DURATION, DURATION], DURATION, (a: Duration, b: Duration) => duration(a.nanos + b.nanos)),
  fn('_-_', [TIMESTAMP, TIMESTAMP], DURATION, (a: Timestamp, b: Timestamp) => duration(a.nanos - b.nanos)),
  fn('_-_', [TIMESTAMP, DURATION], TIMESTAMP, (a: Timestamp, b: Duration) => timestamp(a.nanos - b.nanos, a.offset)),
  fn('_-_', [DURATION, DURATION], DURATION, (a: Duration, b: Duration) => duration(a.nanos - b.nanos)),
]

const FIRST_MOMENT = -62_135_596_800_000_000_000n
const LAST_MOMENT = 253_402_300_799_999_999_999n

/** Throws CelError outside of the years 1 to 9999. */
export function timestamp(nanos: bigint, offset = 0): Timestamp {
  if (nanos < FIRST_MOMENT || nanos > LAST_MOMENT) throw new CelError('timestamp overflow')
  return new Timestamp(nanos, offset)
}

export function duration(nanos: bigint): Duration {
  if (nanos < LEAST || nanos > MOST) throw new CelError('duration overflow')
  return new Duration(nanos)
}

export const operators: readonly Overload[] = Object.freeze([
  metered(fn('_==_', [A, A], BOOL, isEqual)),
  metered(fn('_!=_', [A, A], BOOL, (a: Value, b: Value, frame: Frame) => !isEqual(a, b, frame))),
  ...COMPARISONS.flatMap(comparisons),
  fn('!_', [BOOL], BOOL, (a: boolean) => !a),
  fn('-_', [INT], INT, (a: bigint) => int(-a)),
  fn('-_', [DOUBLE], DOUBLE, (a: number) => -a),
  ...arithmetic(
    '_+_',
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  ...arithmetic(
    '_-_',
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  ...arithmetic(
    '_*_',
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  ...arithmetic('_/_', divided, (a, b) => a / b),
  ...arithmetic('_%_', remainder),
  fn('_+_', [STRING, STRING], STRING, (a: string, b: string) => a + b),
  fn('_+_', [BYTES, BYTES], BYTES, (a: Bytes, b: Bytes) => new Bytes([...a.bytes, ...b.bytes])),
  metered(fn('_+_', [list(A), list(A)], list(A), concatenated)),
  ...times,
  metered(fn('@in', [A, list(A)], BOOL, (value: Value, items: ListValue, frame: Frame) => has(items, value, frame))),
  fn('@in', [A, map(A, B)], BOOL, (key: Value, value: MapValue) => value.get(key) !== undefined),
  ...sizes,
])
