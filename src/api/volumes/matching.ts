/**
 * Which volume a claim may have. Mirrors FindMatchingVolume, CheckNodeAffinity and IsVolumeBoundToClaim of
 * staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go.
 */
import { compareQuantities, parseQuantity, type Quantity } from '../quantity.ts'
import { type Labels, matchesLabelSelector } from '../selectors.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../types/core.ts'
import { classOf } from './names.ts'
import { matchesNodeSelector } from './nodeSelector.ts'

/** The node that a volume is wanted on. */
export interface Place {
  readonly name: string
  readonly labels: Labels
}

const NOTHING = parseQuantity('0')!

/** The namespace and name of a claim that a volume is for, as a key; undefined when it is for nobody. */
export function claimKeyOf({ spec: { claimRef } }: PersistentVolume): string | undefined {
  return claimRef === undefined ? undefined : `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`
}

/** Whom a volume is for, as an index: `for/namespace/name` of a claim, or `free/CLASS`. */
export function offerOf(volume: PersistentVolume): string {
  const claim = claimKeyOf(volume)
  return claim === undefined ? `free/${classOf(volume)}` : `for/${claim}`
}

/** Whether a claim may have a volume that it can reach, modes of access aside. */
export function isCandidate(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return isPossible(volume, claim, sizeAsked(claim)) && (isForClaim(volume, claim) || isFree(volume, claim))
}

/** Whether a volume names this claim; one that names no uid is reserved for whichever has the name. */
export function isForClaim({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  if (claimRef?.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false
  return !claimRef.uid || claimRef.uid === metadata.uid
}

/** Whether a volume can be reached from a node. */
export function reaches({ spec }: PersistentVolume, { name, labels }: Place): boolean {
  const required = spec.nodeAffinity?.required
  return required === undefined || matchesNodeSelector(required, name, labels)
}

/**
 * The smallest volume that a claim may have, the first of equals; `place` is the node that it must reach, where that
 * counts. A claim whose binding is `delayed` gets only what is reserved for it, unless there is a place.
 */
export function matchingVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  options: { readonly place?: Place; readonly delayed?: boolean; readonly taken?: ReadonlySet<string> },
): PersistentVolume | undefined {
  const { place, delayed = false, taken } = options
  const wanted = sizeAsked(claim)
  let smallest: PersistentVolume | undefined
  let least: Quantity | undefined
  for (const volume of volumes) {
    if (taken?.has(volume.metadata.name) === true || !isPossible(volume, claim, wanted)) continue
    const isReached = place === undefined || reaches(volume, place)
    if (isForClaim(volume, claim)) return isReached ? volume : undefined
    if (!isReached || (place === undefined && delayed) || !isFree(volume, claim)) continue
    if (place !== undefined && !hasModes(volume, claim)) continue
    const size = sizeOf(volume)
    if (least !== undefined && compareQuantities(size, least) >= 0) continue
    smallest = volume
    least = size
  }
  return smallest
}

/** What both a reserved and a free volume need: room, the mode, and a future. */
function isPossible(volume: PersistentVolume, claim: PersistentVolumeClaim, wanted: Quantity): boolean {
  if (volume.spec.claimRef !== undefined && !isForClaim(volume, claim)) return false
  if (compareQuantities(sizeOf(volume), wanted) < 0) return false
  return hasSameMode(volume, claim) && volume.metadata.deletionTimestamp === undefined && isOfSameKind(volume, claim)
}

function isFree({ metadata, spec, status }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { selector } = claim.spec
  if (status.phase !== 'Available' || classOf({ metadata, spec }) !== classOf(claim)) return false
  return selector === undefined || matchesLabelSelector(selector, metadata.labels)
}

/** Why a volume that a claim asks for by name cannot be its; undefined when it can. Mirrors checkVolumeSatisfyClaim. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (compareQuantities(sizeOf(volume), sizeAsked(claim)) < 0) return 'requested PV is too small'
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match'
  if (!isOfSameKind(volume, claim)) return 'volumeAttributesClassName does not match'
  if (!hasSameMode(volume, claim)) return 'incompatible volumeMode'
  return hasModes(volume, claim) ? undefined : 'incompatible accessMode'
}

/** Whether a volume offers every access mode that a claim asks for. */
export function hasModes({ spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (claim.spec.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode) === true)
}

export function hasSameMode({ spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem')
}

/** Of the same VolumeAttributesClass, or of none. */
function isOfSameKind({ spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (spec.volumeAttributesClassName ?? '') === (claim.spec.volumeAttributesClassName ?? '')
}

export function sizeOf({ spec }: PersistentVolume): Quantity {
  return parseQuantity(spec.capacity?.['storage'] ?? '') ?? NOTHING
}

export function sizeAsked({ spec }: PersistentVolumeClaim): Quantity {
  return parseQuantity(spec.resources?.requests?.['storage'] ?? '') ?? NOTHING
}
