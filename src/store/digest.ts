import { Chunk, type KeyOf } from './chunk.ts'
import { type Words, wordsOf } from './encoder.ts'
import { blankEntry } from './entry.ts'
import type { Log } from './log.ts'
import type { Run } from './run.ts'
import type { Layout, Pages, StoreMemory } from './types.ts'

/** Changes that are hashed together. */
const chunkSize = 4096
const numbers = { row: 0, offset: 1, pending: 2, lastRevision: 3 } as const

/**
 * The hash chain over the history: digestₖ = SHA-256(digestₖ₋₁ ‖ the next 4,096 changes). The bytes are made from the
 * log when a chunk is full or when the hash is asked for.
 */
export class HistoryDigest {
  private readonly state: Pages
  private readonly digest: { value: Uint8Array }
  private readonly words: Words
  /** The chunk of this cluster or of one of its forks that holds nothing now: making one costs more than a small fork does. */
  private readonly spare: { chunk: Chunk | undefined }
  /** What is to be hashed: the digest before, and the changes since; undefined where none of it is written. A cache. */
  private chunk: Chunk | undefined
  private readonly entry = blankEntry()
  /** How much of it is written: so many changes, up to a place in the log. */
  private readonly written = { changes: 0, row: 0, offset: 0, last: 0 }

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
    this.spare = parent?.spare ?? { chunk: undefined }
    this.digest = memory.cell('store.digestBytes', new Uint8Array(32))
  }

  /** The first row of the log that is not wholly hashed yet. */
  get row(): number {
    return this.state.read(0).floats[numbers.row]!
  }

  /** Says that so many changes were appended to the log. */
  advance(changes: number): void {
    const { floats } = this.state.write(0)
    floats[numbers.pending]! += changes
    while (floats[numbers.pending]! >= chunkSize) this.fold()
  }

  private fold(): void {
    const chunk = this.write(chunkSize)
    this.digest.value = this.sha256(chunk.bytes)
    const { floats } = this.state.write(0)
    const { row, offset, last } = this.written
    floats[numbers.row] = row
    floats[numbers.offset] = offset
    floats[numbers.lastRevision] = last
    floats[numbers.pending]! -= chunkSize
    this.giveBack(chunk)
  }

  hash(): string {
    const { bytes } = this.write(this.state.read(0).floats[numbers.pending]!)
    return [...this.sha256(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  }

  /** Writes so many changes after the last digest, but those that are written already. */
  private write(changes: number): Chunk {
    const { written, log } = this
    const chunk = this.chunk ?? this.begin()
    while (written.changes < changes) {
      while (written.offset >= log.count(written.row)) {
        written.row++
        written.offset = 0
      }
      const run = log.run(written.row)
      if (run === undefined) {
        const entry = log.read(written.row, written.offset++, this.entry)
        chunk.change(entry, entry.revision - written.last)
        written.last = entry.revision
        written.changes++
      } else this.writeRun(chunk, run, log.revision(written.row), changes)
    }
    return chunk
  }

  private writeRun(chunk: Chunk, run: Run, first: number, changes: number): void {
    const { written } = this
    const end = Math.min(this.log.count(written.row), written.offset + changes - written.changes)
    run.each(written.offset, end, (slot, actor, distance, stamp) => {
      const revision = first + written.offset++
      chunk.touch(slot, actor, revision - written.last, distance, stamp)
      written.last = revision
      written.changes++
    })
  }

  private begin(): Chunk {
    const { written } = this
    const { floats } = this.state.read(0)
    const chunk = this.take()
    chunk.raw(this.digest.value)
    written.row = floats[numbers.row]!
    written.offset = floats[numbers.offset]!
    written.last = floats[numbers.lastRevision]!
    written.changes = 0
    return (this.chunk = chunk)
  }

  /** 32 bits for every change after a revision. */
  prints(after: number): number[] {
    const prints: number[] = []
    const chunk = this.take()
    this.log.each(after, (entry) => {
      chunk.reset(this.keyOf)
      chunk.change(entry, 0)
      prints.push(chunk.hash())
    })
    this.giveBack(chunk)
    return prints
  }

  /** An empty chunk. */
  private take(): Chunk {
    const chunk = this.spare.chunk ?? new Chunk(this.words, this.layout)
    this.spare.chunk = undefined
    chunk.reset(this.keyOf)
    return chunk
  }

  private giveBack(chunk: Chunk): void {
    chunk.reset()
    this.spare.chunk = chunk
    if (this.chunk === chunk) this.chunk = undefined
  }
}
