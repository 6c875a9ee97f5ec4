import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { differences } from '../../src/api/patches/fieldSets.ts'
import { difference, type FieldSet, noFields, pathsOf, union } from '../../src/api/patches/ownership.ts'
import { rootOf } from '../../src/api/patches/structure.ts'
import { createSchema } from '../../src/api/schema/schema.ts'
import { corpus, hasCorpus } from '../support/system.ts'

interface Entry {
  readonly apiVersion: string
  readonly fieldsV1: FieldSet
}

interface Recorded {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata?: { readonly name: string; readonly managedFields?: readonly Entry[] }
}

/** Every object with managers that was recorded of a real API server, in lists or alone. */
function* recorded(): Generator<Recorded> {
  const folder = join(corpus, 'api-captures')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.jsonl') && !file.includes('.table.'),
  )
  for (const file of files.sort()) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (line === '') continue
      const { response_body: body } = JSON.parse(line) as { response_body?: Recorded & { items?: Recorded[] } }
      if (body === undefined) continue
      const { apiVersion, kind } = body
      const objects = body.items?.map((item) => ({ ...item, apiVersion, kind: kind.replace(/List$/u, '') })) ?? [body]
      yield* objects.filter(({ metadata }) => metadata?.managedFields !== undefined)
    }
  }
}

describe.skipIf(!hasCorpus())('fields as a real API server names them', () => {
  const schema = createSchema()

  test('every field that anybody manages is one that the object has', () => {
    let count = 0
    for (const object of recorded()) {
      const definition = schema.definitionOf(object.apiVersion, object.kind)
      // An object may be managed by the names of another version than the one in which it was read.
      const entries = object.metadata!.managedFields!.filter(({ apiVersion }) => apiVersion === object.apiVersion)
      const theirs = entries.map(({ fieldsV1 }) => fieldsV1).reduce(union, noFields)
      const { changed } = differences(schema, rootOf(definition), {}, object as unknown as FieldSet)
      expect(pathsOf(difference(theirs, changed)), `${object.kind} ${object.metadata!.name}`).toEqual([])
      count++
    }
    expect(count).toBeGreaterThan(70)
  })
})
