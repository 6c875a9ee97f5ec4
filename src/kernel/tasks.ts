import type { CowArray } from './cow.ts'

/** `work` keeps `settle` going; a `timer` does not. */
export type TaskKind = 'work' | 'timer'

/** Something a component is to do at a time. Plain data. */
export interface Task {
  /** Virtual milliseconds since the Unix epoch. */
  readonly at: number
  /** 0 unless exploration draws it; orders tasks of one moment. */
  readonly rank: number
  /** Order of scheduling; the last word in ordering. */
  readonly sequence: number
  /** The component whose turn it is. */
  readonly to: string
  readonly message: unknown
  /** What led to it: a revision (> 0), a call from outside (< 0, -1 is the first), 0 for the beginning. */
  readonly cause: number
  readonly kind: TaskKind
}

function isBefore(a: Task, b: Task): boolean {
  if (a.at !== b.at) return a.at < b.at
  if (a.rank !== b.rank) return a.rank < b.rank
  return a.sequence < b.sequence
}

/** Tasks by (at, rank, sequence): a heap of four children a node in a copy-on-write array. */
export class TaskQueue {
  constructor(private readonly heap: CowArray<Task>) {}

  get size(): number {
    return this.heap.read().length
  }

  peek(): Task | undefined {
    return this.heap.read()[0]
  }

  push(task: Task): void {
    const heap = this.heap.write()
    let place = heap.length
    heap.push(task)
    while (place > 0) {
      const parent = (place - 1) >> 2
      if (!isBefore(task, heap[parent]!)) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = task
  }

  pop(): Task | undefined {
    const heap = this.heap.write()
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    sink(heap, last)
    return first
  }

  /** Every task, in order. */
  sorted(): Task[] {
    return this.heap.read().toSorted((a, b) => (isBefore(a, b) ? -1 : 1))
  }
}

/** Puts `task` at the top and lets it sink to where it belongs. */
function sink(heap: Task[], task: Task): void {
  const length = heap.length
  let place = 0
  for (;;) {
    const child = place * 4 + 1
    if (child >= length) break
    let least = child
    const end = Math.min(child + 4, length)
    for (let other = child + 1; other < end; other++) if (isBefore(heap[other]!, heap[least]!)) least = other
    if (!isBefore(heap[least]!, task)) break
    heap[place] = heap[least]!
    place = least
  }
  heap[place] = task
}
