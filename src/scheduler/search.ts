/** Going through rows: which are feasible, and which of them is best so far. */
import type { Candidates } from './candidates.ts'
import { RUN_NODES, Stretch } from './runs.ts'
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
  const { runs, order } = candidates
  const count = order.length
  const all = new Stretch()
  const part = new Stretch()
  runs?.refresh()
  for (let position = from; ;) {
    if (runs !== undefined) position = runs.takeKnown(position, count - all.examined, wanted, all)
    if (all.examined >= count || all.feasible >= wanted) break
    const runEnd = Math.min((position | (RUN_NODES - 1)) + 1, count)
    const end = Math.min(runEnd, position + count - all.examined)
    const stretch = end === runEnd ? (runs?.blank(position) ?? part) : part
    lookThrough(candidates, position, end, wanted - all.feasible, stretch)
    if (stretch !== part && position + stretch.examined === end) runs!.keep(stretch)
    all.add(stretch)
    position = end === count ? 0 : end
  }
  found.from = from
  found.examined = all.examined
  found.feasible = found.scored = all.feasible
  found.filterCalls = all.refusalCalls + all.feasible * candidates.filters.length
  found.best = all.best
  found.bestScore = all.bestScore
  found.ties = all.ties
  found.method = 'scan'
}

/** Looks at nodes from one position to before another until `wanted` are feasible. */
function lookThrough(candidates: Candidates, from: number, end: number, wanted: number, stretch: Stretch): void {
  const { verdicts, sums, known } = candidates
  const { versions } = candidates.nodes.columns
  const { order } = candidates
  let position = from
  let feasible = 0
  let refusalCalls = 0
  let best = -1
  let bestScore = -Infinity
  let ties = 0
  while (position < end && feasible < wanted) {
    // Were all of these feasible, there would be enough.
    const next = Math.min(end, position + wanted - feasible)
    candidates.know?.(position, next)
    for (; position < next; position++) {
      const row = order[position]!
      if (known[row] !== versions[row]) candidates.ask(row)
      const verdict = verdicts[row]!
      if (verdict !== 0) {
        refusalCalls += askedUntil(verdict)
        continue
      }
      feasible++
      const score = sums[row]!
      if (score < bestScore) continue
      if (score > bestScore) {
        best = position
        ties = 0
      }
      bestScore = score
      ties++
    }
  }
  stretch.examined = position - from
  stretch.feasible = feasible
  stretch.refusalCalls = refusalCalls
  stretch.best = best
  stretch.bestScore = bestScore
  stretch.ties = ties
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
  const { order } = candidates
  for (let i = 0, position = found.from; i < found.examined; i++) {
    visit(order[position]!, position)
    if (++position === order.length) position = 0
  }
}
