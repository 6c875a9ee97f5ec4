import type { Need } from '../run/demand.ts'
import { largestFirst, nodesFor } from '../run/lowerBound.ts'
import type { Run } from '../run/run.ts'
import type { Metric } from './metric.ts'

export const nodesUsed: Metric = {
  name: 'nodesUsed',
  about:
    'Nodes with pods on them over time, at the peak and in the end, and in the end the fewest that could do: no placement uses fewer.',
  unit: 'nodes',
  measure(run) {
    const { mean, peak, end } = run.nodesUsed
    return { mean, peak, end, 'end.atLeast': fewestNodes(run) }
  },
}

/** What the pods that are on nodes in the end need of them. */
export function presentNeeds({ pods, nodes }: Run): readonly (readonly Need[])[] {
  const there = pods.filter(({ node, goneMs }) => node !== undefined && goneMs === undefined && nodes.has(node))
  return there.map(({ needs }) => needs)
}

/** A lower bound on the nodes that can hold what is on nodes in the end: for each resource, the larger of two. */
export function fewestNodes(run: Run): number {
  const present = presentNeeds(run)
  const resources = new Set(present.flatMap((needs) => needs.map(({ resource }) => resource)))
  let most = 0
  for (const resource of resources) {
    const sizes = present.flatMap((needs) => needs.find((need) => need.resource === resource)?.amount ?? [])
    const capacity = [...run.nodes.values()].map((offer) => offer.get(resource) ?? 0)
    const sum = sizes.reduce((total, size) => total + size, 0)
    most = Math.max(most, nodesFor(sum, largestFirst(capacity)), secondBound(sizes, capacity))
  }
  return most
}

/**
 * Martello and Toth's L2 (Discrete Applied Mathematics 28, 1990), as if every node were like the largest: what is larger
 * than half of it is alone, and what is at least `limit` fits only in what those leave free.
 */
export function secondBound(sizes: readonly number[], capacity: readonly number[]): number {
  const whole = capacity.reduce((a, b) => Math.max(a, b), 0)
  if (whole <= 0) return 0
  const sorted = Float64Array.from(sizes).sort()
  const sums = new Float64Array(sorted.length + 1)
  for (const [index, size] of sorted.entries()) sums[index + 1] = sums[index]! + size
  const half = firstAbove(sorted, whole / 2)
  let most = sorted.length - half
  for (let i = 0; i < half; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) continue
    const limit = sorted[i]!
    const huge = Math.max(half, firstAbove(sorted, whole - limit))
    const freeBesideLarge = (huge - half) * whole - (sums[huge]! - sums[half]!)
    const small = sums[half]! - sums[i]!
    most = Math.max(most, sorted.length - half + Math.max(0, Math.ceil((small - freeBesideLarge) / whole)))
  }
  return most
}

/** Where the sizes above a limit begin. */
function firstAbove(sorted: Float64Array, limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! > limit) high = middle
    else low = middle + 1
  }
  return low
}
