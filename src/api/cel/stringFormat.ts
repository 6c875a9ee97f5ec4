/** `'%d of %s'.format([1, 'x'])`. Mirrors ext/formatting.go of cel-go. */
import { utf8 } from '../utf8.ts'
import { shownDouble } from './conversions.ts'
import { shownDuration, shownTimestamp } from './moments.ts'
import {
  Bytes,
  CelError,
  Duration,
  ListValue,
  MapValue,
  Timestamp,
  TypeValue,
  typeName,
  Uint,
  type Value,
} from './values.ts'

const CLAUSE = /%(?:%|(?:\.(\d+))?([sdfebxXo]))|%/g
const MOST_DIGITS = 100

export function formatted(text: string, { items }: ListValue): string {
  let used = 0
  return text.replace(CLAUSE, (clause, precision: string | undefined, verb: string | undefined) => {
    if (clause === '%%') return '%'
    if (verb === undefined) throw new CelError('unrecognized formatting clause')
    const value = items[used]
    if (value === undefined) throw new CelError(`index ${used} out of range`)
    used++
    return clauseOf(verb, value, precision)
  })
}

function clauseOf(verb: string, value: Value, precision: string | undefined): string {
  const digits = Math.min(MOST_DIGITS, Number(precision ?? 6))
  switch (verb) {
    case 's':
      return shown(value)
    case 'd':
      return typeof value === 'number' ? special(value, (each) => String(Math.trunc(each))) : String(whole(value, 'd'))
    case 'f':
      return special(double(value, 'f'), (each) => each.toFixed(digits))
    case 'e':
      return special(double(value, 'e'), (each) => exponential(each, digits))
    case 'b':
      return typeof value === 'boolean' ? (value ? '1' : '0') : signed(whole(value, 'b'), 2)
    case 'o':
      return signed(whole(value, 'o'), 8)
    default: {
      const hex = hexOf(value, verb)
      return verb === 'x' ? hex : hex.toUpperCase()
    }
  }
}

function hexOf(value: Value, verb: string): string {
  const bytes = typeof value === 'string' ? utf8(value) : value instanceof Bytes ? value.bytes : undefined
  if (bytes === undefined) return signed(whole(value, verb), 16)
  return bytes.map((each) => each.toString(16).padStart(2, '0')).join('')
}

function signed(value: bigint, base: number): string {
  return value.toString(base)
}

function whole(value: Value, verb: string): bigint {
  if (typeof value === 'bigint') return value
  if (value instanceof Uint) return value.value
  throw new CelError(`error during formatting: %${verb} takes integers, got ${typeName(value)}`)
}

function double(value: Value, verb: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint' || value instanceof Uint) return Number(whole(value, verb))
  throw new CelError(`error during formatting: %${verb} takes numbers, got ${typeName(value)}`)
}

function special(value: number, shownAs: (value: number) => string): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  return shownAs(value)
}

function exponential(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2')
}

/** Maps by their keys as text. */
function shown(value: Value): string {
  if (typeof value === 'string') return value
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return special(value, shownDouble)
  if (value instanceof Uint) return String(value.value)
  if (value instanceof ListValue) return `[${value.items.map(shown).join(', ')}]`
  if (value instanceof MapValue) {
    const entries = value.keys().map((key) => [shown(key), shown(value.get(key)!)] as const)
    const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${sorted.map(([key, each]) => `${key}: ${each}`).join(', ')}}`
  }
  return shownClass(value)
}

function shownClass(value: Value): string {
  if (value instanceof Timestamp) return shownTimestamp(value)
  if (value instanceof Duration) return shownDuration(value)
  if (value instanceof TypeValue) return value.name
  if (value instanceof Bytes) return String.fromCodePoint(...value.bytes)
  throw new CelError(`error during formatting: %s takes no ${typeName(value)}`)
}
