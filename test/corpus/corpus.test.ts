import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { applyCorpus, type Outcome } from '../../scripts/corpus/apply.ts'
import { root } from '../../scripts/lib/run.ts'
import { definitions } from '../../src/registries/all.ts'
import { corpus, hasCorpus } from '../support/system.ts'

/** A file that the real API server, or kubectl before it, would refuse too, and the field at fault. */
interface KnownRefusal {
  readonly file: string
  readonly reason: string
  readonly field: string
}

const known = JSON.parse(readFileSync(join(root, 'test/corpus/known-refusals.json'), 'utf8')) as KnownRefusal[]

describe.skipIf(!hasCorpus())('the manifests of other people’s clusters', () => {
  const outcomes: readonly Outcome[] = hasCorpus() ? applyCorpus(join(corpus, 'manifests')) : []
  const refused = outcomes.filter((outcome) => outcome.result === 'refused')

  test('apply, but for those that are known to be refused', () => {
    expect(refused.map(({ file }) => file)).toEqual(known.map(({ file }) => file))
    expect(outcomes.filter(({ result }) => result === 'applied').length).toBeGreaterThan(500)
  })

  test.each(known)('$file is refused because of $field', ({ file, reason, field }) => {
    const status = refused.find((outcome) => outcome.file === file)?.error.status
    expect(status?.reason).toBe(reason)
    const fields = status?.details?.causes?.map((cause) => cause.field) ?? []
    if (field === 'apiVersion') expect(status?.message).toMatch(/^no matches for kind .* it is served as /)
    else if (reason === 'NotFound') expect(status?.message).toMatch(/^namespaces ".*" not found$/)
    else if (field === 'yaml') expect(status?.message).toMatch(/^error converting YAML to JSON: yaml: line \d+/)
    else expect(fields).toContain(field)
  })

  test('are never half applied', () => {
    expect(refused.filter(({ isUntouched }) => !isUntouched)).toEqual([])
  })

  test('are left out only where nobody simulates their kind', () => {
    const ours = definitions.map(({ group, version, kind }) => `${group === '' ? '' : `${group}/`}${version} ${kind}`)
    const skipped = outcomes.flatMap((outcome) => (outcome.result === 'skipped' ? outcome.kinds : []))
    expect(skipped.filter((kind) => ours.includes(kind))).toEqual([])
  })
})
