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

/** What a run is saved as. */
export type SavedRun = readonly [revision: number, period: number, ...round: readonly (readonly unknown[])[]]

/**
 * A run of touches: the heartbeats of many keys, again and again in the same order at the same distance in time.
 * Its first round is written out; every later round is arithmetic. One row of the log holds it, however long it is.
 */
export class Run {
  constructor(
    /** That of the first touch; each has the next. */
    private readonly revision: number,
    /** The first round. Thousands of objects would be most of what a quiet cluster keeps. */
    private readonly round: Growing,
    /** Milliseconds between two rounds; NaN while the first is being written. */
    private period: number,
    /** Which side of a fork may still write to it. */
    readonly owner: object,
  ) {}

  static begin(first: Entry, owner: object): Run {
    const run = new Run(
      first.revision,
      roundOf(() => []),
      Number.NaN,
      owner,
    )
    run.push(first)
    return run
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

  copy(owner: object): Run {
    return new Run(
      this.revision,
      roundOf((list) => this.round[list].slice()),
      this.period,
      owner,
    )
  }

  saved(): SavedRun {
    return [this.revision, this.period, ...(Object.values(this.round) as readonly (readonly unknown[])[])]
  }

  /** Nobody may write to what was loaded: whoever does has a copy. */
  static load([revision, period, ...lists]: SavedRun): Run {
    let next = 0
    return new Run(
      revision,
      roundOf(() => lists[next++]!),
      period,
      {},
    )
  }

  /** Whether a touch would be the number `offset` of this run without anything being written down. */
  repeats(offset: number, slot: number, value: unknown, stamp: number, actor: string, cause: number): boolean {
    if (this.period !== this.period) return false
    const { round, length } = this
    const index = offset % length
    return (
      round.slots[index] === slot &&
      round.values[index] === value &&
      round.stamps[index]! + ((offset - index) / length) * this.period === stamp &&
      round.actors[index] === actor &&
      round.causes[index] === cause
    )
  }

  /** Calls back for some touches of this run: which slot, by whom, how many revisions after the one before, and when. */
  each(from: number, to: number, visit: (slot: number, actor: string, distance: number, stamp: number) => void): void {
    const { round, length } = this
    let index = from % length
    let passed = ((from - index) / length) * this.period
    for (let offset = from; offset < to; offset++) {
      const distance = offset < length ? this.revision + offset - round.previousRevisions[offset]! : length
      const stamp = offset < length ? round.stamps[index]! : round.stamps[index]! + passed
      visit(round.slots[index]!, round.actors[index]!, distance, stamp)
      if (++index < length) continue
      index = 0
      passed = ((offset + 1) / length) * this.period
    }
  }

  /** Whether a touch may be written into this run: a new key in the first round, or the start of the second. */
  mayGrow(offset: number, next: Entry): boolean {
    if (this.period === this.period || offset !== this.length) return false
    return next.previousRevision < this.revision || this.startsAgain(next)
  }

  /** Whether a touch is that of the first key again, and arithmetic brings back its moment exactly. */
  private startsAgain(next: Entry): boolean {
    const { slots, actors, causes, stamps } = this.round
    const isSame = next.slot === slots[0] && next.actor === actors[0] && next.cause === causes[0]
    return isSame && stamps[0]! + (next.stamp - stamps[0]!) === next.stamp
  }

  /** Writes a touch that may grow this run. */
  grow(next: Entry): void {
    if (next.previousRevision < this.revision) this.push(next)
    else this.period = next.stamp - this.round.stamps[0]!
  }

  at(offset: number): Entry {
    const { round, revision, length } = this
    const index = offset % length
    const times = (offset - index) / length
    const first = round.stamps[index]!
    const stamp = times === 0 ? first : first + times * this.period
    const value = round.values[index]
    return {
      slot: round.slots[index]!,
      type: touched,
      revision: revision + offset,
      previousRevision: times === 0 ? round.previousRevisions[index]! : revision + offset - length,
      createRevision: round.createRevisions[index]!,
      version: round.versions[index]! + times,
      value,
      previous: value,
      stamp,
      previousStamp:
        times === 0 ? round.previousStamps[index]! : times === 1 ? first : first + (times - 1) * this.period,
      actor: round.actors[index]!,
      cause: round.causes[index]!,
      only: undefined,
      at: stamp,
    }
  }
}

/** A round whose lists are asked for in the order in which they are saved. */
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
