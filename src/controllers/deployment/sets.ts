/** What can be said of replica sets without looking further. Mirrors pkg/controller/deployment/util/deployment_util.go. */
import { byCodeUnit } from '../../api/order.ts'
import type { Deployment, ReplicaSet } from '../../api/types/apps.ts'
import { annotation, revisionOf, sameTemplate } from '../../client/rollouts.ts'
import { desired } from './limits.ts'

/** A Deployment's replica sets: the one of its template, once there is one, and those of former templates. */
export interface Sets {
  readonly current: ReplicaSet | undefined
  /** Oldest first. */
  readonly old: readonly ReplicaSet[]
}

/** Tells a Deployment's replica sets apart; of several of its template the oldest counts. */
export function sorted(deployment: Deployment, sets: readonly ReplicaSet[]): Sets {
  const byAge = [...sets].sort(olderFirst)
  const current = byAge.find(({ spec }) => sameTemplate(spec.template!, deployment.spec.template))
  return { current, old: byAge.filter((set) => set !== current) }
}

export function all({ current, old }: Sets): readonly ReplicaSet[] {
  return current === undefined ? old : [...old, current]
}

/** How many pods a replica set asks for. */
export function asked({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1
}

export function available({ status }: ReplicaSet): number {
  return status.availableReplicas ?? 0
}

export function total(sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number): number {
  return sets.reduce((sum, set) => sum + count(set), 0)
}

/** Those that ask for pods. */
export function active(sets: readonly ReplicaSet[]): readonly ReplicaSet[] {
  return sets.filter((set) => asked(set) > 0)
}

export function olderFirst(a: ReplicaSet, b: ReplicaSet): number {
  const [x, y] = [a.metadata, b.metadata]
  return byCodeUnit(x.creationTimestamp, y.creationTimestamp) || byCodeUnit(x.name, y.name)
}

export function lowerRevisionFirst(a: ReplicaSet, b: ReplicaSet): number {
  return revisionOf(a) - revisionOf(b) || olderFirst(a, b)
}

/** The number an annotation holds; undefined where there is none. */
export function annotated({ metadata }: ReplicaSet, name: string): number | undefined {
  const text = metadata.annotations?.[name] ?? ''
  return /^\d{1,10}$/u.test(text) ? Number(text) : undefined
}

/** Whether the replica set is all that the Deployment asks for, and available. */
export function isSaturated(deployment: Deployment, set: ReplicaSet | undefined): boolean {
  if (set === undefined) return false
  const wanted = desired(deployment)
  return annotated(set, annotation.desiredReplicas) === wanted && asked(set) === wanted && available(set) === wanted
}

/** Whether the replica set's controller has looked at what it asks for now. */
export function isObserved({ metadata, status }: ReplicaSet): boolean {
  return (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
}
