import type { KubeObject } from '../../api/meta.ts'
import { keyOf } from '../../client/controller.ts'
import type { ObjectChange } from '../../client/watches.ts'

const none: readonly string[] = Object.freeze([])

/** Whether an object is deleted and a finalizer holds it. */
export function isWaiting({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(finalizer) === true
}

/** Whether an object that is to stay has lost a finalizer. */
export function isUnprotected({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.deletionTimestamp === undefined && metadata.finalizers?.includes(finalizer) !== true
}

/** The objects that have lost a finalizer or wait for it to be taken off. */
export function concernedBy(finalizer: string): (change: ObjectChange) => readonly string[] {
  return ({ type, object }) =>
    type !== 'DELETED' && (isWaiting(object, finalizer) || isUnprotected(object, finalizer)) ? [keyOf(object)] : none
}
