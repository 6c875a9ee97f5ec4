import type { HistoryDigest } from './digest.ts'
import { removed } from './entry.ts'
import { Compacted, FutureRevision } from './errors.ts'
import { Tombstone } from './held.ts'
import type { Keys } from './keys.ts'
import type { Log } from './log.ts'
import type { Revisions } from './revisions.ts'
import type { Cursors } from './watch.ts'

/** Forgets the oldest changes, asked for or because there are too many. */
export class Compaction {
  /** Rows are dropped in lots, so that the bound costs next to nothing a commit. */
  private readonly lotSize: number

  constructor(
    private readonly keys: Keys,
    private readonly log: Log,
    private readonly cursors: Cursors,
    private readonly revisions: Revisions,
    private readonly digest: HistoryDigest,
    private readonly bound: number,
  ) {
    this.lotSize = Math.min(1024, Math.max(1, bound >> 3))
  }

  /** Which lot the end of the log stands in. */
  get lot(): number {
    return Math.floor(this.log.end / this.lotSize)
  }

  /**
   * Forgets what was before `revision`, as etcd's compaction does; the state at `revision` stays readable. It stops short
   * of a change that some cursor has yet to read. Returns how far it went: the oldest revision that can be read.
   */
  compact(revision: number): number {
    const { last, compacted } = this.revisions
    if (revision > last) throw new FutureRevision(revision, last)
    if (revision <= compacted) throw new Compacted(revision, compacted)
    const unread = this.cursors.oldestBefore(this.log.end)
    const upTo = unread === undefined ? revision : Math.min(revision, this.log.revision(unread.row) + unread.offset - 1)
    if (upTo > compacted) this.drop(this.log.after(upTo), upTo)
    return this.revisions.compacted
  }

  /** Keeps the history within its bound, never past a change that some cursor has yet to read. */
  trim(): void {
    const wanted = this.log.end - this.bound
    if (wanted <= this.log.first) return
    let row = this.cursors.oldestBefore(wanted)?.row ?? wanted
    while (row > this.log.first && this.log.lastRevision(row - 1) === this.log.revision(row)) row--
    if (row > this.log.first) this.drop(row, this.log.revision(row) - 1)
  }

  /** The rows of the chunk that is still to be hashed stay until it is, though nobody can read them any more. */
  private drop(row: number, revision: number): void {
    const end = Math.min(row, this.digest.row)
    for (let old = this.log.first; old < end; old++) this.forget(old)
    if (end > this.log.first) this.log.dropBefore(end)
    if (revision > this.revisions.compacted) this.revisions.setCompacted(revision)
  }

  private forget(row: number): void {
    if (this.log.type(row) !== removed) return
    const slot = this.log.slot(row)
    const isStillGone = this.keys.held.value(slot) instanceof Tombstone
    if (isStillGone && this.keys.held.modRevision(slot) === this.log.revision(row)) this.keys.remove(slot)
  }
}
