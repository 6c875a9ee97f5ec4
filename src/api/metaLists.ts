import type { ObjectMeta } from './meta.ts'

/** Metadata with another list of owners or finalizers; one with nothing in it is left out, as the API server does. */
export function withList<K extends 'ownerReferences' | 'finalizers'>(
  metadata: ObjectMeta,
  field: K,
  list: NonNullable<ObjectMeta[K]>,
): ObjectMeta {
  if (list.length > 0) return { ...metadata, [field]: list }
  const { [field]: _before, ...others } = metadata
  return others as ObjectMeta
}
