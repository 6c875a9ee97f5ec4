/** What compiling makes of a part of an expression. */
import { ExpressionError, type Node } from './ast.ts'
import type { Frame } from './frame.ts'
import { type Overload, shownArgs } from './functions.ts'
import type { Type } from './types.ts'
import type { Value } from './values.ts'

/** An expression that means something: of which types its parts are, and which functions its calls may be of. */
export interface Tree {
  readonly root: Node
  readonly types: ReadonlyMap<Node, Type>
  /** Of a macro, there is nothing. */
  readonly overloads: ReadonlyMap<Node, readonly Overload[]>
}

export type Run = (frame: Frame) => Value

export interface Typed {
  readonly type: Type
  /** Throws CelError. */
  readonly run: Run
  /** Of a variable, and fields and elements of whatever it is: what it is without what looking costs in itself. */
  readonly attribute?: Attribute
  /** Of what is the same each time, and costs nothing. */
  readonly constant?: Value
}

export interface Attribute {
  readonly resolve: Run
  /** 1, or 0 for what is one of two others. */
  readonly cost: number
}

export interface Variable {
  readonly type: Type
  readonly slot: number
  /** Where it stands what finding the value costs whoever asks for it first. */
  readonly owed?: number
}

/** What is part of another attribute costs nothing in itself there. */
export function resolving({ run, attribute }: Typed): Run {
  return attribute?.resolve ?? run
}

export function attribute(type: Type, cost: number, resolve: Run): Typed {
  if (cost === 0) return { type, run: resolve, attribute: { resolve, cost } }
  const run: Run = (frame) => {
    frame.charge(cost)
    return resolve(frame)
  }
  return { type, run, attribute: { resolve, cost } }
}

export function constant(type: Type, value: Value): Typed {
  return { type, run: () => value, constant: value }
}

export type Scope = ReadonlyMap<string, Variable>

/** What the parts of a compiler ask of the whole. */
export interface Compiling {
  compile(node: Node, scope: Scope): Typed
  presence(node: Node, at: number, scope: Scope): Typed
  /** A slot that nobody else has. */
  slot(): number
  /** How many parts have been compiled so far. */
  readonly count: number
}

export function noOverload(name: string, types: readonly Type[], at: number, isMethod = false): ExpressionError {
  return new ExpressionError(`found no matching overload for '${name}' applied to '${shownArgs(isMethod, types)}'`, at)
}
