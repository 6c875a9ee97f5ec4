/**
 * What the plugins say of each row for one class of pods. Verdicts are remembered with the version of the row they
 * were made for, so a run of pods from one template asks the plugins only about rows that changed in between. What is
 * remembered is always what would be worked out anew: memory saves time and changes no decision.
 */
import type { NodeTable } from './nodeTable.ts'
import { FITS, FLAT, type Plugin, type RowFilter, type RowScore } from './plugin.ts'
import type { PodInfo } from './podInfo.ts'
import type { WeightedPlugin } from './policy.ts'

/** The plugins of one scheduler, in the order in which they are asked. */
export interface Framework {
  readonly filters: readonly Plugin[]
  readonly scores: readonly WeightedPlugin[]
}

/** A verdict is 0, or (code << FILTER_BITS) | (number of the refusing filter, from 1). */
export const FILTER_BITS = 6
export const FILTER_MASK = 63

export interface WeightedScore {
  readonly plugin: Plugin
  readonly weight: number
  readonly score: RowScore
}

/** A score that means something only beside those of the other feasible nodes. */
export interface RawScore extends WeightedScore {
  readonly values: Float64Array
}

export class Candidates {
  /** The filters that have something to check for this pod. */
  readonly filters: readonly Plugin[]
  readonly verdicts: Int32Array
  /** The weighted sum of the scores that stand for themselves. */
  readonly sums: Float64Array
  readonly raw: readonly RawScore[]
  /** The version of the row that the verdict is about; 0 for none. */
  readonly known: Uint32Array
  /** How many score plugins have something to say of this pod. */
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
    readonly pod: PodInfo,
    readonly nodes: NodeTable,
    { filters, scores }: Framework,
    recycled?: Candidates,
  ) {
    this.filters = filters.filter((plugin) => plugin.preFilter?.(pod) !== 'skip')
    this.checks = this.filters.map((plugin) => plugin.filter!(pod, nodes))
    this.pending = this.checks.flatMap((check, i) => (check === FITS ? [] : [i]))
    const active = scores.filter(({ plugin }) => plugin.preScore?.(pod) !== 'skip')
    const weighted = active.map(({ plugin, weight }) => ({ plugin, weight, score: plugin.score!(pod, nodes) }))
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

  /** Asks the plugins about a row, and remembers. */
  ask(row: number): void {
    if (this.known[row] === 0) this.asked[this.askedCount++] = row
    this.known[row] = this.versions[row]!
    const verdict = this.check(row)
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

  /** What one filter says of a row, remembered or not. */
  code(filter: number, row: number): number {
    return this.checks[filter]!(row)
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

/** So many classes are remembered at once: enough for the templates of a roll-out, some 100 KB each at 5,000 nodes. */
const MOST_CLASSES = 8

/** Finds the candidates of a class, recycling the class that was used longest ago. */
export function createCandidates(nodes: NodeTable, framework: Framework): (pod: PodInfo) => Candidates {
  const known = new Map<PodInfo, Candidates>()
  let last: Candidates | undefined
  return (pod) => {
    if (last !== undefined && last.pod === pod && last.isCurrent) return last
    const found = known.get(pod)
    if (found !== undefined) known.delete(pod)
    const recycled = found === undefined && known.size >= MOST_CLASSES ? oldest(known) : undefined
    last = found !== undefined && found.isCurrent ? found : new Candidates(pod, nodes, framework, recycled ?? found)
    known.set(pod, last)
    return last
  }
}

function oldest(known: Map<PodInfo, Candidates>): Candidates | undefined {
  for (const [pod, candidates] of known) {
    known.delete(pod)
    return candidates
  }
  return undefined
}
