import type { PersistentVolume, PersistentVolumeClaim } from '../api/types/core.ts'
import { hasAll } from '../api/volumes/growth.ts'
import { PRE_RESIZE_CAPACITY } from '../api/volumes/names.ts'
import { type ControlLoop, type LoopContext, type Requeue, splitKey } from '../client/controller.ts'
import { growingClaims } from './volumes/growing.ts'
import { isToldOf, markBegun, markDone, markPending, raiseCapacity, sizeToReach } from './volumes/grown.ts'
import { hasAnnotation, withoutAnnotation } from './volumes/writes.ts'

/** A volume that is being made larger: whose, to what size, and when that is done, in virtual milliseconds since the Unix epoch. */
interface Operation {
  readonly uid: string
  readonly size: string
  readonly due: number
}

/**
 * Stands for the resizers of all CSI drivers: makes the volumes of claims that ask for more room larger, after a while.
 * File systems are left to the nodes; a raw block has none. It never fails. Mirrors pkg/controller of external-resizer.
 */
export const externalResizer: ControlLoop = {
  name: 'external-resizer',
  watches: [growingClaims],
  reconcile(key, context) {
    const { api, memory } = context
    const { namespace, name } = splitKey(key)
    const claim = api.find<PersistentVolumeClaim>('persistentvolumeclaims', namespace, name)
    const volume = claim && api.find<PersistentVolume>('persistentvolumes', '', claim.spec.volumeName ?? '')
    if (claim === undefined || volume === undefined) return void memory.delete(key)
    const began = memory.get(key) as Operation | undefined
    const isOurs = began?.uid === claim.metadata.uid
    if (isOurs && !isToldOf(claim, volume, began.size)) return goOn(key, began, claim, volume, context)
    if (began !== undefined) memory.delete(key)
    return begin(key, claim, forgetBefore(claim, volume, context), context)
  },
}

function begin(
  key: string,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  context: LoopContext,
): Requeue | void {
  const { memory, now, record } = context
  const size = sizeToReach(claim, volume)
  if (size === undefined) return undefined
  markBegun(claim, size, context)
  record(claim, 'Normal', 'Resizing', `External resizer is resizing volume ${volume.metadata.name}`)
  const takes = context.latency('volumeExpansion')
  memory.set(key, { uid: claim.metadata.uid, size, due: now + takes } satisfies Operation)
  return { requeueAfter: takes, kind: 'work' }
}

/** Whatever is asked for meanwhile waits until this is done. */
function goOn(
  key: string,
  { size, due }: Operation,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  context: LoopContext,
): Requeue | void {
  const { memory, now, record } = context
  if (now < due) return { requeueAfter: due - now, kind: 'work' }
  const hasFiles = volume.spec.volumeMode !== 'Block'
  const larger = raiseCapacity(claim, volume, size, hasFiles, context)
  if (hasFiles) {
    markPending(claim, context)
    record(claim, 'Normal', 'FileSystemResizeRequired', 'Require file system resize of volume on node')
  } else {
    markDone(claim, larger, context)
    record(claim, 'Normal', 'VolumeResizeSuccessful', 'Resize volume succeeded')
  }
  memory.delete(key)
}

/** Once a claim has all the room of its volume, what it had before is forgotten. */
function forgetBefore(claim: PersistentVolumeClaim, volume: PersistentVolume, { api }: LoopContext): PersistentVolume {
  if (!hasAnnotation(volume, PRE_RESIZE_CAPACITY) || !hasAll(claim, volume)) return volume
  const metadata = withoutAnnotation(volume.metadata, PRE_RESIZE_CAPACITY)
  return api.update('persistentvolumes', { ...volume, metadata })
}
