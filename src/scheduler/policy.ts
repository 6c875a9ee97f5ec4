/** How nodes are scored: weighted score plugins. Weights are those of pkg/scheduler/apis/config/v1/default_plugins.go. */
import type { Plugin } from './plugin.ts'
import { NodeResourcesBalancedAllocation } from './plugins/balancedAllocation.ts'
import { LeastAllocated } from './plugins/leastAllocated.ts'
import { MostAllocated } from './plugins/mostAllocated.ts'
import { NodeAffinity } from './plugins/nodeAffinity.ts'
import { TaintToleration } from './plugins/taintToleration.ts'

export interface WeightedPlugin {
  readonly plugin: Plugin
  /** A whole number of at least 1. */
  readonly weight: number
}

export interface Policy {
  readonly name: string
  readonly scores: readonly WeightedPlugin[]
}

/** kube-scheduler's default: spread over the emptiest nodes. */
export function leastAllocated(): Policy {
  return policy('leastAllocated', [LeastAllocated, NodeResourcesBalancedAllocation])
}

/** Fill nodes one after the other, as kube-scheduler does with the scoring strategy MostAllocated. */
export function mostAllocated(): Policy {
  return policy('mostAllocated', [MostAllocated, NodeResourcesBalancedAllocation])
}

/** Keep the use of cpu and memory in proportion, and nothing else. */
export function balanced(): Policy {
  return policy('balanced', [NodeResourcesBalancedAllocation])
}

function policy(name: string, resources: readonly Plugin[]): Policy {
  return {
    name,
    scores: [
      { plugin: TaintToleration, weight: 3 },
      { plugin: NodeAffinity, weight: 2 },
      ...resources.map((plugin) => ({ plugin, weight: 1 })),
    ],
  }
}
