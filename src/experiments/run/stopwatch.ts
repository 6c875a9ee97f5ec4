/** A clock of the machine, handed in: `performance` fits. */
export interface WallClock {
  /** Milliseconds, from whenever on. */
  now(): number
}

/** Adds up how long something took, by a clock that was handed in; without one, nothing. */
export class Stopwatch {
  ms = 0
  private since = 0

  constructor(private readonly clock: WallClock | undefined) {}

  start(): void {
    if (this.clock !== undefined) this.since = this.clock.now()
  }

  stop(): void {
    if (this.clock !== undefined) this.ms += this.clock.now() - this.since
  }
}
