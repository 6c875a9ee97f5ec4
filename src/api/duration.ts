import { badRequest } from './errors.ts'
import { said } from './said.ts'

/** Milliseconds, or a string of numbers with units: `250ms`, `30s`, `1.5h`, `1h30m`, `2d`. Never negative. */
export type Duration = number | string

const PART = /(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h|d)/y
const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds, ≥ 0 and finite. Throws BadRequest that says where, what was expected and what was got. */
export function parseDuration(duration: Duration, path?: string): number {
  if (typeof duration === 'number') {
    if (duration >= 0 && duration < Infinity) return duration
  } else if (typeof duration === 'string') {
    const parsed = parseText(duration)
    if (parsed !== undefined) return parsed
  }
  const at = path === undefined ? '' : `${path}: `
  throw badRequest(
    `${at}invalid duration ${said(duration)}: expected milliseconds as a finite number ≥ 0, or a string such as "250ms", "30s", "5m" or "1h30m"`,
  )
}

function parseText(text: string): number | undefined {
  const part = new RegExp(PART)
  let total = 0
  let end = 0
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    total += Number(match[1]) * (MILLISECONDS[match[2] ?? ''] ?? NaN)
    end = part.lastIndex
  }
  return end === text.length && end > 0 && total < Infinity ? total : undefined
}

/**
 * An age as kubectl prints it: `5s`, `2m3s`, `5h10m`, `3d`.
 * Mirrors HumanDuration in staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go.
 */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (hours < 192) return two(days, 'd', hours % 24, 'h')
  if (days < 730) return `${days}d`
  const years = Math.floor(days / 365)
  return days < 2920 ? two(years, 'y', days % 365, 'd') : `${years}y`
}

function two(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`
}
