import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Node, PersistentVolume, PersistentVolumeClaim } from '../api/types/core.ts'
import type { StorageClass, VolumeAttachment } from '../api/types/storage.ts'
import { driverOf } from '../api/volumes/drivers.ts'
import {
  classOf,
  NO_PROVISIONER,
  PROVISIONED_BY,
  PROVISIONER_FINALIZER,
  SELECTED_NODE,
  STORAGE_PROVISIONER,
} from '../api/volumes/names.ts'
import {
  type ControlLoop,
  type LoopContext,
  type NamedPredicate,
  type Requeue,
  splitKey,
} from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { ATTACHMENTS, CLAIMS, claimKey, CLASS_RESOURCE, splitSort, volumeKey, VOLUMES } from './volumes/keys.ts'
import { selectedNode, volumeFor, volumeName } from './volumes/provisioned.ts'
import { dropFinalizer, withoutAnnotation } from './volumes/writes.ts'

const none: readonly string[] = Object.freeze([])

/** Of attachments nothing matters but that they are there. */
const detachments: NamedPredicate = Object.freeze({ name: 'attachmentsThere' })

/** Something under way: for which object, and when it will be done, in virtual milliseconds since the Unix epoch. */
interface Operation {
  readonly uid: string
  readonly due: number
}

/**
 * Stands for the provisioners of every class but those whose volumes are made by hand: makes the volumes that claims are
 * promised, after a while, and takes away what is behind them. Mirrors sig-storage-lib-external-provisioner.
 */
export const externalProvisioner: ControlLoop = {
  name: 'external-provisioner',
  watches: [
    { kind: CLAIMS, keys: ofClaim },
    { kind: VOLUMES, keys: ofVolume },
    { kind: ATTACHMENTS, keys: ofAttachment, index: volumeOf, predicate: detachments },
  ],
  reconcile(key, context) {
    const { sort, name } = splitSort(key)
    return sort === 'claim' ? provision(key, name, context) : remove(key, name, context)
  },
}

/** Claims that are promised a volume, and those that were. */
function ofClaim({ object, previous }: ObjectChange): readonly string[] {
  const claim = object as PersistentVolumeClaim
  const was = previous as PersistentVolumeClaim | undefined
  return isPromised(claim) || (was !== undefined && isPromised(was)) ? [claimKey(claim)] : none
}

function isPromised({ metadata, spec }: PersistentVolumeClaim): boolean {
  return !spec.volumeName && metadata.annotations?.[STORAGE_PROVISIONER] !== undefined
}

function ofVolume({ object, type }: ObjectChange): readonly string[] {
  const volume = object as PersistentVolume
  return type === 'DELETED' || isOver(volume) ? [volumeKey(volume)] : none
}

/** A volume that is detached may be one to take away. */
function ofAttachment({ object, type }: ObjectChange): readonly string[] {
  const volume = volumeOf(object)
  return type === 'DELETED' && volume !== undefined ? [`volume/${volume}`] : none
}

function volumeOf(attachment: KubeObject): string | undefined {
  return (attachment as VolumeAttachment).spec.source.persistentVolumeName
}

/** Whether a volume that was made here is no longer needed. Mirrors shouldDelete. */
function isOver({ metadata, spec, status }: PersistentVolume): boolean {
  if (metadata.annotations?.[PROVISIONED_BY] === undefined || spec.persistentVolumeReclaimPolicy !== 'Delete')
    return false
  if (status.phase !== 'Released') return false
  return metadata.deletionTimestamp === undefined || metadata.finalizers?.includes(PROVISIONER_FINALIZER) === true
}

function provision(key: string, name: string, context: LoopContext): Requeue | void {
  const { api, now, memory, record } = context
  const where = splitKey(name)
  const claim = api.find<PersistentVolumeClaim>('persistentvolumeclaims', where.namespace, where.name)
  const storageClass = claim && classFor(claim, context)
  if (claim === undefined || storageClass === undefined || !isWanted(claim, storageClass)) return end(key, context)
  const node = nodeFor(claim, context)
  if (node === 'gone') return end(key, context)
  const began = memory.get(key) as Operation | undefined
  if (began?.uid !== claim.metadata.uid) {
    const message = `External provisioner is provisioning volume for claim "${name}"`
    record(claim, 'Normal', 'Provisioning', message)
    return begin(key, claim.metadata.uid, context.latency('volumeProvisioning'), context)
  }
  if (now < began.due) return { requeueAfter: began.due - now, kind: 'work' }
  create(volumeFor(claim, storageClass, driverOf(storageClass.provisioner), node, context), context)
  record(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volumeName(claim)}`)
  return end(key, context)
}

function classFor(claim: PersistentVolumeClaim, { api }: LoopContext): StorageClass | undefined {
  return api.find<StorageClass>(CLASS_RESOURCE, '', classOf(claim))
}

/** Mirrors shouldProvision. */
function isWanted(claim: PersistentVolumeClaim, { provisioner, volumeBindingMode }: StorageClass): boolean {
  const promised = claim.metadata.annotations?.[STORAGE_PROVISIONER]
  if (!isPromised(claim) || provisioner === NO_PROVISIONER || promised !== driverOf(provisioner)) return false
  return volumeBindingMode !== 'WaitForFirstConsumer' || selectedNode(claim) !== undefined
}

/** The node that was chosen; one that is gone by now is to be chosen anew. */
function nodeFor(claim: PersistentVolumeClaim, { api, record }: LoopContext): Node | 'gone' | undefined {
  const name = selectedNode(claim)
  if (name === undefined) return undefined
  const node = api.find<Node>('nodes', '', name)
  if (node !== undefined) return node
  record(claim, 'Warning', 'ProvisioningFailed', `failed to get target node: nodes "${name}" not found`)
  api.update('persistentvolumeclaims', { ...claim, metadata: withoutAnnotation(claim.metadata, SELECTED_NODE) })
  return 'gone'
}

/** It may have been made before the last crash. */
function create(volume: object, { api }: LoopContext): void {
  try {
    api.create<PersistentVolume>('persistentvolumes', '', volume)
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error
  }
}

function remove(key: string, name: string, context: LoopContext): Requeue | void {
  const { api, cache, now, memory, record } = context
  const volume = api.find<PersistentVolume>('persistentvolumes', '', name)
  if (volume === undefined || !isOver(volume)) return end(key, context)
  const [attached] = cache.byIndex(ATTACHMENTS, name)
  if (attached !== undefined) {
    const message = `persistentvolume ${name} is still attached to node ${attached.spec.nodeName}`
    return record(volume, 'Warning', 'VolumeFailedDelete', message)
  }
  const began = memory.get(key) as Operation | undefined
  if (began?.uid !== volume.metadata.uid)
    return begin(key, volume.metadata.uid, context.latency('volumeDeletion'), context)
  if (now < began.due) return { requeueAfter: began.due - now, kind: 'work' }
  end(key, context)
  if (volume.metadata.deletionTimestamp === undefined) api.delete('persistentvolumes', '', name)
  const left = api.find<PersistentVolume>('persistentvolumes', '', name)
  if (left?.metadata.finalizers?.includes(PROVISIONER_FINALIZER) === true)
    dropFinalizer('persistentvolumes', left, PROVISIONER_FINALIZER, context)
}

function begin(key: string, uid: string, takes: number, { memory, now }: LoopContext): Requeue {
  memory.set(key, { uid, due: now + takes } satisfies Operation)
  return { requeueAfter: takes, kind: 'work' }
}

function end(key: string, { memory }: LoopContext): void {
  memory.delete(key)
}
