import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSchedule } from '../../src/api/cronSchedule.ts'
import { rfc3339 } from '../../src/api/time.ts'
import { timeZone } from '../../src/api/timeZones.ts'
import { timeZoneTable } from '../../src/api/timeZoneTable.ts'
// What robfig/cron v3.0.1 says of schedules, zones and moments by chance, half of them close to a change of clocks.
import recorded from './cronSchedules.json' with { type: 'json' }

const at = (text: string): number => Date.parse(text)

describe('a schedule', () => {
  test.each(recorded as string[][])('in %s, %s after %s', (zone, schedule, after, ...expected) => {
    const { next } = parseSchedule(schedule!, timeZone(zone!))
    let time: number | undefined = at(after!)
    const found = expected.map(() => {
      time = next(time!)
      return time === undefined ? '' : rfc3339(time)
    })
    expect(found).toEqual(expected)
  })

  test('names its own zone, before any other', () => {
    const { next } = parseSchedule('CRON_TZ=Asia/Tokyo 0 8 * * *', timeZone('Europe/Berlin'))
    expect(next(at('2024-05-01T00:00:00Z'))).toBe(at('2024-05-01T23:00:00Z'))
  })

  test('that is never due says so', () => {
    expect(parseSchedule('59 23 31 2 *').next(at('2024-05-01T00:00:00Z'))).toBeUndefined()
  })

  test.each([
    ['61 * * * *', 'end of range (61) above maximum (59): 61'],
    ['TZ=Europe/Nowhere * * * * *', 'provided bad location Europe/Nowhere: unknown time zone Europe/Nowhere'],
  ])('%s is refused', (schedule, said) => {
    expect(() => parseSchedule(schedule)).toThrow(said)
  })

  test('is due later than asked for, and nowhere between', () => {
    const field = (low: number, high: number): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: low, max: high }).map(String),
        fc.integer({ min: 1, max: high }).map((step) => `*/${step}`),
      )
    const schedule = fc.tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe')
    const moment = fc.integer({ min: at('2005-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') })
    fc.assert(
      fc.property(schedule, zone, moment, fc.double({ min: 0, max: 1, noNaN: true }), (fields, name, from, share) => {
        const { next } = parseSchedule(fields.join(' '), timeZone(name))
        const due = next(from)
        if (due === undefined) return
        expect(due).toBeGreaterThan(from)
        expect(due % 60_000).toBe(0)
        // From any moment before it, it is the next.
        expect(next(from + Math.floor((due - 1 - from) * share))).toBe(due)
      }),
      { numRuns: 200 },
    )
  })
})

describe('a time zone', () => {
  const hours = (name: string, time: string): number => timeZone(name)!.offsetAt(at(time)) / 3_600_000

  test('puts its clocks forward and back', () => {
    expect(hours('Europe/Berlin', '2024-03-31T00:59:59Z')).toBe(1)
    expect(hours('Europe/Berlin', '2024-03-31T01:00:00Z')).toBe(2)
    expect(hours('Europe/Berlin', '2024-10-27T00:59:59Z')).toBe(2)
    expect(hours('Europe/Berlin', '2024-10-27T01:00:00Z')).toBe(1)
    expect(hours('Australia/Sydney', '2024-01-01T00:00:00Z')).toBe(11)
  })

  test('has a history since 2000, and before that is as it was then', () => {
    expect(hours('Europe/Moscow', '2012-01-01T00:00:00Z')).toBe(4)
    expect(hours('Europe/Moscow', '2024-01-01T00:00:00Z')).toBe(3)
    expect(hours('Africa/Cairo', '2018-07-01T00:00:00Z')).toBe(2)
    expect(hours('Europe/Berlin', '1990-07-01T00:00:00Z')).toBe(1)
  })

  test('of every name there is one', () => {
    const names = timeZoneTable.split('\n').flatMap((line) => line.split(' = ')[1]?.trim().split(' ') ?? [])
    expect(names.length).toBeGreaterThan(500)
    for (const name of names) {
      for (const time of ['2001-07-01T00:00:00Z', '2024-01-01T00:00:00Z', '2100-07-01T00:00:00Z']) {
        const offset = timeZone(name)!.offsetAt(at(time))
        expect(offset % 900_000, name).toBeCloseTo(0)
        expect(Math.abs(offset), name).toBeLessThanOrEqual(14 * 3_600_000)
      }
    }
  })

  test.each(['Europe/Nowhere', 'europe/Berlin', ' ', '='])('%j is none', (name) => {
    expect(timeZone(name)).toBeUndefined()
  })
})
