import type { Findings, Quantity, RunResult } from './findings.ts'
import type { Timeline } from './run/timeline.ts'
import type { Summary } from './statistics.ts'

/** A mean with its interval as data; `halfWidth95` is null for a single measurement. */
export interface SummaryData {
  readonly key: string
  readonly count: number
  readonly mean: number
  readonly halfWidth95: number | null
  readonly least: number
  readonly most: number
}

export interface RunData {
  readonly scheduler: string
  readonly seed: number
  readonly endMs: number
  readonly values: Readonly<Record<string, number>>
  readonly waitPercentilesMs: readonly number[]
  readonly hottest: RunResult['hottest']
  readonly timeline: Timeline
}

export interface ComparisonData {
  readonly summaries: readonly { readonly scheduler: string; readonly values: readonly SummaryData[] }[]
  /** What `scheduler` has more than `from` on the same seed: of every two, once. */
  readonly differences: readonly {
    readonly scheduler: string
    readonly from: string
    readonly values: readonly SummaryData[]
  }[]
}

/** What an experiment found, as JSON. */
export interface ResultData extends ComparisonData {
  readonly format: 'wavetank-experiment'
  readonly version: 1
  readonly name: string
  readonly workload: string
  readonly schedulers: readonly string[]
  readonly seeds: readonly number[]
  readonly quantities: readonly Omit<Quantity, 'isWallClock'>[]
  readonly runs: readonly RunData[]
  /** All that depends on the machine; only where a clock was handed in. */
  readonly wallClock?: ComparisonData & {
    readonly quantities: readonly Omit<Quantity, 'isWallClock'>[]
    readonly runs: readonly Pick<RunData, 'scheduler' | 'seed' | 'values'>[]
  }
}

export function jsonOf(result: Findings): ResultData {
  const { name, workload, schedulers, seeds, runs, quantities } = result
  const fixed = quantities.filter(({ isWallClock }) => !isWallClock)
  const wall = quantities.filter(({ isWallClock }) => isWallClock)
  const data: ResultData = {
    format: 'wavetank-experiment',
    version: 1,
    name,
    workload,
    schedulers,
    seeds,
    quantities: fixed.map(quantityData),
    ...comparison(result, fixed),
    runs: runs.map(({ scheduler, seed, endMs, values, waitPercentiles, hottest, timeline }) => ({
      scheduler,
      seed,
      endMs,
      values: Object.fromEntries(values),
      waitPercentilesMs: waitPercentiles,
      hottest,
      timeline,
    })),
  }
  if (wall.length === 0) return data
  const own = runs.map(({ scheduler, seed, wall: values }) => ({ scheduler, seed, values: Object.fromEntries(values) }))
  return { ...data, wallClock: { quantities: wall.map(quantityData), ...comparison(result, wall), runs: own } }
}

function quantityData({ key, metric, about, unit, better }: Quantity): Omit<Quantity, 'isWallClock'> {
  return { key, metric, about, unit, better }
}

function comparison(result: Findings, quantities: readonly Quantity[]): ComparisonData {
  const { schedulers } = result
  const all = (of: (key: string) => Summary | undefined): readonly SummaryData[] =>
    quantities.flatMap(({ key }) => {
      const summary = of(key)
      return summary === undefined ? [] : [summaryData(key, summary)]
    })
  return {
    summaries: schedulers.map((scheduler) => ({ scheduler, values: all((key) => result.summary(scheduler, key)) })),
    differences: schedulers.flatMap((from, index) =>
      schedulers.slice(index + 1).map((scheduler) => ({
        scheduler,
        from,
        values: all((key) => result.difference(scheduler, from, key)),
      })),
    ),
  }
}

function summaryData(key: string, { count, mean, halfWidth, least, most }: Summary): SummaryData {
  return { key, count, mean, halfWidth95: halfWidth ?? null, least, most }
}

/** RFC 4180: a head, then one line a run; what a run has nothing to say of is empty. */
export function csvOf({ runs, quantities }: Findings): string {
  const head = ['scheduler', 'seed', 'endMs', ...quantities.map(({ key }) => key)]
  const lines = runs.map(({ scheduler, seed, endMs, values, wall }) => [
    scheduler,
    String(seed),
    String(endMs),
    ...quantities.map(({ key }) => String(values.get(key) ?? wall.get(key) ?? '')),
  ])
  return [head, ...lines].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('')
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
