/** Text as the bytes that Kubernetes counts and keeps. The core has no TextEncoder: it runs without any platform. */

/** Length in UTF-8. */
export function byteLength(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c > 0x7ff) bytes += 2
    else if (c > 0x7f) bytes += 1
    if (c >= 0xd800 && c < 0xdc00 && isLow(text.charCodeAt(i + 1))) i++
  }
  return bytes
}

/** Length in code points. */
export function codePoints(text: string): number {
  let points = text.length
  for (let i = 0; i < text.length - 1; i++) {
    const c = text.charCodeAt(i)
    if (c >= 0xd800 && c < 0xdc00 && isLow(text.charCodeAt(i + 1))) {
      points--
      i++
    }
  }
  return points
}

/** What Go's unicode.IsPrint does not take: of spaces, it takes only the one of ASCII. */
const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu

/** Each letter that cannot be printed, and how many bytes come before it. */
export function unprintables(text: string): readonly { readonly letter: string; readonly position: number }[] {
  return [...text.matchAll(UNPRINTABLE)].map((found) => ({
    letter: found[0],
    position: byteLength(text.slice(0, found.index)),
  }))
}

/** Half a surrogate pair becomes U+FFFD, as in every encoder. */
export function utf8(text: string): number[] {
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0)!
    const point = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code
    if (point < 0x80) bytes.push(point)
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), continuation(point, 0))
    else if (point < 0x1_0000) bytes.push(0xe0 | (point >> 12), continuation(point, 6), continuation(point, 0))
    else bytes.push(0xf0 | (point >> 18), continuation(point, 12), continuation(point, 6), continuation(point, 0))
  }
  return bytes
}

/** The text that bytes say; undefined when they are no UTF-8. */
export function fromUtf8(bytes: readonly number[]): string | undefined {
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at]!
    const more = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1
    if (more < 0 || at + more >= bytes.length) return undefined
    let point = more === 0 ? first : first & (0x3f >> more)
    for (let next = 1; next <= more; next++) {
      const byte = bytes[at + next]!
      if ((byte & 0xc0) !== 0x80) return undefined
      point = (point << 6) | (byte & 0x3f)
    }
    if (point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff) || point < LEAST[more]!) return undefined
    text += String.fromCodePoint(point)
    at += more + 1
  }
  return text
}

/** The least that so many continuation bytes may say. */
const LEAST: readonly number[] = Object.freeze([0, 0x80, 0x800, 0x1_0000])

/** The second half of a surrogate pair. */
function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

function continuation(point: number, shift: number): number {
  return 0x80 | ((point >> shift) & 0x3f)
}
