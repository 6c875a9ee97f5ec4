import type { KubeObject } from '../../api/meta.ts'

/** Whether an object is deleted and a finalizer holds it. */
export function isWaiting({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(finalizer) === true
}

/** Whether an object that is to stay has lost a finalizer. */
export function isUnprotected({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.deletionTimestamp === undefined && metadata.finalizers?.includes(finalizer) !== true
}
