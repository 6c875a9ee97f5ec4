/** Looks at one claim. Mirrors syncUnboundClaim and syncBoundClaim of pkg/controller/volume/persistentvolume/pv_controller.go. */
import { forbidden } from '../../api/errors.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types/core.ts'
import type { StorageClass } from '../../api/types/storage.ts'
import { driverOf } from '../../api/volumes/drivers.ts'
import { isForClaim, matchingVolume, mismatch } from '../../api/volumes/matching.ts'
import {
  BETA_STORAGE_PROVISIONER,
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  classOf,
  hasNoClass,
  SELECTED_NODE,
  STORAGE_PROVISIONER,
} from '../../api/volumes/names.ts'
import { type LoopContext, splitKey } from '../../client/controller.ts'
import { newestDefault } from '../../registries/storage/defaultClass.ts'
import { CLASS_RESOURCE } from './keys.ts'
import type { WaitingPods } from './waitingPods.ts'
import { annotated, bind, hasAnnotation, writeClaimPhase } from './writes.ts'

type Candidates = (claim: PersistentVolumeClaim, context: LoopContext) => readonly PersistentVolume[]

const lost = 'Data on the volume is lost!'

/** Whether the claim waits still; it says why only where the pods that wait for it are given. */
export function syncClaim(key: string, candidates: Candidates, context: LoopContext, pods?: WaitingPods): boolean {
  const { api } = context
  const { namespace, name } = splitKey(key)
  const claim = api.find<PersistentVolumeClaim>('persistentvolumeclaims', namespace, name)
  if (claim === undefined) return false
  if (hasAnnotation(claim, BIND_COMPLETED)) syncBound(claim, context)
  else if (claim.spec.volumeName) return syncNamed(claim, claim.spec.volumeName, context)
  else return syncUnbound(claim, candidates, context, pods)
  return false
}

function syncUnbound(
  claim: PersistentVolumeClaim,
  candidates: Candidates,
  context: LoopContext,
  pods: WaitingPods | undefined,
): boolean {
  const storageClass = classFor(claim, context)
  const isDelayed = storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !hasAnnotation(claim, SELECTED_NODE)
  const volume = bestMatch(claim, candidates(claim, context), isDelayed)
  if (volume !== undefined) {
    bind(volume, claim, context)
    return false
  }
  if (assignDefaultClass(claim, context)) return true
  if (isDelayed) sayWaiting(claim, context, pods)
  else if (classOf(claim) !== '') return provision(claim, storageClass, context, pods !== undefined)
  else if (pods !== undefined) {
    const message = 'no persistent volumes available for this claim and no storage class is set'
    context.record(claim, 'Normal', 'FailedBinding', message)
  }
  writeClaimPhase(claim, 'Pending', context)
  return true
}

function classFor(claim: PersistentVolumeClaim, { api }: LoopContext): StorageClass | undefined {
  const name = classOf(claim)
  return name === '' ? undefined : api.find<StorageClass>(CLASS_RESOURCE, '', name)
}

/** Of the volumes with the fewest access modes that will do, the smallest. Mirrors findByClaim of index.go. */
function bestMatch(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  delayed: boolean,
): PersistentVolume | undefined {
  if (volumes.length === 0) return undefined
  const wanted = claim.spec.accessModes ?? []
  const byModes = new Map<string, PersistentVolume[]>()
  for (const volume of volumes) {
    const modes = volume.spec.accessModes ?? []
    if (!wanted.every((mode) => modes.includes(mode))) continue
    const key = `${modes.length}/${[...modes].sort().join()}`
    const alike = byModes.get(key)
    if (alike === undefined) byModes.set(key, [volume])
    else alike.push(volume)
  }
  for (const key of [...byModes.keys()].sort()) {
    const volume = matchingVolume(claim, byModes.get(key)!, { delayed })
    if (volume !== undefined) return volume
  }
  return undefined
}

/** Gives a claim that says nothing of its class the default one, if there is one by now. */
function assignDefaultClass(claim: PersistentVolumeClaim, { api }: LoopContext): boolean {
  if (!hasNoClass(claim)) return false
  const classes = api.list(CLASS_RESOURCE, { namespace: undefined }).items as readonly StorageClass[]
  const storageClassName = newestDefault(classes)?.metadata.name
  if (storageClassName === undefined) return false
  api.update('persistentvolumeclaims', { ...claim, spec: { ...claim.spec, storageClassName } })
  return true
}

/** Mirrors emitEventForUnboundDelayBindingClaim. */
function sayWaiting(claim: PersistentVolumeClaim, { api, record }: LoopContext, pods: WaitingPods | undefined): void {
  if (pods === undefined) return
  const { namespace, name } = claim.metadata
  const names = pods.of(`${namespace!}/${name}`, api)
  if (names.length === 0) {
    record(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding')
    return
  }
  const many = names.length === 1 ? 'pod' : 'pods'
  record(claim, 'Normal', 'WaitForPodScheduled', 'waiting for {detail} to be scheduled', `${many} ${names.join(',')}`)
}

/** Asks whoever makes volumes of this class for one. Mirrors provisionClaimOperationExternal. */
function provision(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass | undefined,
  context: LoopContext,
  isTold: boolean,
): boolean {
  const { api, record } = context
  const fault = faultOf(claim, storageClass)
  if (fault !== undefined || storageClass === undefined) {
    if (isTold) record(claim, 'Warning', 'ProvisioningFailed', '{detail}', fault)
    return true
  }
  const name = driverOf(storageClass.provisioner)
  const said = { [BETA_STORAGE_PROVISIONER]: name, [STORAGE_PROVISIONER]: name }
  if (claim.metadata.annotations?.[STORAGE_PROVISIONER] !== name)
    api.update('persistentvolumeclaims', { ...claim, metadata: annotated(claim.metadata, said) })
  if (isTold) {
    const message =
      "Waiting for a volume to be created either by the external provisioner '{detail}' or manually by the system " +
      'administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.'
    record(claim, 'Normal', 'ExternalProvisioning', message, name)
  }
  return true
}

function faultOf(claim: PersistentVolumeClaim, storageClass: StorageClass | undefined): string | undefined {
  if (storageClass === undefined) return `storageclass.storage.k8s.io "${classOf(claim)}" not found`
  const { provisioner } = storageClass
  const isInTree = provisioner.startsWith('kubernetes.io/') && driverOf(provisioner) === provisioner
  return isInTree ? `no volume plugin matched name: ${provisioner}` : undefined
}

/** A claim that asks for a volume by name. */
function syncNamed(claim: PersistentVolumeClaim, name: string, context: LoopContext): boolean {
  const { api, record } = context
  const volume = api.find<PersistentVolume>('persistentvolumes', '', name)
  if (volume === undefined) writeClaimPhase(claim, 'Pending', context)
  else if (volume.spec.claimRef === undefined) {
    const flaw = mismatch(volume, claim)
    if (flaw === undefined) {
      bind(volume, claim, context)
      return false
    }
    record(claim, 'Warning', 'VolumeMismatch', `Cannot bind to requested volume "${name}": ${flaw}`)
    writeClaimPhase(claim, 'Pending', context)
  } else if (isForClaim(volume, claim)) {
    bind(volume, claim, context)
    return false
  } else {
    if (hasAnnotation(claim, BOUND_BY_CONTROLLER)) throw wronglyBound(claim, name)
    record(claim, 'Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`)
    writeClaimPhase(claim, 'Pending', context)
  }
  return true
}

function wronglyBound({ metadata }: PersistentVolumeClaim, name: string): Error {
  const why = `invalid binding of claim to volume "${name}": volume already claimed by another`
  return forbidden('persistentvolumeclaims', metadata.name, why)
}

/** A claim that was bound once. */
function syncBound(claim: PersistentVolumeClaim, context: LoopContext): void {
  const { volumeName } = claim.spec
  if (!volumeName)
    return lose(claim, 'ClaimLost', `Bound claim has lost reference to PersistentVolume. ${lost}`, context)
  const volume = context.api.find<PersistentVolume>('persistentvolumes', '', volumeName)
  if (volume === undefined)
    return lose(claim, 'ClaimLost', `Bound claim has lost its PersistentVolume. ${lost}`, context)
  const { claimRef } = volume.spec
  if (claimRef === undefined || claimRef.uid === claim.metadata.uid || (!claimRef.uid && isForClaim(volume, claim)))
    return bind(volume, claim, context)
  const message = 'Two claims are bound to the same volume, this one is bound incorrectly'
  return lose(claim, 'ClaimMisbound', message, context)
}

function lose(claim: PersistentVolumeClaim, reason: string, message: string, context: LoopContext): void {
  if (writeClaimPhase(claim, 'Lost', context)) context.record(claim, 'Warning', reason, message)
}
