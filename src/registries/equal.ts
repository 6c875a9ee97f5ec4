import { compareQuantities, parseQuantity } from '../api/quantity.ts'

/** Fields in which amounts stand by name, such as `limits: { memory: 1Gi }`. */
const OF_AMOUNTS: ReadonlySet<string> = new Set(['requests', 'limits', 'overhead', 'emptyDir'])

/** Whether two pieces of plain data are the same; a field that is undefined counts as absent. */
export function equal(a: unknown, b: unknown): boolean {
  return same(a, b, undefined)
}

/** Whether two pieces of plain data mean the same: `equal`, but for how amounts are written. */
export function equalInMeaning(a: unknown, b: unknown): boolean {
  return same(a, b, '')
}

/** Whether what stands in a field by some name is the same amount, however it is written: 1Gi is 1073741824. */
export function isSameAmount(field: string, a: unknown, b: unknown): boolean {
  if (!OF_AMOUNTS.has(field) || typeof a !== 'string' || typeof b !== 'string') return false
  const [first, second] = [parseQuantity(a), parseQuantity(b)]
  return first !== undefined && second !== undefined && compareQuantities(first, second) === 0
}

/** `field` is the name of what is compared; undefined where amounts are texts like all others. */
function same(a: unknown, b: unknown, field: string | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && sameArrays(a, b, field)
  return !Array.isArray(b) && sameObjects(a as Record<string, unknown>, b as Record<string, unknown>, field)
}

function sameArrays(a: readonly unknown[], b: readonly unknown[], field: string | undefined): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (!same(a[index], b[index], field)) return false
  return true
}

/** Fields are counted, since what somebody handed in may have names that every object inherits. */
function sameObjects(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  field: string | undefined,
): boolean {
  let surplus = 0
  for (const key in a) {
    const value = a[key]
    if (value === undefined) continue
    const isSame =
      same(value, b[key], field === undefined ? undefined : key) ||
      (field !== undefined && isSameAmount(field, value, b[key]))
    if (!isSame) return false
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
