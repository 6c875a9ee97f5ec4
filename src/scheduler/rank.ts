/** Choosing among feasible nodes where a single pass does not do: scores that need all of them, and ties drawn by lot. */
import type { Candidates, ClassMemory, RawScore } from './candidates.ts'
import type { Cycle } from './cycle.ts'
import type { Inquiry } from './inquiries.ts'
import { FLAT, MAX_NODE_SCORE } from './plugin.ts'
import { eachFeasible, type Found } from './search.ts'
import { PluginError } from './userPlugin.ts'

/** What one score plugin gave the feasible nodes, in the order in which they were looked at; from 0 to 100. */
export interface Part {
  readonly plugin: string
  readonly weight: number
  /** Good until the visitor returns. */
  readonly values: Float64Array
}

type Visit = (part: Part) => void

/** Ranks the feasible nodes of one search after the other; what it gives is good until the next. */
export class Ranking {
  private rows = new Int32Array(0)
  private positions = new Int32Array(0)
  private totals = new Float64Array(0)
  private values = new Float64Array(0)
  private count = 0

  /** Total scores of the feasible nodes, in the order in which they were looked at; `visit` is told of each plugin's part. */
  score(cycle: Cycle, { candidates, own, outlook }: Inquiry, found: Found, visit?: Visit): Float64Array {
    this.gather(candidates, found)
    const { count } = this
    const rows = this.rows.subarray(0, count)
    if (visit !== undefined) this.tell(own, visit)
    for (const raw of own.raw) this.addRaw(raw, visit)
    for (const { plugin, weight } of outlook.scores) {
      if (plugin.preScore?.(cycle, rows) === 'skip') continue
      const values = this.values.subarray(0, count)
      plugin.score!(cycle, rows, values)
      plugin.normalize?.(values, count)
      checkRange(plugin.name, values)
      this.add({ plugin: plugin.name, weight, values }, visit)
    }
    return this.totals.subarray(0, count)
  }

  /** Finds the best node again, now by the scores that were worked out last. */
  rank(found: Found): void {
    const { positions, totals, count } = this
    let [best, bestScore, ties] = [-1, -Infinity, 0]
    for (let j = 0; j < count; j++) {
      const total = totals[j]!
      if (!(total >= bestScore)) continue
      if (total > bestScore) ties = 0
      if (total > bestScore || positions[j]! < best) best = positions[j]!
      bestScore = total
      ties++
    }
    found.best = best
    found.bestScore = bestScore
    found.ties = ties
  }

  /** As `eachFeasible` visits them, with the sums of the scores that stand for themselves; no call for each row. */
  private gather({ nodes, order, verdicts, sums }: Candidates, { from, examined, feasible }: Found): void {
    if (this.rows.length < feasible) {
      const room = Math.min(nodes.capacity, 2 * feasible)
      this.rows = new Int32Array(room)
      this.positions = new Int32Array(room)
      this.totals = new Float64Array(room)
      this.values = new Float64Array(room)
    }
    const { rows, positions, totals } = this
    let count = 0
    for (let i = 0, position = from; i < examined; i++) {
      const row = order[position]!
      if (verdicts[row] === 0) {
        rows[count] = row
        totals[count] = sums[row]!
        positions[count++] = position
      }
      if (++position === order.length) position = 0
    }
    this.count = count
  }

  private tell({ questions }: ClassMemory, visit: Visit): void {
    const { rows, count } = this
    const values = this.values.subarray(0, count)
    for (const { plugin, weight, score } of questions.plain) {
      for (let j = 0; j < count; j++) values[j] = score(rows[j]!)
      visit({ plugin: plugin.name, weight, values })
    }
  }

  private addRaw({ plugin, weight, score, values: raw }: RawScore, visit: Visit | undefined): void {
    const { rows, totals, count } = this
    const values = this.values.subarray(0, count)
    const part = { plugin: plugin.name, weight, values }
    if (score !== FLAT || count === 0) {
      for (let j = 0; j < count; j++) values[j] = raw[rows[j]!]!
      plugin.normalize!(values, count)
      return this.add(part, visit)
    }
    // What is the same for all is so when it is normalized.
    values[0] = 0
    plugin.normalize!(values, 1)
    const more = weight * values[0]
    if (more !== 0) for (let j = 0; j < count; j++) totals[j]! += more
    if (visit !== undefined) visit({ ...part, values: values.fill(values[0]) })
  }

  private add(part: Part, visit: Visit | undefined): void {
    const { totals, count } = this
    const { weight, values } = part
    for (let j = 0; j < count; j++) totals[j]! += weight * values[j]!
    visit?.(part)
  }
}

/** Mirrors the check of RunScorePlugins in pkg/scheduler/framework/runtime/framework.go. */
function checkRange(plugin: string, values: Float64Array): void {
  for (let j = 0; j < values.length; j++) {
    const score = values[j]!
    if (!(score >= 0 && score <= MAX_NODE_SCORE)) throw new InvalidScore(plugin, score)
  }
}

/** A plugin gave a score that is none: its pod's decision fails, and nothing else does. */
class InvalidScore extends Error {
  override readonly name: string = 'InvalidScore'

  constructor(plugin: string, score: number) {
    super(
      `plugin ${JSON.stringify(plugin)} returns an invalid score ${score}, it should in the range of [0, 100] after normalizing`,
    )
  }
}

/** Whether an error is a mistake of a plugin's, which fails the decision about a pod and nothing else. */
export function failsDecision(error: unknown): error is Error {
  return error instanceof PluginError || error instanceof InvalidScore
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
