import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConstantError, ExpressionErrors } from '../../../src/api/cel/ast.ts'
import { compileExpression } from '../../../src/api/cel/compiler.ts'
import { INT, STRING } from '../../../src/api/cel/types.ts'
import { CelError, type Value } from '../../../src/api/cel/values.ts'

/** A text, and what it says; undefined for what cannot be said. */
interface Said<T> {
  readonly text: string
  readonly value: T | undefined
}

const LEAST = -(1n << 63n)
const MOST = (1n << 63n) - 1n

function inRange(value: bigint): bigint | undefined {
  return value < LEAST || value > MOST ? undefined : value
}

function binary<T, R>(a: Said<T>, sign: string, b: Said<T>, of: (a: T, b: T) => R | undefined): Said<R> {
  const value = a.value === undefined || b.value === undefined ? undefined : of(a.value, b.value)
  return { text: `(${a.text} ${sign} ${b.text})`, value }
}

const literal: fc.Arbitrary<Said<bigint>> = fc
  .oneof(fc.bigInt({ min: -9n, max: 9n }), fc.bigInt({ min: LEAST, max: MOST }))
  .map((value) => ({ text: String(value), value }))

const { ints, bools } = fc.letrec<{ ints: Said<bigint>; bools: Said<boolean> }>((tie) => {
  const pair = fc.tuple(tie('ints'), tie('ints'))
  const bools = fc.tuple(tie('bools'), tie('bools'))
  return {
    ints: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      literal,
      pair.map(([a, b]) => binary(a, '+', b, (x, y) => inRange(x + y))),
      pair.map(([a, b]) => binary(a, '-', b, (x, y) => inRange(x - y))),
      pair.map(([a, b]) => binary(a, '*', b, (x, y) => inRange(x * y))),
      pair.map(([a, b]) => binary(a, '/', b, (x, y) => (y === 0n ? undefined : inRange(x / y)))),
      pair.map(([a, b]) => binary(a, '%', b, (x, y) => (y === 0n ? undefined : x % y))),
      fc.tuple(tie('bools'), tie('ints'), tie('ints')).map(([condition, yes, no]) => ({
        text: `(${condition.text} ? ${yes.text} : ${no.text})`,
        value: condition.value === undefined ? undefined : condition.value ? yes.value : no.value,
      })),
    ),
    bools: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.boolean().map((value) => ({ text: String(value), value })),
      pair.map(([a, b]) => binary(a, '<', b, (x, y) => x < y)),
      pair.map(([a, b]) => binary(a, '==', b, (x, y) => x === y)),
      tie('bools').map(({ text, value }) => ({ text: `!${text}`, value: value === undefined ? undefined : !value })),
      // One side is enough, where it settles it.
      bools.map(([a, b]) => ({
        text: `(${a.text} && ${b.text})`,
        value:
          a.value === false || b.value === false
            ? false
            : a.value === undefined || b.value === undefined
              ? undefined
              : true,
      })),
      bools.map(([a, b]) => ({
        text: `(${a.text} || ${b.text})`,
        value:
          a.value === true || b.value === true
            ? true
            : a.value === undefined || b.value === undefined
              ? undefined
              : false,
      })),
    ),
  }
})

function evaluated(text: string): Value | undefined {
  try {
    return compileExpression(text, new Map()).evaluate({})
  } catch (error) {
    if (error instanceof CelError) return undefined
    throw error
  }
}

test('sums, comparisons and logic say what they say in mathematics, within 64 bits', () => {
  let faults = 0
  fc.assert(
    fc.property(fc.oneof(ints, bools), ({ text, value }) => {
      expect(evaluated(text)).toBe(value)
      if (value === undefined) faults++
    }),
    { numRuns: 1000 },
  )
  expect(faults).toBeGreaterThan(10)
})

test('a text is the same text in quotes, and its parts are found in it', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => !/\p{Surrogate}/u.test(text))
  const quoted = (text: string): string =>
    `'${[...text].map((each) => `\\U${each.codePointAt(0)!.toString(16).padStart(8, '0')}`).join('')}'`
  fc.assert(
    fc.property(texts, texts, fc.nat(8), (a, b, at) => {
      const points = [...a]
      const place = Math.min(at, points.length)
      const holds = [
        `${quoted(a)} + ${quoted(b)} == ${quoted(a + b)}`,
        `size(${quoted(a)}) == ${points.length}`,
        `${quoted(a)}.substring(${place}) == ${quoted(points.slice(place).join(''))}`,
        `(${quoted(a + b)}).contains(${quoted(b)}) && (${quoted(a + b)}).indexOf(${quoted(b)}) <= size(${quoted(a)})`,
        `${quoted(a)}.split(${quoted(b)}).join(${quoted(b)}) == ${quoted(a)}`,
        `string(bytes(${quoted(a)})) == ${quoted(a)}`,
        `(${quoted(a)} < ${quoted(b)}) == (bytes(${quoted(a)}) < bytes(${quoted(b)}))`,
      ]
      expect(holds.filter((source) => evaluated(source) !== true)).toEqual([])
    }),
  )
})

test('whatever is written is an expression or refused with its place', () => {
  const words = [
    'self',
    'size',
    'all',
    'x',
    '.',
    '?',
    '[',
    ']',
    '(',
    ')',
    '{',
    '}',
    ',',
    ':',
    '1',
    "'a'",
    '+',
    '==',
    '&&',
    'in',
    '!',
    '-',
    ' ',
  ]
  const variables = new Map([
    ['self', STRING],
    ['x', INT],
  ])
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(fc.constantFrom(...words)).map((all) => all.join('')),
        fc.string(),
      ),
      (text) => {
        try {
          compileExpression(text, variables).evaluate({ self: 'abc', x: 1n })
        } catch (error) {
          if (error instanceof CelError || error instanceof ConstantError) return
          expect(error).toBeInstanceOf(ExpressionErrors)
          for (const { at } of (error as ExpressionErrors).errors) expect(at).toBeLessThanOrEqual(text.length)
        }
      },
    ),
    { numRuns: 2000 },
  )
})
