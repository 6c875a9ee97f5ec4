/** Asking the plugins of one scheduler about pods, remembering what they say of classes. */
import { type Candidates, ClassMemory, CycleCandidates, lateVerdict } from './candidates.ts'
import { withNominees } from './coming.ts'
import type { Cycle } from './cycle.ts'
import type { NodeTable } from './nodeTable.ts'
import { type CyclePlugin, FITS, type Refusal, type RowFilter, type RowPlugin } from './plugin.ts'
import type { PodInfo } from './podInfo.ts'
import { Questions } from './questions.ts'
import { isOfCycle, type Rules, type Weighted } from './rules.ts'

/** The plugins that look at more than the row, asked about one pod. */
export interface Outlook {
  readonly filters: readonly CyclePlugin[]
  readonly checks: readonly RowFilter[]
  readonly scores: readonly Weighted<CyclePlugin>[]
  /** Why no node will do, whatever it is like. */
  readonly refusal: Refusal | undefined
  /** Whether no filter looks at more than the row for this pod. */
  readonly isOfRows: boolean
}

/** What is asked about one pod: rows to search, and scores to add once it is known which rows are feasible. */
export interface Inquiry extends Pick<Outlook, 'refusal' | 'isOfRows'> {
  readonly candidates: Candidates
  readonly own: ClassMemory
  /** The score plugins that look at more than the row. */
  readonly late: readonly Weighted<CyclePlugin>[]
}

/** So many classes are remembered at once in any case: enough for the templates of a roll-out. */
const LEAST_CLASSES = 8

/** More are where they have no more rows together than this: some 10 MB. */
const MOST_ROWS = 1 << 19

/** Asks the plugins of one scheduler; remembers what they say of classes, recycling the one that was used longest ago. */
export class Inquiries {
  private readonly classes = new Map<PodInfo, ClassMemory>()
  private readonly lateFilters: readonly CyclePlugin[]
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

  /** What plugins that look at more than the row have against the pod, or to say of it. */
  outlook(cycle: Cycle): Outlook {
    const { lateFilters, lateScores } = this
    if (lateFilters.length === 0 && lateScores.length === 0) return CLEAR
    const scores = lateScores.filter(({ plugin }) => plugin.scores?.(cycle) !== false)
    const asked: { readonly plugin: CyclePlugin; readonly check: RowFilter }[] = []
    for (const plugin of lateFilters) {
      const answer = plugin.preFilter?.(cycle)
      if (answer !== undefined && answer !== 'skip')
        return { filters: [], checks: [], scores, refusal: answer, isOfRows: false }
      asked.push({ plugin, check: answer === 'skip' ? FITS : plugin.filter!(cycle) })
    }
    const isOfRows = asked.every(({ check }) => check === FITS)
    // Who has nothing to say of what is there may have of what is to come.
    const checked = cycle.snapshot.nominees.arePlain ? asked.filter(({ check }) => check !== FITS) : asked
    const filters = checked.map(({ plugin }) => plugin)
    return { filters, checks: checked.map(({ check }) => check), scores, refusal: undefined, isOfRows }
  }

  about(cycle: Cycle, { filters, checks, scores: late, refusal, isOfRows }: Outlook): Inquiry {
    const own = this.classOf(cycle)
    if (filters.length === 0) return { candidates: own, own, late, refusal, isOfRows }
    const { capacity } = this.nodes
    if (this.verdicts.length !== capacity) {
      this.verdicts = new Int32Array(capacity)
      this.known = new Uint32Array(capacity)
    }
    const candidates = new CycleCandidates(own, cycle, filters, checks, this.verdicts, this.known)
    return { candidates, own, late, refusal, isOfRows }
  }

  /** What is to be said of a row as it is now, whatever was said before; filters are numbered as in `filtersOf`. */
  verdictAnew(cycle: Cycle, own: ClassMemory, row: number): number {
    const { lateFilters } = this
    const verdict = own.questions.verdict(row)
    if (verdict !== 0 || lateFilters.length === 0) return verdict
    const ask = (): number => lateVerdict(lateFilters, cycle, row, own.filters.length)
    return withNominees(cycle.snapshot, own.info, row, ask) || ask()
  }

  /** Every filter that may have something to say of a class. */
  filtersOf(own: ClassMemory): readonly RowPlugin[] {
    return [...own.filters, ...this.lateFilters]
  }

  /** Whether anything is remembered of a class. */
  knows(info: PodInfo): boolean {
    return this.last?.info === info || this.classes.has(info)
  }

  /** How many more classes can be remembered without another being forgotten. */
  get room(): number {
    return Math.max(LEAST_CLASSES, Math.floor(MOST_ROWS / this.nodes.capacity)) - this.classes.size
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
        : new ClassMemory(new Questions(info, snapshot, this.rules), recycled ?? found)
    classes.set(info, this.last)
    return this.last
  }
}

const CLEAR: Outlook = Object.freeze({ filters: [], checks: [], scores: [], refusal: undefined, isOfRows: true })

function oldest(known: Map<PodInfo, ClassMemory>): ClassMemory | undefined {
  for (const [info, memory] of known) {
    known.delete(info)
    return memory
  }
  return undefined
}
