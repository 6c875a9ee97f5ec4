/**
 * Forms whose arguments are not just evaluated: conditions, tests of presence, and whatever goes through lists and maps.
 * Mirrors parser/macro.go and ext/comprehensions.go of cel-go.
 */
import { ExpressionError, type Node } from './ast.ts'
import { comprehensionOf, type Loop, variableTypes } from './comprehensions.ts'
import type { Frame } from './frame.ts'
import {
  attribute,
  type Compiling,
  noOverload,
  resolving,
  type Run,
  type Scope,
  type Typed,
  type Variable,
} from './typed.ts'
import { BOOL, DYN, joined, optional, shownType, type Type } from './types.ts'
import { CelError, CostError, OptionalValue } from './values.ts'

/** How many parts of an expression take as long as an element of a list. */
const PARTS_A_STEP = 16

type Call = Node & { readonly op: 'call' }

/** Undefined for a call that is of a function. */
export function compileMacro(compiler: Compiling, node: Call, scope: Scope): Typed | undefined {
  const { name, target, args, at } = node
  if (target === undefined) {
    if (name === '_&&_') return logic(compiler, node, scope, false)
    if (name === '_||_') return logic(compiler, node, scope, true)
    if (name === '_?_:_') return conditional(compiler, node, scope)
    return name === 'has' && args.length === 1 ? compiler.presence(args[0]!, at, scope) : undefined
  }
  if ((name === 'optMap' || name === 'optFlatMap') && args.length === 2) return mapped(compiler, node, target, scope)
  if ((name === 'or' || name === 'orValue') && args.length === 1) return otherwise(compiler, node, target, scope)
  return looped(compiler, node, target, scope)
}

/** Either side may settle it: what the other side cannot answer matters only where it does not. */
function logic(compiler: Compiling, { args }: Call, scope: Scope, settles: boolean): Typed {
  const [left, right] = args.map((arg) => compiler.compile(arg, scope)) as [Typed, Typed]
  for (const [i, { type }] of [left, right].entries()) checkBool(type, args[i]!.at)
  const run: Run = (frame) => {
    const first = attempt(left.run, frame)
    if (first === settles) return settles
    const second = attempt(right.run, frame)
    if (second === settles) return settles
    if (first instanceof CelError) throw first
    if (second instanceof CelError) throw second
    return !settles
  }
  return { type: BOOL, run }
}

function checkBool(type: Type, at: number): void {
  if (!isBool(type)) throw new ExpressionError(`expected type 'bool' but found '${shownType(type)}'`, at)
}

function isBool({ kind }: Type): boolean {
  return kind === 'bool' || kind === 'dyn'
}

/** A boolean, or why there is none. */
export function attempt(run: Run, frame: Frame): boolean | CelError {
  try {
    const value = run(frame)
    return typeof value === 'boolean' ? value : new CelError('no such overload')
  } catch (error) {
    if (error instanceof CelError && !(error instanceof CostError)) return error
    throw error
  }
}

function conditional(compiler: Compiling, { name, args, at }: Call, scope: Scope): Typed {
  const [condition, yes, no] = args.map((arg) => compiler.compile(arg, scope)) as [Typed, Typed, Typed]
  const type = joined(yes.type, no.type)
  if (type === undefined || !isBool(condition.type)) throw noOverload(name, [condition.type, yes.type, no.type], at)
  const [whenTrue, whenFalse] = [resolving(yes), resolving(no)]
  return attribute(type, 0, (frame) => {
    const value = condition.run(frame)
    if (typeof value !== 'boolean') throw new CelError('no such overload')
    return value ? whenTrue(frame) : whenFalse(frame)
  })
}

/** `x.optMap(v, …)`: what an optional's value becomes, if it has one. */
function mapped(compiler: Compiling, { name, args, at }: Call, target: Node, scope: Scope): Typed {
  const subject = compiler.compile(target, scope)
  if (subject.type.kind !== 'optional' && subject.type.kind !== 'dyn') throw noOverload(name, [subject.type], at, true)
  const owed = compiler.slot()
  const type = subject.type.kind === 'optional' ? subject.type.of : DYN
  const variable: Variable = { type, slot: compiler.slot(), owed }
  const body = compiler.compile(args[1]!, new Map([...scope, [nameOf(args[0]!), variable]]))
  const isFlat = name === 'optFlatMap'
  if (isFlat && body.type.kind !== 'optional' && body.type.kind !== 'dyn') {
    throw noOverload('_?_:_', [BOOL, body.type, optional(DYN)], at)
  }
  return attribute(isFlat ? body.type : optional(body.type), 0, (frame) => {
    const { cost } = frame
    const value = subject.run(frame)
    if (!(value instanceof OptionalValue)) throw new CelError('no such overload')
    frame.charge(1)
    if (value.value === undefined) {
      frame.charge(1)
      return value
    }
    // It is `x.hasValue() ? optional.of(…) : optional.none()`, and its variable `x.value()`, if anybody asks.
    frame.slots[owed] = frame.cost - cost
    frame.slots[variable.slot] = value.value
    const made = body.run(frame)
    if (isFlat) return made
    frame.charge(1)
    return new OptionalValue(made)
  })
}

/** `x.or(y)` and `x.orValue(y)`: nobody asks for y where x has a value. */
function otherwise(compiler: Compiling, { name, args, at }: Call, target: Node, scope: Scope): Typed {
  const [subject, other] = [compiler.compile(target, scope), compiler.compile(args[0]!, scope)]
  const isValue = name === 'orValue'
  const given = subject.type.kind === 'optional' && isValue ? subject.type.of : subject.type
  const type = joined(given, other.type)
  if ((subject.type.kind !== 'optional' && subject.type.kind !== 'dyn') || type === undefined) {
    throw noOverload(name, [subject.type, other.type], at, true)
  }
  const run: Run = (frame) => {
    const value = subject.run(frame)
    if (!(value instanceof OptionalValue)) throw new CelError('no such overload')
    if (value.value !== undefined) return isValue ? value.value : value
    return other.run(frame)
  }
  return { type, run }
}

function nameOf(node: Node): string {
  if (node.op === 'ident') return node.name
  throw new ExpressionError('argument must be a simple name', node.at)
}

/** `x.all(v, …)` and its like, with one variable or two. */
function looped(compiler: Compiling, { name, args }: Call, target: Node, scope: Scope): Typed | undefined {
  const form = comprehensionOf(name, args.length)
  if (form === undefined) return undefined
  const range = compiler.compile(target, scope)
  const types = variableTypes(range.type, form.variables, target.at)
  const names = args.slice(0, form.variables).map(nameOf)
  if (names[0] === names[1]) throw new ExpressionError('duplicate variable name', args[1]!.at)
  const variables = types.map((type) => ({ type, slot: compiler.slot() }))
  const inside = new Map([...scope, ...names.map((each, i) => [each, variables[i]!] as const)])
  const before = compiler.count
  const bodies = args.slice(form.variables).map((arg) => compiler.compile(arg, inside))
  if (form.tests) {
    checkBool(bodies[0]!.type, args[form.variables]!.at)
  }
  const made = bodies[form.tests ? 1 : 0]
  const loop: Loop = {
    range: range.run,
    slots: variables.map(({ slot }) => slot),
    test: form.tests ? (frame) => attempt(bodies[0]!.run, frame) : undefined,
    make: made?.run,
    costs: form.costs(made?.constant !== undefined),
    steps: 1 + (compiler.count - before) / PARTS_A_STEP,
  }
  return {
    type: form.result(types, made?.type ?? DYN),
    run: (frame) => {
      const value = form.run(loop, frame)
      frame.charge(loop.costs.end)
      return value
    },
  }
}
