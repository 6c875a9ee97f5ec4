/** Time zones by name, and what their clocks show: those of the time zone database, from the year 2000 on. */
import { posixOffsetAt } from './posixZone.ts'
import { timeZoneTable } from './timeZoneTable.ts'

export interface TimeZone {
  /** Milliseconds east of Greenwich at a moment, in milliseconds since the Unix epoch; before 2000 as in 2000. */
  readonly offsetAt: (ms: number) => number
}

export const utc: TimeZone = Object.freeze({ offsetAt: () => 0 })

/** 2000-01-01, in minutes. */
const tableBegins = 15_778_080

/** The zone of a name such as `Europe/Berlin`; undefined where there is none. */
export function timeZone(name: string): TimeZone | undefined {
  const at = /^[\w+/-]+$/u.test(name) ? timeZoneTable.indexOf(` ${name} `) : -1
  if (at === -1) return undefined
  const line = timeZoneTable.slice(timeZoneTable.lastIndexOf('\n', at) + 1, at + 1)
  const [rule = '', first, ...parts] = line.slice(0, line.indexOf(' = ')).split(';')
  let begins = tableBegins
  const changes = parts.map((part) => {
    const [minutes = '', offset] = part.split(':')
    begins += parseInt(minutes, 36)
    return { atMs: begins * 60_000, offsetMs: Number(offset) * 60_000 }
  })
  return { offsetAt: (ms) => offsetOf(rule, first === undefined ? undefined : Number(first) * 60_000, changes, ms) }
}

interface Change {
  readonly atMs: number
  readonly offsetMs: number
}

/** What was listed counts until the last of it; then the rule does. */
function offsetOf(rule: string, firstMs: number | undefined, changes: readonly Change[], ms: number): number {
  const last = changes.at(-1)
  if (firstMs === undefined || (last !== undefined && ms >= last.atMs)) {
    const from = tableBegins * 60
    return posixOffsetAt(rule, Math.max(from, Math.floor(ms / 1000))) * 1000
  }
  return changes.findLast(({ atMs }) => atMs <= ms)?.offsetMs ?? firstMs
}

/** What is wrong with a name; undefined when nothing is. Mirrors validateTimeZone of pkg/apis/batch/validation. */
export function timeZoneError(name: string): string | undefined {
  if (name === '') return 'timeZone must be nil or non-empty string'
  if (name.toLowerCase() === 'local') {
    return 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'
  }
  return timeZone(name) === undefined ? `unknown time zone ${name}` : undefined
}
