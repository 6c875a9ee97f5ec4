/**
 * Fragmentation as Weng et al. define it in "Beware of Fragmentation" (USENIX ATC 2023), section 3: of the card room that a
 * node has free, what a pod drawn from the target workload could not use, on average.
 */
import type { Free, Request } from './cards.ts'

/** Pods of this share of the workload, those of the commonest kinds, stand for all of it. */
const POPULAR = 0.95

/** Kinds that need the same of cards: how likely one of them is that needs no more cpu than `cpus[i]`. */
interface Group {
  readonly cards: number
  readonly milli: number
  readonly cpus: readonly number[]
  readonly likely: readonly number[]
}

interface Kind {
  readonly request: Request
  readonly count: number
}

export class Fragmentation {
  private readonly kinds: readonly Kind[]
  private readonly total: number
  /** By model of card. */
  private readonly groups = new Map<string, readonly Group[]>()

  constructor(workload: Iterable<Request>) {
    this.kinds = popular(workload)
    this.total = this.kinds.reduce((sum, { count }) => sum + count, 0)
  }

  /**
   * Thousandths of cards that are fragments. All that is free is one for a pod without need of a card, for one that allows
   * other models, and for one that lacks cpu or cards; for the others, the cards with too little room are.
   */
  of({ cpuMilli, cards, model }: Free): number {
    return this.fragments(cpuMilli, cards, model, -1, 0)
  }

  /** The same with a pod on the node, its share on one card: without working out what is left by card. */
  with({ cpuMilli, milli }: Request, card: number, free: Free): number {
    return this.fragments(free.cpuMilli - cpuMilli, free.cards, free.model, card, milli)
  }

  /** `taken`: of that card. */
  private fragments(cpu: number, cards: readonly number[], model: string, card: number, taken: number): number {
    let total = -taken
    for (const left of cards) total += left
    let useful = 0
    for (const { cards: needed, milli, cpus, likely } of this.groupsOf(model)) {
      let at = cpus.length - 1
      while (at >= 0 && cpus[at]! > cpu) at--
      if (at < 0) continue
      let fitting = 0
      let room = 0
      for (let i = 0; i < cards.length; i++) {
        const left = i === card ? cards[i]! - taken : cards[i]!
        if (left < milli) continue
        fitting++
        room += left
      }
      if (fitting >= needed) useful += likely[at]! * room
    }
    return total - useful
  }

  private groupsOf(model: string): readonly Group[] {
    let groups = this.groups.get(model)
    if (groups === undefined) this.groups.set(model, (groups = this.group(model)))
    return groups
  }

  private group(model: string): readonly Group[] {
    const alike = new Map<string, Kind[]>()
    for (const kind of this.kinds) {
      const { cards, milli, models } = kind.request
      if (cards === 0 || (models.length > 0 && !models.includes(model))) continue
      const key = `${cards}×${milli}`
      alike.set(key, [...(alike.get(key) ?? []), kind])
    }
    return [...alike.values()].map((kinds) => {
      kinds.sort((a, b) => a.request.cpuMilli - b.request.cpuMilli)
      let likely = 0
      return {
        cards: kinds[0]!.request.cards,
        milli: kinds[0]!.request.milli,
        cpus: kinds.map(({ request }) => request.cpuMilli),
        likely: kinds.map(({ count }) => (likely += count / this.total)),
      }
    })
  }
}

/** The commonest kinds of pods, until they are 95 % of all. Mirrors GetTypicalPods with the published settings. */
function popular(workload: Iterable<Request>): readonly Kind[] {
  const kinds = new Map<string, { readonly request: Request; count: number }>()
  let all = 0
  for (const request of workload) {
    all++
    const { cpuMilli, milli, cards, models } = request
    const key = [cpuMilli, milli, cards, models.join('|')].join()
    const kind = kinds.get(key)
    if (kind === undefined) kinds.set(key, { request, count: 1 })
    else kind.count++
  }
  const chosen: Kind[] = []
  let counted = 0
  for (const kind of [...kinds.values()].sort(byCount)) {
    if (counted >= POPULAR * all) break
    counted += kind.count
    chosen.push(kind)
  }
  return chosen
}

function byCount({ request: a, count: many }: Kind, { request: b, count: more }: Kind): number {
  return (
    more - many ||
    b.cpuMilli - a.cpuMilli ||
    b.milli - a.milli ||
    b.cards - a.cards ||
    (a.models.join('|') < b.models.join('|') ? 1 : -1)
  )
}
