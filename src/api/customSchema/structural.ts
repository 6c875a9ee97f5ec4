/** Which schemas are structural. Mirrors pkg/apiserver/schema/validation.go of the apiextensions API server. */
import { type FieldError, forbidden, invalid, required } from '../fieldErrors.ts'
import { sortedKeys } from '../order.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'
import { missingIn } from './completeness.ts'
import { someSchema } from './parts.ts'
import { type Patterns, patternOf } from './patterns.ts'

type Level = 'root' | 'item' | 'field'

const MUST_HAVE_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
}
const INT_OR_STRING = 'x-kubernetes-int-or-string'
const PRESERVE = 'x-kubernetes-preserve-unknown-fields'
const EMBEDDED = 'x-kubernetes-embedded-resource'

/** What a nested schema may not say, and how its absence is called. */
const FORBIDDEN_INSIDE: readonly (readonly [field: keyof JSONSchemaProps, detail: string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['externalDocs', 'must be undefined to be structural'],
  [PRESERVE, 'must be false to be structural'],
  [EMBEDDED, 'must be false to be structural'],
  [INT_OR_STRING, 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
]

/** Whether the API server reads a schema at all: one that it does not is neither structural nor not. */
export function isReadable(schema: JSONSchemaProps): boolean {
  return !someSchema(schema, (each) => each[PRESERVE] === false || UNREADABLE.some((word) => each[word] !== undefined))
}

const UNREADABLE = [
  'id',
  '$schema',
  '$ref',
  'patternProperties',
  'dependencies',
  'additionalItems',
  'definitions',
] as const

/** Every violation, sorted as upstream sorts them. */
export function structuralErrors(schema: JSONSchemaProps, path: string, patterns: Patterns): readonly FieldError[] {
  const errors: FieldError[] = []
  checkSchema(schema, 'root', path, { errors, patterns })
  errors.push(...missingIn(schema, path))
  return errors.sort((a, b) => (a.field < b.field ? -1 : a.field > b.field ? 1 : a.detail < b.detail ? -1 : 1))
}

interface Scope {
  readonly errors: FieldError[]
  readonly patterns: Patterns
}

function checkSchema(schema: JSONSchemaProps, level: Level, path: string, scope: Scope): void {
  const { errors } = scope
  const { items, properties, additionalProperties } = schema
  if (schema.type === 'array' && items === undefined) errors.push(required(`${path}.items`, 'must be specified'))
  if (items !== undefined) checkSchema(items, 'item', `${path}.items`, scope)
  for (const key of sortedKeys(properties)) {
    checkSchema(properties![key]!, 'field', `${path}.properties[${key}]`, scope)
  }
  if (additionalProperties !== undefined) {
    const at = `${path}.additionalProperties`
    if (level === 'root') errors.push(forbidden(at, 'must not be used at the root'))
    if (typeof additionalProperties === 'object') checkSchema(additionalProperties, 'field', at, scope)
  }
  checkTypeOf(schema, level, path, errors)
  checkExtensions(schema, path, errors)
  checkNested(schema, true, path, scope)
  checkObjectFields(schema, level, path, errors)
}

function checkTypeOf(schema: JSONSchemaProps, level: Level, path: string, errors: FieldError[]): void {
  const type = schema.type ?? ''
  const at = `${path}.type`
  if (schema[EMBEDDED] === true && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true'
    errors.push(type === '' ? required(at, detail) : invalid(at, type, detail))
  } else if (type === '' && schema[INT_OR_STRING] !== true && schema[PRESERVE] !== true) {
    errors.push(required(at, MUST_HAVE_TYPE[level]))
  }
  if (level === 'root' && type !== '' && type !== 'object') errors.push(invalid(at, type, 'must be object at the root'))
}

function checkExtensions(schema: JSONSchemaProps, path: string, errors: FieldError[]): void {
  for (const other of [PRESERVE, EMBEDDED] as const) {
    if (schema[INT_OR_STRING] !== true || schema[other] !== true) continue
    errors.push(invalid(`${path}.${other}`, true, 'must be false if x-kubernetes-int-or-string is true'))
  }
  if (schema[EMBEDDED] !== true) return
  if (schema.additionalProperties !== undefined) {
    const detail = 'must not be used if x-kubernetes-embedded-resource is set'
    errors.push(forbidden(`${path}.additionalProperties`, detail))
  }
  if (schema[PRESERVE] !== true && sortedKeys(schema.properties).length === 0) {
    const detail =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'
    errors.push(required(`${path}.properties`, detail))
  }
}

/** What every object has may only be restricted: apiVersion and kind as strings, metadata by its names. */
function checkObjectFields(schema: JSONSchemaProps, level: Level, path: string, errors: FieldError[]): void {
  if (level !== 'root' && schema[EMBEDDED] !== true) return
  const { properties = {} } = schema
  for (const key of ['kind', 'apiVersion']) {
    const type = properties[key]?.type ?? ''
    if (properties[key] === undefined || type === 'string') continue
    errors.push(invalid(`${path}.properties[${key}].type`, type, 'must be string'))
  }
  const { metadata } = properties
  if (metadata === undefined) return
  const at = `${path}.properties[metadata]`
  if (metadata.type !== 'object') errors.push(invalid(`${at}.type`, metadata.type ?? '', 'must be object'))
  // Its default is refused as that of no field.
  const { type: _, default: _default, properties: fields, ...more } = metadata
  const others = sortedKeys(fields).filter((key) => key !== 'name' && key !== 'generateName')
  if (level === 'root' && (others.length > 0 || sortedKeys(more).length > 0)) {
    const detail = 'must not specify anything other than name and generateName, but metadata is implicitly specified'
    errors.push(forbidden(at, detail))
  }
}

/** An integer or a string may be told apart by type, as `anyOf`, or as the first of `allOf`. */
function isIntOrString(anyOf: readonly JSONSchemaProps[] | undefined): boolean {
  return JSON.stringify(anyOf) === '[{"type":"integer"},{"type":"string"}]'
}

/** The logic of a schema, at any depth. */
function checkNested(schema: JSONSchemaProps, isOutside: boolean, path: string, scope: Scope): void {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema
  if (!isOutside || !isIntOrString(schema.anyOf)) {
    for (const [i, one] of anyOf.entries()) checkInside(one, `${path}.anyOf[${i}]`, scope)
  }
  for (const [i, one] of allOf.entries()) {
    const at = `${path}.allOf[${i}]`
    const isException = isOutside && i === 0 && isIntOrString(one.anyOf)
    checkInside(isException ? { ...one, anyOf: [] } : one, at, scope)
  }
  for (const [i, one] of oneOf.entries()) checkInside(one, `${path}.oneOf[${i}]`, scope)
  if (not !== undefined) checkInside(not, `${path}.not`, scope)
  if (!pattern) return
  const expression = patternOf(pattern, scope.patterns)
  if (typeof expression !== 'string') return
  const detail = `must be a valid regular expression, but isn't: ${expression}`
  scope.errors.push(invalid(`${path}.pattern`, pattern, detail))
}

function checkInside(schema: JSONSchemaProps, path: string, scope: Scope): void {
  const { errors } = scope
  checkNested(schema, false, path, scope)
  if (schema.items !== undefined) checkInside(schema.items, `${path}.items`, scope)
  for (const key of sortedKeys(schema.properties)) {
    const at = `${path}.properties[${key}]`
    if (key === 'metadata') errors.push(forbidden(at, 'must not be specified in a nested context'))
    checkInside(schema.properties![key]!, at, scope)
  }
  for (const [field, detail] of FORBIDDEN_INSIDE) {
    const said = schema[field]
    const isSaid = said !== undefined && said !== '' && said !== false && !(Array.isArray(said) && said.length === 0)
    if (isSaid) errors.push(forbidden(`${path}.${field}`, detail))
  }
}
