/** A value as an error names what it got: strings and numbers as they are, of the rest what it is. */
export function said(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** A value as JSON has it; and what JSON has no word for, or throws for, as JavaScript does: NaN, functions, bigints. */
export function asJson(value: unknown): string {
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  return (isNumber ? undefined : JSON.stringify(value, withBigints)) ?? String(value)
}

function withBigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
