/** One run of an experiment: one cluster with one scheduler under the workload of one seed. */
import type { Cluster } from '../../cluster.ts'
import type { SchedulerStats } from '../../scheduler/numbers.ts'
import type { RegretSample } from './regret.ts'
import type { PodRecord } from './podRecord.ts'
import type { Over, ResourceTally } from './tallies.ts'
import type { Timeline } from './timeline.ts'

/** What a run leaves behind for metrics to look at. */
export interface Run {
  /** The scheduler's label in the experiment. */
  readonly scheduler: string
  readonly seed: number
  /** As it is in the end. */
  readonly cluster: Cluster
  /** How long it took, in virtual milliseconds from when it began. */
  readonly endMs: number
  /** In the order in which they came. */
  readonly pods: readonly PodRecord[]
  /** What each of the cluster's schedulers did. */
  readonly stats: readonly SchedulerStats[]
  readonly preempted: number
  /** The resources that pods asked for: cpu, memory, ephemeral-storage, then the others by name. */
  readonly resources: ReadonlyMap<string, ResourceTally>
  /** Of the memory that all nodes offer, the share that containers used, as their behaviours say; only where kubelets run pods. */
  readonly memoryUsed: Over | undefined
  readonly nodesUsed: Over
  /** The fewest nodes that could do: see `Timeline.nodesNeeded`. */
  readonly nodesNeeded: Over
  /** What each node that is there in the end offers, in the order in which they came. */
  readonly nodes: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly timeline: Timeline
  /** Decisions held against the exact best; empty unless a metric asked for them. */
  readonly regrets: readonly RegretSample[]
  /** Milliseconds of the machine's clock; undefined where none was handed in. */
  readonly wall: { readonly totalMs: number; readonly advanceMs: number } | undefined
}
