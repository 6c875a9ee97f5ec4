import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root, run } from '../../scripts/lib/run.ts'

const CONFIG = '.dependency-cruiser.mjs'
const depcruise = join(root, 'node_modules/.bin/depcruise')

/** Every rule, with an import that breaks it: [rule, file, what the file imports]. */
const violations: readonly (readonly [rule: string, file: string, imports: string])[] = [
  ['kernel-imports-only-kernel', 'src/kernel/a.ts', '../api/target.ts'],
  ['kernel-imports-only-kernel', 'src/kernel/b.ts', '../store/target.ts'],
  ['api-imports-only-api', 'src/api/a.ts', '../kernel/target.ts'],
  ['api-imports-only-api', 'src/api/b.ts', '../cluster.ts'],
  ['store-imports-nothing', 'src/store/a.ts', '../kernel/target.ts'],
  ['store-imports-nothing', 'src/store/b.ts', 'immer'],
  ['registries-import-only-the-base', 'src/registries/a.ts', '../client/target.ts'],
  ['client-imports-only-registries-and-below', 'src/client/a.ts', '../controllers/target.ts'],
  ['controllers-imports-no-sibling', 'src/controllers/a.ts', '../scheduler/target.ts'],
  ['scheduler-imports-no-sibling', 'src/scheduler/a.ts', '../node/target.ts'],
  ['node-imports-no-sibling', 'src/node/a.ts', '../faults/target.ts'],
  ['faults-imports-no-sibling', 'src/faults/a.ts', '../history/target.ts'],
  ['history-imports-no-sibling', 'src/history/a.ts', '../controllers/target.ts'],
  ['history-imports-no-sibling', 'src/history/b.ts', '../cluster.ts'],
  ['cluster-imports-no-entry', 'src/cluster/a.ts', '../cli/target.ts'],
  ['cluster-imports-no-entry', 'src/cluster/b.ts', '../index.ts'],
  ['cluster-imports-no-entry', 'src/beside.ts', './cli/target.ts'],
  ['no-cycles', 'src/api/cycle.ts', './cycleBack.ts'],
  ['no-third-level', 'src/api/deep.ts', './family/member/target.ts'],
  ['no-node-modules-in-the-core', 'src/kernel/c.ts', 'node:fs'],
  ['no-dev-dependencies-in-src', 'src/cli/a.ts', 'vitest'],
  ['no-dev-dependencies-in-src', 'src/cli/b.ts', 'nobody-listed-this'],
  ['commander-only-in-the-command', 'src/client/b.ts', 'commander'],
  ['no-unresolvable-imports', 'src/client/c.ts', './nowhere.ts'],
]

/** Imports that the layers allow. */
const fine: readonly (readonly [file: string, imports: string])[] = [
  ['src/kernel/fine.ts', './target.ts'],
  ['src/kernel/fineToo.ts', 'immer'],
  ['src/registries/fine.ts', '../store/target.ts'],
  ['src/client/fine.ts', '../registries/target.ts'],
  ['src/scheduler/fine.ts', '../client/target.ts'],
  ['src/cluster/fine.ts', '../scheduler/target.ts'],
  ['src/cli/fine.ts', 'node:fs'],
  ['src/cli/fineToo.ts', '../cluster.ts'],
]

interface Found {
  readonly from: string
  readonly to: string
  readonly rule: { readonly name: string }
}

let project = ''
let found: readonly Found[] = []

function write(file: string, text: string): void {
  mkdirSync(dirname(join(project, file)), { recursive: true })
  writeFileSync(join(project, file), text)
}

function writeProject(): void {
  copyFileSync(join(root, CONFIG), join(project, CONFIG))
  const dependencies = { immer: '1', commander: '1' }
  write('package.json', JSON.stringify({ type: 'module', dependencies, devDependencies: { vitest: '1' } }))
  for (const name of ['immer', 'commander', 'vitest', 'nobody-listed-this']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', exports: './index.js' }))
    write(`node_modules/${name}/index.js`, '')
  }
  const layers = 'kernel api store registries client controllers scheduler node faults history cli api/family/member'
  for (const layer of layers.split(' ')) write(`src/${layer}/target.ts`, 'export type T = string\n')
  for (const [, file, imports] of violations) write(file, `import type { T } from '${imports}'\nexport type U = T\n`)
  for (const [file, imports] of fine) write(file, `import type { T } from '${imports}'\nexport type U = T\n`)
  write('src/cluster.ts', 'export type T = string\n')
  write('src/api/cycleBack.ts', "import type { U } from './cycle.ts'\nexport type T = U\n")
  write('src/dead.ts', 'export type T = string\n')
  const used = [...violations.map(([, file]) => file), ...fine.map(([file]) => file)]
  write('src/index.ts', used.map((file) => `import '.${file.slice('src'.length)}'\n`).join(''))
}

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'wavetank-layers-'))
  writeProject()
  const { stdout, stderr } = run(depcruise, ['--config', CONFIG, '--output-type', 'json', 'src'], { cwd: project })
  if (stdout === '') throw new Error(stderr)
  found = (JSON.parse(stdout) as { summary: { violations: Found[] } }).summary.violations
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

describe('layers', () => {
  test('the repository keeps them (npm run layers)', () => {
    const { status, stdout, stderr } = run(depcruise, ['--config', CONFIG, '--output-type', 'err-long', 'src'])
    expect(status, `${stdout}${stderr}`).toBe(0)
  })

  test.each(violations)('%s refuses that %s imports %s', (rule, file) => {
    expect(found.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toContain(rule)
  })

  test('no-dead-files refuses a file that nothing leads to', () => {
    expect(found.filter(({ rule }) => rule.name === 'no-dead-files').map(({ to }) => to)).toContain('src/dead.ts')
  })

  test.each(fine)('%s may import %s', (file) => {
    expect(found.filter(({ from }) => from === file)).toEqual([])
  })

  test('every rule is shown failing here, and says what to do instead', async () => {
    const config = (await import(join(root, CONFIG))) as {
      default: { forbidden: readonly { name: string; comment: string }[] }
    }
    const shown = new Set(['no-dead-files', ...violations.map(([rule]) => rule)])
    expect(new Set(config.default.forbidden.map(({ name }) => name))).toEqual(shown)
    for (const { comment } of config.default.forbidden) expect(comment).toMatch(/: .{20,}/)
  })
})
