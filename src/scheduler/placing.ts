/** One search told in full: which nodes were looked at, why some were refused, what every plugin gave the others. */
import { byCodeUnit } from '../api/order.ts'
import type { Candidates } from './candidates.ts'
import type { Cycle } from './cycle.ts'
import { countRefusals, type Decision, fitsRow } from './decide.ts'
import { failureOf, roomFor } from './failure.ts'
import { unschedulableMessage } from './fitError.ts'
import type { Framework } from './framework.ts'
import { Inquiries, type Inquiry } from './inquiries.ts'
import { type Lottery, mayWin, type Ties } from './lots.ts'
import { leftOutBy } from './narrowing.ts'
import type { Refusal } from './plugin.ts'
import { Ranking } from './rank.ts'
import type { Rules } from './rules.ts'
import { eachExamined, eachFeasible, emptyFound, type Found } from './search.ts'
import type { Strategy } from './strategy.ts'
import { refusalOf, verdictOf } from './verdict.ts'

/** What one plugin gave a node. */
export interface Share {
  readonly plugin: string
  /** A whole number of at least 1. */
  readonly weight: number
  /** 0 to 100, brought there beside the other feasible nodes where the plugin does that. */
  readonly score: number
}

/** What a node is for a pod: `score` and `shares` if it is feasible, or else who refuses it and why. */
export interface NodeVerdict {
  readonly node: string
  /** The sum of weight × score over `shares`; undefined for a node that is not feasible. */
  readonly score: number | undefined
  /** In the order of the policy. */
  readonly shares: readonly Share[]
  /** Every filter that refuses the node, in the order in which they are asked: the first decides. Reasons are kube-scheduler's. */
  readonly refusals: readonly Refusal[]
}

export interface Placing {
  /** The strategy and the policy that are used, by name. */
  readonly strategy: string
  readonly policy: string
  /** How many nodes there are, and how many of those that were looked at are feasible. */
  readonly total: number
  readonly feasible: number
  /** How many nodes were looked at: the first of `nodes`. */
  readonly examined: number
  /** Whether it is told of a decision that was made: then every node is told, whichever of them the strategy looked at. */
  readonly isPast: boolean
  /**
   * The nodes that the strategy looks at, in the order in which it does, and those that plugins have left out, by name; of
   * the past, all by name.
   */
  readonly nodes: readonly NodeVerdict[]
  /**
   * The feasible nodes that share the best score, by name; all on which a lot may fall, where one is drawn. Of a pod for which
   * room was made on a node that suits it by now, that node alone.
   */
  readonly best: readonly string[]
  /** What kube-scheduler says when no node is feasible. */
  readonly message: string | undefined
}

export interface PlacingParts {
  readonly framework: Framework
  readonly policy: string
  readonly strategy: Strategy
  readonly failFast: boolean
  readonly ties?: Ties | undefined
}

/** Works everything out anew. `from`: where the search begins. */
export function placingOf(
  { framework, policy, strategy, failFast, ties = 'first' }: PlacingParts,
  cycle: Cycle,
  from: number,
): Placing {
  const { nodes: table } = cycle.snapshot
  const inquiries = new Inquiries(table, framework)
  const inquiry = inquiries.about(cycle, inquiries.outlook(cycle))
  const { candidates } = inquiry
  const { refusal } = inquiry.outlook
  const total = table.order().length
  const about = { strategy: strategy.name, policy, isPast: false, total }
  const found = emptyFound()
  const message = (refused: Pick<Decision, 'refusals' | 'isRefusedWhole'>): string => {
    const { words } = roomFor(framework.postFilter, cycle, failureOf({ cycle, inquiries, inquiry, found }))
    return unschedulableMessage({ total, ...refused }, words)
  }
  if (refusal !== undefined) {
    const refusals = new Map(refusal.reasons.map((reason) => [reason, total]))
    const everywhere = { score: undefined, shares: [], refusals: [refusal] }
    const nodes = [...table.order()].map((row) => ({ node: table.rows[row]!.name, ...everywhere }))
    return { ...about, feasible: 0, examined: 0, nodes, best: [], message: message({ refusals, isRefusedWhole: true }) }
  }
  const looked = candidates.order.length
  strategy.search(candidates, looked === 0 ? 0 : from % looked, found)
  const shares: Share[][] = Array.from({ length: found.feasible }, () => [])
  const ranking = new Ranking()
  const totals = ranking.score(cycle, inquiry, found, ({ plugin, weight, values }) => {
    for (const [i, own] of shares.entries()) own.push({ plugin, weight, score: values[i]! })
  })
  for (const own of shares) own.sort(inOrderOf(framework))
  ranking.rank(found)
  const nominated = nominatedFor(cycle, framework)
  return {
    ...about,
    feasible: found.feasible,
    examined: found.examined,
    nodes: [...verdictsOf(candidates, found, totals, shares), ...leftOut(inquiry)],
    best:
      nominated === undefined ? bestNodes(inquiry, found, totals, { among: strategy.among ?? 1, ties }) : [nominated],
    message: found.feasible === 0 ? message(countRefusals(inquiry, found, failFast)) : undefined,
  }
}

/** The node on which room was made comes first: evaluateNominatedNode in pkg/scheduler/schedule_one.go. */
function nominatedFor(cycle: Cycle, { filters }: Rules): string | undefined {
  const { nominatedNode, snapshot } = cycle
  const row = nominatedNode === undefined ? undefined : snapshot.nodes.row(nominatedNode)
  return row !== undefined && fitsRow(filters, cycle, row) ? nominatedNode : undefined
}

function inOrderOf({ scores }: Rules): (a: Share, b: Share) => number {
  const places = new Map(scores.map(({ plugin }, place) => [plugin.name, place]))
  return (a, b) => places.get(a.plugin)! - places.get(b.plugin)!
}

function verdictsOf(
  candidates: Candidates,
  found: Found,
  totals: Float64Array,
  shares: readonly (readonly Share[])[],
): readonly NodeVerdict[] {
  const verdicts: NodeVerdict[] = []
  let i = 0
  eachExamined(candidates, found, (row) => {
    const node = candidates.nodes.rows[row]!.name
    if (candidates.verdicts[row] === 0) {
      verdicts.push({ node, score: totals[i]!, shares: shares[i]!, refusals: [] })
      i++
    } else verdicts.push({ node, score: undefined, shares: [], refusals: refusalsOf(candidates, row) })
  })
  return verdicts
}

function leftOut({ candidates, outlook: { narrowing } }: Inquiry): readonly NodeVerdict[] {
  if (narrowing === undefined) return []
  const looked = new Set(narrowing.rows)
  const { nodes } = candidates
  const verdict = { score: undefined, shares: [], refusals: [leftOutBy(narrowing)] }
  return [...nodes.order()]
    .filter((row) => !looked.has(row))
    .map((row) => ({ node: nodes.rows[row]!.name, ...verdict }))
}

/** Told of a decision that was made. */
export function asPast(placing: Placing): Placing {
  const nodes = [...placing.nodes].sort((a, b) => byCodeUnit(a.node, b.node))
  return { ...placing, isPast: true, nodes }
}

function refusalsOf(candidates: Candidates, row: number): readonly Refusal[] {
  return candidates.filters.flatMap((_, i) => {
    const code = candidates.code(i, row)
    return code === 0 ? [] : [refusalOf(candidates, verdictOf(i, code))]
  })
}

function bestNodes({ candidates }: Inquiry, found: Found, totals: Float64Array, lottery: Lottery): readonly string[] {
  const names: string[] = []
  eachFeasible(candidates, found, (row) => void names.push(candidates.nodes.rows[row]!.name))
  return mayWin(names, totals, lottery)
}
