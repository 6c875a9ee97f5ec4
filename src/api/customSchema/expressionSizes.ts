/**
 * How large what a schema describes may be, and how small as JSON, for estimates of what expressions cost. Mirrors
 * SchemaDeclType of pkg/cel/common/schemas.go of the API server.
 */
import { byteLength } from '../utf8.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'
import { escapedName, unescapedName } from './expressionNames.ts'
import { isEmbedded, withObjectFields } from './expressionTypes.ts'

/** The largest request that is taken, in bytes. */
const LARGEST = 3 * 1024 * 1024
/** Between brackets or quotes. */
const INNER = LARGEST - 2
const BYTES_A_CHARACTER = 4

export interface Place {
  readonly schema: JSONSchemaProps
  readonly isObject: boolean
}

/** Of texts with a format, as JSON, with their quotes. */
const FORMATS: ReadonlyMap<string | undefined, { readonly least: number; readonly most: number }> = new Map([
  ['duration', { least: 3, most: 32 }],
  ['date', { least: 12, most: 12 }],
  ['date-time', { least: 21, most: 32 }],
])
const LEAST: ReadonlyMap<string | undefined, number> = new Map([
  ['array', 2],
  ['string', 2],
  ['boolean', 4],
  ['integer', 1],
  ['number', 1],
])
/** Keys are looked at without any care for how long they may be. */
const KEYS: Place = Object.freeze({ schema: Object.freeze({ type: 'string', maxLength: 0 }), isObject: false })

/** How large what has such a path may be; undefined for what expressions do not see. The first name stands for the place. */
export function mostAt(place: Place, names: readonly string[]): number | undefined {
  let at: Place | undefined = place
  for (const name of names.slice(1)) at = at && inside(at, name)
  return at && mostOf(at)
}

/** How often a value of a place can be in one object, whatever it is in. */
export function mostTimes(place: Place): number {
  return Math.floor(LARGEST / (leastOf(place) + 1))
}

function inside({ schema, isObject }: Place, name: string): Place | undefined {
  const { items, additionalProperties } = schema
  if (name === '@items' || name === '@values') {
    if (schema.type === 'array') return items && placeOf(items)
    return isMap(schema) ? placeOf(additionalProperties as JSONSchemaProps) : undefined
  }
  if (name === '@keys') return isMap(schema) ? KEYS : undefined
  if (schema.type !== 'object' || isMap(schema)) return undefined
  const { properties = {} } = isObject ? withObjectFields(schema) : schema
  const key = unescapedName(name)
  return Object.hasOwn(properties, key) && escapedName(key) === name ? placeOf(properties[key]!) : undefined
}

const placeOf = (schema: JSONSchemaProps): Place => ({ schema, isObject: isEmbedded(schema) })
const isMap = ({ type, additionalProperties }: JSONSchemaProps): boolean =>
  type === 'object' && typeof additionalProperties === 'object'

/** How many characters, items or keys; 0 for what has none. */
function mostOf({ schema }: Place): number | undefined {
  const { type, items, additionalProperties, maxItems, maxProperties } = schema
  if (schema['x-kubernetes-int-or-string'] === true) return mostCharacters(schema)
  switch (type) {
    case 'array': {
      if (items === undefined || mostOf(placeOf(items)) === undefined) return undefined
      if (maxItems !== undefined) return Math.max(0, maxItems)
      return Math.floor(INNER / (leastOf(placeOf(items)) + 1))
    }
    case 'object': {
      if (typeof additionalProperties !== 'object') return 0
      const of = placeOf(additionalProperties)
      // Two quotes, a colon, a comma and two bytes of a key.
      if (mostOf(of) === undefined) return undefined
      return maxProperties === undefined ? Math.floor(INNER / (leastOf(of) + 6)) : Math.max(0, maxProperties)
    }
    case 'string':
      return mostCharacters(schema)
    default:
      return LEAST.has(type) ? 0 : undefined
  }
}

function mostCharacters({ type, format, maxLength, enum: values = [], ...schema }: JSONSchemaProps): number {
  const isText = type === 'string' && schema['x-kubernetes-int-or-string'] !== true
  const known = isText ? FORMATS.get(format) : undefined
  if (known !== undefined) return known.most
  const isBytes = isText && format === 'byte'
  if (maxLength !== undefined) return Math.max(0, maxLength) * (isBytes ? 1 : BYTES_A_CHARACTER)
  if (!isText || isBytes || values.length === 0) return INNER
  return Math.max(...values.map((value) => (typeof value === 'string' ? byteLength(value) : 0)))
}

/** In bytes, with all that it must have and nobody fills in. */
function leastOf({ schema, isObject }: Place): number {
  if (schema['x-kubernetes-int-or-string'] === true) return 1
  if (schema.type === 'string') return FORMATS.get(schema.format)?.least ?? 2
  if (schema.type !== 'object' || isMap(schema)) return LEAST.get(schema.type) ?? 2
  const { properties = {}, required = [] } = isObject ? withObjectFields(schema) : schema
  let bytes = 2
  for (const name of new Set(required)) {
    const property = Object.hasOwn(properties, name) ? properties[name]! : undefined
    if (property === undefined || (property.default ?? null) !== null) continue
    const place = placeOf(property)
    if (mostOf(place) !== undefined) bytes += byteLength(name) + leastOf(place) + 4
  }
  return bytes
}
