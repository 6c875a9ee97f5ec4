/** How server-side apply sees an object: what is owned as a whole, and what part by part. */
import type { Field, FieldType } from '../schema/definition.ts'
import type { Schema } from '../schema/schema.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'
import { has, isJsonObject, type JsonObject, keysOf, own } from './json.ts'

/** What stands at a place of an object. */
export type Part =
  /** Owned as a whole: scalars, and whatever is atomic. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'fields'; readonly definition: string }
  /** Any keys, such as labels. */
  | { readonly kind: 'map'; readonly of: Part }
  /** A list of scalars, each owned by itself. */
  | { readonly kind: 'set' }
  /** A list of objects that `keys` tell apart; those that have a default may be left out. */
  | { readonly kind: 'items'; readonly keys: readonly string[]; readonly defaults: JsonObject; readonly of: Part }
  /** An object of a custom kind, or in one. */
  | { readonly kind: 'properties'; readonly schema: JSONSchemaProps }
  /** No schema says: objects go by key, lists are wholes. */
  | { readonly kind: 'free' }

const whole: Part = Object.freeze({ kind: 'whole' })
const free: Part = Object.freeze({ kind: 'free' })

/** An object of a definition, or of a custom kind; of neither, for kinds of which nothing is known. */
export function rootOf(definition: string | undefined, custom?: JSONSchemaProps): Part {
  if (definition !== undefined) return { kind: 'fields', definition }
  return custom === undefined ? free : { kind: 'properties', schema: custom }
}

/** What stands in a field of a part that has fields. */
export function partAt(schema: Schema, part: Part, key: string, isRoot = false): Part {
  if (part.kind === 'map') return part.of
  if (part.kind === 'free' || part.kind === 'properties') {
    // Of every kind alike, whatever a custom one says of it.
    if (isRoot && key === 'metadata') return rootOf('meta.v1.ObjectMeta')
    return part.kind === 'free' ? free : propertyOf(part.schema, key)
  }
  if (part.kind !== 'fields') return free
  const field = schema.definition(part.definition).field.get(key)
  return field === undefined ? free : partOf(schema, field.type, field)
}

/** Whether a key is a field by name, and not one of any. */
export function isNamed(schema: Schema, part: Part, key: string): boolean {
  if (part.kind === 'fields') return schema.definition(part.definition).field.has(key)
  return part.kind === 'properties' && part.schema.properties !== undefined && has(part.schema.properties, key)
}

function propertyOf({ properties = {}, additionalProperties }: JSONSchemaProps, key: string): Part {
  if (has(properties, key)) return customPart((properties as Readonly<Record<string, JSONSchemaProps>>)[key]!)
  return typeof additionalProperties === 'object' ? customPart(additionalProperties as JSONSchemaProps) : free
}

/** Mirrors the conversion of structural schemas in apimachinery/pkg/util/managedfields/internal/typeconverter.go. */
function customPart(schema: JSONSchemaProps): Part {
  const { type, items } = schema
  if (schema['x-kubernetes-map-type'] === 'atomic') return whole
  if (type === 'object') return { kind: 'properties', schema }
  if (type !== 'array')
    return type === undefined && schema['x-kubernetes-preserve-unknown-fields'] === true ? free : whole
  const listType = schema['x-kubernetes-list-type']
  if (listType === 'set') return { kind: 'set' }
  if (listType !== 'map' || items === undefined) return whole
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const known = keys.map((key) => [key, items.properties?.[key]?.default] as const)
  const defaults = Object.fromEntries(known.filter(([, value]) => value !== undefined))
  return { kind: 'items', keys, defaults, of: customPart(items) }
}

function partOf(schema: Schema, type: FieldType, field?: Field): Part {
  if (field?.atomic === true) return whole
  switch (type.kind) {
    case 'scalar':
      return type.scalar === 'object' || type.scalar === 'any' ? free : whole
    case 'ref':
      return schema.definition(type.definition).atomic ? whole : { kind: 'fields', definition: type.definition }
    case 'map':
      return { kind: 'map', of: partOf(schema, type.of) }
    case 'array':
      if (field === undefined || field.listType === 'atomic') return whole
      if (field.listType === 'set') return { kind: 'set' }
      return { kind: 'items', keys: field.listKeys, defaults: ordinary, of: partOf(schema, type.of) }
  }
}

/** The one key of a list that has a default in the OpenAPI document: that of ports. */
const ordinary: JsonObject = Object.freeze({ protocol: 'TCP' })

/** An element as a set of fields names it: `k:{"containerPort":80,"protocol":"TCP"}`; undefined when keys are missing. */
export function elementKey(part: Part, element: unknown): string | undefined {
  if (part.kind === 'set') return `v:${JSON.stringify(element)}`
  if (part.kind !== 'items' || !isJsonObject(element)) return undefined
  const found: Record<string, unknown> = {}
  for (const key of [...part.keys].sort()) {
    const value = own(element, key) ?? part.defaults[key]
    if (value === undefined) return undefined
    found[key] = value
  }
  return `k:${JSON.stringify(found)}`
}

/** Whether a value is taken apart: an object by fields, or a list by elements. */
export function isDivided(part: Part, value: unknown): value is JsonObject | readonly unknown[] {
  if (part.kind === 'whole') return false
  return Array.isArray(value) ? part.kind === 'set' || part.kind === 'items' : isJsonObject(value)
}

/** The parts of a divided value by the names that sets of fields have for them. Elements that cannot be named are left out. */
export function partsIn(
  schema: Schema,
  part: Part,
  value: JsonObject | readonly unknown[],
  isRoot = false,
): Map<string, { readonly part: Part; readonly value: unknown }> {
  const parts = new Map<string, { part: Part; value: unknown }>()
  if (Array.isArray(value)) {
    const of = part.kind === 'items' ? part.of : whole
    for (const element of value as readonly unknown[]) {
      const key = elementKey(part, element)
      if (key !== undefined && !parts.has(key)) parts.set(key, { part: of, value: element })
    }
    return parts
  }
  const object = value as JsonObject
  for (const key of keysOf(object)) {
    const inner = object[key]
    if (inner !== undefined) parts.set(`f:${key}`, { part: partAt(schema, part, key, isRoot), value: inner })
  }
  return parts
}
