import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exp, log, sqrt } from '../../src/kernel/math.ts'

/** How far two numbers lie apart, in units of the last place. */
function units(a: number, b: number): number {
  if (Object.is(a, b)) return 0
  const bits = new BigInt64Array(new Float64Array([a, b]).buffer)
  return Math.abs(Number(bits[0]! - bits[1]!))
}

// These may change in a major version only: every seeded distribution is made of them.
describe('golden values', () => {
  test.each([
    [1, 0],
    [2, 0.6931471805599453],
    [10, 2.3025850929940455],
    [0.1, -2.3025850929940455],
    [1e-300, -690.7755278982137],
    [1.5e300, 691.1809930063218],
  ])('log(%d) is %d', (value, expected) => expect(log(value)).toBe(expected))

  test.each([
    [0, 1],
    [1, 2.7182818284590455],
    [-1, 0.36787944117144233],
    [0.5, 1.6487212707001282],
    [100, 2.6881171418161356e43],
    [-700, 9.85967654375977e-305],
  ])('exp(%d) is %d', (value, expected) => expect(exp(value)).toBe(expected))

  test.each([
    [4, 2],
    [2, 1.414213562373095],
    [0.25, 0.5],
    [1e-300, 1e-150],
    [15241578750190521, 123456789],
  ])('sqrt(%d) is %d', (value, expected) => expect(sqrt(value)).toBe(expected))
})

describe('at the edges', () => {
  test.each([NaN, -1, -Infinity])('log and sqrt of %d are not a number', (value) => {
    expect(log(value)).toBeNaN()
    expect(sqrt(value)).toBeNaN()
  })
  test('log', () =>
    expect([log(0), log(Infinity), log(Number.MIN_VALUE)]).toEqual([-Infinity, Infinity, -744.4400719213812]))
  test('sqrt', () => expect([sqrt(0), sqrt(Infinity)]).toEqual([0, Infinity]))
  test('exp', () => {
    expect([exp(NaN), exp(Infinity), exp(-Infinity), exp(710), exp(-746)]).toEqual([NaN, Infinity, 0, Infinity, 0])
    expect(exp(709.78)).toBeLessThan(Infinity)
    expect(exp(-740)).toBeGreaterThan(0)
  })
})

describe('the error', () => {
  const bounded = (
    name: string,
    ours: (value: number) => number,
    theirs: (value: number) => number,
    min: number,
    max: number,
    most: number,
  ): void =>
    test(`of ${name} is at most ${most} units in the last place`, () => {
      fc.assert(
        fc.property(fc.double({ min, max, noNaN: true, minExcluded: true }), (value) => {
          expect(units(ours(value), theirs(value))).toBeLessThanOrEqual(most)
        }),
        { numRuns: 2000 },
      )
    })

  bounded('log of small and large numbers', log, Math.log, 0, Number.MAX_VALUE, 2)
  bounded('log between 0 and 10', log, Math.log, 0, 10, 2)
  bounded('exp', exp, Math.exp, -700, 709, 3)
  bounded('exp between -5 and 5', exp, Math.exp, -5, 5, 3)
  bounded('sqrt', sqrt, Math.sqrt, 0, Number.MAX_VALUE, 1)
  bounded('sqrt between 0 and 10', sqrt, Math.sqrt, 0, 10, 1)
})
