/** One figure of a bench. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What bare array loops or a typed-array scan reach in the same run, in the same unit. */
  readonly limit?: number
  /** value ÷ limit unless given. */
  readonly ratio?: number
  /** What `--check` demands of `value`, inclusive. */
  readonly bar?: { readonly atLeast?: number; readonly atMost?: number }
  /** Missing the bar fails the run without `--check` too. */
  readonly isStrict?: true
}

/** What a bench is handed. */
export interface BenchContext {
  /** Milliseconds of the wall clock, with fractions. */
  now(): number
  /** Collects garbage twice, then returns heap plus external memory in bytes. */
  memoryBytes(): number
  /** Milliseconds that `work` took: the fastest of `times` runs (1 unless given). */
  time(work: () => void, times?: number): number
  /** Whether `--all` asked for what takes long. */
  readonly all: boolean
  /** A line for whoever waits; printed to standard error. */
  progress(line: string): void
}

/** A file bench/NAME.bench.ts exports one of these as `bench`. It runs alone, in a process with a fresh heap. */
export interface Bench {
  readonly name: string
  run(context: BenchContext): Promise<readonly Row[]> | readonly Row[]
  /** Bars by row name, for rows that carry none themselves. */
  readonly bars?: Readonly<Record<string, NonNullable<Row['bar']>>>
}

/** The row with its bar and its ratio filled in. */
export function finished(row: Row, bars: Bench['bars']): Row {
  const bar = row.bar ?? bars?.[row.name]
  const ratio = row.ratio ?? (row.limit === undefined || row.limit === 0 ? undefined : row.value / row.limit)
  return { ...row, ...(ratio === undefined ? {} : { ratio }), ...(bar === undefined ? {} : { bar }) }
}

/** Why the row misses its bar, or undefined. A value that is not a number misses every bar. */
export function missed({ value, unit, bar }: Row): string | undefined {
  if (bar === undefined) return undefined
  if (bar.atLeast !== undefined && !(value >= bar.atLeast)) return `below ${bar.atLeast} ${unit}`
  if (bar.atMost !== undefined && !(value <= bar.atMost)) return `above ${bar.atMost} ${unit}`
  return undefined
}
