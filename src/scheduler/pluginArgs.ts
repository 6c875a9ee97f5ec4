/** Arguments of built-in plugins, as kubescheduler.config.k8s.io/v1 has them. */
import type { NodeAffinity, TopologySpreadConstraint } from '../api/types/core.ts'

/** A resource and what it weighs, from 1 to 100; 1 unless given. */
export interface WeighedResource {
  readonly name: string
  readonly weight?: number | undefined
}

/** How much of a node is used, 0 to 100, and what that is worth, 0 to 10. */
export interface UtilizationPoint {
  readonly utilization: number
  readonly score: number
}

export interface ScoringStrategy {
  readonly type?: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio' | undefined
  /** cpu and memory, weighing the same, unless given. */
  readonly resources?: readonly WeighedResource[] | undefined
  /** Of RequestedToCapacityRatio: points by ascending utilization, with straight lines between them. */
  readonly requestedToCapacityRatio?: { readonly shape: readonly UtilizationPoint[] } | undefined
}

export interface DefaultPreemptionArgs {
  /** Of the nodes where it may help, how many are candidates at least, in percent: 10 unless given. */
  readonly minCandidateNodesPercentage?: number | undefined
  /** The same as a number of nodes: 100 unless given. The higher of both counts. */
  readonly minCandidateNodesAbsolute?: number | undefined
}

export interface InterPodAffinityArgs {
  /** What a required affinity of a pod that is placed scores, 0 to 100; 1 unless given. */
  readonly hardPodAffinityWeight?: number | undefined
  /** Whether what pods that are placed prefer scores only for pods that prefer something themselves; false unless given. */
  readonly ignorePreferredTermsOfExistingPods?: boolean | undefined
}

export interface NodeAffinityArgs {
  /**
   * Counts for every pod beside its own affinity: what is required has to be met as well, what is preferred scores as well.
   * The profile is for some of the nodes then.
   */
  readonly addedAffinity?: NodeAffinity | undefined
}

export interface PodTopologySpreadArgs {
  /** For pods that have no constraints of their own; without labelSelector. */
  readonly defaultConstraints?: readonly TopologySpreadConstraint[] | undefined
  /** `System` (default): Kubernetes' own, over hosts and zones, which only score; `List`: `defaultConstraints`. */
  readonly defaultingType?: 'System' | 'List' | undefined
}

export interface VolumeBindingArgs {
  /** How long a pod waits, with its node, until its volumes are bound, in seconds: a whole number from 0; 600 unless given. */
  readonly bindTimeoutSeconds?: number | undefined
}

export interface PluginArgs {
  readonly NodeResourcesFit?:
    | {
        readonly scoringStrategy?: ScoringStrategy | undefined
        /** Extended resources that the filter does not look at. */
        readonly ignoredResources?: readonly string[] | undefined
        /** The same for all resources of a group: `example.com` for example.com/foo. */
        readonly ignoredResourceGroups?: readonly string[] | undefined
      }
    | undefined
  readonly DefaultPreemption?: DefaultPreemptionArgs | undefined
  readonly InterPodAffinity?: InterPodAffinityArgs | undefined
  readonly NodeAffinity?: NodeAffinityArgs | undefined
  readonly PodTopologySpread?: PodTopologySpreadArgs | undefined
  readonly VolumeBinding?: VolumeBindingArgs | undefined
  readonly NodeResourcesBalancedAllocation?: { readonly resources?: readonly WeighedResource[] | undefined } | undefined
}
