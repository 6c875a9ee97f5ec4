/** RFC 3339 in UTC, computed by arithmetic: no Date, hence no time zone and little to allocate. */
import { daysOf } from './civil.ts'

const DAY = 86_400
const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))$/

/** The last moment that RFC 3339 can write, in milliseconds since the Unix epoch. */
export const lastMoment = 253_402_300_799_999

/** `2020-01-01T00:00:05Z`: metav1.Time, whole seconds (rounded down). `ms` since the Unix epoch, years 0–9999. */
export function rfc3339(ms: number): string {
  return `${date(Math.floor(ms / 1000))}Z`
}

/** `2020-01-01T00:00:05.250000Z`: metav1.MicroTime, as leases carry. */
export function rfc3339Micro(ms: number): string {
  const micros = Math.round(ms * 1000)
  const seconds = Math.floor(micros / 1_000_000)
  return `${date(seconds)}.${String(micros - seconds * 1_000_000).padStart(6, '0')}Z`
}

/** Milliseconds since the Unix epoch; undefined for what is not strictly RFC 3339 or names no real date. */
export function parseTime(text: string): number | undefined {
  const match = TIME.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => Number(match[i])) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const offset = (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)) * (match[8] === '-' ? -60 : 60)
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59 || Number(match[9] ?? 0) > 23 || Number(match[10] ?? 0) > 59)
    return undefined
  const seconds = daysOf(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset
  return seconds * 1000 + Number(`0${match[7] ?? ''}`) * 1000
}

/** Days since 1970-01-01 to a date, by 400-year eras that start in March so that the leap day comes last. */
function date(seconds: number): string {
  const days = Math.floor(seconds / DAY)
  const rest = seconds - days * DAY
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const hour = Math.floor(rest / 3600)
  const minute = Math.floor(rest / 60) % 60
  return `${four(year)}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(rest % 60)}`
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function two(n: number): string {
  return n < 10 ? `0${n}` : String(n)
}

function four(n: number): string {
  return n > 999 ? String(n) : String(n).padStart(4, '0')
}

const WEEKDAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'] as const
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** `Wed, 01 Jan 2020 00:00:05 +0000`: Go's time.RFC1123Z, in UTC, as kubectl describe prints times. */
export function rfc1123(ms: number): string {
  const days = Math.floor(ms / 1000 / DAY)
  const weekday = WEEKDAYS[((days % 7) + 7) % 7]!
  const [year, month, day] = rfc3339(ms).slice(0, 10).split('-') as [string, string, string]
  return `${weekday}, ${day} ${MONTHS[Number(month) - 1]!} ${year} ${rfc3339(ms).slice(11, 19)} +0000`
}
