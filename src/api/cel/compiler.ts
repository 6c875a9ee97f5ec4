/** Finds out what an expression means, and makes a function of it. Mirrors checker/checker.go of cel-go. */
import type { Patterns } from '../customSchema/patterns.ts'
import { elementOf, elementType, fieldOf, fieldType, optionalElement, optionalField } from './access.ts'
import { type Entry, ExpressionError, ExpressionErrors, type Item, LackingError, type Node } from './ast.ts'
import { literalFault, membership, tryConstant } from './constants.ts'
import { calling } from './calls.ts'
import { type Budget, Frame } from './frame.ts'
import type { Overload } from './functions.ts'
import { GLOBALS, METHODS, TYPE_NAMES } from './library.ts'
import { type Element, madeList, madeMap } from './literals.ts'
import { compileMacro } from './macros.ts'
import { parseExpression } from './parser.ts'
import { formatFault } from './stringFormat.ts'
import {
  attribute,
  type Compiling,
  constant,
  noOverload,
  resolving,
  type Run,
  type Scope,
  type Tree,
  type Typed,
} from './typed.ts'
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
import { OptionalValue, TypeValue, typeName, type Value } from './values.ts'

export interface Compiled {
  readonly type: Type
  /** The variables that it reads. */
  readonly reads: ReadonlySet<string>
  /** By name, those that it reads. What it cost is paid, whatever comes of it. Throws CelError. */
  readonly evaluate: (values: Readonly<Record<string, Value>>, budget?: Budget) => Value
  /** What it was made of. */
  readonly tree: Tree
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
  const patterns: Patterns = new Map()
  const compiler = new Compiler(names.length, lacking, patterns)
  const scope = new Map(names.map((name, slot) => [name, { type: variables.get(name)!, slot }]))
  const { type, run, tree } = compiler.whole(text, scope)
  const reads = new Set(names.filter((name) => compiler.reads.has(name)))
  const evaluate: Compiled['evaluate'] = (values, budget) => {
    const frame = new Frame(
      names.map((name) => values[name]!),
      patterns,
    )
    try {
      return run(frame)
    } finally {
      budget?.pay(frame.cost)
    }
  }
  return { type, reads, evaluate, tree }
}

const NO_NAMES: ReadonlySet<string> = new Set()

class Compiler implements Compiling {
  /** What was wrong so far: the rest is looked at all the same. */
  private readonly errors: ExpressionError[] = []
  private readonly types = new Map<Node, Type>()
  private readonly overloads = new Map<Node, readonly Overload[]>()
  readonly reads: Set<string> = new Set()
  /** Whether elements may be of several types, as among what is to be formatted. */
  private isMixed = false
  /** How many variables were there from the start. */
  private readonly given: number

  constructor(
    private used: number,
    private readonly lacking: ReadonlySet<string>,
    private readonly patterns: Patterns,
  ) {
    this.given = used
  }

  get count(): number {
    return this.types.size
  }

  whole(text: string, scope: Scope): Typed & Pick<Compiled, 'tree'> {
    try {
      const root = parseExpression(text)
      const typed = this.compile(root, scope)
      const { types, overloads } = this
      if (this.errors.length === 0) return { ...typed, tree: { root, types, overloads } }
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
        return constant(literalType(node.value), node.value)
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
      const { type, slot, owed } = variable
      if (slot < this.given) this.reads.add(name)
      if (owed === undefined) return attribute(type, 1, ({ slots }) => slots[slot]!)
      return attribute(type, 1, (frame) => {
        frame.charge(frame.slots[owed] as number)
        frame.slots[owed] = 0
        return frame.slots[slot]!
      })
    }
    if (this.lacking.has(name)) throw new LackingError(name)
    const named = TYPE_NAMES.get(name)
    if (named === undefined) return this.mistaken(undeclared(name, at))
    return constant(TYPE, new TypeValue(named))
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
    const [run, cost] = [resolving(of), of.attribute?.cost ?? 1]
    if (isOptional || of.type.kind === 'optional') {
      return attribute(optional(type), cost, (frame) => chargedIfThere(frame, optionalField(run(frame), field)))
    }
    return attribute(type, cost, (frame) => {
      const value = run(frame)
      frame.charge(1)
      return fieldOf(value, field)
    })
  }

  /** `has(x.field)`. */
  presence(node: Node, at: number, scope: Scope): Typed {
    if (node.op !== 'select' || node.isOptional) throw new ExpressionError('invalid argument to has() macro', node.at)
    const of = this.compile(node.of, scope)
    const { field } = node
    fieldType(of.type.kind === 'optional' ? of.type.of : of.type, field, at)
    const run = resolving(of)
    return attribute(BOOL, 0, (frame) => {
      const value = run(frame)
      if (!(value instanceof OptionalValue) || value.value !== undefined) frame.charge(1)
      return optionalField(value, field).value !== undefined
    })
  }

  private index({ of, key, isOptional, at }: Node & { op: 'index' }, scope: Scope): Typed {
    const [subject, index] = [this.compile(of, scope), this.compile(key, scope)]
    const isInOptional = subject.type.kind === 'optional'
    const inner = isInOptional ? (subject.type as Type & { of: Type }).of : subject.type
    const type = elementType(inner, index.type, at, isOptional)
    const [run, found, cost] = [resolving(subject), resolving(index), subject.attribute?.cost ?? 1]
    if (isOptional || isInOptional) {
      const resolve: Run = (frame) => chargedIfThere(frame, optionalElement(run(frame), found(frame)))
      return attribute(optional(type), cost, resolve)
    }
    return attribute(type, cost, (frame) => {
      const [value, at] = [run(frame), found(frame)]
      frame.charge(1)
      return elementOf(value, at)
    })
  }

  private list(items: readonly Item[], scope: Scope): Typed {
    const typed = items.map((item) => this.item(item, scope))
    const type = typed.reduce<Type | undefined>(
      (sum, each, i) => this.together(sum, each.type, items[i]!.value.at),
      undefined,
    )
    return madeList(list(type ?? DYN), typed)
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
    return madeMap(map(keyType ?? DYN, type ?? DYN), keys, values)
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
  private item({ value, isOptional }: Item, scope: Scope): Element {
    const typed = this.compile(value, scope)
    if (!isOptional) return { ...typed, isOptional }
    if (typed.type.kind !== 'optional' && typed.type.kind !== 'dyn')
      throw mismatch('optional_type(dyn)', typed.type, value.at)
    return { type: typed.type.kind === 'optional' ? typed.type.of : DYN, run: typed.run, isOptional }
  }

  private call(node: Node & { op: 'call' }, scope: Scope): Typed {
    const macro = compileMacro(this, node, scope)
    if (macro !== undefined) return macro
    const { name, target, args } = node
    if (target === undefined) return this.resolved(node, name, GLOBALS.get(name), args, scope)
    const dotted = dottedName(target)
    const qualified = dotted === undefined ? undefined : GLOBALS.get(`${dotted}.${name}`)
    if (qualified !== undefined) return this.resolved(node, `${dotted}.${name}`, qualified, args, scope)
    return this.resolved(node, name, METHODS.get(name), [target, ...args], scope)
  }

  /** What is wrong with a text and what is to be written into it, where both are said in so many words. */
  private formatFault([text, args]: readonly Node[], at: number): ExpressionError | undefined {
    if (text?.op !== 'literal' || args?.op !== 'list') return undefined
    const given = args.items.map(({ value }) => ({ type: this.types.get(value) ?? DYN, at: value.at }))
    return formatFault(text.value as string, given, at)
  }

  private resolved(
    node: Node & { op: 'call' },
    name: string,
    overloads: readonly Overload[] | undefined,
    nodes: readonly Node[],
    scope: Scope,
  ): Typed {
    const { at } = node
    const isMethod = nodes.length > node.args.length
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
    this.overloads.set(node, candidates)
    const results = found.map(({ result }) => result)
    const first = results[0]!
    const isOne = results.every((result) => shownType(result) === shownType(first))
    const type = isOne ? first : DYN
    const known = tryConstant(name, candidates, args, new Frame([], this.patterns), isMethod)
    if (known !== undefined) return constant(type, known)
    return membership(name, candidates, args) ?? { type, run: calling(name, candidates, args) }
  }
}

/** Costs nothing where it is not there. */
function chargedIfThere(frame: Frame, found: OptionalValue): OptionalValue {
  if (found.value !== undefined) frame.charge(1)
  return found
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
