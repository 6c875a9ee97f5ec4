import { created, type Entry, removed } from './entry.ts'
import type { Keys } from './keys.ts'
import type { Log } from './log.ts'
import type { Row } from './types.ts'

/** What a view needs of the store it looks back over. */
export interface Present {
  readonly keys: Keys
  readonly log: Log
  readonly revision: number
  row(slot: number): Row | undefined
  rows(directory: number): Row[]
  checkRevision(revision: number): void
}

/**
 * The state as it was at a revision. One key costs a walk back along its own changes; a listing undoes every later
 * change once. Either way the cost grows with the distance, not with the history.
 */
export class View {
  /** For every slot that changed later, what it was; made when a listing first needs it. */
  private undone: Map<number, Row | undefined> | undefined
  /** The newest revision when `undone` was made: later changes make it stale. */
  private undoneAt = 0

  constructor(
    private readonly store: Present,
    readonly revision: number,
  ) {}

  get(directory: number, name: string): Row | undefined {
    this.store.checkRevision(this.revision)
    const slot = this.store.keys.find(directory, name)
    if (slot === -1) return undefined
    const row = this.store.row(slot)
    if (row !== undefined && row.modRevision <= this.revision) return row
    return this.past(slot)
  }

  /** Every key of a directory, in the order in which keys were made. */
  rows(directory: number): Row[] {
    this.store.checkRevision(this.revision)
    if (this.revision === this.store.revision) return this.store.rows(directory)
    const undone = this.undo()
    const rows: Row[] = []
    for (let slot = this.store.keys.first(directory); slot !== -1; slot = this.store.keys.next(slot)) {
      const row = undone.has(slot) ? undone.get(slot) : this.store.row(slot)
      if (row !== undefined) rows.push(row)
    }
    return rows
  }

  /** The slots that have changed since, those made since included. */
  changedSince(): number[] {
    this.store.checkRevision(this.revision)
    return [...this.undo().keys()]
  }

  /** What stood in a slot. */
  row(slot: number): Row | undefined {
    this.store.checkRevision(this.revision)
    const undone = this.undo()
    return undone.has(slot) ? undone.get(slot) : this.store.row(slot)
  }

  /** What a slot was, following its changes back from now. */
  private past(slot: number): Row | undefined {
    let revision = this.store.keys.held.modRevision(slot)
    for (;;) {
      const entry = this.store.log.at(revision, slot)
      if (entry === undefined || entry.revision <= this.revision) return undefined
      if (entry.previousRevision <= this.revision) return before(entry, this.store.keys.name(slot))
      revision = entry.previousRevision
    }
  }

  private undo(): Map<number, Row | undefined> {
    if (this.undone !== undefined && this.undoneAt === this.store.revision) return this.undone
    const undone = new Map<number, Row | undefined>()
    const { log, keys } = this.store
    for (let row = log.after(this.revision); row < log.end; row++) {
      const first = log.revision(row)
      const from = Math.max(0, this.revision + 1 - first)
      const to = Math.min(log.count(row), from + log.keys(row))
      for (let offset = from; offset < to; offset++) {
        const entry = log.read(row, offset)
        if (!undone.has(entry.slot)) undone.set(entry.slot, before(entry, keys.name(entry.slot)))
      }
    }
    this.undone = undone
    this.undoneAt = this.store.revision
    return undone
  }
}

/** The row that an entry replaced, or undefined if it created the key. */
function before(entry: Entry, name: string): Row | undefined {
  if (entry.type === created) return undefined
  return {
    name,
    value: entry.previous,
    createRevision: entry.createRevision,
    modRevision: entry.previousRevision,
    version: entry.type === removed ? entry.version : entry.version - 1,
    stamp: entry.previousStamp,
  }
}
