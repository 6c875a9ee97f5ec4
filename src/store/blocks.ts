import type { Encoder } from './encoder.ts'

/**
 * What was written whole in the chunk at hand, so that the same content is written once: numbered in the order of
 * appearance and found again by its bytes, which lie in the chunk itself.
 */
export class Blocks {
  /** The newest block of each hash; older ones of the same hash follow in `older`. */
  private readonly newest = new Map<number, number>()
  private readonly older: number[] = []
  private readonly starts: number[] = []
  private readonly lengths: number[] = []

  clear(): void {
    this.newest.clear()
    this.older.length = 0
    this.starts.length = 0
    this.lengths.length = 0
  }

  /** The number of the block with the content of `inner`, or -1 after having written it to `chunk` as a new one. */
  findOrWrite(chunk: Encoder, inner: Encoder): number {
    const hash = inner.hash()
    const last = this.newest.get(hash)
    for (let block = last ?? -1; block !== -1; block = this.older[block]!)
      if (this.is(block, chunk, inner)) return block
    const made = this.starts.length
    this.newest.set(hash, made)
    this.older.push(last ?? -1)
    chunk.block(inner)
    this.starts.push(chunk.length - inner.length)
    this.lengths.push(inner.length)
    return -1
  }

  /** How many blocks there are. */
  get count(): number {
    return this.starts.length
  }

  private is(block: number, chunk: Encoder, inner: Encoder): boolean {
    const { length, bytes } = inner
    if (this.lengths[block] !== length) return false
    const start = this.starts[block]!
    for (let index = 0; index < length; index++) if (chunk.bytes[start + index] !== bytes[index]) return false
    return true
  }
}
