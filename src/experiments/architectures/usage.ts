/** How much of a cell was in use, over time. */

/** Shares of a cell, from 0 to 1. */
export interface CellShares {
  readonly cpu: number
  readonly memory: number
}

/** The mean over one stretch of time. */
export interface UsageSample extends CellShares {
  /** Milliseconds since the beginning, of where the stretch begins. */
  readonly at: number
}

/** What amounts are there for: tasks that run, gangs that wait for their rest, offers that wait for an answer. */
export type Use = 'running' | 'hoarded' | 'locked'

class Integral {
  amount = 0
  sum = 0
}

/** Integrates amounts over time. */
export class Usage {
  private at = 0
  private readonly cpu = { running: new Integral(), hoarded: new Integral(), locked: new Integral() }
  private readonly memory = { running: new Integral(), hoarded: new Integral(), locked: new Integral() }
  /** Of what runs, one a stretch. */
  private readonly cpuStretches: number[] = []
  private readonly memoryStretches: number[] = []

  /** `everyMs`: how long a stretch of the time line is. */
  constructor(
    private readonly total: CellShares,
    private readonly everyMs: number,
  ) {}

  change(now: number, use: Use, cpu: number, memory: number): void {
    this.moveTo(now)
    this.cpu[use].amount += cpu
    this.memory[use].amount += memory
  }

  moveTo(now: number): void {
    const passed = now - this.at
    if (passed <= 0) return
    for (const use of ['running', 'hoarded', 'locked'] as const) {
      this.cpu[use].sum += this.cpu[use].amount * passed
      this.memory[use].sum += this.memory[use].amount * passed
    }
    this.record(now)
    this.at = now
  }

  private record(now: number): void {
    let from = this.at
    for (let stretch = Math.floor(from / this.everyMs); from < now; stretch++) {
      const until = Math.min(now, (stretch + 1) * this.everyMs)
      this.cpuStretches[stretch] = (this.cpuStretches[stretch] ?? 0) + this.cpu.running.amount * (until - from)
      this.memoryStretches[stretch] = (this.memoryStretches[stretch] ?? 0) + this.memory.running.amount * (until - from)
      from = until
    }
  }

  /** The mean from the beginning until now. */
  mean(use: Use): CellShares {
    const capacity = this.at === 0 ? 1 : this.at
    return {
      cpu: this.cpu[use].sum / (this.total.cpu * capacity),
      memory: this.memory[use].sum / (this.total.memory * capacity),
    }
  }

  /** The means of what ran, stretch by stretch; the last may be shorter than the others. */
  timeline(): readonly UsageSample[] {
    return this.cpuStretches.map((cpu, stretch) => {
      const at = stretch * this.everyMs
      const length = Math.min(this.at - at, this.everyMs)
      const memory = this.memoryStretches[stretch]!
      return { at, cpu: cpu / (this.total.cpu * length), memory: memory / (this.total.memory * length) }
    })
  }
}
