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

  /** The number of the block with the content of `inner`, whose hash is given; -1 where there is none. */
  find(hash: number, chunk: Encoder, inner: Encoder): number {
    for (let block = this.newest.get(hash) ?? -1; block !== -1; block = this.older[block]!)
      if (this.is(block, chunk, inner)) return block
    return -1
  }

  /** Writes the content of `inner` to `chunk` as a new block, and returns its number. */
  write(hash: number, chunk: Encoder, inner: Encoder): number {
    const made = this.starts.length
    this.older.push(this.newest.get(hash) ?? -1)
    this.newest.set(hash, made)
    chunk.block(inner)
    this.starts.push(chunk.length - inner.length)
    this.lengths.push(inner.length)
    return made
  }

  private is(block: number, chunk: Encoder, inner: Encoder): boolean {
    const { length, bytes } = inner
    if (this.lengths[block] !== length) return false
    const start = this.starts[block]!
    for (let index = 0; index < length; index++) if (chunk.bytes[start + index] !== bytes[index]) return false
    return true
  }
}
