/** Values of a schema as expressions work with them. Mirrors pkg/cel/common/values.go of the API server. */
import { fromBase64 } from '../base64.ts'
import { parseDuration, parseTimestamp } from '../cel/moments.ts'
import {
  Bytes,
  CelError,
  type Correlation,
  Duration,
  ListValue,
  MapValue,
  Preserved,
  type Value,
} from '../cel/values.ts'
import { sortedKeys } from '../order.ts'
import type { JSONSchemaProps } from '../types/apiextensions.ts'
import { escapedName, unescapedName } from './expressionNames.ts'
import { isEmbedded, withObjectFields } from './expressionTypes.ts'

type Fields = Readonly<Record<string, unknown>>

/** Throws CelError for what is not as its schema says. Fields and items are looked at once somebody asks for them. */
export function expressionValue(given: JSONSchemaProps, raw: unknown, isObject: boolean): Value {
  if (raw === null || raw === undefined) {
    if (given.nullable === true) return null
    throw new CelError('invalid data, got null for schema with nullable=false')
  }
  if (given['x-kubernetes-int-or-string'] === true) return intOrString(raw)
  const schema = isObject ? withObjectFields(given) : given
  switch (schema.type) {
    case 'object':
      return objectValue(schema, raw)
    case 'array':
      return listValue(schema, raw)
    case 'string':
      return textValue(schema.format, raw)
    default:
      return scalarValue(schema.type, raw)
  }
}

function wrong(expected: string): CelError {
  return new CelError(`invalid data, expected ${expected}`)
}

function intOrString(raw: unknown): Value {
  if (typeof raw === 'string') return raw
  if (typeof raw === 'number' && Number.isInteger(raw)) return BigInt(raw)
  throw wrong('XIntOrString value to be either a string or integer')
}

function scalarValue(type: string | undefined, raw: unknown): Value {
  if (type === 'boolean' && typeof raw === 'boolean') return raw
  if (type === 'number' && typeof raw === 'number') return raw
  if (type === 'integer' && typeof raw === 'number' && Number.isInteger(raw)) return BigInt(raw)
  if (type === undefined || type === '') return new Preserved(raw)
  throw wrong(type)
}

const LONG = /^(\d+)\s*([A-Za-z]+)$/
const DAY = 86_400_000_000_000n

function textValue(format: string | undefined, raw: unknown): Value {
  if (typeof raw !== 'string') throw wrong('string')
  switch (format) {
    case 'byte':
      return new Bytes(fromBase64(raw))
    case 'duration': {
      const nanos = parseDuration(raw) ?? longDuration(raw)
      if (nanos === undefined) throw new CelError(`Invalid duration ${raw}`)
      return new Duration(nanos)
    }
    case 'date':
    case 'date-time': {
      const time = parseTimestamp(format === 'date' ? `${raw}T00:00:00Z` : raw)
      if (time === undefined) throw new CelError(`Invalid ${format} formatted string ${raw}`)
      return time
    }
    default:
      return raw
  }
}

/** Mirrors ParseDuration of pkg/validation/strfmt/duration.go of k8s.io/kube-openapi, whose longest unit is a week. */
function longDuration(text: string): bigint | undefined {
  const [, count, unit = ''] = LONG.exec(text) ?? []
  if (count === undefined) return undefined
  const name = unit.toLowerCase()
  const days = /^(?:d|days?)$/.test(name) ? 1n : /^(?:w|weeks?|wks?)$/.test(name) ? 7n : 0n
  if (days > 0n) return BigInt(count) * days * DAY
  const short = /^(?:h|hrs?|hours?)$/.test(name) ? 'h' : /^(?:m|mins?|minutes?)$/.test(name) ? 'm' : 's'
  return /^(?:h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)$/.test(name) ? parseDuration(count + short) : undefined
}

function listValue(schema: JSONSchemaProps, raw: unknown): Value {
  const { items } = schema
  if (!Array.isArray(raw)) throw wrong('an array for the provided schema with type=array')
  if (items === undefined) return new ListValue(raw.map((item) => new Preserved(item)))
  const isObject = isEmbedded(items)
  return new ListValue(() => raw.map((item) => expressionValue(items, item, isObject)), correlationOf(schema))
}

function correlationOf(schema: JSONSchemaProps): Correlation | undefined {
  const type = schema['x-kubernetes-list-type']
  if (type === 'set') return { by: 'set' }
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  return type === 'map' ? { by: 'map', keys: keys.map((key) => escapedName(key) ?? key) } : undefined
}

function objectValue(schema: JSONSchemaProps, raw: unknown): Value {
  if (typeof raw !== 'object' || Array.isArray(raw)) throw wrong('a map for the provided schema with type=object')
  const { additionalProperties } = schema
  if (schema.properties === undefined && typeof additionalProperties === 'object') {
    return new Additional(additionalProperties, raw as Fields)
  }
  return new Described(schema, raw as Fields)
}

/** An object whose fields are named by its schema. */
class Described extends MapValue {
  private readonly known = new Map<string, Value | undefined>()
  private names: readonly string[] | undefined

  constructor(
    private readonly schema: JSONSchemaProps,
    private readonly raw: Fields,
  ) {
    super()
  }

  /** A field that is null is one that is not there. */
  get(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined
    if (!this.known.has(key)) this.known.set(key, this.read(unescapedName(key)))
    return this.known.get(key)
  }

  private read(name: string): Value | undefined {
    const raw = Object.hasOwn(this.raw, name) ? this.raw[name] : undefined
    if (raw === undefined || raw === null) return undefined
    const { properties = NONE } = this.schema
    if (!Object.hasOwn(properties, name)) return new Preserved(raw)
    return expressionValue(properties[name]!, raw, isEmbedded(properties[name]!))
  }

  keys(): readonly Value[] {
    this.names ??= sortedKeys(this.raw)
      .filter((name) => this.raw[name] !== null && this.raw[name] !== undefined)
      .map((name) => escapedName(name) ?? name)
    return this.names
  }
}

const NONE: Readonly<Record<string, JSONSchemaProps>> = Object.freeze({})

/** An object whose fields are all alike. */
class Additional extends MapValue {
  private readonly known = new Map<string, Value>()
  private names: readonly string[] | undefined

  constructor(
    private readonly of: JSONSchemaProps,
    private readonly raw: Fields,
  ) {
    super()
  }

  get(key: Value): Value | undefined {
    if (typeof key !== 'string' || !Object.hasOwn(this.raw, key)) return undefined
    const known = this.known.get(key)
    if (known !== undefined) return known
    const made = expressionValue(this.of, this.raw[key], isEmbedded(this.of))
    this.known.set(key, made)
    return made
  }

  keys(): readonly Value[] {
    this.names ??= sortedKeys(this.raw)
    return this.names
  }
}
