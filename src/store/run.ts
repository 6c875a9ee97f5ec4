import { type Entry, touched } from './entry.ts'

/**
 * A run of touches: the heartbeats of many keys, again and again in the same order at the same distance in time.
 * Its first round is written out; every later round is arithmetic. One row of the log holds it, however long it is.
 */
export class Run {
  private readonly round: Entry[] = []
  private readonly revision: number
  /** Milliseconds between two rounds; NaN while the first is being written. */
  private period = Number.NaN

  /** `owner` tells which side of a fork may still write to it. */
  constructor(
    first: Entry,
    readonly owner: object,
  ) {
    this.revision = first.revision
    this.round.push(first)
  }

  /** The number of keys in a round. */
  get length(): number {
    return this.round.length
  }

  copy(owner: object): Run {
    const run = new Run(this.round[0]!, owner)
    for (let index = 1; index < this.round.length; index++) run.round.push(this.round[index]!)
    run.period = this.period
    return run
  }

  /** Whether a touch would be the number `offset` of this run without anything being written down. */
  repeats(offset: number, next: Entry): boolean {
    if (this.period !== this.period) return false
    const round = this.round.length
    const model = this.round[offset % round]!
    return (
      model.slot === next.slot &&
      model.stamp + Math.floor(offset / round) * this.period === next.stamp &&
      model.value === next.value &&
      model.actor === next.actor &&
      model.cause === next.cause
    )
  }

  /** Whether a touch may be written into this run: a new key in the first round, or the start of the second. */
  mayGrow(offset: number, next: Entry): boolean {
    if (this.period === this.period || offset !== this.round.length) return false
    return next.previousRevision < this.revision || next.slot === this.round[0]!.slot
  }

  /** Writes a touch that may grow this run. */
  grow(next: Entry): void {
    if (next.previousRevision < this.revision) this.round.push(next)
    else this.period = next.stamp - this.round[0]!.stamp
  }

  at(offset: number): Entry {
    const round = this.round.length
    const index = offset % round
    const model = this.round[index]!
    if (offset === index) return model
    const times = (offset - index) / round
    const stamp = model.stamp + times * this.period
    return {
      slot: model.slot,
      type: touched,
      revision: this.revision + offset,
      previousRevision: this.revision + offset - round,
      createRevision: model.createRevision,
      version: model.version + times,
      value: model.value,
      previous: model.value,
      stamp,
      previousStamp: times === 1 ? model.stamp : model.stamp + (times - 1) * this.period,
      actor: model.actor,
      cause: model.cause,
      at: stamp,
    }
  }
}
