import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tabbed } from '../../src/api/tabbed.ts'

test.each([
  ['cells are as wide as the widest above and below', ['a:\t1', 'long:\t2'], 'a:     1\nlong:  2\n'],
  ['a line without the cell ends the column', ['a:\t1', 'title', 'long:\t2'], 'a:  1\ntitle\nlong:  2\n'],
  ['a column may begin further down', ['a\tb\tc', 'a\tlong\tc', 'a\tb'], 'a  b     c\na  long  c\na  b\n'],
  ['an empty cell takes its place', ['\tb', 'a\tb'], '   b\na  b\n'],
  ['what follows the last tab is no cell', ['a\tvery long', 'a\tb\tc'], 'a  very long\na  b  c\n'],
  ['line breaks are lines', ['a\tb\nlong\tc'], 'a     b\nlong  c\n'],
  ['characters count, not code units', ['🌊\tb', 'a\tb'], '🌊  b\na  b\n'],
  ['nothing speaks to the terminal', ['a\x1b[31m\r\tb'], 'a^[[31m\\r  b\n'],
])('%s', (_, lines, text) => {
  expect(tabbed(lines)).toBe(text)
})

const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 4 })

test('nothing but spaces is added', () => {
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), (rows) => {
      const lines = tabbed(rows.map((cells) => cells.join('\t')))
        .split('\n')
        .slice(0, -1)
      const bare = (text: string): string => text.replaceAll(' ', '')
      expect(lines.map(bare)).toEqual(rows.map((cells) => bare(cells.join(''))))
    }),
  )
})

test('where a column goes on, its cells begin at one place', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }), (rows) => {
      const lines = tabbed(rows.map(([a, b]) => `${a}\t|${b}`))
        .split('\n')
        .slice(0, -1)
      const widest = Math.max(...rows.map(([a]) => a.length))
      expect(new Set(lines.map((line) => line.indexOf('|')))).toEqual(new Set([widest + 2]))
    }),
  )
})
