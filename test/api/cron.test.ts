import { describe, expect, test } from 'vitest'
import { cronError } from '../../src/api/cron.ts'
import { timeZoneError } from '../../src/api/timeZones.ts'

describe('a schedule', () => {
  test.each([
    '* * * * *',
    '*/5 8-18 * jan-MAR mon,WED,5',
    '  0\t0 1,15 * ?  ',
    '5/15 * * * *',
    '@hourly',
    '@every 1h30m',
    '@every 1.5s',
    '0,,30 * * * *',
  ])('%j is one', (schedule) => {
    expect(cronError(schedule)).toBeUndefined()
  })

  test.each([
    ['', 'empty spec string'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['* * * * * *', 'expected exactly 5 fields, found 6: [* * * * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['9-5 * * * *', 'beginning of range (9) beyond end of range (5): 9-5'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['*/2/3 * * * *', 'too many slashes: */2/3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['* * * * funday', 'failed to parse int from funday: strconv.Atoi: parsing "funday": invalid syntax'],
    ['+5 */-1 * * *', 'negative number (-1) not allowed: -1'],
    ['@fortnightly', 'unrecognized descriptor: @fortnightly'],
    ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
  ])('%j is none: %s', (schedule, said) => {
    expect(cronError(schedule)).toBe(said)
  })
})

describe('a time zone', () => {
  test.each(['UTC', 'Etc/GMT+5', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'EST5EDT', 'Africa/Abidjan'])(
    '%s is known',
    (name) => expect(timeZoneError(name)).toBeUndefined(),
  )

  test.each([
    ['', 'timeZone must be nil or non-empty string'],
    ['local', 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'],
    ['Berlin', 'unknown time zone Berlin'],
    ['Europe/', 'unknown time zone Europe/'],
    ['Europe/../etc', 'unknown time zone Europe/../etc'],
    ['europe/Berlin', 'unknown time zone europe/Berlin'],
  ])('%j is not', (name, said) => expect(timeZoneError(name)).toBe(said))
})
