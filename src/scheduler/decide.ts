/** One decision: filter → score → select, over the node table. A value comes out; nothing is changed. */
import type { Candidates } from './candidates.ts'
import { withNominees } from './coming.ts'
import type { Cycle } from './cycle.ts'
import { failureOf } from './failure.ts'
import { Indexer } from './index/indexer.ts'
import { Inquiries, type Inquiry, type Outlook } from './inquiries.ts'
import { oneOfBest, type Ties } from './lots.ts'
import type { NodeTable } from './nodeTable.ts'
import { isNames, leftOutBy } from './narrowing.ts'
import type { Failure, PreFiltered, Refusal, RowPlugin } from './plugin.ts'
import { Ranking, tiedAt } from './rank.ts'
import { isOfCycle, isOfNode, type Rules } from './rules.ts'
import { eachExamined, eachFeasible, emptyFound, type Found, type SearchMethod } from './search.ts'
import type { Strategy } from './strategy.ts'
import { refusalOf, verdictOf } from './verdict.ts'

export interface Decision {
  /** Undefined: no node that was looked at suits the pod. */
  readonly node: string | undefined
  readonly method: SearchMethod
  /** How many nodes there are, and how many were looked at. */
  readonly total: number
  readonly examined: number
  /** How many suit, of those that were looked at; of a tree, of all. */
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
  /** A plugin refused the pod before any node was looked at. */
  readonly isRefusedWhole?: true
  /** Total score by feasible node, if details are asked for. */
  readonly scores?: ReadonlyMap<string, number>
}

export interface DeciderOptions {
  readonly nodes: NodeTable
  readonly rules: Rules
  readonly strategy: Strategy
  /** Asks every filter about every node that is looked at, instead of stopping at the first refusal. Default true. */
  readonly failFast?: boolean | undefined
  /** Draws a whole number below its argument. */
  readonly lot: (count: number) => number
  /** Whether a lot is drawn among equals. Unless given the first by name wins. */
  readonly ties?: Ties | undefined
}

export interface Decider {
  decide(cycle: Cycle, from: number, details?: boolean): Decision
  /** The decision for a node if the pod fits there now, before any other is looked at. */
  decideOn(cycle: Cycle, node: string, from: number): Decision | undefined
  /** What came of the last decision, which was for no node. */
  failure(cycle: Cycle): Failure
  /** Whether the pod fits on a row of the table now: as far as that is the same for its whole class, and beyond. */
  fitsAlone(cycle: Cycle, row: number): boolean
  fitsAround(cycle: Cycle, row: number): boolean
}

const NO_REFUSALS: ReadonlyMap<string, number> = new Map()
const NOBODY: readonly string[] = Object.freeze([])

export function createDecider(options: DeciderOptions): Decider {
  return new TableDecider(options)
}

class TableDecider implements Decider {
  private readonly failFast: boolean
  private readonly ties: Ties
  private readonly inquiries: Inquiries
  private readonly indexer: Indexer | undefined
  private readonly found: Found = emptyFound()
  /** The filters that look at the row alone, and those that look at more. */
  private readonly alone: readonly RowPlugin[]
  private readonly around: readonly RowPlugin[]
  private readonly ranking = new Ranking()
  private last: Inquiry | undefined

  constructor(private readonly options: DeciderOptions) {
    const { nodes, rules, strategy, failFast = true, ties = 'first' } = options
    this.failFast = failFast
    this.ties = ties
    this.inquiries = new Inquiries(nodes, rules)
    this.alone = rules.filters.filter(isOfNode)
    this.around = rules.filters.filter(isOfCycle)
    const isIndexed = strategy.isIndexed === true && failFast
    this.indexer = isIndexed ? new Indexer(nodes, rules, this.inquiries, ties === 'random') : undefined
  }

  decide(cycle: Cycle, from: number, details = false): Decision {
    const decision = this.decideAnew(cycle, from, details)
    this.inquiries.came(cycle.info)
    return decision
  }

  private decideAnew(cycle: Cycle, from: number, details: boolean): Decision {
    const { inquiries, indexer, found } = this
    const { nodes } = this.options
    this.ownColumns(cycle)
    const outlook = inquiries.outlook(cycle)
    const total = nodes.order().length
    if (outlook.refusal !== undefined) {
      this.last = inquiries.about(cycle, outlook)
      return refused(outlook.refusal, outlook.refusedBy, total, from)
    }
    // Why no node suits only looking at every node says.
    const isFound =
      indexer !== undefined && !details && isOfAllRows(outlook) && indexer.search(cycle, found) && found.best >= 0
    return isFound ? this.decideIndexed(indexer, total, from) : this.decideAmongAll(cycle, outlook, from, details)
  }

  decideOn(cycle: Cycle, node: string, from: number): Decision | undefined {
    const { nodes, rules } = this.options
    this.ownColumns(cycle)
    const row = nodes.row(node)
    if (row === undefined || !fitsRow(rules.filters, cycle, row)) return undefined
    const filterCalls = rules.filters.length
    const counts = { total: nodes.order().length, examined: 1, feasible: 1, filterCalls, scoreCalls: 0 }
    return { node, method: 'scan', ...counts, next: from, refusals: NO_REFUSALS, refusedBy: NOBODY, unresolvable: 0 }
  }

  failure(cycle: Cycle): Failure {
    const { inquiries, last, found, ties } = this
    const { lot } = this.options
    return failureOf({ cycle, inquiries, inquiry: last!, found, drawBelow: ties === 'random' ? lot : undefined })
  }

  fitsAlone(cycle: Cycle, row: number): boolean {
    this.ownColumns(cycle)
    return fitsRow(this.alone, cycle, row)
  }

  fitsAround(cycle: Cycle, row: number): boolean {
    this.ownColumns(cycle)
    return fitsRow(this.around, cycle, row)
  }

  /** What takes hold of the columns must see what is tried on them. */
  private ownColumns({ snapshot: { nominees } }: Cycle): void {
    if (!nominees.isEmpty) this.options.nodes.own()
  }

  private decideIndexed(index: Indexer, total: number, next: number): Decision {
    const { found, ties } = this
    const { nodes, lot } = this.options
    if (ties === 'random' && found.ties > 1) found.best = index.tiedAt(found, lot(found.ties))
    return {
      node: nodes.rows[nodes.order()[found.best]!]!.name,
      method: found.method,
      total,
      examined: found.examined,
      feasible: found.feasible,
      filterCalls: found.filterCalls,
      scoreCalls: found.feasible > 1 ? found.scored * index.scorers : 0,
      next,
      refusals: NO_REFUSALS,
      refusedBy: NOBODY,
      unresolvable: 0,
    }
  }

  private decideAmongAll(cycle: Cycle, outlook: Outlook, from: number, details: boolean): Decision {
    const { inquiries, found, failFast } = this
    const { nodes, strategy } = this.options
    const inquiry = inquiries.about(cycle, outlook)
    this.last = inquiry
    const { candidates, own } = inquiry
    const { order } = candidates
    const total = nodes.order().length
    strategy.search(candidates, order.length === 0 ? 0 : from % order.length, found)
    const totals = this.choose(cycle, inquiry, details)
    const { best, examined, feasible } = found
    const reasons = details || best < 0 || !failFast ? countRefusals(inquiry, found, failFast) : undefined
    const decision: Decision = {
      node: best < 0 ? undefined : nodes.rows[order[best]!]!.name,
      method: 'scan',
      total,
      examined,
      feasible,
      filterCalls: failFast ? found.filterCalls : examined * candidates.filters.length,
      scoreCalls: feasible > 1 ? feasible * (own.questions.scorers + outlook.scores.length) : 0,
      next: total === 0 ? 0 : (from + examined) % total,
      refusals: reasons?.refusals ?? NO_REFUSALS,
      refusedBy: reasons?.refusedBy ?? NOBODY,
      unresolvable: reasons?.unresolvable ?? 0,
    }
    return details && totals !== undefined ? { ...decision, scores: byName(candidates, found, totals) } : decision
  }

  /** Compares the feasible nodes by all their scores, and draws a lot where one decides; the totals, if they were needed. */
  private choose(cycle: Cycle, inquiry: Inquiry, details: boolean): Float64Array | undefined {
    const { found, ties } = this
    const { strategy, lot } = this.options
    const { among = 1 } = strategy
    // With one feasible node there is nothing to compare: pkg/scheduler/schedule_one.go, schedulePod.
    const isCompared = found.feasible > 1 && (inquiry.own.hasRaw || inquiry.outlook.scores.length > 0)
    const totals = isCompared || details ? this.ranking.score(cycle, inquiry, found) : undefined
    if (totals !== undefined) this.ranking.rank(found)
    if (among > 1 && found.feasible > 1) found.best = oneOfBest(inquiry, found, totals, { among, ties }, lot)
    else if (ties === 'random' && found.ties > 1) found.best = tiedAt(inquiry, found, totals, lot(found.ties))
    return totals
  }
}

/** Whether every node counts, and none for more than its row. */
function isOfAllRows({ narrowing, filters, scores }: Outlook): boolean {
  return narrowing === undefined && filters.length === 0 && scores.length === 0
}

/** Every node is refused at once. */
function refused(
  { reasons, resolvable }: Refusal,
  refusedBy: readonly string[],
  total: number,
  next: number,
): Decision {
  return {
    node: undefined,
    method: 'scan',
    total,
    examined: 0,
    feasible: 0,
    filterCalls: 0,
    scoreCalls: 0,
    next,
    refusals: new Map(reasons.map((reason) => [reason, total])),
    refusedBy,
    unresolvable: resolvable ? 0 : total,
    isRefusedWhole: true,
  }
}

/** Asks about one row and remembers nothing: those who wait are many classes, each asked about once. */
export function fitsRow(filters: readonly RowPlugin[], cycle: Cycle, row: number): boolean {
  const { info, snapshot } = cycle
  if (snapshot.nodes.rows[row]!.node === undefined) return false
  const ask = (): boolean => passes(filters, cycle, row)
  return withNominees(snapshot, info, row, () => (ask() ? 0 : 1)) === 0 && ask()
}

function passes(filters: readonly RowPlugin[], cycle: Cycle, row: number): boolean {
  const { info, snapshot } = cycle
  const { name } = snapshot.nodes.rows[row]!
  for (const plugin of filters) {
    if (isOfNode(plugin)) {
      const answer = plugin.preFilter?.(info, snapshot)
      if (answer === 'skip') continue
      if (excludes(answer, name) || plugin.filter!(info, snapshot.nodes, snapshot)(row) !== 0) return false
    } else {
      const answer = plugin.preFilter?.(cycle)
      if (answer === 'skip') continue
      if (excludes(answer, name) || plugin.filter!(cycle)(row) !== 0) return false
    }
  }
  return true
}

function excludes(answer: PreFiltered, node: string): boolean {
  return isNames(answer) ? !answer.nodeNames.includes(node) : answer !== undefined
}

export interface Refusals {
  readonly refusals: ReadonlyMap<string, number>
  readonly refusedBy: readonly string[]
  readonly unresolvable: number
}

/** How often each reason was given, and by whom; with `failFast`, of each node only what refused it first. */
export function countRefusals(
  { candidates, outlook: { narrowing } }: Inquiry,
  found: Found,
  failFast: boolean,
): Refusals {
  const first = new Tally()
  const all = failFast ? first : new Tally()
  eachExamined(candidates, found, (row) => {
    const verdict = candidates.verdicts[row]!
    if (verdict === 0) return
    first.count(verdict)
    if (!failFast) eachCode(candidates, row, (each) => all.count(each))
  })
  let unresolvable = 0
  for (const [verdict, nodes] of first.counts()) if (!refusalOf(candidates, verdict).resolvable) unresolvable += nodes
  const refusals = new Map<string, number>()
  const refusedBy = new Set<string>(narrowing?.plugins)
  const left = candidates.nodes.order().length - candidates.order.length
  if (narrowing !== undefined && left > 0) {
    unresolvable += left
    for (const reason of leftOutBy(narrowing).reasons) refusals.set(reason, left)
  }
  for (const [verdict, nodes] of all.counts()) {
    const { plugin, reasons } = refusalOf(candidates, verdict)
    refusedBy.add(plugin)
    for (const reason of reasons) refusals.set(reason, (refusals.get(reason) ?? 0) + nodes)
  }
  return { refusals, refusedBy: [...refusedBy], unresolvable }
}

/** Counts numbers of which most are like the one before. */
class Tally {
  private readonly known = new Map<number, number>()
  private last = 0
  private run = 0

  count(value: number): void {
    if (value !== this.last) this.end(value)
    this.run++
  }

  counts(): ReadonlyMap<number, number> {
    this.end(0)
    return this.known
  }

  private end(next: number): void {
    if (this.run > 0) this.known.set(this.last, (this.known.get(this.last) ?? 0) + this.run)
    this.last = next
    this.run = 0
  }
}

function eachCode(candidates: Candidates, row: number, visit: (verdict: number) => void): void {
  for (let i = 0; i < candidates.filters.length; i++) {
    const code = candidates.code(i, row)
    if (code !== 0) visit(verdictOf(i, code))
  }
}

function byName(candidates: Candidates, found: Found, totals: Float64Array): ReadonlyMap<string, number> {
  const scores = new Map<string, number>()
  let i = 0
  eachFeasible(candidates, found, (row) => void scores.set(candidates.nodes.rows[row]!.name, totals[i++]!))
  return scores
}
