/** Asking the plugins of one scheduler about pods, remembering what they say of classes. */
import { Batch, type Candidates, ClassMemory, NamedCandidates } from './candidates.ts'
import { withNominees } from './coming.ts'
import type { Cycle } from './cycle.ts'
import { CycleCandidates, lateVerdict, StandingCandidates } from './lateCandidates.ts'
import type { NodeTable } from './nodeTable.ts'
import { type Narrowing, PreFilter } from './narrowing.ts'
import { type CyclePlugin, FITS, type NodePlugin, type Refusal, type RowFilter, type RowPlugin } from './plugin.ts'
import type { PodInfo } from './podInfo.ts'
import { Questions } from './questions.ts'
import type { RowLog } from './rowLog.ts'
import { isOfCycle, isOfNode, type Rules, type Weighted } from './rules.ts'

/** What is known before any node is looked at; what it takes to compare nodes only once it is asked for. */
export class Outlook {
  private known: readonly Weighted<CyclePlugin>[] | undefined

  constructor(
    private readonly inquiries: Inquiries,
    private readonly cycle: Cycle,
    /** Why no node will do, whatever it is like, and who says so. */
    readonly refusal: Refusal | undefined,
    readonly refusedBy: readonly string[],
    /** The nodes that are looked at, unless all are. */
    readonly narrowing: Narrowing | undefined,
    /** The filters that look at more than the row, with what they ask. */
    readonly filters: readonly CyclePlugin[],
    readonly checks: readonly RowFilter[],
    /** Whether no filter looks at more than the row for this pod. */
    readonly isOfRows: boolean,
  ) {}

  /** The score plugins that look at more than the row, of those that may tell nodes apart for this pod. */
  get scores(): readonly Weighted<CyclePlugin>[] {
    return (this.known ??= this.inquiries.scoresOf(this.cycle))
  }
}

/** What is asked about one pod: rows to search, and scores to add once it is known which rows are feasible. */
export interface Inquiry {
  readonly candidates: Candidates
  readonly own: ClassMemory
  readonly outlook: Outlook
}

const NONE: readonly never[] = Object.freeze([])
const NOT_HEARD = Object.freeze({ filters: NONE, checks: NONE, isOfRows: false })

/** Of so many classes it is known that they came before. */
const MOST_SEEN = 1024

/** So many classes are remembered at once in any case: enough for the templates of a roll-out. */
const LEAST_CLASSES = 8

/** Of a class that is asked about so few rows and no others, only the last one is remembered. */
const FEW_ROWS = 64

/** More are where they have no more rows together than this: some 10 MB. */
const MOST_ROWS = 1 << 19

/** Asks the plugins of one scheduler; remembers what they say of classes, recycling the one that was used longest ago. */
export class Inquiries {
  private readonly classes = new Map<PodInfo, ClassMemory>()
  private readonly preFilters: readonly NodePlugin[]
  private readonly lateFilters: readonly CyclePlugin[]
  private readonly lateScores: readonly Weighted<CyclePlugin>[]
  /** By the first of the logs that they read. */
  private readonly standings = new Map<RowLog, StandingCandidates>()
  private readonly batch = new Batch()
  private readonly seen = new Set<PodInfo>()
  private lastCome: PodInfo | undefined
  private last: ClassMemory | undefined
  private passing: ClassMemory | undefined
  private verdicts = new Int32Array(0)
  private known = new Uint32Array(0)

  constructor(
    private readonly nodes: NodeTable,
    private readonly rules: Rules,
  ) {
    this.preFilters = rules.filters.filter(isOfNode).filter(({ preFilter }) => preFilter !== undefined)
    this.lateFilters = rules.filters.filter(isOfCycle)
    this.lateScores = rules.scores.filter((one): one is Weighted<CyclePlugin> => isOfCycle(one.plugin))
  }

  /** Which nodes are looked at, and what plugins that look at more than the row have against the pod. */
  outlook(cycle: Cycle): Outlook {
    const { preFilters } = this
    const before = new PreFilter()
    let goesOn = true
    for (let i = 0; i < preFilters.length && goesOn; i++)
      goesOn = before.hear(preFilters[i]!.name, preFilters[i]!.preFilter!(cycle.info, cycle.snapshot))
    const { filters, checks, isOfRows } = goesOn ? this.heard(cycle, before) : NOT_HEARD
    const { refusal, refusedBy } = before
    if (refusal !== undefined) return new Outlook(this, cycle, refusal, refusedBy, undefined, NONE, NONE, false)
    return new Outlook(this, cycle, undefined, NONE, before.narrowing(this.nodes), filters, checks, isOfRows)
  }

  private heard(cycle: Cycle, before: PreFilter): Pick<Outlook, 'filters' | 'checks' | 'isOfRows'> {
    const { lateFilters } = this
    const { isEmpty, arePlain } = cycle.snapshot.nominees
    const filters: CyclePlugin[] = []
    const checks: RowFilter[] = []
    let isOfRows = true
    let goesOn = true
    for (let i = 0; i < lateFilters.length && goesOn; i++) {
      const plugin = lateFilters[i]!
      const answer = plugin.preFilter?.(cycle)
      goesOn = before.hear(plugin.name, answer)
      if (before.refusal !== undefined) continue
      const isSkipped = answer === 'skip'
      const check = isSkipped ? FITS : plugin.filter!(cycle)
      // Who has nothing to say of what is there may have of what is to come.
      if (check === FITS && (isEmpty || (isSkipped && arePlain))) continue
      if (!isSkipped) isOfRows = false
      filters.push(plugin)
      checks.push(check)
    }
    return { filters, checks, isOfRows }
  }

  scoresOf(cycle: Cycle): readonly Weighted<CyclePlugin>[] {
    return this.lateScores.filter(({ plugin }) => plugin.scores?.(cycle) !== false)
  }

  about(cycle: Cycle, outlook: Outlook): Inquiry {
    const { filters, narrowing } = outlook
    const own = this.memoryFor(cycle, narrowing)
    const candidates = filters.length === 0 ? ofRows(own, narrowing) : this.around(cycle, own, outlook)
    return { candidates, own, outlook }
  }

  /** What is to be said of a row as it is now, whatever was said before; filters are numbered as in `filtersOf`. */
  verdictAnew(cycle: Cycle, own: Questions, row: number): number {
    const { lateFilters } = this
    const verdict = own.verdict(row)
    if (verdict !== 0 || lateFilters.length === 0) return verdict
    const ask = (): number => lateVerdict(lateFilters, cycle, row, own.filters.length)
    return withNominees(cycle.snapshot, own.info, row, ask) || ask()
  }

  /** Every filter that may have something to say of a class. */
  filtersOf(own: Questions): readonly RowPlugin[] {
    return [...own.filters, ...this.lateFilters]
  }

  /** Whether anything is remembered of a class. */
  knows(info: PodInfo): boolean {
    return this.last?.info === info || this.classes.has(info)
  }

  /** Whether a class was decided about before, as far as is known. */
  cameBefore(info: PodInfo): boolean {
    return this.seen.has(info)
  }

  /** A class was decided about. */
  came(info: PodInfo): void {
    const { seen } = this
    if (info === this.lastCome) return
    if (seen.size >= MOST_SEEN) seen.clear()
    seen.add((this.lastCome = info))
  }

  /** How many more classes can be remembered without another being forgotten. */
  get room(): number {
    return mostAtOnce(this.nodes.capacity) - this.classes.size
  }

  /** Where filters look at more than the row. */
  private around(cycle: Cycle, own: ClassMemory, { filters, checks, narrowing }: Outlook): Candidates {
    const isPlain = narrowing === undefined && cycle.snapshot.nominees.isEmpty
    const logs = isPlain ? logsOf(cycle, filters) : undefined
    if (logs !== undefined) {
      const standing = this.standing(own, filters, logs)
      standing.catchUp(checks)
      return standing
    }
    const { capacity } = this.nodes
    if (this.verdicts.length !== capacity) {
      this.verdicts = new Int32Array(capacity)
      this.known = new Uint32Array(capacity)
    }
    const order = narrowing?.rows ?? own.order
    return new CycleCandidates(own, order, cycle, filters, checks, this.verdicts, this.known)
  }

  private standing(own: ClassMemory, filters: Outlook['filters'], logs: readonly RowLog[]): StandingCandidates {
    const { standings } = this
    const [key] = logs
    const known = standings.get(key!)
    if (known !== undefined) standings.delete(key!)
    const isFull = standings.size >= mostAtOnce(this.nodes.capacity)
    const current =
      known?.isAbout(own, logs) === true
        ? known
        : new StandingCandidates(own, filters, logs, known ?? (isFull ? oldest(standings) : undefined))
    standings.set(key!, current)
    return current
  }

  /** What is asked of each row, now that the table may have other columns. */
  questionsOf(cycle: Cycle, { own, outlook }: Inquiry): Questions {
    return own.isCurrent ? own.questions : this.memoryFor(cycle, outlook.narrowing).questions
  }

  /**
   * Where many classes come once, or are each asked about a few rows, none of them drives out what is known of others: one
   * after the other has the same memory, which stays at hand.
   */
  private memoryFor(cycle: Cycle, narrowing: Narrowing | undefined): ClassMemory {
    const { info, snapshot } = cycle
    if (this.knows(info)) return this.classOf(cycle)
    const { passing } = this
    if (passing !== undefined && passing.info === info && passing.isCurrent) return passing
    const isOfFew = narrowing !== undefined && narrowing.rows.length <= FEW_ROWS
    if (!isOfFew && this.cameBefore(info)) return this.classOf(cycle)
    return (this.passing = new ClassMemory(new Questions(info, snapshot, this.rules), this.batch, passing))
  }

  classOf({ info, snapshot }: Cycle): ClassMemory {
    const { last, classes } = this
    if (last !== undefined && last.info === info && last.isCurrent) return last
    const found = classes.get(info)
    if (found !== undefined) classes.delete(info)
    const recycled = found === undefined && this.room <= 0 ? oldest(classes) : undefined
    this.last =
      found !== undefined && found.isCurrent
        ? found
        : new ClassMemory(new Questions(info, snapshot, this.rules), this.batch, recycled ?? found)
    classes.set(info, this.last)
    return this.last
  }
}

function ofRows(own: ClassMemory, narrowing: Narrowing | undefined): Candidates {
  return narrowing === undefined ? own : new NamedCandidates(own, narrowing.rows)
}

function mostAtOnce(capacity: number): number {
  return Math.max(LEAST_CLASSES, Math.floor(MOST_ROWS / capacity))
}

function oldest<K, V>(known: Map<K, V>): V | undefined {
  for (const [key, memory] of known) {
    known.delete(key)
    return memory
  }
  return undefined
}

/** Where each of some filters tells of what changes; undefined if one does not. */
function logsOf(cycle: Cycle, filters: readonly CyclePlugin[]): readonly RowLog[] | undefined {
  const logs: RowLog[] = []
  for (const { changes } of filters) {
    if (changes === undefined) return undefined
    logs.push(changes(cycle))
  }
  return logs
}
