import type { Plugin } from '../../src/index.ts'

/** One of the nodes that suit. Mirrors RandomScore; give `gpuShare` the card `anyCard`. */
export const random: Plugin = {
  name: 'Random',
  preScore(_pod, nodes, { memory, random: stream }) {
    memory.set('drawn', nodes[stream.integer(0, nodes.length - 1)]!.name)
    return undefined
  },
  score: (_pod, { name }, { memory }) => (memory.get('drawn') === name ? 100 : 0),
}
