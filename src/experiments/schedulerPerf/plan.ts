/** A workload of kube-scheduler's performance tests, read and resolved: what is done, one operation after the other. */
import type { Manifest } from '../../api/manifest.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Node, Pod } from '../../api/types/core.ts'

export interface SchedulerPerfWorkload {
  /** Of the test that the workload belongs to, such as `SchedulingBasic`. */
  readonly test: string
  /** Such as `5000Nodes_10000Pods`. */
  readonly name: string
  readonly labels: readonly string[]
  /** Pods a second that upstream's own run must reach. */
  readonly threshold?: number
  readonly operations: readonly Operation[]
  /** Why it cannot be run here; without it, it can. */
  readonly unsupported?: string
}

export type Operation = CreateNodes | CreateNamespaces | CreatePods | Churn | Barrier | DeletePods | Sleep

export interface CreateNodes {
  readonly opcode: 'createNodes'
  readonly count: number
  readonly template: Manifest<Node>
  /** A label whose values the nodes get in turn. */
  readonly label?: { readonly key: string; readonly values: readonly string[] }
  /** A label with each node's own name. */
  readonly uniqueLabel?: string
  readonly volumes?: NodeVolumes
}

/** How many volumes nodes can take. */
export interface NodeVolumes {
  readonly allocatable: Readonly<Record<string, string>>
  /** By CSI driver. */
  readonly drivers: readonly { readonly name: string; readonly count: number }[]
  /** In-tree plugins whose volumes a CSI driver serves. */
  readonly migrated: readonly string[]
}

export interface CreateNamespaces {
  readonly opcode: 'createNamespaces'
  readonly names: readonly string[]
  readonly template: Manifest<KubeObject>
}

export interface CreatePods {
  readonly opcode: 'createPods'
  readonly namespace: string
  readonly count: number
  readonly template: Manifest<Pod>
  /** Of each pod its own volume and claim, bound to each other. */
  readonly volume?: { readonly volume: Json; readonly claim: Json }
  /** Whether this is what the workload measures. */
  readonly isMeasured: boolean
  /** Whether the next operation waits until all are bound. */
  readonly waits: boolean
}

/** Objects that come, or come and go, from then on until the workload ends. */
export interface Churn {
  readonly opcode: 'churn'
  readonly namespace: string
  readonly mode: 'create' | 'recreate'
  /** How many of each template: made in all, or there at a time. */
  readonly number: number
  readonly templates: readonly Json[]
  readonly intervalMs: number
}

/** Waits for the pods of namespaces, of all known ones where there are none. */
export interface Barrier {
  readonly opcode: 'barrier'
  readonly stage: 'Attempted' | 'Scheduled'
  readonly namespaces: readonly string[]
  readonly labelSelector: string
}

export interface DeletePods {
  readonly opcode: 'deletePods'
  readonly namespace: string
  readonly labelSelector: string
  /** 0: all at once. */
  readonly perSecond: number
  readonly waits: boolean
}

export interface Sleep {
  readonly opcode: 'sleep'
  readonly durationMs: number
}

export type Json = Readonly<Record<string, unknown>>
