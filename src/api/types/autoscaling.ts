// Written by scripts/generate-schema.ts from the Kubernetes OpenAPI document; do not edit.
import type { ObjectMeta } from '../meta.ts'

export interface Scale {
  readonly apiVersion: 'autoscaling/v1'
  readonly kind: 'Scale'
  readonly metadata: ObjectMeta
  readonly spec: ScaleSpec
  readonly status: ScaleStatus
}

export interface ScaleSpec {
  readonly replicas?: number
}

export interface ScaleStatus {
  readonly replicas: number
  readonly selector?: string
}
