/**
 * What a search found in runs of nodes, in order of name, so that the next search of the same class need not go through
 * nodes of which none has changed. What is remembered is always what looking again would find.
 */
import type { NodeTable } from './nodeTable.ts'

/** As long as a few runs are less than what a search looks at, and what one changed row makes it look at again. */
const RUN_BITS = 5
export const RUN_NODES: number = 1 << RUN_BITS

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
    const stretch = this.stretches[this.nodes.positions()[row]! >>> RUN_BITS]
    if (stretch !== undefined) stretch.asOf = 0
  }

  /**
   * Takes in what is known of whole runs among the next `left` nodes, up to one of which nothing is known or in which the
   * `wanted` feasible ones may be complete: of that it has to be known at which node. Where it ends.
   */
  takeKnown(position: number, left: number, wanted: number, all: Stretch): number {
    if ((position & (RUN_NODES - 1)) !== 0) return position
    const { stretches, state } = this
    const count = this.order!.length
    const end = all.examined + left
    let run = position >>> RUN_BITS
    while (all.examined < end) {
      const stretch = stretches[run]
      if (stretch?.asOf !== state || stretch.examined > end - all.examined) break
      if (all.feasible + stretch.feasible >= wanted) break
      all.add(stretch)
      if (++run << RUN_BITS >= count) run = 0
    }
    return run << RUN_BITS
  }

  /** Where to write what is found in the run that begins at a position; undefined where none does. It is not true of the run until it is kept. */
  blank(position: number): Stretch | undefined {
    if ((position & (RUN_NODES - 1)) !== 0) return undefined
    const run = position >>> RUN_BITS
    while (this.stretches.length <= run) this.stretches.push(new Stretch())
    const stretch = this.stretches[run]!
    // What is known of it is needed again, where the search only may end in it.
    if (stretch.asOf === this.state) return undefined
    stretch.clear()
    return stretch
  }

  /** That is what is in its run. */
  keep(stretch: Stretch): void {
    stretch.asOf = this.state
  }
}
