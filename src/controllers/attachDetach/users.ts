/** Which pods use a claim. Mirrors PodPVCIndex of pkg/controller/volume/common. */
import { hasEnded } from '../../api/podPhase.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Pod } from '../../api/types/core.ts'
import { claimKeysOf, hasClaims } from '../../api/volumes/claims.ts'
import { type Cache, keyOf, type NamedPredicate } from '../../client/controller.ts'
import type { ObjectChange } from '../../client/watches.ts'

export const PODS = 'v1/Pod'
const none: readonly string[] = Object.freeze([])

/** Keeps up with pods that come and go. A cache of what the loop has been told. */
export class ClaimUsers {
  private known: Map<string, Set<string>> | undefined

  /** The pods that use a claim, by namespace and name. */
  of(claim: string, cache: Cache): readonly string[] {
    const pods = (this.known ??= gather(cache)).get(claim)
    return pods === undefined ? none : [...pods].sort()
  }

  follow({ type, object }: ObjectChange): void {
    if (this.known !== undefined) for (const claim of claimKeysOf(object as Pod)) this.note(type, claim, keyOf(object))
  }

  private note(type: ObjectChange['type'], claim: string, pod: string): void {
    const pods = this.known!.get(claim)
    if (type !== 'DELETED') {
      if (pods === undefined) this.known!.set(claim, new Set([pod]))
      else pods.add(pod)
      return
    }
    pods?.delete(pod)
    if (pods?.size === 0) this.known!.delete(claim)
  }

  forget(): void {
    this.known = undefined
  }
}

function gather(cache: Cache): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>()
  for (const pod of cache.list<Pod>(PODS)) {
    if (!hasClaims(pod.spec)) continue
    for (const claim of claimKeysOf(pod)) {
      const pods = known.get(claim)
      if (pods === undefined) known.set(claim, new Set([keyOf(pod)]))
      else pods.add(keyOf(pod))
    }
  }
  return known
}

/** Of pods with claims, what decides whether their volumes are needed on a node. */
export const podsWithClaims: NamedPredicate = Object.freeze({
  name: 'attachedPods',
  of: (pod: KubeObject) => hasClaims((pod as Pod).spec),
  holds: (before: KubeObject, after: KubeObject) =>
    hasClaims((after as Pod).spec) &&
    ((before as Pod).spec.nodeName !== (after as Pod).spec.nodeName || isOver(before as Pod) !== isOver(after as Pod)),
})

/** Whether nothing of a pod runs any more, nor will. Mirrors IsPodTerminated of pkg/volume/util/util.go. */
export function isOver(pod: Pod): boolean {
  if (hasEnded(pod)) return true
  if (pod.metadata.deletionTimestamp === undefined) return false
  const { initContainerStatuses, containerStatuses, ephemeralContainerStatuses } = pod.status
  return [initContainerStatuses, containerStatuses, ephemeralContainerStatuses].every((statuses = []) =>
    statuses.every(({ state }) => state?.terminated !== undefined || state?.waiting !== undefined),
  )
}
