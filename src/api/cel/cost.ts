/**
 * What calls cost, in units of which cel-go does about ten million a second. Mirrors interpreter/runtimecost.go,
 * ext/lists.go and ext/sets.go of cel-go, and pkg/cel/library/cost.go of the API server.
 */
import { byteLength, codePoints } from '../utf8.ts'
import { type Formula, FORMULAS, fraction, LIST_COST, PER_CHARACTER, regex } from './formulas.ts'
import type { Overload } from './functions.ts'
import { REGEX_SIZES } from './namedFormats.ts'
import { Bytes, ListValue, MapValue, Opaque, OptionalValue, type Value } from './values.ts'

/** How large a value is, to those who go through it: 1 for what has no size. */
function sizeOf(value: Value | undefined): number {
  if (typeof value === 'string') return codePoints(value)
  if (value instanceof ListValue) return value.length
  if (value instanceof MapValue) return value.size
  if (value instanceof Bytes) return value.bytes.length
  if (value instanceof OptionalValue && value.value !== undefined) return sizeOf(value.value)
  return value instanceof Opaque ? (value.size ?? 1) : 1
}

/** What going through all that is in a value costs. */
function traversal(value: Value): number {
  if (typeof value === 'string') return Math.trunc(byteLength(value) * PER_CHARACTER)
  if (value instanceof Bytes) return Math.trunc(value.bytes.length * PER_CHARACTER)
  if (value instanceof ListValue) return value.items.reduce<number>((sum, item) => sum + traversal(item), 0)
  if (!(value instanceof MapValue)) return 1
  return value.keys().reduce<number>((sum, key) => sum + traversal(key) + traversal(value.get(key)!), 0)
}

type Cost = (args: readonly Value[], result: Value) => number

/** Nobody counts the characters of what does not matter. */
const counted = (formula: Formula): Cost =>
  formula.length < 2 ? ([a]) => formula(sizeOf(a), 0) : ([a, b]) => formula(sizeOf(a), sizeOf(b))
const text: Cost = ([first]) => fraction(sizeOf(first))
const whole: Cost = ([first]) => traversal(first!)
const match = counted(regex)
export const madeList = (size: number, times = 1): number => Math.trunc(size * times) + 1 + LIST_COST
const made: Cost = (_, result) => madeList(sizeOf(result))
const isText = (value: Value | undefined): boolean => typeof value === 'string' || value instanceof Bytes

/** Of elements that are all compared with each other. */
export function selfCompared(count: number, first: Value | undefined): number {
  return madeList(count * count, isText(first) ? 2 + PER_CHARACTER : 2)
}

const sorted: Cost = ([value]) => selfCompared((value as ListValue).length, (value as ListValue).at(0))
/** The smaller of two. A text has at least half as many code points as places: of one much longer nobody counts them. */
const compared: Cost = ([a, b]) => {
  if (typeof a !== 'string' || typeof b !== 'string') return fraction(Math.min(sizeOf(a), sizeOf(b)))
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  const size = codePoints(short)
  return fraction(size <= long.length / 2 ? size : Math.min(size, codePoints(long)))
}
const comparedTexts: Cost = (args, result) => (isText(args[0]) ? compared(args, result) : 1)

/** The bytes of a range are looked at twice, and once more to mask it; what is a text is read before. */
const contained =
  (masks: boolean): Cost =>
  ([cidr, other]) =>
    fraction(sizeOf(cidr), 2) +
    (masks ? fraction(sizeOf(cidr)) + 1 : 0) +
    (typeof other === 'string' ? fraction(codePoints(other)) : 0)

const UNIT_EQUALITY: ReadonlySet<string> = new Set([
  ...['net.IP', 'net.CIDR', 'kubernetes.Quantity', 'kubernetes.URL', 'kubernetes.Semver', 'kubernetes.NamedFormat'],
])

/** By name, whatever the types are that show only now. */
const BY_NAME: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ...[...FORMULAS].map(([name, formula]) => [name, counted(formula)] as const),
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name) => [name, whole] as const),
  ['join', (_, result) => fraction(sizeOf(result), 2)],
  ['ip', (args, result) => (typeof args[0] === 'string' ? text(args, result) : 1)],
  ['containsIP', contained(false)],
  ['containsCIDR', contained(true)],
  ['validate', ([format, subject]) => regex(sizeOf(subject), REGEX_SIZES.get((format as Opaque).identity) ?? 0)],
  [
    '_==_',
    (args, result) => (args[0] instanceof Opaque && UNIT_EQUALITY.has(args[0].type) ? 1 : compared(args, result)),
  ],
  ['_!=_', compared],
])

/** By name, where it was known from the start what is called. */
const BY_OVERLOAD: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ...['startsWith', 'endsWith'].map((name) => [name, text] as const),
  ...['_<_', '_<=_', '_>_', '_>=_'].map((name) => [name, comparedTexts] as const),
  ['_+_', ([a, b]) => (isText(a) ? fraction(sizeOf(a) + sizeOf(b)) : 1)],
  ['bytes', (args, result) => (typeof args[0] === 'string' ? text(args, result) : 1)],
  ['string', (args, result) => (args[0] instanceof Bytes ? text(args, result) : 1)],
  ['@in', ([, within]) => (within instanceof ListValue ? within.length : 1)],
  ...['slice', 'reverse', 'lists.range'].map((name) => [name, made] as const),
  ...['distinct', 'sort'].map((name) => [name, sorted] as const),
  ['flatten', ([list, depth]) => madeList(sizeOf(list), Number(depth ?? 1))],
])

/** What a call of these costs; undefined where that is 1, whatever it is given. */
export function costOf(name: string, candidates: readonly Overload[]): Cost | undefined {
  // The function of that name costs what any call does.
  if (name === 'matches') return candidates[0]!.isMethod ? match : undefined
  return BY_NAME.get(name) ?? (candidates.length === 1 ? BY_OVERLOAD.get(name) : undefined)
}
