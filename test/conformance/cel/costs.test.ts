/** What cel-go counts for some six hundred expressions, and what a kube-apiserver v1.36.0 says of rules that cost too much. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { compileExpression } from '../../../src/api/cel/compiler.ts'
import { Budget } from '../../../src/api/cel/frame.ts'
import { CelError } from '../../../src/api/cel/values.ts'
import { expressionType } from '../../../src/api/customSchema/expressionTypes.ts'
import { expressionValue } from '../../../src/api/customSchema/expressionValues.ts'
import { createCluster, isStatusError } from '../../../src/index.ts'
import { causesOf, costDefinition, costNames, costObject, costPlural, lengths } from './costing.ts'
import { schema, value } from './expressions.ts'

const read = (file: string): unknown => JSON.parse(readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8'))
const costs = read('costs.json') as readonly (readonly [rule: string, cost: number])[]
const costly = read('costly.json') as readonly (readonly [name: string, length: number, said: readonly string[]])[]

/** What differs on purpose, and why. */
const known: Readonly<Record<string, string>> = {
  'self.l.all(x, 1 / 0 == 1)': 'nobody looks at what cannot settle it',
  'self.l.map(x, 1 / 0) == [1]': 'it ends with the first that fails',
  "self.l.transformMapEntry(i, v, {'same': i}) == {}": 'it ends with the first that fails',
  "self.s.substring(9) == ''": 'what fails costs what it was given',
  "self.s.substring(-1) == ''": 'what fails costs what it was given',
  "url('x').getScheme() == ''": 'what fails costs what it was given',
  "url('::not').getScheme() == ''": 'what fails costs what it was given',
  "'abc'.substring(1, 9) == ''": 'what fails costs what it was given',
  "self.dt.getHours('Europe/Berlin') == 13": 'time zones are not simulated',
}

class Bill extends Budget {
  paid = 0

  override pay(cost: number): void {
    this.paid += cost
  }
}

const type = expressionType(schema, false)!
const variables = new Map([
  ['self', type],
  ['oldSelf', type],
])

function costOf(rule: string): number {
  const bill = new Bill()
  try {
    compileExpression(rule, variables).evaluate({ self: expressionValue(schema, value, false) }, bill)
  } catch (error) {
    if (!(error instanceof CelError)) return -1
  }
  return bill.paid
}

test('an expression costs what it costs there', () => {
  const differ = costs.flatMap(([rule, theirs]): unknown[] => {
    const ours = costOf(rule)
    if ((ours === theirs) !== (known[rule] !== undefined)) return []
    return [{ rule, theirs, ours }]
  })
  expect(differ).toEqual([])
})

test('rules that cost too much, alone or together, are stopped where they are there', () => {
  const ours = costNames.flatMap((name) => {
    const cluster = createCluster({ nodes: 0 })
    cluster.customResourceDefinitions.create(costDefinition(name) as never)
    const client = cluster.resource(`cel.example.com/v1/${costPlural(name).toUpperCase()}`)
    return lengths.map((length) => {
      try {
        client.create(costObject(name, length) as never)
        return [name, length, []]
      } catch (error) {
        if (!isStatusError(error)) throw error
        return [name, length, causesOf(error.status)]
      }
    })
  })
  expect(ours).toEqual(costly)
})
