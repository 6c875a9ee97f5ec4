import type { Field, FieldType } from '../schema/definition.ts'
import type { Schema } from '../schema/schema.ts'

/** Where in the structure of a kind one is; undefined where the schema says nothing, as inside free-form data. */
export type Place = FieldType | undefined

/** How a strategic merge treats one field. */
export interface FieldRules {
  /** What stands in the field; a list's elements. */
  readonly inside: Place
  /** Whether lists are merged element by element, and maps replaced as a whole. */
  readonly strategy: 'merge' | 'replace' | ''
  /** Whether fields that a patch does not name go. */
  readonly retainKeys: boolean
  /** What tells the elements of a merged list of objects apart; '' for a list of scalars. */
  readonly mergeKey: string
}

const free: FieldRules = Object.freeze({ inside: undefined, strategy: '', retainKeys: false, mergeKey: '' })

/** The rules of a field of the object that stands at a place. */
export function rulesAt(schema: Schema, place: Place, key: string): FieldRules {
  if (place === undefined) return free
  if (place.kind === 'map') return { ...free, inside: elementOf(place.of) }
  if (place.kind !== 'ref') return free
  const field = schema.definition(place.definition).field.get(key)
  return field === undefined ? free : rulesOf(field)
}

function rulesOf({ type, patch, mergeKey }: Field): FieldRules {
  return {
    inside: elementOf(type),
    strategy: patch.includes('merge') ? 'merge' : patch.includes('replace') ? 'replace' : '',
    retainKeys: patch.includes('retainKeys'),
    mergeKey,
  }
}

function elementOf(type: FieldType): Place {
  return type.kind === 'array' ? type.of : type
}

/** The place of a whole object of a definition. */
export function placeOf(definition: string): Place {
  return { kind: 'ref', definition }
}
