/** Which object controls another: at most one owner does. Mirrors apimachinery's pkg/apis/meta/v1/controller_ref.go. */
import type { ObjectMeta, OwnerReference } from './meta.ts'

interface Owned {
  readonly metadata: Pick<ObjectMeta, 'namespace' | 'ownerReferences'>
}

interface Controller {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Pick<ObjectMeta, 'name' | 'uid'>
}

/** The owner that controls an object. */
export function controllerOf({ metadata: { ownerReferences } }: Owned): OwnerReference | undefined {
  if (ownerReferences === undefined) return undefined
  for (const owner of ownerReferences) if (owner.controller === true) return owner
  return undefined
}

/** Its uid, as an index. */
export function controllerUid(object: Owned): string | undefined {
  return controllerOf(object)?.uid
}

/** Its key, `namespace/name`, if it is of this kind. */
export function controllerKey(object: Owned, kind: string): string | undefined {
  const owner = controllerOf(object)
  return owner?.kind === kind ? `${object.metadata.namespace}/${owner.name}` : undefined
}

/** Says that an object is controlled by another, to be collected with it. */
export function controllerReference({ apiVersion, kind, metadata: { name, uid } }: Controller): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }
}
