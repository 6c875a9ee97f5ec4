/** What expressions see of a schema. Mirrors SchemaDeclType of pkg/cel/common/schemas.go of the API server. */
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, list, map, STRING, TIMESTAMP, type Type } from '../cel/types.ts'
import { sortedKeys } from '../order.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'
import { escapedName } from './expressionNames.ts'

const TEXT: JSONSchemaProps = Object.freeze({ type: 'string' })
const META: JSONSchemaProps = Object.freeze({
  type: 'object',
  properties: Object.freeze({ name: TEXT, generateName: TEXT }),
})

/** An object shows its kind and its names: as its schema has them, if that has them all, or however long they are. */
export function withObjectFields(schema: JSONSchemaProps): JSONSchemaProps {
  const { apiVersion, kind, metadata } = schema.properties ?? {}
  const { name, generateName } = metadata?.properties ?? {}
  const hasTexts = [apiVersion, kind, name, generateName].every((each) => each?.type === 'string')
  if (hasTexts && metadata!.type === 'object') return schema
  return {
    ...schema,
    type: 'object',
    properties: { ...schema.properties, apiVersion: TEXT, kind: TEXT, metadata: META },
  }
}

/** Undefined for what expressions do not see: what has no type, and lists and maps of that. */
export function expressionType(given: JSONSchemaProps, isObject: boolean): Type | undefined {
  if (given['x-kubernetes-int-or-string'] === true) return DYN
  const schema = isObject ? withObjectFields(given) : given
  switch (schema.type) {
    case 'array': {
      const of = schema.items && expressionType(schema.items, isEmbedded(schema.items))
      return of && list(of)
    }
    case 'object':
      return objectType(schema)
    case 'string':
      return (schema.format !== undefined && OF_FORMAT.get(schema.format)) || STRING
    case 'boolean':
      return BOOL
    case 'number':
      return DOUBLE
    case 'integer':
      return INT
    default:
      return undefined
  }
}

const OF_FORMAT: ReadonlyMap<string, Type> = new Map([
  ['byte', BYTES],
  ['duration', DURATION],
  ['date', TIMESTAMP],
  ['date-time', TIMESTAMP],
])

function objectType({ properties, additionalProperties }: JSONSchemaProps): Type | undefined {
  if (typeof additionalProperties === 'object') {
    const of = expressionType(additionalProperties, isEmbedded(additionalProperties))
    return of && map(STRING, of)
  }
  const fields = new Map<string, Type>()
  for (const key of sortedKeys(properties)) {
    const [name, schema] = [escapedName(key), properties![key]!]
    const type = expressionType(schema, isEmbedded(schema))
    if (name !== undefined && type !== undefined) fields.set(name, type)
  }
  return { kind: 'object', fields }
}

export function isEmbedded(schema: JSONSchemaProps): boolean {
  return schema['x-kubernetes-embedded-resource'] === true
}
