import { log } from '../../kernel/math.ts'
import { digits } from '../format.ts'

/** One direction of a chart: where a value stands, from 0 to 1, and what is written beside it. */
export interface Axis {
  readonly label: string
  readonly place: (value: number) => number
  readonly ticks: readonly { readonly at: number; readonly text: string }[]
}

/** From 0 to at least `most`, in steps of 1, 2 or 5 times a power of ten. `per`: what a written one stands for. */
export function linearAxis(label: string, most: number, per: number = 1): Axis {
  const end = Math.max(most / per, 1e-9)
  const step = niceStep(end / 5)
  const count = Math.max(1, Math.ceil(end / step - 1e-9))
  const places = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3
  const ticks = Array.from({ length: count + 1 }, (_, index) => {
    return { at: index / count, text: digits(index * step, places) }
  })
  return { label, ticks, place: (value) => Math.min(1, Math.max(0, value / per / (step * count))) }
}

/** The least of 1, 2, 5, 10, … times a power of ten that is no less. */
function niceStep(least: number): number {
  let power = 1
  while (power > least) power /= 10
  while (power * 10 <= least) power *= 10
  const factor = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10
  return factor * power
}

/** Virtual time, in the largest unit of which there are two. */
export function timeAxis(label: string, mostMs: number): Axis {
  const { per, unit } = timeUnit(mostMs)
  return linearAxis(`${label} (${unit})`, mostMs, per)
}

function timeUnit(ms: number): { readonly per: number; readonly unit: string } {
  const units = [
    { per: 86_400_000, unit: 'd' },
    { per: 3_600_000, unit: 'h' },
    { per: 60_000, unit: 'min' },
    { per: 1000, unit: 's' },
  ]
  return units.find(({ per }) => ms >= 2 * per) ?? { per: 1, unit: 'ms' }
}

/** Powers of ten, of milliseconds, around both ends. */
export function logTimeAxis(label: string, leastMs: number, mostMs: number): Axis {
  let from = 1
  while (from > leastMs && from > 1e-3) from /= 10
  while (from * 10 <= leastMs) from *= 10
  let end = from * 10
  while (end < mostMs) end *= 10
  const decades = Math.round(log(end / from) / log(10))
  const place = (value: number): number => (value <= from ? 0 : Math.min(1, log(value / from) / log(end / from)))
  const ticks = Array.from({ length: decades + 1 }, (_, index) => {
    const ms = Math.round(from * 1000 * tenTo(index)) / 1000
    return { at: index / decades, text: timeText(ms) }
  })
  return { label, place, ticks }
}

function tenTo(power: number): number {
  let value = 1
  for (let i = 0; i < power; i++) value *= 10
  return value
}

function timeText(ms: number): string {
  return ms >= 1000 ? `${digits(ms / 1000)} s` : ms < 1 ? `${digits(ms * 1000)} µs` : `${digits(ms)} ms`
}
