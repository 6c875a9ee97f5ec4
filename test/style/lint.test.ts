import { ESLint } from 'eslint'
import { describe, expect, test } from 'vitest'
import { root } from '../../scripts/lib/run.ts'

const eslint = new ESLint({ cwd: root })

/** What lint says of this text, were it the file at that path. */
async function complaints(code: string, filePath = 'src/kernel/offending.ts'): Promise<readonly string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: `${root}/${filePath}` })
  return (result?.messages ?? []).map(({ message }) => message)
}

const inFunction = (expression: string): string => `export const f = (x: number): unknown => [x, ${expression}]`

const banned: readonly (readonly [code: string, says: RegExp])[] = [
  [inFunction('Date.now()'), /take `now` from the kernel/],
  [inFunction("Date['now']()"), /take `now` from the kernel/],
  [inFunction('new Date()'), /exactly one argument is allowed/],
  [inFunction('new Date(2020, 1)'), /exactly one argument is allowed/],
  [inFunction('Date()'), /exactly one argument is allowed/],
  [inFunction('new Date(x).getHours()'), /getUTC… and toISOString/],
  [inFunction('performance.now()'), /take `now` from the kernel/],
  [inFunction('new Intl.Collator()'), /compare by code unit/],
  [inFunction('x.toLocaleString()'), /compare by code unit/],
  [inFunction("'a'.localeCompare('b')"), /compare by code unit/],
  [inFunction('Math.random()'), /draw from a named stream/],
  [inFunction("Math['random']()"), /draw from a named stream/],
  [inFunction('crypto.randomUUID()'), /draw from a named stream/],
  [inFunction('x ** 2'), /write the product out/],
  ['export function f(x: number): number {\n  x **= 2\n  return x\n}', /write the product out/],
  ...['exp', 'log', 'log2', 'log10', 'pow', 'sin', 'cos', 'tan', 'cbrt', 'hypot', 'sqrt', 'tanh', 'expm1', 'log1p'].map(
    (name) => [inFunction(`Math.${name}(x)`), /src\/kernel\/math\.ts/] as const,
  ),
  ['export const f = (): unknown => {\n  const { log } = Math\n  return log\n}', /src\/kernel\/math\.ts/],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map(
    (name) => [inFunction(`${name}(() => {})`), /schedule a task with the kernel/] as const,
  ),
  [inFunction('process.env'), /let src\/cli\/ or src\/server\/ ask the platform/],
  [inFunction('globalThis'), /let src\/cli\/ or src\/server\/ ask the platform/],
  ["import { readFileSync } from 'node:fs'\nexport const f: unknown = readFileSync", /ask the platform/],
  [inFunction('new WeakRef({})'), /keep state in the kernel’s tables/],
  ['let count = 0\nexport const f = (): number => count++', /create it per cluster and hand it in/],
  ['export let count = 0', /create it per cluster and hand it in/],
  ['const cache = new Map<string, string>()\nexport const f = (): unknown => cache', /annotated ReadonlyMap/],
  ['export const cache: WeakMap<object, string> = new WeakMap()', /annotated ReadonlyMap/],
  ['export const list: string[] = ["a"]', /readonly T\[\]/],
  ['const list = []\nexport const f = (): unknown => list', /readonly T\[\]/],
  ['const byName: Record<string, string> = {}\nexport const f = (): unknown => byName', /frozen with Object\.freeze/],
  ['export class A {\n  static count = 0\n}', /create it per cluster and hand it in/],
  ["import { setAutoFreeze } from 'immer'\nsetAutoFreeze(false)", /use the cluster’s own `new Immer\(\)`/],
  ["import { enablePatches } from 'immer'\nenablePatches()", /use the cluster’s own `new Immer\(\)`/],
  ["import { produce } from 'immer'\nexport const f: unknown = produce", /use the cluster’s own `new Immer\(\)`/],
  ['export const f = (x: number): object => ({\n  get a() {\n    return x\n  },\n})', /Write a class/],
  [
    "export class A {\n  constructor() {\n    Object.defineProperty(this, 'a', { get: () => this })\n  }\n}",
    /Write a class/,
  ],
  ['export class A {\n  f: () => A\n  constructor() {\n    this.f = () => this\n  }\n}', /a field with its value/],
  ['export default 1', /Named exports only/],
  ["export * from './x.ts'", /List the public names by hand/],
  ["enum A {\n  B = 'b',\n}\nexport const f = (): unknown => A", /union of string literals/],
]

const allowed: readonly string[] = [
  'export class A {\n  readonly f = (): A => this\n  get a(): A {\n    return this\n  }\n}',
  inFunction('new Date(x).toISOString()'),
  inFunction('Date.parse("2020-01-01T00:00:00Z")'),
  inFunction('Math.floor(x) + Math.max(x, 1) + Math.imul(x, 3)'),
  'export const known: ReadonlySet<string> = new Set(["a"])',
  'export const table: ReadonlyMap<string, string> = new Map([["a", "b"]])',
  'export const names: readonly string[] = ["a"]',
  'export const NONE: readonly string[] = []',
  'export const f = (): unknown => {\n  let n = 0\n  n += 1\n  return [n, new Map(), []]\n}',
  "import { Immer } from 'immer'\nexport const f = (): Immer => new Immer()",
]

describe('lint', () => {
  test('the repository is clean', async () => {
    const results = await eslint.lintFiles(['.'])
    const formatter = await eslint.loadFormatter('stylish')
    expect(await formatter.format(results)).toBe('')
  })

  test.each(banned)('the core may not say: %s', async (code, says) => {
    expect(await complaints(code)).toContainEqual(expect.stringMatching(says))
  })

  test.each(allowed)('the core may say: %s', async (code) => {
    expect(await complaints(code)).toEqual([])
  })

  test('the command may ask the platform', async () => {
    expect(await complaints(inFunction('process.env'), 'src/cli/offending.ts')).toEqual([])
  })

  test('a file of more than 300 lines and a function of more than 60 want splitting', async () => {
    const lines = (n: number): string => 'f()\n'.repeat(n)
    expect(await complaints(`declare function f(): void\n${lines(300)}`)).toContainEqual(
      expect.stringContaining('too many lines (301)'),
    )
    expect(await complaints(`declare function f(): void\nexport function g(): void {\n${lines(60)}}`)).toContainEqual(
      expect.stringContaining('too many lines (62)'),
    )
  })
})
