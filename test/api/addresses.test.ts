import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isCIDR, isIPv4, isIPv6, isWithin } from '../../src/api/addresses.ts'

test.each(['0.0.0.0', '10.9.8.7', '255.255.255.255'])('%s is an address', (text) => expect(isIPv4(text)).toBe(true))

test.each(['10.0.0', '10.0.0.256', '10.0.0.0.0', '', 'a.b.c.d', '10..0.1', '1000.0.0.1'])('%j is none', (text) => {
  expect(isIPv4(text)).toBe(false)
})

test.each(['::', '::1', 'fe80::1', '2001:db8:0:0:0:0:0:1', '::ffff:10.0.0.1', '1:2:3:4:5:6:7::'])(
  '%s is one of the longer addresses',
  (text) => expect(isIPv6(text)).toBe(true),
)

test.each(['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '::1::', 'g::', '12345::', '10.0.0.1', ''])(
  '%j is no longer address',
  (text) => expect(isIPv6(text)).toBe(false),
)

test.each(['10.0.0.0/8', '0.0.0.0/0', '::/0', 'fe80::/128'])('%s is a range', (text) => expect(isCIDR(text)).toBe(true))

test.each(['10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', '10.0.0.0/-1', '/8'])('%j is no range', (text) => {
  expect(isCIDR(text)).toBe(false)
})

test('a range is within those that fix fewer of its bits, and only those', () => {
  const bytes = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
  const bitsOf = (parts: readonly number[]): string => parts.map((part) => part.toString(2).padStart(8, '0')).join('')
  fc.assert(
    fc.property(bytes, fc.nat(32), bytes, fc.nat(32), (a, m, b, n) => {
      const expected = m > n && bitsOf(a).slice(0, n) === bitsOf(b).slice(0, n)
      expect(isWithin(`${a.join('.')}/${m}`, `${b.join('.')}/${n}`)).toBe(expected)
      expect(isWithin(`${a.join('.')}/${m}`, `${a.join('.')}/${n}`)).toBe(m > n)
      const [x, y] = [a, b].map((parts) => `::${parts.map((part) => part.toString(16)).join(':')}`)
      expect(isWithin(`${x}/128`, `${y}/64`)).toBe(true)
    }),
  )
})
