/** Mirrors pkg/scheduler/framework/plugins/noderesources/least_allocated.go: cpu and memory weigh the same. */
import type { NodeTable } from '../nodeTable.ts'
import { MAX_NODE_SCORE, type NodePlugin, type RowScore } from '../plugin.ts'
import type { PodInfo } from '../podInfo.ts'
import { scoringFit } from './nodeResourcesFit.ts'

/** NodeResourcesFit that likes empty nodes. */
export const LeastAllocated: NodePlugin = scoringFit(leastAllocatedScore)

function leastAllocatedScore(pod: PodInfo, nodes: NodeTable): RowScore {
  const { nonzeroCpuMilli, nonzeroMemoryBytes } = pod.requests
  const { allocatableCpu, allocatableMemory, nonzeroCpu, nonzeroMemory } = nodes.columns
  return (row) => {
    const cpu = allocatableCpu[row]!
    const memory = allocatableMemory[row]!
    const sum =
      unused(nonzeroCpu[row]! + nonzeroCpuMilli, cpu) + unused(nonzeroMemory[row]! + nonzeroMemoryBytes, memory)
    // A resource that the node has none of is not weighed.
    return cpu !== 0 && memory !== 0 ? (sum / 2) | 0 : sum
  }
}

/** Exact as long as the capacity times 100 stays below 2⁵³. */
function unused(requested: number, capacity: number): number {
  if (capacity === 0 || requested > capacity) return 0
  return (((capacity - requested) * MAX_NODE_SCORE) / capacity) | 0
}
