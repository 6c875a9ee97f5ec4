import { alphabet, kinds, MIXED, type SavedForm, type Shape } from './form.ts'

/** The stream as it was handed on: see SaveWriter. */
export type Piece = readonly [stream: string, texts: readonly string[], others: readonly (number | string)[]]

interface ReadShape extends Shape {
  /** Makes an object with room for its fields. */
  readonly Room: new (fill: boolean) => Record<string, unknown>
}

/** Reads back what a SaveWriter wrote, in the same order. Throws where the stream says what no writer says. */
export class SaveReader {
  /** What each character of the alphabet stands for. */
  private readonly digits = new Uint8Array(128)
  private stream = ''
  private place = 0
  private texts: readonly string[] = []
  private textsRead = 0
  private others: readonly (number | string)[] = []
  private othersRead = 0
  private readonly known: string[] = []
  private readonly objects: object[] = []
  private readonly shapes: ReadShape[] = []
  private readonly forms: ReadonlyMap<string, SavedForm>

  constructor(
    forms: readonly SavedForm[],
    /** The next piece; throws when there is none. */
    private readonly next: () => Piece,
  ) {
    for (let digit = 0; digit < alphabet.length; digit++) this.digits[alphabet.charCodeAt(digit)] = digit
    this.forms = new Map(forms.map((form) => [form.name, form]))
  }

  count(): number {
    if (this.place === this.stream.length) this.turnOver()
    const { stream, digits } = this
    let { place } = this
    let digit = digits[stream.charCodeAt(place++)]!
    let value = digit & 31
    for (let scale = 32; digit > 31; scale *= 32) {
      digit = digits[stream.charCodeAt(place++)]!
      value += (digit & 31) * scale
    }
    this.place = place
    return value
  }

  whole(): number {
    const value = this.count()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  text(): string {
    const { known } = this
    const back = this.count()
    if (back > 0) return known[known.length - back] ?? wrong('a text')
    if (this.textsRead === this.texts.length) this.turnOver()
    const text = this.texts[this.textsRead++]
    if (typeof text !== 'string') wrong('a text')
    known.push(text)
    return text
  }

  private other(): number {
    if (this.othersRead === this.others.length) this.turnOver()
    return Number(this.others[this.othersRead++])
  }

  /** What was written with `value`. */
  value(): unknown {
    return this.content(this.count(), 0)
  }

  private content(kind: number, last: number): unknown {
    switch (kind) {
      case kinds.whole:
        return last + this.whole()
      case kinds.decimal:
        return String(last + this.whole())
      case kinds.other:
        return this.other()
      case kinds.text:
        return this.text()
      case kinds.object:
        return this.object()
      default:
        return constant(kind)
    }
  }

  private object(): object {
    const { objects } = this
    const code = this.count()
    if (code > 0 && code % 2 === 0) return objects[objects.length - code / 2] ?? wrong('an object')
    const object = code === 0 ? this.list() : this.shaped((code - 1) / 2)
    objects.push(object)
    return object
  }

  private list(): unknown[] {
    const length = this.count()
    const list: unknown[] = []
    this.values(length, (value) => void list.push(value))
    return list
  }

  private shaped(number: number): object {
    if (number === this.shapes.length) this.shapes.push(this.shape())
    const shape = this.shapes[number] ?? wrong('a shape')
    const { form, keys, kinds: all, Room } = shape
    if (form !== undefined) {
      const parts: unknown[] = []
      for (let index = 0; index < all.length; index++) parts.push(this.field(shape, index))
      return form.make(parts)
    }
    const object = new Room(false)
    for (let index = 0; index < all.length; index++) {
      const key = keys[index]!
      const value = this.field(shape, index)
      if (key === '__proto__') own(object, key, value)
      else object[key] = value
    }
    return object
  }

  private field({ kinds: all, last }: Shape, index: number): unknown {
    const kind = all[index]!
    if (kind === kinds.object) return this.object()
    if (kind === kinds.text) return this.text()
    if (kind !== kinds.whole && kind !== kinds.decimal) return this.content(kind, 0)
    const value = last[index]! + this.whole()
    last[index] = value
    return kind === kinds.whole ? value : String(value)
  }

  private shape(): ReadShape {
    const name = this.text()
    const form = this.forms.get(name)
    if (name !== '' && form === undefined) wrong(`an instance of ${JSON.stringify(name)}`)
    const length = this.count()
    const keys = this.several(form === undefined ? length : 0, () => this.text())
    const all = this.several(length, () => this.count())
    return { form, keys, kinds: all, last: all.map(() => 0), Room: roomFor() }
  }

  private several<T>(count: number, read: () => T): T[] {
    const all: T[] = []
    for (let index = 0; index < count; index++) all.push(read())
    return all
  }

  /** So many values of a list that was written with `values`. */
  values(count: number, take: (value: unknown, index: number) => void): void {
    if (count === 0) return
    const common = this.count()
    let last = 0
    for (let index = 0; index < count; index++) {
      const kind = common === MIXED ? this.count() : common
      const value = this.content(kind, last)
      if (kind === kinds.whole || kind === kinds.decimal) last = Number(value)
      take(value, index)
    }
  }

  /** What was written with `column`. */
  column(into: Float64Array | Int32Array, from: number, to: number): void {
    const isOne = this.count() === 1
    let last = 0
    for (let index = from; index < (isOne ? from + 1 : to); index++) {
      const code = this.count()
      if (code > 1) into[index] = last += code % 2 === 0 ? code / 2 - 1 : (1 - code) / 2
      else into[index] = code === 0 ? Number.NaN : this.other()
    }
    if (isOne) into.fill(into[from]!, from, to)
  }

  /** Throws unless everything was read. */
  end(): void {
    const isRead = this.textsRead === this.texts.length && this.othersRead === this.others.length
    if (!isRead || this.place !== this.stream.length) wrong('an end')
  }

  private turnOver(): void {
    this.end()
    ;[this.stream, this.texts, this.others] = this.next()
    this.place = 0
    this.textsRead = 0
    this.othersRead = 0
  }
}

function constant(kind: number): unknown {
  switch (kind) {
    case kinds.undefined:
      return undefined
    case kinds.null:
      return null
    case kinds.false:
      return false
    case kinds.true:
      return true
    default:
      return wrong('a kind')
  }
}

function wrong(what: string): never {
  throw new RangeError(`the saved state names ${what} that is not there`)
}

/** A field of that name, whatever assigning to it would do. */
function own(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}

/**
 * A maker of plain objects with their fields in themselves: V8 gives them as much room as the source of this function
 * says, and once it has seen a few, as much as they need. One for each shape, so that each gets its own.
 */
function roomFor(): ReadShape['Room'] {
  function room(this: Record<string, unknown>, fill: boolean): void {
    if (!fill) return
    this['a'] = this['b'] = this['c'] = this['d'] = this['e'] = this['f'] = this['g'] = this['h'] = 0
  }
  room.prototype = Object.prototype
  return room as unknown as ReadShape['Room']
}
