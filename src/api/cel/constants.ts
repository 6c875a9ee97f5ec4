/** What is said of constants, which is looked at once. */
import { ConstantError, ExpressionError, type Node } from './ast.ts'
import type { Frame } from './frame.ts'
import { dispatch, type Overload } from './functions.ts'
import { LITERALS } from './library.ts'
import { constant, type Typed } from './typed.ts'
import { BOOL } from './types.ts'
import { CelError, keyText, ListValue, type Value } from './values.ts'

/** Functions that are asked at once where all that they are given is constant. */
const CONVERSIONS: ReadonlySet<string> = new Set([
  ...['bool', 'bytes', 'double', 'duration', 'dyn', 'int', 'string', 'timestamp', 'type', 'uint'],
])

/** Methods whose expression is read at once where it is constant. */
const PLANNED: ReadonlySet<string> = new Set(['find', 'findAll'])

/** What a conversion of a constant makes; undefined for all else. Throws ConstantError. */
export function tryConstant(
  name: string,
  overloads: readonly Overload[],
  args: readonly Typed[],
  frame: Frame,
  isMethod: boolean,
): Value | undefined {
  if (!(isMethod ? PLANNED : CONVERSIONS).has(name)) return undefined
  const values = args.map(({ constant }) => constant)
  if (isMethod) values[0] ??= ''
  if (!values.every((value) => value !== undefined)) return undefined
  try {
    const made = dispatch(overloads, values, frame)
    return isMethod ? undefined : made
  } catch (error) {
    throw error instanceof CelError ? new ConstantError(error.message) : error
  }
}

/**
 * Whether a value is in a list that says its elements in so many words: looked up in a set, which costs nothing. Undefined
 * for what is no such question. Mirrors maybeOptimizeSetMembership of interpreter/decorators.go.
 */
export function membership(name: string, overloads: readonly Overload[], args: readonly Typed[]): Typed | undefined {
  const list = args[1]?.constant
  if (name !== '@in' || overloads.length !== 1 || !(list instanceof ListValue)) return undefined
  if (list.length === 0) return constant(BOOL, false)
  const keys = list.items.map((item) => (item === null ? undefined : keyText(item)))
  if (keys.includes(undefined)) return undefined
  const [known, { run }] = [new Set(keys), args[0]!]
  return { type: BOOL, run: (frame) => known.has(keyText(run(frame))) }
}

/** What is said in so many words is looked at once, when the rule is. Mirrors the validators of cel-go's cel package. */
export function literalFault(name: string, nodes: readonly Node[]): ExpressionError | undefined {
  const last = nodes.at(-1)
  const check = LITERALS.get(name)
  if (check === undefined || last?.op !== 'literal' || nodes.length !== check.count) return undefined
  const said = check.fault(last.value)
  return said === undefined ? undefined : new ExpressionError(said, last.at)
}
