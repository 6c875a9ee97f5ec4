/** What a structural schema fills in. Mirrors pkg/apiserver/schema/defaulting of the apiextensions API server. */
import type { JSONSchemaProps } from '../types/apiextensions.ts'

type Fields = Readonly<Record<string, unknown>>

/** The value with the defaults it lacks; the same value where it lacks none. A null that may be none counts as absent. */
export function withDefaults(schema: JSONSchemaProps, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items === undefined) return value
    const filled = value.map((item) => withDefaults(items, item))
    return filled.some((item, i) => item !== value[i]) ? filled : value
  }
  return typeof value === 'object' && value !== null ? fieldsWithDefaults(schema, value as Fields) : value
}

function fieldsWithDefaults(schema: JSONSchemaProps, value: Fields): Fields {
  const { properties, additionalProperties } = schema
  const filled: Record<string, unknown> = { ...value }
  let changed = false
  for (const [key, rule] of Object.entries(properties ?? {})) {
    if (rule.default === undefined || !isMissing(value, key, rule)) continue
    filled[key] = rule.default
    changed = true
  }
  for (const [key, child] of Object.entries(filled)) {
    const own = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined
    const rule = own ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined)
    if (rule === undefined) continue
    filled[key] = withDefaults(rule, child)
    changed ||= filled[key] !== child
  }
  return changed ? filled : value
}

function isMissing(value: Fields, key: string, rule: JSONSchemaProps): boolean {
  return !Object.hasOwn(value, key) || value[key] === undefined || (value[key] === null && rule.nullable !== true)
}
