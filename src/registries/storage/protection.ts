import type { ObjectMeta } from '../../api/meta.ts'

/** Metadata with a finalizer that keeps the object while it is in use. */
export function protectedBy(metadata: ObjectMeta, finalizer: string): ObjectMeta {
  const { finalizers = [] } = metadata
  return finalizers.includes(finalizer) ? metadata : { ...metadata, finalizers: [...finalizers, finalizer] }
}
