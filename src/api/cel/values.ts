/**
 * What expressions work with: null, booleans, bigints for ints, numbers for doubles, strings, and the classes below.
 * None of them changes.
 */

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
  constructor(readonly raw: unknown) {}
}

/** A value that only its own functions look into, such as a quantity. */
export class Opaque<T = unknown> {
  constructor(
    readonly type: string,
    readonly value: T,
    /** What makes two of a type the same. */
    readonly identity: string,
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
}

export abstract class MapValue {
  /** Undefined where there is none. */
  abstract get(key: Value): Value | undefined
  abstract keys(): readonly Value[]
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
}

/** Numbers that are equal are one key, whatever their types. */
function keyText(key: Value): string | undefined {
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
