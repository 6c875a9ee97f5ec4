/** Bytes as JSON carries them. What is accepted, and what is said of the rest, is Go's encoding/base64 StdEncoding. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const CANONICAL = /^(?:[A-Za-z0-9+/]{4})*$/

/** The same bytes without line breaks and with empty last bits; or where the text stops being base64. */
export function canonicalBase64(text: string): { readonly text: string } | { readonly badAt: number } {
  if (CANONICAL.test(text)) return { text }
  const badAt = firstBad(text)
  if (badAt !== undefined) return { badAt }
  const plain = text.replace(/[\r\n]/g, '')
  const padding = plain.endsWith('==') ? 2 : plain.endsWith('=') ? 1 : 0
  if (padding === 0) return { text: plain }
  const last = plain.length - padding - 1
  const bits = ALPHABET.indexOf(plain[last]!) & (padding === 2 ? 0x30 : 0x3c)
  return { text: plain.slice(0, last) + ALPHABET[bits]! + '='.repeat(padding) }
}

/** How many bytes a canonical text stands for. */
export function base64Length(text: string): number {
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)
}

export function toBase64(bytes: readonly number[]): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]]
    text += ALPHABET[a >> 2]! + ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)]!
    text += b === undefined ? '=' : ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)]!
    text += c === undefined ? '=' : ALPHABET[c & 63]!
  }
  return text
}

/** The bytes of a canonical text. */
export function fromBase64(text: string): number[] {
  const bytes: number[] = []
  for (let at = 0; at < text.length; at += 4) {
    const [a, b, c, d] = [0, 1, 2, 3].map((place) => ALPHABET.indexOf(text[at + place]!)) as [
      number,
      number,
      number,
      number,
    ]
    bytes.push((a << 2) | (b >> 4))
    if (c >= 0) bytes.push(((b & 15) << 4) | (c >> 2))
    if (d >= 0) bytes.push(((c & 3) << 6) | d)
  }
  return bytes
}

/** The offset that Go's decodeQuantum reports, which for a quantum that ends too soon is where that began. */
function firstBad(text: string): number | undefined {
  let inQuantum = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text[at]!
    if (unit === '\n' || unit === '\r') continue
    if (ALPHABET.includes(unit)) inQuantum = (inQuantum + 1) % 4
    else return unit === '=' ? badPadding(text, at, inQuantum) : at
  }
  return inQuantum === 0 ? undefined : text.length - inQuantum
}

function badPadding(text: string, at: number, inQuantum: number): number | undefined {
  if (inQuantum < 2) return at
  let next = skipBreaks(text, at + 1)
  if (inQuantum === 2) {
    if (next === text.length) return text.length
    if (text[next] !== '=') return next - 1
    next = skipBreaks(text, next + 1)
  }
  return next < text.length ? next : undefined
}

function skipBreaks(text: string, from: number): number {
  let at = from
  while (text[at] === '\n' || text[at] === '\r') at++
  return at
}
