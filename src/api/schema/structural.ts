import type { FieldError } from '../fieldErrors.ts'
import { isEmpty } from '../isEmpty.ts'
import { sortedKeys } from '../order.ts'
import { prefix, refuse, toFieldError, unknown, wrongType, type Walk } from './faults.ts'
import { nearestName } from './nearest.ts'
import { copyAny, copyFreeObject, isRecord, within } from './plain.ts'
import { copyBytes, copyInt32, copyInt64, copyIntOrString, copyNumber, copyQuantity, copyTime } from './scalars.ts'
import type { Schema } from './schema.ts'
import type { ObjectShape, Shape, Slot } from './shape.ts'

export interface Checked {
  /** Plain data that shares nothing with the input; not to be used when there are errors. */
  readonly value: unknown
  readonly errors: readonly FieldError[]
}

const NONE: readonly FieldError[] = Object.freeze([])
const NOTHING: readonly Slot[] = Object.freeze([])

/**
 * Copies what a user handed in, field by field as the definition has them, and reports every field that is unknown or
 * of a wrong type (strict field validation). Null and undefined count as absent, a Date becomes a time, a number a
 * quantity. Fields come out in the definition's order, map keys sorted; zero values as Go's types have them (`Zero`).
 * Missing fields are for validation to report.
 * Throws a RangeError for a definition the schema does not have.
 */
export function copyChecked(schema: Schema, definition: string, input: unknown, path: string = ''): Checked {
  return copyWith(schema, definition, input, path, false)
}

/** The same, but for zero values: they are left out or there as they were handed in. */
export function copyAsSaid(schema: Schema, definition: string, input: unknown): Checked {
  return copyWith(schema, definition, input, '', true)
}

/** All but its spec, which is not looked at. */
export function copyWithoutSpec(schema: Schema, definition: string, input: unknown): Checked {
  return copyWith(schema, definition, input, '', false, 'spec')
}

function copyWith(
  schema: Schema,
  definition: string,
  input: unknown,
  path: string,
  asSaid: boolean,
  but?: string,
): Checked {
  const walk: Walk = { faults: [], ancestors: [], asSaid }
  const value = copyObject(schema.shape(definition), input, walk, but)
  return { value, errors: walk.faults.length === 0 ? NONE : walk.faults.map((fault) => toFieldError(fault, path)) }
}

/** Copies what no definition describes: whatever JSON can say. */
export function copyPlain(input: unknown, path: string = ''): Checked {
  const walk: Walk = { faults: [], ancestors: [], asSaid: true }
  const value = copyAny(input, walk)
  return { value, errors: walk.faults.length === 0 ? NONE : walk.faults.map((fault) => toFieldError(fault, path)) }
}

function copyObject(shape: ObjectShape, input: unknown, walk: Walk, but?: string): unknown {
  if (!isRecord(input)) return wrongType(walk, 'object', input)
  if (!shape.recursive) return copyFields(shape, input, walk, but)
  return within(input, walk, () => copyFields(shape, input, walk, but))
}

function copyFields(
  shape: ObjectShape,
  input: Readonly<Record<string, unknown>>,
  walk: Walk,
  but: string | undefined,
): unknown {
  const keys = Object.keys(input)
  const found: Slot[] = []
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string
    if (key === but) continue
    const slot = shape.slots.get(key)
    if (slot !== undefined) insert(found, slot)
    else if (input[key] !== undefined) unknown(walk, key, nearestName(key, shape.slots.keys()))
  }
  const written = walk.asSaid ? NOTHING : shape.written
  for (let i = 0; i < written.length; i++) {
    const slot = written[i] as Slot
    if (slot.name !== but && !Object.hasOwn(input, slot.name)) insert(found, slot)
  }
  const copied: Record<string, unknown> = {}
  for (let i = 0; i < found.length; i++) {
    const slot = found[i] as Slot
    const value = input[slot.name] ?? (slot.zero === 'written' && !walk.asSaid ? zeroOf(slot.shape) : undefined)
    if (value === undefined) continue
    const mark = walk.faults.length
    const copy = copyValue(slot.shape, value, walk)
    if (walk.faults.length > mark) prefix(walk, mark, `.${slot.name}`)
    if (walk.asSaid || slot.zero !== 'omitted' || !isZero(copy)) copied[slot.name] = copy
  }
  return copied
}

function isZero(value: unknown): boolean {
  return typeof value === 'object' ? isEmpty(value) : value === '' || value === 0 || value === false
}

/** Keeps the slots in the definition's order; they are few and often in order already. */
function insert(slots: Slot[], slot: Slot): void {
  let at = slots.length
  slots.push(slot)
  for (; at > 0 && (slots[at - 1] as Slot).index > slot.index; at--) slots[at] = slots[at - 1] as Slot
  slots[at] = slot
}

function copyValue(shape: Shape, value: unknown, walk: Walk): unknown {
  switch (shape.kind) {
    case 'string':
      return typeof value === 'string' ? value : wrongType(walk, 'string', value)
    case 'bytes':
      return copyBytes(value, walk)
    case 'ref':
      return copyObject(shape.target(), value, walk)
    case 'refOrBoolean':
      return typeof value === 'boolean' ? value : copyObject(shape.target(), value, walk)
    case 'array':
      return copyArray(shape.of as Shape, value, walk)
    case 'map':
      return copyMap(shape.of as Shape, value, walk)
    case 'int32':
      return copyInt32(value, walk)
    case 'int64':
      return copyInt64(value, walk)
    case 'boolean':
      return typeof value === 'boolean' ? value : wrongType(walk, 'boolean', value)
    case 'quantity':
      return copyQuantity(value, walk)
    case 'intOrString':
      return copyIntOrString(value, walk)
    case 'time':
      return copyTime(value, false, walk)
    case 'microTime':
      return copyTime(value, true, walk)
    case 'number':
      return copyNumber(value, walk)
    case 'object':
      return copyFreeObject(value, walk)
    case 'any':
      return copyAny(value, walk)
  }
}

function copyArray(of: Shape, value: unknown, walk: Walk): unknown {
  if (!Array.isArray(value)) return wrongType(walk, 'array', value)
  const copied: unknown[] = []
  for (let i = 0; i < value.length; i++) {
    const mark = walk.faults.length
    copied.push(copyValue(of, (value[i] as unknown) ?? zeroOf(of), walk))
    if (walk.faults.length > mark) prefix(walk, mark, `[${i}]`)
  }
  return copied
}

function copyMap(of: Shape, value: unknown, walk: Walk): unknown {
  if (!isRecord(value)) return wrongType(walk, 'object', value)
  const copied: Record<string, unknown> = {}
  for (const key of sortedKeys(value)) {
    const entry = value[key]
    if (entry === undefined) continue
    const mark = walk.faults.length
    // Assigned, this key would set the copy's prototype.
    if (key === '__proto__') refuse(walk, 'Invalid', key, 'must not be named __proto__')
    else copied[key] = copyValue(of, entry ?? zeroOf(of), walk)
    if (walk.faults.length > mark) prefix(walk, mark, `[${key}]`)
  }
  return copied
}

/** What a null element of a list or a map decodes to: Go's zero value, as encoding/json leaves it. */
function zeroOf(shape: Shape): unknown {
  switch (shape.kind) {
    case 'string':
    case 'bytes':
      return ''
    case 'ref':
    case 'map':
    case 'object':
      return {}
    case 'array':
      return []
    case 'boolean':
      return false
    case 'quantity':
      return '0'
    default:
      return shape.kind === 'any' ? null : 0
  }
}
