import type { Plugin } from '../../src/index.ts'
import { type Free, freeOf, type Request, requestOf, WHOLE } from './cards.ts'

/**
 * Cards that are in use before free cards of nodes in use, and these before nodes where all is free; three bands from 100
 * down. Mirrors GpuPackingScore, after Weng et al., "MLaaS in the Wild" (NSDI 2022).
 */
export const gpuPacking: Plugin = {
  name: 'GpuPacking',
  scope: 'node',
  score(pod, node, context) {
    const request = requestOf(pod)
    return request.cards === 0 ? 0 : scoreOf(request, context.perNode(node, freeOf))
  },
}

function scoreOf({ cards: needed, milli }: Request, { cards }: Free): number {
  const untouched = cards.filter((left) => left === WHOLE).length
  if (untouched === cards.length) return Math.max(33 - untouched, untouched)
  const taken = cards
    .filter((left) => left >= milli)
    .sort((a, b) => a - b)
    .slice(0, needed)
  const opened = taken.filter((left) => left === WHOLE).length
  if (opened > 0) return Math.max(50 - opened, 33)
  const room = taken.reduce((sum, left) => sum + Math.floor(left / 10), 0)
  return Math.max(100 - Math.floor(room / 10), 50)
}
