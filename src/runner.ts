import { type Duration, parseDuration } from './api/duration.ts'
import { badRequest } from './api/errors.ts'
import { isPromise } from './api/object.ts'
import { lastMoment } from './api/time.ts'
import type { Parts } from './assemble.ts'
import type { Outside } from './client/outside.ts'
import { Circles } from './contests.ts'
import type { DumpObject } from './cluster/dump.ts'
import type { Report } from './cluster/importInto.ts'
import type { JournalledFault } from './faults/faults.ts'
import type { Listeners } from './listeners.ts'

/** @internal What `replay` and experiments drive. */
export interface Replayer {
  readonly parts: Parts
  readonly outside: Outside
  readonly injected: (fault: JournalledFault) => void
  readonly run: (tasks: number, now: number, until: number) => void
  /** Runs up to and with a moment, or until `isDone`, asked after every turn, says so: then true, and the clock stays. */
  readonly pace: (end: number, isDone: () => boolean) => boolean
  readonly take: (objects: readonly DumpObject[]) => Report
}

/** Lets time pass: takes one task after the other, and has the journal say how many. */
export class Runner {
  private isRunning = false
  /** Whether a component has its turn: what it does is no call from outside. */
  private inTurn = false
  /** Tasks taken that the journal does not know of yet. */
  private unwritten = 0

  constructor(
    private readonly parts: Parts,
    private readonly listeners: Listeners,
  ) {}

  /**
   * When something may run until: before the year 10000, in which times can no longer be written. Whoever is called while
   * time passes may not let it pass.
   */
  endOf(duration: Duration): number {
    if (this.inTurn) throw badRequest('a component may not let time pass: it asks to be called again')
    if (this.listeners.isTelling || this.isRunning)
      throw badRequest('a listener or predicate may write, but not let time pass')
    this.listeners.rethrow()
    const end = this.parts.kernel.now + parseDuration(duration)
    if (end <= lastMoment) return end
    throw badRequest(`invalid duration ${JSON.stringify(duration)}: it ends after the year 9999`)
  }

  /** Takes what is due up to and with `end`; true as soon as `isDone`, asked after every turn, says so. */
  run(end: number, isDone: () => boolean): boolean {
    const { faults, kernel, watches } = this.parts
    this.isRunning = true
    try {
      while (kernel.isDue(end)) {
        this.unwritten++
        this.inTurn = true
        kernel.take()
        this.inTurn = false
        faults.settle()
        watches.deliver()
        this.listeners.tell()
        this.listeners.rethrow()
        if (isDone()) return true
      }
      return false
    } finally {
      this.inTurn = false
      this.isRunning = false
    }
  }

  /** Runs until it is done, time is up, or it is plain that it never will be done. */
  reach(end: number, isDone: () => boolean): 'done' | 'late' | 'never' {
    const circles = new Circles(this.parts, (change) => this.listeners.present(change))
    let goesRound = false
    const isOver = (): boolean => isDone() || (goesRound = circles.isGoingRound())
    if (!this.run(end, isOver)) return 'late'
    return goesRound ? 'never' : 'done'
  }

  /** Runs as `run` does, and moves the clock to the end where nothing stopped it before. */
  pace(end: number, isDone: () => boolean): boolean {
    const isStopped = this.run(end, isDone)
    if (!isStopped) this.parts.kernel.moveTo(end)
    this.write(true)
    return isStopped
  }

  /** Asks somebody who may not let time pass. Throws BadRequest for an answer that comes later. */
  ask(question: () => boolean): boolean {
    const was = this.isRunning
    this.isRunning = true
    try {
      const answer = question()
      if (!isPromise(answer)) return answer
      throw badRequest('predicate: returned a promise: every call is synchronous, so it must not be async')
    } finally {
      this.isRunning = was
    }
  }

  /** Refuses a write through the cluster while a component has its turn. */
  checkOutside(): void {
    if (this.inTurn) throw badRequest('a component writes through the api it is handed, not through the cluster')
  }

  /** Writes down the tasks taken since the last entry; a call from outside must stand after them. */
  write(moved = false): void {
    this.checkOutside()
    const { kernel, journal } = this.parts
    if (this.unwritten === 0 && !moved) return
    journal.ran(kernel.taken - this.unwritten, this.unwritten, kernel.now)
    this.unwritten = 0
  }

  /** Takes so many tasks, or fewer when revision `until` comes first, and moves the clock; what a journal's entry says. */
  repeat(tasks: number, now: number, until: number): void {
    const { kernel, store } = this.parts
    let left = tasks
    if (left > 0) this.run(Infinity, () => --left === 0 || store.revision >= until)
    if (left === 0) kernel.moveTo(now)
    this.write(true)
  }
}
