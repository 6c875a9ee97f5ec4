import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addQuantities,
  bytes,
  canonicalQuantity,
  compareQuantities,
  cpuMilli,
  formatQuantity,
  parseQuantity,
  quantityValue,
  quickMilli,
  subtractQuantities,
} from '../../src/api/quantity.ts'
import type { Quantity } from '../../src/api/quantity.ts'

const formats = fc.constantFrom('BinarySI', 'DecimalSI', 'DecimalExponent')
const quantities: fc.Arbitrary<Quantity> = fc.record({
  nano: fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  format: formats,
})
const suffixes = ['', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'e3', 'E-2', 'e0']
const texts = fc
  .tuple(fc.constantFrom('', '-', '+'), fc.nat(99_999), fc.option(fc.nat(999)), fc.constantFrom(...suffixes))
  .map(([sign, whole, fraction, suffix]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${suffix}`)

describe('quantities', () => {
  it.each([
    ['0', '0'],
    ['00', '0'],
    ['1', '1'],
    ['0.5', '500m'],
    ['1.5', '1500m'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['100m', '100m'],
    ['1024Mi', '1Gi'],
    ['1Ki', '1Ki'],
    ['1536Mi', '1536Mi'],
    ['0.5Gi', '512Mi'],
    ['1.5Ki', '1536'],
    ['1000', '1k'],
    ['1234567', '1234567'],
    ['12e6', '12e6'],
    ['12E6', '12E6'],
    ['1E-3', '1E-3'],
    ['5e0', '5e0'],
    ['1.500', '1.500'],
    ['-1.500', '-1.500'],
    ['0.500', '500m'],
    ['1.5000', '1500m'],
    ['01', '01'],
    ['01Gi', '01Gi'],
    ['8Mi', '8Mi'],
    ['1E', '1E'],
    ['1e3', '1e3'],
    ['1.2e3', '1200'],
    ['-1', '-1'],
    ['+5', '+5'],
    ['.5', '500m'],
    ['5.', '5.'],
    ['1n', '1n'],
    ['0.1n', '1n'],
    ['100Ki', '100Ki'],
    ['8Ei', '9223372036854775807'],
    ['0.0001', '100u'],
    ['64M', '64M'],
    ['128974848', '128974848'],
    ['1023', '1023'],
    ['0.5Ki', '512'],
  ])('%s is written %s in canonical form', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical)
  })

  it.each([
    '',
    'abc',
    '1.2.3',
    '1 Gi',
    '1gi',
    '1KB',
    'Ki',
    '-',
    '1e',
    '0x10',
    '1mi',
    '--1',
    'NaN',
    'Infinity',
    '1e1000',
  ])('%j is no quantity', (text) => {
    expect(parseQuantity(text)).toBeUndefined()
    expect(canonicalQuantity(text)).toBe(text)
    expect(() => cpuMilli(text)).toThrow('quantities must match the regular expression')
  })

  it('a bare number, as YAML has it, is a quantity too', () => {
    expect(canonicalQuantity(2)).toBe('2')
    expect(canonicalQuantity(0.1)).toBe('100m')
    expect(cpuMilli(0.25)).toBe(250)
  })

  it('what is formatted is parsed back as the same amount', () => {
    fc.assert(fc.property(quantities, (q) => void expect(parseQuantity(formatQuantity(q))?.nano).toBe(capped(q))))
  })

  it('the canonical form is its own canonical form and keeps the amount', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const canonical = canonicalQuantity(text)
        expect(canonicalQuantity(canonical)).toBe(canonical)
        expect(parseQuantity(canonical)?.nano).toBe(parseQuantity(text)?.nano)
      }),
    )
  })

  it('addition and subtraction are those of whole numbers', () => {
    fc.assert(
      fc.property(quantities, quantities, (a, b) => {
        expect(addQuantities(a, b).nano).toBe(a.nano + b.nano)
        expect(subtractQuantities(addQuantities(a, b), b).nano).toBe(a.nano)
        expect(addQuantities(a, b).nano).toBe(addQuantities(b, a).nano)
      }),
    )
  })

  it('comparison is a total order', () => {
    fc.assert(
      fc.property(quantities, quantities, quantities, (a, b, c) => {
        expect(compareQuantities(a, b)).toBe(-compareQuantities(b, a) || 0)
        if (compareQuantities(a, b) <= 0 && compareQuantities(b, c) <= 0)
          expect(compareQuantities(a, c)).toBeLessThanOrEqual(0)
        expect(compareQuantities(a, a)).toBe(0)
      }),
    )
  })

  it('the quick ways agree with the exact one', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const nano = parseQuantity(text)?.nano ?? 0n
        expect(cpuMilli(text)).toBe(Number(roundUp(nano, 1_000_000n)))
        expect(BigInt(quantityValue(text))).toBe(roundUp(nano, 1_000_000_000n))
        expect(bytes(text)).toBe(Number(roundUp(nano, 1_000_000_000n)))
        const quick = quickMilli(text)
        if (quick >= 0) expect(BigInt(quick) * 1_000_000n).toBe(nano)
      }),
    )
  })

  it('amounts round away from zero, and those beyond 2^53 stay exact', () => {
    expect(cpuMilli('0.1m')).toBe(1)
    expect(bytes('1.5')).toBe(2)
    expect(quantityValue('9007199254740993')).toBe(9007199254740993n)
    expect(bytes(undefined)).toBe(0)
    expect(bytes('16Gi')).toBe(17_179_869_184)
  })
})

function roundUp(value: bigint, unit: bigint): bigint {
  const quotient = value / unit
  return value % unit === 0n ? quotient : value < 0n ? quotient - 1n : quotient + 1n
}

/** Binary amounts are capped, as upstream's are, when they are read with a suffix. */
function capped(q: Quantity): bigint {
  const max = (2n ** 63n - 1n) * 1_000_000_000n
  const binary = /i$/.test(formatQuantity(q))
  return binary && q.nano > max ? max : binary && q.nano < -max ? -max : q.nano
}
