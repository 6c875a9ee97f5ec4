import type { Over } from './tallies.ts'

const most = 1024
const firstStepMs = 1000

/** Looks at equal distances in time at what containers use: every second, and half as often whenever there are too many looks. */
export class UsageSamples {
  /** When to look next, in milliseconds since the run began. */
  next = 0
  private step = firstStepMs
  private shares: number[] = []

  add(share: number): void {
    this.shares.push(share)
    if (this.shares.length >= most) {
      this.shares = this.shares.filter((_, index) => index % 2 === 0)
      this.step *= 2
      this.next = (this.shares.length - 1) * this.step
    }
    this.next += this.step
  }

  over(): Over {
    const { shares } = this
    const sum = shares.reduce((total, share) => total + share, 0)
    return {
      mean: shares.length === 0 ? 0 : sum / shares.length,
      peak: shares.reduce((a, b) => Math.max(a, b), 0),
      end: shares.at(-1) ?? 0,
    }
  }
}
