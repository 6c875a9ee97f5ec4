/** The order of values. */
import { isNumber, order } from './equality.ts'
import { byBytes, byCodePoint } from './operators.ts'
import { Bytes, CelError, Duration, Timestamp, type Value } from './values.ts'

/** Values of one type; those of others cannot be compared. */
export function compare(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) return order(a, b)
  if (typeof a === 'string' && typeof b === 'string') return byCodePoint(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof Bytes && b instanceof Bytes) return byBytes(a.bytes, b.bytes)
  if (a instanceof Duration && b instanceof Duration) return order(a.nanos, b.nanos)
  if (a instanceof Timestamp && b instanceof Timestamp) return order(a.nanos, b.nanos)
  throw new CelError('no such overload')
}
