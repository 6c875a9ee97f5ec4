/** Choosing among feasible nodes where a single pass does not do: scores that need all of them, and ties drawn by lot. */
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
  const rows = new Int32Array(found.feasible)
  let i = 0
  eachFeasible(candidates, found, (row) => (rows[i++] = row))
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

/** Finds the best node again, now by total scores. */
export function rankByTotal({ candidates }: Inquiry, found: Found, totals: Float64Array): void {
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
