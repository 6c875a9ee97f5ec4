/** What a kube-apiserver v1.36.0 made of some six hundred expressions in CEL: what it says of those that mean nothing, and which hold. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createCluster, isStatusError } from '../../../src/index.ts'
import { all, type Asked, definition, object, saidOf } from './asking.ts'

const recorded = JSON.parse(
  readFileSync(fileURLToPath(new URL('recorded.json', import.meta.url)), 'utf8'),
) as readonly [Asked, readonly string[] | 'costs too much'][]

/** What differs on purpose, and why. */
const known: Readonly<Record<string, string>> = {
  "self.o.in == 'IN'": 'reading ends with the first word that does not fit',
  'self.in': 'reading ends with the first word that does not fit',
  'if true': 'reading ends with the first word that does not fit',
  'math.sign(-2) == -1': 'what is wrong is of any type',
  "self.ml == [{'k': 'y'}, {'k': 'x', 'v': 1}]":
    'the values of a literal map are of one type, or of any where they are to be formatted',
  "type(1) == 'int'": 'types as values are of one type',
  "authorizer.group('').resource('pods').check('get').allowed()": 'nobody knows the functions of the authorizer',
  "url('https://example.com/p a').getEscapedPath()": 'spaces are refused in addresses',
  "url('https://example.com/ü').getEscapedPath()": 'addresses are told as they were written',
}

function said(number: number): readonly string[] {
  const attempt = (act: () => unknown): readonly string[] => {
    try {
      act()
      return []
    } catch (error) {
      if (!isStatusError(error)) throw error
      const faults = saidOf(error.status)
      return faults.get(number) ?? faults.get(-1) ?? []
    }
  }
  const cluster = createCluster({ nodes: 0 })
  const faults = attempt(() => cluster.customResourceDefinitions.create(definition('own', [number]) as never))
  if (faults.length > 0) return ['compile', ...faults]
  return attempt(() => cluster.resource('cel.example.com/v1/OWN').create(object('own', [number]) as never))
}

test('the expressions are those that were asked about', () => {
  expect(recorded.map(([asked]) => asked)).toEqual(all)
})

test('each means, and is, what it was there', () => {
  const differ = recorded.flatMap(([{ rule, messageExpression }, theirs], number): unknown[] => {
    const faults = said(number)
    const costsTooMuch = faults[0] === 'compile' && faults.slice(1).every((line) => line.includes('cost'))
    const ours = costsTooMuch ? 'costs too much' : faults
    const text = messageExpression ?? rule
    const isAlike = JSON.stringify(ours) === JSON.stringify(theirs)
    if (isAlike !== (known[text] !== undefined)) return []
    return [isAlike ? `${text} is excused and does not differ` : { text, theirs, ours }]
  })
  expect(differ).toEqual([])
})
