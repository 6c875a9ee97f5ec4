import type { Ledger } from './ledger.ts'

/**
 * How many nodes are needed at least for what the pods on nodes have: of each resource, as many of the largest nodes as
 * hold the sum; the most over all resources. No placement can do with fewer.
 */
export class LowerBound {
  private version = -1
  /** By resource: what the n largest nodes offer together, at n − 1. */
  private sums = new Map<string, Float64Array>()

  constructor(private readonly ledger: Ledger) {}

  nodes(): number {
    let most = 0
    if (this.version !== this.ledger.version) this.look()
    for (const { resource, totalAllocated } of this.ledger.all()) {
      if (totalAllocated > 0) most = Math.max(most, nodesFor(totalAllocated, this.sums.get(resource)))
    }
    return most
  }

  private look(): void {
    this.version = this.ledger.version
    this.sums = new Map()
    for (const { resource, capacity } of this.ledger.all()) this.sums.set(resource, largestFirst(capacity))
  }
}

/** What the n largest offer together, at n − 1. */
export function largestFirst(capacity: readonly number[]): Float64Array {
  const sums = Float64Array.from(capacity).sort().reverse()
  for (let i = 1; i < sums.length; i++) sums[i]! += sums[i - 1]!
  return sums
}

/** How many of the largest nodes hold an amount: all, where even they do not. */
export function nodesFor(amount: number, sums: Float64Array = new Float64Array(0)): number {
  let low = 0
  let high = sums.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sums[middle]! >= amount) high = middle
    else low = middle + 1
  }
  return Math.min(low + 1, sums.length)
}
