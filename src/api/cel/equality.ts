/** When two values are the same. Mirrors common/types of cel-go, and apiserver/pkg/cel/common/values.go for lists. */
import type { Frame } from './frame.ts'
import {
  Bytes,
  type Correlation,
  Duration,
  keyText,
  ListValue,
  MapValue,
  Opaque,
  OptionalValue,
  Preserved,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './values.ts'

/** Numbers compare across their types; values of other types are never the same. Counts what it looks at. */
export function isEqual(a: Value, b: Value, frame: Frame): boolean {
  if (a === b) return true
  if (isNumber(a) && isNumber(b)) return order(a, b) === 0
  if (typeof a !== 'object') return false
  frame.step(1)
  if (a instanceof ListValue) return b instanceof ListValue && sameLists(a, b, frame)
  if (a instanceof MapValue) return b instanceof MapValue && sameMaps(a, b, frame)
  if (a instanceof OptionalValue) return b instanceof OptionalValue && sameOptionals(a, b, frame)
  return sameScalars(a, b, frame)
}

function sameScalars(a: Value, b: Value, frame: Frame): boolean {
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos
  if (a instanceof Bytes) return b instanceof Bytes && sameBytes(a, b, frame)
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name
  if (a instanceof Opaque) return b instanceof Opaque && a.type === b.type && a.identity === b.identity
  if (!(a instanceof Preserved && b instanceof Preserved)) return false
  frame.stepThrough(a.text)
  return a.text === b.text
}

function sameBytes({ bytes: a }: Bytes, { bytes: b }: Bytes, frame: Frame): boolean {
  frame.stepThrough(a)
  return a.length === b.length && a.every((each, i) => each === b[i])
}

function sameOptionals(a: OptionalValue, b: OptionalValue, frame: Frame): boolean {
  if (a.value === undefined || b.value === undefined) return a.value === b.value
  return isEqual(a.value, b.value, frame)
}

function sameLists(a: ListValue, b: ListValue, frame: Frame): boolean {
  if (a.length !== b.length) return false
  frame.step(a.length)
  const correlation = a.correlation ?? b.correlation
  if (correlation === undefined) return a.items.every((item, i) => isEqual(item, b.items[i]!, frame))
  const others = new Members(b.items, correlation, frame)
  return a.items.every((item) => others.alike(item).some((other) => isEqual(item, other, frame)))
}

/** How long it takes to find out of which sort an item is. */
const STEPS_TO_SORT = 3

/** The items of a list, by what those have in common that may be about the same: of a set the same, of a map of one key. */
export class Members {
  private readonly sorts = new Map<string, Value[]>()

  constructor(
    items: readonly Value[],
    private readonly correlation: Correlation,
    private readonly frame: Frame,
  ) {
    frame.step(items.length * STEPS_TO_SORT)
    for (const item of items) this.add(item)
  }

  add(item: Value): void {
    const sort = this.sortOf(item)
    const known = this.sorts.get(sort)
    if (known === undefined) this.sorts.set(sort, [item])
    else known.push(item)
  }

  alike(item: Value): readonly Value[] {
    const found = this.sorts.get(this.sortOf(item)) ?? []
    this.frame.step(found.length + STEPS_TO_SORT)
    return found.filter((other) => this.isAbout(item, other))
  }

  private isAbout(item: Value, other: Value): boolean {
    if (this.correlation.by === 'set') return isEqual(item, other, this.frame)
    return hasSameKeys(item, other, this.correlation.keys, this.frame)
  }

  /** What is not of one sort is not alike. */
  private sortOf(item: Value): string {
    if (this.correlation.by === 'set') return sortOf(item)
    if (!(item instanceof MapValue)) return ''
    return this.correlation.keys.map((key) => sortOf(item.get(key) ?? null)).join('/')
  }
}

function sortOf(value: Value): string {
  return (value === null ? undefined : keyText(value)) ?? ''
}

/** Whether two items of a map are about the same. */
function hasSameKeys(a: Value, b: Value, keys: readonly string[], frame: Frame): boolean {
  if (!(a instanceof MapValue && b instanceof MapValue)) return false
  return keys.every((key) => {
    const [one, other] = [a.get(key), b.get(key)]
    return one === undefined || other === undefined ? one === other : isEqual(one, other, frame)
  })
}

function sameMaps(a: MapValue, b: MapValue, frame: Frame): boolean {
  const keys = a.keys()
  frame.step(keys.length)
  if (keys.length !== b.size) return false
  return keys.every((key) => {
    const other = b.get(key)
    return other !== undefined && isEqual(a.get(key)!, other, frame)
  })
}

export type Numeric = bigint | number | Uint

export function isNumber(value: Value): value is Numeric {
  return typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint
}

/** Negative, 0 or positive; NaN where either is none. JavaScript compares bigints and numbers exactly. */
export function order(a: Numeric, b: Numeric): number {
  const [one, other] = [a instanceof Uint ? a.value : a, b instanceof Uint ? b.value : b]
  if (one < other) return -1
  if (one > other) return 1
  // eslint-disable-next-line eqeqeq -- a bigint and a number that say the same
  return one == other ? 0 : NaN
}
