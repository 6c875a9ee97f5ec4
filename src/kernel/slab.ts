/** How many pieces a buffer has at most, and how many bytes, unless one piece has more. */
const most = { pieces: 16, bytes: 1 << 14 } as const

/**
 * Room for numbers, a piece of always the same size at a time. Pieces are cut from buffers, since making a buffer costs
 * several times what filling a piece of one does. The first has one, and each twice as many as the one before, up to the
 * bound: who wants few takes little, and a buffer lives as long as the last of its pieces.
 */
export class Slab {
  private buffer: ArrayBuffer | undefined
  private used = 0
  private pieces = 1
  private readonly piece: number

  /** `floatCount`, `intCount`: how many numbers of each sort a piece has. */
  constructor(
    private readonly floatCount: number,
    private readonly intCount: number,
  ) {
    // Floats stand at multiples of eight bytes.
    this.piece = (floatCount + Math.ceil(intCount / 2)) * 8
  }

  /** Goes on to a piece that is new, and all zeros. */
  next(): void {
    this.used += this.piece
    if (this.buffer !== undefined && this.used + this.piece <= this.buffer.byteLength) return
    this.buffer = new ArrayBuffer(this.pieces * this.piece)
    this.used = 0
    const larger = this.pieces * 2
    if (larger <= most.pieces && larger * this.piece <= most.bytes) this.pieces = larger
  }

  floats(): Float64Array {
    return new Float64Array(this.buffer!, this.used, this.floatCount)
  }

  ints(): Int32Array {
    return new Int32Array(this.buffer!, this.used + this.floatCount * 8, this.intCount)
  }
}
