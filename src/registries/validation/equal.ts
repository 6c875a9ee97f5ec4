import { isNothing } from '../../api/isEmpty.ts'
import { isSameAmount } from '../equal.ts'

/**
 * Whether two plain values mean the same; absent and undefined fields are one, as are empty and absent collections, and
 * amounts however they are written. `field` is the name of what is compared.
 */
export function sameValue(a: unknown, b: unknown, field = ''): boolean {
  if (a === b) return true
  if (isNothing(a) && isNothing(b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((item, i) => sameValue(item, b[i], field))
  }
  return within(a, b, field) && hasNoOther(b, a)
}

/** The fields in which two objects differ, by name. */
export function differingFields<T extends object>(a: T, b: T): readonly string[] {
  const fields = [...new Set([...Object.keys(b), ...Object.keys(a)])].sort()
  return fields.filter((field) => !sameValue(a[field as keyof T], b[field as keyof T], field))
}

/** Whether what an object has beside the fields of another is nothing. */
function hasNoOther(b: object, a: object): boolean {
  for (const key in b) {
    if (!Object.hasOwn(a, key) && !isNothing((b as Record<string, unknown>)[key])) return false
  }
  return true
}

function within(a: object, b: object, field: string): boolean {
  for (const key in a) {
    const [value, other] = [(a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]]
    if (!sameValue(value, other, key) && !isSameAmount(field, value, other)) return false
  }
  return true
}
