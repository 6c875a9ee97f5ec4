import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base64Length, canonicalBase64, fromBase64, toBase64 } from '../../src/api/base64.ts'
import { byteLength, fromUtf8, utf8 } from '../../src/api/utf8.ts'

const anyText = fc.string({ unit: 'binary' })
const bytes = fc.uint8Array({ maxLength: 40 })

describe('base64', () => {
  test('is what Node.js writes and reads, whatever the bytes', () => {
    fc.assert(
      fc.property(bytes, (given) => {
        const text = Buffer.from(given).toString('base64')
        expect(toBase64([...given])).toBe(text)
        expect(fromBase64(text)).toEqual([...given])
        expect(base64Length(text)).toBe(given.length)
        expect(canonicalBase64(text)).toEqual({ text })
      }),
    )
  })

  test('is the same bytes after line breaks are taken out', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 9 }), (given, width) => {
        const text = Buffer.from(given).toString('base64')
        const broken = text.replace(new RegExp(`.{${width}}`, 'g'), '$&\r\n')
        expect(canonicalBase64(broken)).toEqual({ text })
      }),
    )
  })

  // The offsets of Go's CorruptInputError.
  test.each([
    ['!', 0],
    ['AAA!', 3],
    ['abc', 0],
    ['YWJjZA', 4],
    ['=', 0],
    ['A===', 1],
    ['AA=', 3],
    ['AA=A', 2],
    ['AAA=AAAA', 4],
    ['ab c', 2],
  ])('%j stops being base64 at byte %i', (text, badAt) => {
    expect(canonicalBase64(text)).toEqual({ badAt })
  })

  test('bits that say nothing become zero', () => {
    expect(canonicalBase64('ab==')).toEqual({ text: 'aQ==' })
    expect(canonicalBase64('abd=')).toEqual({ text: 'abc=' })
  })
})

describe('UTF-8', () => {
  test('is what Node.js writes, half a surrogate pair included', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.constantFrom('\ud800', 'a\udc00b', '\udc00\ud800')), (text) => {
        const written = Buffer.from(text, 'utf8')
        expect(utf8(text)).toEqual([...written])
        expect(fromUtf8([...written])).toBe(written.toString('utf8'))
        expect(byteLength(text)).toBe(written.length)
      }),
    )
  })

  test('is refused where a strict decoder refuses it', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    const strict = (given: Uint8Array): string | undefined => {
      try {
        return decoder.decode(given)
      } catch {
        return undefined
      }
    }
    const edges = fc.constantFrom(
      0x41,
      0x7f,
      0x80,
      0xbf,
      0xc0,
      0xc2,
      0xdf,
      0xe0,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
      0x9f,
      0xa0,
    )
    fc.assert(
      fc.property(fc.oneof(bytes, fc.array(edges, { maxLength: 8 }).map(Uint8Array.from.bind(Uint8Array))), (given) => {
        expect(fromUtf8([...given])).toBe(strict(given))
      }),
      { numRuns: 1000 },
    )
  })
})
