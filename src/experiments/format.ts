/** Numbers as people read them, in the same form on every machine. */
import type { Unit } from './metrics/metric.ts'

/** What a number is multiplied with, and then divided by. */
interface Scale {
  readonly factor: number
  readonly per: number
  readonly unit: string
}

const times: readonly Scale[] = Object.freeze([
  { factor: 1, per: 86_400_000, unit: 'd' },
  { factor: 1, per: 3_600_000, unit: 'h' },
  { factor: 1, per: 60_000, unit: 'min' },
  { factor: 1, per: 1000, unit: 's' },
])

/** In what a number of a unit is told: virtual time in the largest unit of which there are two. */
export function scaleOf(value: number, unit: Unit): Scale {
  if (unit === 'share') return { factor: 100, per: 1, unit: '%' }
  if (unit !== 'ms') return { factor: 1, per: 1, unit }
  return times.find(({ per }) => Math.abs(value) / per >= 2) ?? { factor: 1, per: 1, unit: 'ms' }
}

/** Three digits that count, at most three behind the point, and thousands apart: `1,234`, `12.3`, `0.012`. */
export function digits(value: number, places: number = placesOf(value)): string {
  const text = value.toFixed(places)
  const [whole = '', fraction] = text.replace('-', '').split('.')
  const apart = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  const sign = value < 0 && Number(text) !== 0 ? '−' : ''
  return `${sign}${apart}${fraction === undefined ? '' : `.${fraction}`}`
}

export function placesOf(value: number): number {
  const size = Math.abs(value)
  if (size >= 100 || size === Math.floor(size)) return 0
  return size >= 10 ? 1 : size >= 1 ? 2 : 3
}

/** `71.2 %`, or with a half width `71.2 ± 0.4 %`; a half width of 0 is left out: it was the same every time. */
export function amount(value: number, unit: Unit, halfWidth: number = 0): string {
  const scale = scaleOf(value === 0 ? halfWidth : value, unit)
  const scaled = (value * scale.factor) / scale.per
  const half = (halfWidth * scale.factor) / scale.per
  if (half === 0) return `${digits(scaled)} ${scale.unit}`.trimEnd()
  // Two digits of the half width count: what lies behind them is noise.
  const places = half >= 10 ? 0 : half >= 1 ? 1 : half >= 0.1 ? 2 : 3
  return `${digits(scaled, places)} ± ${digits(half, places)} ${scale.unit}`.trimEnd()
}
