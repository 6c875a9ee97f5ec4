import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { studentT95, summarise } from 'wavetank/experiments'
import { quantile } from '../../src/experiments/statistics.ts'

describe('Student’s t', () => {
  // From published tables of the 97.5 % quantile.
  test.each([
    [1, 12.706205],
    [2, 4.302653],
    [9, 2.262157],
    [30, 2.042272],
    [31, 2.039513],
    [40, 2.021075],
    [60, 2.000298],
    [120, 1.97993],
    [1000, 1.962339],
  ])('with %i degrees of freedom', (degrees, expected) => {
    expect(studentT95(degrees)).toBeCloseTo(expected, 5)
  })

  test('falls towards the normal distribution’s, without a step where the table ends', () => {
    for (let degrees = 1; degrees < 200; degrees++) {
      expect(studentT95(degrees + 1)).toBeLessThan(studentT95(degrees))
      expect(studentT95(degrees)).toBeGreaterThan(1.959963)
    }
  })
})

describe('a summary', () => {
  test('is the mean with its confidence interval', () => {
    // s = √(32 / 7), t₇ = 2.364624, n = 8
    const { mean, halfWidth, least, most, count } = summarise([2, 4, 4, 4, 5, 5, 7, 9])
    expect([count, mean, least, most]).toEqual([8, 5, 2, 9])
    expect(halfWidth).toBeCloseTo(1.787488, 5)
  })

  test('of one measurement has no interval, of equal ones none that is wide', () => {
    expect(summarise([3])).toEqual({ count: 1, mean: 3, halfWidth: undefined, least: 3, most: 3 })
    expect(summarise([0.1, 0.1, 0.1])).toMatchObject({ mean: 0.1, halfWidth: 0 })
  })

  test('moves with what is added to every measurement, and grows with what they are multiplied with', () => {
    const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 40 })
    fc.assert(
      fc.property(numbers, fc.integer({ min: -50, max: 50 }), (values, shift) => {
        const { mean, halfWidth } = summarise(values)
        expect(summarise(values.map((value) => value + shift)).mean).toBeCloseTo(mean + shift, 6)
        expect(summarise(values.map((value) => value * 2)).halfWidth).toBeCloseTo(halfWidth! * 2, 6)
      }),
    )
  })
})

test('a quantile is one of the values: the least that so many do not exceed', () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
  expect([0, 0.5, 0.95, 1].map((share) => quantile(values, share))).toEqual([1, 5, 10, 10])
  expect(quantile([], 0.5)).toBeUndefined()
})
