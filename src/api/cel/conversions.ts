/** From one type to another. Mirrors the ConvertToType functions of cel-go's common/types. */
import { fromUtf8, utf8 } from '../utf8.ts'
import { fn, type Overload } from './functions.ts'
import { shownDuration, shownTimestamp, toDuration, toTimestamp } from './moments.ts'
import { int, timestamp, uint } from './operators.ts'
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, param, STRING, TIMESTAMP, TYPE, type Type, UINT } from './types.ts'
import { Bytes, CelError, type Duration, type Timestamp, TypeValue, typeName, type Uint, type Value } from './values.ts'

const SECOND = 1_000_000_000n
const BOOLS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
])
const DOUBLES = /^[+-]?(?:\d+(?:_?\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

function fault(from: string, to: string): CelError {
  return new CelError(`type conversion error from '${from}' to '${to}'`)
}

/** A double as a whole number, cut towards 0. */
function whole(value: number): bigint {
  if (!Number.isFinite(value)) throw new CelError('integer overflow')
  return BigInt(Math.trunc(value))
}

function readWhole(text: string, to: 'int' | 'uint'): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw fault('string', to)
  const value = BigInt(text.replace(/^\+/, ''))
  const isIn = to === 'int' ? BigInt.asIntN(64, value) === value : BigInt.asUintN(64, value) === value
  if (!isIn) throw fault('string', to)
  return value
}

function readDouble(text: string): number {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text)
  if (special !== null) {
    if (special[2]!.toLowerCase() === 'nan') return NaN
    return special[1] === '-' ? -Infinity : Infinity
  }
  if (!DOUBLES.test(text)) throw fault('string', 'double')
  return Number(text.replaceAll('_', ''))
}

/** As Go prints a double by %g: with an exponent below 10⁻⁴ and from 10⁶ on. */
export function shownDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return plainly(digits, power)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

function plainly(digits: string, power: number): string {
  const sign = digits.startsWith('-') ? '-' : ''
  const all = digits.replace(/[-.]/g, '')
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${all}`
  const padded = all.padEnd(power + 1, '0')
  const rest = padded.slice(power + 1)
  return `${sign}${padded.slice(0, power + 1)}${rest === '' ? '' : `.${rest}`}`
}

function text({ bytes }: Bytes): string {
  const said = fromUtf8(bytes)
  if (said === undefined) throw new CelError('invalid UTF-8 in bytes, cannot convert to string')
  return said
}

const identities: readonly Overload[] = (
  [
    ['bool', BOOL],
    ['int', INT],
    ['uint', UINT],
    ['double', DOUBLE],
    ['string', STRING],
    ['bytes', BYTES],
    ['duration', DURATION],
    ['timestamp', TIMESTAMP],
  ] as readonly (readonly [name: string, type: Type])[]
).map(([name, type]) => fn(name, [type], type, (value: Value) => value))

function readBool(said: string): boolean {
  const value = BOOLS.get(said)
  if (value === undefined) throw fault('string', 'bool')
  return value
}

export const conversions: readonly Overload[] = Object.freeze([
  ...identities,
  fn('type', [param('A')], TYPE, (value: Value) => new TypeValue(typeName(value))),
  fn('dyn', [param('A')], DYN, (value: Value) => value),
  fn('bool', [STRING], BOOL, readBool),
  fn('int', [UINT], INT, ({ value }: Uint) => int(value)),
  fn('int', [DOUBLE], INT, (value: number) => int(whole(value))),
  fn('int', [STRING], INT, (said: string) => readWhole(said, 'int')),
  fn('int', [TIMESTAMP], INT, ({ nanos }: Timestamp) => (nanos - (((nanos % SECOND) + SECOND) % SECOND)) / SECOND),
  fn('int', [DURATION], INT, ({ nanos }: Duration) => nanos),
  fn('uint', [INT], UINT, uint),
  fn('uint', [DOUBLE], UINT, (value: number) => uint(whole(value))),
  fn('uint', [STRING], UINT, (said: string) => uint(readWhole(said, 'uint'))),
  fn('double', [INT], DOUBLE, (value: bigint) => Number(value)),
  fn('double', [UINT], DOUBLE, ({ value }: Uint) => Number(value)),
  fn('double', [STRING], DOUBLE, readDouble),
  fn('string', [BOOL], STRING, (value: boolean) => String(value)),
  fn('string', [INT], STRING, (value: bigint) => String(value)),
  fn('string', [UINT], STRING, ({ value }: Uint) => String(value)),
  fn('string', [DOUBLE], STRING, shownDouble),
  fn('string', [BYTES], STRING, text),
  fn('string', [TIMESTAMP], STRING, shownTimestamp),
  fn('string', [DURATION], STRING, shownDuration),
  fn('bytes', [STRING], BYTES, (said: string) => new Bytes(utf8(said))),
  fn('duration', [STRING], DURATION, toDuration),
  fn('duration', [INT], DURATION, (): never => {
    throw fault('int', 'google.protobuf.Duration')
  }),
  fn('timestamp', [STRING], TIMESTAMP, toTimestamp),
  fn('timestamp', [INT], TIMESTAMP, (seconds: bigint) => timestamp(seconds * SECOND)),
])
