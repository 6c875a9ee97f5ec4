import { check, resolveConfig } from 'prettier'
import { expect, test } from 'vitest'
import { root, run } from '../../scripts/lib/run.ts'

test('every file is formatted (npm run format)', () => {
  const { stdout, stderr } = run(`${root}/node_modules/.bin/prettier`, ['--check', '--log-level', 'warn', '.'])
  expect(`${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('['))).toEqual([])
})

test.each([
  ['semicolons', 'const a = 1;\n'],
  ['double quotes', 'const a = "b"\n'],
  ['four spaces', 'function f() {\n    return 1\n}\n'],
  ['more than 120 columns', `f(${'argument, '.repeat(13)})\n`],
])('the format check refuses %s', async (_, code) => {
  const filepath = `${root}/src/offending.ts`
  const options = (await resolveConfig(filepath)) ?? {}
  expect(await check(code, { ...options, filepath })).toBe(false)
})
