import type { KubeObject } from '../api/meta.ts'
import type { Predicate } from '../store/types.ts'
import { equal } from './equal.ts'

/**
 * Which changes decide how long objects live: deletions, creations of what has an owner, and updates of owners, of
 * finalizers, and of what says that an object is being deleted.
 */
export const ofLifetimes: Predicate = Object.freeze({ of: begins, holds: changes })

function begins(value: unknown, isDeleted: boolean): boolean {
  const { metadata } = value as Partial<KubeObject>
  if (isDeleted || metadata === undefined) return true
  const { ownerReferences, deletionTimestamp } = metadata
  return deletionTimestamp !== undefined || (ownerReferences !== undefined && ownerReferences.length > 0)
}

function changes(before: unknown, after: unknown, only: string | undefined): boolean {
  if (only !== undefined) return false
  const old = (before as Partial<KubeObject>).metadata
  const now = (after as Partial<KubeObject>).metadata
  if (old === undefined || now === undefined) return false
  return (
    old.deletionTimestamp !== now.deletionTimestamp ||
    (old.ownerReferences !== now.ownerReferences && !equal(old.ownerReferences, now.ownerReferences)) ||
    (old.finalizers !== now.finalizers && !equal(old.finalizers, now.finalizers))
  )
}
