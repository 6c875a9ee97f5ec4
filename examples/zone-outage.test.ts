import { expect, test } from 'vitest'
import { outage, story } from './zone-outage.ts'

function told(failing: readonly string[]): string[] {
  const lines: string[] = []
  outage(story(), failing, (line) => lines.push(line))
  return lines
}

test('the pods of a zone that goes dark are replaced in the others, one after another', () => {
  expect(told(['a'])).toEqual([
    '   0 s  a: 2, b: 2, c: 2; 0 pending; 6 addresses',
    '  45 s  a: 2, b: 2, c: 2; 0 pending; 6 addresses',
    '  60 s  a: 2, b: 2, c: 2; 0 pending; 4 addresses',
    ' 300 s  a: 2, b: 2, c: 2; 0 pending; 4 addresses',
    ' 360 s  a: 1 and 1 leaving, b: 3, c: 2; 0 pending; 5 addresses',
    ' 600 s  a: 0 and 2 leaving, b: 3, c: 3; 0 pending; 6 addresses',
    ' 660 s  a: 0, b: 3, c: 3; 0 pending; 6 addresses',
  ])
})

test('when all zones go dark nobody is evicted', () => {
  const lines = told(['a', 'b', 'c'])
  expect(lines[5]).toBe(' 600 s  a: 2, b: 2, c: 2; 0 pending; 0 addresses')
  expect(lines[6]).toBe(' 660 s  a: 2, b: 2, c: 2; 0 pending; 6 addresses')
})
