/** How functions of expressions are described. */
import type { Frame } from './frame.ts'
import { shownType, type Type } from './types.ts'
import {
  Bytes,
  CelError,
  Duration,
  ListValue,
  MapValue,
  Opaque,
  OptionalValue,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './values.ts'

/** One meaning of a name. Of a method, the receiver is the first of the parameters. */
export interface Overload {
  readonly name: string
  readonly isMethod: boolean
  readonly params: readonly Type[]
  readonly result: Type
  /** Given values of its parameters' types. Throws CelError. */
  readonly call: (...args: never[]) => Value
  /** Whether it is given the evaluation too, to count what it does. */
  readonly isMetered?: true
}

export function fn(name: string, params: readonly Type[], result: Type, call: (...args: never[]) => Value): Overload {
  return { name, isMethod: false, params, result, call }
}

export function method(
  name: string,
  params: readonly Type[],
  result: Type,
  call: (...args: never[]) => Value,
): Overload {
  return { name, isMethod: true, params, result, call }
}

/** The same under either form: `size(x)` and `x.size()`. */
export function both(
  name: string,
  params: readonly Type[],
  result: Type,
  call: (...args: never[]) => Value,
): readonly Overload[] {
  return [fn(name, params, result, call), method(name, params, result, call)]
}

/** Given the evaluation after its arguments. */
export function metered(overload: Overload): Overload {
  return { ...overload, isMetered: true }
}

/** Calls the overload that takes values such as these; which that is shows only now where their types were not known. */
export function dispatch(overloads: readonly Overload[], args: readonly Value[], frame: Frame): Value {
  for (const { params, call, isMetered } of overloads) {
    if (!takes(params, args)) continue
    const called = call as (...given: readonly unknown[]) => Value
    return isMetered === true ? called(...args, frame) : called(...args)
  }
  throw new CelError('no such overload')
}

function takes(params: readonly Type[], args: readonly Value[]): boolean {
  for (let i = 0; i < params.length; i++) if (!isOf(params[i]!, args[i]!)) return false
  return true
}

/** What a call is of, for messages: `string.(int)`. */
export function shownArgs(isMethod: boolean, types: readonly Type[]): string {
  const shown = types.map(shownType)
  return isMethod ? `${shown[0]}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`
}

/** Whether a value is of a type, but for what is in it. */
function isOf(type: Type, value: Value): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'param':
      return true
    case 'bool':
      return typeof value === 'boolean'
    case 'int':
      return typeof value === 'bigint'
    case 'double':
      return typeof value === 'number'
    case 'string':
      return typeof value === 'string'
    case 'null':
      return value === null
    case 'opaque':
      return value instanceof Opaque && value.type === type.name
    case 'object':
      return value instanceof MapValue
    default:
      return value instanceof CLASSES[type.kind]
  }
}

const CLASSES = Object.freeze({
  uint: Uint,
  bytes: Bytes,
  timestamp: Timestamp,
  duration: Duration,
  type: TypeValue,
  list: ListValue,
  map: MapValue,
  optional: OptionalValue,
})
