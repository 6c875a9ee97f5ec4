/** How lists and maps may be merged. Mirrors what pkg/apis/apiextensions/validation/validation.go says of their types. */
import { type FieldError, forbidden, invalid, notSupported, required } from '../fieldErrors.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'

const LIST = 'x-kubernetes-list-type'
const MAP = 'x-kubernetes-map-type'
const KEYS = 'x-kubernetes-list-map-keys'
const LIST_TYPES = ['atomic', 'set', 'map']
const MAP_TYPES = ['atomic', 'granular']

export function listErrors(schema: JSONSchemaProps, path: string): readonly FieldError[] {
  const errors: FieldError[] = []
  const { [LIST]: listType, [MAP]: mapType, [KEYS]: keys = [] } = schema
  if (mapType !== undefined) {
    if (schema.type !== 'object') errors.push(typeError(schema, path, `must be object if ${MAP} is specified`))
    if (!MAP_TYPES.includes(mapType)) errors.push(notSupported(`${path}.${MAP}`, mapType, MAP_TYPES))
  }
  if (listType !== undefined && schema.type !== 'array') {
    errors.push(typeError(schema, path, `must be array if ${LIST} is specified`))
  } else if (listType === 'set') checkSetItems(schema, path, errors)
  if (listType !== undefined && !LIST_TYPES.includes(listType)) {
    errors.push(notSupported(`${path}.${LIST}`, listType, LIST_TYPES))
  }
  if (keys.length > 0 && listType !== 'map') {
    const detail = `must be map if ${KEYS} is non-empty`
    errors.push(
      listType === undefined ? required(`${path}.${LIST}`, detail) : invalid(`${path}.${LIST}`, listType, detail),
    )
  }
  if (listType === 'map') checkMap(schema, keys, path, errors)
  if (listType === 'map' || listType === 'set') checkIdentity(schema, listType, path, errors)
  return errors
}

function typeError({ type = '' }: JSONSchemaProps, path: string, detail: string): FieldError {
  return type === '' ? required(`${path}.type`, detail) : invalid(`${path}.type`, type, detail)
}

/**
 * Items of a set are told apart as wholes, so that nothing inside of them is merged. A list is atomic unless it says
 * otherwise, and an object is not. Whichever is at fault, upstream shows the list type that the items have.
 */
function checkSetItems({ items }: JSONSchemaProps, path: string, errors: FieldError[]): void {
  if (items === undefined) return
  const { type, [LIST]: listType, [MAP]: mapType = 'granular' } = items
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  if (type === 'array' && listType !== undefined && listType !== 'atomic') {
    errors.push(invalid(`${path}.items.${LIST}`, listType, detail))
  } else if (type === 'object' && mapType !== 'atomic') {
    errors.push(invalid(`${path}.items.${MAP}`, listType, detail))
  }
}

/** The keys of a list that is a map are scalars of its items, each named once. */
function checkMap({ items }: JSONSchemaProps, keys: readonly string[], path: string, errors: FieldError[]): void {
  if (keys.length === 0) errors.push(required(`${path}.${KEYS}`, `must not be empty if ${LIST} is map`))
  if (items === undefined) {
    errors.push(required(`${path}.items`, `must have a schema if ${LIST} is map`))
    return
  }
  const { type = '', properties = {} } = items
  if (type !== 'object') {
    errors.push(invalid(`${path}.items.type`, type, `must be object if parent array's ${LIST} is map`))
    return
  }
  for (const [i, key] of keys.entries()) {
    const property = properties[key]
    if (property === undefined) {
      errors.push(invalid(`${path}.${KEYS}`, keys, 'entries must all be names of item properties'))
    } else if (property.type === 'array' || property.type === 'object') {
      const detail = `must be a scalar type if parent array's ${LIST} is map`
      errors.push(invalid(`${path}.items.properties[${key}].type`, type, detail))
    }
    if (keys.indexOf(key) < i) errors.push(invalid(`${path}.${KEYS}`, keys, 'must not contain duplicate entries'))
  }
}

/** What tells items apart is there in every one of them. Mirrors validateMapListKeysMapSet. */
function checkIdentity(schema: JSONSchemaProps, listType: string, path: string, errors: FieldError[]): void {
  const { items, [KEYS]: keys = [] } = schema
  if (items === undefined) return
  if (items.nullable === true) {
    errors.push(forbidden(`${path}.items.nullable`, `cannot be nullable when ${LIST} is ${listType}`))
  }
  if (listType === 'set') return
  for (const key of keys) {
    const property = items.properties?.[key]
    if (property === undefined) continue
    const at = `${path}.items.properties[${key}]`
    const start = `this property is in ${KEYS}, so it`
    if (property.default === undefined && !(items.required ?? []).includes(key)) {
      errors.push(required(`${at}.default`, `${start} must have a default or be a required property`))
    }
    if (property.nullable === true) errors.push(forbidden(`${at}.nullable`, `${start} cannot be nullable`))
  }
}
