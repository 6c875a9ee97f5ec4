import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyJsonPatch } from '../../src/api/patches/jsonPatch.ts'
import { applyMergePatch } from '../../src/api/patches/mergePatch.ts'
import { applyStrategicPatch } from '../../src/api/patches/strategicMerge.ts'
import { isStatusError } from '../../src/index.ts'
import { json, jsonObject, type Json, objectOf, patchOf, schema } from '../api/patches/arbitraries.ts'
import { hasKubectl, Kubectl } from './kubectl.ts'

/**
 * What outcomes are compared by: the object without null, which decoding does not see, and without the directives that
 * upstream leaves in where there was nothing to merge with; or the refusal.
 */
type Outcome = { readonly object: unknown } | { readonly refused: string }

const left = /^\$(retainKeys$|setElementOrder\/|deleteFromPrimitiveList\/)/u

function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isDirective(item)).map(tidy)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key, one]) => one !== null && !left.test(key) && !isDirective(one))
  return Object.fromEntries(kept.map(([key, one]) => [key, tidy(one)]))
}

function isDirective(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '$patch' in value
}

function ours(act: () => unknown): Outcome {
  try {
    return { object: tidy(act()) }
  } catch (error) {
    if (!isStatusError(error)) throw error
    return { refused: error.status.details?.causes?.[0]?.message ?? error.status.message }
  }
}

/** kubectl puts some refusals into words of its own, with the server's in brackets. */
function insideOf(refused: string): string {
  return /^Object to be patched is missing field \((.*)\)$/u.exec(refused)?.[1] ?? refused
}

const runs = { numRuns: 40, endOnFailure: true } as const

describe.skipIf(!hasKubectl())('patches against kubectl patch --local', () => {
  let kubectl: Kubectl
  beforeAll(() => {
    kubectl = new Kubectl()
  })
  afterAll(() => kubectl.close())

  const theirs = (type: 'json' | 'merge' | 'strategic', object: object, patch: unknown): Outcome => {
    const outcome = kubectl.patch(type, object, patch)
    return 'error' in outcome ? { refused: outcome.error } : { object: tidy(outcome.object) }
  }

  test.each([
    ['core.v1.Pod', 'v1', 'Pod'],
    ['core.v1.Service', 'v1', 'Service'],
    ['apps.v1.Deployment', 'apps/v1', 'Deployment'],
  ])('strategic merge patches of %s come out the same', (definition, apiVersion, kind) => {
    fc.assert(
      fc.property(objectOf(definition), patchOf(definition), (some, patch) => {
        const object = { apiVersion, kind, ...some, metadata: { ...(some['metadata'] as Json), name: 'x' } }
        const { $patch: _whole, ...fields } = patch
        const [one, other] = [
          ours(() => applyStrategicPatch(schema, definition, object, fields)),
          theirs('strategic', object, fields),
        ]
        if ('object' in other) expect(one).toEqual(other)
        // Upstream will not sort an empty list.
        else if (!other.refused.includes('no elements in any')) expect(one).toHaveProperty('refused')
      }),
      runs,
    )
  })

  const object = (some: Json): Json => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: some })

  test('merge patches come out the same', () => {
    fc.assert(
      fc.property(jsonObject, jsonObject, (some, data) => {
        const patch = { data }
        expect(ours(() => applyMergePatch(object(some), patch))).toEqual(theirs('merge', object(some), patch))
      }),
      runs,
    )
  })

  const key = fc.constantFrom('a', 'b', 'c', '0', '1', '2', '-', '-1')
  const path = fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => `/data/${keys.join('/')}`)
  const operation = fc.oneof(
    fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path, value: json }),
    fc.record({ op: fc.constant('remove'), path }),
    fc.record({ op: fc.constantFrom('move', 'copy'), path, from: path }),
  )

  test('JSON patches come out the same, operation by operation', () => {
    fc.assert(
      fc.property(jsonObject, fc.array(operation, { minLength: 1, maxLength: 2 }), (some, patch) => {
        const [one, other] = [ours(() => applyJsonPatch(object(some), patch)), theirs('json', object(some), patch)]
        if ('object' in other) expect(one).toEqual(other)
        else expect(one).toEqual({ refused: expect.stringContaining(insideOf(other.refused)) as unknown })
      }),
      { ...runs, numRuns: 80 },
    )
  })
})
