import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mustRun, root } from '../../scripts/lib/run.ts'

const files = mustRun('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'])
  .split('\n')
  .filter((file) => file !== '')
const isShipped = (file: string): boolean => file.startsWith('src/')

/** The names that are exported as values, and every word of a file. */
const exported = (text: string): string[] =>
  [...text.matchAll(/^export (?:abstract |async )?(?:function\*?|class|const|let) (\w+)/gm)].map(([, name]) => name!)
const wordsOf = (text: string): string[] => text.match(/\w+/g) ?? []

const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
/** In how many files each word stands. */
const spread = new Map<string, number>()
for (const text of texts.values()) {
  for (const word of new Set(wordsOf(text))) spread.set(word, (spread.get(word) ?? 0) + 1)
}
/** How often each word stands in what is shipped. */
const shipped = new Map<string, number>()
for (const [file, text] of texts) {
  if (isShipped(file)) for (const word of wordsOf(text)) shipped.set(word, (shipped.get(word) ?? 0) + 1)
}

const found = (isWrong: (name: string) => boolean): string[] =>
  [...texts].flatMap(([file, text]) =>
    isShipped(file)
      ? exported(text)
          .filter(isWrong)
          .map((name) => `${file}: ${name}`)
      : [],
  )

test('what a file exports is named in another', () => {
  expect(found((name) => spread.get(name) === 1)).toEqual([])
})

test('nothing is exported for tests alone', () => {
  expect(found((name) => shipped.get(name) === 1)).toEqual([])
})
