import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expressionErrors } from '../../src/api/customSchema/expressionErrors.ts'
import { readManifests } from '../../src/client/manifests.ts'
import type { CustomResourceDefinition, JSONSchemaProps } from '../../src/index.ts'
import { corpus, hasCorpus } from '../support/system.ts'

const RULES = 'x-kubernetes-validations'

function definitions(): CustomResourceDefinition[] {
  const folder = join(corpus, 'manifests')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/u.test(file))
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8'))
  const objects = texts.filter((text) => text.includes(RULES)).flatMap((text) => readManifests(text))
  return objects.filter(({ kind }) => kind === 'CustomResourceDefinition') as unknown as CustomResourceDefinition[]
}

function count(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Object.hasOwn(value, RULES) ? (value as JSONSchemaProps)[RULES]!.length : 0
  return Object.values(value).reduce<number>((sum, each) => sum + count(each), own)
}

test.skipIf(!hasCorpus())('the rules of other people’s definitions are all understood', () => {
  let rules = 0
  for (const { metadata, spec } of definitions()) {
    for (const { name, schema } of spec.versions) {
      const root = schema?.openAPIV3Schema ?? {}
      rules += count(root)
      expect(expressionErrors(root, ''), `${metadata.name} ${name}`).toEqual([])
    }
  }
  expect(rules).toBeGreaterThan(40)
})
