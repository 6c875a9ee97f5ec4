/** 128 bits out of a seed and a text, as four unsigned 32-bit integers. */
export type Bits128 = readonly [number, number, number, number]

/**
 * Mixes a seed and a text (multiply and rotate, as the murmur family does). Not cryptographic: for telling streams
 * of chance apart and for identifiers.
 */
export function hash128(seed: number, text: string): Bits128 {
  const low = seed | 0
  const high = Math.floor(seed / 0x1_0000_0000) | 0
  let a = Math.imul(low ^ 0x239b961b, 0x9e3779b1)
  let b = Math.imul(high ^ 0xab0e9789, 0x85ebca6b) ^ a
  let c = Math.imul(a ^ 0x38b34ae5, 0xc2b2ae35) ^ b
  let d = Math.imul(b ^ 0xa1e38b93, 0x27d4eb2f) ^ c
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    a = b ^ Math.imul(a ^ unit, 0x239b961b)
    b = c ^ Math.imul(b ^ unit, 0xab0e9789)
    c = d ^ Math.imul(c ^ unit, 0x38b34ae5)
    d = a ^ Math.imul(d ^ unit, 0xa1e38b93)
  }
  a = Math.imul(c ^ (a >>> 18), 0x239b961b)
  b = Math.imul(d ^ (b >>> 22), 0xab0e9789)
  c = Math.imul(a ^ (c >>> 17), 0x38b34ae5)
  d = Math.imul(b ^ (d >>> 19), 0xa1e38b93)
  a ^= b ^ c ^ d
  return [finish(a), finish(b ^ a), finish(c ^ a), finish(d ^ a)]
}

function finish(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
