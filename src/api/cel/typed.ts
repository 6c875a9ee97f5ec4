/** What compiling makes of a part of an expression. */
import { ExpressionError, type Node } from './ast.ts'
import { shownArgs } from './functions.ts'
import type { Type } from './types.ts'
import type { Value } from './values.ts'

/** The values of variables, by slot; the first says how many elements have been gone through. */
export type Slots = Value[]
export const STEPS = 0
export type Run = (slots: Slots) => Value

export interface Typed {
  readonly type: Type
  /** Throws CelError. */
  readonly run: Run
}

export interface Variable {
  readonly type: Type
  readonly slot: number
}

export type Scope = ReadonlyMap<string, Variable>

/** What the parts of a compiler ask of the whole. */
export interface Compiling {
  compile(node: Node, scope: Scope): Typed
  presence(node: Node, at: number, scope: Scope): Typed
  /** A slot that nobody else has. */
  slot(): number
}

export function noOverload(name: string, types: readonly Type[], at: number, isMethod = false): ExpressionError {
  return new ExpressionError(`found no matching overload for '${name}' applied to '${shownArgs(isMethod, types)}'`, at)
}
