import { parseMicroTime } from './microTime.ts'

/**
 * Plain data as bytes, the same for equal data however it was built. A string that was seen lately in the same chunk is
 * a number: its place in a small table, which the string itself decides; so is, always, one of the words that were handed
 * in. Class instances count as the object of their
 * own fields.
 */

const tags = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  integer: 4,
  negative: 5,
  double: 6,
  text: 7,
  known: 128,
  array: 9,
  object: 10,
  time: 11,
  block: 12,
  shared: 13,
  part: 14,
  word: 144,
} as const

const places = 2048

/** Where a string stands among those seen lately: decided by its length and a few of its characters. */
function placeOf(text: string): number {
  const { length } = text
  if (length === 0) return 0
  let hash = length
  hash = Math.imul(hash, 31) + text.charCodeAt(0)
  hash = Math.imul(hash, 31) + text.charCodeAt(length >> 1)
  hash = Math.imul(hash, 31) + text.charCodeAt(length - 1)
  if (length > 3) hash = Math.imul(hash, 31) + text.charCodeAt(length - 2)
  return (hash ^ (hash >>> 11)) & (places - 1)
}

/** The word of each place; of two at one place, the first. */
export type Words = readonly string[]

export function wordsOf(all: readonly string[]): Words {
  const words = new Array<string>(places).fill('')
  for (const word of all) if (words[placeOf(word)] === '') words[placeOf(word)] = word
  return words
}

export class Encoder {
  bytes: Uint8Array
  length = 0
  /** The last string of each place. */
  private readonly known: string[] = new Array<string>(places).fill('')
  /** Since when each place is known: places of an earlier generation count as empty. */
  private readonly since = new Int32Array(places)
  private generation = 1
  private lastTime = 0
  private readonly scratch = new DataView(new ArrayBuffer(8))

  /** `room`: for so many bytes at first. */
  constructor(
    private readonly words: Words,
    room: number,
  ) {
    this.bytes = new Uint8Array(room)
  }

  reset(): void {
    this.length = 0
    this.generation = (this.generation + 1) | 0
    this.lastTime = 0
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.grow(1)
    this.bytes[this.length++] = value
  }

  /** A non-negative integer below 2^53, seven bits a byte. */
  count(value: number): void {
    if (this.length + 8 > this.bytes.length) this.grow(8)
    // What has more than 31 bits gives up its lowest first: a remainder of fractions is slow.
    while (value > 0x7fffffff) {
      this.bytes[this.length++] = (value % 128) | 128
      value = Math.floor(value / 128)
    }
    let rest = value | 0
    while (rest >= 128) {
      this.bytes[this.length++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.bytes[this.length++] = rest
  }

  /** FNV-1a over the bytes so far; 32 bits, not negative. */
  hash(): number {
    let hash = 0x811c9dc5
    for (let index = 0; index < this.length; index++) hash = Math.imul(hash ^ this.bytes[index]!, 16777619)
    return hash >>> 0
  }

  int32(value: number): void {
    if (this.length + 4 > this.bytes.length) this.grow(4)
    this.bytes[this.length++] = value & 255
    this.bytes[this.length++] = (value >>> 8) & 255
    this.bytes[this.length++] = (value >>> 16) & 255
    this.bytes[this.length++] = value >>> 24
  }

  raw(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.bytes.length) this.grow(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  text(value: string): void {
    const place = placeOf(value)
    if (this.words[place] === value && value !== '') {
      if (this.length + 2 > this.bytes.length) this.grow(2)
      this.bytes[this.length++] = tags.word | (place >>> 8)
      this.bytes[this.length++] = place & 255
      return
    }
    if (this.since[place] === this.generation && this.known[place] === value) {
      if (this.length + 2 > this.bytes.length) this.grow(2)
      this.bytes[this.length++] = tags.known | (place >>> 8)
      this.bytes[this.length++] = place & 255
      return
    }
    this.known[place] = value
    this.since[place] = this.generation
    this.byte(tags.text)
    this.count(value.length)
    if (this.length + value.length * 3 > this.bytes.length) this.grow(value.length * 3)
    const { bytes } = this
    let at = this.length
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index)
      if (unit < 0x80) bytes[at++] = unit
      else {
        bytes[at++] = 0x80 | (unit >>> 14)
        bytes[at++] = 0x80 | ((unit >>> 7) & 0x7f)
        bytes[at++] = 0x80 | (unit & 0x7f)
      }
    }
    this.length = at
  }

  /** A moment in whole microseconds, as the distance from the last one written. */
  time(microseconds: number): void {
    this.byte(tags.time)
    const distance = microseconds - this.lastTime
    this.lastTime = microseconds
    this.byte(distance < 0 ? 1 : 0)
    this.count(Math.abs(distance))
  }

  /** Something that is shared, for the first time in this chunk: bytes that another encoder made of it alone. */
  block(other: Encoder): void {
    this.byte(tags.block)
    this.count(other.length)
    this.raw(other.bytes.subarray(0, other.length))
  }

  /** Says that the block that follows is a part of another, which comes later. */
  part(): void {
    this.byte(tags.part)
  }

  /** Something that is shared and was written before in this chunk. */
  shared(number: number): void {
    this.byte(tags.shared)
    this.count(number)
  }

  value(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.string(value)
      case 'number':
        return this.number(value)
      case 'boolean':
        return this.byte(value ? tags.true : tags.false)
      case 'object':
        if (value === null) return this.byte(tags.null)
        return Array.isArray(value) ? this.array(value) : this.object(value as Record<string, unknown>)
      default:
        return this.byte(tags.undefined)
    }
  }

  number(value: number): void {
    if (Number.isSafeInteger(value)) {
      this.byte(value < 0 ? tags.negative : tags.integer)
      this.count(Math.abs(value))
      return
    }
    this.byte(tags.double)
    this.scratch.setFloat64(0, value, true)
    for (let index = 0; index < 8; index++) this.byte(this.scratch.getUint8(index))
  }

  private string(value: string): void {
    if (value.length === 27 && value.charCodeAt(26) === 90 && value.charCodeAt(10) === 84) {
      const microseconds = parseMicroTime(value)
      if (microseconds === microseconds) return this.time(microseconds)
    }
    this.text(value)
  }

  private array(values: readonly unknown[]): void {
    this.byte(tags.array)
    this.count(values.length)
    for (let index = 0; index < values.length; index++) this.value(values[index])
  }

  /** An object without one of its fields, if one is named, and what many share left to the caller. */
  without(
    value: Readonly<Record<string, unknown>>,
    skipped: string | undefined,
    shared: readonly string[],
    share: (value: object) => void,
  ): void {
    this.byte(tags.object)
    for (const key in value) {
      const field = value[key]
      if (field === undefined || key === skipped) continue
      this.text(key)
      if (typeof field === 'object' && field !== null && shared.includes(key)) share(field)
      else this.value(field)
    }
    this.byte(tags.undefined)
  }

  private object(value: Record<string, unknown>): void {
    this.byte(tags.object)
    for (const key in value) {
      const field = value[key]
      if (field === undefined) continue
      this.text(key)
      this.value(field)
    }
    this.byte(tags.undefined)
  }

  private grow(by: number): void {
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + by))
    larger.set(this.bytes)
    this.bytes = larger
  }
}
