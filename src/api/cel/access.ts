/** Fields and elements: of which types they are, and what they are. */
import { ExpressionError } from './ast.ts'
import { noOverload } from './typed.ts'
import { DYN, fits, shownType, type Type } from './types.ts'
import { CelError, ListValue, MapValue, OptionalValue, typeName, type Value } from './values.ts'

export function fieldType(type: Type, field: string, at: number): Type {
  if (type.kind === 'dyn') return DYN
  if (type.kind === 'map') return type.of
  if (type.kind !== 'object') {
    throw new ExpressionError(`type '${shownType(type)}' does not support field selection`, at)
  }
  const found = type.fields.get(field)
  if (found === undefined) throw new ExpressionError(`undefined field '${field}'`, at)
  return found
}

export function fieldOf(value: Value, field: string): Value {
  if (!(value instanceof MapValue)) throw new CelError('no such overload')
  const found = value.get(field)
  if (found === undefined) throw new CelError(`no such key: ${field}`)
  return found
}

export function optionalField(value: Value, field: string): OptionalValue {
  const inner = value instanceof OptionalValue ? value.value : value
  if (inner === undefined) return NOTHING
  if (!(inner instanceof MapValue)) throw new CelError('no such overload')
  return new OptionalValue(inner.get(field))
}

const NOTHING: OptionalValue = Object.freeze(new OptionalValue(undefined))

export function elementType(type: Type, key: Type, at: number, isOptional: boolean): Type {
  const isNumber = key.kind === 'int' || key.kind === 'uint' || key.kind === 'double' || key.kind === 'dyn'
  if (type.kind === 'dyn') return DYN
  if (type.kind === 'list' && isNumber) return type.of
  if (type.kind === 'map' && fits(type.key, key, new Map())) return type.of
  const name = isOptional ? '_[?_]' : '_[_]'
  throw noOverload(name, [type, key], at)
}

export function elementOf(value: Value, key: Value): Value {
  const found = lookedUp(value, key)
  if (found !== undefined) return found
  throw new CelError(
    value instanceof ListValue ? `index out of bounds: ${String(key)}` : `no such key: ${shownKey(key)}`,
  )
}

export function optionalElement(value: Value, key: Value): OptionalValue {
  const inner = value instanceof OptionalValue ? value.value : value
  return inner === undefined ? NOTHING : new OptionalValue(lookedUp(inner, key))
}

function lookedUp(value: Value, key: Value): Value | undefined {
  if (value instanceof MapValue) return value.get(key)
  if (!(value instanceof ListValue)) throw new CelError('no such overload')
  const index = typeof key === 'bigint' ? Number(key) : key
  if (typeof index !== 'number' || !Number.isInteger(index)) throw new CelError(`unsupported index: ${shownKey(key)}`)
  return value.at(index)
}

function shownKey(key: Value): string {
  return typeof key === 'string' || typeof key === 'bigint' || typeof key === 'number' ? String(key) : typeName(key)
}
