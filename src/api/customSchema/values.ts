/**
 * Whether a value is as its schema says. Order and words mirror pkg/validation/validate and pkg/validation/errors of
 * k8s.io/kube-openapi, as pkg/apiserver/validation of the apiextensions API server hands them on.
 */
import {
  invalid,
  NO_FIELD,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
  type FieldError,
} from '../fieldErrors.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'
import { checkCombined } from './combined.ts'
import { isSame, oldField, oldItems } from './correlation.ts'
import { isKnownFormat, isOfFormat } from './formats.ts'
import { checkList } from './lists.ts'
import { type Patterns, patternOf } from './patterns.ts'

/** Where the violations go, and what is known of expressions. */
export interface Checking {
  readonly errors: FieldError[]
  readonly patterns: Patterns
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Adds every violation. `path` is where the value stands, '' for a whole object; `before` is what stood there, undefined
 * for nothing: what is still the same is tolerated, as by pkg/apiserver/validation/ratcheting.go upstream.
 */
export function checkValue(
  schema: JSONSchemaProps,
  value: unknown,
  path: string,
  checking: Checking,
  before?: unknown,
): void {
  if (value === before && value !== undefined && path !== '') return
  const { errors } = checking
  const count = errors.length
  checkType(schema, value, path, errors)
  if (value !== null && value !== undefined) {
    checkCombined(schema, value, path, checking, before, checkValue)
    if (typeof value === 'string') checkString(schema, value, path, checking)
    else if (typeof value === 'number') checkNumber(schema, value, path, errors)
    else if (Array.isArray(value)) checkArray(schema, value, path, checking, before)
    else if (typeof value === 'object') checkObject(schema, value as Fields, path, checking, before)
  }
  checkEnum(schema, value, path, errors)
  if (errors.length > count && before !== undefined && path !== '' && isSame(value, before)) errors.length = count
}

function checkType(schema: JSONSchemaProps, value: unknown, path: string, errors: FieldError[]): void {
  const types = typesOf(schema)
  if (types.length === 0) return
  const type = jsonType(value)
  if (type === 'null' ? schema.nullable === true : types.includes(type)) return
  if (type === 'integer' && types.includes('number')) return
  const { format = '' } = schema
  if (isKnownFormat(format, schema.type)) {
    if (type === 'array' && !isOfNumbers(types)) return
    if (type !== 'array' && type !== 'string') {
      const is = NUMBER_FORMATS[type] ?? ''
      errors.push(typeInvalid(path, is, `${path} in body must be of type ${format}: "${is}"`))
      return
    }
  }
  errors.push(typeInvalid(path, type, `${path} in body must be of type ${types.join(',')}: "${type}"`))
}

/** The formats of numbers as they are read. */
const NUMBER_FORMATS: Readonly<Record<string, string>> = { integer: 'int64', number: 'double' }

function isOfNumbers(types: readonly string[]): boolean {
  return types.includes('integer') || types.includes('number')
}

function typesOf(schema: JSONSchemaProps): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return INT_OR_STRING
  return schema.type === undefined || schema.type === '' ? NONE : [schema.type]
}

const INT_OR_STRING: readonly string[] = ['integer', 'string']
const NONE: readonly string[] = []

/** How JSON schema calls what a value is. */
function jsonType(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function checkString(schema: JSONSchemaProps, value: string, path: string, { errors, patterns }: Checking): void {
  const { maxLength, minLength, pattern, format } = schema
  // Of these three, the first that is broken is told.
  if (maxLength !== undefined && characters(value) > maxLength) errors.push(tooLong(path, maxLength))
  else if (minLength !== undefined && characters(value) < minLength) {
    errors.push(invalid(path, value, `${path} in body should be at least ${minLength} chars long`))
  } else if (pattern !== undefined && pattern !== '') {
    const expression = patternOf(pattern, patterns)
    if (typeof expression !== 'string' && !expression.test(value)) {
      errors.push(invalid(path, value, `${path} in body should match '${pattern}'`))
    }
  }
  if (format !== undefined && !isOfFormat(value, format)) {
    errors.push(typeInvalid(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`))
  }
}

const RANGES: Readonly<Record<string, number>> = { int32: 2_147_483_648, int64: 9_223_372_036_854_775_808 }

function checkNumber(schema: JSONSchemaProps, value: number, path: string, errors: FieldError[]): void {
  const { multipleOf, maximum, minimum, format = '' } = schema
  if (schema.type === 'integer' && !isInteger(value, format)) {
    const form = format === '' ? '(default format)' : `with format ${format}`
    errors.push(invalid(NO_FIELD, '', `Checked value must be of type integer ${form} in ${path}`))
  }
  if (multipleOf !== undefined && multipleOf <= 0) {
    const detail = `factor MultipleOf declared for ${path} must be positive: ${multipleOf}`
    errors.push(invalid(path, multipleOf, detail))
  } else if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
    errors.push(invalid(path, value, `${path} in body should be a multiple of ${multipleOf}`))
  }
  if (maximum !== undefined && (schema.exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    const than = schema.exclusiveMaximum === true ? 'less than' : 'less than or equal to'
    errors.push(invalid(path, value, `${path} in body should be ${than} ${maximum}`))
  }
  if (minimum !== undefined && (schema.exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    const than = schema.exclusiveMinimum === true ? 'greater than' : 'greater than or equal to'
    errors.push(invalid(path, value, `${path} in body should be ${than} ${minimum}`))
  }
}

/** One of 64 bits, unless the format says of 32. */
function isInteger(value: number, format: string): boolean {
  const range = RANGES[format] ?? RANGES['int64']!
  return Number.isInteger(value) && value >= -range && value < range
}

/** How far above an integer a quotient may lie, for its size, and still count as that integer. */
const TOLERANCE = 1e-9

/**
 * Integers are divided exactly, anything else with a tolerance, as few decimal fractions are exact. It reaches up only: a
 * quotient that comes out a little too low is none, as in v1.36, where 0.29 is no multiple of 0.01. An integer is taken as
 * a multiple of a fraction by value: the API server takes 1.0 and refuses 1, which are the same here.
 */
function isMultiple(value: number, of: number): boolean {
  if (Number.isInteger(value) && Number.isInteger(of)) return value % of === 0
  // By the inverse of a fraction: 0.3 / 0.1 falls short of 3, and 1 / 0.1 * 0.3 does not.
  const quotient = of < 1 ? (1 / of) * value : value / of
  const whole = Math.trunc(quotient)
  if (quotient === whole) return Number.isSafeInteger(quotient)
  return whole > 0 && (quotient - whole) / (quotient + whole) < TOLERANCE
}

function checkArray(
  schema: JSONSchemaProps,
  value: readonly unknown[],
  path: string,
  checking: Checking,
  before: unknown,
): void {
  const { maxItems, minItems, items } = schema
  if (items !== undefined) {
    const old = oldItems(schema, before)
    for (const [i, item] of value.entries()) checkValue(items, item, `${path}[${i}]`, checking, old(item))
  }
  if (minItems !== undefined && value.length < minItems) {
    checking.errors.push(invalid(path, value.length, `${path} in body should have at least ${minItems} items`))
  }
  if (maxItems !== undefined && value.length > maxItems) {
    checking.errors.push(tooMany(path, value.length, maxItems))
  }
  checkList(schema, value, path, checking.errors)
}

function checkObject(schema: JSONSchemaProps, value: Fields, path: string, checking: Checking, before: unknown): void {
  const { properties = EMPTY, additionalProperties, maxProperties, minProperties } = schema
  const keys = Object.keys(value).sort()
  if (minProperties !== undefined && keys.length < minProperties) {
    const detail = `${path} in body should have at least ${minProperties} properties`
    checking.errors.push(invalid(path, keys.length, detail))
  }
  if (maxProperties !== undefined && keys.length > maxProperties) {
    checking.errors.push(tooMany(path, keys.length, maxProperties))
  }
  for (const key of keys) {
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined
    const rule = own ?? additionalProperties
    if (rule === false) {
      checking.errors.push(invalid(path, key, `${within(path, key)} in body is a forbidden property`))
    } else if (typeof rule === 'object') {
      const at = own === undefined ? `${path}.${key}` : within(path, key)
      checkValue(rule, value[key], at, checking, oldField(before, key))
    }
  }
  for (const name of schema.required ?? NONE) {
    if (!Object.hasOwn(value, name)) checking.errors.push(required(within(path, name)))
  }
}

const EMPTY: Readonly<Record<string, JSONSchemaProps>> = Object.freeze({})

/** The violations of a value that was looked at on its own, where it stands: mirrors kubeOpenAPIResultToFieldErrors. */
export function errorsBelow(path: string, errors: readonly FieldError[]): readonly FieldError[] {
  return errors.map((error) => {
    const field = error.field === NO_FIELD ? '' : error.field.replace(/^\./, '')
    return { ...error, field: field === '' ? path : `${path}.${field}` }
  })
}

/** The path of a field of an object. */
export function within(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`
}

function checkEnum(schema: JSONSchemaProps, value: unknown, path: string, errors: FieldError[]): void {
  const { enum: values } = schema
  if (values === undefined || values.length === 0) return
  const text = JSON.stringify(value)
  if (values.some((each) => JSON.stringify(each) === text)) return
  const known = values.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
  errors.push(notSupported(path, value, known))
}

/** Code points, as Go counts the length of a text. */
function characters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
