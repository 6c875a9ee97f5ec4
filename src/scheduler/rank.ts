/** Choosing among feasible nodes where a single pass does not do: normalized scores, and ties drawn by lot. */
import type { Candidates } from './candidates.ts'
import { eachFeasible, type Found } from './search.ts'

/** Total scores of the feasible nodes, in the order in which they were looked at. */
export function totalScores(candidates: Candidates, found: Found): Float64Array {
  const totals = new Float64Array(found.feasible)
  const values = new Float64Array(found.feasible)
  let i = 0
  eachFeasible(candidates, found, (row) => (totals[i++] = candidates.sums[row]!))
  for (const { plugin, weight, values: raw } of candidates.raw) {
    i = 0
    eachFeasible(candidates, found, (row) => (values[i++] = raw[row]!))
    plugin.normalize!(values, found.feasible)
    for (let j = 0; j < found.feasible; j++) totals[j]! += weight * values[j]!
  }
  return totals
}

/** Finds the best node again, now by total scores. */
export function rankByTotal(candidates: Candidates, found: Found, totals: Float64Array): void {
  let i = 0
  found.best = -1
  found.bestScore = -Infinity
  found.ties = 0
  eachFeasible(candidates, found, (_row, position) => {
    const total = totals[i++]!
    if (total < found.bestScore) return
    if (total > found.bestScore) found.ties = 0
    if (total > found.bestScore || position < found.best) found.best = position
    found.bestScore = total
    found.ties++
  })
}

/** The position of the `lot`-th (from 0) of the nodes that share the best score. */
export function tiedAt(candidates: Candidates, found: Found, totals: Float64Array | undefined, lot: number): number {
  let left = lot
  let at = found.best
  let i = 0
  eachFeasible(candidates, found, (row, position) => {
    const score = totals === undefined ? candidates.sums[row]! : totals[i++]!
    if (score === found.bestScore && left-- === 0) at = position
  })
  return at
}
