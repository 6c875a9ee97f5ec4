/** What a comparison has found. */
import { amount } from '../format.ts'
import type { Unit } from '../metrics/metric.ts'
import { summarise } from '../statistics.ts'
import { aligned, isCertain } from '../tables.ts'
import { type ComparisonMeasure, comparisonMeasures, type Question } from './comparisonMeasures.ts'

/** One measure of one architecture. */
export interface ComparedValue {
  readonly architecture: string
  /** Over the seeds that have a value; null where none has. */
  readonly mean: number | null
  /** The mean of all seeds there could be lies within ± this with 95 % confidence; null for fewer than two values. */
  readonly halfWidth95: number | null
  /** By seed, in the order of the seeds; null where there is nothing to measure. */
  readonly values: readonly (number | null)[]
  /**
   * The best of all, or not certainly worse: zero lies within the 95 % confidence interval of their difference on the same
   * seeds. False where all are the same, and where neither more nor less is better.
   */
  readonly isBest: boolean
}

/** One line of the table. */
export interface ComparedMeasure {
  readonly question: Question
  readonly key: string
  readonly about: string
  /** `share` is from 0 to 1, `ms` milliseconds of virtual time. */
  readonly unit: Unit
  readonly better: 'less' | 'more' | null
  readonly architectures: readonly ComparedValue[]
}

export interface ComparisonParts {
  readonly workload: string
  readonly machines: number
  readonly seeds: readonly number[]
  readonly slowdown: number
  readonly untilMs: number | null
  readonly architectures: readonly string[]
  /** By measure, by architecture, by seed. */
  readonly values: (measure: ComparisonMeasure, architecture: string) => readonly (number | null)[]
}

/** What `compareArchitectures` has found. `String()` prints it as a table; JSON.stringify keeps all of it but that. */
export class ArchitectureComparison {
  readonly workload: string
  readonly machines: number
  readonly seeds: readonly number[]
  /** How many times as long decisions on service jobs take where extensibility is asked for. */
  readonly slowdown: number
  /** When runs end whatever is left; null when they end by themselves. */
  readonly untilMs: number | null
  readonly architectures: readonly string[]
  readonly measures: readonly ComparedMeasure[]

  constructor(parts: ComparisonParts) {
    this.workload = parts.workload
    this.machines = parts.machines
    this.seeds = parts.seeds
    this.slowdown = parts.slowdown
    this.untilMs = parts.untilMs
    this.architectures = parts.architectures
    this.measures = comparisonMeasures.map((measure) => measured(measure, parts))
  }

  /** One measure of one architecture. Throws RangeError for either that is not there. */
  value(architecture: string, key: string): ComparedValue {
    const measure = this.measures.find((one) => one.key === key)
    if (measure === undefined)
      throw new RangeError(
        `no measure ${JSON.stringify(key)}; there are ${this.measures.map((one) => one.key).join(', ')}`,
      )
    const found = measure.architectures.find((one) => one.architecture === architecture)
    if (found === undefined)
      throw new RangeError(
        `no architecture ${JSON.stringify(architecture)}; there are ${this.architectures.join(', ')}`,
      )
    return found
  }

  toString(): string {
    const { workload, machines, seeds, architectures, measures } = this
    const over = seeds.length === 1 ? `seed ${seeds[0]}` : `means over ${seeds.length} seeds ± 95 % confidence`
    const caption = `${workload} on ${machines} machines; ${over}; * best, or not certainly worse on the same seeds`
    const rows = measures.map((measure, index) => {
      const { question, about, unit } = measure
      const isFirst = measures[index - 1]?.question !== question
      return [isFirst ? question : '', about, ...measure.architectures.map((value) => shown(value, unit))]
    })
    // A column is padded as a whole; two of words stand before those of numbers.
    const width = Math.max(...rows.map(([question]) => question!.length))
    const joined = rows.map(([question, about, ...cells]) => [`${question!.padEnd(width)}  ${about}`, ...cells])
    return `${caption}\n\n${aligned({ head: ['', ...architectures], rows: joined })}`
  }
}

function shown({ mean, halfWidth95, isBest }: ComparedValue, unit: Unit): string {
  if (mean === null) return '–'
  return `${amount(mean, unit, halfWidth95 ?? 0)}${isBest ? ' *' : '  '}`
}

function measured(measure: ComparisonMeasure, { architectures, values }: ComparisonParts): ComparedMeasure {
  const { question, key, about, unit, better } = measure
  const found = architectures.map((architecture) => summaryOf(architecture, values(measure, architecture)))
  const marked = found.map((value) => ({ ...value, isBest: better !== undefined && isAmongBest(value, found, better) }))
  return { question, key, about, unit, better: better ?? null, architectures: marked }
}

function summaryOf(architecture: string, values: readonly (number | null)[]): Omit<ComparedValue, 'isBest'> {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return { architecture, mean: null, halfWidth95: null, values }
  const { mean, halfWidth = null } = summarise(known)
  return { architecture, mean, halfWidth95: halfWidth, values }
}

type Unmarked = Omit<ComparedValue, 'isBest'>

/** Best of all, or not certainly worse than the best on the same seeds. Where all are the same, none is. */
function isAmongBest(value: Unmarked, all: readonly Unmarked[], better: 'less' | 'more'): boolean {
  const known = all.filter(({ mean }) => mean !== null)
  if (value.mean === null || known.every(({ mean }) => mean === known[0]!.mean)) return false
  const sign = better === 'more' ? 1 : -1
  const best = known.reduce((a, b) => (b.mean! * sign > a.mean! * sign ? b : a))
  const behind = best.values.flatMap((one, index) => {
    const other = value.values[index]!
    return one === null || other === null ? [] : [(one - other) * sign]
  })
  if (best.mean === value.mean) return true
  return behind.length > 1 && !isCertain(summarise(behind))
}
