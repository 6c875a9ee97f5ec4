/** What an expression may cost at most, whatever it is asked about. Mirrors checker/cost.go of cel-go. */
import { codePoints } from '../utf8.ts'
import type { Node } from './ast.ts'
import { type Argument, estimateCall, estimateSort, isText, together } from './callEstimates.ts'
import { type Comprehension, comprehensionOf, variableTypes } from './comprehensions.ts'
import { LIST_COST, MAP_COST } from './formulas.ts'
import type { Overload } from './functions.ts'
import { appended, namesOf, type Path } from './schemaPath.ts'
import { ANY, either, exactly, limited, product, type Range } from './sizes.ts'
import type { Tree } from './typed.ts'
import { DYN, type Type } from './types.ts'
import { Bytes, type Value } from './values.ts'

/** How large what has such a path may be; undefined where the schema does not say. The first name is not looked at. */
export type SizeAt = (names: readonly string[]) => number | undefined

/** No more than 2 ** 64. */
export function estimatedCost(tree: Tree, sizeAt: SizeAt): number {
  return new Estimator(tree, sizeAt).part(tree.root, new Map()).cost
}

interface Variable {
  readonly type: Type
  readonly path: Path | undefined
}
type Scope = ReadonlyMap<string, Variable>

interface Part {
  readonly node: Node
  readonly type: Type
  readonly cost: number
  readonly path?: Path | undefined
  /** Found out when it is asked for, which is when the path is looked at, and then kept. */
  size?: Range | undefined
  /** How large what is in a list or a map may be, where an expression says that. */
  readonly inside?: Range | undefined
}

const ONE: Range = Object.freeze(exactly(1))
const NONE: Range = Object.freeze(exactly(0))
const SCALARS: ReadonlySet<Type['kind']> = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint'])

function isScalar(type: Type): boolean {
  return type.kind === 'optional' ? isScalar(type.of) : SCALARS.has(type.kind)
}

class Estimator {
  constructor(
    private readonly tree: Tree,
    private readonly sizeAt: SizeAt,
  ) {}

  part(node: Node, scope: Scope): Part {
    const type = this.tree.types.get(node) ?? DYN
    switch (node.op) {
      case 'literal':
        return { node, type, cost: 0, size: literalSize(node.value) }
      case 'ident':
        return this.named(node, node.name, scope)
      case 'select':
        return this.select(node, type, scope)
      case 'index':
        return this.index(node, type, scope)
      case 'list': {
        const items = node.items.map(({ value }) => this.sized(value, scope))
        return { node, type, cost: total(items, LIST_COST), size: exactly(items.length), inside: covering(items) }
      }
      case 'map': {
        const entries = node.entries.map(({ key, value }) => [this.part(key, scope), this.sized(value, scope)] as const)
        const values = entries.map(([, value]) => value)
        return {
          node,
          type,
          cost: total(entries.flat(), MAP_COST),
          size: exactly(values.length),
          inside: covering(values),
        }
      }
      case 'call':
        return this.call(node, type, scope)
    }
  }

  /** A part whose path is looked at now. */
  private sized(node: Node, scope: Scope): Part {
    const part = this.part(node, scope)
    this.known(part)
    return part
  }

  /** How large a part may be; undefined where nothing says that. */
  private known(part: Part): Range | undefined {
    const most = part.size === undefined && part.path !== undefined ? this.sizeAt(namesOf(part.path)) : undefined
    if (most !== undefined) part.size = { min: 0, max: most }
    return part.size ?? (isScalar(part.type) ? ONE : undefined)
  }

  private named(node: Node, name: string, scope: Scope): Part {
    const variable = scope.get(name)
    const type = variable?.type ?? this.tree.types.get(node) ?? DYN
    return { node, type, cost: 1, path: variable === undefined ? appended(undefined, name) : variable.path }
  }

  private select(node: Node & { op: 'select' }, type: Type, scope: Scope): Part {
    // What nobody has compiled is part of a name.
    if (!this.tree.types.has(node.of)) return this.named(node, node.field, new Map())
    const of = this.part(node.of, scope)
    if (node.isOptional) return { node, type, cost: total([of], 1) }
    const isLooked = of.type.kind === 'map' || of.type.kind === 'object'
    return { node, type, cost: total([of], isLooked ? 1 : 0), path: appended(of.path, node.field) }
  }

  private index(node: Node & { op: 'index' }, type: Type, scope: Scope): Part {
    const of = this.sized(node.of, scope)
    const cost = total([of, this.sized(node.key, scope)], 1)
    if (node.isOptional || of.type.kind === 'optional') return { node, type, cost }
    const path = appended(of.path, of.type.kind === 'list' ? '@items' : '@values')
    const part: Part = { node, type, cost, path, size: of.inside }
    this.known(part)
    return part
  }

  private call(node: Node & { op: 'call' }, type: Type, scope: Scope): Part {
    const { name, target, args } = node
    const overloads = this.tree.overloads.get(node)
    if (overloads !== undefined) return this.called(node, overloads, type, scope)
    if (name === 'has') return this.presence(node, type, scope)
    if (name === '_?_:_') return this.conditional(node, type, scope)
    if (name === 'optMap' || name === 'optFlatMap') return this.mapped(node, type, scope)
    const form = comprehensionOf(name, args.length)
    if (target !== undefined && form !== undefined) return this.looped(node, target, form, type, scope)
    // `&&` and `||` cost nothing themselves; `or` and `orValue` are calls.
    const parts = args.map((arg) => this.sized(arg, scope))
    if (target !== undefined) parts.push(this.sized(target, scope))
    return { node, type, cost: total(parts, target === undefined ? 0 : 1) }
  }

  private called(node: Node & { op: 'call' }, overloads: readonly Overload[], type: Type, scope: Scope): Part {
    const { target, args } = node
    const parts = args.map((arg) => this.sized(arg, scope))
    const [first] = parts
    if (overloads[0]!.name === 'dyn') {
      return { node, type, cost: total(parts, 1), size: this.known(first!), inside: first!.inside }
    }
    if (overloads[0]!.isMethod) parts.unshift(this.sized(target!, scope))
    const given = parts.map((part) => this.argument(part))
    const { cost, size } = together(overloads.map((overload) => estimateCall(overload, given)))
    const inside = overloads[0]!.name === '_+_' ? bothInside(parts[0]!, parts[1]!) : undefined
    return { node, type, cost: total(parts, cost), size, inside }
  }

  private argument(part: Part): Argument {
    const elements: Argument['elements'] = () => {
      const type = parameterOf(part.type)
      if (type === undefined) return undefined
      const most = part.path && this.sizeAt([...namesOf(part.path), '@items'])
      return { type, size: most === undefined ? ANY : { min: 0, max: most } }
    }
    return { node: part.node, type: part.type, size: this.known(part), elements }
  }

  /** Whether it is there costs what finding that costs in which it would be. */
  private presence(node: Node & { op: 'call' }, type: Type, scope: Scope): Part {
    const [field] = node.args as [Node & { op: 'select' }]
    return { node, type, cost: this.part(field.of, scope).cost }
  }

  private conditional(node: Node & { op: 'call' }, type: Type, scope: Scope): Part {
    const [condition, yes, no] = node.args.map((arg) => this.sized(arg, scope)) as [Part, Part, Part]
    const size = either(this.known(yes) ?? ANY, this.known(no) ?? ANY)
    const cost = total([condition], Math.max(yes.cost, no.cost))
    return { node, type, cost, size, inside: bothInside(yes, no) }
  }

  /** `x.hasValue() ? optional.of(…) : optional.none()`, where a variable stands for `x.value()`. */
  private mapped(node: Node & { op: 'call' }, type: Type, scope: Scope): Part {
    const subject = this.part(node.target!, scope)
    const variable = { type: subject.type.kind === 'optional' ? subject.type.of : DYN, path: undefined }
    const body = this.part(node.args[1]!, new Map([...scope, [nameOf(node.args[0]!), variable]]))
    const calls = node.name === 'optMap' ? 3 : 2
    return { node, type, cost: total([subject, subject, body], LIST_COST + calls), size: isScalar(type) ? ONE : ANY }
  }

  private looped(node: Node & { op: 'call' }, target: Node, form: Comprehension, type: Type, scope: Scope): Part {
    const range = this.part(target, scope)
    const isSort = form.name === 'sortBy'
    const inside = new Map(scope)
    const types = variableTypes(range.type, form.variables, node.at)
    for (const [i, name] of variableNames(range.type, form.variables).entries()) {
      inside.set(nameOf(node.args[i]!), { type: types[i]!, path: appended(range.path, name) })
    }
    const bodies = node.args.slice(form.variables).map((arg) => this.sized(arg, inside))
    const kept = form.name === 'filter' ? this.sized(node.args[0]!, inside) : bodies.at(-1)!
    const { next, kept: keeping, end } = form.costs(false)
    const size = this.known(range) ?? ANY
    const each = total(bodies, next + keeping)
    const cost = total([range], product(size, exactly(each)).max + end + STARTS[type.kind as keyof typeof STARTS])
    if (type.kind === 'bool') return { node, type, cost, size: ONE }
    if (!isSort) {
      const listed = type.kind === 'list' ? either(NONE, this.known(kept) ?? ANY) : undefined
      return { node, type, cost, size, inside: listed }
    }
    // What is sorted is given a name, and sorted by a list that is made of it.
    const sort = estimateSort(size, kept.type.kind === 'dyn' || isText(kept.type))
    return { node, type, cost: limited(cost + LIST_COST + sort.cost), size: sort.size }
  }
}

/** Of what is made, before anything is in it. */
const STARTS = Object.freeze({ bool: 0, list: LIST_COST, map: MAP_COST })

/** As a path has them. */
function variableNames({ kind }: Type, count: 1 | 2): readonly string[] {
  const names = kind === 'list' ? ['@indices', '@items'] : ['@keys', '@values']
  return count === 2 ? names : kind === 'list' ? ['@items'] : ['@keys']
}

function nameOf(node: Node): string {
  return (node as Node & { op: 'ident' }).name
}

function parameterOf(type: Type): Type | undefined {
  if (type.kind === 'map') return type.key
  return type.kind === 'list' || type.kind === 'optional' ? type.of : undefined
}

function literalSize(value: Value): Range {
  if (typeof value === 'string') return exactly(codePoints(value))
  return value instanceof Bytes ? exactly(value.bytes.length) : ONE
}

function total(parts: readonly Part[], more: number): number {
  return limited(parts.reduce((sum, { cost }) => sum + cost, more))
}

function covering(items: readonly Part[]): Range {
  return items.length === 0 ? NONE : items.map(sizeOf).reduce(either)
}

/** Once it has been looked at. */
function sizeOf({ size, type }: Part): Range {
  return size ?? (isScalar(type) ? ONE : ANY)
}

function bothInside(a: Part, b: Part): Range | undefined {
  return a.inside && b.inside && either(a.inside, b.inside)
}
