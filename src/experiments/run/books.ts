import type { SchedulerStats } from '../../scheduler/numbers.ts'
import { byResource } from './demand.ts'
import { Fragments, type TypicalPod } from './fragments.ts'
import { Ledger } from './ledger.ts'
import { LowerBound } from './lowerBound.ts'
import type { Run } from './run.ts'
import { Tallies } from './tallies.ts'
import { type Counts, Recording } from './timeline.ts'

/** Everything that is kept while a run goes on: the ledger, and what is made of it. */
export class Books {
  readonly ledger: Ledger = new Ledger()
  readonly fragments: Fragments
  counts: Counts = { arrived: 0, bound: 0, pending: 0 }
  /** Up to when, in milliseconds since the run began, everything is written down. */
  at = 0
  private readonly tallies: Tallies
  private readonly recording: Recording

  constructor(typical: readonly TypicalPod[], stats: () => readonly SchedulerStats[]) {
    const { ledger } = this
    this.fragments = new Fragments(ledger, typical)
    const lowerBound = new LowerBound(ledger)
    this.tallies = new Tallies(ledger, this.fragments, lowerBound)
    this.recording = new Recording({
      ledger,
      fragments: this.fragments,
      lowerBound,
      stats,
      counts: () => this.counts,
    })
  }

  /** So it was until a moment. */
  hold(at: number): void {
    if (at <= this.at) return
    this.recording.hold(at)
    this.tallies.hold(at - this.at)
    this.at = at
  }

  close(endMs: number): Pick<Run, 'resources' | 'nodesUsed' | 'nodesNeeded' | 'nodes' | 'timeline'> {
    const { ledger, tallies } = this
    this.hold(endMs)
    tallies.hold(0)
    const columns = ledger.asked().sort((a, b) => byResource(a.resource, b.resource))
    return {
      resources: new Map(columns.map((column) => [column.resource, tallies.resource(column, endMs)])),
      nodesUsed: tallies.nodesUsed(endMs),
      nodesNeeded: tallies.nodesNeeded(endMs),
      nodes: ledger.offered(),
      timeline: this.recording.timeline(endMs, columns),
    }
  }
}
