import type { CowArray } from './cow.ts'

/** Entries by an order that has no equals: a heap of four children a node in a copy-on-write array. */
export class Heap<T> {
  constructor(
    private readonly items: CowArray<T>,
    private readonly isBefore: (a: T, b: T) => boolean,
  ) {}

  get size(): number {
    return this.items.read().length
  }

  peek(): T | undefined {
    return this.items.read()[0]
  }

  clear(): void {
    this.items.write().length = 0
  }

  push(item: T): void {
    const heap = this.items.write()
    let place = heap.length
    heap.push(item)
    while (place > 0) {
      const parent = (place - 1) >> 2
      if (!this.isBefore(item, heap[parent]!)) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = item
  }

  pop(): T | undefined {
    const heap = this.items.write()
    const first = heap[0]
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) this.sink(heap, last)
    return first
  }

  private sink(heap: T[], item: T): void {
    let place = 0
    for (let child = 1; child < heap.length; child = place * 4 + 1) {
      const end = Math.min(child + 4, heap.length)
      let least = child
      for (let other = child + 1; other < end; other++) if (this.isBefore(heap[other]!, heap[least]!)) least = other
      if (!this.isBefore(heap[least]!, item)) break
      heap[place] = heap[least]!
      place = least
    }
    heap[place] = item
  }
}
