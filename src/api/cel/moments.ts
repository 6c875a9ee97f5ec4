/** Times and durations as text, and what can be read off them. Mirrors Go's time package and cel-go's types of both. */
import { parseTime, rfc3339 } from '../time.ts'
import { timeZone } from '../timeZones.ts'
import { method, type Overload } from './functions.ts'
import { duration, timestamp } from './operators.ts'
import { DURATION, INT, STRING, TIMESTAMP } from './types.ts'
import { CelError, type Duration, Timestamp } from './values.ts'

const SECOND = 1_000_000_000n
const MILLISECOND = 1_000_000n
const UNITS: Readonly<Record<string, bigint>> = Object.freeze({
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3600n * SECOND,
})
const PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y
const FRACTION = /\.(\d+)(?=Z|[+-])/

/** As Go's time.ParseDuration: `1h30m`, `-1.5s`, `0`. Undefined for what is none. */
export function parseDuration(text: string): bigint | undefined {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  if (rest === '0') return 0n
  const part = new RegExp(PART.source, 'y')
  let nanos = 0n
  while (part.lastIndex < rest.length || rest === '') {
    const [, whole = '', fraction = '', unit] = part.exec(rest) ?? []
    if (unit === undefined || whole + fraction === '') return undefined
    const scale = UNITS[unit]!
    nanos += BigInt(whole || '0') * scale + (BigInt((fraction || '0').padEnd(18, '0').slice(0, 18)) * scale) / EXA
  }
  return sign === '-' ? -nanos : nanos
}

const EXA = 1_000_000_000_000_000_000n

/** Seconds, with the fraction they have: `90s`, `0.5s`. */
export function shownDuration({ nanos }: Duration): string {
  const size = nanos < 0n ? -nanos : nanos
  return `${nanos < 0n ? '-' : ''}${size / SECOND}${fractionOf(size % SECOND)}s`
}

function fractionOf(nanos: bigint): string {
  return nanos === 0n ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`
}

/** RFC 3339 to the nanosecond; undefined for what is none. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const seconds = parseTime(text.replace(FRACTION, ''))
  if (seconds === undefined) return undefined
  const fraction = (FRACTION.exec(text)?.[1] ?? '0').padEnd(9, '0').slice(0, 9)
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? []
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1)
  return new Timestamp(BigInt(seconds) * 1_000_000n + BigInt(fraction), offset)
}

export function shownTimestamp({ nanos, offset }: Timestamp): string {
  const [seconds, rest] = floored(nanos + BigInt(offset) * 60n * SECOND, SECOND)
  const size = Math.abs(offset)
  const two = (part: number): string => String(part).padStart(2, '0')
  const zone = offset === 0 ? 'Z' : `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
  return rfc3339(Number(seconds) * 1000).replace('Z', fractionOf(rest) + zone)
}

function floored(value: bigint, by: bigint): readonly [whole: bigint, rest: bigint] {
  const rest = ((value % by) + by) % by
  return [(value - rest) / by, rest]
}

/** Nanoseconds east of UTC at a moment: of an offset such as `+05:30`, or of a zone's name. */
function offsetOf(zone: string, nanos: bigint): bigint {
  if (zone === '') return 0n
  const [, sign, hours, minutes] = /^([+-]?)(\d{1,2}):(\d\d)$/.exec(zone) ?? []
  if (hours !== undefined)
    return BigInt(sign === '-' ? -1 : 1) * (BigInt(hours) * 60n + BigInt(minutes!)) * 60n * SECOND
  const named = timeZone(zone)
  if (named === undefined) throw new CelError(`unknown time zone ${zone}`)
  const [ms] = floored(nanos, MILLISECOND)
  return BigInt(named.offsetAt(Number(ms))) * MILLISECOND
}

type Field = (date: Date, nanos: bigint) => number | bigint

function ofTimestamp(name: string, field: Field): readonly Overload[] {
  const read = ({ nanos }: Timestamp, zone = ''): bigint => {
    const local = nanos + offsetOf(zone, nanos)
    const [ms] = floored(local, MILLISECOND)
    return BigInt(field(new Date(Number(ms)), local))
  }
  return [
    method(name, [TIMESTAMP], INT, (value: Timestamp) => read(value)),
    method(name, [TIMESTAMP, STRING], INT, read),
  ]
}

function dayOfYear(date: Date): number {
  const start = Date.UTC(date.getUTCFullYear(), 0, 1)
  return Math.floor((date.getTime() - start) / 86_400_000)
}

const ofDuration = (name: string, unit: bigint): Overload =>
  method(name, [DURATION], INT, ({ nanos }: Duration) => nanos / unit)

/** The milliseconds of a duration are all of it; those of a time are what is beyond its second. */
export const moments: readonly Overload[] = Object.freeze([
  ...ofTimestamp('getFullYear', (date) => date.getUTCFullYear()),
  ...ofTimestamp('getMonth', (date) => date.getUTCMonth()),
  ...ofTimestamp('getDate', (date) => date.getUTCDate()),
  ...ofTimestamp('getDayOfMonth', (date) => date.getUTCDate() - 1),
  ...ofTimestamp('getDayOfWeek', (date) => date.getUTCDay()),
  ...ofTimestamp('getDayOfYear', dayOfYear),
  ...ofTimestamp('getHours', (date) => date.getUTCHours()),
  ...ofTimestamp('getMinutes', (date) => date.getUTCMinutes()),
  ...ofTimestamp('getSeconds', (date) => date.getUTCSeconds()),
  ...ofTimestamp('getMilliseconds', (date) => date.getUTCMilliseconds()),
  ofDuration('getHours', 3600n * SECOND),
  ofDuration('getMinutes', 60n * SECOND),
  ofDuration('getSeconds', SECOND),
  ofDuration('getMilliseconds', 1_000_000n),
])

export function toDuration(text: string): Duration {
  const nanos = parseDuration(text)
  if (nanos === undefined) throw new CelError(`time: invalid duration ${JSON.stringify(text)}`)
  return duration(nanos)
}

export function toTimestamp(text: string): Timestamp {
  const parsed = parseTimestamp(text)
  if (parsed === undefined) throw new CelError(`parsing time ${JSON.stringify(text)}: it is not of RFC 3339`)
  return timestamp(parsed.nanos, parsed.offset)
}
