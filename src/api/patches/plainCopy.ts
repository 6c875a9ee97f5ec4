import { badRequest } from '../errors.ts'
import { isDate, isRecord } from '../schema/plain.ts'
import { byCodeUnit } from '../order.ts'

/** Deeper than any manifest, shallower than any stack. */
const deepest = 200

/**
 * A copy of what somebody handed in as JSON: keys sorted, undefined left out, a Date as its RFC 3339 text. Throws
 * BadRequest, with the path, for what is no plain data, contains itself, or is named `__proto__`.
 */
export function copyPlain(value: unknown, path: string): unknown {
  return copy(value, path, 0)
}

function copy(value: unknown, path: string, depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    // JSON has no -0.
    if (Number.isFinite(value)) return value + 0
    throw badRequest(`${path}: Invalid value: ${value}: must be a finite number`)
  }
  if (depth > deepest) throw badRequest(`${path}: must not be nested over ${deepest} deep, nor contain itself`)
  if (Array.isArray(value)) return value.map((item, index) => copy(item ?? null, `${path}[${index}]`, depth + 1))
  if (isDate(value)) return timeText(value, path)
  if (isRecord(value)) return copyObject(value, path, depth)
  throw badRequest(`${path}: Invalid value: must be plain data, got ${typeof value}`)
}

function copyObject(object: Readonly<Record<string, unknown>>, path: string, depth: number): object {
  const copied: Record<string, unknown> = {}
  for (const key of Object.keys(object).sort(byCodeUnit)) {
    if (object[key] === undefined) continue
    const at = path === '' ? key : `${path}.${key}`
    // Assigned, this key would set a prototype.
    if (key === '__proto__') throw badRequest(`${at}: must not be named __proto__`)
    copied[key] = copy(object[key], at, depth + 1)
  }
  return copied
}

/** Whole seconds where there is no more to say, as the API server writes times. */
function timeText(date: Date, path: string): string {
  if (Number.isNaN(date.getTime())) throw badRequest(`${path}: Invalid value: must be a date`)
  return date.toISOString().replace('.000Z', 'Z')
}
