/** Values that may be there or not. Mirrors cel/library.go (optionalLib) of cel-go. */
import type { Frame } from './frame.ts'
import { fn, metered, method, type Overload } from './functions.ts'
import { BOOL, list, optional, param } from './types.ts'
import { CelError, Bytes, Duration, ListValue, MapValue, OptionalValue, Uint, type Value } from './values.ts'

const T = param('T')
const NONE: OptionalValue = Object.freeze(new OptionalValue(undefined))

function isZero(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return true
  if (value instanceof Uint) return value.value === 0n
  if (value instanceof ListValue) return value.length === 0
  if (value instanceof MapValue) return value.size === 0
  if (value instanceof Bytes) return value.bytes.length === 0
  return value instanceof Duration && value.nanos === 0n
}

function held({ value }: OptionalValue): Value {
  if (value === undefined) throw new CelError('optional.none() dereference')
  return value
}

function unwrapped({ items }: ListValue, frame: Frame): ListValue {
  frame.step(items.length)
  return new ListValue(
    items.flatMap((item) => {
      if (!(item instanceof OptionalValue)) throw new CelError('no such overload')
      return item.value === undefined ? [] : [item.value]
    }),
  )
}

export const optionals: readonly Overload[] = Object.freeze([
  fn('optional.none', [], optional(T), () => NONE),
  fn('optional.of', [T], optional(T), (value: Value) => new OptionalValue(value)),
  fn('optional.ofNonZeroValue', [T], optional(T), (value: Value) => (isZero(value) ? NONE : new OptionalValue(value))),
  metered(fn('optional.unwrap', [list(optional(T))], list(T), unwrapped)),
  metered(method('unwrapOpt', [list(optional(T))], list(T), unwrapped)),
  method('hasValue', [optional(T)], BOOL, ({ value }: OptionalValue) => value !== undefined),
  method('value', [optional(T)], T, held),
])
