/** How a workload ended, and how fast it went. */
import { byCodeUnit } from '../../api/order.ts'
import type { Pod } from '../../api/types/core.ts'
import type { Cluster } from '../../cluster.ts'
import type { SchedulerPerfWorkload } from './plan.ts'

/** The pods of a namespace when all is done. */
export interface NamespaceEnd {
  readonly namespace: string
  readonly created: number
  readonly bound: number
  readonly pending: number
  /** Of those that are there, how many are being deleted. */
  readonly terminating: number
  /** Deleted, and no longer there. */
  readonly gone: number
  /** The most of them that are bound to one node. */
  readonly mostPerNode: number
}

/** What was measured: from when all pods are queued until the last of them is bound. */
export interface MeasuredPhase {
  readonly pods: number
  /** In the cluster's own time. */
  readonly virtualMs: number
  readonly decisions: number
  /** Nodes looked at, over all decisions. */
  readonly examined: number
  /** By the clock handed in, if one was. */
  readonly wall?: WallTimes
}

export interface WallTimes {
  readonly schedulingMs: number
  /** Making the pods, through the API. */
  readonly creationMs: number
  readonly podsPerSecond: number
  readonly podsPerSecondWithCreation: number
}

export interface SchedulerPerfReport {
  readonly test: string
  readonly workload: string
  readonly nodes: number
  /** In the order of their names; those in which pods were made. */
  readonly namespaces: readonly NamespaceEnd[]
  readonly measured: MeasuredPhase
  /** What upstream's run must reach, in pods a second. */
  readonly threshold?: number
  /** Pods a second by the threshold. */
  readonly ratio?: number
}

export function reportOf(
  { test, name, threshold }: SchedulerPerfWorkload,
  cluster: Cluster,
  created: ReadonlyMap<string, number>,
  measured: MeasuredPhase,
): SchedulerPerfReport {
  const names = [...created.keys()].filter((namespace) => created.get(namespace)! > 0).sort(byCodeUnit)
  const speed = measured.wall?.podsPerSecond
  return {
    test,
    workload: name,
    nodes: cluster.nodes.list().items.length,
    namespaces: names.map((namespace) => endOf(cluster, namespace, created.get(namespace)!)),
    measured,
    ...(threshold !== undefined && { threshold }),
    ...(threshold !== undefined && speed !== undefined && { ratio: speed / threshold }),
  }
}

function endOf(cluster: Cluster, namespace: string, created: number): NamespaceEnd {
  const pods = cluster.pods.list({ namespace }).items
  const bound = pods.filter(({ spec }) => spec.nodeName)
  return {
    namespace,
    created,
    bound: bound.length,
    pending: pods.length - bound.length,
    terminating: pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length,
    gone: created - pods.length,
    mostPerNode: most(bound),
  }
}

function most(bound: readonly Pod[]): number {
  const counts = new Map<string, number>()
  for (const { spec } of bound) counts.set(spec.nodeName!, (counts.get(spec.nodeName!) ?? 0) + 1)
  return Math.max(0, ...counts.values())
}
