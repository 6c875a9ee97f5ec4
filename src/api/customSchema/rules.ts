/**
 * What a schema of a CustomResourceDefinition may say at all. Order and words mirror
 * ValidateCustomResourceDefinitionOpenAPISchema of pkg/apis/apiextensions/validation/validation.go.
 */
import { type FieldError, forbidden, invalid, notSupported } from '../fieldErrors.ts'
import { sortedKeys } from '../order.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'
import { ruleTextErrors } from './expressionTexts.ts'
import { listErrors } from './listRules.ts'

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const PRESERVE = 'x-kubernetes-preserve-unknown-fields'
const EMBEDDED = 'x-kubernetes-embedded-resource'
const UNSUPPORTED = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'] as const
const OF_OBJECTS: readonly string[] = Object.freeze(['apiVersion', 'kind', 'metadata'])

/** Where a schema stands. */
interface Place {
  readonly isRoot: boolean
  /** Whether it is of the metadata of an object, or of one inside of it. */
  readonly isMeta: boolean
  /** Where defaults are forbidden; undefined where they are not. */
  readonly noDefaults: string | undefined
}

const ROOT: Place = Object.freeze({ isRoot: true, isMeta: false, noDefaults: undefined })

/** Every violation in a schema and in those that it is made of, but for what its defaults and its rules in CEL mean. */
export function schemaErrors(schema: JSONSchemaProps, path: string): readonly FieldError[] {
  return errorsOf(schema, path, ROOT)
}

function errorsOf(schema: JSONSchemaProps, path: string, place: Place): readonly FieldError[] {
  const errors: FieldError[] = []
  checkWords(schema, path, place, errors)
  checkAdditional(schema, path, place, errors)
  for (const [at, part, inner] of partsOf(schema, path, place)) errors.push(...errorsOf(part, at, inner))
  if (schema[PRESERVE] === false) errors.push(invalid(`${path}.${PRESERVE}`, false, 'must be true or undefined'))
  errors.push(...listErrors(schema, path), ...ruleTextErrors(schema, path))
  return errors
}

function checkWords(schema: JSONSchemaProps, path: string, place: Place, errors: FieldError[]): void {
  const { type } = schema
  if (type && !TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, TYPES))
  if (schema.default !== undefined && place.noDefaults !== undefined) {
    errors.push(forbidden(`${path}.default`, `must not be set ${place.noDefaults}`))
  }
  for (const field of UNSUPPORTED) {
    if (schema[field] !== undefined) errors.push(forbidden(`${path}.${field}`, `${field} is not supported`))
  }
  if (type === 'null') {
    errors.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'))
  }
  if (place.isMeta && schema[EMBEDDED] === true) {
    errors.push(forbidden(`${path}.${EMBEDDED}`, 'must not be used inside of resource meta'))
  }
  if (schema.uniqueItems === true) {
    const detail = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'
    errors.push(forbidden(`${path}.uniqueItems`, detail))
  }
}

function checkAdditional(schema: JSONSchemaProps, path: string, place: Place, errors: FieldError[]): void {
  const { properties, additionalProperties } = schema
  if (additionalProperties === undefined) return
  const at = `${path}.additionalProperties`
  if (additionalProperties !== true && sortedKeys(properties).length > 0) {
    errors.push(forbidden(at, 'additionalProperties and properties are mutual exclusive'))
  }
  if (typeof additionalProperties !== 'object') return
  const noDefaults = place.isMeta ? 'inside additionalProperties applying to object metadata' : place.noDefaults
  errors.push(...errorsOf(additionalProperties, at, { ...place, isRoot: false, noDefaults }))
}

function partsOf(
  schema: JSONSchemaProps,
  path: string,
  place: Place,
): readonly (readonly [string, JSONSchemaProps, Place])[] {
  const { properties, items, not } = schema
  const inner = { ...place, isRoot: false }
  const fields = sortedKeys(properties).map(
    (key) => [`${path}.properties[${key}]`, properties![key]!, ofField(schema, key, place)] as const,
  )
  const logic = (['allOf', 'oneOf', 'anyOf'] as const).flatMap((word) =>
    (schema[word] ?? []).map((one, i) => [`${path}.${word}[${i}]`, one, inner] as const),
  )
  return [
    ...fields,
    ...(not === undefined ? [] : ([[`${path}.not`, not, inner]] as const)),
    ...logic,
    ...(items === undefined ? [] : ([[`${path}.items`, items, inner]] as const)),
  ]
}

/** The API server, and no default, says what an object is. */
function ofField(schema: JSONSchemaProps, key: string, { isRoot, isMeta, noDefaults }: Place): Place {
  const isOfObject = (isRoot || schema[EMBEDDED] === true) && OF_OBJECTS.includes(key)
  return {
    isRoot: false,
    isMeta: isMeta || isOfObject,
    noDefaults: isRoot && isOfObject ? `in top-level ${key}` : noDefaults,
  }
}
