import type { Plugin } from '../../src/index.ts'
import { freeOf, requestOf, totalOf } from './cards.ts'
import { MOST_CPU, MOST_GPU } from './machines.ts'

/**
 * The node whose free cpu and card room, as a vector, has the least dot product with what the pod asks for, both as shares of
 * the largest machine. Mirrors DotProductScore with merged cards: what the largest dot product gets in Grandl et al.,
 * "Multi-Resource Packing for Cluster Schedulers" (SIGCOMM 2014), the least gets here.
 */
export const dotProd: Plugin = {
  name: 'DotProd',
  scope: 'node',
  score(pod, node, context) {
    const free = context.perNode(node, freeOf)
    const { cpuMilli, cards, milli } = requestOf(pod)
    const cpu = (free.cpuMilli / MOST_CPU) * (cpuMilli / MOST_CPU)
    const gpu = (totalOf(free) / MOST_GPU) * ((cards * milli) / MOST_GPU)
    return Math.floor(100 * (1 - (cpu + gpu) / 2))
  },
}
