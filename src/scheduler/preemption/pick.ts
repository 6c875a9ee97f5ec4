import type { Cost, DryRuns } from './dryRuns.ts'

/** The row on which making room costs least; of equals the one whose victims were started last, then the first. */
export function best(runs: DryRuns, rows: readonly number[]): number | undefined {
  let left: number[] = []
  for (const row of rows) {
    const order = left.length === 0 ? 0 : compare(runs.of(row), runs.of(left[0]!))
    if (order < 0) left = []
    if (order <= 0) left.push(row)
  }
  return left.length < 2 ? left[0] : startedLast(runs, left)
}

/** In the order of pickOneNodeForPreemption: the lower the better, the first that differs counts. */
function compare(a: Cost, b: Cost): number {
  return a.violations - b.violations || a.highest - b.highest || a.sum - b.sum || a.count - b.count
}

function startedLast(runs: DryRuns, rows: readonly number[]): number {
  let last = rows[0]!
  let latest = -Infinity
  for (const row of rows) {
    const { since } = runs.of(row)
    if (since > latest) {
      latest = since
      last = row
    }
    // Nothing was started later than what was not yet.
    if (since === Infinity) break
  }
  return last
}
