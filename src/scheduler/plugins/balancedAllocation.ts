/**
 * Likes nodes whose use of cpu and memory the pod brings closer together. Mirrors v1.36 of
 * pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go, which weighs the change that the pod makes
 * (75 when it makes none) and leaves pods that request nothing out.
 */
import { MAX_NODE_SCORE, type NodePlugin } from '../plugin.ts'

export const NodeResourcesBalancedAllocation: NodePlugin = Object.freeze<NodePlugin>({
  rows: true,
  scope: 'node',
  name: 'NodeResourcesBalancedAllocation',
  preScore: ({ requests }) => (requests.cpuMilli === 0 && requests.memoryBytes === 0 ? 'skip' : undefined),
  score: ({ requests }, nodes) => {
    const { cpuMilli, memoryBytes } = requests
    const half = MAX_NODE_SCORE / 2
    const { allocatableCpu, allocatableMemory, requestedCpu, requestedMemory } = nodes.columns
    return (row) => {
      const allCpu = allocatableCpu[row]!
      const allMemory = allocatableMemory[row]!
      const cpu = requestedCpu[row]!
      const memory = requestedMemory[row]!
      const before = balance(cpu, allCpu, memory, allMemory)
      const after = balance(cpu + cpuMilli, allCpu, memory + memoryBytes, allMemory)
      return half + (((half + after - before) / 2) | 0)
    }
  },
})

/** 100 where cpu and memory are used in the same proportion, 50 where one is used up and the other untouched. */
function balance(cpu: number, allocatableCpu: number, memory: number, allocatableMemory: number): number {
  if (allocatableCpu === 0 || allocatableMemory === 0) return MAX_NODE_SCORE
  const deviation = Math.abs((fraction(cpu, allocatableCpu) - fraction(memory, allocatableMemory)) / 2)
  return ((1 - deviation) * MAX_NODE_SCORE) | 0
}

function fraction(requested: number, allocatable: number): number {
  return requested > allocatable ? 1 : requested / allocatable
}
