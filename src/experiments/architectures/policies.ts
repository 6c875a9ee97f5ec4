/** Which of the machines with room a task gets. */
import { refuse } from '../../api/fields.ts'
import { isObject } from '../../api/object.ts'
import { nearestName } from '../../api/schema/nearest.ts'
import type { TaskSize } from './cell.ts'

/** A machine as a scheduler sees it: under optimistic or offered views, that need not be how it is. */
export interface MachineRoom {
  /** What it has. */
  readonly cpuMilli: number
  readonly memoryBytes: number
  /** What is free of it before the task is placed. */
  readonly freeCpuMilli: number
  readonly freeMemoryBytes: number
  /** How many tasks it has. */
  readonly tasks: number
}

/**
 * Which machine a task gets, of those with room for it. `first`: the first in the order of the nodes. `random`: any, all
 * equally likely. `score`: the one with the highest score, of equals the first; the machine it is asked about is good
 * until it returns.
 */
export type PlacementPolicy =
  | { readonly name: string; readonly pick: 'first' | 'random' }
  | { readonly name: string; readonly score: (machine: MachineRoom, task: TaskSize) => number }

/**
 * Placement policies by name:
 * - `random`: any machine with room; what the Omega paper's simulator does, and Swarm's `random` (which did not look for
 *   room);
 * - `spread`: the least share of cpu and memory used with the task, as whole per cent each and added; of equals the fewest
 *   tasks. Swarm's default;
 * - `binpack`: the greatest, and the most tasks. Swarm's;
 * - `firstFit`: the first machine with room;
 * - `leastAllocated`, `mostAllocated`: kube-scheduler's NodeResourcesFit with equal weights of cpu and memory.
 */
export type PlacementName = 'random' | 'spread' | 'binpack' | 'firstFit' | 'leastAllocated' | 'mostAllocated'

/** Mirrors weighNodes and weightedNodeList.Less of docker/swarm, scheduler/strategy/weighted_node.go. */
function swarmRank(machine: MachineRoom, { cpuMilli, memoryBytes }: TaskSize): number {
  const cpu = cpuMilli === 0 ? 100 : percent(machine.cpuMilli - machine.freeCpuMilli + cpuMilli, machine.cpuMilli)
  const memory =
    memoryBytes === 0 ? 100 : percent(machine.memoryBytes - machine.freeMemoryBytes + memoryBytes, machine.memoryBytes)
  // The number of tasks decides among equal weights.
  return (cpu + memory) * 1e9 + machine.tasks
}

/** Mirrors leastResourceScorer of pkg/scheduler/framework/plugins/noderesources/least_allocated.go. */
function leastScore(machine: MachineRoom, { cpuMilli, memoryBytes }: TaskSize): number {
  const cpu = percent(machine.freeCpuMilli - cpuMilli, machine.cpuMilli)
  const memory = percent(machine.freeMemoryBytes - memoryBytes, machine.memoryBytes)
  return Math.floor((cpu + memory) / 2)
}

/** Mirrors mostResourceScorer of pkg/scheduler/framework/plugins/noderesources/most_allocated.go. */
function mostScore(machine: MachineRoom, { cpuMilli, memoryBytes }: TaskSize): number {
  const cpu = percent(machine.cpuMilli - machine.freeCpuMilli + cpuMilli, machine.cpuMilli)
  const memory = percent(machine.memoryBytes - machine.freeMemoryBytes + memoryBytes, machine.memoryBytes)
  return Math.floor((cpu + memory) / 2)
}

function percent(part: number, whole: number): number {
  return Math.floor((part * 100) / whole)
}

const policies: Readonly<Record<PlacementName, PlacementPolicy>> = Object.freeze({
  random: { name: 'random', pick: 'random' },
  spread: { name: 'spread', score: (machine, task) => -swarmRank(machine, task) },
  binpack: { name: 'binpack', score: swarmRank },
  firstFit: { name: 'firstFit', pick: 'first' },
  leastAllocated: { name: 'leastAllocated', score: leastScore },
  mostAllocated: { name: 'mostAllocated', score: mostScore },
})

/** Throws BadRequest that names the place. */
export function policyOf(policy: PlacementName | PlacementPolicy, path: string): PlacementPolicy {
  if (typeof policy === 'string') {
    if (Object.hasOwn(policies, policy)) return policies[policy]
    const nearest = nearestName(policy, Object.keys(policies))
    const meant = nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}? `
    throw refuse(path, policy, `${meant}one of ${Object.keys(policies).join(', ')}, or a policy of your own`)
  }
  if (!isObject(policy) || typeof policy.name !== 'string' || policy.name === '')
    throw refuse(path, policy, 'the name of a policy, or { name, score }')
  const known = 'score' in policy ? typeof policy.score === 'function' : ['first', 'random'].includes(policy.pick)
  if (!known) throw refuse(path, policy.name, 'a policy with either a function `score` or a `pick` of first or random')
  return policy
}
