import { controllerUid } from '../../api/controllerRef.ts'
import type { KubeObject } from '../../api/meta.ts'
import { hasEnded } from '../../api/podPhase.ts'
import type { Pod } from '../../api/types/core.ts'
import type { NamedPredicate } from '../../client/controller.ts'
import { differs } from '../../registries/equal.ts'
import { orphansOf } from '../controlled.ts'
import { isReady } from '../podRank.ts'

export const pods = 'v1/Pod'

/** The places of the counts that are kept of each controller's pods. */
export const counts = { active: 0, ready: 1, terminating: 2 } as const

/** Neither ended nor asked to: what counts as a replica. */
export function isActive(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined && !hasEnded(pod)
}

/** Asked to end and not there yet. */
export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined && !hasEnded(pod)
}

/** What a pod counts as, as a bit for each count. */
export function countsAs(object: KubeObject): number {
  const pod = object as Pod
  if (hasEnded(pod)) return 0
  if (pod.metadata.deletionTimestamp !== undefined) return 1 << counts.terminating
  return (1 << counts.active) | (isReady(pod) ? 1 << counts.ready : 0)
}

/** Which updates of pods concern those who count them: a pod without owners is looked at for its labels only. */
export const replicaPredicate: NamedPredicate = Object.freeze({
  name: 'replicas',
  holds: (before: KubeObject, after: KubeObject) => {
    const [old, now] = [before.metadata, after.metadata]
    if (
      old.deletionTimestamp !== now.deletionTimestamp ||
      differs(old.labels, now.labels) ||
      differs(old.ownerReferences, now.ownerReferences)
    )
      return true
    return now.ownerReferences !== undefined && countsAs(before) !== countsAs(after)
  },
})

/**
 * Pods by the uid of their controller, but for those that have ended, which it has no more to do with; and those that have
 * none by namespace, ended or not: whether they have is not told of.
 */
export function ownerOrOrphan(object: KubeObject): string | undefined {
  const uid = controllerUid(object)
  if (uid === undefined) return orphansOf(object.metadata.namespace)
  return hasEnded(object as Pod) ? undefined : uid
}
