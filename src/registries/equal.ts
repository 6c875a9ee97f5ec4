/** Whether two pieces of plain data are the same; a field that is undefined counts as absent. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && equalArrays(a, b)
  return !Array.isArray(b) && equalObjects(a as Record<string, unknown>, b as Record<string, unknown>)
}

function equalArrays(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (!equal(a[index], b[index])) return false
  return true
}

/** Fields are counted, since what somebody handed in may have names that every object inherits. */
function equalObjects(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  let surplus = 0
  for (const key in a) {
    const value = a[key]
    if (value === undefined) continue
    if (!equal(value, b[key])) return false
    surplus++
  }
  for (const key in b) if (b[key] !== undefined) surplus--
  return surplus === 0
}

/** Whether two pieces of plain data differ; quick where they are one object. */
export function differs(a: unknown, b: unknown): boolean {
  return a !== b && !equal(a, b)
}

/** Whether two pieces of plain data are the same and say it in the same order, so that one may stand for the other. */
export function identical(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [keys, others] = [Object.keys(a), Object.keys(b)]
  if (keys.length !== others.length) return false
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!
    if (key !== others[index]) return false
    if (!identical((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false
  }
  return true
}
