/** What a resizer decides and writes. Mirrors pkg/controller/expand_and_recover.go and resize_status.go of external-resizer. */
import { compareQuantities, formatQuantity, parseQuantity } from '../../api/quantity.ts'
import { rfc3339 } from '../../api/time.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types/core.ts'
import { driverOfVolume, migratedPlugin } from '../../api/volumes/drivers.ts'
import {
  grownTo,
  inBytes,
  isVolumeOf,
  resizeCondition,
  resizeStatus,
  sizeAllocated,
  sizeReached,
  wantsMore,
  withConditions,
  withResizeStatus,
} from '../../api/volumes/growth.ts'
import { sizeAsked, sizeOf } from '../../api/volumes/matching.ts'
import { NODE_EXPANSION_NOT_REQUIRED, PRE_RESIZE_CAPACITY, STORAGE_RESIZER } from '../../api/volumes/names.ts'
import type { LoopContext } from '../../client/controller.ts'
import { annotated, hasAnnotation, withoutAnnotation } from './writes.ts'

const claims = 'persistentvolumeclaims'

/**
 * The size that the volume of a claim is to have now; undefined for the one it has. What was begun is brought to its end
 * before anything else, so that no growth is lost, be it larger than what is asked for by now.
 */
export function sizeToReach(claim: PersistentVolumeClaim, volume: PersistentVolume): string | undefined {
  if (!wantsMore(claim) || !isServed(claim, volume) || !isVolumeOf(volume, claim)) return undefined
  const asked = claim.spec.resources?.requests?.['storage']
  const begun = sizeAllocated(claim) ?? asked
  const isEnough = compareQuantities(sizeOf(volume), sizeAsked(claim)) >= 0
  switch (resizeStatus(claim)) {
    case 'NodeResizePending':
    case 'NodeResizeInProgress':
      return isEnough || hasReached(volume, begun) ? undefined : begun
    case 'NodeResizeInfeasible':
    case 'ControllerResizeInProgress':
      return begun
    default:
      // Who knows of no such status has left it to the nodes in this way.
      if (isEnough && sizeAllocated(claim) === undefined && isPendingOnNode(claim)) return undefined
      return isEnough ? begun : asked
  }
}

/** Whether a CSI driver serves a volume; one that it has taken over, once its claim says so. */
function isServed({ metadata }: PersistentVolumeClaim, { spec }: PersistentVolume): boolean {
  const driver = driverOfVolume(spec)
  if (driver === undefined) return false
  return migratedPlugin(spec) === undefined || metadata.annotations?.[STORAGE_RESIZER] === driver
}

function hasReached(volume: PersistentVolume, size = '0'): boolean {
  return compareQuantities(sizeOf(volume), parseQuantity(size)!) >= 0
}

function isPendingOnNode({ status }: PersistentVolumeClaim): boolean {
  const found = status.conditions?.find(({ type }) => type === 'FileSystemResizePending')
  return found?.status === 'True'
}

/** A size that was begun before is not begun again: what is said of it stays. */
export function markBegun(claim: PersistentVolumeClaim, size: string, { api, now }: LoopContext): void {
  const { status } = claim
  const allocated = sizeAllocated(claim)
  const isNew = allocated === undefined || compareQuantities(parseQuantity(allocated)!, parseQuantity(size)!) !== 0
  const told = withConditions(status, [resizeCondition('Resizing', rfc3339(now))], !isNew)
  const next = isNew ? withResizeStatus(told, 'ControllerResizeInProgress') : told
  const allocatedResources = { ...status.allocatedResources, storage: size }
  api.updateStatus(claims, { ...claim, metadata: withoutMark(claim), status: { ...next, allocatedResources } })
}

/** The volume is larger now; the size that its driver tells. */
export function raiseCapacity(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  size: string,
  hasFiles: boolean,
  { api }: LoopContext,
): string {
  const storage = inBytes(size)
  const isMarked = !hasFiles || hasAnnotation(volume, PRE_RESIZE_CAPACITY)
  const before = formatQuantity(sizeReached(claim))
  const metadata = isMarked ? volume.metadata : annotated(volume.metadata, { [PRE_RESIZE_CAPACITY]: before })
  const capacity = { ...volume.spec.capacity, storage }
  api.update('persistentvolumes', { ...volume, metadata, spec: { ...volume.spec, capacity } })
  return storage
}

/** The file system is to grow where the claim is mounted. */
export function markPending(claim: PersistentVolumeClaim, { api, now }: LoopContext): void {
  const message = 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.'
  const pending = resizeCondition('FileSystemResizePending', rfc3339(now), message)
  const status = withConditions(withResizeStatus(claim.status, 'NodeResizePending'), [pending], true)
  api.updateStatus(claims, { ...claim, metadata: withoutMark(claim), status })
}

/** Whether a claim says that its volume has grown to a size, though whoever has written it may not have learnt that it did. */
export function isToldOf(claim: PersistentVolumeClaim, volume: PersistentVolume, size: string): boolean {
  const status = resizeStatus(claim)
  if (status === 'NodeResizePending' || status === 'NodeResizeInProgress') return hasReached(volume, size)
  return compareQuantities(sizeReached(claim), parseQuantity(size)!) >= 0
}

/** Nothing is left to do for any node. */
export function markDone(claim: PersistentVolumeClaim, size: string, { api }: LoopContext): void {
  const metadata = annotated(claim.metadata, { [NODE_EXPANSION_NOT_REQUIRED]: 'true' })
  api.updateStatus(claims, { ...claim, metadata, status: grownTo(claim.status, size) })
}

function withoutMark({ metadata }: PersistentVolumeClaim): PersistentVolumeClaim['metadata'] {
  const isMarked = metadata.annotations?.[NODE_EXPANSION_NOT_REQUIRED] !== undefined
  return isMarked ? withoutAnnotation(metadata, NODE_EXPANSION_NOT_REQUIRED) : metadata
}
