import type { CowArray } from './cow.ts'
import { Heap } from './heap.ts'

/** The copy-on-write arrays of a line. */
export interface LineParts<T> {
  /** Those that came in order: the later ones as they came, the earlier ones the other way round. */
  readonly coming: CowArray<T>
  readonly going: CowArray<T>
  /** Those that did not. */
  readonly others: CowArray<T>
}

/** Entries by an order that has no equals, as a heap has them; those that come in that order cost next to nothing. */
export class Line<T> {
  private readonly coming: CowArray<T>
  private readonly going: CowArray<T>
  private readonly others: Heap<T>

  constructor(
    { coming, going, others }: LineParts<T>,
    private readonly isBefore: (a: T, b: T) => boolean,
  ) {
    this.coming = coming
    this.going = going
    this.others = new Heap(others, isBefore)
  }

  get size(): number {
    return this.coming.read().length + this.going.read().length + this.others.size
  }

  clear(): void {
    this.coming.write().length = 0
    this.going.write().length = 0
    this.others.clear()
  }

  push(item: T): void {
    const last = this.coming.read().at(-1) ?? this.going.read()[0]
    if (last === undefined || this.isBefore(last, item)) this.coming.write().push(item)
    else this.others.push(item)
  }

  pop(): T | undefined {
    if (this.going.read().length === 0) this.turn()
    const first = this.going.read().at(-1)
    const other = this.others.peek()
    if (first === undefined || (other !== undefined && this.isBefore(other, first))) return this.others.pop()
    return this.going.write().pop()
  }

  /** Those that came go, the first of them next. */
  private turn(): void {
    if (this.coming.read().length === 0) return
    const coming = this.coming.write()
    const going = this.going.write()
    for (let place = coming.length - 1; place >= 0; place--) going.push(coming[place]!)
    coming.length = 0
  }
}
