/** How much of something a container uses, as a function of time. */
import { type Duration, parseDuration } from '../api/duration.ts'
import { checkFields, refuse } from '../api/fields.ts'
import { parseQuantity, quantityValue } from '../api/quantity.ts'

/** From when on, counted from when the container began to run, and how much then, as a quantity. */
export type UsagePoint = readonly [at: Duration, amount: string | number]

/**
 * An amount: always the same, such as `'200Mi'`; or points in the order of time, between which it stays as it was
 * (`steps`) or changes evenly (`linear`). Before the first point it is as there, after the last it stays.
 */
export type Usage =
  string | number | { readonly steps: readonly UsagePoint[] } | { readonly linear: readonly UsagePoint[] }

/** A usage with everything said: times in milliseconds. */
export interface Curve {
  readonly times: readonly number[]
  readonly amounts: readonly number[]
  readonly isLinear: boolean
}

/** Something that uses an amount since a moment. */
export interface Use {
  readonly curve: Curve
  readonly since: number
  /** What it can use at most. */
  readonly limit: number
}

/** Throws BadRequest that names the point when one makes no sense. */
export function resolveUsage(usage: Usage, path: string): Curve {
  if (typeof usage === 'string' || typeof usage === 'number')
    return { times: [0], amounts: [amount(usage, path)], isLinear: false }
  const expected = 'a quantity such as "200Mi", { steps: [["0s", "64Mi"], …] } or { linear: … }'
  checkFields(usage, path, expected, ['steps', 'linear'])
  const isLinear = 'linear' in usage
  const form = isLinear ? 'linear' : 'steps'
  const points: unknown = isLinear ? usage.linear : usage.steps
  if (!Array.isArray(points) || points.length === 0 || Object.keys(usage).length !== 1)
    throw refuse(path, usage, expected)
  const times: number[] = []
  const amounts: number[] = []
  for (const [index, point] of (points as unknown[]).entries()) {
    const at = `${path}.${form}[${index}]`
    if (!Array.isArray(point) || point.length !== 2) throw refuse(at, point, 'a pair such as ["1m", "200Mi"]')
    const [time, value] = point as [Duration, string | number]
    const ms = parseDuration(time, `${at}[0]`)
    if (ms <= (times.at(-1) ?? -1)) throw refuse(`${at}[0]`, time, 'a moment after the one before')
    times.push(ms)
    amounts.push(amount(value, `${at}[1]`))
  }
  return { times, amounts, isLinear }
}

function amount(value: string | number, path: string): number {
  const isAmount = typeof value === 'string' || typeof value === 'number'
  const quantity = isAmount ? parseQuantity(value) : undefined
  if (quantity === undefined || quantity.nano < 0n)
    throw refuse(path, value, 'a quantity that is not negative, such as "200Mi"')
  return Number(quantityValue(value))
}

/** How much is used `ms` after the beginning. */
export function amountAt({ times, amounts, isLinear }: Curve, ms: number): number {
  let next = 0
  while (next < times.length && times[next]! <= ms) next++
  if (next === 0) return amounts[0]!
  const before = amounts[next - 1]!
  if (!isLinear || next === times.length) return before
  return before + ((amounts[next]! - before) * (ms - times[next - 1]!)) / (times[next]! - times[next - 1]!)
}

/** How much all use together at a moment. */
export function totalAt(uses: readonly Use[], moment: number): number {
  let total = 0
  for (const { curve, since, limit } of uses) total += Math.min(amountAt(curve, moment - since), limit)
  return total
}

/**
 * The first moment from `from` on, to the millisecond, at which all together use more than `level`; Infinity if they
 * never do. Between the points of all curves the sum is a straight line, or several where one of them meets its limit.
 */
export function firstAbove(uses: readonly Use[], level: number, from: number): number {
  if (totalAt(uses, from) > level) return from
  const turns = turnsAfter(uses, from)
  let start = from
  for (const end of turns) {
    const crossing = crossingWithin(uses, level, start, end)
    if (crossing !== undefined) return crossing
    start = end
  }
  return Infinity
}

/** Moments after `from` at which some curve changes its direction. */
function turnsAfter(uses: readonly Use[], from: number): number[] {
  const turns = new Set<number>()
  for (const { curve, since, limit } of uses) {
    for (const [index, time] of curve.times.entries()) {
      turns.add(since + time)
      turns.add(since + meets(curve, index, limit))
    }
  }
  return [...turns].filter((moment) => moment > from && moment < Infinity).sort((a, b) => a - b)
}

/** When a curve meets a limit in the stretch that ends with a point; Infinity where it does not. */
function meets({ times, amounts, isLinear }: Curve, index: number, limit: number): number {
  if (!isLinear || index === 0) return Infinity
  const [before, after] = [amounts[index - 1]!, amounts[index]!]
  if (Math.min(before, after) >= limit || Math.max(before, after) <= limit) return Infinity
  return times[index - 1]! + ((limit - before) / (after - before)) * (times[index]! - times[index - 1]!)
}

function crossingWithin(uses: readonly Use[], level: number, start: number, end: number): number | undefined {
  // Straight from the start to just before the end, where steps may be.
  const middle = totalAt(uses, (start + end) / 2)
  const first = totalAt(uses, start)
  const last = 2 * middle - first
  if (last > level && last > first) {
    const crossing = start + ((level - first) / (last - first)) * (end - start)
    const moment = Math.floor(crossing) + 1
    if (moment < end) return moment
  }
  return totalAt(uses, end) > level ? end : undefined
}
