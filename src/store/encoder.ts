/**
 * Plain data as bytes, the same for equal data however it was built. A string that was seen lately in the same chunk is
 * a number: its place in a small table, which the string itself decides. Class instances count as the object of their
 * own fields.
 */

const tags = { undefined: 0, null: 1, false: 2, true: 3, integer: 4, negative: 5, double: 6, text: 7, known: 128, array: 9, object: 10, time: 11, block: 12, shared: 13 } as const

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

/** How differences are written. */
export interface Differing {
  /** A field two keys deep that is passed over. */
  readonly skip: readonly [string, string]
  /** Fields that are written whole. */
  readonly blocks: readonly string[]
  readonly share: (value: object) => void
}

export class Encoder {
  bytes: Uint8Array = new Uint8Array(1 << 16)
  length = 0
  /** The last string of each place. */
  private readonly known: string[] = new Array<string>(places).fill('')
  /** Since when each place is known: places of an earlier generation count as empty. */
  private readonly since = new Int32Array(places)
  private generation = 1
  private lastTime = 0
  private readonly scratch = new DataView(new ArrayBuffer(8))
  private readonly path: (string | number)[] = []
  /** How much of `path` the last change that was written shares with it. */
  private written = 0

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
    while (value >= 128) {
      this.bytes[this.length++] = (value % 128) | 128
      value = Math.floor(value / 128)
    }
    this.bytes[this.length++] = value
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

  /** The bytes so far, a character each. */
  characters(): string {
    let text = ''
    for (let from = 0; from < this.length; from += 4096) {
      text += String.fromCharCode.apply(null, this.bytes.subarray(from, Math.min(this.length, from + 4096)) as unknown as number[])
    }
    return text
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

  private string(value: string): void {
    if (value.length === 27 && value.charCodeAt(26) === 90 && value.charCodeAt(10) === 84) {
      const microseconds = parseMicroTime(value)
      if (microseconds === microseconds) return this.time(microseconds)
    }
    this.text(value)
  }

  private number(value: number): void {
    if (Number.isSafeInteger(value)) {
      this.byte(value < 0 ? tags.negative : tags.integer)
      this.count(Math.abs(value))
      return
    }
    this.byte(tags.double)
    this.scratch.setFloat64(0, value, true)
    for (let index = 0; index < 8; index++) this.byte(this.scratch.getUint8(index))
  }

  private array(values: readonly unknown[]): void {
    this.byte(tags.array)
    this.count(values.length)
    for (let index = 0; index < values.length; index++) this.value(values[index])
  }

  /** An object without one of its fields, what many share left to the caller. */
  without(value: Readonly<Record<string, unknown>>, skipped: string, shared: readonly string[], share: (value: object) => void): void {
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

  /**
   * What differs between two values, leaf by leaf, each with the part of its path that the leaf before it does not
   * share.
   */
  difference(previous: unknown, next: unknown, differing: Differing, only?: string): void {
    this.path.length = 0
    this.written = 0
    if (only === undefined || previous === undefined) this.compare(previous, next, differing)
    else this.compareField(only, previous as Record<string, unknown>, next as Record<string, unknown>, differing)
    this.byte(255)
  }

  /** Compares nothing but one top-level field. */
  private compareField(key: string, previous: Record<string, unknown>, next: Record<string, unknown>, differing: Differing): void {
    if (previous[key] === next[key]) return
    this.path.push(key)
    this.compare(previous[key], next[key], differing)
    this.leave()
  }

  /** Writes a change of one field two keys deep, as `difference` would. */
  change(first: string, second: string): void {
    this.byte(0)
    this.byte(2)
    this.value(first)
    this.value(second)
  }

  private compare(previous: unknown, next: unknown, differing: Differing): void {
    if (previous === next) return
    if (typeof previous === 'object' && typeof next === 'object' && previous !== null && next !== null) {
      const isList = Array.isArray(next)
      if (isList === Array.isArray(previous)) {
        if (!isList) return this.compareObjects(previous as Record<string, unknown>, next as Record<string, unknown>, differing)
        if ((previous as unknown[]).length === next.length) return this.compareArrays(previous as unknown[], next, differing)
      }
    }
    this.leaf(next)
  }

  private compareObjects(previous: Record<string, unknown>, next: Record<string, unknown>, differing: Differing): void {
    const { path } = this
    for (const key in next) {
      if (next[key] === undefined || previous[key] === next[key]) continue
      if (path.length === 1 && key === differing.skip[1] && path[0] === differing.skip[0]) continue
      path.push(key)
      const field = next[key]
      if (typeof field === 'object' && field !== null && differing.blocks.includes(key)) {
        if (!isSame(previous[key], field)) this.leafBlock(field, differing)
      } else this.compare(previous[key], field, differing)
      this.leave()
    }
    for (const key in previous) {
      if (previous[key] === undefined || isThere(next[key], key)) continue
      path.push(key)
      this.leaf(undefined)
      this.leave()
    }
  }

  private compareArrays(previous: readonly unknown[], next: readonly unknown[], differing: Differing): void {
    for (let index = 0; index < next.length; index++) {
      if (previous[index] === next[index]) continue
      this.path.push(index)
      this.compare(previous[index], next[index], differing)
      this.leave()
    }
  }

  private leave(): void {
    this.path.pop()
    if (this.written > this.path.length) this.written = this.path.length
  }

  private leafBlock(value: object, differing: Differing): void {
    this.where()
    differing.share(value)
  }

  private leaf(value: unknown): void {
    this.where()
    this.value(value)
  }

  /** Writes the part of the path that the last leaf does not share. */
  private where(): void {
    const { path } = this
    this.byte(this.written)
    this.byte(path.length - this.written)
    for (let index = this.written; index < path.length; index++) this.value(path[index])
    this.written = path.length
  }

  private grow(by: number): void {
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + by))
    larger.set(this.bytes)
    this.bytes = larger
  }
}

/** Whether what was read from under a key is a value, and not something that every object inherits. */
function isThere(value: unknown, key: string): boolean {
  return value !== undefined && typeof value !== 'function' && key !== '__proto__'
}

/** Whether two pieces of plain data have the same content. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const one = a as Record<string, unknown>
  const other = b as Record<string, unknown>
  for (const key in one) if (!isSame(one[key], other[key])) return false
  for (const key in other) if (other[key] !== undefined && one[key] === undefined) return false
  return true
}

/** `2020-01-01T00:00:00.000000Z` as microseconds since the epoch; NaN for a text that is not exactly how such a moment is written. */
function parseMicroTime(text: string): number {
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58 || text.charCodeAt(19) !== 46) return Number.NaN
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)]
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)]
  const isDate = year >= 1970 && year < 2200 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
  if (!isDate || !(hour < 24 && minute < 60 && second < 60)) return Number.NaN
  return ((daysBefore(year, month, day) * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000 + digits(text, 20, 26)
}

function digits(text: string, from: number, to: number): number {
  let number = 0
  for (let index = from; index < to; index++) {
    const digit = text.charCodeAt(index) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    number = number * 10 + digit
  }
  return number
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return 30 + ((month + (month >> 3)) & 1)
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** Days from 1970-01-01 to a date, counted in years that begin in March, so that the leap day comes last. */
function daysBefore(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const ofYear = Math.floor((153 * (month <= 2 ? month + 9 : month - 3) + 2) / 5) + day - 1
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + ofYear - 719_468
}
