import { type Entry, touched } from './entry.ts'

/**
 * A run of touches: the heartbeats of many keys, again and again in the same order at the same distance in time.
 * Its first round is written out; every later round is arithmetic. One row of the log holds it, however long it is.
 */
export class Run {
  private readonly round: Entry[] = []
  /** The stamps of the first round again, where they are quick to read. */
  private readonly stamps: number[] = []
  private readonly revision: number
  /** Milliseconds between two rounds; NaN while the first is being written. */
  private period = Number.NaN

  /** `owner` tells which side of a fork may still write to it. */
  constructor(
    first: Entry,
    readonly owner: object,
  ) {
    this.revision = first.revision
    this.push(first)
  }

  private push(entry: Entry): void {
    this.round.push(entry)
    this.stamps.push(entry.stamp)
  }

  /** The number of keys in a round. */
  get length(): number {
    return this.round.length
  }

  copy(owner: object): Run {
    const run = new Run(this.round[0]!, owner)
    for (let index = 1; index < this.round.length; index++) run.push(this.round[index]!)
    run.period = this.period
    return run
  }

  /** What it is saved as. */
  saved(): readonly [round: readonly Entry[], period: number] {
    return [this.round, this.period]
  }

  /** Nobody may write to what was loaded: whoever does has a copy. */
  static load([round, period]: readonly [round: readonly Entry[], period: number]): Run {
    const run = new Run(round[0]!, {})
    for (let index = 1; index < round.length; index++) run.push(round[index]!)
    run.period = period
    return run
  }

  /** Whether a touch would be the number `offset` of this run without anything being written down. */
  repeats(offset: number, slot: number, value: unknown, stamp: number, actor: string, cause: number): boolean {
    if (this.period !== this.period) return false
    const round = this.round.length
    const index = offset % round
    const model = this.round[index]!
    return (
      model.slot === slot &&
      model.value === value &&
      this.stamps[index]! + ((offset - index) / round) * this.period === stamp &&
      model.actor === actor &&
      model.cause === cause
    )
  }

  /** Calls back for some touches of this run: which slot, by whom, how many revisions after the one before, and when. */
  each(from: number, to: number, visit: (slot: number, actor: string, distance: number, stamp: number) => void): void {
    const round = this.round.length
    let index = from % round
    let passed = ((from - index) / round) * this.period
    for (let offset = from; offset < to; offset++) {
      const model = this.round[index]!
      const distance = offset < round ? model.revision - model.previousRevision : round
      visit(model.slot, model.actor, distance, offset < round ? model.stamp : this.stamps[index]! + passed)
      if (++index < round) continue
      index = 0
      passed = ((offset + 1) / round) * this.period
    }
  }

  /** Whether a touch may be written into this run: a new key in the first round, or the start of the second. */
  mayGrow(offset: number, next: Entry): boolean {
    if (this.period === this.period || offset !== this.round.length) return false
    return next.previousRevision < this.revision || this.startsAgain(next)
  }

  /** Whether a touch is that of the first key again, and arithmetic brings back its moment exactly. */
  private startsAgain(next: Entry): boolean {
    const first = this.round[0]!
    const isSame = next.slot === first.slot && next.actor === first.actor && next.cause === first.cause
    return isSame && first.stamp + (next.stamp - first.stamp) === next.stamp
  }

  /** Writes a touch that may grow this run. */
  grow(next: Entry): void {
    if (next.previousRevision < this.revision) this.push(next)
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
      only: undefined,
      at: stamp,
    }
  }
}
