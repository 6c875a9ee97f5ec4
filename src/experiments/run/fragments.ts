/**
 * Free resources that are of no use. As in Weng et al., "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with
 * Fragmentation Gradient Descent" (USENIX ATC 2023), what a node has free is measured by what it could give to a pod
 * drawn from the workload: where such a pod does not fit, all of it is a fragment. Only amounts count here, not rules
 * such as taints or affinity.
 */
import { byCodeUnit } from '../../api/order.ts'
import type { Need } from './demand.ts'
import type { Column, Ledger } from './ledger.ts'

/** A kind of pod: what it needs, and the probability that a pod drawn from the workload is of this kind. */
export interface TypicalPod {
  readonly needs: readonly Need[]
  readonly weight: number
}

const most = 32

/**
 * Every set of requests with its share of the pods; where there are more than 32 sets, those of 32 pods that stand at
 * equal distances in the order of size.
 */
export function typicalPods(every: Iterable<readonly Need[]>): readonly TypicalPod[] {
  const kinds = new Map<string, { readonly needs: readonly Need[]; count: number }>()
  let total = 0
  for (const needs of every) {
    total++
    const key = needs.map(({ resource, amount }) => `${resource}=${amount}`).join()
    const kind = kinds.get(key)
    if (kind === undefined) kinds.set(key, { needs, count: 1 })
    else kind.count++
  }
  if (kinds.size <= most) return [...kinds.values()].map(({ needs, count }) => ({ needs, weight: count / total }))
  const sorted = [...kinds.entries()].sort(([a, { needs: x }], [b, { needs: y }]) => bySize(x, y) || byCodeUnit(a, b))
  return quantiles(
    sorted.map(([, kind]) => kind),
    total,
  )
}

function quantiles(
  kinds: readonly { readonly needs: readonly Need[]; readonly count: number }[],
  total: number,
): readonly TypicalPod[] {
  const chosen: TypicalPod[] = []
  let passed = 0
  let next = 0
  for (const { needs, count } of kinds) {
    passed += count
    for (; next < most && (next + 0.5) * (total / most) <= passed; next++) chosen.push({ needs, weight: 1 / most })
  }
  return chosen
}

/** By the last named resource first: extended ones are the scarcest. */
function bySize(a: readonly Need[], b: readonly Need[]): number {
  for (let i = Math.max(a.length, b.length) - 1; i >= 0; i--) {
    const difference = (a[i]?.amount ?? 0) - (b[i]?.amount ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Keeps up with which share of what is free is fragments. */
export class Fragments {
  /** By row of a node: the probability that a pod drawn from the workload does not fit there. */
  private readonly stuck: number[] = []
  /** By row: what is a fragment there, by resource. */
  private readonly parts: Map<Column, number>[] = []
  private readonly totals = new Map<Column, number>()
  private readonly kinds: readonly { readonly weight: number; readonly needs: readonly [Column, number][] }[]

  constructor(
    private readonly ledger: Ledger,
    typical: readonly TypicalPod[],
  ) {
    this.kinds = typical.map(({ weight, needs }) => ({
      weight,
      needs: needs.map(({ resource, amount }) => [ledger.column(resource), amount]),
    }))
  }

  /** Looks again at a node that has changed. */
  update(row: number): void {
    const stuck = this.refusedBy(row)
    this.stuck[row] = stuck
    const parts = (this.parts[row] ??= new Map())
    for (const column of this.ledger.all()) {
      const now = stuck * Math.max(0, column.capacity[row]! - column.allocated[row]!)
      const before = parts.get(column) ?? 0
      if (now === before) continue
      parts.set(column, now)
      this.totals.set(column, (this.totals.get(column) ?? 0) + now - before)
    }
  }

  private refusedBy(row: number): number {
    let refused = 0
    for (const { weight, needs } of this.kinds) {
      if (needs.some(([column, amount]) => column.capacity[row]! - column.allocated[row]! < amount)) refused += weight
    }
    return refused
  }

  /** Of what is free of a resource, the share that is fragments; 0 where nothing is free. */
  share(column: Column): number {
    const free = column.totalCapacity - column.totalAllocated
    const share = free <= 0 ? 0 : (this.totals.get(column) ?? 0) / free
    // What is left of sums that went up and down is rounding.
    return share < 1e-9 ? 0 : Math.min(1, share)
  }
}
