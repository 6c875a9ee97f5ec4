/**
 * What the plugins say of each row for one pod. Verdicts of plugins that look at nothing but the row are remembered for
 * the pod's class with the version of the row they were made for, so a run of pods from one template asks only about
 * rows that changed in between. What is remembered is always what would be worked out anew: memory saves time and
 * changes no decision.
 */
import type { NodeTable } from './nodeTable.ts'
import { FLAT, type RowPlugin } from './plugin.ts'
import type { PodInfo } from './podInfo.ts'
import type { Questions, WeightedScore } from './questions.ts'
import { RUN_NODES, Runs } from './runs.ts'

/** A score that means something only beside those of the other feasible nodes. */
export interface RawScore extends WeightedScore {
  readonly values: Float64Array
}

/** What a search reads: of every row whose version is known, the verdict and the sum of scores. */
export interface Candidates {
  readonly nodes: NodeTable
  readonly info: PodInfo
  /** The rows that are looked at, in order of name: all that there are, or some that plugins have named. */
  readonly order: Int32Array
  /** The filters that have something to check for this pod. */
  readonly filters: readonly RowPlugin[]
  readonly verdicts: Int32Array
  /** The weighted sum of the scores that stand for themselves. */
  readonly sums: Float64Array
  /** The version of the row that the verdict is about; 0 for none. */
  readonly known: Uint32Array
  /** What searches found, if that is the same for every search. */
  readonly runs?: Runs
  /** Asks the plugins about a row, and remembers. */
  ask(row: number): void
  /** The same of the nodes from one position to before another, as far as they are not known: no more than a run of them. */
  know?(from: number, end: number): void
  /** What one filter says of a row, remembered or not. */
  code(filter: number, row: number): number
}

/** Room for asking about the nodes of a run at once; one serves all classes of a scheduler. */
export class Batch {
  readonly rows: Int32Array = new Int32Array(RUN_NODES)
  readonly before: Int32Array = new Int32Array(RUN_NODES)
  readonly sums: Float64Array = new Float64Array(RUN_NODES)
}

/** What plugins that look at nothing but the row say of them, for one class of pods. */
export class ClassMemory implements Candidates {
  readonly nodes: NodeTable
  readonly info: PodInfo
  readonly verdicts: Int32Array
  readonly sums: Float64Array
  readonly raw: readonly RawScore[]
  readonly known: Uint32Array
  readonly runs: Runs
  /** The rows that were asked about, so that a class that takes these arrays over need not clear them whole. */
  private readonly asked: Int32Array
  private askedCount = 0
  /** Whether any raw score so far was not 0: only then can normalizing tell nodes apart. */
  hasRaw = false

  constructor(
    readonly questions: Questions,
    private readonly batch: Batch,
    recycled?: ClassMemory,
  ) {
    const { nodes, info, raw } = questions
    this.nodes = nodes
    this.info = info
    const { capacity } = nodes
    const old = recycled?.known.length === capacity ? recycled : undefined
    this.verdicts = old?.verdicts ?? new Int32Array(capacity)
    this.sums = old?.sums ?? new Float64Array(capacity)
    this.known = old?.known ?? new Uint32Array(capacity)
    this.asked = old?.asked ?? new Int32Array(capacity)
    this.runs = recycled?.runs ?? new Runs(nodes)
    this.runs.forget()
    if (old !== undefined) for (let i = 0; i < old.askedCount; i++) this.known[this.asked[i]!] = 0
    this.raw = raw.map(({ plugin, weight, score }, i) => {
      // Nothing is ever written to the values of a flat score: they are 0.
      const before = old?.raw[i]
      const isLike = before !== undefined && (before.score === FLAT) === (score === FLAT)
      return { plugin, weight, score, values: isLike ? before.values : new Float64Array(capacity) }
    })
  }

  get order(): Int32Array {
    return this.nodes.order()
  }

  get filters(): Questions['filters'] {
    return this.questions.filters
  }

  /** Whether what is remembered is about the arrays that the table uses now. */
  get isCurrent(): boolean {
    return this.questions.isCurrent
  }

  ask(row: number): void {
    const { questions } = this
    const verdict = questions.verdict(row)
    this.verdicts[row] = verdict
    if (verdict === 0) {
      this.sums[row] = questions.sum(row)
      this.askRaw(row)
    }
    this.mark(row)
  }

  know(from: number, end: number): void {
    const { questions, known, batch } = this
    const { rows, sums } = batch
    const { versions } = questions
    const { order } = this
    let count = 0
    for (let position = from; position < end; position++) {
      const row = order[position]!
      if (known[row] !== versions[row]) rows[count++] = row
    }
    if (count < 2 || !questions.snapshot.nominees.isEmpty) {
      for (let i = 0; i < count; i++) this.ask(rows[i]!)
      return
    }
    const suited = questions.judge(rows, count, this.verdicts, batch.before)
    questions.sumRows(rows, suited, sums)
    for (let i = 0; i < suited; i++) {
      this.sums[rows[i]!] = sums[i]!
      this.askRaw(rows[i]!)
    }
    for (let position = from; position < end; position++)
      if (known[order[position]!] !== versions[order[position]!]) this.mark(order[position]!)
  }

  /** Only once all is answered: a user's plugin may throw. */
  private mark(row: number): void {
    if (this.known[row] === 0) this.asked[this.askedCount++] = row
    this.known[row] = this.questions.versions[row]!
  }

  private askRaw(row: number): void {
    const { raw: raws } = this
    for (let i = 0; i < raws.length; i++) {
      const raw = raws[i]!
      if (raw.score === FLAT) continue
      const value = raw.score(row)
      raw.values[row] = value
      if (value !== 0) this.hasRaw = true
    }
  }

  code(filter: number, row: number): number {
    return this.questions.codeOf(filter, row)
  }
}

/** One decision's verdicts, where plugins have named the only rows that are looked at. */
export class NamedCandidates implements Candidates {
  readonly nodes: NodeTable
  readonly info: PodInfo
  readonly filters: readonly RowPlugin[]
  readonly verdicts: Int32Array
  readonly sums: Float64Array
  readonly known: Uint32Array

  constructor(
    private readonly own: ClassMemory,
    readonly order: Int32Array,
  ) {
    this.nodes = own.nodes
    this.info = own.info
    this.filters = own.filters
    this.verdicts = own.verdicts
    this.sums = own.sums
    this.known = own.known
  }

  ask(row: number): void {
    this.own.ask(row)
  }

  code(filter: number, row: number): number {
    return this.own.code(filter, row)
  }
}
