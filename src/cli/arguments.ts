import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../api/duration.ts'
import { bestFit } from '../scheduler/strategies/bestFit.ts'
import { localOptimum } from '../scheduler/strategies/localOptimum.ts'
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
  if (text === 'bestFit') return bestFit()
  const [, count, percent] = /^localOptimum:(\d+)(%?)$/u.exec(text) ?? []
  try {
    if (count !== undefined)
      return localOptimum(percent === '%' ? { percentage: Number(count) } : { feasible: Number(count) })
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError(`${error.message}.`)
    throw error
  }
  throw new InvalidArgumentError(
    'Expected bestFit, localOptimum:N (stop at N feasible nodes) or localOptimum:P% (of all nodes).',
  )
}
