/** What is wrong with defaults. Mirrors ValidateDefaults of pkg/apiserver/schema/defaulting/validation.go. */
import { type FieldError, invalid } from '../fieldErrors.ts'
import { sortedKeys } from '../order.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'
import { embeddedErrors } from './embedded.ts'
import type { Patterns } from './patterns.ts'
import { unknownFields } from './unknown.ts'
import { isOfList } from './lists.ts'
import { checkValue, errorsBelow } from './values.ts'

const EMBEDDED = 'x-kubernetes-embedded-resource'

/** Every violation in the defaults of a structural schema, but for its rules in CEL. Nobody looks below additionalProperties. */
export function defaultErrors(schema: JSONSchemaProps, path: string, patterns: Patterns): readonly FieldError[] {
  const errors: FieldError[] = []
  const walk = (each: JSONSchemaProps, at: string): void => {
    if (each.default !== undefined) errors.push(...errorsOf(each, `${at}.default`, patterns))
    const { items, properties } = each
    if (items !== undefined) walk(items, `${at}.items`)
    for (const key of sortedKeys(properties)) walk(properties![key]!, `${at}.properties[${key}]`)
  }
  walk(schema, path)
  return errors
}

/** A default is as the schema says, without the defaults of what it leaves out, and says nothing that the schema does not know. */
function errorsOf(schema: JSONSchemaProps, at: string, patterns: Patterns): readonly FieldError[] {
  const unknown = unknownFields(schema, schema.default, '', schema[EMBEDDED] === true)
  const pruned = unknown.length === 0 ? [] : [invalid(at, schema.default, 'must not have unknown fields')]
  const embedded = embeddedErrors(schema, schema.default, at)
  if (embedded.length > 0) return [...pruned, ...embedded]
  const found: FieldError[] = []
  checkValue(schema, schema.default, '', { errors: found, patterns })
  // What is there twice is refused to objects alone.
  const told = found.filter((error) => !isOfList(error))
  return [...pruned, ...errorsBelow(at, told)]
}
