/** Going through rows: which are feasible, and which of them is best so far. */
import type { Candidates } from './candidates.ts'
import { askedUntil } from './verdict.ts'

/**
 * How the best node was found: by going through nodes, through a tree of what is remembered of the pod's class, or
 * through blocks of nodes that can be passed over for what they have at best.
 */
export type SearchMethod = 'scan' | 'tree' | 'bound'

/** What a search found. One object serves all searches of a scheduler. */
export interface Found {
  /** Where the search began and how many nodes on, in order of name and round again, it looked. */
  from: number
  examined: number
  feasible: number
  /** How many feasible nodes had to be scored, if any was. */
  scored: number
  filterCalls: number
  /** Position, in order of name, of the best node; −1 if none is feasible. Of equals, the first by name. */
  best: number
  bestScore: number
  /** How many feasible nodes share the best score. */
  ties: number
  method: SearchMethod
}

export function emptyFound(): Found {
  return {
    from: 0,
    examined: 0,
    feasible: 0,
    scored: 0,
    filterCalls: 0,
    best: -1,
    bestScore: -Infinity,
    ties: 0,
    method: 'scan',
  }
}

/** Looks at nodes from position `from` on, all at most, until `wanted` are feasible. */
export function examine(candidates: Candidates, from: number, wanted: number, found: Found): void {
  const { verdicts, sums, known } = candidates
  const { versions } = candidates.nodes.columns
  const order = candidates.nodes.order()
  const count = order.length
  const everyFilter = candidates.filters.length
  let position = from
  let examined = 0
  let feasible = 0
  let filterCalls = 0
  let best = -1
  let bestScore = -Infinity
  let ties = 0
  while (examined < count && feasible < wanted) {
    const row = order[position]!
    if (known[row] !== versions[row]) candidates.ask(row)
    const verdict = verdicts[row]!
    if (verdict === 0) {
      feasible++
      const score = sums[row]!
      if (score >= bestScore) {
        if (score > bestScore) ties = 0
        if (score > bestScore || position < best) best = position
        bestScore = score
        ties++
      }
    } else filterCalls += askedUntil(verdict)
    examined++
    if (++position === count) position = 0
  }
  found.from = from
  found.examined = examined
  found.feasible = found.scored = feasible
  found.filterCalls = filterCalls + feasible * everyFilter
  found.best = best
  found.bestScore = bestScore
  found.ties = ties
  found.method = 'scan'
}

/** Visits the rows of a search that turned out feasible, in the order in which they were looked at. */
export function eachFeasible(
  candidates: Candidates,
  found: Found,
  visit: (row: number, position: number) => void,
): void {
  eachExamined(candidates, found, (row, position) => {
    if (candidates.verdicts[row] === 0) visit(row, position)
  })
}

export function eachExamined(
  candidates: Candidates,
  found: Found,
  visit: (row: number, position: number) => void,
): void {
  const order = candidates.nodes.order()
  for (let i = 0, position = found.from; i < found.examined; i++) {
    visit(order[position]!, position)
    if (++position === order.length) position = 0
  }
}
