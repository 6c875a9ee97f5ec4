/** What a definition says that nobody acts on. */
import type { CustomResourceDefinition, JSONSchemaProps } from '../../api/types/apiextensions.ts'

export function crdWarnings({ spec }: CustomResourceDefinition): readonly string[] {
  const rules = spec.versions.flatMap(({ schema }, i) => {
    const count = schema?.openAPIV3Schema === undefined ? 0 : rulesIn(schema.openAPIV3Schema)
    return count === 0
      ? []
      : `spec.versions[${i}].schema: x-kubernetes-validations are kept, but not evaluated (${count})`
  })
  if (spec.conversion?.strategy !== 'Webhook') return rules
  return [...rules, 'spec.conversion.webhook is kept, but not called: objects convert as with the strategy None']
}

function rulesIn(schema: JSONSchemaProps): number {
  const { properties = {}, items, additionalProperties, allOf = [], anyOf = [], oneOf = [], not } = schema
  const parts = [...Object.values(properties), ...allOf, ...anyOf, ...oneOf]
  if (items !== undefined) parts.push(items)
  if (typeof additionalProperties === 'object') parts.push(additionalProperties)
  if (not !== undefined) parts.push(not)
  return parts.reduce((sum, part) => sum + rulesIn(part), schema['x-kubernetes-validations']?.length ?? 0)
}
