import type { Plugin } from '../../src/index.ts'
import { freeOf, requestOf, totalOf } from './cards.ts'
import { MOST_CPU, MOST_GPU } from './machines.ts'

/**
 * The node with the least left over: the mean of the cpu and of the card room that is free with the pod there, each as a
 * share of what the largest machine has. Mirrors BestFitScore.
 */
export const bestFit: Plugin = {
  name: 'BestFit',
  scope: 'node',
  score(pod, node, context) {
    const free = context.perNode(node, freeOf)
    const { cpuMilli, cards, milli } = requestOf(pod)
    const left = (0.5 * (free.cpuMilli - cpuMilli)) / MOST_CPU + (0.5 * (totalOf(free) - cards * milli)) / MOST_GPU
    return Math.floor(100 * (1 - left))
  },
}
