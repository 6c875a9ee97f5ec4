/** Looks at one volume. Mirrors syncVolume and reclaimVolume of pkg/controller/volume/persistentvolume/pv_controller.go. */
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types/core.ts'
import { hasSameMode } from '../../api/volumes/matching.ts'
import { PROVISIONED_BY } from '../../api/volumes/names.ts'
import type { LoopContext, Requeue } from '../../client/controller.ts'
import { sourcesOf } from '../../registries/storage/volumeSources.ts'
import { hasAnnotation, unbind, writeVolumePhase } from './writes.ts'

/** What is deleted of a node's own disk: pkg/volume/hostpath/host_path.go. */
const deletablePath = /\/tmp\/./u

export function syncVolume(name: string, context: LoopContext): Requeue | void {
  const volume = context.api.find<PersistentVolume>('persistentvolumes', '', name)
  if (volume === undefined) {
    context.memory.delete(`recycling/${name}`)
    return undefined
  }
  const { claimRef } = volume.spec
  if (claimRef?.uid === undefined) {
    writeVolumePhase(volume, 'Available', context)
    return undefined
  }
  const claim = context.api.find<PersistentVolumeClaim>(
    'persistentvolumeclaims',
    claimRef.namespace ?? '',
    claimRef.name ?? '',
  )
  if (claim?.metadata.uid !== claimRef.uid) return reclaim(released(volume, context), context)
  return syncClaimed(volume, claim, context)
}

function syncClaimed(volume: PersistentVolume, claim: PersistentVolumeClaim, context: LoopContext): Requeue | void {
  const { volumeName } = claim.spec
  if (volumeName === volume.metadata.name) {
    writeVolumePhase(volume, 'Bound', context)
    return undefined
  }
  if (!volumeName) {
    if (!hasSameMode(volume, claim)) sayOtherMode(volume, claim, context)
    return undefined
  }
  // The claim has another volume by now.
  if (hasAnnotation(volume, PROVISIONED_BY) && volume.spec.persistentVolumeReclaimPolicy === 'Delete')
    return reclaim(released(volume, context), context)
  unbind(volume, context)
  return undefined
}

function sayOtherMode(volume: PersistentVolume, claim: PersistentVolumeClaim, { record }: LoopContext): void {
  const to = `PersistentVolumeClaim "${claim.metadata.name}"`
  const message = `Cannot bind PersistentVolume to requested ${to} due to incompatible volumeMode.`
  record(volume, 'Warning', 'VolumeMismatch', message)
  const from = `PersistentVolume "${volume.metadata.name}"`
  const reverse = `Cannot bind ${from} to requested PersistentVolumeClaim due to incompatible volumeMode.`
  record(claim, 'Warning', 'VolumeMismatch', reverse)
}

/** The volume, whose claim is gone, once that is said. */
function released(volume: PersistentVolume, context: LoopContext): PersistentVolume {
  const { phase } = volume.status
  if (phase === 'Released' || phase === 'Failed') return volume
  writeVolumePhase(volume, 'Released', context)
  return context.api.find<PersistentVolume>('persistentvolumes', '', volume.metadata.name) ?? volume
}

/** What was made for a claim is taken away by whoever made it: the provisioner; of a driver, nobody else could. */
function reclaim(volume: PersistentVolume, context: LoopContext): Requeue | void {
  const { persistentVolumeReclaimPolicy: policy } = volume.spec
  if (policy === 'Recycle') return recycle(volume, context)
  if (policy !== 'Delete' || hasAnnotation(volume, PROVISIONED_BY)) return undefined
  const { csi, hostPath } = volume.spec
  if (csi !== undefined) return undefined
  const { name } = volume.metadata
  const path = hostPath?.path ?? ''
  if (deletablePath.test(path)) {
    context.api.delete('persistentvolumes', '', name)
    return undefined
  }
  const message =
    hostPath === undefined
      ? `error getting deleter volume plugin for volume "${name}": no deletable volume plugin matched`
      : `host_path deleter only supports /tmp/.+ but received provided ${path}`
  return fail(volume, 'VolumeFailedDelete', message, context)
}

/** A scrubbed volume can be had again; in upstream a pod scrubs it. */
function recycle(volume: PersistentVolume, context: LoopContext): Requeue | void {
  const { memory, now, latency, record } = context
  const { name } = volume.metadata
  const { nfs, hostPath } = sourcesOf(volume.spec)
  if (nfs === undefined && hostPath === undefined)
    return fail(volume, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!', context)
  const key = `recycling/${name}`
  const due = (memory.get(key) as number | undefined) ?? now + latency('volumeDeletion')
  if (now < due) {
    memory.set(key, due)
    return { requeueAfter: due - now, kind: 'work' }
  }
  memory.delete(key)
  record(volume, 'Normal', 'VolumeRecycled', 'Volume recycled')
  unbind(volume, context)
}

function fail(volume: PersistentVolume, reason: string, message: string, context: LoopContext): void {
  if (writeVolumePhase(volume, 'Failed', context, message)) context.record(volume, 'Warning', reason, message)
}
