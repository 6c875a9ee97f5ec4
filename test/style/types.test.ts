import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root, run } from '../../scripts/lib/run.ts'

/** What the core's compiler options refuse: [what, code, message]. */
const refused: readonly (readonly [what: string, code: string, says: RegExp])[] = [
  ['a global of Node.js', 'export const a: unknown = process', /Cannot find name 'process'/],
  ['a global of browsers', 'export const a: unknown = window', /Cannot find name 'window'/],
  ['a timer', 'setTimeout(() => {})', /Cannot find name 'setTimeout'/],
  ['the console', 'console.log(1)', /Cannot find name 'console'/],
  ['a text encoder', 'export const a: unknown = new TextEncoder()', /Cannot find name 'TextEncoder'/],
  ['an unchecked index', 'export const f = (a: string[]): string => a[0]', /'string \| undefined' is not assignable/],
  ['undefined in an optional', 'export const a: { b?: 1 } = { b: undefined }', /exactOptionalPropertyTypes/],
  ['a type imported as a value', "import { A } from './t.ts'\nexport const a: A = 1", /verbatimModuleSyntax/],
]

// Inside the project, where git does not look, so that the project's own options apply.
const parent = join(root, 'node_modules/.cache')
let folder = ''

/** What the compiler says of these files under the core's options. */
function compile(name: string, files: readonly string[]): string {
  const project = join(folder, name)
  mkdirSync(project)
  files.forEach((code, index) => writeFileSync(join(project, `case${index}.ts`), `${code}\nexport {}\n`))
  writeFileSync(join(project, 't.ts'), 'export type A = number\n')
  const config = { extends: join(root, 'tsconfig.core.json'), include: ['*.ts'], exclude: [] }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config))
  return run(join(root, 'node_modules/.bin/tsc'), ['-p', project, '--pretty', 'false']).stdout
}

beforeAll(() => {
  mkdirSync(parent, { recursive: true })
  folder = mkdtempSync(join(parent, 'types-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the core’s compiler options', () => {
  let printed: readonly string[] = []
  beforeAll(() => {
    printed = compile(
      'refused',
      refused.map(([, code]) => code),
    ).split('\n')
  })

  test.each(refused.map(([what, , says], index) => [what, says, index] as const))('refuse %s', (_, says, index) => {
    expect(
      printed.filter((line) => line.startsWith(`case${index}.ts`) || line.includes(`/case${index}.ts`)).join('\n'),
    ).toMatch(says)
  })

  // The compiler looks at declarations only where nothing else is wrong, so this one is compiled alone.
  test('refuse an export without a type', () => {
    expect(compile('undeclared', ['export const f = [1].map((x) => x)'])).toMatch(/--isolatedDeclarations/)
  })
})
