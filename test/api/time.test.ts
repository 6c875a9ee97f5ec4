import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from '../../src/api/duration.ts'
import { isStatusError } from '../../src/api/errors.ts'
import { parseTime, rfc3339, rfc3339Micro } from '../../src/api/time.ts'

const instants = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })

describe('times', () => {
  it('are written as Date writes them, less the milliseconds', () => {
    fc.assert(
      fc.property(
        instants,
        (ms) => void expect(rfc3339(ms)).toBe(new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')),
      ),
    )
  })

  it('are read back as the second they were in', () => {
    fc.assert(fc.property(instants, (ms) => void expect(parseTime(rfc3339(ms))).toBe(Math.floor(ms / 1000) * 1000)))
  })

  it('of leases carry microseconds', () => {
    expect(rfc3339Micro(1_577_836_800_000)).toBe('2020-01-01T00:00:00.000000Z')
    expect(rfc3339Micro(1_577_836_800_250.5)).toBe('2020-01-01T00:00:00.250500Z')
    expect(parseTime('2020-01-01T00:00:00.250500Z')).toBe(1_577_836_800_250.5)
  })

  it('may have an offset', () => {
    expect(parseTime('2020-01-01T02:30:00+02:30')).toBe(parseTime('2020-01-01T00:00:00Z'))
    expect(parseTime('2019-12-31T19:00:00-05:00')).toBe(parseTime('2020-01-01T00:00:00Z'))
  })

  it.each([
    '',
    '2020',
    '2020-01-01',
    '2020-02-30T00:00:00Z',
    '2021-02-29T00:00:00Z',
    '2020-13-01T00:00:00Z',
    '2020-01-01T24:00:00Z',
    '2020-01-01T00:00:00',
    '2020-01-01 00:00:00Z',
    '2020-01-01t00:00:00z',
    '2020-01-01T00:00:60Z',
  ])('%j is no time', (text) => {
    expect(parseTime(text)).toBeUndefined()
  })
})

describe('durations', () => {
  it.each([
    [0, 0],
    [1500, 1500],
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1500],
    ['1d', 86_400_000],
    ['0s', 0],
    ['2m3s', 123_000],
  ])('%j is %d ms', (duration, ms) => {
    expect(parseDuration(duration)).toBe(ms)
  })

  it.each([-1, NaN, Infinity, -Infinity, '', '5', 'm', '-5m', '5 m', '5min', '1h30', 'NaNs', null, undefined, {}])(
    '%j is refused, naming what was expected',
    (duration) => {
      const error = caught(() => parseDuration(duration as number))
      expect(isStatusError(error, 'BadRequest')).toBe(true)
      expect(String(error)).toMatch(
        /^BadRequest: invalid duration .*: expected milliseconds as a finite number ≥ 0, or a string/,
      )
    },
  )

  it.each([
    [-2000, '<invalid>'],
    [-500, '0s'],
    [0, '0s'],
    [5000, '5s'],
    [119_000, '119s'],
    [123_000, '2m3s'],
    [180_000, '3m'],
    [600_000, '10m'],
    [10_799_000, '179m'],
    [10_800_000, '3h'],
    [18_600_000, '5h10m'],
    [28_800_000, '8h'],
    [172_799_000, '47h'],
    [172_800_000, '2d'],
    [187_200_000, '2d4h'],
    [691_200_000, '8d'],
    [63_072_000_000, '2y'],
    [66_000_000_000, '2y33d'],
  ])('an age of %d ms is printed %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

function caught(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return error
  }
}
