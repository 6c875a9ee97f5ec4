import type { Findings, Quantity, RunResult } from './findings.ts'
import type { Metric } from './metrics/metric.ts'
import { csvOf, jsonOf, type ResultData } from './exports.ts'
import { pageOf } from './page/page.ts'
import { summarise, type Summary } from './statistics.ts'
import { markdownOf, textOf } from './tables.ts'

/** What an experiment found. `String()` prints it as a table. */
export class ExperimentResult implements Findings {
  readonly name: string
  readonly workload: string
  readonly schedulers: readonly string[]
  readonly seeds: readonly number[]
  /** By scheduler, then by seed. */
  readonly runs: readonly RunResult[]
  /** Everything that was measured, metric by metric. */
  readonly quantities: readonly Quantity[]

  constructor({ name, workload, schedulers, seeds, metrics, runs }: ResultParts) {
    this.name = name
    this.workload = workload
    this.schedulers = schedulers
    this.seeds = seeds
    this.quantities = metrics.flatMap((metric) => quantitiesOf(metric, runs))
    const otherwise = new Map(metrics.map((metric) => [metric.name, metric.otherwise]))
    this.runs = runs.map((run) => ({ ...run, values: this.filled(run.values, otherwise) }))
  }

  /** With what stands for numbers that only other runs have, in the order of the quantities. */
  private filled(
    values: ReadonlyMap<string, number>,
    otherwise: ReadonlyMap<string, number | undefined>,
  ): ReadonlyMap<string, number> {
    const all = this.quantities.filter(({ isWallClock }) => !isWallClock)
    return new Map(
      all.flatMap(({ key, metric }) => {
        const value = values.get(key) ?? otherwise.get(metric)
        return value === undefined ? [] : [[key, value] as const]
      }),
    )
  }

  /** What one run measured; undefined where it has nothing to say. */
  value(scheduler: string, seed: number, key: string): number | undefined {
    const run = this.runs.find((one) => one.scheduler === scheduler && one.seed === seed)
    return run?.values.get(key) ?? run?.wall.get(key)
  }

  /** Mean over the seeds, with its 95 % confidence interval; undefined where no run has a value. */
  summary(scheduler: string, key: string): Summary | undefined {
    const values = this.seeds.flatMap((seed) => this.value(scheduler, seed, key) ?? [])
    return values.length === 0 ? undefined : summarise(values)
  }

  /** The same of what the first has more than the second on the same seed. */
  difference(scheduler: string, from: string, key: string): Summary | undefined {
    const differences = this.seeds.flatMap((seed) => {
      const one = this.value(scheduler, seed, key)
      const other = this.value(from, seed, key)
      return one === undefined || other === undefined ? [] : one - other
    })
    return differences.length === 0 ? undefined : summarise(differences)
  }

  /** Plain data. All that depends on the machine stands in `wallClock`, which is there where a clock was handed in. */
  toJSON(): ResultData {
    return jsonOf(this)
  }

  /** One line a run, with a head. */
  toCsv(): string {
    return csvOf(this)
  }

  toMarkdown(): string {
    return markdownOf(this)
  }

  /** One page that needs nothing beside it, with charts, for light and for dark. */
  toHtml(): string {
    return pageOf(this)
  }

  toString(): string {
    return textOf(this)
  }
}

export interface ResultParts {
  readonly name: string
  readonly workload: string
  readonly schedulers: readonly string[]
  readonly seeds: readonly number[]
  readonly metrics: readonly Metric[]
  readonly runs: readonly RunResult[]
}

/** The quantities of a metric: those that some run has, in the order in which they are first met. */
function quantitiesOf(metric: Metric, runs: readonly RunResult[]): readonly Quantity[] {
  const { name, about, unit, better, isWallClock = false } = metric
  const keys = new Set<string>()
  for (const { values, wall } of runs) {
    for (const key of (isWallClock ? wall : values).keys())
      if (key === name || key.startsWith(`${name}.`)) keys.add(key)
  }
  return [...keys].map((key) => ({ key, metric: name, about, unit, better, isWallClock }))
}
