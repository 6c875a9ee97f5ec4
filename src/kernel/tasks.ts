import type { CowArray } from './cow.ts'
import { Heap } from './heap.ts'

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

/** Tasks by (at, rank, sequence). */
export class TaskQueue extends Heap<Task> {
  constructor(private readonly tasks: CowArray<Task>) {
    super(tasks, isBefore)
  }

  /** Every task, in order. */
  sorted(): Task[] {
    return this.tasks.read().toSorted((a, b) => (isBefore(a, b) ? -1 : 1))
  }

  /** Takes out every task of a component, and returns them in order. */
  withdraw(to: string): Task[] {
    const all = this.sorted()
    const heap = this.tasks.write()
    // What is sorted is a heap.
    heap.length = 0
    for (const task of all) if (task.to !== to) heap.push(task)
    return all.filter((task) => task.to === to)
  }
}
