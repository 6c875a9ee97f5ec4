/** Rules of time zones as POSIX writes them in TZ, such as `CET-1CEST,M3.5.0,M10.5.0/3`. */
import { dateOf, daysOf, weekdayOf } from './civil.ts'

const ZONE = /^(?:[A-Za-z]+|<[^>]+>)([-+\d:]+)(?:(?:[A-Za-z]+|<[^>]+>)([-+\d:]+)?,([^,]+),([^,]+))?$/
const DAY = 86_400

/** Seconds east of Greenwich at a moment, in seconds since the Unix epoch. Throws Error for what is no such rule. */
export function posixOffsetAt(rule: string, seconds: number): number {
  const match = ZONE.exec(rule)
  if (match === null) throw new Error(`no rule of a time zone: ${rule}`)
  const [, standardText = '', summerText, startText, endText] = match
  const standard = -clock(standardText)
  if (startText === undefined || endText === undefined) return standard
  const summer = summerText === undefined ? standard + 3600 : -clock(summerText)
  const { year } = dateOf(Math.floor((seconds + standard) / DAY))
  const start = changeIn(startText, year) - standard
  const end = changeIn(endText, year) - summer
  const isSummer = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
  return isSummer ? summer : standard
}

/** `M3.5.0/2`: on the last Sunday of March at 2; in seconds as a clock of the zone counts them. `J60` and `59` are days. */
function changeIn(text: string, year: number): number {
  const [day = '', time = '2'] = text.split('/')
  return dayIn(day, year) * DAY + clock(time)
}

function dayIn(text: string, year: number): number {
  const first = daysOf(year, 1, 1)
  if (!text.startsWith('M')) {
    const isJulian = text.startsWith('J')
    const day = Number(isJulian ? text.slice(1) : text)
    // Days that are counted without the 29th of February.
    const leap = isJulian && day > 59 && daysOf(year, 3, 1) - first === 60 ? 1 : 0
    return first + day + leap - (isJulian ? 1 : 0)
  }
  const [month = 1, week = 1, weekday = 0] = text.slice(1).split('.').map(Number)
  const begin = daysOf(year, month, 1)
  const earliest = begin + ((weekday - weekdayOf(begin) + 7) % 7)
  const length = daysOf(year, month + 1, 1) - begin
  const found = earliest + (week - 1) * 7
  return found - begin >= length ? found - 7 : found
}

/** `-3:30` in seconds. */
function clock(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[-+]/u, '').split(':').map(Number)
  const total = hours * 3600 + minutes * 60 + seconds
  return text.startsWith('-') ? -total : total
}
