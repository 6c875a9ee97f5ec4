// Written by scripts/generate-schema.ts from the Kubernetes OpenAPI document; do not edit.
import type { ObjectMeta } from '../meta.ts'
import type { EventSource, ObjectReference } from './core.ts'
import type { MicroTime, Time } from './scalars.ts'

export interface EventsV1Event {
  readonly action?: string
  readonly apiVersion: 'events.k8s.io/v1'
  readonly deprecatedCount?: number
  readonly deprecatedFirstTimestamp?: Time
  readonly deprecatedLastTimestamp?: Time
  readonly deprecatedSource?: EventSource
  readonly eventTime: MicroTime
  readonly kind: 'Event'
  readonly metadata: ObjectMeta
  readonly note?: string
  readonly reason?: string
  readonly regarding?: ObjectReference
  readonly related?: ObjectReference
  readonly reportingController?: string
  readonly reportingInstance?: string
  readonly series?: EventsV1EventSeries
  readonly type?: string
}

export interface EventsV1EventSeries {
  readonly count: number
  readonly lastObservedTime: MicroTime
}
