/** Mirrors fitsRequest in pkg/scheduler/framework/plugins/noderesources/fit.go. */
import type { NodeTable } from '../nodeTable.ts'
import type { Blocks } from '../index/blocks.ts'
import type { BlockFilter, NodePlugin, RowFilter, RowsFilter } from '../plugin.ts'
import type { PluginArgs, ScoringStrategy } from '../pluginArgs.ts'
import type { PodInfo } from '../podInfo.ts'
import { resourceScore } from './resourceScores.ts'

/** The plugin that sees to it that a node has room for a pod. */
export const ROOM = 'NodeResourcesFit'

/** A refusal is a set of bits: whether it is beyond help, then one bit a resource that falls short. */
const BEYOND_HELP = 1
const PODS = 2
const CPU = 4
const MEMORY = 8
const STORAGE = 16
const FIRST_EXTENDED = 5
/** Of a pod that asks for more extended resources than this, the last ones share a bit. */
const LAST_EXTENDED = 23

/** How NodeResourcesFit scores: kube-scheduler's `scoringStrategy`. */
export function scoringFit(score: Pick<NodePlugin, 'score' | 'scoreRows' | 'bound'>): NodePlugin {
  return Object.freeze({ ...nodeResourcesFit(), ...score })
}

/** NodeResourcesFit with the scoring strategy that its arguments tell. */
export function scoredBy(strategy: ScoringStrategy): NodePlugin {
  return scoringFit({ score: (pod, nodes) => resourceScore(strategy, pod, nodes) })
}

/** The filter; what the score is, a policy says. */
export function nodeResourcesFit(args: PluginArgs['NodeResourcesFit'] = {}): NodePlugin {
  return Object.freeze<NodePlugin>({
    rows: true,
    scope: 'node',
    name: ROOM,
    filter: (pod, nodes) => resourceFilter(pod, nodes, isIgnored(args)),
    filterRows,
    filterBlock,
    refusal: (code, pod) => ({
      plugin: ROOM,
      reasons: reasonsOf(code, pod),
      resolvable: (code & BEYOND_HELP) === 0,
    }),
  })
}

/** Which extended resources are not looked at. */
function isIgnored({ ignoredResources = [], ignoredResourceGroups = [] }: NonNullable<PluginArgs['NodeResourcesFit']>) {
  return (resource: string): boolean =>
    ignoredResources.includes(resource) || ignoredResourceGroups.includes(resource.split('/')[0]!)
}

function resourceFilter(pod: PodInfo, nodes: NodeTable, isIgnored: (resource: string) => boolean): RowFilter {
  const { cpuMilli, memoryBytes, storageBytes } = pod.requests
  const extended = pod.requests.extended.map(({ name, amount }) => ({ name, amount: isIgnored(name) ? 0 : amount }))
  const { columns } = nodes
  const { pods, allocatablePods, allocatableCpu, requestedCpu, allocatableMemory, requestedMemory } = columns
  return (row) => {
    let code = pods[row]! + 1 > allocatablePods[row]! ? PODS : 0
    if (cpuMilli > 0) code |= lacks(cpuMilli, allocatableCpu[row]!, requestedCpu[row]!, CPU)
    if (memoryBytes > 0) {
      code |= lacks(memoryBytes, allocatableMemory[row]!, requestedMemory[row]!, MEMORY)
    }
    if (storageBytes > 0) {
      code |= lacks(storageBytes, columns.allocatableStorage[row]!, columns.requestedStorage[row]!, STORAGE)
    }
    for (let i = 0; i < extended.length; i++) {
      const { name, amount } = extended[i]!
      if (amount === 0) continue
      const column = nodes.extendedColumn(name)
      code |= lacks(amount, column?.allocatable[row] ?? 0, column?.requested[row] ?? 0, extendedBit(i))
    }
    return code
  }
}

function filterRows({ requests }: PodInfo, nodes: NodeTable): RowsFilter | undefined {
  const { cpuMilli, memoryBytes, storageBytes, extended } = requests
  const { pods, allocatablePods, allocatableCpu, requestedCpu, allocatableMemory, requestedMemory } = nodes.columns
  if (storageBytes > 0 || extended.length > 0) return undefined
  return (rows, count) => {
    let kept = 0
    for (let i = 0; i < count; i++) {
      const row = rows[i]!
      if (pods[row]! + 1 > allocatablePods[row]!) continue
      if (cpuMilli > 0 && cpuMilli > allocatableCpu[row]! - requestedCpu[row]!) continue
      if (memoryBytes > 0 && memoryBytes > allocatableMemory[row]! - requestedMemory[row]!) continue
      rows[kept++] = row
    }
    return kept
  }
}

function filterBlock({ requests }: PodInfo, blocks: Blocks): BlockFilter {
  const { cpuMilli, memoryBytes, storageBytes, extended } = requests
  const { leastFreeCpu, mostFreeCpu, leastFreeMemory, mostFreeMemory, leastFreePods, mostFreePods } = blocks.columns
  const asksMore = storageBytes > 0 || extended.length > 0
  return (block) => {
    if (mostFreePods[block]! < 1) return 'none'
    if (cpuMilli > 0 && cpuMilli > mostFreeCpu[block]!) return 'none'
    if (memoryBytes > 0 && memoryBytes > mostFreeMemory[block]!) return 'none'
    if (asksMore || leastFreePods[block]! < 1) return 'some'
    if (cpuMilli > 0 && cpuMilli > leastFreeCpu[block]!) return 'some'
    return memoryBytes > 0 && memoryBytes > leastFreeMemory[block]! ? 'some' : 'all'
  }
}

function lacks(wanted: number, allocatable: number, requested: number, bit: number): number {
  if (wanted <= allocatable - requested) return 0
  return wanted > allocatable ? bit | BEYOND_HELP : bit
}

function extendedBit(index: number): number {
  return 1 << Math.min(FIRST_EXTENDED + index, LAST_EXTENDED)
}

function reasonsOf(code: number, pod: PodInfo): string[] {
  const reasons: string[] = []
  if (code & PODS) reasons.push('Too many pods')
  if (code & CPU) reasons.push('Insufficient cpu')
  if (code & MEMORY) reasons.push('Insufficient memory')
  if (code & STORAGE) reasons.push('Insufficient ephemeral-storage')
  pod.requests.extended.forEach(({ name }, index) => {
    if (code & extendedBit(index)) reasons.push(`Insufficient ${name}`)
  })
  return reasons
}
