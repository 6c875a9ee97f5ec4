import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSchema } from '../../src/api/schema/schema.ts'
import { copyAsSaid, copyChecked } from '../../src/api/schema/structural.ts'
import { objectOf, placesOf } from './schemaArbitrary.ts'

const schema = createSchema()

/** A definition of some kind with an object of it. */
const objects = fc
  .constantFrom(...schema.kinds)
  .map((kind) => schema.definitionOf(kind.slice(0, kind.lastIndexOf('/')), kind.slice(kind.lastIndexOf('/') + 1)) ?? '')
  .chain((definition) => fc.tuple(fc.constant(definition), objectOf(schema, definition)))

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

function objectsIn(value: unknown, found: Set<unknown> = new Set()): Set<unknown> {
  if (typeof value !== 'object' || value === null) return found
  found.add(value)
  for (const each of Object.values(value)) objectsIn(each, found)
  return found
}

function deepFreeze<T>(value: T): T {
  for (const each of objectsIn(value)) Object.freeze(each)
  return value
}

describe('any object of any kind', () => {
  test('is copied as it is, and its copy is copied as it is', () => {
    fc.assert(
      fc.property(objects, ([definition, input]) => {
        const first = copyAsSaid(schema, definition, input)
        expect(first.errors).toEqual([])
        expect(first.value).toEqual(input)
        expect(JSON.stringify(copyAsSaid(schema, definition, first.value).value)).toBe(JSON.stringify(first.value))
      }),
    )
  })

  test('has its zero values put right once', () => {
    fc.assert(
      fc.property(objects, ([definition, input]) => {
        const first = copyChecked(schema, definition, input)
        expect(first.errors).toEqual([])
        expect(JSON.stringify(copyChecked(schema, definition, first.value).value)).toBe(JSON.stringify(first.value))
        const said = copyAsSaid(schema, definition, input).value
        expect(JSON.stringify(copyChecked(schema, definition, said).value)).toBe(JSON.stringify(first.value))
      }),
    )
  })

  test('is neither changed, nor frozen, nor kept', () => {
    fc.assert(
      fc.property(objects, ([definition, input]) => {
        const before = JSON.stringify(input)
        const { value } = copyChecked(schema, definition, input)
        expect(JSON.stringify(input)).toBe(before)
        const handedIn = objectsIn(input)
        for (const each of handedIn) expect(Object.isFrozen(each)).toBe(false)
        for (const each of objectsIn(value)) expect(handedIn.has(each)).toBe(false)
        const copy = JSON.stringify(value)
        for (const each of handedIn)
          for (const key of Object.keys(each as object)) delete (each as Record<string, unknown>)[key]
        expect(JSON.stringify(value)).toBe(copy)
      }),
    )
  })

  test('may be frozen by whoever hands it in', () => {
    fc.assert(
      fc.property(objects, ([definition, input]) => {
        const { value } = copyChecked(schema, definition, deepFreeze(input))
        for (const each of objectsIn(value)) expect(Object.isFrozen(each)).toBe(false)
      }),
    )
  })

  test('comes out the same in whichever order its keys were written', () => {
    fc.assert(
      fc.property(objects, ([definition, input]) => {
        const turned = (value: unknown): unknown => {
          if (Array.isArray(value)) return value.map(turned)
          if (typeof value !== 'object' || value === null) return value
          return Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, each]) => [key, turned(each)]),
          )
        }
        const straight = JSON.stringify(copyChecked(schema, definition, input).value)
        expect(JSON.stringify(copyChecked(schema, definition, turned(input)).value)).toBe(straight)
      }),
    )
  })
})

describe('one mistake anywhere', () => {
  test('in the name of a field is reported at its path, with the right name', () => {
    fc.assert(
      fc.property(objects, fc.nat(), fc.nat(), ([definition, input], placeIndex, fieldIndex) => {
        const places = placesOf(schema, definition, input).filter(({ object }) => Object.keys(object).length > 0)
        const place = places[placeIndex % Math.max(1, places.length)]
        fc.pre(place !== undefined)
        const names = Object.keys(place.object)
        const name = names[fieldIndex % names.length] ?? ''
        const misspelt = `${name}${name.at(-1) ?? ''}`
        fc.pre(!place.fields.some((field) => field.name === misspelt))
        place.object[misspelt] = place.object[name]
        delete place.object[name]
        const { errors } = copyChecked(schema, definition, input)
        const detail = `did you mean "${name}"?`
        expect(errors).toEqual([{ type: 'Unknown', field: join(place.path, misspelt), detail }])
      }),
    )
  })

  test('in the type of a value is reported at its path', () => {
    fc.assert(
      fc.property(objects, fc.nat(), fc.nat(), ([definition, input], placeIndex, fieldIndex) => {
        const places = placesOf(schema, definition, input).filter(({ object }) => Object.keys(object).length > 0)
        const place = places[placeIndex % Math.max(1, places.length)]
        fc.pre(place !== undefined)
        const names = Object.keys(place.object)
        const name = names[fieldIndex % names.length] ?? ''
        const wrong = [() => 1, Symbol('s'), new Map(), new Set(), 1n, /x/][fieldIndex % 6]
        place.object[name] = wrong
        const { errors } = copyChecked(schema, definition, input)
        expect(errors.map(({ type, field }) => [type, field])).toEqual([['TypeInvalid', join(place.path, name)]])
      }),
    )
  })
})
