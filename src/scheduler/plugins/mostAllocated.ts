/** Mirrors pkg/scheduler/framework/plugins/noderesources/most_allocated.go: cpu and memory weigh the same. */
import type { NodeTable } from '../nodeTable.ts'
import { MAX_NODE_SCORE, type NodePlugin, type RowScore } from '../plugin.ts'
import type { PodInfo } from '../podInfo.ts'
import { scoringFit } from './nodeResourcesFit.ts'

/** NodeResourcesFit that likes full nodes: bin packing. */
export const MostAllocated: NodePlugin = scoringFit(mostAllocatedScore)

function mostAllocatedScore(pod: PodInfo, nodes: NodeTable): RowScore {
  const { nonzeroCpuMilli, nonzeroMemoryBytes } = pod.requests
  const { allocatableCpu, allocatableMemory, nonzeroCpu, nonzeroMemory } = nodes.columns
  return (row) => {
    const cpu = allocatableCpu[row]!
    const memory = allocatableMemory[row]!
    const sum = used(nonzeroCpu[row]! + nonzeroCpuMilli, cpu) + used(nonzeroMemory[row]! + nonzeroMemoryBytes, memory)
    return cpu !== 0 && memory !== 0 ? (sum / 2) | 0 : sum
  }
}

/** Defaults assumed for silent containers may add up to more than the node has; that counts as full. */
function used(requested: number, capacity: number): number {
  if (capacity === 0) return 0
  return requested > capacity ? MAX_NODE_SCORE : ((requested * MAX_NODE_SCORE) / capacity) | 0
}
