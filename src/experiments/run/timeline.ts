import type { SchedulerStats } from '../../scheduler/numbers.ts'
import type { Fragments } from './fragments.ts'
import type { Column, Ledger } from './ledger.ts'
import type { LowerBound } from './lowerBound.ts'
import { deviation, shareOf } from './tallies.ts'

/** One resource at the times of a timeline; shares from 0 to 1 and, of what was asked for, beyond. */
export interface ResourceLine {
  /** Of what all nodes offer, the share that pods have. */
  readonly allocated: readonly number[]
  /** What all pods that have come so far asked for, as a share of what all nodes offer. */
  readonly arrived: readonly number[]
  readonly fragmentation: readonly number[]
  readonly imbalance: readonly number[]
}

/** How a run went, at equal distances in time, a thousand at most: every list has one entry for each of `at`. */
export interface Timeline {
  /** Milliseconds since the run began. */
  readonly at: readonly number[]
  readonly arrived: readonly number[]
  /** How many pods are on nodes, and how many wait for one. */
  readonly bound: readonly number[]
  readonly pending: readonly number[]
  readonly nodesUsed: readonly number[]
  /** The fewest nodes that could do. */
  readonly nodesNeeded: readonly number[]
  /** Since the beginning. */
  readonly decisions: readonly number[]
  readonly examined: readonly number[]
  readonly resources: Readonly<Record<string, ResourceLine>>
}

interface Sample {
  readonly at: number
  readonly arrived: number
  readonly bound: number
  readonly pending: number
  readonly nodesUsed: number
  readonly nodesNeeded: number
  readonly decisions: number
  readonly examined: number
  readonly resources: ReadonlyMap<string, readonly [number, number, number, number]>
}

/** How many pods there are. */
export interface Counts {
  readonly arrived: number
  readonly bound: number
  readonly pending: number
}

/** What there is to look at. */
export interface Looks {
  readonly ledger: Ledger
  readonly fragments: Fragments
  readonly lowerBound: LowerBound
  readonly counts: () => Counts
  readonly stats: () => readonly SchedulerStats[]
}

const most = 1024

/** Looks at equal distances: half as often whenever there are too many looks. */
export class Recording {
  private samples: Sample[] = []
  private step = 1
  private next = 0

  constructor(private readonly looks: Looks) {}

  /** As it is now it stays until, not with, a moment. */
  hold(until: number): void {
    while (this.next < until) {
      this.samples.push(this.look(this.next))
      if (this.samples.length >= most) this.thin()
      this.next += this.step
    }
  }

  private thin(): void {
    this.samples = this.samples.filter((_, index) => index % 2 === 0)
    this.step *= 2
    this.next = this.samples.at(-1)!.at
  }

  private look(at: number): Sample {
    const { ledger, fragments, lowerBound, counts, stats } = this.looks
    const resources = new Map<string, readonly [number, number, number, number]>()
    for (const column of ledger.asked()) {
      const asked = column.totalCapacity > 0 ? column.arrived / column.totalCapacity : 0
      resources.set(column.resource, [shareOf(column), asked, fragments.share(column), deviation(column)])
    }
    let decisions = 0
    let examined = 0
    for (const one of stats()) {
      decisions += one.decisions
      examined += one.examined
    }
    const { arrived, bound, pending } = counts()
    const nodesNeeded = lowerBound.nodes()
    return { at, arrived, bound, pending, nodesUsed: ledger.used, nodesNeeded, decisions, examined, resources }
  }

  /** Closes with a look at the end. */
  timeline(end: number, columns: readonly Column[]): Timeline {
    const samples = [...this.samples, this.look(end)]
    const of = (field: Exclude<keyof Sample, 'resources'>): number[] => samples.map((sample) => sample[field])
    const line = (resource: string): ResourceLine => {
      const part = (index: number): number[] => samples.map(({ resources }) => resources.get(resource)?.[index] ?? 0)
      return { allocated: part(0), arrived: part(1), fragmentation: part(2), imbalance: part(3) }
    }
    return {
      at: of('at'),
      arrived: of('arrived'),
      bound: of('bound'),
      pending: of('pending'),
      nodesUsed: of('nodesUsed'),
      nodesNeeded: of('nodesNeeded'),
      decisions: of('decisions'),
      examined: of('examined'),
      resources: Object.fromEntries(columns.map(({ resource }) => [resource, line(resource)])),
    }
  }
}
