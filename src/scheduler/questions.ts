/** The plugins that look at nothing but the row, ready to be asked about one class of pods. */
import { withNominees } from './coming.ts'
import type { Snapshot } from './cycle.ts'
import type { NodeTable } from './nodeTable.ts'
import {
  FITS,
  FLAT,
  type NodePlugin,
  type RowFilter,
  type RowScore,
  type RowsFilter,
  type RowsScore,
} from './plugin.ts'
import type { PodInfo } from './podInfo.ts'
import { isOfNode, type Rules, type Weighted } from './rules.ts'
import { verdictOf } from './verdict.ts'

export interface WeightedScore extends Weighted<NodePlugin> {
  readonly score: RowScore
}

/** The same questions about many rows at once, which is sooner where a plugin can say so. */
export interface RowsQuestions {
  /** Of the filters that have to be called. */
  readonly filters: readonly RowsFilter[]
  /** Of the scores that stand for themselves. */
  readonly scores: readonly RowsScore[]
}

export class Questions {
  readonly nodes: NodeTable
  /** The filters that have something to check for this class. */
  readonly filters: readonly NodePlugin[]
  readonly checks: readonly RowFilter[]
  /** The filters that have to be called. */
  readonly pending: readonly number[]
  /** Scores that stand for themselves. */
  readonly plain: readonly WeightedScore[]
  /** Scores that mean something only beside those of the other feasible nodes. */
  readonly raw: readonly WeightedScore[]
  readonly versions: Uint32Array
  private ofRows: RowsQuestions | undefined

  constructor(
    readonly info: PodInfo,
    readonly snapshot: Snapshot,
    { filters, scores }: Rules,
  ) {
    const { nodes } = snapshot
    this.nodes = nodes
    this.versions = nodes.columns.versions
    const asked: NodePlugin[] = []
    const checks: RowFilter[] = []
    const pending: number[] = []
    for (const plugin of filters) {
      if (!isOfNode(plugin) || plugin.preFilter?.(info, snapshot) === 'skip') continue
      const check = plugin.filter!(info, nodes, snapshot)
      if (check !== FITS) pending.push(checks.length)
      checks.push(check)
      asked.push(plugin)
    }
    this.filters = asked
    this.checks = checks
    this.pending = pending
    const plain: WeightedScore[] = []
    const raw: WeightedScore[] = []
    for (const { plugin, weight } of scores) {
      if (!isOfNode(plugin) || plugin.preScore?.(info) === 'skip') continue
      const one = { plugin, weight, score: plugin.score!(info, nodes, snapshot) }
      if (plugin.normalize === undefined) plain.push(one)
      else raw.push(one)
    }
    this.plain = plain
    this.raw = raw
  }

  get rows(): RowsQuestions {
    return (this.ofRows ??= this.askedOfRows())
  }

  /** Whether they ask about the arrays that the table uses now. */
  get isCurrent(): boolean {
    return this.versions === this.nodes.columns.versions
  }

  /** How many score plugins have something to say of this class. */
  get scorers(): number {
    return this.plain.length + this.raw.length
  }

  /** Whether the sum of the plain scores says which nodes are best, whatever the nodes are like. */
  get isPlain(): boolean {
    return this.raw.every(({ score }) => score === FLAT)
  }

  /** What is to be said of a row as it is now, and with the pods that are to come there. */
  verdict(row: number): number {
    if (this.snapshot.nominees.isEmpty) return this.check(row)
    return withNominees(this.snapshot, this.info, row, () => this.check(row)) || this.check(row)
  }

  /** The same of one filter. */
  codeOf(filter: number, row: number): number {
    const check = this.checks[filter]!
    return withNominees(this.snapshot, this.info, row, () => check(row)) || check(row)
  }

  private check(row: number): number {
    const { checks, pending } = this
    for (let at = 0; at < pending.length; at++) {
      const i = pending[at]!
      const code = checks[i]!(row)
      if (code !== 0) return verdictOf(i, code)
    }
    return 0
  }

  /**
   * Writes the verdicts of the first `count` rows, no pods being to come there. Brings those that suit to the front, in
   * order, and says how many they are. `before` has place for as many rows, and is of no use afterwards.
   */
  judge(rows: Int32Array, count: number, verdicts: Int32Array, before: Int32Array): number {
    const { checks, pending } = this
    let kept = count
    for (let at = 0; at < pending.length && kept > 0; at++) {
      for (let i = 0; i < kept; i++) before[i] = rows[i]!
      const asked = kept
      kept = this.rows.filters[at]!(rows, asked)
      if (kept === asked) continue
      const filter = pending[at]!
      for (let i = 0, suited = 0; i < asked; i++) {
        const row = before[i]!
        if (suited < kept && rows[suited] === row) suited++
        else verdicts[row] = verdictOf(filter, checks[filter]!(row))
      }
    }
    for (let i = 0; i < kept; i++) verdicts[rows[i]!] = 0
    return kept
  }

  /** The sums of the scores of the first `count` rows. */
  sumRows(rows: Int32Array, count: number, sums: Float64Array): void {
    const { plain } = this
    sums.fill(0, 0, count)
    for (let i = 0; i < plain.length; i++) this.rows.scores[i]!(rows, count, plain[i]!.weight, sums)
  }

  sum(row: number): number {
    const { plain } = this
    let sum = 0
    for (let i = 0; i < plain.length; i++) sum += plain[i]!.weight * plain[i]!.score(row)
    return sum
  }

  private askedOfRows(): RowsQuestions {
    const { info, nodes, filters, checks, pending, plain } = this
    return {
      filters: pending.map((i) => filters[i]!.filterRows?.(info, nodes) ?? keeping(checks[i]!)),
      scores: plain.map(({ plugin, score }) => plugin.scoreRows?.(info, nodes) ?? scoring(score)),
    }
  }
}

function keeping(check: RowFilter): RowsFilter {
  return (rows, count) => {
    let kept = 0
    for (let i = 0; i < count; i++) if (check(rows[i]!) === 0) rows[kept++] = rows[i]!
    return kept
  }
}

function scoring(score: RowScore): RowsScore {
  return (rows, count, weight, sums) => {
    for (let i = 0; i < count; i++) sums[i]! += weight * score(rows[i]!)
  }
}
