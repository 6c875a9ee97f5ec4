/** The class of claims that name none. Mirrors pkg/volume/util/storageclass.go. */
import { byCodeUnit } from '../../api/order.ts'
import type { StorageClass } from '../../api/types/storage.ts'

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class'
const BETA_DEFAULT_CLASS = 'storageclass.beta.kubernetes.io/is-default-class'

export function isDefault({ metadata }: StorageClass): boolean {
  return [DEFAULT_CLASS, BETA_DEFAULT_CLASS].some((name) => metadata.annotations?.[name] === 'true')
}

/** Of several default classes the newest, and of equals the first by name. */
export function newestDefault(classes: readonly StorageClass[]): StorageClass | undefined {
  return classes.filter(isDefault).toSorted(newerFirst)[0]
}

function newerFirst({ metadata: a }: StorageClass, { metadata: b }: StorageClass): number {
  return byCodeUnit(b.creationTimestamp, a.creationTimestamp) || byCodeUnit(a.name, b.name)
}
