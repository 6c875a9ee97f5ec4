/** What goes through a list or a map: its forms, and how each runs. */
import { ExpressionError } from './ast.ts'
import { compare } from './comparing.ts'
import { selfCompared } from './cost.ts'
import { LIST_COST } from './formulas.ts'
import type { Frame } from './frame.ts'
import type { Run } from './typed.ts'
import { BOOL, DYN, INT, list, map, shownType, type Type } from './types.ts'
import { CelError, keyText, ListValue, LiteralMap, MapValue, type Value } from './values.ts'

export interface Loop {
  readonly range: Run
  /** Where the variables are: one, or two. */
  readonly slots: readonly number[]
  /** Whether an element counts, or why nobody knows. */
  readonly test: ((frame: Frame) => boolean | CelError) | undefined
  readonly make: Run | undefined
  readonly costs: Costs
  /** How much there is to do for each element, whatever it costs. */
  readonly steps: number
}

/** Of what a macro stands for, beside what it is given. */
interface Costs {
  /** Of asking whether to go on, before each element. */
  readonly next: number
  /** Of each that counts. */
  readonly kept: number
  readonly end: number
}

export interface Comprehension {
  readonly name: string
  /** How many arguments it has in all, and how many of them are names of variables. */
  readonly args: number
  readonly variables: 1 | 2
  /** Whether the first argument after the variables is a test. */
  readonly tests: boolean
  readonly result: (variables: readonly Type[], made: Type) => Type
  readonly costs: (makesConstants: boolean) => Costs
  readonly run: (loop: Loop, frame: Frame) => Value
}

const bool = (): Type => BOOL
const madeList = (_: readonly Type[], made: Type): Type => list(made)
const madeMap = ([key]: readonly Type[], made: Type): Type => map(key ?? DYN, made)
const madeEntries = (_: readonly Type[], made: Type): Type => (made.kind === 'map' ? made : map(DYN, DYN))
const firstList = ([item]: readonly Type[]): Type => list(item ?? DYN)

/** `r && …` for each, as long as not `@not_strictly_false(r)`; or `r || …`, and `!r`. */
const ALL: Costs = { next: 2, kept: 1, end: 1 }
const EXISTS: Costs = { next: 3, kept: 1, end: 1 }
/** `… ? r + 1 : r` for each, and then `r == 1`. */
const EXISTS_ONE: Costs = { next: 0, kept: 2, end: 2 }
/** `… ? cel.@mapInsert(r, key, …) : r`, and the same with an entry. */
const MAP: Costs = { next: 0, kept: 3, end: 1 }
const ENTRIES: Costs = { next: 0, kept: 2, end: 1 }

/** `… ? r + […] : r`. */
const inList = (makesConstants: boolean): Costs => ({
  next: 0,
  kept: makesConstants ? 2 : 2 + LIST_COST,
  end: 1,
})

/** The element itself, which is a variable; and what is to be sorted, which is one too. */
const inFiltered = (): Costs => ({ ...inList(false), kept: 3 + LIST_COST })
const inSorted = (makesConstants: boolean): Costs => ({ ...inList(makesConstants), end: 3 })

const test = (name: string, variables: 1 | 2, costs: Costs, run: Comprehension['run']): Comprehension => ({
  name,
  args: variables + 1,
  variables,
  tests: true,
  result: bool,
  costs: () => costs,
  run,
})

/** With a test before what is made, and without. */
const making = (
  name: string,
  variables: 1 | 2,
  result: Comprehension['result'],
  costs: Comprehension['costs'],
  run: Comprehension['run'],
): readonly Comprehension[] => [
  { name, args: variables + 1, variables, tests: false, result, costs, run },
  { name, args: variables + 2, variables, tests: true, result, costs, run },
]

const comprehensions: readonly Comprehension[] = Object.freeze([
  ...([1, 2] as const).flatMap((variables) => [
    test('all', variables, ALL, (loop, frame) => quantified(loop, frame, false)),
    test('exists', variables, EXISTS, (loop, frame) => quantified(loop, frame, true)),
    test('exists_one', variables, EXISTS_ONE, existsOne),
  ]),
  test('existsOne', 2, EXISTS_ONE, existsOne),
  { name: 'sortBy', args: 2, variables: 1, tests: false, result: firstList, costs: inSorted, run: sorted },
  { name: 'filter', args: 2, variables: 1, tests: true, result: firstList, costs: inFiltered, run: filtered },
  ...making('map', 1, madeList, inList, transformed),
  ...making('transformList', 2, madeList, inList, transformed),
  ...making('transformMap', 2, madeMap, () => MAP, transformedMap),
  ...making('transformMapEntry', 2, madeEntries, () => ENTRIES, transformedEntries),
])

export function comprehensionOf(name: string, args: number): Comprehension | undefined {
  return comprehensions.find((each) => each.name === name && each.args === args)
}

/** Of one variable, an item or a key; of two, an index and an item, or a key and a value. */
export function variableTypes(range: Type, count: number, at: number): readonly Type[] {
  if (range.kind === 'dyn') return count === 1 ? [DYN] : [DYN, DYN]
  if (range.kind === 'list') return count === 1 ? [range.of] : [INT, range.of]
  if (range.kind === 'map') return count === 1 ? [range.key] : [range.key, range.of]
  const detail = 'cannot be range of a comprehension (must be list, map, or dynamic)'
  throw new ExpressionError(`expression of type '${shownType(range)}' ${detail}`, at)
}

/** Puts one element after the other into the variables: of one, an item or a key; of two, what it is found by and itself. */
function* elements({ range, slots: [first, second], costs, steps }: Loop, frame: Frame): Generator<Value> {
  const value = range(frame)
  const isMap = value instanceof MapValue
  if (!isMap && !(value instanceof ListValue)) throw new CelError('no such overload')
  let index = 0n
  for (const item of isMap ? value.keys() : value.items) {
    frame.step(steps)
    frame.charge(costs.next)
    const key = isMap || second === undefined ? item : index++
    frame.slots[first!] = key
    if (second !== undefined) frame.slots[second] = isMap ? value.get(item)! : item
    yield key
  }
}

/** As with `||` and `&&`, one element may settle it whatever cannot be answered for the others. */
function quantified(loop: Loop, frame: Frame, settles: boolean): boolean {
  let fault: CelError | undefined
  let isSettled = false
  for (const _ of elements(loop, frame)) {
    if (isSettled) break
    frame.charge(loop.costs.kept)
    const said = loop.test!(frame)
    if (said === settles) isSettled = true
    else if (said instanceof CelError) fault ??= said
  }
  if (isSettled) return settles
  if (fault !== undefined) throw fault
  return !settles
}

function existsOne(loop: Loop, frame: Frame): boolean {
  let count = 0
  for (const _ of elements(loop, frame)) if (passes(loop, frame)) count++
  return count === 1
}

function passes({ test: tested, costs }: Loop, frame: Frame): boolean {
  const said = tested === undefined || tested(frame)
  if (said instanceof CelError) throw said
  if (said) frame.charge(costs.kept)
  return said
}

function filtered(loop: Loop, frame: Frame): Value {
  const kept: Value[] = []
  for (const item of elements(loop, frame)) if (passes(loop, frame)) kept.push(item)
  return new ListValue(kept)
}

/** By what is made of each; those of which the same is made stay in their order. */
function sorted(loop: Loop, frame: Frame): Value {
  const made: (readonly [key: Value, item: Value])[] = []
  for (const item of elements(loop, frame)) {
    frame.charge(loop.costs.kept)
    made.push([loop.make!(frame), item])
  }
  frame.charge(selfCompared(made.length, made[0]?.[0]))
  return new ListValue(made.sort(([a], [b]) => compare(a, b)).map(([, item]) => item))
}

function transformed(loop: Loop, frame: Frame): Value {
  const made: Value[] = []
  for (const _ of elements(loop, frame)) if (passes(loop, frame)) made.push(loop.make!(frame))
  return new ListValue(made)
}

function transformedMap(loop: Loop, frame: Frame): Value {
  const made: [key: Value, value: Value][] = []
  for (const key of elements(loop, frame)) if (passes(loop, frame)) made.push([key, loop.make!(frame)])
  return new LiteralMap(made)
}

/** Each element makes a map, and these are put together; none may have a key of another. */
function transformedEntries(loop: Loop, frame: Frame): Value {
  const made: [key: Value, value: Value][] = []
  const known = new Set<string | undefined>()
  for (const _ of elements(loop, frame)) {
    if (!passes(loop, frame)) continue
    const entries = loop.make!(frame)
    if (!(entries instanceof MapValue)) throw new CelError('no such overload')
    for (const key of entries.keys()) {
      frame.step(1)
      const text = keyText(key)
      if (known.has(text)) throw new CelError(`insert failed: key ${String(key)} already exists`)
      known.add(text)
      made.push([key, entries.get(key)!])
    }
  }
  return new LiteralMap(made)
}
