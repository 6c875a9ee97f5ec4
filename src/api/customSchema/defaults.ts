/**
 * What a structural schema fills in, and the nulls that it takes for nothing. Mirrors pkg/apiserver/schema/defaulting of
 * the apiextensions API server.
 */
import type { JSONSchemaProps } from '../types/apiextensions.ts'

type Fields = Readonly<Record<string, unknown>>

/** The value with the defaults it lacks; the same value where it lacks none. A null that may be none counts as absent. */
export function withDefaults(schema: JSONSchemaProps, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items === undefined) return value
    const filled = value.map((item) => withDefaults(items, defaulted(items, item)))
    return filled.some((item, i) => item !== value[i]) ? filled : value
  }
  return typeof value === 'object' && value !== null ? fieldsWithDefaults(schema, value as Fields) : value
}

function fieldsWithDefaults(schema: JSONSchemaProps, value: Fields): Fields {
  const { properties } = schema
  const filled: Record<string, unknown> = { ...value }
  let changed = false
  for (const [key, rule] of Object.entries(properties ?? {})) {
    if (rule.default === undefined || !isMissing(value, key, rule)) continue
    filled[key] = rule.default
    changed = true
  }
  for (const [key, child] of Object.entries(filled)) {
    const rule = ruleFor(schema, key)
    if (rule === undefined) continue
    filled[key] = withDefaults(rule, defaulted(rule, child))
    changed ||= filled[key] !== child
  }
  return changed ? filled : value
}

function isMissing(value: Fields, key: string, rule: JSONSchemaProps): boolean {
  return !Object.hasOwn(value, key) || value[key] === undefined || isNothing(rule, value[key])
}

/** What stands for a null that may be none. */
function defaulted(rule: JSONSchemaProps, value: unknown): unknown {
  return isNothing(rule, value) && rule.default !== undefined ? rule.default : value
}

/** A null where none may be. */
function isNothing(rule: JSONSchemaProps, value: unknown): boolean {
  return value === null && rule.nullable !== true
}

/**
 * The value without fields that are null, may be none and have no default; the same value where there are none. Mirrors
 * PruneNonNullableNullsWithoutDefaults: what is written in Go has such nulls for whatever is empty.
 */
export function withoutNulls(schema: JSONSchemaProps, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items === undefined) return value
    const kept = value.map((item) => withoutNulls(items, item))
    return kept.some((item, i) => item !== value[i]) ? kept : value
  }
  if (typeof value !== 'object' || value === null) return value
  const kept: Record<string, unknown> = {}
  let changed = false
  for (const [key, child] of Object.entries(value)) {
    const rule = ruleFor(schema, key)
    const isDropped = rule !== undefined && rule.default === undefined && isNothing(rule, child)
    if (!isDropped) kept[key] = rule === undefined ? child : withoutNulls(rule, child)
    changed ||= isDropped || kept[key] !== child
  }
  return changed ? kept : value
}

/** What the schema says of a field: by its name, or of all that have no name. */
function ruleFor({ properties, additionalProperties }: JSONSchemaProps, key: string): JSONSchemaProps | undefined {
  const own = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined
  return own ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined)
}
