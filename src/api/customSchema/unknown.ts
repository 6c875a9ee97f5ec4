/** What a structural schema does not know. Mirrors pkg/apiserver/schema/pruning of the apiextensions API server. */
import { type FieldError, unknownField } from '../fieldErrors.ts'
import { nearestName } from '../schema/nearest.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'

type Fields = Readonly<Record<string, unknown>>

/** Fields that every object has, whatever its schema says. */
const OF_OBJECTS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata'])

const PRESERVE = 'x-kubernetes-preserve-unknown-fields'
/** What is known of what stands below `additionalProperties: true`: nothing but scalars, as pruning has no schema for it. */
const NO_FIELDS: JSONSchemaProps = Object.freeze({})

/** How an object's field is known: by a schema, as anything, or not at all. */
type Known = JSONSchemaProps | 'anything' | undefined

/** Every field that would be pruned, with the name that is nearest to it. */
export function unknownFields(schema: JSONSchemaProps, value: unknown, path: string, isObject: boolean): FieldError[] {
  const found: FieldError[] = []
  const walk = (each: JSONSchemaProps, inside: unknown, at: string, whole: boolean): void => {
    if (Array.isArray(inside)) {
      const items = itemsOf(each)
      if (items === undefined) return
      for (const [i, item] of inside.entries()) walk(items, item, `${at}[${i}]`, isEmbedded(items))
    } else if (typeof inside === 'object' && inside !== null) {
      for (const [key, child] of Object.entries(inside)) {
        const field = at === '' ? key : `${at}.${key}`
        if (whole && OF_OBJECTS.has(key)) continue
        const known = knownAs(each, key)
        if (known === undefined) found.push(unknownError(each, key, field, whole))
        else if (known !== 'anything') walk(known, child, field, isEmbedded(known))
      }
    }
  }
  walk(schema, value, path, isObject)
  return found
}

/** The value without what its schema does not know; the same value where it knows everything. */
export function pruned(schema: JSONSchemaProps, value: unknown, isObject: boolean): unknown {
  if (Array.isArray(value)) {
    const items = itemsOf(schema)
    if (items === undefined) return value
    const kept = value.map((item) => pruned(items, item, isEmbedded(items)))
    return kept.some((item, i) => item !== value[i]) ? kept : value
  }
  if (typeof value !== 'object' || value === null) return value
  const kept: Record<string, unknown> = {}
  let changed = false
  for (const [key, child] of Object.entries(value)) {
    const known = isObject && OF_OBJECTS.has(key) ? 'anything' : knownAs(schema, key)
    if (known !== undefined) kept[key] = known === 'anything' ? child : pruned(known, child, isEmbedded(known))
    changed ||= known === undefined || kept[key] !== child
  }
  return changed ? kept : value
}

function knownAs(schema: JSONSchemaProps, key: string): Known {
  const { properties, additionalProperties } = schema
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key]
  if (additionalProperties !== undefined) {
    return typeof additionalProperties === 'object' ? additionalProperties : NO_FIELDS
  }
  return schema[PRESERVE] === true ? 'anything' : undefined
}

/** What is known of items; undefined where they are kept as they are. A list that keeps everything has such items. */
function itemsOf(schema: JSONSchemaProps): JSONSchemaProps | undefined {
  const { items, [PRESERVE]: preserves } = schema
  if (preserves !== true) return items ?? NO_FIELDS
  return items === undefined || items[PRESERVE] === true ? items : { ...items, [PRESERVE]: true }
}

function isEmbedded(schema: JSONSchemaProps): boolean {
  return schema['x-kubernetes-embedded-resource'] === true
}

function unknownError({ properties }: JSONSchemaProps, key: string, field: string, whole: boolean): FieldError {
  const names = [...(whole ? OF_OBJECTS : []), ...Object.keys((properties ?? {}) as Fields)]
  const nearest = nearestName(key, names)
  return { ...unknownField(field), detail: nearest === undefined ? '' : `did you mean "${nearest}"?` }
}
