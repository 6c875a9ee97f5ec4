/**
 * What the plugins say of each row for one pod. Verdicts of plugins that look at nothing but the row are remembered for
 * the pod's class with the version of the row they were made for, so a run of pods from one template asks only about
 * rows that changed in between. What is remembered is always what would be worked out anew: memory saves time and
 * changes no decision.
 */
import type { Cycle, Snapshot } from './cycle.ts'
import type { NodeTable } from './nodeTable.ts'
import {
  type CyclePlugin,
  FITS,
  FLAT,
  type NodePlugin,
  type Refusal,
  type RowFilter,
  type RowPlugin,
  type RowScore,
} from './plugin.ts'
import type { PodInfo } from './podInfo.ts'
import type { WeightedPlugin } from './policy.ts'

/** The filters and scores of one scheduler, in the order in which they are asked. */
export interface Rules {
  /** Those that look at the row alone, before those that look at more. */
  readonly filters: readonly RowPlugin[]
  readonly scores: readonly WeightedPlugin[]
}

/** A verdict is 0, or (code << FILTER_BITS) | (number of the refusing filter, from 1). */
export const FILTER_BITS = 6
export const FILTER_MASK = 63

interface Weighted<P extends RowPlugin> {
  readonly plugin: P
  readonly weight: number
}

export interface WeightedScore extends Weighted<NodePlugin> {
  readonly score: RowScore
}

/** A score that means something only beside those of the other feasible nodes. */
export interface RawScore extends WeightedScore {
  readonly values: Float64Array
}

/** What a search reads: of every row whose version is known, the verdict and the sum of scores. */
export interface Candidates {
  readonly nodes: NodeTable
  readonly info: PodInfo
  /** The filters that have something to check for this pod. */
  readonly filters: readonly RowPlugin[]
  readonly verdicts: Int32Array
  /** The weighted sum of the scores that stand for themselves. */
  readonly sums: Float64Array
  /** The version of the row that the verdict is about; 0 for none. */
  readonly known: Uint32Array
  /** Asks the plugins about a row, and remembers. */
  ask(row: number): void
  /** What one filter says of a row, remembered or not. */
  code(filter: number, row: number): number
}

/** What plugins that look at nothing but the row say of them, for one class of pods. */
export class ClassMemory implements Candidates {
  readonly nodes: NodeTable
  readonly filters: readonly NodePlugin[]
  readonly verdicts: Int32Array
  readonly sums: Float64Array
  readonly raw: readonly RawScore[]
  readonly known: Uint32Array
  /** How many score plugins have something to say of this class. */
  readonly scorers: number
  /** The rows that were asked about, so that a class that takes these arrays over need not clear them whole. */
  private readonly asked: Int32Array
  private askedCount = 0
  /** Whether any raw score so far was not 0: only then can normalizing tell nodes apart. */
  hasRaw = false
  private readonly checks: readonly RowFilter[]
  /** The filters that have to be called. */
  private readonly pending: readonly number[]
  /** Scores that stand for themselves. */
  readonly plain: readonly WeightedScore[]
  private readonly versions: Uint32Array

  constructor(
    readonly info: PodInfo,
    private readonly snapshot: Snapshot,
    { filters, scores }: Rules,
    recycled?: ClassMemory,
  ) {
    const { nodes } = snapshot
    this.nodes = nodes
    this.filters = filters.filter(isOfNode).filter((plugin) => plugin.preFilter?.(info) !== 'skip')
    this.checks = this.filters.map((plugin) => plugin.filter!(info, nodes, snapshot))
    this.pending = this.checks.flatMap((check, i) => (check === FITS ? [] : [i]))
    const own = scores.filter((one): one is Weighted<NodePlugin> => isOfNode(one.plugin))
    const active = own.filter(({ plugin }) => plugin.preScore?.(info) !== 'skip')
    const weighted = active.map(({ plugin, weight }) => ({
      plugin,
      weight,
      score: plugin.score!(info, nodes, snapshot),
    }))
    this.plain = weighted.filter(({ plugin }) => plugin.normalize === undefined)
    this.scorers = weighted.length
    this.versions = nodes.columns.versions
    const { capacity } = nodes
    const old = recycled?.known.length === capacity ? recycled : undefined
    this.verdicts = old?.verdicts ?? new Int32Array(capacity)
    this.sums = old?.sums ?? new Float64Array(capacity)
    this.known = old?.known ?? new Uint32Array(capacity)
    this.asked = old?.asked ?? new Int32Array(capacity)
    if (old !== undefined) for (let i = 0; i < old.askedCount; i++) this.known[this.asked[i]!] = 0
    this.raw = weighted
      .filter(({ plugin }) => plugin.normalize !== undefined)
      .map(({ plugin, weight, score }, i) => {
        // Nothing is ever written to the values of a flat score: they are 0.
        const before = old?.raw[i]
        const isLike = before !== undefined && (before.score === FLAT) === (score === FLAT)
        return { plugin, weight, score, values: isLike ? before.values : new Float64Array(capacity) }
      })
  }

  /** Whether what is remembered is about the arrays that the table uses now. */
  get isCurrent(): boolean {
    return this.versions === this.nodes.columns.versions
  }

  ask(row: number): void {
    if (this.known[row] === 0) this.asked[this.askedCount++] = row
    this.known[row] = this.versions[row]!
    const verdict = this.verdict(row)
    this.verdicts[row] = verdict
    if (verdict !== 0) return
    const { plain, raw: raws } = this
    let sum = 0
    for (let i = 0; i < plain.length; i++) sum += plain[i]!.weight * plain[i]!.score(row)
    this.sums[row] = sum
    for (let i = 0; i < raws.length; i++) {
      const raw = raws[i]!
      if (raw.score === FLAT) continue
      const value = raw.score(row)
      raw.values[row] = value
      if (value !== 0) this.hasRaw = true
    }
  }

  code(filter: number, row: number): number {
    const check = this.checks[filter]!
    return withNominees(this.snapshot, this.info, row, () => check(row)) || check(row)
  }

  /** What is to be said of a row as it is now; nothing is remembered. */
  verdict(row: number): number {
    return withNominees(this.snapshot, this.info, row, () => this.check(row)) || this.check(row)
  }

  private check(row: number): number {
    const { checks, pending } = this
    for (let at = 0; at < pending.length; at++) {
      const i = pending[at]!
      const code = checks[i]!(row)
      if (code !== 0) return (code << FILTER_BITS) | (i + 1)
    }
    return 0
  }
}

/**
 * What is said of a row with the pods that are to come there, where there are such that this one has to leave room for;
 * else 0. A node suits with them and without. Mirrors RunFilterPluginsWithNominatedPods of pkg/scheduler/framework/runtime.
 */
export function withNominees(
  { nodes, nominees, trials }: Snapshot,
  info: PodInfo,
  row: number,
  ask: () => number,
): number {
  if (nominees.isEmpty) return 0
  const { name } = nodes.rows[row]!
  const coming = nominees.before(info.priority, name)
  if (coming.length === 0) return 0
  return trials.run(row, () => {
    for (const { pod } of coming) trials.place(pod, name)
    return ask()
  })
}

/** What the filters that look at more than the row say of one, each asked from the beginning. */
function lateVerdict(late: readonly CyclePlugin[], cycle: Cycle, row: number, first: number): number {
  for (const [i, plugin] of late.entries()) {
    // What refuses every node has done so before.
    if (plugin.preFilter?.(cycle) !== undefined) continue
    const code = plugin.filter!(cycle)(row)
    if (code !== 0) return (code << FILTER_BITS) | (first + i + 1)
  }
  return 0
}

/** One decision's verdicts, where filters look at more than the row. */
class CycleCandidates implements Candidates {
  readonly filters: readonly RowPlugin[]
  readonly nodes: NodeTable
  readonly info: PodInfo
  readonly sums: Float64Array

  constructor(
    private readonly own: ClassMemory,
    private readonly cycle: Cycle,
    private readonly late: readonly CyclePlugin[],
    private readonly checks: readonly RowFilter[],
    readonly verdicts: Int32Array,
    readonly known: Uint32Array,
  ) {
    this.filters = [...own.filters, ...late]
    this.nodes = own.nodes
    this.info = own.info
    this.sums = own.sums
    known.fill(0)
  }

  ask(row: number): void {
    const { own, checks, verdicts } = this
    const version = this.nodes.columns.versions[row]!
    if (own.known[row] !== version) own.ask(row)
    let verdict = own.verdicts[row]!
    for (let i = 0; i < checks.length && verdict === 0; i++) {
      const code = checks[i]!(row)
      if (code !== 0) verdict = (code << FILTER_BITS) | (own.filters.length + i + 1)
    }
    if (verdict === 0) {
      const { cycle, late } = this
      const again = (): number => lateVerdict(late, cycle, row, own.filters.length)
      verdict = withNominees(cycle.snapshot, own.info, row, again)
    }
    verdicts[row] = verdict
    this.known[row] = version
  }

  code(filter: number, row: number): number {
    const { own, checks } = this
    return filter < own.filters.length ? own.code(filter, row) : checks[filter - own.filters.length]!(row)
  }
}

/** What is asked about one pod: rows to search, and scores to add once it is known which rows are feasible. */
export interface Inquiry {
  readonly candidates: Candidates
  readonly own: ClassMemory
  /** The score plugins that look at more than the row. */
  readonly late: readonly Weighted<CyclePlugin>[]
  /** Why no node will do, whatever it is like. */
  readonly refusal: Refusal | undefined
  /** Whether no filter looks at more than the row for this pod. */
  readonly isOfRows: boolean
}

/** So many classes are remembered at once in any case: enough for the templates of a roll-out. */
const LEAST_CLASSES = 8

/** More are where they have no more rows together than this: some 10 MB. */
const MOST_ROWS = 1 << 19

/** Asks the plugins of one scheduler; remembers what they say of classes, recycling the one that was used longest ago. */
export class Inquiries {
  private readonly classes = new Map<PodInfo, ClassMemory>()
  readonly lateFilters: readonly CyclePlugin[]
  private readonly lateScores: readonly Weighted<CyclePlugin>[]
  private last: ClassMemory | undefined
  private verdicts = new Int32Array(0)
  private known = new Uint32Array(0)

  constructor(
    private readonly nodes: NodeTable,
    private readonly rules: Rules,
  ) {
    this.lateFilters = rules.filters.filter(isOfCycle)
    this.lateScores = rules.scores.filter((one): one is Weighted<CyclePlugin> => isOfCycle(one.plugin))
  }

  about(cycle: Cycle): Inquiry {
    const own = this.classOf(cycle)
    const { lateFilters, lateScores: late } = this
    const plain = { candidates: own, own, late, refusal: undefined, isOfRows: true } as const
    if (lateFilters.length === 0) return plain
    const asked: { readonly plugin: CyclePlugin; readonly check: RowFilter }[] = []
    for (const plugin of lateFilters) {
      const answer = plugin.preFilter?.(cycle)
      if (answer !== undefined && answer !== 'skip') return { ...plain, refusal: answer, isOfRows: false }
      asked.push({ plugin, check: answer === 'skip' ? FITS : plugin.filter!(cycle) })
    }
    const isOfRows = asked.every(({ check }) => check === FITS)
    if (isOfRows && cycle.snapshot.nominees.isEmpty) return plain
    // Who has nothing to say of what is there may have of what is to come.
    const checked = cycle.snapshot.nominees.isEmpty ? asked.filter(({ check }) => check !== FITS) : asked
    const { capacity } = this.nodes
    if (this.verdicts.length !== capacity) {
      this.verdicts = new Int32Array(capacity)
      this.known = new Uint32Array(capacity)
    }
    const plugins = checked.map(({ plugin }) => plugin)
    const checks = checked.map(({ check }) => check)
    const candidates = new CycleCandidates(own, cycle, plugins, checks, this.verdicts, this.known)
    return { candidates, own, late, refusal: undefined, isOfRows }
  }

  private get mostClasses(): number {
    return Math.max(LEAST_CLASSES, Math.floor(MOST_ROWS / this.nodes.capacity))
  }

  /** What is to be said of a row as it is now, whatever was said before; filters are numbered as in `filtersOf`. */
  verdictAnew(cycle: Cycle, own: ClassMemory, row: number): number {
    const { lateFilters } = this
    const verdict = own.verdict(row)
    if (verdict !== 0 || lateFilters.length === 0) return verdict
    const ask = (): number => lateVerdict(lateFilters, cycle, row, own.filters.length)
    return withNominees(cycle.snapshot, own.info, row, ask) || ask()
  }

  /** Every filter that may have something to say of a class. */
  filtersOf(own: ClassMemory): readonly RowPlugin[] {
    return [...own.filters, ...this.lateFilters]
  }

  classOf({ info, snapshot }: Cycle): ClassMemory {
    const { last, classes } = this
    if (last !== undefined && last.info === info && last.isCurrent) return last
    const found = classes.get(info)
    if (found !== undefined) classes.delete(info)
    const recycled = found === undefined && classes.size >= this.mostClasses ? oldest(classes) : undefined
    this.last =
      found !== undefined && found.isCurrent ? found : new ClassMemory(info, snapshot, this.rules, recycled ?? found)
    classes.set(info, this.last)
    return this.last
  }
}

export function isOfNode(plugin: RowPlugin): plugin is NodePlugin {
  return plugin.scope === 'node'
}

export function isOfCycle(plugin: RowPlugin): plugin is CyclePlugin {
  return plugin.scope === 'cycle'
}

function oldest(known: Map<PodInfo, ClassMemory>): ClassMemory | undefined {
  for (const [info, memory] of known) {
    known.delete(info)
    return memory
  }
  return undefined
}
