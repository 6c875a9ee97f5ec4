/** What goes through a list or a map: its forms, and how each runs. */
import { compare } from './comparing.ts'
import { isEqual } from './equality.ts'
import { type Run, type Slots, STEPS } from './typed.ts'
import { BOOL, DYN, list, map, type Type } from './types.ts'
import { CelError, CostError, ListValue, LiteralMap, MapValue, type Value } from './values.ts'

export interface Loop {
  readonly range: Run
  /** Where the variables are: one, or two. */
  readonly slots: readonly number[]
  /** Whether an element counts, or why nobody knows. */
  readonly test: ((slots: Slots) => boolean | CelError) | undefined
  readonly make: Run | undefined
}

export interface Comprehension {
  readonly name: string
  /** How many arguments it has in all, and how many of them are names of variables. */
  readonly args: number
  readonly variables: 1 | 2
  /** Whether the first argument after the variables is a test. */
  readonly tests: boolean
  readonly result: (variables: readonly Type[], made: Type) => Type
  readonly run: (loop: Loop, slots: Slots) => Value
}

const bool = (): Type => BOOL
const madeList = (_: readonly Type[], made: Type): Type => list(made)
const madeMap = ([key]: readonly Type[], made: Type): Type => map(key ?? DYN, made)
const madeEntries = (_: readonly Type[], made: Type): Type => (made.kind === 'map' ? made : map(DYN, DYN))
const firstList = ([item]: readonly Type[]): Type => list(item ?? DYN)

const test = (name: string, variables: 1 | 2, run: Comprehension['run']): Comprehension => ({
  name,
  args: variables + 1,
  variables,
  tests: true,
  result: bool,
  run,
})

/** With a test before what is made, and without. */
const making = (
  name: string,
  variables: 1 | 2,
  result: Comprehension['result'],
  run: Comprehension['run'],
): readonly Comprehension[] => [
  { name, args: variables + 1, variables, tests: false, result, run },
  { name, args: variables + 2, variables, tests: true, result, run },
]

export const comprehensions: readonly Comprehension[] = Object.freeze([
  ...([1, 2] as const).flatMap((variables) => [
    test('all', variables, (loop, slots) => quantified(loop, slots, false)),
    test('exists', variables, (loop, slots) => quantified(loop, slots, true)),
    test('exists_one', variables, existsOne),
  ]),
  test('existsOne', 2, existsOne),
  { name: 'sortBy', args: 2, variables: 1, tests: false, result: firstList, run: sorted },
  { name: 'filter', args: 2, variables: 1, tests: true, result: firstList, run: filtered },
  ...making('map', 1, madeList, transformed),
  ...making('transformList', 2, madeList, transformed),
  ...making('transformMap', 2, madeMap, transformedMap),
  ...making('transformMapEntry', 2, madeEntries, transformedEntries),
])

/** Puts one element after the other into the variables. */
function* elements({ range, slots: places }: Loop, slots: Slots): Generator<Value> {
  const value = range(slots)
  const [first, second] = places
  for (const [key, item] of pairs(value, second !== undefined)) {
    slots[first!] = key
    if (second !== undefined) slots[second] = item
    step(slots)
    yield key
  }
}

/** Mirrors the limit of a call (PerCallLimit), whose unit is about one element. */
function step(slots: Slots): void {
  const steps = (slots[STEPS] as number) + 1
  if (steps > MOST_STEPS) throw new CostError('operation cancelled: actual cost limit exceeded')
  slots[STEPS] = steps
}

const MOST_STEPS = 1_000_000

function* pairs(value: Value, isTwo: boolean): Generator<readonly [first: Value, second: Value]> {
  if (value instanceof ListValue) {
    for (const [i, item] of value.items.entries()) yield isTwo ? [BigInt(i), item] : [item, null]
  } else if (value instanceof MapValue) {
    for (const key of value.keys()) yield [key, isTwo ? value.get(key)! : null]
  } else throw new CelError('no such overload')
}

/** As with `||` and `&&`, one element may settle it whatever cannot be answered for the others. */
function quantified(loop: Loop, slots: Slots, settles: boolean): boolean {
  let fault: CelError | undefined
  for (const _ of elements(loop, slots)) {
    const said = loop.test!(slots)
    if (said === settles) return settles
    if (said instanceof CelError) fault ??= said
  }
  if (fault !== undefined) throw fault
  return !settles
}

function existsOne(loop: Loop, slots: Slots): boolean {
  let count = 0
  for (const _ of elements(loop, slots)) if (passes(loop, slots)) count++
  return count === 1
}

function passes({ test: tested }: Loop, slots: Slots): boolean {
  const said = tested === undefined || tested(slots)
  if (said instanceof CelError) throw said
  return said
}

function filtered(loop: Loop, slots: Slots): Value {
  const kept: Value[] = []
  for (const item of elements(loop, slots)) if (passes(loop, slots)) kept.push(item)
  return new ListValue(kept)
}

/** By what is made of each; those of which the same is made stay in their order. */
function sorted(loop: Loop, slots: Slots): Value {
  const made: (readonly [key: Value, item: Value])[] = []
  for (const item of elements(loop, slots)) made.push([loop.make!(slots), item])
  return new ListValue(made.sort(([a], [b]) => compare(a, b)).map(([, item]) => item))
}

function transformed(loop: Loop, slots: Slots): Value {
  const made: Value[] = []
  for (const _ of elements(loop, slots)) if (passes(loop, slots)) made.push(loop.make!(slots))
  return new ListValue(made)
}

function transformedMap(loop: Loop, slots: Slots): Value {
  const made: [key: Value, value: Value][] = []
  for (const key of elements(loop, slots)) if (passes(loop, slots)) made.push([key, loop.make!(slots)])
  return new LiteralMap(made)
}

/** Each element makes a map, and these are put together; none may have a key of another. */
function transformedEntries(loop: Loop, slots: Slots): Value {
  const made: [key: Value, value: Value][] = []
  for (const _ of elements(loop, slots)) {
    if (!passes(loop, slots)) continue
    const entries = loop.make!(slots)
    if (!(entries instanceof MapValue)) throw new CelError('no such overload')
    for (const key of entries.keys()) {
      if (made.some(([other]) => isEqual(other, key)))
        throw new CelError(`insert failed: key ${String(key)} already exists`)
      made.push([key, entries.get(key)!])
    }
  }
  return new LiteralMap(made)
}
