/** Choosing by lot: among the nodes that share a score, or among the best of all. */
import { byCodeUnit } from '../api/order.ts'
import type { Inquiry } from './inquiries.ts'
import { eachFeasible, type Found } from './search.ts'

/** Among equals: the first by name, or one drawn from the scheduler's stream. */
export type Ties = 'first' | 'random'

export interface Lottery {
  /** How many of the best nodes may win. */
  readonly among: number
  /** Of equals of which some only are among them: the first by name, or any. */
  readonly ties: Ties
}

type Lot = (count: number) => number

/** The position of one of the best feasible nodes, of which there must be one. */
export function oneOfBest(
  { candidates }: Inquiry,
  found: Found,
  totals: Float64Array | undefined,
  { among, ties }: Lottery,
  lot: Lot,
): number {
  const scores = new Float64Array(found.feasible)
  const positions = new Int32Array(found.feasible)
  let count = 0
  eachFeasible(candidates, found, (row, position) => {
    scores[count] = totals === undefined ? candidates.sums[row]! : totals[count]!
    positions[count++] = position
  })
  const rank = lot(Math.min(among, count))
  const score = nthHighest(scores.slice(), rank)
  const equals = positions.filter((_, i) => scores[i] === score).sort()
  if (ties === 'random') return equals[lot(equals.length)]!
  const better = scores.reduce((sum, each) => (each > score ? sum + 1 : sum), 0)
  return equals[rank - better]!
}

/** The names of those on which the choice may fall, in order; of one winner all that share the best score. */
export function mayWin(names: readonly string[], scores: Float64Array, { among, ties }: Lottery): readonly string[] {
  if (names.length === 0) return names
  const last = nthHighest(scores.slice(), Math.min(among, names.length) - 1)
  const better = names.filter((_, i) => scores[i]! > last)
  const equals = names.filter((_, i) => scores[i] === last).sort(byCodeUnit)
  const isCut = among > 1 && ties === 'first'
  return [...better, ...(isCut ? equals.slice(0, among - better.length) : equals)].sort(byCodeUnit)
}

/** The number that would be at `rank` (from 0) were the highest first. Reorders them. */
function nthHighest(numbers: Float64Array, rank: number): number {
  let low = 0
  let high = numbers.length - 1
  while (low < high) {
    const pivot = numbers[(low + high) >>> 1]!
    // Higher ones first, then those that are equal: numbers[above…below] at the end.
    let above = low
    let below = high
    for (let at = low; at <= below;) {
      const number = numbers[at]!
      if (number > pivot) swap(numbers, at++, above++)
      else if (number < pivot) swap(numbers, at, below--)
      else at++
    }
    if (rank < above) high = above - 1
    else if (rank > below) low = below + 1
    else return pivot
  }
  return numbers[low]!
}

function swap(numbers: Float64Array, a: number, b: number): void {
  const number = numbers[a]!
  numbers[a] = numbers[b]!
  numbers[b] = number
}
