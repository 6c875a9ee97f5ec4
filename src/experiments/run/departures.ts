import type { OpenRecord } from './podRecord.ts'

interface Departure {
  readonly at: number
  readonly order: number
  readonly pod: OpenRecord
}

/** Pods by the moment at which they go; of one moment, in the order in which that was settled. */
export class Departures {
  private readonly heap: Departure[] = []
  private order = 0

  /** When the next one goes; Infinity when nobody does. */
  get next(): number {
    return this.heap[0]?.at ?? Infinity
  }

  add(at: number, pod: OpenRecord): void {
    const { heap } = this
    const added = { at, order: this.order++, pod }
    let place = heap.length
    heap.push(added)
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!isBefore(added, heap[parent]!)) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = added
  }

  take(): OpenRecord {
    const { heap } = this
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length > 0) this.sink(last)
    return first.pod
  }

  private sink(last: Departure): void {
    const { heap } = this
    let place = 0
    for (let child = 1; child < heap.length; child = place * 2 + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[place] = heap[child]!
      place = child
    }
    heap[place] = last
  }
}

function isBefore(a: Departure, b: Departure): boolean {
  return a.at !== b.at ? a.at < b.at : a.order < b.order
}
