import { Encoder } from './encoder.ts'
import { created, type Entry, removed, touched } from './entry.ts'
import type { Log } from './log.ts'
import type { Layout, Pages, StoreMemory } from './types.ts'

/** Changes that are hashed together. */
const chunk = 4096
const numbers = { row: 0, offset: 1, pending: 2, lastRevision: 3 } as const

type Describe = (slot: number) => { path: string; name: string; hash: number }

/**
 * The hash chain over the history: digestₖ = SHA-256(digestₖ₋₁ ‖ the next 4,096 changes). A change is written as its
 * revision, actor, key and changed fields; an update names its key by the revision it replaces. The bytes are made
 * from the log when a chunk is full or when the hash is asked for.
 */
export class HistoryDigest {
  private readonly state: Pages
  private readonly digest: { value: Uint8Array }
  /** Scratch space of one folding. */
  private readonly encoder = new Encoder()
  private readonly inner = new Encoder()
  private readonly sharedDigests = new Map<object, Uint8Array>()

  constructor(
    memory: StoreMemory,
    private readonly log: Log,
    private readonly sha256: (bytes: Uint8Array) => Uint8Array,
    private readonly layout: Layout,
    private readonly describe: Describe,
  ) {
    this.state = memory.paged('store.digest', { floats: 4, bits: 0 })
    if (this.state.length === 0) this.state.add()
    this.state.write(0)
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
    while (floats[numbers.pending]! >= chunk) this.fold()
  }

  private fold(): void {
    this.digest.value = this.hashOf(chunk, true)
    this.state.write(0).floats[numbers.pending]! -= chunk
  }

  hash(): string {
    const pending = this.state.read(0).floats[numbers.pending]!
    return [...this.hashOf(pending, false)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  }

  /** The next digest after so many changes more; `keep` goes on from there. */
  private hashOf(changes: number, keep: boolean): Uint8Array {
    const { encoder } = this
    encoder.reset()
    this.sharedDigests.clear()
    encoder.raw(this.digest.value)
    const { floats } = this.state.read(0)
    let row = floats[numbers.row]!
    let offset = floats[numbers.offset]!
    let last = floats[numbers.lastRevision]!
    for (let left = changes; left > 0; left--) {
      while (offset >= this.log.count(row)) {
        row++
        offset = 0
      }
      const entry = this.log.read(row, offset++)
      this.write(entry, entry.revision - last)
      last = entry.revision
    }
    if (keep) {
      const kept = this.state.write(0).floats
      kept[numbers.row] = row
      kept[numbers.offset] = offset
      kept[numbers.lastRevision] = last
    }
    return this.sha256(encoder.bytes.subarray(0, encoder.length))
  }

  /** 32 bits for every change from a row on. */
  prints(from: number): number[] {
    const prints: number[] = []
    for (let row = from; row < this.log.end; row++) {
      for (let offset = 0; offset < this.log.count(row); offset++) prints.push(this.print(this.log.read(row, offset)))
    }
    return prints
  }

  private print(entry: Entry): number {
    this.encoder.reset()
    this.sharedDigests.clear()
    this.write(entry, 0)
    let hash = 0x811c9dc5
    for (let index = 0; index < this.encoder.length; index++) hash = Math.imul(hash ^ this.encoder.bytes[index]!, 16777619)
    return hash >>> 0
  }

  private write(entry: Entry, distance: number): void {
    const { encoder } = this
    encoder.count(distance)
    encoder.text(entry.actor)
    const key = this.describe(entry.slot)
    if (entry.type === created) {
      encoder.byte(created)
      encoder.text(key.path)
      encoder.text(key.name)
      this.whole(entry.value as Record<string, unknown>)
      return
    }
    encoder.byte(entry.type === removed ? removed : touched)
    encoder.int32(key.hash)
    encoder.count(entry.revision - entry.previousRevision)
    if (entry.type === touched) this.touch(entry.stamp)
    else if (entry.type !== removed) this.update(entry)
  }

  private whole(value: Record<string, unknown>): void {
    const { encoder, layout } = this
    for (const key in value) {
      const field = value[key]
      if (field === undefined) continue
      encoder.text(key)
      if (key === layout.shared && typeof field === 'object' && field !== null) encoder.digest(this.sharedDigest(field))
      else encoder.value(field)
    }
    encoder.byte(0)
  }

  /** The digest of something that many values share; by content, so that it does not matter who shares what. */
  private sharedDigest(value: object): Uint8Array {
    const known = this.sharedDigests.get(value)
    if (known !== undefined) return known
    this.inner.reset()
    this.inner.value(value)
    const digest = this.sha256(this.inner.bytes.subarray(0, this.inner.length))
    this.sharedDigests.set(value, digest)
    return digest
  }

  private update(entry: Entry): void {
    const previous = entry.previous
    const stamped = entry.previousStamp === entry.previousStamp ? this.withStamp(previous, entry.previousStamp) : previous
    this.encoder.difference(stamped, entry.value, this.layout.revision)
  }

  private touch(stamp: number): void {
    const [outer, inner] = this.layout.stamp
    this.encoder.change(outer, inner)
    this.encoder.time(Math.round(stamp * 1000))
    this.encoder.byte(255)
  }

  private withStamp(value: unknown, stamp: number): unknown {
    const [outer, inner] = this.layout.stamp
    const object = value as Record<string, Record<string, unknown>>
    const micros = String(Math.round(stamp * 1000) % 1_000_000).padStart(6, '0')
    const time = `${new Date(stamp).toISOString().slice(0, 19)}.${micros}Z`
    return { ...object, [outer]: { ...object[outer], [inner]: time } }
  }
}
