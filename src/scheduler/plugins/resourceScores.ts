/**
 * Scores over any resources with any weights. Mirrors pkg/scheduler/framework/plugins/noderesources/
 * resource_allocation.go, least_allocated.go, most_allocated.go and requested_to_capacity_ratio.go.
 */
import type { NodeTable } from '../nodeTable.ts'
import { MAX_NODE_SCORE, type RowScore } from '../plugin.ts'
import type { ScoringStrategy, UtilizationPoint, WeighedResource } from '../pluginArgs.ts'
import type { PodInfo } from '../podInfo.ts'

/** One resource of every node, with what a pod would add to it. */
export interface Use {
  readonly weight: number
  readonly allocatable: Float64Array
  readonly requested: Float64Array
  readonly amount: number
}

const cpuAndMemory: readonly WeighedResource[] = Object.freeze([{ name: 'cpu' }, { name: 'memory' }])

/** `assumeDefaults`: containers that request no cpu or memory count as 100m and 200Mi. */
export function usesOf(
  resources: readonly WeighedResource[],
  { requests }: PodInfo,
  nodes: NodeTable,
  assumeDefaults: boolean,
): readonly Use[] {
  const { columns } = nodes
  return resources.flatMap(({ name, weight = 1 }): readonly Use[] => {
    switch (name) {
      case 'cpu':
        return assumeDefaults
          ? [use(weight, columns.allocatableCpu, columns.nonzeroCpu, requests.weighedCpuMilli)]
          : [use(weight, columns.allocatableCpu, columns.requestedCpu, requests.cpuMilli)]
      case 'memory':
        return assumeDefaults
          ? [use(weight, columns.allocatableMemory, columns.nonzeroMemory, requests.weighedMemoryBytes)]
          : [use(weight, columns.allocatableMemory, columns.requestedMemory, requests.memoryBytes)]
      case 'ephemeral-storage':
        return [use(weight, columns.allocatableStorage, columns.requestedStorage, requests.storageBytes)]
      default: {
        // What the pod does not ask for is not weighed.
        const asked = requests.extended.find((one) => one.name === name)
        const column = asked && nodes.extendedColumn(name)
        return column === undefined ? [] : [use(weight, column.allocatable, column.requested, asked!.amount)]
      }
    }
  })
}

function use(weight: number, allocatable: Float64Array, requested: Float64Array, amount: number): Use {
  return { weight, allocatable, requested, amount }
}

/** What NodeResourcesFit gives a row. */
export function resourceScore(
  { type = 'LeastAllocated', resources = cpuAndMemory, requestedToCapacityRatio }: ScoringStrategy,
  pod: PodInfo,
  nodes: NodeTable,
): RowScore {
  const uses = usesOf(resources, pod, nodes, true)
  if (type === 'RequestedToCapacityRatio') return ratioScore(uses, requestedToCapacityRatio!.shape)
  const one = type === 'LeastAllocated' ? unused : used
  return (row) => {
    let sum = 0
    let weights = 0
    for (const { weight, allocatable, requested, amount } of uses) {
      const capacity = allocatable[row]!
      if (capacity === 0) continue
      sum += one(requested[row]! + amount, capacity) * weight
      weights += weight
    }
    return weights === 0 ? 0 : Math.floor(sum / weights)
  }
}

function ratioScore(uses: readonly Use[], shape: readonly UtilizationPoint[]): RowScore {
  const worth = brokenLine(shape)
  return (row) => {
    let sum = 0
    let weights = 0
    for (const { weight, allocatable, requested, amount } of uses) {
      const capacity = allocatable[row]!
      if (capacity === 0) continue
      const wanted = requested[row]! + amount
      const score = worth(wanted > capacity ? 100 : Math.floor((wanted * 100) / capacity))
      if (score <= 0) continue
      sum += score * weight
      weights += weight
    }
    return weights === 0 ? 0 : Math.round(sum / weights)
  }
}

/** Straight lines between the points, in whole numbers; a shape's scores go from 0 to 10. Mirrors helper.BuildBrokenLinearFunction. */
function brokenLine(shape: readonly UtilizationPoint[]): (utilization: number) => number {
  const points = shape.map(({ utilization, score }) => ({ at: utilization, score: (score * MAX_NODE_SCORE) / 10 }))
  return (utilization) => {
    const next = points.findIndex(({ at }) => utilization <= at)
    if (next === -1) return points.at(-1)!.score
    const b = points[next]!
    if (next === 0) return b.score
    const a = points[next - 1]!
    return a.score + Math.trunc(((b.score - a.score) * (utilization - a.at)) / (b.at - a.at))
  }
}

function unused(requested: number, capacity: number): number {
  return requested > capacity ? 0 : Math.floor(((capacity - requested) * MAX_NODE_SCORE) / capacity)
}

function used(requested: number, capacity: number): number {
  return requested > capacity ? MAX_NODE_SCORE : Math.floor((requested * MAX_NODE_SCORE) / capacity)
}
