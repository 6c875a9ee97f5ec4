/** What ConfigMaps and Secrets have in common. */
import { forbidden } from '../../api/fieldErrors.ts'
import { configKeyErrors } from '../../api/names.ts'
import type { Errors } from './common.ts'
import { complain } from './common.ts'
import { sameValue } from './equal.ts'

/** Bytes that all values of one object may have together: MaxSecretSize of pkg/apis/core/types.go. */
export const MAX_DATA = 1_048_576

export function checkDataKey(errors: Errors, path: string, key: string): void {
  complain(errors, `${path}[${key}]`, key, configKeyErrors(key))
}

/** What was made immutable stays so, with its content. */
export function checkImmutable<T extends { readonly immutable?: boolean }>(
  errors: Errors,
  next: T,
  previous: T,
  fields: readonly (keyof T & string)[],
): void {
  const detail = 'field is immutable when `immutable` is set'
  if (next.immutable !== true) errors.push(forbidden('immutable', detail))
  for (const field of fields) if (!sameValue(next[field], previous[field])) errors.push(forbidden(field, detail))
}

export function countKeys(map: object | undefined): number {
  return map === undefined ? 0 : Object.keys(map).length
}
