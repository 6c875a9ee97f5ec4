/** All that expressions can call. Mirrors pkg/cel/environment/base.go of the API server. */
import { collections } from './collections.ts'
import { conversions } from './conversions.ts'
import type { Overload } from './functions.ts'
import { moments, parseDuration, parseTimestamp, zoneFault } from './moments.ts'
import { namedFormats } from './namedFormats.ts'
import { network } from './network.ts'
import { operators } from './operators.ts'
import { optionals } from './optionals.ts'
import { quantities } from './quantities.ts'
import { regexFault, strings } from './strings.ts'
import { urls } from './urls.ts'
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

/** What Kubernetes has beside these, and nobody simulates. */
export const LACKING: ReadonlySet<string> = new Set(['image', 'isImage', 'authorizer'])

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
  /** Why it means nothing; undefined where it does. Throws LackingError. */
  readonly fault: (text: string) => string | undefined
}

const ZONED = ['FullYear', 'Month', 'Date', 'DayOfMonth', 'DayOfWeek', 'DayOfYear', 'Hours', 'Minutes', 'Seconds']

export const LITERALS: ReadonlyMap<string, Literal> = new Map<string, Literal>([
  ['matches', { count: 2, fault: regexFault }],
  ['find', { count: 2, fault: regexFault }],
  [
    'duration',
    { count: 1, fault: (text) => (parseDuration(text) === undefined ? 'invalid duration argument' : undefined) },
  ],
  [
    'timestamp',
    { count: 1, fault: (text) => (parseTimestamp(text) === undefined ? 'invalid timestamp argument' : undefined) },
  ],
  ...[...ZONED, 'Milliseconds'].map((name) => [`get${name}`, { count: 2, fault: zoneFault }] as const),
])
