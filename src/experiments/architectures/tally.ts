/** What is counted of one scheduler. */
export class SchedulerTally {
  /** Decisions begun. */
  attempts = 0
  /** Commits of at least one task, all of which were accepted. */
  succeeded = 0
  /** Commits of which at least one task was refused, because somebody else had been there. */
  conflicts = 0
  /** Jobs of which it gave up tasks. */
  abandoned = 0
  private busyMs = 0
  private busySince: number | undefined

  constructor(readonly name: string) {}

  /** It begins to decide. */
  begin(now: number): void {
    this.attempts++
    this.busySince = now
  }

  /** It has decided. */
  end(now: number): void {
    this.busyMs += now - this.busySince!
    this.busySince = undefined
  }

  /** Milliseconds spent deciding until now, the decision under way included. */
  busy(now: number): number {
    return this.busyMs + (this.busySince === undefined ? 0 : now - this.busySince)
  }
}
