/**
 * What a schema of a CustomResourceDefinition may say at all. Mirrors ValidateCustomResourceDefinitionOpenAPISchema of
 * pkg/apis/apiextensions/validation/validation.go.
 */
import { type FieldError, forbidden, invalid, notSupported, required } from '../fieldErrors.ts'
import { sortedKeys } from '../order.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'
import { withDefaults } from './defaults.ts'
import type { Patterns } from './patterns.ts'
import { unknownFields } from './unknown.ts'
import { checkValue } from './values.ts'

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const LIST_TYPES = ['atomic', 'set', 'map']
const MAP_TYPES = ['atomic', 'granular']
const PRESERVE = 'x-kubernetes-preserve-unknown-fields'
const UNSUPPORTED = ['$ref', 'id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies'] as const

interface Scope {
  readonly errors: FieldError[]
  readonly patterns: Patterns
  /** Schemas inside logic have no types and no defaults of their own. */
  readonly isNested: boolean
}

/** Every violation in a schema and in those that it is made of. */
export function schemaErrors(schema: JSONSchemaProps, path: string, patterns: Patterns): readonly FieldError[] {
  const errors: FieldError[] = []
  checkSchema(schema, path, { errors, patterns, isNested: false })
  return errors
}

function checkSchema(schema: JSONSchemaProps, path: string, scope: Scope): void {
  const { errors } = scope
  const { type, properties, additionalProperties, items, not } = schema
  for (const field of UNSUPPORTED) {
    if (schema[field] !== undefined) errors.push(forbidden(`${path}.${field}`, `${field} is not supported`))
  }
  if (type === 'null') {
    errors.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'))
  } else if (type && !TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, TYPES))
  if (schema.uniqueItems === true) {
    const detail = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'
    errors.push(forbidden(`${path}.uniqueItems`, detail))
  }
  if (additionalProperties !== undefined && additionalProperties !== true && sortedKeys(properties).length > 0) {
    const detail = 'additionalProperties and properties are mutual exclusive'
    errors.push(forbidden(`${path}.additionalProperties`, detail))
  }
  if (schema[PRESERVE] === false) errors.push(invalid(`${path}.${PRESERVE}`, false, 'must be true or undefined'))
  if (!scope.isNested) {
    checkListType(schema, path, errors)
    checkDefault(schema, path, scope)
  }
  for (const key of sortedKeys(properties)) checkSchema(properties![key]!, `${path}.properties[${key}]`, scope)
  if (typeof additionalProperties === 'object') checkSchema(additionalProperties, `${path}.additionalProperties`, scope)
  if (items !== undefined) checkSchema(items, `${path}.items`, scope)
  const nested = { ...scope, isNested: true }
  for (const word of ['allOf', 'anyOf', 'oneOf'] as const) {
    for (const [i, one] of (schema[word] ?? []).entries()) checkSchema(one, `${path}.${word}[${i}]`, nested)
  }
  if (not !== undefined) checkSchema(not, `${path}.not`, nested)
}

function checkListType(schema: JSONSchemaProps, path: string, errors: FieldError[]): void {
  const listType = schema['x-kubernetes-list-type']
  const mapType = schema['x-kubernetes-map-type']
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const [at, keysAt] = [`${path}.x-kubernetes-list-type`, `${path}.x-kubernetes-list-map-keys`]
  if (listType !== undefined) {
    if (!LIST_TYPES.includes(listType)) errors.push(notSupported(at, listType, LIST_TYPES))
    if (schema.type !== 'array') {
      errors.push(invalid(`${path}.type`, schema.type ?? '', 'must be array if x-kubernetes-list-type is specified'))
    } else if (listType === 'set') checkSetItems(schema, path, errors)
  }
  if (mapType !== undefined) {
    if (!MAP_TYPES.includes(mapType)) errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, MAP_TYPES))
    if (schema.type !== 'object') {
      errors.push(invalid(`${path}.type`, schema.type ?? '', 'must be object if x-kubernetes-map-type is specified'))
    }
  }
  if (keys.length > 0 && listType !== 'map') {
    errors.push(invalid(at, listType ?? '', 'must be map if x-kubernetes-list-map-keys is non-empty'))
  }
  if (listType !== 'map') return
  if (keys.length === 0) {
    errors.push(required(keysAt, 'must not be empty if x-kubernetes-list-type is map'))
  }
  checkMapItems(schema, keys, path, errors)
}

/**
 * Items of a set are told apart as wholes, so that nothing inside of them is merged. A list is atomic unless it says
 * otherwise, and an object is not. Whichever is at fault, upstream shows the list type that the items have.
 */
function checkSetItems({ items }: JSONSchemaProps, path: string, errors: FieldError[]): void {
  if (items === undefined) return
  const { type, 'x-kubernetes-list-type': listType, 'x-kubernetes-map-type': mapType = 'granular' } = items
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  if (type === 'array' && listType !== undefined && listType !== 'atomic') {
    errors.push(invalid(`${path}.items.x-kubernetes-list-type`, listType, detail))
  } else if (type === 'object' && mapType !== 'atomic') {
    errors.push(invalid(`${path}.items.x-kubernetes-map-type`, listType, detail))
  }
}

/** The keys of a list that is a map are there in every item, and are scalars. */
function checkMapItems({ items }: JSONSchemaProps, keys: readonly string[], path: string, errors: FieldError[]): void {
  if (items === undefined) {
    errors.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'))
    return
  }
  const inside = `${path}.items`
  if (items.type !== 'object') {
    const detail = "must be object if parent array's x-kubernetes-list-type is map"
    errors.push(invalid(`${inside}.type`, items.type ?? '', detail))
  }
  for (const [i, key] of keys.entries()) {
    const at = `${path}.x-kubernetes-list-map-keys[${i}]`
    const property = items.properties?.[key]
    if (property === undefined) errors.push(invalid(at, key, 'entries must all be names of item properties'))
    else if (property.type === 'array' || property.type === 'object') {
      const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map"
      errors.push(invalid(`${inside}.properties[${key}].type`, property.type, detail))
    } else if (property.default === undefined && !(items.required ?? []).includes(key)) {
      const detail =
        'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property'
      errors.push(required(`${inside}.properties[${key}].default`, detail))
    }
    if (keys.indexOf(key) < i) errors.push(invalid(at, key, 'must not contain duplicate entries'))
  }
}

/** A default is as the schema says, and says nothing that it does not know. */
function checkDefault(schema: JSONSchemaProps, path: string, { errors, patterns }: Scope): void {
  if (schema.default === undefined) return
  const at = `${path}.default`
  const embedded = schema['x-kubernetes-embedded-resource'] === true
  for (const { field } of unknownFields(schema, schema.default, '', embedded)) {
    errors.push(invalid(at, schema.default, `must not have unknown fields, found ${field}`))
  }
  const found: FieldError[] = []
  checkValue(schema, withDefaults(schema, schema.default), at, { errors: found, patterns })
  errors.push(...found)
}
