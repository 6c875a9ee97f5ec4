import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyJson } from '../../../src/api/patches/json.ts'
import { applyMergePatch, createMergePatch, createThreeWayMergePatch } from '../../../src/api/patches/mergePatch.ts'
import { createThreeWayStrategicPatch } from '../../../src/api/patches/strategicDiff.ts'
import { applyStrategicPatch } from '../../../src/api/patches/strategicMerge.ts'
import { type Json, json, jsonObject, objectOf, patchOf, schema } from './arbitraries.ts'

const definitions = ['core.v1.Pod', 'core.v1.Service', 'apps.v1.Deployment'] as const

describe('merge patches', () => {
  test('what makes b of a does so', () => {
    fc.assert(
      fc.property(jsonObject, jsonObject, (a, b) => {
        expect(applyMergePatch(a, createMergePatch(a, b))).toEqual(b)
      }),
    )
  })

  test('a patch between equals is empty, and an empty patch changes nothing', () => {
    fc.assert(
      fc.property(jsonObject, (a) => {
        expect(createMergePatch(a, copyJson(a) as Json)).toEqual({})
        expect(applyMergePatch(a, {})).toEqual(a)
      }),
    )
  })

  test('nulls in a list that is replaced are nothing, however deep', () => {
    const patch = { list: [null, { a: null, b: [null, 1] }] }
    expect(applyMergePatch({ list: [1] }, patch)).toEqual({ list: [{ b: [1] }] })
  })

  test('applied twice is applied once, and neither side is changed', () => {
    const withNulls = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.option(json, { nil: null }), { maxKeys: 3 })
    fc.assert(
      fc.property(jsonObject, withNulls, (a, patch) => {
        const before = [copyJson(a), copyJson(patch)]
        const once = applyMergePatch(a, patch)
        expect(applyMergePatch(once, patch)).toEqual(once)
        expect([a, patch]).toEqual(before)
      }),
    )
  })

  test('applying a manifest anew keeps what others added, and goes back on what is no longer in it', () => {
    fc.assert(
      fc.property(jsonObject, jsonObject, jsonObject, (original, modified, added) => {
        // Others have written to keys of their own.
        const others = Object.fromEntries(Object.entries(added).map(([key, value]) => [`other-${key}`, value]))
        const current = { ...original, ...others }
        const next = applyMergePatch(current, createThreeWayMergePatch(original, modified, current))
        expect(next).toEqual({ ...modified, ...others })
      }),
    )
  })
})

describe.each(definitions)('strategic merge patches of %s', (definition) => {
  const object = objectOf(definition)
  const apply = (a: Json, patch: object): object => applyStrategicPatch(schema, definition, a, patch as Json)

  test('what makes b of a does so, order of lists included', () => {
    fc.assert(
      fc.property(object, object, (a, b) => {
        expect(apply(a, createThreeWayStrategicPatch(schema, definition, a, b, a))).toEqual(b)
      }),
    )
  })

  test('a patch between equals is empty, and an empty patch changes nothing', () => {
    fc.assert(
      fc.property(object, (a) => {
        const equal = copyJson(a) as Json
        expect(createThreeWayStrategicPatch(schema, definition, a, equal, a)).toEqual({})
        expect(apply(a, {})).toEqual(a)
      }),
    )
  })

  test('neither the object nor the patch is changed by applying one to the other', () => {
    fc.assert(
      fc.property(object, patchOf(definition), (a, patch) => {
        const before = [copyJson(a), copyJson(patch)]
        try {
          apply(a, patch)
        } catch {
          // Refused: nothing may have changed either.
        }
        expect([a, patch]).toEqual(before)
      }),
    )
  })

  test('applying a manifest where nobody else has written leaves just that manifest', () => {
    fc.assert(
      fc.property(object, object, (original, modified) => {
        const patch = createThreeWayStrategicPatch(schema, definition, original, modified, original)
        expect(apply(original, patch)).toEqual(modified)
      }),
    )
  })

  test('a manifest applied to whatever there is has nothing left to change', () => {
    fc.assert(
      fc.property(object, object, object, (original, modified, current) => {
        const next = apply(current, createThreeWayStrategicPatch(schema, definition, original, modified, current))
        const again = createThreeWayStrategicPatch(schema, definition, modified, modified, next as Json)
        expect(apply(next as Json, again)).toEqual(next)
      }),
    )
  })
})
