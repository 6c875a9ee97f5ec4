/** `'%d of %s'.format([1, 'x'])`. Mirrors ext/formatting.go of cel-go, in the locale en_US. */
import { fromUtf8, utf8 } from '../utf8.ts'
import { ExpressionError } from './ast.ts'
import { shownDouble } from './conversions.ts'
import type { Frame } from './frame.ts'
import { shownDuration, shownTimestamp } from './moments.ts'
import { quote } from './quoted.ts'
import type { Type } from './types.ts'
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

const CLAUSE = /%(?:%|(?:\.(\d+))?([\s\S])?)/gu
const DIGITS = 6
const MOST_DIGITS = 100
/** How much longer it takes to show a value than to go through a text. */
const TO_SHOW = 64

/** What a clause takes: the kinds of types, and how what is none of them is refused. */
interface Verb {
  readonly kinds: readonly string[]
  readonly refusal: string
  readonly shown: (value: Value, digits: number) => string | undefined
}

const WHOLE = ['int', 'uint']

const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  [
    's',
    {
      kinds: [
        ...['list', 'map', 'double', 'bool', 'string', 'timestamp', 'bytes', 'duration', 'type', 'null'],
        ...WHOLE,
      ],
      refusal:
        'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
      shown,
    },
  ],
  ['d', { kinds: WHOLE, refusal: 'decimal clause can only be used on integers', shown: based(10) }],
  [
    'f',
    { kinds: ['double', 'string'], refusal: 'fixed-point clause can only be used on doubles', shown: doubled(fixed) },
  ],
  [
    'e',
    {
      kinds: ['double', 'string'],
      refusal: 'scientific clause can only be used on doubles',
      shown: doubled(scientific),
    },
  ],
  [
    'b',
    {
      kinds: [...WHOLE, 'bool'],
      refusal: 'only integers and bools can be formatted as binary',
      shown: (value) => (typeof value === 'boolean' ? String(Number(value)) : based(2)(value)),
    },
  ],
  ...[hex, (value: Value) => hex(value)?.toUpperCase()].map(
    (shownAs, i) =>
      [
        'xX'.charAt(i),
        {
          kinds: [...WHOLE, 'string', 'bytes'],
          refusal: 'only integers, byte buffers, and strings can be formatted as hex',
          shown: shownAs,
        },
      ] as const,
  ),
  ['o', { kinds: WHOLE, refusal: 'octal clause can only be used on integers', shown: based(8) }],
])

export function formatted(text: string, { items }: ListValue, frame: Frame): string {
  const said = clauses(text, items, (verb, value, digits) => {
    const done = verb.shown(value, digits)
    if (done === undefined) throw new CelError(refused(verb, typeName(value)))
    frame.stepThrough(done, done === value ? 1 : TO_SHOW)
    return done
  })
  if ('fault' in said) throw new CelError(said.fault)
  return said.text
}

/** What is wrong with a text and the types of what is written into it; `at` is where the call is. */
export function formatFault(
  text: string,
  given: readonly { readonly type: Type; readonly at: number }[],
  at: number,
): ExpressionError | undefined {
  let wrong: ExpressionError | undefined
  let used = 0
  const said = clauses(text, given, (verb, { type, at: place }) => {
    used++
    if (type.kind !== 'dyn' && !verb.kinds.includes(type.kind))
      wrong ??= new ExpressionError(refused(verb, NAMES[type.kind] ?? ('name' in type ? type.name : type.kind)), place)
    return ''
  })
  if (wrong !== undefined) return wrong
  if ('fault' in said) return new ExpressionError(said.fault, at)
  if (given.length <= used) return undefined
  const detail = `too many arguments supplied to string.format (expected ${used}, got ${given.length})`
  return new ExpressionError(detail, at)
}

/** What types are called at run time. */
const NAMES: Readonly<Record<string, string>> = {
  null: 'null_type',
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
  optional: 'optional_type',
}

function refused({ refusal }: Verb, type: string): string {
  return `error during formatting: ${refusal}, was given ${type}`
}

/** The text with each clause replaced, or the first thing that is wrong with it. */
function clauses<T>(
  text: string,
  given: readonly T[],
  write: (verb: Verb, one: T, digits: number) => string,
): { readonly text: string } | { readonly fault: string } {
  let used = 0
  let end = 0
  let made = ''
  for (const { 0: clause, 1: digits, 2: name, index } of text.matchAll(CLAUSE)) {
    made += text.slice(end, index)
    end = index + clause.length
    if (clause === '%%') {
      made += '%'
      continue
    }
    if (clause === '%') return { fault: 'unexpected end of string' }
    if (used >= given.length) return { fault: `index ${used} out of range` }
    const verb = VERBS.get(name ?? '')
    if (verb === undefined)
      return { fault: `could not parse formatting clause: unrecognized formatting clause "${name ?? ''}"` }
    made += write(verb, given[used]!, Math.min(MOST_DIGITS, Number(digits ?? DIGITS)))
    used++
  }
  return { text: made + text.slice(end) }
}

function based(base: number): (value: Value) => string | undefined {
  return (value) => {
    if (typeof value === 'bigint') return value.toString(base)
    return value instanceof Uint ? value.value.toString(base) : undefined
  }
}

function hex(value: Value): string | undefined {
  const bytes = typeof value === 'string' ? utf8(value) : value instanceof Bytes ? value.bytes : undefined
  if (bytes === undefined) return based(16)(value)
  return bytes.map((each) => each.toString(16).padStart(2, '0')).join('')
}

const SPECIAL: ReadonlyMap<Value, string> = new Map<Value, string>([
  [NaN, 'NaN'],
  [Infinity, '∞'],
  [-Infinity, '-∞'],
  ['NaN', 'NaN'],
  ['Infinity', '∞'],
  ['-Infinity', '-∞'],
])

function doubled(shownAs: (value: number, digits: number) => string): Verb['shown'] {
  return (value, digits) => SPECIAL.get(value) ?? (typeof value === 'number' ? shownAs(value, digits) : undefined)
}

/** With commas between thousands. */
function fixed(value: number, digits: number): string {
  const [whole = '', rest] = rounded(value, digits).split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  return rest === undefined ? grouped : `${grouped}.${rest}`
}

/** Halves to even, as Go does it. */
export function rounded(value: number, digits: number): string {
  const exact = Math.abs(value).toFixed(MOST_DIGITS)
  const point = exact.indexOf('.')
  const cut = exact.slice(0, point + 1 + digits)
  const isHalf = /^50*$/.test(exact.slice(point + 1 + digits))
  const isEven = /[02468]\.?$/.test(cut)
  const text = isHalf && isEven ? cut.replace(/\.$/, '') : Math.abs(value).toFixed(digits)
  return value < 0 ? `-${text}` : text
}

const POWERS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** However many digits are asked for, there are six. */
function scientific(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential(DIGITS).split('e')
  const power = exponent
    .slice(1)
    .padStart(2, '0')
    .replace(/\d/g, (digit) => POWERS.charAt(Number(digit)))
  return `${digits}×10${exponent.startsWith('-') ? '⁻' : ''}${power}`
}

/** Maps by their keys as text. */
function shown(value: Value): string | undefined {
  if (typeof value === 'string') return value
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return shownDouble(value)
  if (value instanceof Uint) return String(value.value)
  if (value instanceof ListValue) return `[${value.items.map(within).join(', ')}]`
  if (value instanceof MapValue) {
    const entries = value.keys().map((key) => [within(key), within(value.get(key)!)] as const)
    const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${sorted.map(([key, each]) => `${key}:${each}`).join(', ')}}`
  }
  if (value instanceof Timestamp) return shownTimestamp(value)
  if (value instanceof Duration) return shownDuration(value)
  if (value instanceof TypeValue) return value.name
  return value instanceof Bytes ? textOf(value) : undefined
}

function textOf({ bytes }: Bytes): string {
  const text = fromUtf8(bytes)
  if (text !== undefined) return text
  const why = '"invalid UTF-8 in bytes, cannot convert to string"'
  throw new CelError(`error during formatting: could not convert argument ${why} to string`)
}

/** A value inside of another, as an expression would say it. */
function within(value: Value): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return Number.isFinite(value) ? rounded(value, DIGITS) : quote(String(value))
  const text = shown(value)
  if (text === undefined) throw new CelError(`error during formatting: no formatting function for ${typeName(value)}`)
  if (value instanceof Bytes) return `b${quote(text)}`
  if (value instanceof Timestamp) return `timestamp(${quote(text)})`
  return value instanceof Duration ? `duration(${quote(text)})` : text
}
