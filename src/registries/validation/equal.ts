import { isNothing } from '../../api/isEmpty.ts'

/** Whether two plain values say the same; absent and undefined fields are one, as are empty and absent collections. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (isNothing(a) && isNothing(b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((item, i) => sameValue(item, b[i]))
  }
  return within(a, b) && within(b, a)
}

/** The fields in which two objects differ, by name. */
export function differingFields<T extends object>(a: T, b: T): readonly string[] {
  const fields = [...new Set([...Object.keys(b), ...Object.keys(a)])].sort()
  return fields.filter((field) => !sameValue(a[field as keyof T], b[field as keyof T]))
}

function within(a: object, b: object): boolean {
  for (const key in a) {
    if (!sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false
  }
  return true
}
