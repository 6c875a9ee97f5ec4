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

/** What the schema says of a field: by its name, or of all that have no name. */
export function ruleFor(
  { properties, additionalProperties }: JSONSchemaProps,
  key: string,
): JSONSchemaProps | undefined {
  const own = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined
  return own ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined)
}
