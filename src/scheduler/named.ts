/** Strategies and policies by name: what a journal or a command line says of them is plain data. */
import { badRequest } from '../api/errors.ts'
import { balanced, leastAllocated, mostAllocated, type Policy } from './policy.ts'
import { bestFit } from './strategies/bestFit.ts'
import { indexed } from './strategies/indexed.ts'
import { localOptimum, type LocalOptimumOptions } from './strategies/localOptimum.ts'
import { randomizedBest, type RandomizedBestOptions } from './strategies/randomizedBest.ts'
import type { Strategy } from './strategy.ts'

/** A strategy as data: its name and its options. */
export type StrategyData = Pick<Strategy, 'name'> & Readonly<Record<string, unknown>>

const strategies: ReadonlyMap<string, (data: StrategyData) => Strategy> = new Map<
  string,
  (data: StrategyData) => Strategy
>([
  ['bestFit', () => bestFit()],
  ['indexed', () => indexed()],
  // A journal is JSON, where Infinity is a string.
  [
    'localOptimum',
    (data) => localOptimum((data['feasible'] === 'Infinity' ? { feasible: Infinity } : data) as LocalOptimumOptions),
  ],
  ['randomizedBest', (data) => randomizedBest(data as unknown as RandomizedBestOptions)],
])

const policies: ReadonlyMap<string, () => Policy> = new Map([
  ['leastAllocated', leastAllocated],
  ['mostAllocated', mostAllocated],
  ['balanced', balanced],
])

export function isStrategy(name: string): boolean {
  return strategies.has(name)
}

export function isPolicy(name: string): boolean {
  return policies.has(name)
}

/** The strategy itself, or the built-in one that the data names. Throws BadRequest for an unknown name. */
export function strategyOf(data: Strategy | StrategyData): Strategy {
  if (typeof data.search === 'function') return data as Strategy
  const make = strategies.get(data.name)
  if (make === undefined) throw unknown('strategy', data.name, strategies)
  return make(data as StrategyData)
}

/** The policy itself, or the built-in one of its name. Throws BadRequest for an unknown name. */
export function policyOf(data: Policy | Pick<Policy, 'name'>): Policy {
  if ('scores' in data && data.scores.every(({ plugin }) => typeof plugin.score === 'function')) return data
  const make = policies.get(data.name)
  if (make === undefined) throw unknown('policy', data.name, policies)
  return make()
}

function unknown(what: string, name: string, known: ReadonlyMap<string, unknown>): Error {
  return badRequest(
    `${what} ${JSON.stringify(name)}: unknown; expected one of ${[...known.keys()].join(', ')}, or its definition`,
  )
}
