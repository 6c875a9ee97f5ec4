import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../api/duration.ts'
import { isStatusError } from '../api/errors.ts'
import { bestFit } from '../scheduler/strategies/bestFit.ts'
import { indexed } from '../scheduler/strategies/indexed.ts'
import { localOptimum } from '../scheduler/strategies/localOptimum.ts'
import { randomizedBest } from '../scheduler/strategies/randomizedBest.ts'
import type { Strategy } from '../scheduler/strategy.ts'

/** A fault that the command line asks for. */
export interface PlannedFault {
  readonly fault: 'crash' | 'restart'
  readonly node: string
  /** Milliseconds after the beginning. */
  readonly at: number
  /** As it was written. */
  readonly text: string
}

export function wholeNumber(text: string): number {
  if (/^\d+$/u.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  throw new InvalidArgumentError('Expected a whole number, 0 or more.')
}

export function seedNumber(text: string): number {
  if (/^-?\d+$/u.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  throw new InvalidArgumentError('Expected a whole number.')
}

/** A duration with its unit, in milliseconds: on a command line a bare number would be a guess. */
export function duration(text: string): number {
  try {
    return parseDuration(text)
  } catch {
    throw new InvalidArgumentError('Expected a duration such as 250ms, 30s, 10m or 1h30m.')
  }
}

/** `node-1@30s`; what is parsed is added to the plan, so that faults of one moment keep the order they were given in. */
export function faultInto(plan: PlannedFault[], fault: PlannedFault['fault']): (text: string) => string {
  return (text) => {
    const [, node, time] = /^([^@]+)@([^@]+)$/u.exec(text) ?? []
    if (node === undefined || time === undefined)
      throw new InvalidArgumentError('Expected NODE@TIME, such as node-1@30s.')
    plan.push({ fault, node, at: duration(time), text: `--${fault} ${text}` })
    return text
  }
}

export function strategy(text: string): Strategy {
  try {
    const made = strategyNamed(text)
    if (made !== undefined) return made
  } catch (error) {
    if (isStatusError(error)) throw new InvalidArgumentError(`${error.status.message}.`)
    throw error
  }
  throw new InvalidArgumentError(
    'Expected bestFit, indexed (the same, sooner), localOptimum:N (stop at N feasible nodes), localOptimum:P% (of all nodes), ' +
      "localOptimum:adaptive (kube-scheduler's percentage) or randomizedBest:N (one of the N best by lot).",
  )
}

function strategyNamed(text: string): Strategy | undefined {
  if (text === 'bestFit') return bestFit()
  if (text === 'indexed') return indexed()
  if (text === 'localOptimum:adaptive') return localOptimum({ percentage: 'adaptive' })
  const [, name, digits, percent] = /^(localOptimum|randomizedBest):(\d+)(%?)$/u.exec(text) ?? []
  const number = Number(digits)
  if (name === 'localOptimum') return localOptimum(percent === '%' ? { percentage: number } : { feasible: number })
  if (name === 'randomizedBest' && percent === '') return randomizedBest({ among: number })
  return undefined
}
