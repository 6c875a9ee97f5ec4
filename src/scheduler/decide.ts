/** One decision: filter → score → select, over the node table. A value comes out; nothing is changed. */
import { type Candidates, createCandidates, FILTER_BITS, FILTER_MASK, type Framework } from './candidates.ts'
import type { NodeTable } from './nodeTable.ts'
import type { PodInfo } from './podInfo.ts'
import type { Refusal } from './plugin.ts'
import { rankByTotal, tiedAt, totalScores } from './rank.ts'
import { eachExamined, eachFeasible, emptyFound, type Found } from './search.ts'
import type { Strategy } from './strategy.ts'

export interface Decision {
  /** Undefined: no node that was looked at suits the pod. */
  readonly node: string | undefined
  /** How many nodes there are, how many were looked at, and how many of these suit. */
  readonly total: number
  readonly examined: number
  readonly feasible: number
  /** How often a filter and a score was due, whether or not its answer was remembered. */
  readonly filterCalls: number
  readonly scoreCalls: number
  /** Where the next search may start: a position in order of node name. */
  readonly next: number
  /** How many nodes gave each reason. Filled when no node suits, or when details are asked for. */
  readonly refusals: ReadonlyMap<string, number>
  /** The plugins that refused some node; filled as `refusals` is. */
  readonly refusedBy: readonly string[]
  /** Of the nodes that refused, how many no eviction would help; filled as `refusals` is. */
  readonly unresolvable: number
  /** Total score by feasible node, if details are asked for. */
  readonly scores?: ReadonlyMap<string, number>
}

export interface DeciderOptions {
  readonly nodes: NodeTable
  readonly framework: Framework
  readonly strategy: Strategy
  /** Asks every filter about every node that is looked at, instead of stopping at the first refusal. Default true. */
  readonly failFast?: boolean | undefined
  /** Draws a whole number below its argument, to choose among equals; without it, the first by name wins. */
  readonly drawBelow?: ((count: number) => number) | undefined
}

export interface Decider {
  decide(pod: PodInfo, from: number, details?: boolean): Decision
  /** Whether the pod fits on a row of the table now. */
  fits(pod: PodInfo, row: number): boolean
}

const NO_REFUSALS: ReadonlyMap<string, number> = new Map()
const NOBODY: readonly string[] = Object.freeze([])

export function createDecider(options: DeciderOptions): Decider {
  const { nodes, framework, strategy, drawBelow } = options
  const failFast = options.failFast ?? true
  const candidatesOf = createCandidates(nodes, framework)
  const found = emptyFound()

  function decide(pod: PodInfo, from: number, details = false): Decision {
    const candidates = candidatesOf(pod)
    const total = nodes.order().length
    strategy.search(candidates, total === 0 ? 0 : from % total, found)
    const totals = candidates.hasRaw || details ? totalScores(candidates, found) : undefined
    if (totals !== undefined) rankByTotal(candidates, found, totals)
    if (drawBelow !== undefined && found.ties > 1) {
      found.best = tiedAt(candidates, found, totals, drawBelow(found.ties))
    }
    const { best, examined, feasible } = found
    const reasons = details || best < 0 || !failFast ? countRefusals(candidates, found, failFast) : undefined
    const decision: Decision = {
      node: best < 0 ? undefined : nodes.rows[nodes.order()[best]!]!.name,
      total,
      examined,
      feasible,
      filterCalls: failFast ? found.filterCalls : examined * candidates.filters.length,
      // With one feasible node there is nothing to compare: pkg/scheduler/schedule_one.go, schedulePod.
      scoreCalls: feasible > 1 ? feasible * candidates.scorers : 0,
      next: total === 0 ? 0 : (found.from + examined) % total,
      refusals: reasons?.refusals ?? NO_REFUSALS,
      refusedBy: reasons?.refusedBy ?? NOBODY,
      unresolvable: reasons?.unresolvable ?? 0,
    }
    return details && totals !== undefined ? { ...decision, scores: byName(candidates, found, totals) } : decision
  }

  return { decide, fits: (pod, row) => fitsRow(framework, nodes, pod, row) }
}

/** Asks about one row and remembers nothing: those who wait are many classes, each asked about once. */
function fitsRow({ filters }: Framework, nodes: NodeTable, pod: PodInfo, row: number): boolean {
  if (nodes.rows[row]!.node === undefined) return false
  for (const plugin of filters) {
    if (plugin.preFilter?.(pod) === 'skip') continue
    if (plugin.filter!(pod, nodes)(row) !== 0) return false
  }
  return true
}

export interface Refusals {
  readonly refusals: ReadonlyMap<string, number>
  readonly refusedBy: readonly string[]
  readonly unresolvable: number
}

/** How often each reason was given, and by whom; with `failFast`, of each node only what refused it first. */
export function countRefusals(candidates: Candidates, found: Found, failFast: boolean): Refusals {
  const verdicts = new Map<number, number>()
  const count = (verdict: number): void => void verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
  const refusals = new Map<string, number>()
  const refusedBy = new Set<string>()
  let unresolvable = 0
  eachExamined(candidates, found, (row) => {
    const first = candidates.verdicts[row]!
    if (first === 0) return
    if (!refusalOf(candidates, first).resolvable) unresolvable++
    if (failFast) count(first)
    else eachCode(candidates, row, count)
  })
  for (const [verdict, nodes] of verdicts) {
    const { plugin, reasons } = refusalOf(candidates, verdict)
    refusedBy.add(plugin)
    for (const reason of reasons) refusals.set(reason, (refusals.get(reason) ?? 0) + nodes)
  }
  return { refusals, refusedBy: [...refusedBy], unresolvable }
}

function eachCode(candidates: Candidates, row: number, visit: (verdict: number) => void): void {
  for (let i = 0; i < candidates.filters.length; i++) {
    const code = candidates.code(i, row)
    if (code !== 0) visit((code << FILTER_BITS) | (i + 1))
  }
}

/** What a verdict says. */
export function refusalOf(candidates: Candidates, verdict: number): Refusal {
  const plugin = candidates.filters[(verdict & FILTER_MASK) - 1]!
  return plugin.refusal!(verdict >>> FILTER_BITS, candidates.pod)
}

function byName(candidates: Candidates, found: Found, totals: Float64Array): ReadonlyMap<string, number> {
  const scores = new Map<string, number>()
  let i = 0
  eachFeasible(candidates, found, (row) => void scores.set(candidates.nodes.rows[row]!.name, totals[i++]!))
  return scores
}
