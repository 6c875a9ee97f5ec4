// Written by scripts/generate-schema.ts from the Kubernetes OpenAPI document; do not edit.
import type { ObjectMeta } from '../meta.ts'
import type { Toleration } from './core.ts'
import type { Quantity } from './scalars.ts'

export interface Overhead {
  readonly podFixed?: Readonly<Record<string, Quantity>>
}

export interface RuntimeClass {
  readonly apiVersion: 'node.k8s.io/v1'
  readonly handler: string
  readonly kind: 'RuntimeClass'
  readonly metadata: ObjectMeta
  readonly overhead?: Overhead
  readonly scheduling?: Scheduling
}

export interface Scheduling {
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly tolerations?: readonly Toleration[]
}
