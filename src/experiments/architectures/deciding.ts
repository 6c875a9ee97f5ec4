/** A scheduler that decides on one entry of its queue after another. */
import { type Duration, parseDuration } from '../../api/duration.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import type { Component } from '../../kernel/kernel.ts'
import type { DecisionTimes } from './decision.ts'
import { type Entry, isGivenUp, isOver } from './entry.ts'
import type { SchedulerTally } from './tally.ts'
import type { World } from './world.ts'

/** When what found no room is tried again: after `initial`, then twice as long each time, at most `max`. */
export interface Retry {
  readonly initial: Duration
  readonly max: Duration
}

export interface RetryTimes {
  readonly initialMs: number
  readonly maxMs: number
  /** After so many attempts an entry is given up. */
  readonly attempts: number
}

/** Throws BadRequest that names the place. */
export function retryTimes(retry: Retry | undefined, attempts: number | undefined, path: string): RetryTimes {
  const { initial, max } = retry ?? { initial: '1s', max: '1s' }
  if (retry !== undefined) checkFields(retry, `${path}.retry`, '{ initial, max }', ['initial', 'max'])
  const initialMs = parseDuration(initial, `${path}.retry.initial`)
  const maxMs = parseDuration(max, `${path}.retry.max`)
  if (!(initialMs > 0 && initialMs <= maxMs)) throw refuse(`${path}.retry`, retry, 'times above 0, the shorter first')
  return { initialMs, maxMs, attempts: mostAttempts(attempts, path) }
}

/** 1000 unless given, as in the Omega paper. Throws BadRequest that names the place. */
export function mostAttempts(attempts: number | undefined, path: string): number {
  if (attempts === undefined) return 1000
  if (Number.isSafeInteger(attempts) && attempts > 0) return attempts
  throw refuse(`${path}.maxAttempts`, attempts, 'a whole number of at least 1')
}

/** `settled`: nothing is left of the entry; `again`: at once, before all others; `later`: there was no room. */
export type Verdict = 'settled' | 'again' | 'later'

/** How one architecture decides. */
export interface Decider {
  /** A decision begins. */
  readonly begin: () => void
  /** The time is up: chooses machines, and takes them. Lowers the entry's tasks by those that were placed. */
  readonly end: (entry: Entry) => Verdict
}

const decided = 'decided'

/** One decision at a time; whatever comes meanwhile waits behind it (head-of-line blocking). */
export class DecisionLoop implements Component {
  private queue: Entry[] = []
  private taken = 0
  private current: Entry | undefined

  constructor(
    readonly name: string,
    private readonly world: World,
    private readonly tally: SchedulerTally,
    private readonly times: DecisionTimes,
    private readonly retry: RetryTimes,
    private readonly decider: Decider,
  ) {
    world.kernel.register(this)
  }

  submit(entry: Entry): void {
    this.queue.push(entry)
    if (this.current === undefined) this.beginNext()
  }

  handle(message: unknown): void {
    if (message === decided) this.end(this.current!)
    else this.submit(message as Entry)
  }

  private beginNext(): void {
    for (let entry = this.next(); entry !== undefined; entry = this.next()) {
      if (!isOver(entry)) return this.begin(entry)
    }
  }

  private next(): Entry | undefined {
    const entry = this.queue[this.taken]
    if (entry === undefined) return undefined
    this.taken++
    if (this.taken > 1000 && this.taken * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.taken)
      this.taken = 0
    }
    return entry
  }

  private begin(entry: Entry): void {
    const { world, tally } = this
    this.current = entry
    world.tried(entry.record)
    tally.begin(world.now)
    this.decider.begin()
    const { kind } = entry.record.job
    world.kernel.schedule(this.name, this.times(kind, entry.isWithJob, entry.tasks), 'work', decided)
    entry.attempts++
  }

  private end(entry: Entry): void {
    this.tally.end(this.world.now)
    this.current = undefined
    // A gang may have been given up meanwhile, for the sake of another of its tasks.
    const verdict = isOver(entry) ? 'settled' : this.decider.end(entry)
    if (verdict !== 'settled' && !isGivenUp(entry, this.retry.attempts, this.world, this.tally)) {
      if (verdict === 'again') return this.begin(entry)
      this.world.kernel.schedule(this.name, this.backOff(entry), 'work', entry)
    }
    this.beginNext()
  }

  private backOff({ attempts }: Entry): number {
    const { initialMs, maxMs } = this.retry
    let wait = initialMs
    for (let tried = 1; tried < attempts && wait < maxMs; tried++) wait *= 2
    return Math.min(wait, maxMs)
  }
}
