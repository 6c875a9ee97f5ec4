import type { KubeObject } from '../api/meta.ts'
import { withList } from '../api/metaLists.ts'
import { rfc3339 } from '../api/time.ts'
import type { PersistentVolume } from '../api/types/core.ts'
import type { CSINode, VolumeAttachment } from '../api/types/storage.ts'
import type { ControlLoop, LoopContext, NamedPredicate, Requeue } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { ATTACHMENT_RESOURCE, ATTACHMENTS, splitSort, volumeKey, VOLUMES } from './volumes/keys.ts'
import { addFinalizer, annotated } from './volumes/writes.ts'

const none: readonly string[] = Object.freeze([])
const CSI_NODES = 'csinodes.storage.k8s.io'
/** On a VolumeAttachment: what its driver calls the node, for when that is gone. */
const NODE_ID = 'csi.alpha.kubernetes.io/node-id'
const PREFIX = 'external-attacher/'

/** Something under way: of which object, whether it attaches, and when it will be done, in milliseconds. */
interface Operation {
  readonly uid: string
  readonly attaches: boolean
  readonly due: number
}

/** Of volumes nothing matters but that they are to go. */
const deletions: NamedPredicate = Object.freeze({
  name: 'volumesLeaving',
  of: () => false,
  holds: (before: KubeObject, after: KubeObject) =>
    before.metadata.deletionTimestamp === undefined && after.metadata.deletionTimestamp !== undefined,
})

/**
 * Stands for the attachers that CSI drivers bring along: attaches what somebody has asked for by a VolumeAttachment, after a
 * while, detaches what is deleted, and holds volumes that are attached. Mirrors kubernetes-csi/external-attacher.
 */
export const externalAttacher: ControlLoop = {
  name: 'external-attacher',
  watches: [
    {
      kind: ATTACHMENTS,
      keys: ofAttachment,
      index: (object) => (object as VolumeAttachment).spec.source.persistentVolumeName,
    },
    { kind: VOLUMES, keys: ofVolume, predicate: deletions },
  ],
  reconcile(key, context) {
    const { sort, name } = splitSort(key)
    if (sort === 'volume') return letGo(name, context)
    const attachment = context.api.find<VolumeAttachment>(ATTACHMENT_RESOURCE, '', name)
    if (attachment === undefined) return void context.memory.delete(key)
    return attachment.metadata.deletionTimestamp === undefined
      ? attach(key, attachment, context)
      : detach(key, attachment, context)
  },
}

function ofVolume({ object }: ObjectChange): readonly string[] {
  const volume = object as PersistentVolume
  return isLeaving(volume) ? [volumeKey(volume)] : none
}

function ofAttachment({ object, type }: ObjectChange): readonly string[] {
  const { metadata, spec } = object as VolumeAttachment
  const { persistentVolumeName } = spec.source
  const own = `attachment/${metadata.name}`
  return type === 'DELETED' && persistentVolumeName !== undefined ? [own, `volume/${persistentVolumeName}`] : [own]
}

/** Of an object that a driver holds as long as it attaches it; dots cannot stand in it. */
function finalizerOf(driver: string): string {
  return PREFIX + driver.replace(/[^a-zA-Z0-9-]/gu, '-')
}

function isLeaving({ metadata }: PersistentVolume): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.some(isOurs) === true
}

function isOurs(finalizer: string): boolean {
  return finalizer.startsWith(PREFIX)
}

/** Mirrors syncAttach of csi_handler.go. */
function attach(key: string, attachment: VolumeAttachment, context: LoopContext): Requeue | void {
  const { api, memory } = context
  if (attachment.status.attached) return void memory.delete(key)
  const { persistentVolumeName: volume } = attachment.spec.source
  const found = volume === undefined ? undefined : api.find<PersistentVolume>('persistentvolumes', '', volume)
  if (volume !== undefined && found === undefined) {
    memory.delete(key)
    return fail(attachment, `persistentvolume "${volume}" not found`, context)
  }
  const left = leftOf(key, attachment, true, context)
  if (left > 0) {
    hold(attachment, found, context)
    return { requeueAfter: left, kind: 'work' }
  }
  memory.delete(key)
  const { attachError: _, ...status } = attachment.status
  say(attachment, { ...status, attached: true }, context)
}

/** Puts it on record which driver is at work, so that nothing is gone before it is detached. */
function hold(attachment: VolumeAttachment, volume: PersistentVolume | undefined, context: LoopContext): void {
  const { metadata, spec } = attachment
  const finalizer = finalizerOf(spec.attacher)
  if (volume !== undefined && volume.metadata.deletionTimestamp === undefined) {
    if (volume.metadata.finalizers?.includes(finalizer) !== true)
      addFinalizer('persistentvolumes', volume, finalizer, context)
  }
  if (metadata.finalizers?.includes(finalizer) === true) return
  const finalizers = [...(metadata.finalizers ?? []), finalizer]
  const noted = annotated(metadata, { [NODE_ID]: nodeIdOf(attachment, context) })
  context.api.update(ATTACHMENT_RESOURCE, { ...attachment, metadata: { ...noted, finalizers } })
}

/** What the driver calls the node; its name, where no CSINode says otherwise. */
function nodeIdOf({ spec }: VolumeAttachment, { api }: LoopContext): string {
  const known = api.find<CSINode>(CSI_NODES, '', spec.nodeName)
  return known?.spec.drivers.find(({ name }) => name === spec.attacher)?.nodeID ?? spec.nodeName
}

/** Mirrors syncDetach. */
function detach(key: string, attachment: VolumeAttachment, context: LoopContext): Requeue | void {
  const { memory, api } = context
  const { metadata, spec } = attachment
  const finalizer = finalizerOf(spec.attacher)
  if (metadata.finalizers?.includes(finalizer) !== true) return void memory.delete(key)
  const left = leftOf(key, attachment, false, context)
  if (left > 0) return { requeueAfter: left, kind: 'work' }
  memory.delete(key)
  const finalizers = metadata.finalizers.filter((each) => each !== finalizer)
  api.update(ATTACHMENT_RESOURCE, { ...attachment, metadata: withList(metadata, 'finalizers', finalizers) })
}

/** How long the driver still needs, in milliseconds; 0 when it has done. */
function leftOf(key: string, { metadata }: VolumeAttachment, attaches: boolean, context: LoopContext): number {
  const { latency, memory, now } = context
  const known = memory.get(key) as Operation | undefined
  if (known?.uid === metadata.uid && known.attaches === attaches) return Math.max(0, known.due - now)
  const due = now + latency(attaches ? 'volumeAttachment' : 'volumeDetachment')
  memory.set(key, { uid: metadata.uid, attaches, due } satisfies Operation)
  return due - now
}

function fail(attachment: VolumeAttachment, message: string, context: LoopContext): void {
  const { status } = attachment
  if (status.attachError?.message === message) return
  say(attachment, { ...status, attached: false, attachError: { message, time: rfc3339(context.now) } }, context)
}

function say({ metadata }: VolumeAttachment, status: VolumeAttachment['status'], { api }: LoopContext): void {
  api.patchStatus(ATTACHMENT_RESOURCE, '', metadata.name, metadata.uid, status)
}

/** Lets a volume go that is deleted, once it is attached nowhere. Mirrors SyncNewOrUpdatedPersistentVolume. */
function letGo(name: string, context: LoopContext): void {
  const volume = context.api.find<PersistentVolume>('persistentvolumes', '', name)
  if (volume === undefined || !isLeaving(volume) || context.cache.byIndex(ATTACHMENTS, name).length > 0) return
  const left = volume.metadata.finalizers!.filter((finalizer) => !isOurs(finalizer))
  context.api.update('persistentvolumes', { ...volume, metadata: withList(volume.metadata, 'finalizers', left) })
}
