import { CowArray } from '../../kernel/cow.ts'
import { Heap } from '../../kernel/heap.ts'
import type { OpenRecord } from './podRecord.ts'

interface Departure {
  readonly at: number
  readonly order: number
  readonly pod: OpenRecord
}

/** Pods by the moment at which they go; of one moment, in the order in which that was settled. */
export class Departures {
  private readonly heap = new Heap(new CowArray<Departure>(), isBefore)
  private order = 0

  /** When the next one goes; Infinity when nobody does. */
  get next(): number {
    return this.heap.peek()?.at ?? Infinity
  }

  add(at: number, pod: OpenRecord): void {
    this.heap.push({ at, order: this.order++, pod })
  }

  /** The pod that goes next, of which there must be one. */
  take(): OpenRecord {
    return this.heap.pop()!.pod
  }
}

function isBefore(a: Departure, b: Departure): boolean {
  return a.at !== b.at ? a.at < b.at : a.order < b.order
}
