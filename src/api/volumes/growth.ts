/**
 * How far the growth of a claim has come, and what its status says then. Mirrors pkg/volume/util/resize_util.go and
 * pkg/controller/resize_status.go of external-resizer.
 */
import { compareQuantities, formatQuantity, parseQuantity, type Quantity, quantityValue } from '../quantity.ts'
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimCondition as Condition,
  PersistentVolumeClaimStatus as Status,
} from '../types/core.ts'
import { NODE_EXPANSION_NOT_REQUIRED } from './names.ts'
import { sizeAsked, sizeOf } from './matching.ts'

export type ResizeStatus =
  | 'ControllerResizeInProgress'
  | 'ControllerResizeInfeasible'
  | 'NodeResizePending'
  | 'NodeResizeInProgress'
  | 'NodeResizeInfeasible'

/** The conditions that tell of growth; whatever else a claim says of itself is left alone. */
const TYPES = ['FileSystemResizePending', 'Resizing', 'ControllerResizeError', 'NodeResizeError']
const NOTHING = parseQuantity('0')!
const UNIT = 1_000_000_000n

/** How much room a claim has. */
export function sizeReached({ status }: PersistentVolumeClaim): Quantity {
  return parseQuantity(status.capacity?.['storage'] ?? '') ?? NOTHING
}

/** Whether a bound claim asks for more room than it has. */
export function wantsMore(claim: PersistentVolumeClaim): boolean {
  const { status, spec } = claim
  if (status.phase !== 'Bound' || !spec.volumeName) return false
  return compareQuantities(sizeAsked(claim), sizeReached(claim)) > 0
}

export function resizeStatus({ status }: PersistentVolumeClaim): ResizeStatus | '' {
  return (status.allocatedResourceStatuses?.['storage'] ?? '') as ResizeStatus | ''
}

/** The size that a claim's growth was begun to; undefined where none ever was. */
export function sizeAllocated({ status }: PersistentVolumeClaim): string | undefined {
  return status.allocatedResources?.['storage']
}

/** Whether a volume is the one of a claim. */
export function isVolumeOf({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  return claimRef?.uid === metadata.uid && claimRef.namespace === metadata.namespace
}

/** As CSI says sizes: whole bytes, by powers of 1024. */
export function inBytes(size: string): string {
  return formatQuantity({ nano: BigInt(quantityValue(size)) * UNIT, format: 'BinarySI' })
}

/**
 * What the kubelet of a node has left to do for a claim: the size that the file system is to have. undefined where that is
 * nothing, or somebody else's turn. Growth that nobody has spoken of is up to the volume's own size. Mirrors
 * expandVolumeDuringMount and runPreCheck of pkg/volume/util/operationexecutor.
 */
export function sizeOnNode(claim: PersistentVolumeClaim, volume: PersistentVolume): string | undefined {
  if (hasAll(claim, volume)) return undefined
  const status = resizeStatus(claim)
  const allocated = sizeAllocated(claim)
  if (status === '' && allocated === undefined) return volume.spec.capacity?.['storage']
  if (status !== 'NodeResizePending' && status !== 'NodeResizeInProgress') return undefined
  return allocated ?? volume.spec.capacity?.['storage']
}

/** Whether a claim has all the room of its volume. */
export function hasAll(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  return compareQuantities(sizeReached(claim), sizeOf(volume)) >= 0
}

/** Whether each node that has a claim mounted lets it grow, though another has said already that it has grown. */
export function growsOnEachNode({ metadata, spec }: PersistentVolumeClaim): boolean {
  if (metadata.annotations?.[NODE_EXPANSION_NOT_REQUIRED] !== undefined) return false
  return spec.accessModes?.includes('ReadWriteMany') === true
}

export function withResizeStatus(status: Status, resizing: ResizeStatus): Status {
  const { allocatedResourceStatuses: before } = status
  return { ...status, allocatedResourceStatuses: { ...before, storage: resizing } }
}

/** The claim has the room that it was to get, and nothing is left to do. */
export function grownTo(status: Status, size: string): Status {
  const { allocatedResourceStatuses: before, ...rest } = withConditions(status, [], false)
  const { storage: _, ...others } = before ?? {}
  const left = Object.keys(others).length === 0 ? {} : { allocatedResourceStatuses: others }
  return { ...rest, ...left, capacity: { ...status.capacity, storage: size } }
}

/** A status whose conditions tell this of its growth, in place of what they told before or beside it. */
export function withConditions(status: Status, told: readonly Condition[], keepsOld: boolean): Status {
  const { conditions: before = [], ...rest } = status
  const kept = before.flatMap((condition) => {
    const newer = told.find(({ type }) => type === condition.type)
    if (newer !== undefined) return [newer]
    return keepsOld || !TYPES.includes(condition.type) ? [condition] : []
  })
  const added = told.filter(({ type }) => !before.some((condition) => condition.type === type))
  const conditions = [...kept, ...added]
  return conditions.length === 0 ? rest : { ...rest, conditions }
}

/** `time` is RFC 3339. */
export function resizeCondition(
  type: 'Resizing' | 'FileSystemResizePending',
  time: string,
  message?: string,
): Condition {
  const said = message === undefined ? {} : { message }
  // Go writes a time that was never set as null.
  return { type, status: 'True', lastProbeTime: null, lastTransitionTime: time, ...said } as unknown as Condition
}
