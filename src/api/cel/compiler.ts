/** Finds out what an expression means, and makes a function of it. Mirrors checker/checker.go of cel-go. */
import { type Entry, ExpressionError, type Item, LackingError, type Node } from './ast.ts'
import { dispatch, type Overload } from './functions.ts'
import { GLOBALS, LACKING, LITERALS, METHODS, TYPE_NAMES } from './library.ts'
import { compileMacro } from './macros.ts'
import { parseExpression } from './parser.ts'
import { type Compiling, noOverload, type Run, type Scope, type Slots, type Typed } from './typed.ts'
import {
  BOOL,
  type Bindings,
  DYN,
  fits,
  joined,
  list,
  map,
  optional,
  settled,
  shownType,
  type Type,
  TYPE,
} from './types.ts'
import { CelError, ListValue, LiteralMap, MapValue, OptionalValue, TypeValue, typeName, type Value } from './values.ts'

export interface Compiled {
  readonly type: Type
  /** The variables that it reads. */
  readonly reads: ReadonlySet<string>
  /** By name, those that it reads. Throws CelError. */
  readonly evaluate: (values: Readonly<Record<string, Value>>) => Value
}

/**
 * Compiles an expression over variables of these types. Throws ExpressionError for what means nothing, LackingError for
 * what nobody simulates.
 */
export function compileExpression(text: string, variables: ReadonlyMap<string, Type>): Compiled {
  const names = [...variables.keys()]
  const compiler = new Compiler(names.length + 1)
  const scope = new Map(names.map((name, slot) => [name, { type: variables.get(name)!, slot: slot + 1 }]))
  const { type, run } = compiler.compile(parseExpression(text), scope)
  const reads = new Set(names.filter((name) => compiler.reads.has(name)))
  return { type, reads, evaluate: (values) => run([0, ...names.map((name) => values[name]!)]) }
}

class Compiler implements Compiling {
  readonly reads: Set<string> = new Set()
  /** Whether elements may be of several types, as among what is to be formatted. */
  private isMixed = false
  /** How many variables were there from the start. */
  private readonly given: number

  constructor(private used: number) {
    this.given = used
  }

  slot(): number {
    return this.used++
  }

  compile(node: Node, scope: Scope): Typed {
    switch (node.op) {
      case 'literal': {
        const { value } = node
        return { type: literalType(value), run: () => value }
      }
      case 'ident':
        return this.ident(node.name, node.at, scope)
      case 'select':
        return this.select(node, scope)
      case 'index':
        return this.index(node, scope)
      case 'list':
        return this.list(node.items, scope)
      case 'map':
        return this.map(node.entries, scope)
      case 'call':
        return this.call(node, scope)
    }
  }

  private ident(name: string, at: number, scope: Scope): Typed {
    const variable = scope.get(name)
    if (variable !== undefined) {
      const { type, slot } = variable
      if (slot < this.given) this.reads.add(name)
      return { type, run: (slots) => slots[slot]! }
    }
    if (LACKING.has(name)) throw new LackingError(name)
    const named = TYPE_NAMES.get(name)
    if (named === undefined) throw undeclared(name, at)
    const value = new TypeValue(named)
    return { type: TYPE, run: () => value }
  }

  private select(node: Node & { op: 'select' }, scope: Scope): Typed {
    const { field, isOptional, at } = node
    const dotted = dottedName(node)
    if (dotted !== undefined && TYPE_NAMES.has(dotted) && !scope.has(dotted.split('.')[0]!)) {
      return this.ident(dotted, at, new Map())
    }
    const of = this.compile(node.of, scope)
    const inner = of.type.kind === 'optional' ? of.type.of : of.type
    const type = fieldType(inner, field, at)
    const { run } = of
    if (isOptional || of.type.kind === 'optional') {
      return { type: optional(type), run: (slots) => optionalField(run(slots), field) }
    }
    return { type, run: (slots) => fieldOf(run(slots), field) }
  }

  /** `has(x.field)`. */
  presence(node: Node, at: number, scope: Scope): Typed {
    if (node.op !== 'select' || node.isOptional) throw new ExpressionError('invalid argument to has() macro', at)
    const of = this.compile(node.of, scope)
    const { field } = node
    fieldType(of.type.kind === 'optional' ? of.type.of : of.type, field, node.at)
    const { run } = of
    return { type: BOOL, run: (slots) => optionalField(run(slots), field).value !== undefined }
  }

  private index({ of, key, isOptional, at }: Node & { op: 'index' }, scope: Scope): Typed {
    const [subject, index] = [this.compile(of, scope), this.compile(key, scope)]
    const isInOptional = subject.type.kind === 'optional'
    const inner = isInOptional ? (subject.type as Type & { of: Type }).of : subject.type
    const type = elementType(inner, index.type, at, isOptional)
    if (isOptional || isInOptional) {
      return { type: optional(type), run: (slots) => optionalElement(subject.run(slots), index.run(slots)) }
    }
    return { type, run: (slots) => elementOf(subject.run(slots), index.run(slots)) }
  }

  private list(items: readonly Item[], scope: Scope): Typed {
    const typed = items.map((item) => this.item(item, scope))
    const type = typed.reduce<Type | undefined>(
      (sum, each, i) => this.together(sum, each.type, items[i]!.value.at),
      undefined,
    )
    const run: Run = (slots) => new ListValue(typed.flatMap((each) => presentOf(each, slots)))
    return { type: list(type ?? DYN), run }
  }

  private map(entries: readonly Entry[], scope: Scope): Typed {
    const keys = entries.map(({ key }) => this.compile(key, scope))
    const values = entries.map((entry) => this.item(entry, scope))
    const keyType = keys.reduce<Type | undefined>(
      (sum, each, i) => this.together(sum, each.type, entries[i]!.key.at),
      undefined,
    )
    const type = values.reduce<Type | undefined>(
      (sum, each, i) => this.together(sum, each.type, entries[i]!.value.at),
      undefined,
    )
    const run: Run = (slots) =>
      new LiteralMap(
        keys.flatMap((key, i) => presentOf(values[i]!, slots).map((value) => [key.run(slots), value] as const)),
      )
    return { type: map(keyType ?? DYN, type ?? DYN), run }
  }

  /** The type of all elements; they must be of one. */
  private together(sum: Type | undefined, type: Type, at: number): Type {
    if (sum === undefined) return type
    const both = joined(sum, type)
    if (both !== undefined) return both
    if (this.isMixed) return DYN
    throw mismatch(shownType(sum), type, at)
  }

  /** An optional element is there if it has a value. */
  private item({ value, isOptional }: Item, scope: Scope): Typed & { readonly isOptional: boolean } {
    const typed = this.compile(value, scope)
    if (!isOptional) return { ...typed, isOptional }
    if (typed.type.kind !== 'optional' && typed.type.kind !== 'dyn')
      throw mismatch('optional_type(dyn)', typed.type, value.at)
    return { type: typed.type.kind === 'optional' ? typed.type.of : DYN, run: typed.run, isOptional }
  }

  private call(node: Node & { op: 'call' }, scope: Scope): Typed {
    const macro = compileMacro(this, node, scope)
    if (macro !== undefined) return macro
    const { name, target, args, at } = node
    if (target === undefined) return this.resolved(name, GLOBALS.get(name), args, false, at, scope)
    const dotted = dottedName(target)
    const qualified = dotted === undefined ? undefined : GLOBALS.get(`${dotted}.${name}`)
    if (qualified !== undefined) return this.resolved(`${dotted}.${name}`, qualified, args, false, at, scope)
    return this.resolved(name, METHODS.get(name), [target, ...args], true, at, scope)
  }

  private resolved(
    name: string,
    overloads: readonly Overload[] | undefined,
    nodes: readonly Node[],
    isMethod: boolean,
    at: number,
    scope: Scope,
  ): Typed {
    if (LACKING.has(name)) throw new LackingError(`${name}()`)
    const wasMixed = this.isMixed
    this.isMixed ||= isMethod && name === 'format'
    const args = nodes.map((node) => this.compile(node, scope))
    this.isMixed = wasMixed
    if (overloads === undefined) throw undeclared(name, at)
    const types = args.map(({ type }) => type)
    const found = overloads.flatMap((overload) => {
      const bindings: Bindings = new Map()
      const isFit =
        overload.params.length === types.length && overload.params.every((asked, i) => fits(asked, types[i]!, bindings))
      return isFit ? [{ overload, result: settled(overload.result, bindings) }] : []
    })
    if (found.length === 0) throw noOverload(name, types, at, isMethod)
    checkLiterals(name, nodes, at)
    const candidates = found.map(({ overload }) => overload)
    const results = found.map(({ result }) => result)
    const first = results[0]!
    const isOne = results.every((result) => shownType(result) === shownType(first))
    return {
      type: isOne ? first : DYN,
      run: (slots) =>
        dispatch(
          candidates,
          args.map(({ run }) => run(slots)),
        ),
    }
  }
}

function literalType(value: Value): Type {
  const name = typeName(value)
  return (name === 'null_type' ? { kind: 'null' } : { kind: name }) as Type
}

function undeclared(name: string, at: number): ExpressionError {
  return new ExpressionError(`undeclared reference to '${name}' (in container '')`, at)
}

function mismatch(expected: string, found: Type, at: number): ExpressionError {
  return new ExpressionError(`expected type '${expected}' but found '${shownType(found)}'`, at)
}

/** `a.b.c`, if a node is nothing but names. */
function dottedName(node: Node): string | undefined {
  if (node.op === 'ident') return node.name
  if (node.op !== 'select' || node.isOptional) return undefined
  const before = dottedName(node.of)
  return before === undefined ? undefined : `${before}.${node.field}`
}

function fieldType(type: Type, field: string, at: number): Type {
  if (type.kind === 'dyn') return DYN
  if (type.kind === 'map') return type.of
  if (type.kind !== 'object') {
    throw new ExpressionError(`type '${shownType(type)}' does not support field selection`, at)
  }
  const found = type.fields.get(field)
  if (found === undefined) throw new ExpressionError(`undefined field '${field}'`, at)
  return found
}

function fieldOf(value: Value, field: string): Value {
  if (!(value instanceof MapValue)) throw new CelError('no such overload')
  const found = value.get(field)
  if (found === undefined) throw new CelError(`no such key: ${field}`)
  return found
}

function optionalField(value: Value, field: string): OptionalValue {
  const inner = value instanceof OptionalValue ? value.value : value
  if (inner === undefined) return NOTHING
  if (!(inner instanceof MapValue)) throw new CelError('no such overload')
  return new OptionalValue(inner.get(field))
}

const NOTHING: OptionalValue = Object.freeze(new OptionalValue(undefined))

function elementType(type: Type, key: Type, at: number, isOptional: boolean): Type {
  const isNumber = key.kind === 'int' || key.kind === 'uint' || key.kind === 'double' || key.kind === 'dyn'
  if (type.kind === 'dyn') return DYN
  if (type.kind === 'list' && isNumber) return type.of
  if (type.kind === 'map' && fits(type.key, key, new Map())) return type.of
  const name = isOptional ? '_[?_]' : '_[_]'
  throw noOverload(name, [type, key], at)
}

function elementOf(value: Value, key: Value): Value {
  const found = lookedUp(value, key)
  if (found !== undefined) return found
  throw new CelError(
    value instanceof ListValue ? `index out of bounds: ${String(key)}` : `no such key: ${shownKey(key)}`,
  )
}

function optionalElement(value: Value, key: Value): OptionalValue {
  const inner = value instanceof OptionalValue ? value.value : value
  return inner === undefined ? NOTHING : new OptionalValue(lookedUp(inner, key))
}

function lookedUp(value: Value, key: Value): Value | undefined {
  if (value instanceof MapValue) return value.get(key)
  if (!(value instanceof ListValue)) throw new CelError('no such overload')
  const index = typeof key === 'bigint' ? Number(key) : key
  if (typeof index !== 'number' || !Number.isInteger(index)) throw new CelError(`unsupported index: ${shownKey(key)}`)
  return value.items[index]
}

function shownKey(key: Value): string {
  return typeof key === 'string' || typeof key === 'bigint' || typeof key === 'number' ? String(key) : typeName(key)
}

function presentOf({ run, isOptional }: Typed & { readonly isOptional: boolean }, slots: Slots): readonly Value[] {
  const value = run(slots)
  if (!isOptional) return [value]
  if (!(value instanceof OptionalValue)) throw new CelError('no such overload')
  return value.value === undefined ? [] : [value.value]
}

/** Text that means something is looked at once, when the rule is. Mirrors the validators of cel-go's cel package. */
function checkLiterals(name: string, nodes: readonly Node[], at: number): void {
  const last = nodes.at(-1)
  const check = LITERALS.get(name)
  if (check === undefined || last?.op !== 'literal' || typeof last.value !== 'string') return
  if (nodes.length !== check.count) return
  const said = check.fault(last.value)
  if (said !== undefined) throw new ExpressionError(said, at)
}
