import { alphabet, kindOf, kinds, MIXED, type SavedForm, type Shape } from './form.ts'
import { Numbering } from './numbering.ts'

/** How much of the stream makes a piece, in characters. */
const pieceSize = 1 << 20
/** Beyond which no single number reaches. */
const room = 16

interface WrittenShape extends Shape {
  /** In each place for texts or objects the one before, whose number is `last`: often it is the same, and not looked for. */
  readonly before: unknown[]
}

/** A step on the way to a shape: what may follow it. */
interface Step {
  readonly next: Map<string, Step>[]
  /** The way taken last, which is usually the way taken next. */
  lastKey: string
  lastKind: number
  lastStep: Step | undefined
  shape: number
}

/**
 * Writes plain data as a stream of numbers, five bits a character, beside the texts and fractions that occur in it. An
 * object that was written before is written as how many objects ago that was, so that what shares an object still does
 * when it is read. What is handed on is text, a piece at a time: each is a line of JSON.
 */
export class SaveWriter {
  private readonly codes = Uint8Array.from(alphabet, (character) => character.charCodeAt(0))
  private readonly bytes = new Uint8Array(pieceSize + room)
  private length = 0
  private texts: string[] = []
  private textLength = 0
  private others: (number | string)[] = []
  private readonly known = new Numbering<string>()
  private readonly objects = new Numbering<object>()
  private readonly shapes: WrittenShape[] = []
  /** The fields of the objects that are being written. */
  private readonly found: unknown[] = []
  /** Where the ways to the shapes begin: of plain objects, and of the instances of each class. */
  private readonly plain = step()
  private readonly byType = new Map<unknown, { readonly form: SavedForm; readonly first: Step }>()

  constructor(
    forms: readonly SavedForm[],
    private readonly emit: (piece: string) => void,
  ) {
    for (const form of forms) this.byType.set(form.type.prototype, { form, first: step() })
  }

  /** A whole number from 0. */
  count(value: number): void {
    const { bytes, codes } = this
    let { length } = this
    let rest = value
    while (rest > 0x7fff_ffff) {
      bytes[length++] = codes[32 | (rest & 31)]!
      rest = Math.floor(rest / 32)
    }
    while (rest > 31) {
      bytes[length++] = codes[32 | (rest & 31)]!
      rest >>>= 5
    }
    bytes[length++] = codes[rest]!
    this.length = length
    if (length >= pieceSize || this.textLength >= pieceSize) this.flush()
  }

  whole(value: number): void {
    this.count(value < 0 ? -2 * value - 1 : 2 * value)
  }

  /** Returns the text's number. */
  text(text: string): number {
    const { known } = this
    const number = known.find(text)
    if (number !== -1) {
      this.count(known.count - number)
      return number
    }
    this.texts.push(text)
    this.textLength += text.length
    this.count(0)
    return known.add(text)
  }

  private other(value: number): void {
    this.others.push(Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : `${value}`)
  }

  /** Anything that is plain data or has a form. */
  value(value: unknown): void {
    const kind = kindOf(value)
    this.count(kind)
    this.content(value, kind, 0)
  }

  /** What its kind does not say; a whole number, or a decimal, as its difference to the one before. */
  private content(value: unknown, kind: number, last: number): void {
    switch (kind) {
      case kinds.whole:
        return this.whole((value as number) - last)
      case kinds.decimal:
        return this.whole(Number(value) - last)
      case kinds.other:
        return this.other(value as number)
      case kinds.text:
        return void this.text(value as string)
      case kinds.object:
        return void this.object(value as object)
      default:
    }
  }

  /** Returns the object's number. */
  private object(object: object): number {
    const { objects } = this
    const number = objects.find(object)
    if (number !== -1) {
      this.count(2 * (objects.count - number))
      return number
    }
    if (Array.isArray(object)) {
      this.count(0)
      this.count(object.length)
      this.values(object, 0, object.length)
    } else {
      const known = this.byType.get(Object.getPrototypeOf(object))
      if (known === undefined) this.fields(object as Record<string, unknown>)
      else this.parts(known.form, known.first, known.form.parts(object))
    }
    return objects.add(object)
  }

  private fields(object: Record<string, unknown>): void {
    refuseInstance(object)
    const { found } = this
    const base = this.found.length
    let at = this.plain
    for (const key in object) {
      const value = object[key]
      found.push(value)
      at = along(at, key, kindOf(value))
    }
    if (at.shape === -1) at.shape = this.define(undefined, Object.keys(object), found.slice(base))
    else this.count(2 * at.shape + 1)
    const shape = this.shapes[at.shape]!
    for (let index = 0; index < shape.kinds.length; index++) this.field(found[base + index], index, shape)
    found.length = base
  }

  private parts(form: SavedForm, first: Step, parts: readonly unknown[]): void {
    let at = first
    for (let index = 0; index < parts.length; index++) at = along(at, '', kindOf(parts[index]))
    if (at.shape === -1) at.shape = this.define(form, [], parts)
    else this.count(2 * at.shape + 1)
    const shape = this.shapes[at.shape]!
    for (let index = 0; index < parts.length; index++) this.field(parts[index], index, shape)
  }

  private field(value: unknown, index: number, { kinds: all, last, before }: WrittenShape): void {
    const kind = all[index]!
    if (kind === kinds.whole || kind === kinds.decimal) {
      const number = Number(value)
      this.whole(number - last[index]!)
      last[index] = number
    } else if (kind !== kinds.object && kind !== kinds.text) {
      this.content(value, kind, 0)
    } else if (value === before[index]) {
      this.count(kind === kinds.text ? this.known.count - last[index]! : 2 * (this.objects.count - last[index]!))
    } else {
      last[index] = kind === kinds.text ? this.text(value as string) : this.object(value as object)
      before[index] = value
    }
  }

  /** A shape that was not there before: written where it is used first. */
  private define(form: SavedForm | undefined, keys: readonly string[], values: readonly unknown[]): number {
    const shape = { form, keys, kinds: values.map(kindOf), last: values.map(() => 0), before: [] }
    this.count(2 * this.shapes.length + 1)
    this.text(form?.name ?? '')
    this.count(values.length)
    for (const key of keys) this.text(key)
    for (const kind of shape.kinds) this.count(kind)
    return this.shapes.push(shape) - 1
  }

  /** Some of a list, which is as long as the reader will be told. */
  values(list: readonly unknown[], from: number, to: number): void {
    if (from === to) return
    let common = kindOf(list[from])
    for (let index = from + 1; index < to; index++) {
      if (kindOf(list[index]) === common) continue
      common = MIXED
      break
    }
    this.count(common)
    let last = 0
    for (let index = from; index < to; index++) {
      const value = list[index]
      const kind = common === MIXED ? kindOf(value) : common
      if (common === MIXED) this.count(kind)
      this.content(value, kind, last)
      if (kind === kinds.whole || kind === kinds.decimal) last = Number(value)
    }
  }

  /** Some numbers of a column. */
  column(column: Float64Array | Int32Array, from: number, to: number): void {
    const first = column[from]!
    let index = from + 1
    while (index < to && Object.is(column[index], first)) index++
    const isOne = index === to
    this.count(isOne ? 1 : 0)
    let last = 0
    for (index = from; index < (isOne ? from + 1 : to); index++) {
      const value = column[index]!
      if (kindOf(value) === kinds.whole) {
        const difference = value - last
        this.count(difference < 0 ? -2 * difference + 1 : 2 * difference + 2)
        last = value
      } else {
        this.count(value !== value ? 0 : 1)
        if (value === value) this.other(value)
      }
    }
  }

  /** Hands on what is left; nothing may be written afterwards. */
  end(): void {
    if (this.length > 0) this.flush()
  }

  private flush(): void {
    this.emit(`[${quoted(this.bytes, this.length)},${ascii(this.texts)},${JSON.stringify(this.others)}]`)
    this.length = 0
    this.texts = []
    this.textLength = 0
    this.others = []
  }
}

function step(): Step {
  return { next: [], lastKey: '', lastKind: -1, lastStep: undefined, shape: -1 }
}

function along(from: Step, key: string, kind: number): Step {
  if (from.lastKind === kind && from.lastKey === key) return from.lastStep!
  while (from.next.length <= kind) from.next.push(new Map())
  const ofKind = from.next[kind]!
  let found = ofKind.get(key)
  if (found === undefined) ofKind.set(key, (found = step()))
  from.lastKey = key
  from.lastKind = kind
  from.lastStep = found
  return found
}

/** What is made by a class is plain data only by chance: it must have a form. */
function refuseInstance(object: object): void {
  const prototype: unknown = Object.getPrototypeOf(object)
  if (prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null) return
  throw new TypeError(`a table holds an instance of ${object.constructor.name}, which has no saved form`)
}

function quoted(bytes: Uint8Array, length: number): string {
  const parts: string[] = []
  for (let from = 0; from < length; from += 8192)
    parts.push(String.fromCharCode.apply(null, bytes.subarray(from, Math.min(length, from + 8192)) as never))
  return `"${parts.join('')}"`
}

/** JSON in which no character can be mistaken for another, whatever the file's encoding. */
export function ascii(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[^\0-~]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(''),
  )
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
