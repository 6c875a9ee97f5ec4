/** What cel-go counts and estimates for some hundreds of expressions, and what a kube-apiserver v1.36.0 says of rules that cost too much. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { compileExpression } from '../../../src/api/cel/compiler.ts'
import { estimatedCost } from '../../../src/api/cel/estimate.ts'
import { Budget } from '../../../src/api/cel/frame.ts'
import { CelError } from '../../../src/api/cel/values.ts'
import { mostAt, mostTimes } from '../../../src/api/customSchema/expressionSizes.ts'
import { expressionType } from '../../../src/api/customSchema/expressionTypes.ts'
import { expressionValue } from '../../../src/api/customSchema/expressionValues.ts'
import { createCluster } from '../../../src/index.ts'
import { costDefinition, costNames, costObject, costPlural, lengths } from './costing.ts'
import { estimated } from './estimating.ts'
import { schema, value } from './expressions.ts'
import { priced, pricedNames } from './pricing.ts'
import { causes } from '../../support/causes.ts'

const read = (file: string): unknown => JSON.parse(readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8'))
const costs = read('costs.json') as readonly (readonly [rule: string, cost: number, mayCost: number])[]
const estimates = read('estimates.json') as readonly (readonly [
  name: string,
  rule: string,
  cost: number,
  times: number,
])[]
const prices = read('priced.json') as readonly (readonly [name: string, said: readonly string[]])[]
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
}

class Bill extends Budget {
  paid = 0

  override pay(cost: number): void {
    this.paid += cost
  }
}

function compiled(rule: string, of: object): ReturnType<typeof compileExpression> {
  const type = expressionType(of, false)!
  return compileExpression(rule, new Map([['self', type]]))
}

function costOf(rule: string): number {
  const bill = new Bill()
  try {
    compiled(rule, schema).evaluate({ self: expressionValue(schema, value, false) }, bill)
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

/** Beyond this, all are too much. */
const enough = 2 ** 50

function estimateOf(rule: string, of: object): number {
  const { tree } = compiled(rule, of)
  return Math.min(
    enough,
    estimatedCost(tree, (names) => mostAt({ schema: of, isObject: false }, names)),
  )
}

test('an expression may cost what it may cost there', () => {
  const differ = costs.flatMap(([rule, , theirs]): unknown[] => {
    const ours = estimateOf(rule, schema)
    return ours === Math.min(enough, theirs) ? [] : [{ rule, theirs, ours }]
  })
  expect(differ).toEqual([])
})

test('an expression may cost what it may cost there, with limits and without', () => {
  expect(estimates.map(([name, rule]) => [name, rule])).toEqual(
    Object.entries(estimated).flatMap(([name, { rules }]) => rules.map((rule) => [name, rule])),
  )
  const differ = estimates.flatMap(([name, rule, cost, times]): unknown[] => {
    const { schema: of } = estimated[name]!
    const theirs = [Math.min(enough, cost), times]
    const ours = [estimateOf(rule, of), mostTimes({ schema: of, isObject: false })]
    return ours.join() === theirs.join() ? [] : [{ name, rule, theirs, ours }]
  })
  expect(differ).toEqual([])
})

test('a definition whose rules may cost too much is refused in the same words, and one just below is taken', () => {
  const ours = pricedNames.map((name) => {
    const { customResourceDefinitions } = createCluster({ nodes: 0 })
    return [name, causes(() => customResourceDefinitions.create(priced(name) as never))]
  })
  expect(ours).toEqual(prices)
})

test('rules that cost too much, alone or together, are stopped where they are there', () => {
  const ours = costNames.flatMap((name) => {
    const cluster = createCluster({ nodes: 0 })
    cluster.customResourceDefinitions.create(costDefinition(name) as never)
    const client = cluster.resource(`cel.example.com/v1/${costPlural(name).toUpperCase()}`)
    return lengths.map((length) => {
      return [name, length, causes(() => client.create(costObject(name, length) as never))]
    })
  })
  expect(ours).toEqual(costly)
})
