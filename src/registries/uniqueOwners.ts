import type { OwnerReference } from '../api/meta.ts'
import { equal } from './equal.ts'

/**
 * Owner references without those that say what one before them says; the same list where there are none. Mirrors
 * dedupOwnerReferences of apiserver/pkg/endpoints/handlers/rest.go.
 */
export function uniqueOwners(owners: readonly OwnerReference[]): readonly OwnerReference[] {
  if (owners.length < 2) return owners
  const unique = owners.filter((owner, at) => !owners.slice(0, at).some((before) => equal(before, owner)))
  return unique.length === owners.length ? owners : unique
}
