/** Finds out what an expression means, and makes a function of it. Mirrors checker/checker.go of cel-go. */
import { elementOf, elementType, fieldOf, fieldType, optionalElement, optionalField } from './access.ts'
import { type Entry, ExpressionError, ExpressionErrors, type Item, LackingError, type Node } from './ast.ts'
import { literalFault, tryConstant } from './constants.ts'
import { dispatch, type Overload } from './functions.ts'
import { GLOBALS, METHODS, TYPE_NAMES } from './library.ts'
import { compileMacro } from './macros.ts'
import { parseExpression } from './parser.ts'
import { formatFault } from './stringFormat.ts'
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
import { CelError, ListValue, LiteralMap, OptionalValue, TypeValue, typeName, type Value } from './values.ts'

export interface Compiled {
  readonly type: Type
  /** The variables that it reads. */
  readonly reads: ReadonlySet<string>
  /** By name, those that it reads. Throws CelError. */
  readonly evaluate: (values: Readonly<Record<string, Value>>) => Value
}

/**
 * Compiles an expression over variables of these types. Throws ExpressionErrors for what means nothing, ConstantError for
 * what is said of constants and can never be, LackingError for what nobody simulates, such as the variables `lacking`.
 */
export function compileExpression(
  text: string,
  variables: ReadonlyMap<string, Type>,
  lacking: ReadonlySet<string> = NO_NAMES,
): Compiled {
  const names = [...variables.keys()]
  const compiler = new Compiler(names.length + 1, lacking)
  const scope = new Map(names.map((name, slot) => [name, { type: variables.get(name)!, slot: slot + 1 }]))
  const { type, run } = compiler.whole(text, scope)
  const reads = new Set(names.filter((name) => compiler.reads.has(name)))
  return { type, reads, evaluate: (values) => run([0, ...names.map((name) => values[name]!)]) }
}

const NO_NAMES: ReadonlySet<string> = new Set()

class Compiler implements Compiling {
  /** What was wrong so far: the rest is looked at all the same. */
  private readonly errors: ExpressionError[] = []
  private readonly types = new Map<Node, Type>()
  readonly reads: Set<string> = new Set()
  /** Whether elements may be of several types, as among what is to be formatted. */
  private isMixed = false
  /** How many variables were there from the start. */
  private readonly given: number

  constructor(
    private used: number,
    private readonly lacking: ReadonlySet<string>,
  ) {
    this.given = used
  }

  whole(text: string, scope: Scope): Typed {
    try {
      const typed = this.compile(parseExpression(text), scope)
      if (this.errors.length === 0) return typed
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      this.errors.push(error)
    }
    throw new ExpressionErrors(this.errors.sort((a, b) => a.at - b.at))
  }

  /** Notes a mistake; what it is about may be of any type. */
  private mistaken(error: ExpressionError): Typed {
    this.errors.push(error)
    return { type: DYN, run: () => null }
  }

  slot(): number {
    return this.used++
  }

  compile(node: Node, scope: Scope): Typed {
    const typed = this.compiled(node, scope)
    this.types.set(node, typed.type)
    return typed
  }

  private compiled(node: Node, scope: Scope): Typed {
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
    if (this.lacking.has(name)) throw new LackingError(name)
    const named = TYPE_NAMES.get(name)
    if (named === undefined) return this.mistaken(undeclared(name, at))
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
    if (node.op !== 'select' || node.isOptional) throw new ExpressionError('invalid argument to has() macro', node.at)
    const of = this.compile(node.of, scope)
    const { field } = node
    fieldType(of.type.kind === 'optional' ? of.type.of : of.type, field, at)
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

  /** What is wrong with a text and what is to be written into it, where both are said in so many words. */
  private formatFault([text, args]: readonly Node[], at: number): ExpressionError | undefined {
    if (text?.op !== 'literal' || args?.op !== 'list') return undefined
    const given = args.items.map(({ value }) => ({ type: this.types.get(value) ?? DYN, at: value.at }))
    return formatFault(text.value as string, given, at)
  }

  private resolved(
    name: string,
    overloads: readonly Overload[] | undefined,
    nodes: readonly Node[],
    isMethod: boolean,
    at: number,
    scope: Scope,
  ): Typed {
    const wasMixed = this.isMixed
    this.isMixed ||= isMethod && name === 'format'
    const args = nodes.map((node) => this.compile(node, scope))
    this.isMixed = wasMixed
    const types = args.map(({ type }) => type)
    if (overloads === undefined)
      return this.mistaken(isMethod && GLOBALS.has(name) ? noOverload(name, types, at, true) : undeclared(name, at))
    const found = overloads.flatMap((overload) => {
      const bindings: Bindings = new Map()
      const isFit =
        overload.params.length === types.length && overload.params.every((asked, i) => fits(asked, types[i]!, bindings))
      return isFit ? [{ overload, result: settled(overload.result, bindings) }] : []
    })
    if (found.length === 0) return this.mistaken(noOverload(name, types, at, isMethod))
    const fault = isMethod && name === 'format' ? this.formatFault(nodes, at) : literalFault(name, nodes)
    if (fault !== undefined) return this.mistaken(fault)
    const candidates = found.map(({ overload }) => overload)
    const results = found.map(({ result }) => result)
    const first = results[0]!
    const isOne = results.every((result) => shownType(result) === shownType(first))
    tryConstant(name, candidates, nodes, isMethod)
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

function presentOf({ run, isOptional }: Typed & { readonly isOptional: boolean }, slots: Slots): readonly Value[] {
  const value = run(slots)
  if (!isOptional) return [value]
  if (!(value instanceof OptionalValue)) throw new CelError('no such overload')
  return value.value === undefined ? [] : [value.value]
}
