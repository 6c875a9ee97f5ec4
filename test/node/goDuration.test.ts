import { expect, test } from 'vitest'
import { goDuration } from '../../src/node/goDuration.ts'

test.each([
  [0, '0s'],
  [0.25, '250µs'],
  [313, '313ms'],
  [1000, '1s'],
  [1594, '1.594s'],
  [80_000, '1m20s'],
  [300_000, '5m0s'],
  [3_600_000, '1h0m0s'],
])('%d ms reads as Go prints it: %s', (ms, text) => {
  expect(goDuration(ms)).toBe(text)
})
