/** What is said of constants, which is looked at once. */
import { ConstantError, ExpressionError, type Node } from './ast.ts'
import { dispatch, type Overload } from './functions.ts'
import { LITERALS } from './library.ts'
import { CelError } from './values.ts'

/** Functions that are asked at once where all that they are given is constant. */
const CONVERSIONS: ReadonlySet<string> = new Set(['bool', 'bytes', 'double', 'int', 'string', 'uint'])

/** Methods whose expression is read at once where it is constant. */
const PLANNED: ReadonlySet<string> = new Set(['find', 'findAll'])

/** Throws ConstantError. */
export function tryConstant(
  name: string,
  overloads: readonly Overload[],
  nodes: readonly Node[],
  isMethod: boolean,
): void {
  if (!(isMethod ? PLANNED : CONVERSIONS).has(name)) return
  const values = nodes.map((node) => (node.op === 'literal' ? node.value : undefined))
  if (isMethod) values[0] ??= ''
  if (!values.every((value) => value !== undefined)) return
  try {
    dispatch(overloads, values)
  } catch (error) {
    throw error instanceof CelError ? new ConstantError(error.message) : error
  }
}

/** What is said in so many words is looked at once, when the rule is. Mirrors the validators of cel-go's cel package. */
export function literalFault(name: string, nodes: readonly Node[]): ExpressionError | undefined {
  const last = nodes.at(-1)
  const check = LITERALS.get(name)
  if (check === undefined || last?.op !== 'literal' || nodes.length !== check.count) return undefined
  const said = check.fault(last.value)
  return said === undefined ? undefined : new ExpressionError(said, last.at)
}
