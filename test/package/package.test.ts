import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mustRun, root, run } from '../../scripts/lib/run.ts'

const bin = (name: string): string => join(root, 'node_modules/.bin', name)

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

let folder = ''
let consumer = ''
let tarball = ''
let packed: Packed = { filename: '', files: [] }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-package-'))
  mustRun('npm', ['run', '--silent', 'build'])
  const out = mustRun('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder])
  packed = (JSON.parse(out) as readonly Packed[])[0]!
  tarball = join(folder, packed.filename)
  consumer = join(folder, 'consumer')
  mkdirSync(consumer)
  cpSync(join(root, 'test/package/consumer'), consumer, { recursive: true })
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  mustRun('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], { cwd: consumer })
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function expectDone(command: string, args: readonly string[], cwd = root): void {
  const { status, stdout, stderr } = run(command, args, { cwd })
  expect(status, `${stdout}${stderr}`).toBe(0)
}

describe('the packed tarball', () => {
  test('holds dist, README, LICENSE and CHANGELOG, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path).sort()
    expect(paths.filter((path) => !path.startsWith('dist/'))).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'package.json',
    ])
    expect(paths).toEqual(expect.arrayContaining(['dist/cli.js', 'dist/index.d.ts', 'dist/index.js']))
  })

  test('satisfies publint', () => expectDone(bin('publint'), ['run', '--strict', tarball]))

  test('satisfies are-the-types-wrong', () => expectDone(bin('attw'), ['--profile', 'esm-only', tarball]))

  test('installs elsewhere, and runs by import and by require', () => {
    const printed = mustRun(process.execPath, ['use.mjs'], { cwd: consumer })
    expect(JSON.parse(printed)).toEqual({ phase: 'Running', reason: 'NotFound', sameByRequire: true })
  })

  test('installs a command that says its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    expect(mustRun(join(consumer, 'node_modules/.bin/wavetank'), ['--version'], { cwd: consumer }).trim()).toBe(version)
  })

  test.each([
    ['5.9', 'typescript'],
    ['latest', 'typescript-latest'],
  ])('type-checks in a consumer with TypeScript %s', (_, name) => {
    expectDone(process.execPath, [join(root, 'node_modules', name, 'bin/tsc'), '-p', consumer], consumer)
  })
})
