/**
 * What calls may cost at most, and how large what they make may be. Mirrors checker/cost.go, ext/lists.go and ext/sets.go of
 * cel-go, and EstimateCallCost of pkg/cel/library/cost.go of the API server.
 */
import type { Node } from './ast.ts'
import { FORMULAS, fraction, LIST_COST, PER_CHARACTER, regex } from './formulas.ts'
import type { Overload } from './functions.ts'
import { ANY, either, exactly, limited, MOST, product, type Range, sum } from './sizes.ts'
import type { Type } from './types.ts'

export interface Argument {
  readonly node: Node
  readonly type: Type
  /** Undefined where nobody knows. */
  readonly size: Range | undefined
  /** What it is a list of, if it can be one. */
  readonly elements: () => { readonly type: Type; readonly size: Range } | undefined
}

export interface Estimate {
  readonly cost: number
  /** Of what is made, where that can be told of the call. */
  readonly size?: Range | undefined
}

type Estimating = (args: readonly Argument[], overload: Overload) => Estimate

/** What these are taken to be as long as, whatever they are: the pattern of a format, an address in bytes, and a format. */
const LONGEST_PATTERN = 128
const LONGEST_ADDRESS = 16
const LONGEST_FORMAT = 64

const sizeOf = (arg: Argument | undefined): Range => arg?.size ?? ANY
const mostOf = (arg: Argument | undefined): number => sizeOf(arg).max
export const isText = ({ kind }: Type): boolean => kind === 'string' || kind === 'bytes'
const takesText = ({ params }: Overload, index = 0): boolean => isText(params[index]!)

const UNIT_EQUALITY: ReadonlySet<string> = new Set(['net.IP', 'net.CIDR', 'kubernetes.Quantity', 'kubernetes.Semver'])

const equal: Estimating = ([a, b], overload) => {
  const name = a!.type.kind === 'opaque' && b!.type.kind === 'opaque' && a!.type.name === b!.type.name && a!.type.name
  if (!name) return compared([a!, b!], overload)
  if (UNIT_EQUALITY.has(name)) return { cost: 1 }
  return { cost: fraction(name === 'kubernetes.NamedFormat' ? LONGEST_FORMAT : (b!.size?.max ?? 1)) }
}

const compared: Estimating = ([a, b]) => ({ cost: fraction(Math.min(mostOf(a), mostOf(b))) })
const comparedTexts: Estimating = (args, overload) => (takesText(overload) ? compared(args, overload) : { cost: 1 })

/** Each element is looked at once; what is no list is a text. */
const traversed: Estimating = ([value]) => {
  const elements = value!.elements()
  if (elements === undefined) return { cost: fraction(mostOf(value)) }
  return { cost: mostOf(value) * (1 + (isText(elements.type) ? fraction(elements.size.max) : 0)) }
}

const partly: Estimating = ([, part]) => ({ cost: fraction(mostOf(part)) })

const added: Estimating = ([a, b], { params: [first] }) => {
  const size = sum(sizeOf(a), sizeOf(b))
  if (isText(first!)) return { cost: fraction(size.max), size }
  return first!.kind === 'list' ? { cost: 1, size } : { cost: 1 }
}

/** What is not empty may be replaced as often as it fits, and something comes before and after each character otherwise. */
function replacedSize([text, old, by]: readonly Range[]): Range {
  const longest = (): number => {
    if (old!.min === 0) return limited(text!.max + 1) * by!.max + text!.max
    return by!.max <= old!.min ? text!.max : Math.ceil(text!.max / old!.min) * by!.max
  }
  const shortest = (): number => {
    if (old!.max === 0) return limited(text!.min + 1) * by!.min + text!.min
    return old!.max <= by!.min ? text!.min : Math.ceil(text!.min / old!.max) * by!.min
  }
  return { min: limited(shortest()), max: limited(longest()) }
}

const joined: Estimating = ([list, separator]) => {
  const count = sizeOf(list)
  const elements = list!.elements()
  const texts = elements === undefined ? exactly(0) : product(count, elements.size)
  const between = { min: Math.max(0, count.min - 1), max: Math.max(0, count.max - 1) }
  const size = separator === undefined ? texts : sum(texts, product(sizeOf(separator), between))
  return { cost: fraction(size.max), size }
}

/** An address or a range within a range. */
const contained =
  (masks: boolean): Estimating =>
  ([, other], overload) => {
    const bytes = fraction(LONGEST_ADDRESS, 2) + (masks ? fraction(LONGEST_ADDRESS) + 1 : 0)
    return { cost: bytes + (takesText(overload, 1) ? fraction(mostOf(other)) : 0) }
  }

/** A number that is said in so many words. */
function numberOf(arg: Argument | undefined, other: number): number {
  const value = arg?.node.op === 'literal' ? arg.node.value : undefined
  return typeof value === 'bigint' ? Math.max(0, Number(value)) : other
}

/** A list that is made, of which each element takes its time. */
function madeList(size: Range, times = 1): Estimate {
  return { cost: Math.ceil(size.max * times) + 1 + LIST_COST, size }
}

/** Of elements that are all compared with each other. As large as that is, the list is taken to be. */
export function estimateSort(size: Range, mayBeTexts: boolean): Estimate {
  return madeList(product(size, size), mayBeTexts ? 2 + PER_CHARACTER : 2)
}

const slice: Estimating = ([list, from, to]) => {
  const count = numberOf(to, mostOf(list)) - numberOf(from, 0)
  // Less than nothing is a number of 64 bits too.
  return madeList(exactly(count < 0 ? MOST : count))
}

const sorted: Estimating = ([list], { params: [of] }) =>
  estimateSort(sizeOf(list), of!.kind === 'list' && isText(of!.of))

/** Twice what has 64 bits has none. */
function quoted({ min, max }: Range): Range {
  return { min: min + 2, max: max >= MOST / 2 ? 0 : max * 2 + 2 }
}

type Sizing = (sizes: readonly Range[], args: readonly Argument[]) => Range

const asLarge: Sizing = ([text]) => text!
const noLarger: Sizing = ([text]) => ({ min: 0, max: text!.max })

/** Of what costs by its sizes alone. */
const SIZES: ReadonlyMap<string, Sizing> = new Map<string, Sizing>([
  ...['url', 'lowerAscii', 'upperAscii', 'substring', 'trim'].map((name) => [name, asLarge] as const),
  ['replace', replacedSize],
  ['split', ([text], [, , most]) => ({ min: 0, max: splitMost(most, text!.max) })],
  ...['find', 'findAll'].map((name) => [name, noLarger] as const),
  ['strings.quote', ([text]) => quoted(text!)],
])

/** As many parts as are asked for; less than none are all that 64 bits can count. */
function splitMost(arg: Argument | undefined, other: number): number {
  const value = arg?.node.op === 'literal' ? arg.node.value : undefined
  if (typeof value !== 'bigint') return other
  return value < 0n ? MOST : Number(value)
}

const ESTIMATES: ReadonlyMap<string, Estimating> = new Map<string, Estimating>([
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name) => [name, traversed] as const),
  ...['startsWith', 'endsWith'].map((name) => [name, partly] as const),
  ...['_<_', '_<=_', '_>_', '_>=_'].map((name) => [name, comparedTexts] as const),
  ['_==_', equal],
  ['_!=_', compared],
  ['_+_', added],
  ['@in', ([, within], { params: [, of] }) => ({ cost: of!.kind === 'list' ? mostOf(within) : 1 })],
  ['matches', ([text, pattern], { isMethod }) => ({ cost: isMethod ? regex(mostOf(text), mostOf(pattern)) : 1 })],
  ['join', joined],
  ['bytes', readText('string', ({ min, max }) => ({ min, max: limited(max * 4) }))],
  ['string', readText('bytes', ({ min, max }) => ({ min: Math.floor(min / 4), max }))],
  ['ip', ([text], overload) => ({ cost: takesText(overload) ? fraction(mostOf(text)) : 1 })],
  ['containsIP', contained(false)],
  ['containsCIDR', contained(true)],
  ['validate', ([, text]) => ({ cost: fraction(mostOf(text)) * regex(0, LONGEST_PATTERN) })],
  ['slice', slice],
  ['lists.range', ([count]) => madeList(exactly(numberOf(count, MOST)))],
  ['reverse', ([list]) => madeList(sizeOf(list))],
  ['flatten', ([list, depth]) => madeList(sizeOf(list), depth === undefined ? 1 : numberOf(depth, MOST))],
  ['distinct', ([list]) => estimateSort(sizeOf(list), false)],
  ['sort', sorted],
])

/** A text or bytes that become the other. */
function readText(from: Type['kind'], made: (size: Range) => Range): Estimating {
  return ([value], { params: [of] }) =>
    of!.kind === from ? { cost: fraction(mostOf(value)), size: made(sizeOf(value)) } : { cost: 1 }
}

export function estimateCall(overload: Overload, args: readonly Argument[]): Estimate {
  const { name } = overload
  const estimating = ESTIMATES.get(name)
  if (estimating !== undefined) return estimating(args, overload)
  const formula = FORMULAS.get(name)
  if (formula === undefined) return { cost: 1 }
  const size = SIZES.get(name)?.(args.map(sizeOf), args)
  return { cost: formula(mostOf(args[0]), mostOf(args[1])), size }
}

/** What covers any of these. */
export function together(estimates: readonly Estimate[]): Estimate {
  const sizes = estimates.flatMap(({ size }) => size ?? [])
  const cost = Math.max(...estimates.map((each) => each.cost))
  return { cost: limited(cost), size: sizes.length === 0 ? undefined : sizes.reduce(either) }
}
