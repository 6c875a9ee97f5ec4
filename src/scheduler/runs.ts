/**
 * What a search found in runs of nodes, in order of name, so that the next search of the same class need not go through
 * nodes of which none has changed. What is remembered is always what looking again would find.
 */
import type { NodeTable } from './nodeTable.ts'

/** As long as a few runs are less than what a search looks at, and what one changed row makes it look at again. */
export const RUN_NODES: number = 32

/** What was found among some nodes that follow each other. */
export class Stretch {
  /** Of which state of the runs this is true; 0 for none. */
  asOf: number = 0
  examined: number = 0
  feasible: number = 0
  /** How many filters were called on the nodes that are not feasible. */
  refusalCalls: number = 0
  /** Position, in order of name, of the best node; −1 if none is feasible. Of equals, the first by name. */
  best: number = -1
  bestScore: number = -Infinity
  ties: number = 0

  clear(): void {
    this.asOf = this.examined = this.feasible = this.refusalCalls = this.ties = 0
    this.best = -1
    this.bestScore = -Infinity
  }

  /** Takes in what was found elsewhere. */
  add({ examined, feasible, refusalCalls, best, bestScore, ties }: Stretch): void {
    this.examined += examined
    this.feasible += feasible
    this.refusalCalls += refusalCalls
    if (feasible === 0 || bestScore < this.bestScore) return
    if (bestScore > this.bestScore) {
      this.best = best
      this.bestScore = bestScore
      this.ties = ties
    } else {
      this.ties += ties
      if (best < this.best) this.best = best
    }
  }
}

export class Runs {
  private readonly stretches: Stretch[] = []
  private order: Int32Array | undefined
  private readTo = 0
  private state = 1

  constructor(private readonly nodes: NodeTable) {}

  /** Of no run anything is known any more. */
  forget(): void {
    this.state++
    this.order = this.nodes.order()
    this.readTo = this.nodes.log.end
  }

  /** Forgets the runs in which something has changed since the last time. */
  refresh(): void {
    const { nodes } = this
    const { log } = nodes
    if (nodes.order() !== this.order || !log.reaches(this.readTo)) return this.forget()
    if (log.end === this.readTo) return
    for (let place = this.readTo; place < log.end; place++) this.touch(log.at(place))
    this.readTo = log.end
  }

  /** Forgets the run of a row. */
  touch(row: number): void {
    const position = this.nodes.positions()[row]!
    const stretch = this.stretches[Math.floor(position / RUN_NODES)]
    if (stretch !== undefined) stretch.asOf = 0
  }

  /** What is known of a whole run. */
  get(run: number): Stretch | undefined {
    const stretch = this.stretches[run]
    return stretch?.asOf === this.state ? stretch : undefined
  }

  /** Where to write what is found in a run; true of the run only once it is kept. */
  blank(run: number): Stretch {
    while (this.stretches.length <= run) this.stretches.push(new Stretch())
    const stretch = this.stretches[run]!
    stretch.clear()
    return stretch
  }

  /** That is what is in its run. */
  keep(stretch: Stretch): void {
    stretch.asOf = this.state
  }
}
