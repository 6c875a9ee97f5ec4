/** Whether a record or a list has nothing in it; what is not there has nothing either. */
export function isEmpty(value: object | null | undefined): boolean {
  for (const _ in value) return false
  return true
}

/** The same of any value, none of which but records and lists is ever empty. */
export function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && isEmpty(value))
}
