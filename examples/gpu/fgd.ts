import { exp, type NodeInfo, type Plugin } from '../../src/index.ts'
import { type Free, freeOf, isShare, type Request, requestOf, wholeCards, without } from './cards.ts'
import type { Fragmentation } from './fragmentation.ts'
import type { PickCard } from './gpuShare.ts'

export interface Fgd {
  readonly score: Plugin
  /** For `gpuShare`: a share goes to the card where it makes the fewest fragments. */
  readonly pick: PickCard
}

/**
 * Fragmentation gradient descent: the node, and the card, where the pod makes the fewest fragments. Weng et al., "Beware of
 * Fragmentation" (USENIX ATC 2023), section 4. Mirrors FGDScore: what a node loses or gains, in cards, is brought to whole
 * numbers from 0 to 100 by a sigmoid, so that differences of less than 1/25 of a card are ties.
 */
export function fgd(fragmentation: Fragmentation): Fgd {
  const seen = (node: NodeInfo): Seen => {
    const free = freeOf(node)
    return { free, fragments: fragmentation.of(free) }
  }
  const scoreOf = (fewer: number): number => Math.floor(100 / (1 + exp(-fewer / 1000)))
  const shareOf = (request: Request, { free, fragments }: Seen): { readonly score: number; readonly card: number } => {
    let score = -1
    let best = -1
    for (let card = 0; card < free.cards.length; card++) {
      const left = free.cards[card]!
      if (left < request.milli || free.cards.indexOf(left) < card) continue
      const own = scoreOf(fragments - fragmentation.with(request, card, free))
      if (own > score) [score, best] = [own, card]
    }
    return { score, card: best }
  }
  const wholeOf = (request: Request, { free, fragments }: Seen): number =>
    scoreOf(fragments - fragmentation.of(without(free, request, wholeCards(request, free))))
  return {
    score: {
      name: 'FGD',
      scope: 'node',
      score(pod, node, context) {
        const request = requestOf(pod)
        const known = context.perNode(node, seen)
        return isShare(request) ? shareOf(request, known).score : wholeOf(request, known)
      },
    },
    pick: (request, free) => shareOf(request, { free, fragments: fragmentation.of(free) }).card,
  }
}

interface Seen {
  readonly free: Free
  readonly fragments: number
}
