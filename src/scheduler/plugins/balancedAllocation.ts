/**
 * Likes nodes whose use of cpu and memory the pod brings closer together. Mirrors v1.36 of
 * pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go, which weighs the change that the pod makes
 * (75 when it makes none) and leaves pods that request nothing out.
 */
import { sqrt } from '../../kernel/math.ts'
import type { Blocks } from '../index/blocks.ts'
import { type BlockBound, MAX_NODE_SCORE, type NodePlugin } from '../plugin.ts'
import type { WeighedResource } from '../pluginArgs.ts'
import type { PodInfo } from '../podInfo.ts'
import type { PodRequests } from '../../api/podRequests.ts'
import { type Use, usesOf } from './resourceScores.ts'

const HALF = MAX_NODE_SCORE / 2

export const NodeResourcesBalancedAllocation: NodePlugin = Object.freeze<NodePlugin>({
  rows: true,
  scope: 'node',
  name: 'NodeResourcesBalancedAllocation',
  preScore: ({ requests }) => (requests.cpuMilli === 0 && requests.memoryBytes === 0 ? 'skip' : undefined),
  score: ({ requests }, nodes) => {
    const { cpuMilli, memoryBytes } = requests
    const { allocatableCpu, allocatableMemory, requestedCpu, requestedMemory } = nodes.columns
    return (row) => {
      const cpu = requestedCpu[row]!
      const memory = requestedMemory[row]!
      return scoreOf(cpu, cpu + cpuMilli, allocatableCpu[row]!, memory, memory + memoryBytes, allocatableMemory[row]!)
    }
  },
  scoreRows: ({ requests }, nodes) => {
    const { cpuMilli, memoryBytes } = requests
    const { allocatableCpu, allocatableMemory, requestedCpu, requestedMemory } = nodes.columns
    return (rows, count, weight, sums) => {
      for (let i = 0; i < count; i++) {
        const row = rows[i]!
        const cpu = requestedCpu[row]!
        const memory = requestedMemory[row]!
        const allCpu = allocatableCpu[row]!
        const allMemory = allocatableMemory[row]!
        sums[i]! += weight * scoreOf(cpu, cpu + cpuMilli, allCpu, memory, memory + memoryBytes, allMemory)
      }
    }
  },
  bound: balancedBound,
})

/** The same over other resources. A pod that asks for none of them is left out. */
export function balancedOver(resources: readonly WeighedResource[]): NodePlugin {
  return Object.freeze<NodePlugin>({
    rows: true,
    scope: 'node',
    name: 'NodeResourcesBalancedAllocation',
    preScore: ({ requests }) => (resources.some(({ name }) => asks(requests, name)) ? undefined : 'skip'),
    score: (pod, nodes) => {
      const uses = usesOf(resources, pod, nodes, false)
      const half = MAX_NODE_SCORE / 2
      return (row) => half + Math.trunc((half + evenness(uses, row, true) - evenness(uses, row, false)) / 2)
    },
  })
}

function asks({ cpuMilli, memoryBytes, storageBytes, extended }: PodRequests, resource: string): boolean {
  if (resource === 'cpu') return cpuMilli > 0
  if (resource === 'memory') return memoryBytes > 0
  return resource === 'ephemeral-storage' ? storageBytes > 0 : extended.some(({ name }) => name === resource)
}

/** 100 less the standard deviation of the shares that are in use. */
function evenness(uses: readonly Use[], row: number, withPod: boolean): number {
  const shares: number[] = []
  for (const { allocatable, requested, amount } of uses) {
    const capacity = allocatable[row]!
    if (capacity > 0) shares.push(fraction(requested[row]! + (withPod ? amount : 0), capacity))
  }
  if (shares.length < 2) return MAX_NODE_SCORE
  if (shares.length === 2) return Math.trunc((1 - Math.abs((shares[0]! - shares[1]!) / 2)) * MAX_NODE_SCORE)
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
  const variance = shares.reduce((sum, share) => sum + (share - mean) * (share - mean), 0) / shares.length
  return Math.trunc((1 - sqrt(variance)) * MAX_NODE_SCORE)
}

/**
 * The pod moves a node's tilt, how much more of its cpu is requested than of its memory, by as much as it is tilted
 * itself: most is gained where the two are most opposed. On a node that has room no share is cut off at 1.
 */
function balancedBound({ requests: { cpuMilli, memoryBytes } }: PodInfo, blocks: Blocks): BlockBound {
  const { leastTilt, mostTilt, leastCpuUnit, mostCpuUnit, leastMemoryUnit, mostMemoryUnit } = blocks.columns
  return (block) => {
    if (mostCpuUnit[block] === Infinity || mostMemoryUnit[block] === Infinity) return MAX_NODE_SCORE
    const least = cpuMilli * leastCpuUnit[block]! - memoryBytes * mostMemoryUnit[block]!
    const most = cpuMilli * mostCpuUnit[block]! - memoryBytes * leastMemoryUnit[block]!
    let gain = -Infinity
    if (most >= 0) gain = gained(leastTilt[block]!, least > 0 ? least : 0, most)
    if (least <= 0) gain = Math.max(gain, gained(mostTilt[block]!, least, most < 0 ? most : 0))
    const change = Math.min(
      Math.ceil(gain * HALF + ROUNDING),
      balanceOf(distance(leastTilt[block]! + least, mostTilt[block]! + most), ROUNDING) -
        balanceOf(Math.max(-leastTilt[block]!, mostTilt[block]!), 0),
    )
    return HALF + Math.trunc((HALF + change) / 2)
  }
}

/** Of a tilt to either side. */
function balanceOf(tilt: number, rounding: number): number {
  return Math.floor((1 - tilt / 2) * MAX_NODE_SCORE + rounding)
}

/** How far from 0 the nearest number is of those from one to another. */
function distance(from: number, to: number): number {
  return Math.max(0, from, -to)
}

/** Fractions are worked out in another order than scores are: far more than that can make, far less than a point. */
const ROUNDING = 1e-6

/** By how much a tilt gets less, at best, when it is moved by something between two amounts. */
function gained(tilt: number, least: number, most: number): number {
  const move = Math.min(most, Math.max(least, -tilt))
  return Math.abs(tilt) - Math.abs(tilt + move)
}

function scoreOf(
  cpuBefore: number,
  cpuAfter: number,
  allCpu: number,
  memoryBefore: number,
  memoryAfter: number,
  allMemory: number,
): number {
  const before = balance(cpuBefore, allCpu, memoryBefore, allMemory)
  const after = balance(cpuAfter, allCpu, memoryAfter, allMemory)
  return HALF + (((HALF + after - before) / 2) | 0)
}

/** 100 where cpu and memory are used in the same proportion, 50 where one is used up and the other untouched. */
function balance(cpu: number, allocatableCpu: number, memory: number, allocatableMemory: number): number {
  if (allocatableCpu === 0 || allocatableMemory === 0) return MAX_NODE_SCORE
  const deviation = Math.abs((fraction(cpu, allocatableCpu) - fraction(memory, allocatableMemory)) / 2)
  return ((1 - deviation) * MAX_NODE_SCORE) | 0
}

function fraction(requested: number, allocatable: number): number {
  return requested > allocatable ? 1 : requested / allocatable
}
