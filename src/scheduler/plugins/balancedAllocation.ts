/**
 * Likes nodes whose use of cpu and memory the pod brings closer together. Mirrors v1.36 of
 * pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go, which weighs the change that the pod makes
 * (75 when it makes none) and leaves pods that request nothing out.
 */
import { sqrt } from '../../kernel/math.ts'
import { MAX_NODE_SCORE, type NodePlugin } from '../plugin.ts'
import type { WeighedResource } from '../pluginArgs.ts'
import type { PodRequests } from '../requests.ts'
import { type Use, usesOf } from './resourceScores.ts'

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

/** 100 where cpu and memory are used in the same proportion, 50 where one is used up and the other untouched. */
function balance(cpu: number, allocatableCpu: number, memory: number, allocatableMemory: number): number {
  if (allocatableCpu === 0 || allocatableMemory === 0) return MAX_NODE_SCORE
  const deviation = Math.abs((fraction(cpu, allocatableCpu) - fraction(memory, allocatableMemory)) / 2)
  return ((1 - deviation) * MAX_NODE_SCORE) | 0
}

function fraction(requested: number, allocatable: number): number {
  return requested > allocatable ? 1 : requested / allocatable
}
