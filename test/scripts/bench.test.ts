import { expect, test } from 'vitest'
import { finished, missed } from '../../bench/harness.ts'

test('a row takes its bar from the bench, and its ratio from its limit', () => {
  const row = finished({ name: 'bind', value: 50, unit: 'pods/s', limit: 200 }, { bind: { atLeast: 40 } })
  expect(row).toEqual({ name: 'bind', value: 50, unit: 'pods/s', limit: 200, ratio: 0.25, bar: { atLeast: 40 } })
})

test('a bar is inclusive', () => {
  expect(missed({ name: 'a', value: 5, unit: 'ms', bar: { atLeast: 5, atMost: 5 } })).toBeUndefined()
  expect(missed({ name: 'a', value: 4, unit: 'ms', bar: { atLeast: 5 } })).toBe('below 5 ms')
  expect(missed({ name: 'a', value: 6, unit: 'ms', bar: { atMost: 5 } })).toBe('above 5 ms')
})

test('a value that is not a number misses its bar', () => {
  expect(missed({ name: 'a', value: NaN, unit: 'ms', bar: { atMost: 5 } })).toBe('above 5 ms')
})
