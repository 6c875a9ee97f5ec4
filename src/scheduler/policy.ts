/** How nodes are scored: weighted score plugins. Weights are those of pkg/scheduler/apis/config/v1/default_plugins.go. */
import type { RowPlugin } from './plugin.ts'
import { NodeResourcesBalancedAllocation } from './plugins/balancedAllocation.ts'
import { ImageLocality } from './plugins/imageLocality.ts'
import { interPodAffinity } from './plugins/interPodAffinity.ts'
import { LeastAllocated } from './plugins/leastAllocated.ts'
import { MostAllocated } from './plugins/mostAllocated.ts'
import { nodeAffinity } from './plugins/nodeAffinity.ts'
import { podTopologySpread } from './plugins/podTopologySpread.ts'
import { TaintToleration } from './plugins/taintToleration.ts'
import type { Plugin } from './userPlugin.ts'

export interface WeightedPlugin {
  readonly plugin: RowPlugin
  /** A whole number of at least 1. */
  readonly weight: number
}

/** Score plugins and what each of them weighs: built-in ones, or a user's. */
export interface Policy {
  readonly name: string
  readonly scores: readonly { readonly plugin: RowPlugin | Plugin; readonly weight: number }[]
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

function policy(name: string, resources: readonly RowPlugin[]): Policy {
  return {
    name,
    scores: [
      { plugin: TaintToleration, weight: 3 },
      { plugin: nodeAffinity(), weight: 2 },
      { plugin: podTopologySpread(), weight: 2 },
      { plugin: interPodAffinity(), weight: 2 },
      ...resources.map((plugin) => ({ plugin, weight: 1 })),
      { plugin: ImageLocality, weight: 1 },
    ],
  }
}
