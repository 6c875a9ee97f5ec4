import { Blocks } from './blocks.ts'
import { Compact, type PartSink } from './compact.ts'
import { Differences } from './differences.ts'
import { Encoder, type Words } from './encoder.ts'
import { created, type Entry, removed, touched } from './entry.ts'
import type { Layout } from './types.ts'

/** What is asked of the keys. */
export interface KeyOf {
  path(slot: number): string
  name(slot: number): string
  hash(slot: number): number
}

/**
 * Changes as bytes: a change is written as its revision, actor, key and changed fields; an update names its key by the
 * revision it replaces. What stands in a chunk already is a number the next time.
 */
export class Chunk {
  private readonly encoder: Encoder
  private readonly inner: Encoder
  private readonly share = (value: object): void => this.shared(value)
  private readonly sharePart = (value: object): void => this.inner.shared(this.sharedNumbers.get(value)!)
  private readonly sink: PartSink
  private readonly differences: Differences
  /** What is shared, by identity and by content. */
  private readonly sharedNumbers = new Map<object, number>()
  private readonly blocks = new Blocks()
  /** Whose keys it writes. */
  private keyOf: KeyOf | undefined

  constructor(
    words: Words,
    private readonly layout: Layout,
  ) {
    this.encoder = new Encoder(words, 1 << 16)
    this.inner = new Encoder(words, 1 << 10)
    this.sink = new EncoderSink(this.encoder, this.share)
    this.differences = new Differences(this.encoder, {
      skip: layout.revision,
      blocks: layout.blocks,
      share: this.share,
      sink: this.sink,
    })
  }

  /** Whatever was written is gone, and nothing is remembered of whose it was. */
  reset(keyOf?: KeyOf): void {
    this.encoder.reset()
    this.sharedNumbers.clear()
    this.blocks.clear()
    this.keyOf = keyOf
  }

  raw(bytes: Uint8Array): void {
    this.encoder.raw(bytes)
  }

  /** All that was written, good until more is. */
  get bytes(): Uint8Array {
    return this.encoder.bytes.subarray(0, this.encoder.length)
  }

  /** 32 bits of what was written. */
  hash(): number {
    return this.encoder.hash()
  }

  /** A change, so many revisions after the one before it. */
  change(entry: Entry, distance: number): void {
    const { encoder } = this
    if (entry.type === created) {
      this.head(distance, entry.actor)
      encoder.byte(created)
      encoder.text(this.keyOf!.path(entry.slot))
      // The name of a compact value follows from its parts.
      if (entry.value instanceof Compact) entry.value.parts(this.sink)
      else {
        encoder.text(this.keyOf!.name(entry.slot))
        this.whole(entry.value as Record<string, unknown>)
      }
      return
    }
    const back = entry.revision - entry.previousRevision
    if (entry.type === touched) return this.touch(entry.slot, entry.actor, distance, back, entry.stamp)
    this.head(distance, entry.actor)
    this.replace(entry.type === removed ? removed : touched, entry.slot, back)
    if (entry.type !== removed) this.update(entry)
  }

  /** A change that is a touch; `back`: how many revisions ago the key changed before. */
  touch(slot: number, actor: string, distance: number, back: number, stamp: number): void {
    this.head(distance, actor)
    this.replace(touched, slot, back)
    this.stamp(stamp)
  }

  /** How far from the change before, and by whom. */
  private head(distance: number, actor: string): void {
    this.encoder.count(distance)
    this.encoder.text(actor)
  }

  /** Which key: by its hash, and by how many revisions ago it changed before. */
  private replace(type: number, slot: number, back: number): void {
    this.encoder.byte(type)
    this.encoder.int32(this.keyOf!.hash(slot))
    this.encoder.count(back)
  }

  private whole(value: Record<string, unknown>): void {
    const { encoder, layout } = this
    const [outer, inner] = layout.revision
    for (const key in value) {
      const field = value[key]
      if (field === undefined) continue
      encoder.text(key)
      if (key === outer && typeof field === 'object' && field !== null)
        encoder.without(field as Record<string, unknown>, inner, layout.shared, this.share)
      else if (typeof field === 'object' && field !== null && layout.shared.includes(key)) this.shared(field)
      else if (field instanceof Compact) field.parts(this.sink)
      else encoder.value(field)
    }
    encoder.byte(0)
  }

  /** Something that many values share: whole once a chunk, then a number. By content, so that it does not matter who shares what. */
  private shared(value: object): void {
    const { encoder, inner, blocks } = this
    let number = this.sharedNumbers.get(value)
    if (number === undefined) {
      if (!Array.isArray(value)) this.writeParts(value as Record<string, unknown>)
      inner.reset()
      if (Array.isArray(value)) inner.value(value)
      else inner.without(value as Record<string, unknown>, undefined, this.layout.parts, this.sharePart)
      const hash = inner.hash()
      number = blocks.find(hash, encoder, inner)
      this.sharedNumbers.set(value, number === -1 ? blocks.write(hash, encoder, inner) : number)
      if (number === -1) return
    }
    encoder.shared(number)
  }

  /** Writes what of something shared others share too, unless it stands in the chunk. */
  private writeParts(value: Record<string, unknown>): void {
    const { encoder, inner, blocks } = this
    const { parts } = this.layout
    for (let index = 0; index < parts.length; index++) {
      const part = value[parts[index]!]
      if (typeof part !== 'object' || part === null || this.sharedNumbers.has(part)) continue
      inner.reset()
      inner.value(part)
      const hash = inner.hash()
      let number = blocks.find(hash, encoder, inner)
      if (number === -1) {
        encoder.part()
        number = blocks.write(hash, encoder, inner)
      }
      this.sharedNumbers.set(part, number)
    }
  }

  private update(entry: Entry): void {
    const { previous } = entry
    if (entry.value instanceof Compact) {
      entry.value.parts(this.sink)
      return
    }
    const stamped =
      entry.previousStamp === entry.previousStamp ? this.withStamp(previous, entry.previousStamp) : previous
    this.differences.write(stamped, entry.value, entry.only === undefined ? undefined : this.layout.changes[entry.only])
  }

  private stamp(stamp: number): void {
    const [outer, inner] = this.layout.stamp
    this.differences.change(outer, inner)
    this.encoder.time(Math.round(stamp * 1000))
    this.encoder.byte(255)
  }

  private withStamp(value: unknown, stamp: number): unknown {
    const [outer, inner] = this.layout.stamp
    const object = value as Record<string, Record<string, unknown>>
    return { ...object, [outer]: { ...object[outer], [inner]: this.layout.timeOf(stamp) } }
  }
}

/** Writes the parts of compact values. */
class EncoderSink implements PartSink {
  constructor(
    private readonly encoder: Encoder,
    private readonly share: (value: object) => void,
  ) {}

  text(part: string): void {
    this.encoder.text(part)
  }

  number(part: number): void {
    this.encoder.number(part)
  }

  shared(part: object): void {
    this.share(part)
  }

  optional(part: string | undefined): void {
    this.encoder.value(part)
  }
}
