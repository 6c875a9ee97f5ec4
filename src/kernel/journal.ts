import type { Paged } from './paged.ts'
import type { Memory } from './memory.ts'

/** A request from outside as it was understood: the shape of HTTP and of an audit log. */
export interface JournalRequest {
  readonly verb: string
  /** Such as `/api/v1/namespaces/default/pods/web-1`. */
  readonly path: string
  readonly body?: unknown
  readonly user: string
}

/**
 * What came from outside, in order. `taken` is the number of tasks taken before it: the journal's clock.
 * A run says how many tasks were taken and where the clock stood afterwards.
 */
export type JournalEntry =
  | { readonly taken: number; readonly request: JournalRequest }
  | { readonly taken: number; readonly fault: { readonly type: string } & Readonly<Record<string, unknown>> }
  | { readonly taken: number; readonly run: { readonly tasks: number; readonly now: number } }
  | { readonly taken: number; readonly reseed: number }
  /** The objects of another cluster, with which this one began: always the first entry. */
  | { readonly taken: number; readonly imported: readonly unknown[] }

/** Everything needed to live a cluster's life again; JSON. */
export interface Journal {
  readonly format: 'wavetank-journal'
  readonly version: 1
  /** What the cluster was made with. */
  readonly options: Readonly<Record<string, unknown>>
  readonly entries: readonly JournalEntry[]
  /** Where it ended: the history's hash there, and a short print of every change that was still kept. */
  readonly end: {
    readonly revision: number
    readonly hash: string
    readonly after: number
    readonly prints: readonly number[]
  }
}

/** The entries so far; a fork shares what was written before it. */
export class JournalLog {
  private readonly rows: Paged

  constructor(memory: Memory) {
    this.rows = memory.paged('kernel.journal', { objects: 1 })
  }

  get length(): number {
    return this.rows.length
  }

  append(entry: JournalEntry): void {
    const row = this.rows.add()
    this.rows.write(row).objects[row & this.rows.mask] = entry
  }

  /** Adds to the run at the end, or begins one. */
  ran(taken: number, tasks: number, now: number): void {
    if (this.length > 0) {
      const row = this.length - 1
      const last = this.at(row)
      if ('run' in last && last.taken + last.run.tasks === taken) {
        const run = { tasks: last.run.tasks + tasks, now }
        this.rows.write(row).objects[row & this.rows.mask] = { taken: last.taken, run }
        return
      }
    }
    this.append({ taken, run: { tasks, now } })
  }

  at(row: number): JournalEntry {
    return this.rows.read(row).objects[row & this.rows.mask] as JournalEntry
  }

  entries(): JournalEntry[] {
    return Array.from({ length: this.length }, (_, row) => this.at(row))
  }
}
