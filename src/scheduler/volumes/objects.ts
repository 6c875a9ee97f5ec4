/** The storage objects that the scheduler looks at, as one decision sees them. */
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types/core.ts'
import type { CSIDriver, CSINode, CSIStorageCapacity, StorageClass, VolumeAttachment } from '../../api/types/storage.ts'
import { offerOf } from '../../api/volumes/matching.ts'
import { BIND_COMPLETED, classOf } from '../../api/volumes/names.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Snapshot } from '../cycle.ts'

export const CLAIMS = 'v1/PersistentVolumeClaim'
export const VOLUMES = 'v1/PersistentVolume'
export const CLASSES = 'storage.k8s.io/v1/StorageClass'
export const CSI_NODES = 'storage.k8s.io/v1/CSINode'
export const DRIVERS = 'storage.k8s.io/v1/CSIDriver'
export const CAPACITIES = 'storage.k8s.io/v1/CSIStorageCapacity'
export const ATTACHMENTS = 'storage.k8s.io/v1/VolumeAttachment'

/** What nodes that take only so many volumes of some driver are indexed by. */
export const limitedNode = 'limited'

/** By what objects of a kind can be asked for. */
export const indexes: Readonly<Record<string, (object: KubeObject) => string | undefined>> = Object.freeze({
  [VOLUMES]: (volume: KubeObject) => offerOf(volume as PersistentVolume),
  [CSI_NODES]: (node: KubeObject) => (isLimited(node as CSINode) ? limitedNode : undefined),
  [ATTACHMENTS]: (attachment: KubeObject) => (attachment as VolumeAttachment).spec.nodeName,
})

function isLimited({ spec }: CSINode): boolean {
  return spec.drivers.some(({ allocatable }) => allocatable?.count !== undefined)
}

export function findClaim(snapshot: Snapshot, namespace: string, name: string): PersistentVolumeClaim | undefined {
  return snapshot.find(CLAIMS, namespace, name) as PersistentVolumeClaim | undefined
}

export function findVolume(snapshot: Snapshot, name: string): PersistentVolume | undefined {
  return snapshot.find(VOLUMES, '', name) as PersistentVolume | undefined
}

export function findClass(snapshot: Snapshot, claim: PersistentVolumeClaim): StorageClass | undefined {
  const name = classOf(claim)
  return name === '' ? undefined : (snapshot.find(CLASSES, '', name) as StorageClass | undefined)
}

export function findCsiNode(snapshot: Snapshot, node: string): CSINode | undefined {
  return snapshot.find(CSI_NODES, '', node) as CSINode | undefined
}

export function findDriver(snapshot: Snapshot, name: string): CSIDriver | undefined {
  return snapshot.find(DRIVERS, '', name) as CSIDriver | undefined
}

export function capacitiesOf(snapshot: Snapshot): readonly CSIStorageCapacity[] {
  return snapshot.list(CAPACITIES) as readonly CSIStorageCapacity[]
}

/** Whether the binder has done with a claim. */
export function isBound({ metadata, spec }: PersistentVolumeClaim): boolean {
  return !!spec.volumeName && metadata.annotations?.[BIND_COMPLETED] !== undefined
}
