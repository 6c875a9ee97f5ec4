/** What the binder writes. Mirrors bind, unbindVolume and the phases of pkg/controller/volume/persistentvolume/pv_controller.go. */
import type { ObjectMeta } from '../../api/meta.ts'
import { withList } from '../../api/metaLists.ts'
import { rfc3339 } from '../../api/time.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types/core.ts'
import { isForClaim } from '../../api/volumes/matching.ts'
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, PRE_RESIZE_CAPACITY } from '../../api/volumes/names.ts'
import type { LoopContext } from '../../client/controller.ts'

const claims = 'persistentvolumeclaims'
const volumes = 'persistentvolumes'

export function hasAnnotation({ metadata }: { readonly metadata: ObjectMeta }, name: string): boolean {
  return metadata.annotations?.[name] !== undefined
}

export function annotated(metadata: ObjectMeta, added: Readonly<Record<string, string>>): ObjectMeta {
  return { ...metadata, annotations: { ...metadata.annotations, ...added } }
}

/** Points a volume and a claim at each other, and says that both are bound; what stands already is not written. */
export function bind(volume: PersistentVolume, claim: PersistentVolumeClaim, context: LoopContext): void {
  const reserved = pointVolume(volume, claim, context)
  writeVolumePhase(reserved, 'Bound', context)
  const pointed = pointClaim(claim, volume.metadata.name, context)
  writeBound(pointed, reserved, context)
}

function pointVolume(volume: PersistentVolume, claim: PersistentVolumeClaim, { api }: LoopContext): PersistentVolume {
  const { name, namespace, uid, resourceVersion } = claim.metadata
  const { claimRef } = volume.spec
  if (claimRef?.uid === uid && isForClaim(volume, claim)) return volume
  const reference = {
    kind: 'PersistentVolumeClaim',
    namespace: namespace!,
    name,
    uid,
    apiVersion: 'v1',
    resourceVersion,
  }
  const metadata = isForClaim(volume, claim)
    ? volume.metadata
    : annotated(volume.metadata, { [BOUND_BY_CONTROLLER]: 'yes' })
  return api.update(volumes, { ...volume, metadata, spec: { ...volume.spec, claimRef: reference } })
}

function pointClaim(claim: PersistentVolumeClaim, name: string, { api }: LoopContext): PersistentVolumeClaim {
  const isPointed = claim.spec.volumeName === name
  if (isPointed && hasAnnotation(claim, BIND_COMPLETED)) return claim
  const added = isPointed ? {} : { [BOUND_BY_CONTROLLER]: 'yes' }
  const metadata = annotated(claim.metadata, { [BIND_COMPLETED]: 'yes', ...added })
  return api.update(claims, { ...claim, metadata, spec: { ...claim.spec, volumeName: name } })
}

/** Room that a bound claim has is not said again: it may be about to grow. */
function writeBound(
  claim: PersistentVolumeClaim,
  { spec, metadata: metadataOfVolume }: PersistentVolume,
  { api }: LoopContext,
): void {
  const { status, metadata } = claim
  const { accessModes } = spec
  // The file system on a volume that was another claim's may not have grown with it.
  const before = metadataOfVolume.annotations?.[PRE_RESIZE_CAPACITY]
  const capacity = before === undefined ? spec.capacity : { ...spec.capacity, storage: before }
  const isSaid = status.phase === 'Bound' && status.accessModes?.join() === accessModes?.join()
  if (isSaid && status.capacity !== undefined) return
  api.patchStatus(claims, metadata.namespace!, metadata.name, metadata.uid, {
    ...status,
    phase: 'Bound',
    accessModes,
    capacity: status.phase === 'Bound' ? (status.capacity ?? capacity) : capacity,
  })
}

/** Says that a claim waits, or has lost its volume; whether that is news. */
export function writeClaimPhase(
  { status, metadata }: PersistentVolumeClaim,
  phase: 'Pending' | 'Lost',
  { api }: LoopContext,
): boolean {
  const isBare = status.accessModes === undefined && status.capacity === undefined
  if (status.phase === phase && isBare) return false
  const { accessModes: _modes, capacity: _room, ...rest } = status
  api.patchStatus(claims, metadata.namespace!, metadata.name, metadata.uid, { ...rest, phase })
  return status.phase !== phase
}

type Phase = 'Available' | 'Bound' | 'Released' | 'Failed'

/** Says what has become of a volume; whether that is news. */
export function writeVolumePhase(
  { status, metadata }: PersistentVolume,
  phase: Phase,
  { api, now }: LoopContext,
  message?: string,
): boolean {
  if (status.phase === phase && status.message === message) return false
  const lastPhaseTransitionTime = status.phase === phase ? status.lastPhaseTransitionTime : rfc3339(now)
  const said = { phase, ...(message === undefined ? {} : { message }), lastPhaseTransitionTime }
  api.patchStatus(volumes, '', metadata.name, metadata.uid, said)
  return true
}

/** Takes a volume back from a claim; one that a user reserved stays reserved for the claim's name. */
export function unbind(volume: PersistentVolume, context: LoopContext): void {
  const { claimRef, ...spec } = volume.spec
  const isOurs = hasAnnotation(volume, BOUND_BY_CONTROLLER)
  const { uid: _uid, ...reserved } = claimRef ?? {}
  const next = {
    ...volume,
    metadata: isOurs ? withoutAnnotation(volume.metadata, BOUND_BY_CONTROLLER) : volume.metadata,
    spec: isOurs ? spec : { ...spec, claimRef: reserved },
  }
  writeVolumePhase(context.api.update(volumes, next), 'Available', context)
}

export function withoutAnnotation(metadata: ObjectMeta, name: string): ObjectMeta {
  const kept = Object.entries(metadata.annotations ?? {}).filter(([each]) => each !== name)
  const { annotations: _all, ...rest } = metadata
  return kept.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(kept) }
}

/** Removes a finalizer; the object may be gone by then. */
export function dropFinalizer(
  resource: string,
  object: PersistentVolume | PersistentVolumeClaim,
  name: string,
  { api }: LoopContext,
): void {
  const left = (object.metadata.finalizers ?? []).filter((each) => each !== name)
  api.update(resource, { ...object, metadata: withList(object.metadata, 'finalizers', left) })
}

export function addFinalizer(
  resource: string,
  object: PersistentVolume | PersistentVolumeClaim,
  name: string,
  { api }: LoopContext,
): void {
  const finalizers = [...(object.metadata.finalizers ?? []), name]
  api.update(resource, { ...object, metadata: { ...object.metadata, finalizers } })
}
