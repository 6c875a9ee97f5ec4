import { type Entry, touched } from './entry.ts'

/** Touches in order, a list a field. */
interface Round {
  readonly slots: readonly number[]
  readonly values: readonly unknown[]
  readonly actors: readonly string[]
  readonly causes: readonly number[]
  readonly createRevisions: readonly number[]
  readonly previousRevisions: readonly number[]
  readonly versions: readonly number[]
  readonly stamps: readonly number[]
  readonly previousStamps: readonly number[]
}

type Growing = { readonly [K in keyof Round]: Round[K] extends readonly (infer V)[] ? V[] : never }

/** Where a run that goes on with the round of another left off: the last time that the other went round. */
interface Before {
  /** Of its first touch. */
  readonly revision: number
  /** How often the round had been gone round by then. */
  readonly times: number
  /** How many milliseconds later it was than the round that is written out: in two parts, as they were added. */
  readonly shift: number
  readonly late: number
}

/** What a run is saved as. */
export type SavedRun = readonly [
  revision: number,
  round: Round,
  period: number,
  shift: number,
  before: Before | undefined,
]

/**
 * A run of touches: the heartbeats of many keys, again and again in the same order at the same distance in time.
 * Its first round is written out, or that of a run before it; every other round is arithmetic. One row of the log holds
 * it, however long it is.
 */
export class Run {
  constructor(
    /** That of the first touch; each has the next. */
    private readonly revision: number,
    /** The first round. Thousands of objects would be most of what a quiet cluster keeps. */
    private readonly round: Growing,
    /** Milliseconds between two rounds; NaN until the second begins. */
    private period: number,
    /** Which side of a fork may still write to it. */
    readonly owner: object,
    /** How many milliseconds later its first round is than the round that is written out. */
    private readonly shift: number,
    /** Of a run that goes on with the round of another. */
    private readonly before: Before | undefined,
  ) {}

  static begin(first: Entry, owner: object): Run {
    const run = new Run(
      first.revision,
      roundOf(() => []),
      Number.NaN,
      owner,
      0,
      undefined,
    )
    run.push(first)
    return run
  }

  /**
   * A run that begins with two touches and goes on with the round of this one, which has `count` and gets no more;
   * undefined where it does not.
   */
  resumed(count: number, first: Entry, second: Entry, owner: object): Run | undefined {
    const { length, round } = this
    // Where it was broken off in the middle of a round this is no whole number, and no revision is as expected.
    const times = count / length - 1
    const before: Before = {
      revision: this.revision + count - length,
      times: (this.before?.times ?? 0) + times + 1,
      shift: this.shift,
      late: times === 0 ? 0 : times * this.period,
    }
    const run = new Run(first.revision, round, Number.NaN, owner, first.stamp - round.stamps[0]!, before)
    const isLike = run.repeats(0, first) && (run.repeats(1, second) || run.mayGrow(1, second))
    return isLike ? run : undefined
  }

  private push(entry: Entry): void {
    const { round } = this
    round.slots.push(entry.slot)
    round.values.push(entry.value)
    round.actors.push(entry.actor)
    round.causes.push(entry.cause)
    round.createRevisions.push(entry.createRevision)
    round.previousRevisions.push(entry.previousRevision)
    round.versions.push(entry.version)
    round.stamps.push(entry.stamp)
    round.previousStamps.push(entry.previousStamp)
  }

  /** The number of keys in a round. */
  get length(): number {
    return this.round.slots.length
  }

  /** Whether the first round is still being written. */
  private get isGrowing(): boolean {
    return this.before === undefined && this.period !== this.period
  }

  copy(owner: object): Run {
    const round = this.isGrowing ? roundOf((list) => this.round[list].slice()) : this.round
    return new Run(this.revision, round, this.period, owner, this.shift, this.before)
  }

  saved(): SavedRun {
    return [this.revision, this.round, this.period, this.shift, this.before]
  }

  /** Nobody may write to what was loaded: whoever does has a copy. */
  static load([revision, round, period, shift, before]: SavedRun): Run {
    return new Run(revision, round as Growing, period, {}, shift, before)
  }

  /** Whether a touch is the number `offset` of this run without anything being written down. */
  repeats(offset: number, next: Entry): boolean {
    const { round, length } = this
    const index = offset % length
    const times = (offset - index) / length
    if (times === 0 ? !this.follows(offset, next) : this.period !== this.period) return false
    return (
      round.slots[index] === next.slot &&
      round.values[index] === next.value &&
      this.stampAt(index, times) === next.stamp &&
      round.actors[index] === next.actor &&
      round.causes[index] === next.cause
    )
  }

  /** Whether a key was changed last in the run with whose round this one goes on: then it is what it was there. */
  private follows(offset: number, next: Entry): boolean {
    const goesOn = this.before !== undefined
    return goesOn && this.previousRevision(offset) === next.previousRevision && this.version(offset) === next.version
  }

  /** The moment of a key in a round: 0 is the first, -1 that before a run which goes on. */
  private stampAt(index: number, times: number): number {
    const written = this.round.stamps[index]!
    const { before } = this
    if (times === -1)
      return before === undefined ? this.round.previousStamps[index]! : written + before.shift + before.late
    return times === 0 ? written + this.shift : written + this.shift + times * this.period
  }

  private previousRevision(offset: number): number {
    if (offset >= this.length) return this.revision + offset - this.length
    return this.before === undefined ? this.round.previousRevisions[offset]! : this.before.revision + offset
  }

  private version(offset: number): number {
    const index = offset % this.length
    return this.round.versions[index]! + (offset - index) / this.length + (this.before?.times ?? 0)
  }

  /** Calls back for some touches of this run: which slot, by whom, how many revisions after the one before, and when. */
  each(from: number, to: number, visit: (slot: number, actor: string, distance: number, stamp: number) => void): void {
    const { round, length, shift } = this
    let index = from % length
    let passed = from < length ? 0 : ((from - index) / length) * this.period
    for (let offset = from; offset < to; offset++) {
      const distance = offset < length ? this.revision + offset - this.previousRevision(offset) : length
      visit(round.slots[index]!, round.actors[index]!, distance, round.stamps[index]! + shift + passed)
      if (++index < length) continue
      index = 0
      passed = ((offset + 1) / length) * this.period
    }
  }

  /** Whether a touch may be written into this run: a new key in the first round, or the start of the second. */
  mayGrow(offset: number, next: Entry): boolean {
    if (this.period === this.period || offset !== this.length) return false
    return this.isNew(next) || this.startsAgain(next)
  }

  /** Whether a touch is of a key that the first round, which is being written, has not had yet. */
  private isNew(next: Entry): boolean {
    return this.isGrowing && next.previousRevision < this.revision
  }

  /** Whether a touch is that of the first key again, and arithmetic brings back its moment exactly. */
  private startsAgain(next: Entry): boolean {
    const { slots, actors, causes } = this.round
    const isSame = next.slot === slots[0] && next.actor === actors[0] && next.cause === causes[0]
    const first = this.stampAt(0, 0)
    return isSame && next.previousRevision === this.revision && first + (next.stamp - first) === next.stamp
  }

  /** Writes a touch that may grow this run. */
  grow(next: Entry): void {
    if (this.isNew(next)) this.push(next)
    else this.period = next.stamp - this.stampAt(0, 0)
  }

  at(offset: number): Entry {
    const { round, revision, length } = this
    const index = offset % length
    const times = (offset - index) / length
    const stamp = this.stampAt(index, times)
    const value = round.values[index]
    return {
      slot: round.slots[index]!,
      type: touched,
      revision: revision + offset,
      previousRevision: this.previousRevision(offset),
      createRevision: round.createRevisions[index]!,
      version: this.version(offset),
      value,
      previous: value,
      stamp,
      previousStamp: this.stampAt(index, times - 1),
      actor: round.actors[index]!,
      cause: round.causes[index]!,
      only: undefined,
      at: stamp,
    }
  }
}

/** A round of such lists. */
function roundOf(listOf: (list: keyof Round) => readonly unknown[]): Growing {
  return {
    slots: listOf('slots'),
    values: listOf('values'),
    actors: listOf('actors'),
    causes: listOf('causes'),
    createRevisions: listOf('createRevisions'),
    previousRevisions: listOf('previousRevisions'),
    versions: listOf('versions'),
    stamps: listOf('stamps'),
    previousStamps: listOf('previousStamps'),
  } as unknown as Growing
}
