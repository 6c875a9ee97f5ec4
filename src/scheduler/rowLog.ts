/** So many changes are known; whoever was away for longer looks through everything. */
const KEPT = 1024

/** The rows of a table that changed last, in order; a row may come more than once. */
export class RowLog {
  private readonly rows = new Int32Array(KEPT)
  private added = 0

  /** How many changes there have been: a place to go on from. */
  get end(): number {
    return this.added
  }

  add(row: number): void {
    this.rows[this.added++ & (KEPT - 1)] = row
  }

  /** Of any row: more than there is a place for. */
  addAll(): void {
    this.added += KEPT + 1
  }

  /** Whether all changes from a place on are known. */
  reaches(from: number): boolean {
    return this.added - from <= KEPT
  }

  /** The row of the change at a place that is known. */
  at(place: number): number {
    return this.rows[place & (KEPT - 1)]!
  }
}
