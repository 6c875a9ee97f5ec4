import type { Memory } from '../kernel/memory.ts'
import type { Paged } from '../kernel/paged.ts'
import type { Decision } from './decide.ts'
import type { SearchMethod } from './search.ts'

/** Where the next search starts, and which of the scheduler's tasks are on their way. */
export const column = { next: 0, deciding: 1, backoffAt: 2, flushing: 3 } as const

/** And what `stats` tells. */
const counted = { decisions: 4, examined: 5, filterCalls: 6, scoreCalls: 7 } as const
const countedBy: Readonly<Record<SearchMethod, number>> = { scan: 8, tree: 9, bound: 10 }

/** What a scheduler has done since the cluster began; a fork goes on counting from there. */
export interface SchedulerStats {
  readonly name: string
  /** Decisions made, those that found no node included. */
  readonly decisions: number
  /** Nodes looked at, over all decisions. */
  readonly examined: number
  /** How often a filter and a score was due, whether or not its answer was remembered. */
  readonly filterCalls: number
  readonly scoreCalls: number
  /** How many decisions were made by each method of searching. */
  readonly methods: Readonly<Record<SearchMethod, number>>
}

/** The numbers a scheduler must remember, in one row of the kernel's tables. */
export class Numbers {
  private readonly row: Paged

  constructor(memory: Memory, prefix: string) {
    this.row = memory.paged(`${prefix}.numbers`, { floats: 11, bits: 0 })
    if (this.row.length === 0) this.row.add()
  }

  get(which: number): number {
    return this.row.read(0).floats[which]!
  }

  set(which: number, value: number): void {
    this.row.write(0).floats[which] = value
  }

  /** As of a process that was just started; what was counted stays. */
  restart(): void {
    for (const which of Object.values(column)) this.set(which, 0)
  }

  count({ next, examined, filterCalls, scoreCalls, method }: Decision): void {
    const { floats } = this.row.write(0)
    floats[column.next] = next
    floats[counted.decisions]!++
    floats[counted.examined]! += examined
    floats[counted.filterCalls]! += filterCalls
    floats[counted.scoreCalls]! += scoreCalls
    floats[countedBy[method]]!++
  }

  stats(name: string): SchedulerStats {
    return {
      name,
      decisions: this.get(counted.decisions),
      examined: this.get(counted.examined),
      filterCalls: this.get(counted.filterCalls),
      scoreCalls: this.get(counted.scoreCalls),
      methods: { scan: this.get(countedBy.scan), tree: this.get(countedBy.tree), bound: this.get(countedBy.bound) },
    }
  }
}
