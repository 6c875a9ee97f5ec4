import type { Plugin, PluginContext } from '../../src/index.ts'
import { allows, type Free, freeOf, hasCards, INDEX, isShare, type Request, requestOf, wholeCards } from './cards.ts'

/** Which card a share goes to, of those with room for it; `free` is the node before the pod came. */
export type PickCard = (request: Request, free: Free, context: PluginContext) => number

/** The card with the least room that suffices; of several, the first. */
export const tightest: PickCard = ({ milli }, { cards }) => {
  let best = -1
  for (const [card, left] of cards.entries()) {
    if (left >= milli && (best < 0 || left < cards[best]!)) best = card
  }
  return best
}

/** Any of them. */
export const anyCard: PickCard = ({ milli }, { cards }, { random }) => {
  const fitting = [...cards.keys()].filter((card) => cards[card]! >= milli)
  return fitting[random.integer(0, fitting.length - 1)]!
}

/**
 * Lets pods share cards: a pod needs as many cards of an allowed model, each with room for it, and the binding says which
 * it got. Mirrors the filter and reserve of Open-Gpu-Share: whoever needs a whole card gets the first free ones.
 */
export function gpuShare(pick: PickCard = tightest): Plugin {
  return {
    name: 'GpuShare',
    scope: 'node',
    filter(pod, node, context) {
      const request = requestOf(pod)
      if (request.cards === 0) return undefined
      const free = context.perNode(node, freeOf)
      if (free.cards.length === 0) return 'node(s) had no GPU'
      if (!allows(request, free)) return "node(s) didn't have an allowed GPU model"
      return hasCards(request, free) ? undefined : 'node(s) had too little room on their GPUs'
    },
    reserve(pod, node, context) {
      const request = requestOf(pod)
      if (request.cards === 0) return undefined
      // The pod counts on the node already, but has no card yet.
      const now = context.perNode(node, freeOf)
      const free = { ...now, cpuMilli: now.cpuMilli + request.cpuMilli }
      const cards = isShare(request) ? [pick(request, free, context)] : wholeCards(request, free)
      return { annotations: { [INDEX]: cards.join('-') } }
    },
  }
}
