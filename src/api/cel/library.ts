/** All that expressions can call. Mirrors pkg/cel/environment/base.go of the API server. */
import { collections } from './collections.ts'
import { conversions } from './conversions.ts'
import type { Overload } from './functions.ts'
import { moments, parseDuration, parseTimestamp } from './moments.ts'
import { namedFormats } from './namedFormats.ts'
import { network } from './network.ts'
import { operators } from './operators.ts'
import { optionals } from './optionals.ts'
import { quantities } from './quantities.ts'
import { regexFault, strings } from './strings.ts'
import { urls } from './urls.ts'
import type { Value } from './values.ts'
import { versions } from './versions.ts'

const all: readonly Overload[] = Object.freeze(
  [
    operators,
    conversions,
    moments,
    strings,
    collections,
    optionals,
    quantities,
    urls,
    network,
    namedFormats,
    versions,
  ].flat(),
)

function byName(overloads: readonly Overload[]): ReadonlyMap<string, readonly Overload[]> {
  const found = new Map<string, Overload[]>()
  for (const overload of overloads) found.set(overload.name, [...(found.get(overload.name) ?? []), overload])
  return found
}

export const GLOBALS: ReadonlyMap<string, readonly Overload[]> = byName(all.filter(({ isMethod }) => !isMethod))
export const METHODS: ReadonlyMap<string, readonly Overload[]> = byName(all.filter(({ isMethod }) => isMethod))

/** Types as values, by the names under which expressions know them. */
export const TYPE_NAMES: ReadonlyMap<string, string> = new Map(
  [
    ...['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint', 'optional_type'],
    ...['google.protobuf.Timestamp', 'google.protobuf.Duration', 'net.IP', 'net.CIDR'],
    ...['kubernetes.Quantity', 'kubernetes.URL', 'kubernetes.Semver', 'kubernetes.NamedFormat'],
  ].map((name) => [name, name]),
)

/** Functions whose last argument, where it is a literal, is looked at when the expression is compiled. */
interface Literal {
  /** How many arguments the function has then, with its receiver. */
  readonly count: number
  /** Why it means nothing; undefined where it does. */
  readonly fault: (value: Value) => string | undefined
}

const texts =
  (fault: (text: string) => string | undefined): Literal['fault'] =>
  (value) =>
    typeof value === 'string' ? fault(value) : undefined

export const LITERALS: ReadonlyMap<string, Literal> = new Map<string, Literal>([
  ['matches', { count: 2, fault: texts(regexFault) }],
  // Only a text is a literal of one.
  ['duration', { count: 1, fault: (value) => (isDuration(value) ? undefined : 'invalid duration argument') }],
  [
    'timestamp',
    {
      count: 1,
      fault: texts((text) => (parseTimestamp(text) === undefined ? 'invalid timestamp argument' : undefined)),
    },
  ],
])

function isDuration(value: Value): boolean {
  const nanos = typeof value === 'string' ? parseDuration(value) : undefined
  return nanos !== undefined && BigInt.asIntN(64, nanos) === nanos
}
