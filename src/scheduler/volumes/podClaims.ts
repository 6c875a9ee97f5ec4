/** The claims behind a pod's volumes. Mirrors podHasPVCs and GetPodVolumeClaims of plugins/volumebinding. */
import type { PersistentVolumeClaim, Pod } from '../../api/types/core.ts'
import { claimKeysOf, claimsOf, notMadeFor } from '../../api/volumes/claims.ts'
import { SELECTED_NODE } from '../../api/volumes/names.ts'
import type { Cycle, Snapshot } from '../cycle.ts'
import { assumedNode } from './assumed.ts'
import { findClaim, findClass, isBound } from './objects.ts'

export interface PodClaims {
  readonly bound: readonly PersistentVolumeClaim[]
  /** Those that are bound where the pod is to run. */
  readonly delayed: readonly PersistentVolumeClaim[]
}

/** Why a pod's claims keep it from any node; undefined where they do not. */
export function claimFault({ pod, snapshot }: Cycle): string | undefined {
  const { namespace = '', name } = pod.metadata
  for (const { claimName, isEphemeral } of claimsOf(pod.spec)) {
    const wanted = claimName(name)
    const claim = findClaim(snapshot, namespace, wanted)
    const said = JSON.stringify(wanted)
    if (claim === undefined) {
      const awaited = `waiting for ephemeral volume controller to create the persistentvolumeclaim ${said}`
      return isEphemeral ? awaited : `persistentvolumeclaim ${said} not found`
    }
    if (claim.status.phase === 'Lost') {
      const volume = JSON.stringify(claim.spec.volumeName ?? '')
      return `persistentvolumeclaim ${said} bound to non-existent persistentvolume ${volume}`
    }
    if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim ${said} is being deleted`
    const foreign = isEphemeral ? notMadeFor(claim, pod.metadata) : undefined
    if (foreign !== undefined) return foreign
  }
  return undefined
}

/** The pod's claims, none of which is missing; undefined if one should have been bound by now. */
export function podClaims({ pod, snapshot }: Cycle): PodClaims | undefined {
  const { namespace = '', name } = pod.metadata
  const bound: PersistentVolumeClaim[] = []
  const delayed: PersistentVolumeClaim[] = []
  for (const { claimName } of claimsOf(pod.spec)) {
    const claim = findClaim(snapshot, namespace, claimName(name))
    if (claim === undefined) return undefined
    if (isBound(claim)) bound.push(claim)
    else if (!claim.spec.volumeName && isDelayed(snapshot, claim)) delayed.push(claim)
    else return undefined
  }
  return { bound, delayed }
}

function isDelayed(snapshot: Snapshot, claim: PersistentVolumeClaim): boolean {
  return findClass(snapshot, claim)?.volumeBindingMode === 'WaitForFirstConsumer'
}

/** The node that was chosen for a claim, by what the API has or by what was decided a moment ago. */
export function chosenNode(snapshot: Snapshot, claim: PersistentVolumeClaim): string | undefined {
  return assumedNode(snapshot, claim) ?? claim.metadata.annotations?.[SELECTED_NODE]
}

/** Whether a pod uses one of these claims, each `namespace/name`. */
export function usesClaim(pod: Pod, claims: ReadonlySet<string>): boolean {
  return claimKeysOf(pod).some((key) => claims.has(key))
}
