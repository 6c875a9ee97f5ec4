import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeFields, removeFields } from '../../../src/api/patches/fieldMerge.ts'
import { differences, fieldsOf } from '../../../src/api/patches/fieldSets.ts'
import { applyFields, type Operation, type Structure } from '../../../src/api/patches/managers.ts'
import { difference, intersection, pathsOf, union } from '../../../src/api/patches/ownership.ts'
import { rootOf } from '../../../src/api/patches/structure.ts'
import { isStatusError } from '../../../src/index.ts'
import { type Json, objectOf, schema } from './arbitraries.ts'

/** Nobody can own a list without elements. */
function withoutEmptyLists(value: Json): Json {
  const full = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(full)
    return typeof one === 'object' && one !== null ? withoutEmptyLists(one as Json) : one
  }
  const kept = Object.entries(value).filter(([, one]) => !Array.isArray(one) || one.length > 0)
  return Object.fromEntries(kept.map(([key, one]) => [key, full(one)]))
}

const definitions = ['core.v1.Pod', 'core.v1.Service', 'apps.v1.Deployment'] as const

describe.each(definitions)('fields of %s', (definition) => {
  const root = rootOf(definition)
  const object = objectOf(definition).map(withoutEmptyLists)
  const set = object.map((one) => fieldsOf(schema, root, one))

  test('sets of them are sets', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(union(a, b)).toEqual(union(b, a))
        expect(union(difference(a, b), intersection(a, b))).toEqual(a)
        expect(intersection(difference(a, b), b)).toEqual({})
        expect(new Set(pathsOf(union(a, b)))).toEqual(new Set([...pathsOf(a), ...pathsOf(b)]))
      }),
    )
  })

  test('what two objects differ in is what one of them has', () => {
    fc.assert(
      fc.property(object, object, (a, b) => {
        const { changed, removed } = differences(schema, root, a, b)
        const all = (one: Json): object => differences(schema, root, {}, one).changed
        expect(difference(changed, all(b) as Json)).toEqual({})
        expect(difference(removed, all(a) as Json)).toEqual({})
        expect(differences(schema, root, a, a)).toEqual({ changed: {}, removed: {} })
      }),
    )
  })

  test('a merge says all that the manifest says, loses nothing else, and is done at once', () => {
    fc.assert(
      fc.property(object, object, (live, manifest) => {
        const merged = mergeFields(schema, root, live, manifest)
        const said = fieldsOf(schema, root, manifest)
        expect(intersection(differences(schema, root, merged, manifest).changed, said)).toEqual({})
        expect(differences(schema, root, live, merged).removed).toEqual({})
        expect(mergeFields(schema, root, merged, manifest)).toEqual(merged)
      }),
    )
  })

  test('what is removed is gone, and nothing but that', () => {
    fc.assert(
      fc.property(object, object, (live, some) => {
        const fields = intersection(fieldsOf(schema, root, some), fieldsOf(schema, root, live))
        const left = fieldsOf(schema, root, removeFields(schema, root, live, fields))
        expect(intersection(left, fields)).toEqual({})
      }),
    )
  })

  const structure: Structure = { schema, root, settable: (fields) => fields }
  const by = (manager: string): Operation => ({ manager, operation: 'Apply', apiVersion: 'v1', time: '' })

  test('whoever applies alone has in the end what was applied last', () => {
    fc.assert(
      fc.property(object, object, (first, second) => {
        const one = applyFields(structure, {}, first, [], by('a'), false)
        const two = applyFields(structure, one.object, second, one.entries, by('a'), false)
        const alone = applyFields(structure, {}, second, [], by('a'), false)
        expect(two.entries).toEqual(alone.entries)
        expect(differences(schema, root, two.object, alone.object)).toEqual({ changed: {}, removed: {} })
      }),
    )
  })

  test('another changes nothing that is owned, unless forced, and then owns it', () => {
    fc.assert(
      fc.property(object, object, (first, second) => {
        const one = applyFields(structure, {}, first, [], by('a'), false)
        const owned = fieldsOf(schema, root, first)
        const changes = (next: object): object => differences(schema, root, one.object, next as Json).changed
        try {
          const two = applyFields(structure, one.object, second, one.entries, by('b'), false)
          expect(intersection(changes(two.object) as Json, owned)).toEqual({})
        } catch (error) {
          if (!isStatusError(error, 'Conflict')) throw error
        }
        const forced = applyFields(structure, one.object, second, one.entries, by('b'), true)
        const [a, b] = ['a', 'b'].map((name) => forced.entries.find(({ manager }) => manager === name)?.fieldsV1 ?? {})
        const taken = intersection(changes(forced.object) as Json, owned)
        expect([intersection(a!, taken), difference(taken, b!)]).toEqual([{}, {}])
      }),
    )
  })
})
