import type { KubeObject } from '../../api/meta.ts'
import type { PodTemplateSpec } from '../../api/types/core.ts'

/** What went wrong with the pods of a record. */
export interface ReplicaCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

/** A record that asks for a number of pods of one template. */
export interface Replicated extends KubeObject {
  readonly spec: {
    readonly replicas?: number
    readonly minReadySeconds?: number
    readonly template?: PodTemplateSpec
  }
  readonly status: {
    readonly replicas: number
    readonly fullyLabeledReplicas?: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly terminatingReplicas?: number
    readonly observedGeneration?: number
    readonly conditions?: readonly ReplicaCondition[]
  }
}

/** A kind whose records own pods: how they are found, and what they choose. */
export interface PodOwnerKind<T extends KubeObject> {
  /** The key of the resource: `replicasets.apps`. */
  readonly resource: string
  /** Whether the record's selector chooses pods with such labels. */
  readonly selects: (record: T, labels: Readonly<Record<string, string>> | undefined) => boolean
}

/** A kind of records that ask for a number of pods. */
export interface ReplicaKind<T extends Replicated> extends PodOwnerKind<T> {
  readonly apiVersion: string
  readonly kind: string
  /** The controller's name. */
  readonly controller: string
  /** Whether the status says how many pods are on their way out. */
  readonly countsTerminating: boolean
}

/** Such as `apps/v1/ReplicaSet`. */
export function gvkOf<T extends Replicated>({ apiVersion, kind }: ReplicaKind<T>): string {
  return `${apiVersion}/${kind}`
}
