import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/lib/run.ts'
import { definitions } from '../../src/registries/all.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const kinds = (kept: boolean): string[] =>
  [...new Set(definitions.filter(({ isKeptOnly = false }) => isKeptOnly === kept).map(({ kind }) => kind))].sort()

test('README lists exactly the kinds that nothing acts on', () => {
  const listed = /nothing acts on them yet; `wavetank run` warns of them:\n([^.]*)\./.exec(readme)?.[1] ?? ''
  expect(listed.split(/[,\s]+/).sort()).toEqual(kinds(true))
})

test('README’s table says of every other kind what happens to it', () => {
  const cells = readme.split('\n').flatMap((line) => /^\| ([A-Z][^|]*?) +\|/.exec(line)?.[1] ?? [])
  const told = cells.flatMap((cell) => cell.match(/\b[A-Z][A-Za-z]+/g) ?? [])
  expect(kinds(false).filter((kind) => !told.includes(kind))).toEqual([])
  expect(told.filter((word) => kinds(true).includes(word))).toEqual([])
})
