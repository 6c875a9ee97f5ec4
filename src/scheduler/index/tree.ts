/** The best row of a class, found by repairing what has changed since it was found last. */
import type { ClassMemory } from '../candidates.ts'
import type { Found } from '../search.ts'
import { askedUntil } from '../verdict.ts'

/** A tree over the nodes in order of name, in two arrays: the children of `i` are `2i` and `2i + 1`, node 0 is at `leaves`. */
export class ClassTree {
  private order: Int32Array | undefined
  private readTo = 0
  private leaves = 0
  /** The best score below; −∞ where no node suits. */
  private best = new Float64Array(0)
  /** How many nodes below have it. */
  private ties = new Int32Array(0)
  private feasible = 0
  /** What the last repair asked. */
  private asked = 0
  private suited = 0
  private filterCalls = 0

  constructor(private readonly memory: ClassMemory) {}

  /** The best node now; what counts as looked at is what had to be asked about again. */
  search(found: Found): void {
    this.repair()
    found.from = 0
    found.examined = this.asked
    found.feasible = this.feasible
    found.scored = this.suited
    found.filterCalls = this.filterCalls
    found.ties = this.feasible === 0 ? 0 : this.ties[1]!
    found.best = this.feasible === 0 ? -1 : this.tied(0)
    found.bestScore = this.feasible === 0 ? -Infinity : this.best[1]!
    found.method = 'tree'
  }

  /** The position of one of those that share the best score, counted from 0 in order of name. */
  tied(which: number): number {
    const { best, ties, leaves } = this
    const score = best[1]!
    let left = which
    let at = 1
    while (at < leaves) {
      at *= 2
      if (best[at] === score) {
        if (left < ties[at]!) continue
        left -= ties[at]!
      }
      at++
    }
    return at - leaves
  }

  private repair(): void {
    const { nodes } = this.memory
    const { log } = nodes
    const order = nodes.order()
    this.asked = this.suited = this.filterCalls = 0
    if (order !== this.order || !log.reaches(this.readTo)) this.rebuild(order)
    else {
      const positions = nodes.positions()
      for (let place = this.readTo; place < log.end; place++) {
        const row = log.at(place)
        const position = positions[row]!
        if (!(position >= 0)) continue
        this.askAgain(row)
        this.climb(position, row)
      }
    }
    this.readTo = log.end
  }

  private rebuild(order: Int32Array): void {
    // A user's plugin may throw: then this is to be done again.
    this.order = undefined
    this.leaves = 1
    while (this.leaves < order.length) this.leaves *= 2
    const { leaves, memory } = this
    if (this.best.length !== 2 * leaves) {
      this.best = new Float64Array(2 * leaves)
      this.ties = new Int32Array(2 * leaves)
    }
    const { best, ties } = this
    best.fill(-Infinity)
    ties.fill(0)
    this.feasible = 0
    for (let position = 0; position < order.length; position++) {
      const row = order[position]!
      this.askAgain(row)
      if (memory.verdicts[row] !== 0) continue
      best[leaves + position] = memory.sums[row]!
      ties[leaves + position] = 1
      this.feasible++
    }
    for (let at = leaves - 1; at > 0; at--) this.sumUp(at)
    this.order = order
  }

  private askAgain(row: number): void {
    const { memory } = this
    if (memory.known[row] === memory.questions.versions[row]) return
    memory.ask(row)
    this.asked++
    const verdict = memory.verdicts[row]!
    if (verdict === 0) this.suited++
    this.filterCalls += verdict === 0 ? memory.filters.length : askedUntil(verdict)
  }

  private climb(position: number, row: number): void {
    const { best, ties, memory } = this
    let at = this.leaves + position
    const isFeasible = memory.verdicts[row] === 0
    const score = isFeasible ? memory.sums[row]! : -Infinity
    if (isFeasible) this.feasible++
    if (ties[at] === 1) this.feasible--
    best[at] = score
    ties[at] = isFeasible ? 1 : 0
    for (at >>>= 1; at > 0; at >>>= 1) if (!this.sumUp(at)) return
  }

  /** Whether that changed anything. */
  private sumUp(at: number): boolean {
    const { best, ties } = this
    const left = best[2 * at]!
    const right = best[2 * at + 1]!
    const score = left >= right ? left : right
    const count = (left === score ? ties[2 * at]! : 0) + (right === score ? ties[2 * at + 1]! : 0)
    if (best[at] === score && ties[at] === count) return false
    best[at] = score
    ties[at] = count
    return true
  }
}
