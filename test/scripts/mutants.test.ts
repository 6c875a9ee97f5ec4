import { expect, test } from 'vitest'
import { parsePatch, readMutants } from '../../scripts/mutants/patch.ts'

test('the header of a patch says what it breaks and which command must turn red', () => {
  const text =
    '# what: ties go to the last node\n# expects: npx vitest run test/x.test.ts\n\ndiff --git a/x b/x\n# what: no\n'
  expect(parsePatch('ties', 'ties.patch', text)).toEqual({
    name: 'ties',
    file: 'ties.patch',
    what: 'ties go to the last node',
    expects: 'npx vitest run test/x.test.ts',
  })
})

test('a patch without a command is a problem, not a pass', () => {
  expect(parsePatch('a', 'a.patch', '# what: b\ndiff --git a/x b/x\n').problem).toContain('# expects:')
})

test('every patch of test/mutants has a whole header', () => {
  expect(readMutants([]).filter(({ problem }) => problem !== undefined)).toEqual([])
})

test('a name that no patch has is refused', () => {
  expect(() => readMutants(['nobody'])).toThrow('no mutant nobody')
})
