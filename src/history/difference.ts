import type { KubeObject } from '../api/meta.ts'
import type { FieldDifference } from './fields.ts'

/** Which object. */
export interface ObjectRef {
  readonly apiVersion: string
  readonly kind: string
  /** undefined for kinds without namespaces. */
  readonly namespace: string | undefined
  readonly name: string
}

/** One object that differs. Plain data. */
export interface Difference {
  /** `replaced`: deleted, and another one of that name created. */
  readonly change: 'created' | 'deleted' | 'changed' | 'replaced'
  readonly ref: ObjectRef
  /** undefined for one that was created. */
  readonly before: KubeObject | undefined
  /** undefined for one that was deleted. */
  readonly after: KubeObject | undefined
  /** Where they differ; empty for one that was created or deleted. */
  readonly fields: readonly FieldDifference[]
}

/** One of the two states that are compared. */
export interface DiffSide {
  readonly revision: number
  /** RFC 3339, whole seconds. */
  readonly time: string
}
