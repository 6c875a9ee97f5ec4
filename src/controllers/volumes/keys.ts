/** The keys of what a loop looks at: claims, volumes and classes. */
import { keyOf } from '../../client/controller.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types/core.ts'

export const CLAIMS = 'v1/PersistentVolumeClaim'
export const VOLUMES = 'v1/PersistentVolume'
export const CLASSES = 'storage.k8s.io/v1/StorageClass'
export const ATTACHMENTS = 'storage.k8s.io/v1/VolumeAttachment'
export const ATTACHMENT_RESOURCE = 'volumeattachments.storage.k8s.io'
export const CLASS_RESOURCE = 'storageclasses.storage.k8s.io'

export type Sort = 'claim' | 'volume' | 'class' | 'attachment'

export function claimKey(claim: PersistentVolumeClaim): string {
  return `claim/${keyOf(claim)}`
}

export function volumeKey({ metadata }: PersistentVolume): string {
  return `volume/${metadata.name}`
}

/** `claim/namespace/name` is of the sort claim, and names `namespace/name`. */
export function splitSort(key: string): { readonly sort: Sort; readonly name: string } {
  const slash = key.indexOf('/')
  return { sort: key.slice(0, slash) as Sort, name: key.slice(slash + 1) }
}
