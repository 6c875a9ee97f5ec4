import { canonicalBase64 } from '../base64.ts'
import { canonicalQuantity, parseQuantity, QUANTITY_ERROR } from '../quantity.ts'
import { parseTime, rfc3339, rfc3339Micro } from '../time.ts'
import { isDate } from './plain.ts'
import { refuse, wrongType, type Walk } from './faults.ts'

const YEAR_ZERO = -62_167_219_200_000
const YEAR_TEN_THOUSAND = 253_402_300_800_000
const INT32 = 2_147_483_648
const INT64 = 9_223_372_036_854_775_808

/** Go reads six digits there, no fewer and no more: RFC3339Micro of apimachinery. */
const MICRO = /\.\d{6}(?:Z|[+-]\d\d:\d\d)$/

/** What nearly every manifest holds, known to be canonical without parsing. */
const plainQuantity = /^(?:0|[1-9]\d{0,2}(?:[mkMG]|[KMG]i)?)$/

/** A whole number from −2^31 or −2^63 on; JSON knows no other, so `80.0` is 80 and `"80"` is none. */
function copyInteger(value: unknown, limit: number, walk: Walk): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value)) return wrongType(walk, 'integer', value)
  if (value >= -limit && value < limit) return value + 0
  const bits = limit === INT32 ? 'int32' : 'int64'
  return refuse(walk, 'Invalid', value, `must fit into an ${bits}`)
}

export const copyInt32 = (value: unknown, walk: Walk): unknown => copyInteger(value, INT32, walk)
export const copyInt64 = (value: unknown, walk: Walk): unknown => copyInteger(value, INT64, walk)

export function copyNumber(value: unknown, walk: Walk): unknown {
  if (typeof value !== 'number') return wrongType(walk, 'number', value)
  return Number.isFinite(value) ? value + 0 : refuse(walk, 'Invalid', value, 'must be a finite number')
}

/** Bytes in base64, without the line breaks that `base64` of a shell puts in. */
export function copyBytes(value: unknown, walk: Walk): unknown {
  if (typeof value !== 'string') return wrongType(walk, 'string', value)
  const canonical = canonicalBase64(value)
  if ('text' in canonical) return canonical.text
  return refuse(walk, 'Invalid', value, `illegal base64 data at input byte ${canonical.badAt}`)
}

/** A quantity in the form the API server hands out: `0.5` and `"0.5"` are both `500m`. */
export function copyQuantity(value: unknown, walk: Walk): unknown {
  if (typeof value === 'string' && plainQuantity.test(value)) return value
  if (typeof value !== 'string' && typeof value !== 'number') return wrongType(walk, 'quantity', value)
  const text = String(value).trim()
  return parseQuantity(text) === undefined ? refuse(walk, 'Invalid', value, QUANTITY_ERROR) : canonicalQuantity(text)
}

/** A port name or number, a percentage or an amount: staging/src/k8s.io/apimachinery/pkg/util/intstr. */
export function copyIntOrString(value: unknown, walk: Walk): unknown {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? copyInt32(value, walk) : wrongType(walk, 'integer or string', value)
}

/** A Date or an RFC 3339 string, as metav1.Time (whole seconds) or metav1.MicroTime writes it, in UTC. */
export function copyTime(value: unknown, micro: boolean, walk: Walk): unknown {
  if (typeof value === 'string') {
    const ms = micro && !MICRO.test(value) ? undefined : parseTime(value)
    if (ms !== undefined && value.length === (micro ? 27 : 20) && value.endsWith('Z')) return value
    const form = micro ? 'with microseconds, such as 2020-01-01T00:00:00.000000Z' : 'such as 2020-01-01T00:00:00Z'
    return writtenTime(ms, micro) ?? refuse(walk, 'Invalid', value, `must be an RFC 3339 time, ${form}`)
  }
  if (!isDate(value)) return wrongType(walk, 'date-time', value)
  return (
    writtenTime(Date.prototype.getTime.call(value), micro) ?? refuse(walk, 'Invalid', 'Invalid Date', 'must be a date')
  )
}

function writtenTime(ms: number | undefined, micro: boolean): string | undefined {
  if (ms === undefined || !(ms >= YEAR_ZERO && ms < YEAR_TEN_THOUSAND)) return undefined
  return micro ? rfc3339Micro(ms) : rfc3339(ms)
}
