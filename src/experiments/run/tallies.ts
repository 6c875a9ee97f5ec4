import { sqrt } from '../../kernel/math.ts'
import type { Fragments } from './fragments.ts'
import type { Column, Ledger } from './ledger.ts'
import type { LowerBound } from './lowerBound.ts'

/** A quantity over the run. */
export interface Over {
  /** Weighted with time; of a run that took no time, what it was in the end. */
  readonly mean: number
  readonly peak: number
  readonly end: number
}

class Sum {
  private area = 0
  private peak = 0
  private last = 0

  hold(value: number, ms: number): void {
    this.area += value * ms
    this.last = value
    if (value > this.peak) this.peak = value
  }

  over(ms: number): Over {
    return { mean: ms > 0 ? this.area / ms : this.last, peak: this.peak, end: this.last }
  }
}

/** What is kept of one resource over the run. */
export interface ResourceTally {
  /** Share of what all nodes offer that pods have. */
  readonly allocated: Over
  /** Share of what is free that a pod drawn from the workload could not use. */
  readonly fragmentation: Over
  /** Standard deviation over nodes of their allocated shares. */
  readonly imbalance: Over
}

/** Weighs what the ledger says with the time for which it says it. */
export class Tallies {
  private readonly resources = new Map<Column, { allocated: Sum; fragmentation: Sum; imbalance: Sum }>()
  private readonly used = new Sum()
  private readonly bound = new Sum()

  constructor(
    private readonly ledger: Ledger,
    private readonly fragments: Fragments,
    private readonly lowerBound: LowerBound,
  ) {}

  /** So it stays for so long. */
  hold(ms: number): void {
    this.used.hold(this.ledger.used, ms)
    this.bound.hold(this.lowerBound.nodes(), ms)
    for (const column of this.ledger.all()) {
      if (column.arrived === 0) continue
      let sums = this.resources.get(column)
      if (sums === undefined)
        this.resources.set(column, (sums = { allocated: new Sum(), fragmentation: new Sum(), imbalance: new Sum() }))
      sums.allocated.hold(shareOf(column), ms)
      sums.fragmentation.hold(this.fragments.share(column), ms)
      sums.imbalance.hold(deviation(column), ms)
    }
  }

  nodesUsed(ms: number): Over {
    return this.used.over(ms)
  }

  nodesNeeded(ms: number): Over {
    return this.bound.over(ms)
  }

  resource(column: Column, ms: number): ResourceTally {
    const { allocated, fragmentation, imbalance } = this.resources.get(column)!
    return { allocated: allocated.over(ms), fragmentation: fragmentation.over(ms), imbalance: imbalance.over(ms) }
  }
}

/** Of what all nodes offer, the share that pods have. */
export function shareOf({ totalAllocated, totalCapacity }: Column): number {
  return totalCapacity > 0 ? totalAllocated / totalCapacity : 0
}

/** Standard deviation over the nodes that have the resource of the share of it that they have given away. */
export function deviation({ holders, shares, squares }: Column): number {
  if (holders === 0) return 0
  const mean = shares / holders
  const variance = squares / holders - mean * mean
  // What is left of equal numbers is rounding.
  return variance < 1e-12 ? 0 : sqrt(variance)
}
