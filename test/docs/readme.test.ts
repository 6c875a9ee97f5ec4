import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root, run } from '../../scripts/lib/run.ts'
import { snippets } from './snippets.ts'

const document = join(root, 'README.md')
const found = existsSync(document) ? snippets(readFileSync(document, 'utf8')) : []
// Inside the project, so that a snippet's packages are found, and in a folder that git ignores.
const parent = join(root, 'node_modules/.cache')
let folder = ''

beforeAll(() => {
  mkdirSync(parent, { recursive: true })
  folder = mkdtempSync(join(parent, 'readme-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Bundles the snippet with `wavetank` standing for this work tree, and runs it in the project's folder. */
async function printed(name: string, code: string): Promise<string> {
  const source = join(folder, `${name}.ts`)
  const outfile = join(folder, `${name}.mjs`)
  writeFileSync(source, code)
  const alias = {
    'wavetank/experiments': join(root, 'src/experiments/index.ts'),
    wavetank: join(root, 'src/index.ts'),
  }
  const platform = { platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' } as const
  await build({ entryPoints: [source], outfile, bundle: true, alias, packages: 'external', ...platform })
  const { status, stdout, stderr } = run(process.execPath, [outfile])
  expect(status, `${stdout}${stderr}`).toBe(0)
  return stdout
}

describe('README.md', () => {
  test('shows code', () => {
    expect(found.length).toBeGreaterThan(0)
  })

  test.each(found)('the snippet on line $line runs and prints what stands below it', async ({ line, code, output }) => {
    const actual = await printed(`line-${line}`, code)
    if (output !== undefined) expect(actual.trimEnd()).toBe(output.trimEnd())
  })
})

describe('the check itself', () => {
  test('a snippet is a ts block; the text block after it is its output', () => {
    const markdown =
      'a\n```ts\none()\n```\nprints\n```text\n1\n```\n```ts\ntwo()\n```\n```sh\nnpm\n```\n```text\n2\n```\n'
    expect(snippets(markdown)).toEqual([
      { line: 2, code: 'one()\n', output: '1\n' },
      { line: 9, code: 'two()\n', output: undefined },
    ])
  })

  test('what a snippet prints is what it printed', async () => {
    expect(await printed('check', 'const a: number = 1\nconsole.log(a + 1)\n')).toBe('2\n')
  })
})
