import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withDefaults } from '../../../src/api/customSchema/defaults.ts'
import { defaultErrors } from '../../../src/api/customSchema/defaultErrors.ts'
import { schemaErrors } from '../../../src/api/customSchema/rules.ts'
import { structuralErrors } from '../../../src/api/customSchema/structural.ts'
import { pruned, unknownFields } from '../../../src/api/customSchema/unknown.ts'
import { checkValue } from '../../../src/api/customSchema/values.ts'
import type { FieldError } from '../../../src/api/fieldErrors.ts'
import type { JSONSchemaProps } from '../../../src/api/types/apiextensions.ts'
import { specs } from './schemaArbitrary.ts'

type Fields = Record<string, unknown>

/** What is said against a value, with what stood there before. */
function violations(schema: JSONSchemaProps, value: unknown, before?: unknown): readonly FieldError[] {
  const errors: FieldError[] = []
  checkValue(schema, value, 'spec', { errors, patterns: new Map() }, before)
  return errors
}

/** Every place of a value whose schema is known: its path, and how to put something else there. */
function placesOf(
  schema: JSONSchemaProps,
  value: unknown,
  path: string,
): { path: string; schema: JSONSchemaProps; put: (root: unknown, next: unknown) => unknown }[] {
  const own = { path, schema, put: (_: unknown, next: unknown) => next }
  if (typeof value !== 'object' || value === null) return [own]
  const inside = Object.entries(value).flatMap(([key, child]) => {
    const isList = Array.isArray(value)
    const additional = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
    const properties = schema.properties ?? {}
    const rule = isList ? schema.items : Object.hasOwn(properties, key) ? properties[key] : additional
    if (rule === undefined) return []
    return placesOf(rule, child, isList ? `${path}[${key}]` : `${path}.${key}`).map((place) => ({
      ...place,
      put: (root: unknown, next: unknown): unknown => {
        const copy = (isList ? [...(root as unknown[])] : { ...(root as Fields) }) as Fields
        copy[key] = place.put(copy[key], next)
        return copy
      },
    }))
  })
  return [own, ...inside]
}

test('what fits its schema is complete with its defaults, and nothing of it is wrong or unknown', () => {
  fc.assert(
    fc.property(specs, ({ schema, value }) => {
      expect([
        ...schemaErrors(schema, ''),
        ...defaultErrors(schema, '', new Map()),
        ...structuralErrors({ type: 'object', properties: { spec: schema } }, '', new Map()),
      ]).toEqual([])
      const whole = withDefaults(schema, value)
      expect(violations(schema, whole)).toEqual([])
      expect(unknownFields(schema, whole, 'spec', false)).toEqual([])
      // What lacks nothing, and has nothing too much, is not even copied.
      expect(withDefaults(schema, whole)).toBe(whole)
      expect(pruned(schema, whole, false)).toBe(whole)
    }),
  )
})

test('a field that no schema knows is found where it stands, and pruned', () => {
  fc.assert(
    fc.property(specs, fc.nat(), ({ schema, value }, choice) => {
      const closed = placesOf(schema, value, 'spec').filter(
        (place) => place.schema.type === 'object' && place.schema.properties !== undefined,
      )
      const place = closed[choice % closed.length]!
      const spoilt = place.put(value, { ...(at(value, place.path) as Fields), surplus: 1 })
      expect(unknownFields(schema, spoilt, 'spec', false).map(({ field }) => field)).toEqual([`${place.path}.surplus`])
      expect(pruned(schema, spoilt, false)).toEqual(value)
    }),
  )
})

test('a value of a wrong type is refused where it stands, unless it stood there before', () => {
  fc.assert(
    fc.property(specs, fc.nat(), ({ schema, value }, choice) => {
      const whole = withDefaults(schema, value)
      const typed = placesOf(schema, whole, 'spec').filter((place) => place.schema.type !== undefined)
      const place = typed[choice % typed.length]!
      const wrong = place.schema.type === 'boolean' ? 'yes' : true
      const spoilt = place.put(whole, wrong)
      const found = violations(schema, spoilt)
      expect(found[0]).toMatchObject({ type: 'TypeInvalid', field: place.path })
      expect(found.every(({ field }) => field === place.path)).toBe(true)
      expect(violations(schema, spoilt, whole)).toEqual(found)
      expect(violations(schema, spoilt, structuredClone(spoilt))).toEqual([])
      // A field beside it changes nothing of that; items of a list have no place of their own that they could keep.
      if (place.path !== 'spec' && !place.path.includes('[')) {
        const beside = { ...schema, properties: { ...schema.properties, other: { type: 'integer' } } }
        expect(violations(beside, { ...(spoilt as Fields), other: 2 }, { ...(spoilt as Fields), other: 1 })).toEqual([])
      }
    }),
  )
})

function at(value: unknown, path: string): unknown {
  const steps = path
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .slice(1)
  return steps.reduce((inside, step) => (inside as Fields)[step], value)
}
