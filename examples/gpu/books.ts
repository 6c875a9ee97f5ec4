import type { Manifest, Node } from '../../src/index.ts'
import { capacityOf, type Free, type Request, totalOf, without } from './cards.ts'
import type { Fragmentation } from './fragmentation.ts'

/** Percent of all card room, but `fragmentsOfIdle`, of what is free. */
export interface Measures {
  readonly allocation: number
  readonly fragments: number
  readonly fragmentsOfIdle: number
}

interface Counted {
  free: Free
  fragments: number
}

/** Keeps up with what is free and what of it are fragments, from what the API says of pods. */
export class Books {
  arrived = 0
  placed = 0
  private readonly nodes = new Map<string, Counted>()
  private readonly capacity: number
  private idle = 0
  private fragments = 0
  private arrivedMilli = 0
  /** Sums over the arrivals of each percent. */
  private readonly sums = new Map<number, { count: number; allocation: number; fragments: number; ofIdle: number }>()

  constructor(
    nodes: readonly Manifest<Node>[],
    private readonly target: Fragmentation,
  ) {
    for (const node of nodes) {
      const free = capacityOf(node)
      const fragments = target.of(free)
      this.nodes.set(node.metadata!.name!, { free, fragments })
      this.idle += totalOf(free)
      this.fragments += fragments
    }
    this.capacity = this.idle
  }

  place(request: Request, node: string, index: string | undefined): void {
    const known = this.nodes.get(node)!
    const cards = index?.split('-').map(Number) ?? []
    known.free = without(known.free, request, cards)
    if (known.free.cpuMilli < 0 || known.free.cards.some((left) => left < 0))
      throw new Error(`${node} has given more than it has: ${JSON.stringify(known.free)}`)
    const fragments = this.target.of(known.free)
    this.fragments += fragments - known.fragments
    known.fragments = fragments
    this.idle -= request.milli * request.cards
    this.placed++
  }

  /** After each arrival, placed or not. */
  arrive({ milli, cards }: Request): void {
    this.arrived++
    this.arrivedMilli += milli * cards
    const percent = Math.round((100 * this.arrivedMilli) / this.capacity)
    let sum = this.sums.get(percent)
    if (sum === undefined) this.sums.set(percent, (sum = { count: 0, allocation: 0, fragments: 0, ofIdle: 0 }))
    sum.count++
    sum.allocation += (100 * (this.capacity - this.idle)) / this.capacity
    sum.fragments += (100 * this.fragments) / this.capacity
    sum.ofIdle += (100 * this.fragments) / this.idle
  }

  /** The means over the arrivals by which that percent of all card room, rounded, had been asked for. */
  means(): ReadonlyMap<number, Measures> {
    return new Map(
      [...this.sums].map(([percent, { count, allocation, fragments, ofIdle }]) => [
        percent,
        { allocation: allocation / count, fragments: fragments / count, fragmentsOfIdle: ofIdle / count },
      ]),
    )
  }
}
