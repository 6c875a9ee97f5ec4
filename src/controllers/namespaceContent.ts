import { hasEnded } from '../api/podPhase.ts'
import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { parseTime } from '../api/time.ts'
import type { Namespace, Pod } from '../api/types/core.ts'
import type { Link } from '../client/link.ts'
import { FOREGROUND, ORPHAN } from '../registries/deletionFinalizers.ts'
import type { Resource } from '../registries/records.ts'
import type { Findings, Remaining } from './namespaceConditions.ts'

// pkg/controller/namespace/deletion/namespaced_resources_deleter.go: finalizerEstimateSeconds.
const finalizerEstimate = 15

/** A round of deleting what stands in a namespace. */
export interface Round extends Findings {
  /** In how many seconds what remains may be gone; 0 when nothing remains that was expected to. */
  readonly estimate: number
  /** Whether it is the cluster that works on what remains, rather than whoever set a finalizer. */
  readonly isUnderWay: boolean
}

/**
 * Deletes everything in a namespace, of every kind there is: the pods first, and the rest once they are gone. Mirrors
 * deleteAllContent of pkg/controller/namespace/deletion/namespaced_resources_deleter.go.
 */
export function deleteContent(namespace: Namespace, api: Link, now: number): Round {
  const { name } = namespace.metadata
  const deletedAt = parseTime(namespace.metadata.deletionTimestamp!)!
  const resources = api.resources.filter(isDeletable)
  const isPods = ({ key }: Resource): boolean => key === 'pods'
  const rounds = resources.filter(isPods).map((pods) => deleteAll(pods, name, deletedAt, api, now))
  if (rounds.every(({ remaining }) => remaining.length === 0)) {
    for (const resource of resources) {
      if (!isPods(resource)) rounds.push(deleteAll(resource, name, deletedAt, api, now))
    }
  }
  return {
    remaining: rounds.flatMap(({ remaining }) => remaining),
    errors: rounds.flatMap(({ errors }) => errors),
    estimate: Math.max(0, ...rounds.map(({ estimate }) => estimate)),
    isUnderWay: rounds.every(({ isUnderWay }) => isUnderWay),
  }
}

function isDeletable(resource: Resource): boolean {
  const { namespaced, verbs } = resource.definition
  return namespaced && resource.kept === resource && verbs.includes('delete') && verbs.includes('list')
}

/** Deletes every object of one resource, and says what is left of them. */
function deleteAll(resource: Resource, namespace: string, deletedAt: number, api: Link, now: number): Round {
  const { key } = resource
  const list = (): readonly KubeObject[] => api.list(key, { namespace }).items as readonly KubeObject[]
  const before = list()
  const grace = key === 'pods' ? graceOf(before as readonly Pod[]) : 0
  // Pods that take longer than they may are not waited for: they are an error.
  const estimate = now - deletedAt >= grace * 1000 ? 0 : grace
  for (const { metadata } of before) {
    try {
      api.delete(key, namespace, metadata.name, { propagationPolicy: 'Background' })
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error
    }
  }
  const left = before.length === 0 ? before : list()
  if (left.length === 0) return { remaining: [], errors: [], estimate: 0, isUnderWay: true }
  const remaining = [remainingOf(resource, left)]
  const isUnderWay = left.every((object) => !isHeldByOthers(object))
  if (estimate > 0) return { remaining, errors: [], estimate, isUnderWay }
  if (remaining[0]!.finalizers.size > 0) return { remaining, errors: [], estimate: finalizerEstimate, isUnderWay }
  const { group, version, plural } = resource.definition
  const what = `${group}/${version}, Resource=${plural}`
  const error = `unexpected items still remain in namespace: ${namespace} for gvr: ${what}`
  return { remaining, errors: [error], estimate: 0, isUnderWay: false }
}

/** The longest grace of the pods that run, in seconds. */
function graceOf(pods: readonly Pod[]): number {
  const running = pods.filter((pod) => !hasEnded(pod))
  return Math.max(0, ...running.map(({ spec }) => spec.terminationGracePeriodSeconds ?? 0))
}

function remainingOf({ definition: { plural, group } }: Resource, left: readonly KubeObject[]): Remaining {
  const finalizers = new Map<string, number>()
  for (const { metadata } of left) {
    for (const name of metadata.finalizers ?? []) finalizers.set(name, (finalizers.get(name) ?? 0) + 1)
  }
  return { resource: `${plural}.${group}`, count: left.length, finalizers }
}

function isHeldByOthers({ metadata }: KubeObject): boolean {
  return metadata.finalizers?.some((name) => name !== ORPHAN && name !== FOREGROUND) === true
}
