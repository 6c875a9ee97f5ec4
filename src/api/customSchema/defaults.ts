/**
 * What a structural schema fills in, and the nulls that it takes for nothing. Mirrors pkg/apiserver/schema/defaulting of
 * the apiextensions API server.
 */
import { mapKept } from '../mapKept.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'
import { ruleFor } from './parts.ts'

type Fields = Readonly<Record<string, unknown>>

/** The value with the defaults it lacks; the same value where it lacks none. A null that may be none counts as absent. */
export function withDefaults(schema: JSONSchemaProps, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined ? value : mapKept(value, (item) => withDefaults(items, defaulted(items, item)))
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
    return items === undefined ? value : mapKept(value, (item) => withoutNulls(items, item))
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
