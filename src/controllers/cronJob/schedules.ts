/** When a cron job was due last, and is next. Mirrors pkg/controller/cronjob/utils.go. */
import { parseSchedule, type Schedule } from '../../api/cronSchedule.ts'
import { rfc3339, parseTime } from '../../api/time.ts'
import { type TimeZone, timeZone, utc } from '../../api/timeZones.ts'
import type { CronJob } from '../../api/types/batch.ts'

/** A next look comes a little late rather than early: nextScheduleDelta. */
const paddingMs = 100
/** More missed times than that are told of. */
const many = 100

export function scheduleOf({ spec }: CronJob): Schedule {
  const isZoned = spec.schedule.includes('TZ')
  return parseSchedule(spec.schedule, isZoned ? utc : zoneOf(spec.timeZone)!)
}

/** The zone of a name, of none UTC; undefined for a name that is none's. */
export function zoneOf(name: string | undefined): TimeZone | undefined {
  return name === undefined ? utc : timeZone(name)
}

export interface Due {
  /** The last time that is past and has not been acted on; undefined when there is none. */
  readonly at: number | undefined
  /** From when on was looked. */
  readonly since: number
  readonly missed: 'none' | 'few' | 'many'
}

/** Throws Error for a schedule of days that there are not, such as the 31st of February. */
export function dueOf(cronJob: CronJob, schedule: Schedule, now: number, withDeadline: boolean): Due {
  const since = sinceOf(cronJob, now, withDeadline)
  const first = schedule.next(since)
  const second = first === undefined ? undefined : schedule.next(first)
  // Go's time of nothing is long ago: whatever never comes has always been.
  if (first === undefined || second === undefined) {
    if (first !== undefined && now < first) return { at: undefined, since, missed: 'none' }
    throw new Error('time difference between two schedules is less than 1 second')
  }
  if (now < first) return { at: undefined, since, missed: 'none' }
  if (now < second) return { at: first, since, missed: 'none' }
  const between = Math.round((second - first) / 1000)
  const count = Math.floor(Math.floor((now - first) / 1000) / between) + 1
  const missed = count > many ? 'many' : 'few'
  let at: number | undefined
  let next = schedule.next(first + (count - 2) * between * 1000)
  for (; next !== undefined && next <= now; next = schedule.next(next)) at = next
  return { at, since, missed }
}

function sinceOf({ metadata, spec, status }: CronJob, now: number, withDeadline: boolean): number {
  const since = parseTime(status.lastScheduleTime ?? metadata.creationTimestamp)!
  if (!withDeadline || spec.startingDeadlineSeconds === undefined) return since
  return Math.max(since, now - spec.startingDeadlineSeconds * 1000)
}

/** Milliseconds until it is due again; undefined when it never is. */
export function nextIn(cronJob: CronJob, schedule: Schedule, now: number): number | undefined {
  const next = schedule.next(lookFrom(cronJob, schedule, now))
  return next === undefined ? undefined : next + paddingMs - now
}

function lookFrom(cronJob: CronJob, schedule: Schedule, now: number): number {
  try {
    const { at, since, missed } = dueOf(cronJob, schedule, now, false)
    return at ?? (missed === 'none' ? since : now)
  } catch {
    return now
  }
}

/** `2020-06-01T08:00:00+02:00`, or with Z where clocks are not ahead or behind. */
export function timeIn(zone: TimeZone, ms: number): string {
  const minutes = Math.round(zone.offsetAt(ms) / 60_000)
  if (minutes === 0) return rfc3339(ms)
  const two = (value: number): string => String(value).padStart(2, '0')
  const ahead = Math.abs(minutes)
  const sign = minutes < 0 ? '-' : '+'
  return `${rfc3339(ms + minutes * 60_000).slice(0, -1)}${sign}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`
}
