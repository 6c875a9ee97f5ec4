/** The schemas that a schema is made of. */
import type { JSONSchemaProps } from '../types/apiextensions.ts'

/** Whether a schema, or any that it is made of, passes a test: those inside of logic too. */
export function someSchema(schema: JSONSchemaProps, test: (schema: JSONSchemaProps) => boolean): boolean {
  if (test(schema)) return true
  const { items, properties = {}, additionalProperties, allOf = [], anyOf = [], oneOf = [], not } = schema
  const parts = [...Object.values(properties), ...allOf, ...anyOf, ...oneOf]
  if (items !== undefined) parts.push(items)
  if (not !== undefined) parts.push(not)
  if (typeof additionalProperties === 'object') parts.push(additionalProperties)
  return parts.some((part) => someSchema(part, test))
}
