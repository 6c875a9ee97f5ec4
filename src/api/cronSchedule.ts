/** When a schedule is due. Mirrors SpecSchedule and ConstantDelaySchedule of github.com/robfig/cron/v3. */
import { type Bounds, cronError, FIELDS, valueOf } from './cron.ts'
import { dateOf, daysOf, weekdayOf } from './civil.ts'
import { type TimeZone, timeZone, utc } from './timeZones.ts'

export interface Schedule {
  /** The first moment after another at which it is due; undefined when that is more than five years away. Milliseconds. */
  readonly next: (afterMs: number) => number | undefined
}

const descriptors: Readonly<Record<string, string>> = Object.freeze({
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
})
const every = '@every '
const zonePrefix = /^(?:CRON_)?TZ=(\S*)\s+/

/** Reads `30 6 * * mon-fri`, `@hourly` or `@every 90m`; what begins with TZ=… has its zone. Throws Error with why it cannot. */
export function parseSchedule(text: string, zone: TimeZone = utc): Schedule {
  const said = cronError(text)
  if (said !== undefined) throw new Error(said)
  const named = zonePrefix.exec(text)?.[1]
  const own = named === undefined ? zone : timeZone(named)
  if (own === undefined) throw new Error(`provided bad location ${named}: unknown time zone ${named}`)
  const spec = text.replace(zonePrefix, '').trim()
  if (spec.startsWith(every)) return everySoOften(spec.slice(every.length))
  const [minute, hour, day, month, weekday] = (descriptors[spec] ?? spec)
    .split(/\s+/u)
    .map((field, place) => fieldOf(field, FIELDS[place]!)) as [Field, Field, Field, Field, Field]
  const isDay: IsDay = (date, days) => {
    const [ofMonth, ofWeek] = [day.has(date), weekday.has(weekdayOf(days))]
    // Where both say something, either will do.
    return day.isOpen || weekday.isOpen ? ofMonth && ofWeek : ofMonth || ofWeek
  }
  return { next: (afterMs) => next({ minute, hour, month, isDay }, own, afterMs) }
}

function everySoOften(text: string): Schedule {
  const seconds = Math.max(1, Math.floor(secondsOf(text)))
  return { next: (afterMs) => Math.floor(afterMs / 1000) * 1000 + seconds * 1000 }
}

const inSeconds: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 }

/** A duration as Go writes it, such as `1h30m`. */
function secondsOf(text: string): number {
  let seconds = 0
  for (const [, amount, unit] of text.matchAll(/([\d.]+)([a-zµ]+)/gu)) seconds += Number(amount) * inSeconds[unit!]!
  return text.startsWith('-') ? -seconds : seconds
}

type IsDay = (day: number, days: number) => boolean

interface Field {
  readonly has: (value: number) => boolean
  /** `*`: whatever it is. */
  readonly isOpen: boolean
}

function fieldOf(text: string, bounds: Bounds): Field {
  const values = new Set<number>()
  let isOpen = false
  for (const part of text.split(',')) {
    const [range = '', step] = part.split('/')
    const [low = '', high] = range.split('-')
    const isAny = low === '*' || low === '?'
    const by = step === undefined ? 1 : Number(step)
    const start = isAny ? bounds.min : (valueOf(low, bounds) as number)
    const last = step === undefined ? start : bounds.max
    const end = isAny ? bounds.max : high === undefined ? last : (valueOf(high, bounds) as number)
    for (let value = start; value <= end; value += by) values.add(value)
    isOpen ||= isAny && by === 1
  }
  return { has: (value) => values.has(value), isOpen }
}

interface Fields {
  readonly minute: Field
  readonly hour: Field
  readonly month: Field
  readonly isDay: IsDay
}

const SECOND = 1000
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
const longestYears = 5

/** Goes from field to field, the largest first; what overflows begins anew. */
function next({ minute, hour, month, isDay }: Fields, zone: TimeZone, afterMs: number): number | undefined {
  const walk = new Walk(zone, Math.floor(afterMs / SECOND) * SECOND + SECOND)
  const lastYear = walk.clock.year + longestYears
  while (walk.clock.year <= lastYear) {
    if (toMonth(walk, month) || toDay(walk, isDay) || toHour(walk, hour) || toMinute(walk, minute)) continue
    if (walk.clock.second === 0) return walk.at
    walk.go(walk.at + MINUTE - walk.clock.second * SECOND)
  }
  return undefined
}

/** A moment on its way to the next one that is due. */
class Walk {
  clock: Clock
  /** Whether what is smaller than the field that moves has been set back to its beginning. */
  isBegun = false

  constructor(
    private readonly zone: TimeZone,
    public at: number,
  ) {
    this.clock = clockOf(zone, at)
  }

  go(to: number): void {
    this.at = to
    this.clock = clockOf(this.zone, to)
    this.isBegun = true
  }

  /** To the same time of another day, or to another time of it. */
  goTo(days: number, timeMs = this.timeMs): void {
    this.go(atClock(this.zone, days, timeMs))
  }

  private get timeMs(): number {
    const { hour, minute, second } = this.clock
    return hour * HOUR + minute * MINUTE + second * SECOND
  }
}

// Each returns whether a larger field has moved, so that all of them are to be looked at again.

function toMonth(walk: Walk, month: Field): boolean {
  while (!month.has(walk.clock.month)) {
    if (!walk.isBegun) walk.goTo(daysOf(walk.clock.year, walk.clock.month, 1), 0)
    const { year, month: from, day } = walk.clock
    walk.goTo(daysOf(year, from + 1, day))
    if (walk.clock.month === 1) return true
  }
  return false
}

function toDay(walk: Walk, isDay: IsDay): boolean {
  while (!isDay(walk.clock.day, walk.clock.days)) {
    if (!walk.isBegun) walk.goTo(walk.clock.days, 0)
    walk.goTo(walk.clock.days + 1)
    const { hour } = walk.clock
    // Where there is no midnight, because the clocks were put forward then.
    if (hour !== 0) walk.go(walk.at + (hour > 12 ? 24 - hour : -hour) * HOUR)
    if (walk.clock.day === 1) return true
  }
  return false
}

function toHour(walk: Walk, hour: Field): boolean {
  while (!hour.has(walk.clock.hour)) {
    if (!walk.isBegun) walk.goTo(walk.clock.days, walk.clock.hour * HOUR)
    walk.go(walk.at + HOUR)
    if (walk.clock.hour === 0) return true
  }
  return false
}

function toMinute(walk: Walk, minute: Field): boolean {
  while (!minute.has(walk.clock.minute)) {
    if (!walk.isBegun) walk.go(walk.at - walk.clock.second * SECOND)
    walk.go(walk.at + MINUTE)
    if (walk.clock.minute === 0) return true
  }
  return false
}

interface Clock {
  readonly days: number
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** What clocks show at a moment. */
function clockOf(zone: TimeZone, ms: number): Clock {
  const local = ms + zone.offsetAt(ms)
  const days = Math.floor(local / DAY)
  const rest = local - days * DAY
  return {
    days,
    ...dateOf(days),
    hour: Math.floor(rest / HOUR),
    minute: Math.floor((rest % HOUR) / MINUTE),
    second: Math.floor((rest % MINUTE) / SECOND),
  }
}

/** The moment at which clocks show a time of a day; as Go's time.Date has it where they never do, or twice. */
function atClock(zone: TimeZone, days: number, timeMs: number): number {
  const local = days * DAY + timeMs
  const offset = zone.offsetAt(local)
  return offset === 0 ? local : local - zone.offsetAt(local - offset)
}
