/**
 * Who owns the claims of a pod, so that they go when their StatefulSet asks for it. Mirrors isClaimOwnerUpToDate and
 * updateClaimOwnerRefForSetAndPod of pkg/controller/statefulset/stateful_set_utils.go.
 */
import { controllerReference } from '../../api/controllerRef.ts'
import type { KubeObject, OwnerReference } from '../../api/meta.ts'
import { withList } from '../../api/metaLists.ts'
import type { StatefulSet } from '../../api/types/apps.ts'
import type { PersistentVolumeClaim } from '../../api/types/core.ts'
import { isInRange, ordinalOf } from './identity.ts'

/** A pod's name, and its uid; '' of one that is yet to be made. */
export interface Holder {
  readonly name: string
  readonly uid: string
}

/** Whether claims go when pods are no longer asked for. */
export function goWhenScaled({ spec }: StatefulSet): boolean {
  return spec.persistentVolumeClaimRetentionPolicy?.whenScaled === 'Delete'
}

function goWhenDeleted({ spec }: StatefulSet): boolean {
  return spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete'
}

const ownersOf = ({ metadata }: KubeObject): readonly OwnerReference[] => metadata.ownerReferences ?? []
const namesSet = ({ apiVersion, kind, name }: OwnerReference, { metadata }: StatefulSet): boolean =>
  apiVersion === 'apps/v1' && kind === 'StatefulSet' && name === metadata.name
const namesPod = ({ apiVersion, kind, name }: OwnerReference, pod: Holder): boolean =>
  apiVersion === 'v1' && kind === 'Pod' && name === pod.name

/** Whether a claim is owned by a pod of this name that was there before. */
export function isOfFormerPod(claim: PersistentVolumeClaim, pod: Holder): boolean {
  const owner = ownersOf(claim).find((reference) => namesPod(reference, pod))
  return owner !== undefined && owner.uid !== pod.uid
}

function isOfFormerSet(claim: PersistentVolumeClaim, set: StatefulSet): boolean {
  const owner = ownersOf(claim).find((reference) => namesSet(reference, set))
  return owner !== undefined && owner.uid !== set.metadata.uid
}

/** Whether somebody else controls a claim that the set would let go; where claims stay, that is no matter. */
export function isControlledElsewhere(claim: PersistentVolumeClaim, set: StatefulSet, pod: Holder): boolean {
  if (!goWhenScaled(set) && !goWhenDeleted(set)) return false
  return ownersOf(claim).some((owner) => {
    if (namesSet(owner, set)) return owner.uid !== set.metadata.uid
    if (namesPod(owner, pod)) return owner.uid !== pod.uid
    return owner.controller === true
  })
}

/** Who is to own a claim: its pod once that is no longer asked for, the set until then. */
function wantedOwners(set: StatefulSet, pod: Holder): { readonly set: boolean; readonly pod: boolean } {
  const isSurplus = !isInRange(set, ordinalOf(pod.name))
  if (!goWhenScaled(set)) return { set: goWhenDeleted(set), pod: false }
  return { set: goWhenDeleted(set) && !isSurplus, pod: isSurplus }
}

/** Whether a claim's owners are as the policy wants them; one that belongs to a former life is left alone. */
export function hasWantedOwners(claim: PersistentVolumeClaim, set: StatefulSet, pod: Holder): boolean {
  if (isOfFormerSet(claim, set) || isOfFormerPod(claim, pod)) return true
  const { uid } = set.metadata
  const owners = ownersOf(claim)
  const own = owners.filter((owner) => owner.uid === uid || owner.uid === pod.uid)
  if (isControlledElsewhere(claim, set, pod)) return own.length === 0
  if (own.some(({ controller }) => controller !== true)) return false
  const wanted = wantedOwners(set, pod)
  return (
    owners.some((owner) => owner.uid === uid) === wanted.set &&
    owners.some((owner) => owner.uid === pod.uid) === wanted.pod
  )
}

/** The claim with the owners that the policy wants; beside another controller it has neither. */
export function withWantedOwners(claim: PersistentVolumeClaim, set: StatefulSet, pod: Holder): PersistentVolumeClaim {
  const others = ownersOf(claim).filter((owner) => !namesSet(owner, set) && !namesPod(owner, pod))
  const wanted = isControlledElsewhere(claim, set, pod) ? { set: false, pod: false } : wantedOwners(set, pod)
  const owners = [
    ...others,
    ...(wanted.pod ? [controllerReference({ apiVersion: 'v1', kind: 'Pod', metadata: pod })] : []),
    ...(wanted.set ? [controllerReference(set)] : []),
  ]
  return { ...claim, metadata: withList(claim.metadata, 'ownerReferences', owners) }
}
