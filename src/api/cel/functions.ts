/** How functions of expressions are described. */
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

/** Calls the overload that takes values such as these; which that is shows only now where their types were not known. */
export function dispatch(overloads: readonly Overload[], args: readonly Value[]): Value {
  const found = overloads.find(({ params }) => params.every((type, i) => isOf(type, args[i]!)))
  if (found === undefined) throw new CelError('no such overload')
  return (found.call as (...given: readonly Value[]) => Value)(...args)
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
