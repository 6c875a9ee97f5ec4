import type { Current } from './current.ts'
import { blankEntry, created, type Entry, removed, touched } from './entry.ts'
import { Compacted, FutureRevision } from './errors.ts'
import { covers, isAbout, type Selected } from './interest.ts'
import type { Log } from './log.ts'
import type { Revisions } from './revisions.ts'
import type { Change, IndexOf, Predicate, WatchSelector } from './types.ts'
import type { Cursors } from './watch.ts'

/** Reads changes out of the log: what a cursor has yet to see, or what happened between two revisions. */
export class Changes {
  /** Filled in for each change that is read. */
  private readonly form = blankEntry()

  constructor(
    private readonly current: Current,
    private readonly log: Log,
    private readonly cursors: Cursors,
    private readonly revisions: Revisions,
    private readonly indexOf: IndexOf | undefined,
    private readonly predicates: ReadonlyMap<string, Predicate>,
  ) {}

  /** Opens a cursor. `from` replays changes from that revision on; throws `Compacted` or `FutureRevision`. */
  watch({ from, ...selected }: WatchSelector, looksOn: boolean): number {
    const { last, compacted } = this.revisions
    if (from !== undefined && from <= compacted && from <= last) throw new Compacted(from, compacted + 1)
    if (from !== undefined && from > last + 1) throw new FutureRevision(from, last)
    const cursor = this.cursors.open(selected, looksOn)
    if (from === undefined) return cursor
    this.log.each(from - 1, (entry, row, offset) => {
      if (this.concerns(selected, entry)) this.cursors.addPast(cursor, row, offset)
    })
    return cursor
  }

  private concerns(selected: Selected, entry: Entry): boolean {
    const path = this.pathOf(entry.slot)
    if (!covers(selected, path)) return false
    const { index, predicate } = selected
    if (predicate !== undefined && !this.holds(predicate, entry)) return false
    if (index === undefined) return true
    const { indexOf } = this
    if (indexOf === undefined) return false
    if (entry.previous !== undefined && indexOf(path, entry.previous) === index) return true
    return entry.value !== undefined && indexOf(path, entry.value) === index
  }

  private holds(predicate: string, { type, only, previous, value }: Entry): boolean {
    return type !== touched && isAbout(this.predicates.get(predicate)!, previous, value, only)
  }

  private pathOf(slot: number): string {
    return this.current.keys.directoryPath(this.current.directoryOf(slot))
  }

  /** The changes a cursor has not read yet, oldest first, at most `limit`. */
  read(cursor: number, limit: number): Change[] {
    const changes: Change[] = []
    while (changes.length < limit && this.cursors.unread(cursor)) changes.push(this.change(this.next(cursor)))
    return changes
  }

  /** The revision of the oldest change that a cursor has not read; undefined when there is none. */
  oldestUnread(cursor: number): number | undefined {
    const place = this.cursors.oldestMark(cursor)
    return place === undefined ? undefined : this.log.revision(place.row) + place.offset
  }

  /** The moment of the oldest change that a cursor has not read; it must have one. */
  oldestUnreadAt(cursor: number): number {
    const { row, offset } = this.cursors.oldestMark(cursor)!
    return this.log.read(row, offset, this.form).at
  }

  /** The oldest unread change of a cursor that has one, as the log keeps it; good until the next call. */
  next(cursor: number): Entry {
    const { row, offset } = this.cursors.take(cursor)
    return this.log.read(row, offset, this.form)
  }

  /**
   * Visits the changes a cursor has not read, left unread, as the log keeps them: all, or those since an earlier call, by
   * what that returned, if none was read meanwhile.
   */
  peek(cursor: number, visit: (entry: Entry) => void, after?: number): number {
    return this.cursors.peek(cursor, (row, offset) => visit(this.log.read(row, offset)), after)
  }

  /** Every kept change after one revision, up to and with another. */
  between(after: number, upTo: number): Change[] {
    const { compacted } = this.revisions
    if (after < compacted) throw new Compacted(after, compacted)
    const changes: Change[] = []
    for (let row = this.log.after(after); row < this.log.end; row++) {
      const first = this.log.revision(row)
      for (let offset = Math.max(0, after + 1 - first); offset < this.log.count(row); offset++) {
        if (first + offset > upTo) return changes
        changes.push(this.change(this.log.read(row, offset)))
      }
    }
    return changes
  }

  /** The changes of what stands in a slot, newest first, back to its creation or to the oldest that is kept. */
  lifeOf(slot: number): Change[] {
    const changes: Change[] = []
    let revision = this.current.keys.held.modRevision(slot)
    while (revision > this.revisions.compacted) {
      const change = this.change(this.log.at(revision, slot)!)
      changes.push(change)
      revision = change.previousRevision
    }
    return changes
  }

  /** The changes of a slot up to a revision, newest first, former lives included, back to the oldest that is kept. */
  *backOf(slot: number, upTo: number): Generator<Change, void, undefined> {
    let revision = this.current.keys.held.modRevision(slot)
    while (revision > this.revisions.compacted) {
      const entry = this.log.at(revision, slot)!
      if (revision <= upTo) yield this.change(entry)
      revision = entry.previousRevision
    }
  }

  /** An entry of the log as a change of a key. */
  private change(entry: Entry): Change {
    const isRemoval = entry.type === removed
    return {
      type: isRemoval ? 'delete' : 'put',
      directory: this.current.directoryOf(entry.slot),
      name: this.current.nameOf(isRemoval ? entry.previous : entry.value),
      revision: entry.revision,
      value: entry.value,
      stamp: entry.stamp,
      previous: entry.previous,
      previousStamp: entry.previousStamp,
      previousRevision: entry.type === created ? 0 : entry.previousRevision,
      createRevision: entry.createRevision,
      version: entry.version,
      actor: entry.actor,
      cause: entry.cause,
      at: entry.at,
    }
  }
}
