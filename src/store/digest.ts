import { Blocks } from './blocks.ts'
import { Compact, type PartSink } from './compact.ts'
import { Differences } from './differences.ts'
import { Encoder, type Words, wordsOf } from './encoder.ts'
import { blankEntry, created, type Entry, removed, touched } from './entry.ts'
import type { Log } from './log.ts'
import type { Run } from './run.ts'
import type { Layout, Pages, StoreMemory } from './types.ts'

/** Changes that are hashed together. */
const chunk = 4096
/** Not even the last digest is written. */
const nothing = -1
const numbers = { row: 0, offset: 1, pending: 2, lastRevision: 3 } as const

/** What the digest asks of the keys. */
export interface KeyOf {
  path(slot: number): string
  name(slot: number): string
  hash(slot: number): number
}

/**
 * The hash chain over the history: digestₖ = SHA-256(digestₖ₋₁ ‖ the next 4,096 changes). A change is written as its
 * revision, actor, key and changed fields; an update names its key by the revision it replaces. The bytes are made
 * from the log when a chunk is full or when the hash is asked for.
 */
export class HistoryDigest {
  private readonly state: Pages
  private readonly digest: { value: Uint8Array }
  private readonly words: Words
  /** What is to be hashed: the digest before, and the changes since. */
  private readonly encoder: Encoder
  private readonly inner: Encoder
  private readonly entry = blankEntry()
  private readonly share = (value: object): void => this.shared(value)
  private readonly sharePart = (value: object): void => this.inner.shared(this.sharedNumbers.get(value)!)
  private readonly sink: PartSink
  private readonly differences: Differences
  /** What is shared in the chunk at hand, by identity and by content. */
  private readonly sharedNumbers = new Map<object, number>()
  private readonly blocks = new Blocks()
  /** How much of the chunk at hand `encoder` holds: so many changes, up to a place in the log. A cache. */
  private readonly written = { changes: nothing, row: 0, offset: 0, last: 0 }

  constructor(
    memory: StoreMemory,
    private readonly log: Log,
    private readonly sha256: (bytes: Uint8Array) => Uint8Array,
    private readonly layout: Layout,
    private readonly keyOf: KeyOf,
    parent?: HistoryDigest,
  ) {
    this.state = memory.paged('store.digest', { floats: 4, bits: 0 })
    if (this.state.length === 0) this.state.add()
    this.state.write(0)
    this.words = parent?.words ?? wordsOf(layout.words)
    this.encoder = new Encoder(this.words, 1 << 16)
    this.inner = new Encoder(this.words, 1 << 10)
    this.digest = memory.cell('store.digestBytes', new Uint8Array(32))
    this.sink = new EncoderSink(this.encoder, this.share)
    this.differences = new Differences(this.encoder, {
      skip: layout.revision,
      blocks: layout.blocks,
      share: this.share,
      sink: this.sink,
    })
  }

  /** The first row of the log that is not wholly hashed yet. */
  get row(): number {
    return this.state.read(0).floats[numbers.row]!
  }

  /** Says that so many changes were appended to the log. */
  advance(changes: number): void {
    const { floats } = this.state.write(0)
    floats[numbers.pending]! += changes
    while (floats[numbers.pending]! >= chunk) this.fold()
  }

  private fold(): void {
    this.write(chunk)
    this.digest.value = this.sha256(this.encoder.bytes.subarray(0, this.encoder.length))
    const { floats } = this.state.write(0)
    const { row, offset, last } = this.written
    floats[numbers.row] = row
    floats[numbers.offset] = offset
    floats[numbers.lastRevision] = last
    floats[numbers.pending]! -= chunk
    this.written.changes = nothing
  }

  hash(): string {
    this.write(this.state.read(0).floats[numbers.pending]!)
    const { bytes, length } = this.encoder
    return [...this.sha256(bytes.subarray(0, length))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  }

  /** Writes so many changes after the last digest, but those that are written already. */
  private write(changes: number): void {
    const { written, log } = this
    if (written.changes === nothing) this.begin()
    while (written.changes < changes) {
      while (written.offset >= log.count(written.row)) {
        written.row++
        written.offset = 0
      }
      const run = log.run(written.row)
      if (run === undefined) {
        const entry = log.read(written.row, written.offset++, this.entry)
        this.writeChange(entry, entry.revision - written.last)
        written.last = entry.revision
        written.changes++
      } else this.writeRun(run, log.revision(written.row), changes)
    }
  }

  private writeRun(run: Run, first: number, changes: number): void {
    const { written } = this
    const end = Math.min(this.log.count(written.row), written.offset + changes - written.changes)
    run.each(written.offset, end, (slot, actor, distance, stamp) => {
      const revision = first + written.offset++
      this.writeTouch(slot, actor, revision - written.last, distance, stamp)
      written.last = revision
      written.changes++
    })
  }

  /** Begins a chunk. */
  private begin(): void {
    const { written } = this
    const { floats } = this.state.read(0)
    this.reset()
    this.encoder.raw(this.digest.value)
    written.row = floats[numbers.row]!
    written.offset = floats[numbers.offset]!
    written.last = floats[numbers.lastRevision]!
    written.changes = 0
  }

  /** 32 bits for every change after a revision. */
  prints(after: number): number[] {
    const prints: number[] = []
    this.written.changes = nothing
    this.log.each(after, (entry) => void prints.push(this.print(entry)))
    return prints
  }

  private reset(): void {
    this.encoder.reset()
    this.sharedNumbers.clear()
    this.blocks.clear()
  }

  private print(entry: Entry): number {
    this.reset()
    this.writeChange(entry, 0)
    return this.encoder.hash()
  }

  private writeChange(entry: Entry, distance: number): void {
    const { encoder } = this
    if (entry.type === created) {
      this.head(distance, entry.actor)
      encoder.byte(created)
      encoder.text(this.keyOf.path(entry.slot))
      // The name of a compact value follows from its parts.
      if (entry.value instanceof Compact) entry.value.parts(this.sink)
      else {
        encoder.text(this.keyOf.name(entry.slot))
        this.whole(entry.value as Record<string, unknown>)
      }
      return
    }
    const back = entry.revision - entry.previousRevision
    if (entry.type === touched) return this.writeTouch(entry.slot, entry.actor, distance, back, entry.stamp)
    this.head(distance, entry.actor)
    this.replace(entry.type === removed ? removed : touched, entry.slot, back)
    if (entry.type !== removed) this.update(entry)
  }

  private writeTouch(slot: number, actor: string, distance: number, back: number, stamp: number): void {
    this.head(distance, actor)
    this.replace(touched, slot, back)
    this.touch(stamp)
  }

  /** How far from the change before, and by whom. */
  private head(distance: number, actor: string): void {
    this.encoder.count(distance)
    this.encoder.text(actor)
  }

  /** Which key: by its hash, and by how many revisions ago it changed before. */
  private replace(type: number, slot: number, back: number): void {
    this.encoder.byte(type)
    this.encoder.int32(this.keyOf.hash(slot))
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

  private touch(stamp: number): void {
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
