/** The one order of strings in this library: by UTF-16 code unit, whatever the locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The values without duplicates, sorted. */
export function sortedSet(values: readonly string[]): readonly string[] {
  return values.length < 2 ? values : [...new Set(values)].sort(byCodeUnit)
}

/** The keys of a map in an order that does not depend on how it was built. */
export function sortedKeys(map: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  if (map === undefined) return NO_KEYS
  const keys = Object.keys(map)
  // Most are in order as they are, and sorting takes some time and room even then.
  for (let i = 1; i < keys.length; i++) if (keys[i - 1]! > keys[i]!) return keys.sort(byCodeUnit)
  return keys
}

const NO_KEYS: readonly string[] = []
