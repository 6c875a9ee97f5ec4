/** Choosing among feasible nodes where a single pass does not do: scores that need all of them, and ties drawn by lot. */
import type { Candidates } from './candidates.ts'
import type { Inquiry } from './inquiries.ts'
import type { Cycle } from './cycle.ts'
import { MAX_NODE_SCORE, type Normalize, type RowScore } from './plugin.ts'
import { eachFeasible, type Found } from './search.ts'

/** What one score plugin gave the feasible nodes, in the order in which they were looked at; from 0 to 100. */
export interface Part {
  readonly plugin: string
  readonly weight: number
  readonly values: Float64Array
}

/** Total scores of the feasible nodes, in the order in which they were looked at; `visit` is told of each plugin's part. */
export function totalScores(
  cycle: Cycle,
  { candidates, own, late }: Inquiry,
  found: Found,
  visit?: (part: Part) => void,
): Float64Array {
  const rows = feasibleRows(candidates, found)
  const totals = new Float64Array(rows.length)
  for (let j = 0; j < rows.length; j++) totals[j] = own.sums[rows[j]!]!
  if (visit !== undefined)
    for (const { plugin, weight, score } of own.questions.plain) visit(partOf(plugin, weight, rows, score, undefined))
  const add = (part: Part): void => {
    for (let j = 0; j < rows.length; j++) totals[j]! += part.weight * part.values[j]!
    visit?.(part)
  }
  for (const { plugin, weight, values } of own.raw)
    add(partOf(plugin, weight, rows, (row) => values[row]!, plugin.normalize))
  for (const { plugin, weight } of late) {
    if (plugin.preScore?.(cycle, rows) === 'skip') continue
    const part = partOf(plugin, weight, rows, plugin.score!(cycle, rows), plugin.normalize)
    checkRange(part)
    add(part)
  }
  return totals
}

function partOf(
  { name: plugin }: { readonly name: string },
  weight: number,
  rows: Int32Array,
  score: RowScore,
  normalize: Normalize | undefined,
): Part {
  const values = new Float64Array(rows.length)
  for (let j = 0; j < rows.length; j++) values[j] = score(rows[j]!)
  normalize?.(values, rows.length)
  return { plugin, weight, values }
}

/** Mirrors the check of RunScorePlugins in pkg/scheduler/framework/runtime/framework.go. */
function checkRange({ plugin, values }: Part): void {
  for (const score of values) if (!(score >= 0 && score <= MAX_NODE_SCORE)) throw new InvalidScore(plugin, score)
}

/** A plugin gave a score that is none: its pod's decision fails, and nothing else does. */
export class InvalidScore extends Error {
  override readonly name: string = 'InvalidScore'

  constructor(plugin: string, score: number) {
    super(
      `plugin ${JSON.stringify(plugin)} returns an invalid score ${score}, it should in the range of [0, 100] after normalizing`,
    )
  }
}

/** As `eachFeasible` visits them; no call for each row. */
function feasibleRows({ nodes, verdicts }: Candidates, { from, examined, feasible }: Found): Int32Array {
  const rows = new Int32Array(feasible)
  const order = nodes.order()
  for (let i = 0, count = 0, position = from; i < examined; i++) {
    const row = order[position]!
    if (verdicts[row] === 0) rows[count++] = row
    if (++position === order.length) position = 0
  }
  return rows
}

/** Finds the best node again, now by total scores. */
export function rankByTotal({ candidates }: Inquiry, found: Found, totals: Float64Array): void {
  const { nodes, verdicts } = candidates
  const order = nodes.order()
  let [best, bestScore, ties] = [-1, -Infinity, 0]
  for (let i = 0, count = 0, position = found.from; i < found.examined; i++) {
    if (verdicts[order[position]!] === 0) {
      const total = totals[count++]!
      if (total > bestScore) ties = 0
      if (total > bestScore || (total === bestScore && position < best)) best = position
      if (total >= bestScore) {
        bestScore = total
        ties++
      }
    }
    if (++position === order.length) position = 0
  }
  found.best = best
  found.bestScore = bestScore
  found.ties = ties
}

/** The position of the `lot`-th (from 0) of the nodes that share the best score. */
export function tiedAt({ candidates }: Inquiry, found: Found, totals: Float64Array | undefined, lot: number): number {
  let left = lot
  let at = found.best
  let i = 0
  eachFeasible(candidates, found, (row, position) => {
    const score = totals === undefined ? candidates.sums[row]! : totals[i++]!
    if (score === found.bestScore && left-- === 0) at = position
  })
  return at
}
