/** What logic speaks of must be specified outside of it. Mirrors pkg/apiserver/schema/complete.go upstream. */
import { type FieldError, required } from '../fieldErrors.ts'
import { sortedKeys } from '../order.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'

/**
 * Fields and items that some `allOf`, `anyOf`, `oneOf` or `not` of the schema mentions, and the schema does not. Upstream
 * looks at the logic of the root alone.
 */
export function missingIn(schema: JSONSchemaProps, path: string): readonly FieldError[] {
  const missing: FieldError[] = []
  for (const [inside, at] of nestedIn(schema, path)) compare(schema, inside, path, at, missing)
  return missing
}

function nestedIn(schema: JSONSchemaProps, path: string): readonly (readonly [JSONSchemaProps, string])[] {
  const lists = (['anyOf', 'allOf', 'oneOf'] as const).flatMap((word) =>
    (schema[word] ?? []).map((one, i) => [one, `${path}.${word}[${i}]`] as const),
  )
  return schema.not === undefined ? lists : [...lists, [schema.not, `${path}.not`] as const]
}

/** Compares a place of the schema with what logic says of the same place. */
function compare(
  schema: JSONSchemaProps | undefined,
  inside: JSONSchemaProps,
  path: string,
  at: string,
  missing: FieldError[],
): void {
  if (schema === undefined) {
    missing.push(required(path, `because it is defined in ${at}`))
    return
  }
  for (const [nested, where] of nestedIn(inside, at)) compare(schema, nested, path, where, missing)
  if (inside.items !== undefined) compare(schema.items, inside.items, `${path}.items`, `${at}.items`, missing)
  for (const key of sortedKeys(inside.properties)) {
    const [own, place] = [schema.properties?.[key], `properties[${key}]`]
    compare(own, inside.properties![key]!, `${path}.${place}`, `${at}.${place}`, missing)
  }
}
