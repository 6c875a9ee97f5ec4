/** Mirrors pkg/scheduler/framework/plugins/noderesources/least_allocated.go: cpu and memory weigh the same. */
import type { Blocks } from '../index/blocks.ts'
import type { NodeTable } from '../nodeTable.ts'
import { type BlockBound, MAX_NODE_SCORE, type NodePlugin, type RowScore, type RowsScore } from '../plugin.ts'
import type { PodInfo } from '../podInfo.ts'
import { scoringFit } from './nodeResourcesFit.ts'

/** NodeResourcesFit that likes empty nodes. */
export const LeastAllocated: NodePlugin = scoringFit({
  score: leastAllocatedScore,
  scoreRows: leastAllocatedRows,
  bound: leastAllocatedBound,
})

function leastAllocatedScore(pod: PodInfo, nodes: NodeTable): RowScore {
  const { weighedCpuMilli, weighedMemoryBytes } = pod.requests
  const { allocatableCpu, allocatableMemory, nonzeroCpu, nonzeroMemory } = nodes.columns
  return (row) =>
    scoreOf(
      nonzeroCpu[row]! + weighedCpuMilli,
      allocatableCpu[row]!,
      nonzeroMemory[row]! + weighedMemoryBytes,
      allocatableMemory[row]!,
    )
}

function leastAllocatedRows(pod: PodInfo, nodes: NodeTable): RowsScore {
  const { weighedCpuMilli, weighedMemoryBytes } = pod.requests
  const { allocatableCpu, allocatableMemory, nonzeroCpu, nonzeroMemory } = nodes.columns
  return (rows, count, weight, sums) => {
    for (let i = 0; i < count; i++) {
      const row = rows[i]!
      const cpu = nonzeroCpu[row]! + weighedCpuMilli
      const memory = nonzeroMemory[row]! + weighedMemoryBytes
      sums[i]! += weight * scoreOf(cpu, allocatableCpu[row]!, memory, allocatableMemory[row]!)
    }
  }
}

/** What is left of cpu and of memory, on whichever nodes most is; and of both together, on whichever node most is. */
function leastAllocatedBound(pod: PodInfo, blocks: Blocks): BlockBound {
  const { weighedCpuMilli, weighedMemoryBytes } = pod.requests
  const { leastCpu, leastMemory, leastBoth, leastCpuUnit, leastMemoryUnit, mostCpuUnit, mostMemoryUnit } =
    blocks.columns
  return (block) => {
    if (mostCpuUnit[block] === Infinity || mostMemoryUnit[block] === Infinity) return MAX_NODE_SCORE
    const ownCpu = weighedCpuMilli * leastCpuUnit[block]!
    const ownMemory = weighedMemoryBytes * leastMemoryUnit[block]!
    const cpu = 1 - leastCpu[block]! - ownCpu
    const memory = 1 - leastMemory[block]! - ownMemory
    // Where one resource is over-used, it counts as used up: the other alone says how much there is.
    const both = Math.max(2 - leastBoth[block]! - ownCpu - ownMemory, cpu, memory, 0)
    return Math.floor(Math.min(points(cpu) + points(memory), both * MAX_NODE_SCORE) / 2 + ROUNDING)
  }
}

/** Fractions are worked out in another order than scores are: far more than that can make, far less than a point. */
const ROUNDING = 1e-6

function points(share: number): number {
  return Math.max(0, Math.floor(share * MAX_NODE_SCORE + ROUNDING))
}

function scoreOf(cpu: number, allCpu: number, memory: number, allMemory: number): number {
  const sum = unused(cpu, allCpu) + unused(memory, allMemory)
  // A resource that the node has none of is not weighed.
  return allCpu !== 0 && allMemory !== 0 ? (sum / 2) | 0 : sum
}

/** Exact as long as the capacity times 100 stays below 2⁵³. */
function unused(requested: number, capacity: number): number {
  if (capacity === 0 || requested > capacity) return 0
  return (((capacity - requested) * MAX_NODE_SCORE) / capacity) | 0
}
