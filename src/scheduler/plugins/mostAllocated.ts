/** Mirrors pkg/scheduler/framework/plugins/noderesources/most_allocated.go: cpu and memory weigh the same. */
import type { Blocks } from '../index/blocks.ts'
import type { NodeTable } from '../nodeTable.ts'
import { type BlockBound, MAX_NODE_SCORE, type NodePlugin, type RowScore, type RowsScore } from '../plugin.ts'
import type { PodInfo } from '../podInfo.ts'
import { scoringFit } from './nodeResourcesFit.ts'

/** NodeResourcesFit that likes full nodes: bin packing. */
export const MostAllocated: NodePlugin = scoringFit({
  score: mostAllocatedScore,
  scoreRows: mostAllocatedRows,
  bound: mostAllocatedBound,
})

function mostAllocatedScore(pod: PodInfo, nodes: NodeTable): RowScore {
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

function mostAllocatedRows(pod: PodInfo, nodes: NodeTable): RowsScore {
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

/** What is used of cpu and of memory, on whichever nodes most is; and of both together, on whichever node most is. */
function mostAllocatedBound(pod: PodInfo, blocks: Blocks): BlockBound {
  const { weighedCpuMilli, weighedMemoryBytes } = pod.requests
  const { mostCpu, mostMemory, mostBoth, mostCpuUnit, mostMemoryUnit } = blocks.columns
  return (block) => {
    if (mostCpuUnit[block] === Infinity || mostMemoryUnit[block] === Infinity) return MAX_NODE_SCORE
    const ownCpu = weighedCpuMilli * mostCpuUnit[block]!
    const ownMemory = weighedMemoryBytes * mostMemoryUnit[block]!
    const apart = points(mostCpu[block]! + ownCpu) + points(mostMemory[block]! + ownMemory)
    const both = (mostBoth[block]! + ownCpu + ownMemory) * MAX_NODE_SCORE
    return Math.floor(Math.min(apart, both) / 2 + ROUNDING)
  }
}

/** Fractions are worked out in another order than scores are: far more than that can make, far less than a point. */
const ROUNDING = 1e-6

function points(share: number): number {
  return Math.min(MAX_NODE_SCORE, Math.floor(share * MAX_NODE_SCORE + ROUNDING))
}

function scoreOf(cpu: number, allCpu: number, memory: number, allMemory: number): number {
  const sum = used(cpu, allCpu) + used(memory, allMemory)
  return allCpu !== 0 && allMemory !== 0 ? (sum / 2) | 0 : sum
}

/** Defaults assumed for silent containers may add up to more than the node has; that counts as full. */
function used(requested: number, capacity: number): number {
  if (capacity === 0) return 0
  return requested > capacity ? MAX_NODE_SCORE : ((requested * MAX_NODE_SCORE) / capacity) | 0
}
