/** One search told in full: which nodes were looked at, why some were refused, what every plugin gave the others. */
import { Candidates, FILTER_BITS, type Framework } from './candidates.ts'
import { countRefusals, refusalOf } from './decide.ts'
import { unschedulableMessage } from './fitError.ts'
import type { NodeTable } from './nodeTable.ts'
import type { Plugin, Refusal } from './plugin.ts'
import type { PodInfo } from './podInfo.ts'
import { rankByTotal, totalScores } from './rank.ts'
import { eachExamined, eachFeasible, emptyFound, type Found } from './search.ts'
import type { Strategy } from './strategy.ts'

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
  /** Whether it is told of a decision that was made: then every node is told, whichever of them the strategy looked at. */
  readonly isPast: boolean
  /** The nodes that the strategy looks at, in the order in which it does; of the past, all by name. */
  readonly nodes: readonly NodeVerdict[]
  /** The feasible nodes that share the best score, by name. */
  readonly best: readonly string[]
  /** What kube-scheduler says when no node is feasible. */
  readonly message: string | undefined
}

export interface PlacingParts {
  readonly table: NodeTable
  readonly framework: Framework
  readonly policy: string
  readonly strategy: Strategy
  readonly failFast: boolean
}

/** Works everything out anew. `from`: where the search begins. */
export function placingOf(
  { table, framework, policy, strategy, failFast }: PlacingParts,
  pod: PodInfo,
  from: number,
  preemptionPolicy: string | undefined,
): Placing {
  const candidates = new Candidates(pod, table, framework)
  const found = emptyFound()
  const total = table.order().length
  strategy.search(candidates, total === 0 ? 0 : from % total, found)
  const totals = totalScores(candidates, found)
  rankByTotal(candidates, found, totals)
  const isHopeless = found.feasible === 0
  const refused = isHopeless ? countRefusals(candidates, found, failFast) : undefined
  return {
    strategy: strategy.name,
    policy,
    isPast: false,
    total,
    feasible: found.feasible,
    nodes: verdictsOf(candidates, found, totals, framework),
    best: bestNodes(candidates, found, totals),
    message: refused === undefined ? undefined : unschedulableMessage({ total, ...refused }, preemptionPolicy),
  }
}

function verdictsOf(
  candidates: Candidates,
  found: Found,
  totals: Float64Array,
  framework: Framework,
): readonly NodeVerdict[] {
  const shares = sharesOf(candidates, found, framework)
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

function refusalsOf(candidates: Candidates, row: number): readonly Refusal[] {
  return candidates.filters.flatMap((_, i) => {
    const code = candidates.code(i, row)
    return code === 0 ? [] : [refusalOf(candidates, (code << FILTER_BITS) | (i + 1))]
  })
}

/** What each plugin gave each feasible node, in the order in which they were looked at. */
function sharesOf(candidates: Candidates, found: Found, { scores }: Framework): readonly Share[][] {
  const all: Share[][] = Array.from({ length: found.feasible }, () => [])
  for (const { plugin, weight } of scores) {
    const values = valuesOf(candidates, found, plugin)
    if (values === undefined) continue
    for (const [i, shares] of all.entries()) shares.push({ plugin: plugin.name, weight, score: values[i]! })
  }
  return all
}

/** The scores of one plugin; undefined when it has nothing to say of this pod. */
function valuesOf(candidates: Candidates, found: Found, plugin: Plugin): Float64Array | undefined {
  const values = new Float64Array(found.feasible)
  const plain = candidates.plain.find((one) => one.plugin === plugin)
  const raw = candidates.raw.find((one) => one.plugin === plugin)
  if (plain === undefined && raw === undefined) return undefined
  let i = 0
  eachFeasible(candidates, found, (row) => (values[i++] = plain === undefined ? raw!.values[row]! : plain.score(row)))
  if (raw !== undefined) plugin.normalize!(values, found.feasible)
  return values
}

function bestNodes(candidates: Candidates, found: Found, totals: Float64Array): readonly string[] {
  const best: string[] = []
  let i = 0
  eachFeasible(candidates, found, (row) => {
    if (totals[i++] === found.bestScore) best.push(candidates.nodes.rows[row]!.name)
  })
  return best.sort()
}
