/** What filters say of each row for one pod where some of them look at more than the row. */
import type { Candidates, ClassMemory } from './candidates.ts'
import { withNominees } from './coming.ts'
import type { Cycle } from './cycle.ts'
import { isNames } from './narrowing.ts'
import type { NodeTable } from './nodeTable.ts'
import type { CyclePlugin, RowFilter, RowPlugin } from './plugin.ts'
import type { PodInfo } from './podInfo.ts'
import type { RowLog } from './rowLog.ts'
import { Runs } from './runs.ts'
import { verdictOf } from './verdict.ts'

/** What the filters that look at more than the row say of one, each asked from the beginning. */
export function lateVerdict(late: readonly CyclePlugin[], cycle: Cycle, row: number, first: number): number {
  for (const [i, plugin] of late.entries()) {
    // What refuses every node has done so before.
    const answer = plugin.preFilter?.(cycle)
    if (answer !== undefined && !isNames(answer)) continue
    const code = plugin.filter!(cycle)(row)
    if (code !== 0) return verdictOf(first + i, code)
  }
  return 0
}

/** One decision's verdicts, where filters look at more than the row. */
export class CycleCandidates implements Candidates {
  readonly filters: readonly RowPlugin[]
  readonly nodes: NodeTable
  readonly info: PodInfo
  readonly sums: Float64Array
  /** Whether pods are to come to any node. */
  private readonly areSome: boolean

  constructor(
    private readonly own: ClassMemory,
    readonly order: Int32Array,
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
    this.areSome = !cycle.snapshot.nominees.isEmpty
    if (order === own.order) known.fill(0)
    else for (const row of order) known[row] = 0
  }

  ask(row: number): void {
    const { own, checks, verdicts } = this
    const verdict = withChecks(own, checks, row)
    this.known[row] = own.known[row]!
    verdicts[row] = verdict === 0 && this.areSome ? this.withNominees(row) : verdict
  }

  private withNominees(row: number): number {
    const { own, cycle, late } = this
    return withNominees(cycle.snapshot, own.info, row, () => lateVerdict(late, cycle, row, own.filters.length))
  }

  code(filter: number, row: number): number {
    const { own, checks } = this
    return filter < own.filters.length ? own.code(filter, row) : checks[filter - own.filters.length]!(row)
  }
}

/** The verdict of the filters that look at the row alone, and then of others; no pods are to come there. */
function withChecks(own: ClassMemory, checks: readonly RowFilter[], row: number): number {
  if (own.known[row] !== own.nodes.columns.versions[row]) own.ask(row)
  const verdict = own.verdicts[row]!
  if (verdict !== 0) return verdict
  for (let i = 0; i < checks.length; i++) {
    const code = checks[i]!(row)
    if (code !== 0) return verdictOf(own.filters.length + i, code)
  }
  return 0
}

/**
 * The verdicts for pods of a class where filters look at more than the row, and tell of the rows of which they say
 * something else: what is remembered goes from one decision to the next.
 */
export class StandingCandidates implements Candidates {
  readonly filters: readonly RowPlugin[]
  readonly nodes: NodeTable
  readonly info: PodInfo
  readonly sums: Float64Array
  readonly verdicts: Int32Array
  readonly known: Uint32Array
  readonly runs: Runs
  private readonly readTo: number[]
  private checks: readonly RowFilter[] = []

  constructor(
    private readonly own: ClassMemory,
    late: readonly CyclePlugin[],
    private readonly logs: readonly RowLog[],
    recycled?: StandingCandidates,
  ) {
    const { nodes, info, sums, filters } = own
    this.filters = [...filters, ...late]
    this.nodes = nodes
    this.info = info
    this.sums = sums
    const old = recycled?.known.length === own.known.length ? recycled : undefined
    this.verdicts = old?.verdicts ?? new Int32Array(own.known.length)
    this.known = old?.known ?? new Uint32Array(own.known.length)
    this.runs = old?.runs ?? new Runs(nodes)
    this.readTo = logs.map(({ end }) => end)
    this.forget()
  }

  get order(): Int32Array {
    return this.nodes.order()
  }

  /** Whether they are about a class, and what its filters tell of is told there. */
  isAbout(own: ClassMemory, logs: readonly RowLog[]): boolean {
    return this.own === own && this.logs.length === logs.length && this.logs.every((log, i) => log === logs[i])
  }

  /** Takes in what has changed, for a pod of whom the filters ask this. */
  catchUp(checks: readonly RowFilter[]): void {
    this.checks = checks
    const { logs, readTo, known, runs } = this
    for (let i = 0; i < logs.length; i++) {
      const log = logs[i]!
      if (!log.reaches(readTo[i]!)) this.forget()
      else
        for (let place = readTo[i]!; place < log.end; place++) {
          known[log.at(place)] = 0
          runs.touch(log.at(place))
        }
      readTo[i] = log.end
    }
  }

  ask(row: number): void {
    this.verdicts[row] = withChecks(this.own, this.checks, row)
    this.known[row] = this.own.known[row]!
  }

  code(filter: number, row: number): number {
    const { own, checks } = this
    return filter < own.filters.length ? own.code(filter, row) : checks[filter - own.filters.length]!(row)
  }

  private forget(): void {
    this.known.fill(0)
    this.runs.forget()
  }
}
