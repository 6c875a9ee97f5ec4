/**
 * What expressions work with: null, booleans, bigints for ints, numbers for doubles, strings, and the classes below.
 * None of them changes.
 */

import { canonical } from '../customSchema/lists.ts'

export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint
  | Bytes
  | Timestamp
  | Duration
  | ListValue
  | MapValue
  | TypeValue
  | OptionalValue
  | Preserved
  | Opaque

/** What an expression cannot answer: `no such key: x`, `division by zero`, … */
export class CelError extends Error {}

/** An expression takes too long: whatever is around it cannot be answered either. */
export class CostError extends CelError {}

/** All expressions of an object take too long together. */
export class BudgetError extends CostError {}

export class Uint {
  constructor(readonly value: bigint) {}
}

export class Bytes {
  constructor(readonly bytes: readonly number[]) {}
}

export class Timestamp {
  constructor(
    /** Nanoseconds since the Unix epoch. */
    readonly nanos: bigint,
    /** Minutes east of UTC, as it was written and will be again. */
    readonly offset: number = 0,
  ) {}
}

/** Nanoseconds. */
export class Duration {
  constructor(readonly nanos: bigint) {}
}

/** A type as a value: `type(1) == int`. */
export class TypeValue {
  constructor(readonly name: string) {}
}

export class OptionalValue {
  constructor(readonly value: Value | undefined) {}
}

/** What no schema describes: it can be compared, and nothing else. */
export class Preserved {
  private said: string | undefined

  constructor(readonly raw: unknown) {}

  /** The same for what is the same. */
  get text(): string {
    this.said ??= canonical(this.raw)
    return this.said
  }
}

/** A value that only its own functions look into, such as a quantity. */
export class Opaque<T = unknown> {
  constructor(
    readonly type: string,
    readonly value: T,
    /** What makes two of a type the same. */
    readonly identity: string,
    /** In bytes, of what has a size. */
    readonly size = 1,
  ) {}
}

/** How a list of a schema compares: a set or a map by its keys, in whatever order. */
export type Correlation = { readonly by: 'set' } | { readonly by: 'map'; readonly keys: readonly string[] }

export class ListValue {
  private made: readonly Value[] | undefined

  constructor(
    private readonly source: readonly Value[] | (() => readonly Value[]),
    readonly correlation: Correlation | undefined = undefined,
  ) {}

  get items(): readonly Value[] {
    this.made ??= typeof this.source === 'function' ? this.source() : this.source
    return this.made
  }

  get length(): number {
    return this.items.length
  }

  at(index: number): Value | undefined {
    return this.items[index]
  }
}

/** One list after another; nobody copies them before somebody goes through them. */
export class JoinedList extends ListValue {
  constructor(
    private readonly first: ListValue,
    private readonly second: ListValue,
  ) {
    super(() => [...first.items, ...second.items])
  }

  override get length(): number {
    return this.first.length + this.second.length
  }

  override at(index: number): Value | undefined {
    const { length } = this.first
    return index < length ? this.first.at(index) : this.second.at(index - length)
  }
}

export abstract class MapValue {
  /** Undefined where there is none. */
  abstract get(key: Value): Value | undefined
  abstract keys(): readonly Value[]

  get size(): number {
    return this.keys().length
  }
}

/** A map of an expression's own. */
export class LiteralMap extends MapValue {
  private readonly byText = new Map<string, readonly [key: Value, value: Value]>()

  /** The last of several with one key counts. */
  constructor(entries: Iterable<readonly [key: Value, value: Value]>) {
    super()
    for (const entry of entries) this.byText.set(keyText(entry[0]) ?? `x${this.byText.size}`, entry)
  }

  get(key: Value): Value | undefined {
    const text = keyText(key)
    return text === undefined ? undefined : this.byText.get(text)?.[1]
  }

  keys(): readonly Value[] {
    return [...this.byText.values()].map(([key]) => key)
  }

  override get size(): number {
    return this.byText.size
  }
}

/** Numbers that are equal are one key, whatever their types; undefined for what is no key. */
export function keyText(key: Value): string | undefined {
  if (typeof key === 'string') return `s${key}`
  if (typeof key === 'boolean') return `b${key}`
  const number = key instanceof Uint ? key.value : key
  if (typeof number === 'bigint') return `n${number}`
  return typeof number === 'number' && Number.isInteger(number) ? `n${BigInt(number)}` : undefined
}

/** The name of a value's type, as `type()` has it. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'number':
      return 'double'
    case 'string':
      return 'string'
    default:
      return value === null ? 'null_type' : value instanceof Opaque ? value.type : nameOfClass(value)
  }
}

function nameOfClass(value: object): string {
  for (const [made, name] of NAMES) if (value instanceof made) return name
  return 'unknown'
}

const NAMES: readonly (readonly [made: abstract new (...given: never[]) => object, name: string])[] = Object.freeze([
  [Uint, 'uint'],
  [Bytes, 'bytes'],
  [Timestamp, 'google.protobuf.Timestamp'],
  [Duration, 'google.protobuf.Duration'],
  [ListValue, 'list'],
  [MapValue, 'map'],
  [TypeValue, 'type'],
  [OptionalValue, 'optional_type'],
] as const)
