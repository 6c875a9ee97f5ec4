/**
 * Definitions of custom kinds with schemas of all sorts, and requests about their objects, most of which fit or nearly do: the
 * same ones whenever they are made.
 */
import type { JSONSchemaProps } from '../../../src/index.ts'
import { Memory } from '../../../src/kernel/memory.ts'
import { createStreams, type RandomStream } from '../../../src/kernel/random.ts'
import type { Json } from '../apiServer/answers.ts'

type Fields = Record<string, Json>
type Schema = JSONSchemaProps
type Loose = { -readonly [Field in keyof Schema]: Schema[Field] }

/** All but a create are about the object that `World.object` was made as. */
export type Request =
  | { readonly create: Json }
  | { readonly update: Json }
  | { readonly status: Json }
  | { readonly merge: Json }
  | { readonly json: Json }
  | { readonly apply: Json; readonly force: boolean }

export interface World {
  readonly definition: Json
  /** Such as `fuzz.example.com/v1/Thing3`. */
  readonly kind: string
  readonly object: Json
  readonly requests: readonly Request[]
}

/** How many of them are recorded. */
export const worlds = 60

const GROUP = 'fuzz.example.com'

/** The world of a number, from 0. */
export function worldOf(number: number): World {
  const random = createStreams(new Memory().map('random'), () => 1)(`world ${number}`)
  const maker = new Maker(random)
  const kind = `Thing${number}`
  const names = { kind, plural: `thing${number}s`, singular: `thing${number}` }
  const properties = { spec: maker.objectSchema(3), status: maker.objectSchema(1), more: maker.schema(2) }
  const withStatus = random.pick([true, false])
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: 'object', properties } },
    ...(withStatus && { subresources: { status: {} } }),
  }
  const apiVersion = `${GROUP}/v1`
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${GROUP}` },
    spec: { group: GROUP, scope: 'Namespaced', names, versions: [version] },
  } as unknown as Json
  const make = (fit: number): Fields => {
    const fields = maker.fields({ type: 'object', properties } as unknown as Schema, fit)
    return { apiVersion, kind, metadata: { name: 'a' }, ...fields }
  }
  const object = make(1)
  const requests: Request[] = []
  for (let i = 0; i < 6; i++) requests.push({ create: make(random.pick([1, 0.97, 0.9])) })
  for (let i = 0; i < 4; i++) requests.push({ update: maker.changed(object, make(0.9)) })
  for (let i = 0; i < 3; i++) requests.push({ merge: maker.thinned(make(random.pick([1, 0.9]))) })
  for (let i = 0; i < 3; i++) requests.push({ json: maker.operations(object, make(0.95)) as unknown as Json })
  for (let i = 0; i < 3; i++) requests.push({ apply: make(random.pick([1, 0.97])), force: random.pick([true, false]) })
  if (withStatus) for (let i = 0; i < 2; i++) requests.push({ status: make(random.pick([1, 0.9])) })
  return { definition, kind: `${apiVersion}/${kind}`, object, requests }
}

const texts = ['', 'a', 'b', 'web', 'abc', 'x-1', 'ü', '10.0.0.1', 'a@b.c', 'hello world', '5', 'true', '50%']
/** What is of a format, and what looks like it. */
const formatted: Readonly<Record<string, readonly string[]>> = {
  'date-time': ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00.5+02:00', '2020-01-01', '2020-13-01T00:00:00Z'],
  date: ['2020-01-01', '2020-02-30', '2020-1-1'],
  duration: ['1h', '5 minutes', '1d', 'x', '1.5s', '3us'],
  ipv4: ['10.0.0.1', '10.0.0.256', '010.0.0.1', '::1'],
  ipv6: ['::1', 'fe80::1', '10.0.0.1', '::ffff:1.2.3.4'],
  cidr: ['10.0.0.0/8', '10.0.0.1/33', '::/0'],
  uuid: ['123e4567-e89b-12d3-a456-426614174000', '123e4567e89b12d3a456426614174000', 'x'],
  uuid4: ['123e4567-e89b-42d3-a456-426614174000', '123e4567-e89b-12d3-a456-426614174000'],
  hostname: ['a.example.com', '-a', 'a_b', 'x'.repeat(64)],
  email: ['a@b.c', 'a', '"a b"@c.d', 'Ann <a@b.c>'],
  uri: ['http://a.b/c', 'a b', '/a', 'mailto:x@y.z'],
  byte: ['YQ==', 'YQ', '!', ''],
  password: ['x', ''],
  mac: ['00:00:5e:00:53:01', '00-00-5e-00-53-01', 'x'],
  creditcard: ['4111111111111111', '4111-1111-1111-1111', '1'],
  ssn: ['111-11-1111', '11-11'],
  isbn: ['0321751043', '978-0321751041', '1'],
  hexcolor: ['#fff', '#FFFFFF', 'fff', '#ff'],
  rgbcolor: ['rgb(0,0,0)', 'rgb(256,0,0)', 'red'],
  bsonobjectid: ['507f1f77bcf86cd799439011', 'x'],
  'k8s-short-name': ['a-b', 'A', 'a.b'],
  'k8s-long-name': ['a.b', 'A', '-'],
  unknown: ['x'],
}
const patterns = ['^a', '^[a-z]+$', 'b$', '^x-\\d$', '^(a|web)$']
const fieldNames = ['alpha', 'beta', 'gamma', 'delta', 'name', 'key']
const keys = ['a', 'b', 'some.key/x', '']
const numbers = [-1, 0, 1, 2, 3, 5, 10, 100]

class Maker {
  constructor(private readonly random: RandomStream) {}

  private chance(of: number): boolean {
    return this.random.fraction() < of
  }

  schema(depth: number): Schema {
    const made = this.bare(depth)
    if (this.chance(0.1)) made.nullable = true
    if (this.chance(0.1) && made.type !== undefined) Object.assign(made, this.logic(made))
    if (this.chance(0.2)) {
      const value = this.value(made, 1)
      if (value !== undefined) made.default = value as never
    }
    return made
  }

  private bare(depth: number): Loose {
    const kinds = ['string', 'string', 'integer', 'number', 'boolean', 'intOrString']
    const deep = ['object', 'object', 'map', 'list', 'set', 'keyed', 'preserved', 'embedded', 'anything']
    const kind = this.random.pick(depth === 0 ? kinds : [...kinds, ...deep])
    switch (kind) {
      case 'string':
        return this.stringSchema()
      case 'integer':
      case 'number':
        return this.numberSchema(kind)
      case 'boolean':
        return { type: 'boolean' }
      case 'intOrString':
        return this.chance(0.5)
          ? { 'x-kubernetes-int-or-string': true }
          : ({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] } as never)
      case 'map':
        return this.sized({ type: 'object', additionalProperties: this.schema(depth - 1) as never }, 'Properties')
      case 'list': {
        const type = this.random.pick([undefined, undefined, 'atomic'])
        const list: Loose = { type: 'array', items: this.schema(depth - 1) as never }
        if (type !== undefined) list['x-kubernetes-list-type'] = type
        return this.sized(list, 'Items')
      }
      case 'set':
        return {
          type: 'array',
          'x-kubernetes-list-type': 'set',
          items: this.random.pick([this.stringSchema(), this.numberSchema('integer')]) as never,
        }
      case 'keyed': {
        const items = this.objectSchema(depth - 1) as Loose
        const key = this.random.pick(['name', 'key'])
        const isDefaulted = this.chance(0.3)
        items.properties = {
          ...items.properties,
          [key]: { type: 'string', ...(isDefaulted && { default: 'a' }) } as never,
        }
        items.required = [...new Set([...(items.required ?? []), ...(isDefaulted ? [] : [key])])]
        return {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': [key],
          items: items as never,
        }
      }
      case 'preserved':
        return { ...this.objectSchema(depth - 1), 'x-kubernetes-preserve-unknown-fields': true }
      case 'embedded':
        return {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          'x-kubernetes-preserve-unknown-fields': true,
        }
      case 'anything':
        return { 'x-kubernetes-preserve-unknown-fields': true }
      default:
        return this.objectSchema(depth - 1) as Loose
    }
  }

  objectSchema(depth: number): Schema {
    const { random } = this
    const names = fieldNames.filter(() => this.chance(0.5))
    const properties = Object.fromEntries(names.map((name) => [name, this.schema(depth)]))
    const made: Loose = { type: 'object', properties: properties as never }
    const required = names.filter(() => this.chance(0.2))
    if (required.length > 0) made.required = required
    if (this.chance(0.1)) made['x-kubernetes-map-type'] = random.pick(['atomic', 'granular'])
    return this.chance(0.2) ? this.sized(made, 'Properties') : made
  }

  private stringSchema(): Loose {
    const { random } = this
    const made: Loose = { type: 'string' }
    if (this.chance(0.15)) made.minLength = random.pick([1, 2])
    if (this.chance(0.15)) made.maxLength = random.pick([2, 5])
    if (this.chance(0.15)) made.pattern = random.pick(patterns)
    if (this.chance(0.15)) made.enum = ['a', 'web', ''] as never
    if (this.chance(0.25)) made.format = random.pick(Object.keys(formatted))
    return made
  }

  private numberSchema(type: 'integer' | 'number'): Loose {
    const { random } = this
    const made: Loose = { type }
    if (this.chance(0.25)) made.minimum = random.pick([0, 1])
    if (this.chance(0.25)) made.maximum = random.pick([3, 5])
    if (made.minimum !== undefined && this.chance(0.3)) made.exclusiveMinimum = true
    if (made.maximum !== undefined && this.chance(0.3)) made.exclusiveMaximum = true
    if (this.chance(0.15)) made.multipleOf = random.pick([2, 5])
    if (this.chance(0.15)) made.format = random.pick(type === 'integer' ? ['int32', 'int64'] : ['float', 'double'])
    if (this.chance(0.1)) made.enum = [1, 2, 3] as never
    return made
  }

  private sized(made: Loose, what: 'Items' | 'Properties'): Loose {
    if (this.chance(0.2)) made[`min${what}`] = 1
    if (this.chance(0.2)) made[`max${what}`] = this.random.pick([1, 2])
    return made
  }

  /** What a value must be beside: said of its fields, or of itself. */
  private logic({ type, properties = {} }: Schema): object {
    const { random } = this
    const one = (): object => {
      if (type === 'string') return random.pick<object>([{ minLength: 2 }, { pattern: '^a' }, { enum: ['a', 'b'] }])
      if (type === 'integer' || type === 'number') return random.pick<object>([{ minimum: 2 }, { maximum: 1 }])
      if (type === 'array') return random.pick<object>([{ minItems: 1 }, { maxItems: 1 }])
      const names = Object.keys(properties)
      return names.length === 0 ? { minProperties: 1 } : { required: [random.pick(names)] }
    }
    return random.pick<() => object>([
      () => ({ oneOf: [one(), one()] }),
      () => ({ anyOf: [one(), one()] }),
      () => ({ allOf: [one()] }),
      () => ({ not: one() }),
    ])()
  }

  /** A value of a schema: each part fits with a probability; undefined for nothing. */
  value(schema: Schema, fit: number): Json | undefined {
    const { random } = this
    if (!this.chance(fit)) return random.pick<Json>([null, 'wrong', 3, 1.5, true, {}, [], { alpha: 1 }])
    if (schema.nullable === true && this.chance(0.1)) return null
    const { enum: values } = schema
    if (values !== undefined && values.length > 0) return random.pick(values as Json[])
    if (schema['x-kubernetes-int-or-string'] === true) return random.pick<Json>([1, '50%', 0, 'http'])
    switch (schema.type) {
      case 'string':
        return this.text(schema, fit)
      case 'integer':
        return this.number(schema)
      case 'number':
        return this.chance(0.3) ? random.pick([0.5, 1.5, 2.25]) : this.number(schema)
      case 'boolean':
        return random.pick([true, false])
      case 'array':
        return this.list(schema, fit)
      case 'object':
        return schema['x-kubernetes-embedded-resource'] === true ? this.embedded(fit) : this.fields(schema, fit)
      default:
        return random.pick<Json>([{ a: { b: [1, null] } }, 'x', 1, [{}]])
    }
  }

  private text({ format, minLength = 0, maxLength = 99, pattern }: Schema, fit: number): string {
    const all = format === undefined ? texts : (formatted[format] ?? texts)
    const fitting = all.filter(
      (text, i) =>
        text.length >= minLength &&
        text.length <= maxLength &&
        (pattern === undefined || new RegExp(pattern, 'u').test(text)) &&
        (format === undefined || i === 0),
    )
    return this.random.pick(fitting.length > 0 && this.chance(fit) ? fitting : all)
  }

  private number({ minimum = -9, maximum = 999, multipleOf = 1, ...rest }: Schema): number {
    const fitting = numbers.filter(
      (each) =>
        (rest.exclusiveMinimum === true ? each > minimum : each >= minimum) &&
        (rest.exclusiveMaximum === true ? each < maximum : each <= maximum) &&
        each % multipleOf === 0,
    )
    return this.random.pick(fitting.length > 0 && this.chance(0.95) ? fitting : numbers)
  }

  private list(schema: Schema, fit: number): Json {
    const { minItems = 0, maxItems = 3, items = {} } = schema
    const most = Math.max(minItems, Math.min(maxItems, 3))
    const count = this.chance(fit) ? minItems + this.random.integer(0, most - minItems) : this.random.integer(0, 3)
    const made = Array.from({ length: count }, () => this.value(items as Schema, fit) ?? null)
    if (schema['x-kubernetes-list-type'] === 'set' && this.chance(fit))
      return [...new Map(made.map((each) => [JSON.stringify(each), each])).values()]
    if (schema['x-kubernetes-list-type'] !== 'map') return made
    const [key] = schema['x-kubernetes-list-map-keys'] as readonly string[]
    const unique = made.map((each, i) =>
      typeof each === 'object' && each !== null && !Array.isArray(each) && this.chance(fit)
        ? { ...(each as Fields), [key!]: ['a', 'b', 'c'][i]! }
        : each,
    )
    return unique
  }

  private embedded(fit: number): Json {
    const whole = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', labels: { a: 'b' } },
      data: { a: 'b' },
    }
    if (this.chance(fit)) return whole
    return this.random.pick<Json>([
      { kind: 'ConfigMap' },
      { ...whole, metadata: { name: 'A_', labels: { 'a b': 'c' }, other: 1 } },
      { ...whole, apiVersion: 'a/b/c' },
      { ...whole, metadata: { creationTimestamp: 'x', name: 'a' } },
      { ...whole, kind: 'x y' },
      {},
    ])
  }

  fields(schema: Schema, fit: number): Fields {
    const { properties = {}, required = [], additionalProperties } = schema
    const made: Fields = {}
    for (const [name, each] of Object.entries(properties)) {
      const isThere = required.includes(name) ? this.chance(fit) : this.chance(0.6)
      const value = isThere ? this.value(each as Schema, fit) : undefined
      if (value !== undefined) made[name] = value
    }
    if (typeof additionalProperties === 'object')
      for (const key of keys) if (this.chance(0.4)) made[key] = this.value(additionalProperties as Schema, fit) ?? null
    const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true
    if (isOpen && this.chance(0.5)) made['free'] = { a: [1, null], b: null }
    if (!isOpen && !this.chance(fit) && this.chance(0.3)) made['unknown'] = 1
    return made
  }

  /** Some of one object in another. */
  changed(object: Fields, other: Fields): Fields {
    const next: Fields = { ...object }
    for (const [key, value] of Object.entries(other)) {
      const old = next[key]
      if (isObject(old) && isObject(value) && key !== 'metadata') next[key] = this.changed(old, value)
      else if (this.chance(0.4)) next[key] = value
    }
    return next
  }

  /** A patch: a part of an object, with nulls in it. */
  thinned(object: Fields): Fields {
    const entries = Object.entries(object).filter(([key]) => !['apiVersion', 'kind', 'metadata'].includes(key))
    const kept = entries.filter(() => this.chance(0.7))
    return Object.fromEntries(
      kept.map(([key, value]) => [key, this.chance(0.1) ? null : isObject(value) ? this.thinned(value) : value]),
    )
  }

  operations(object: Fields, other: Fields): Fields[] {
    const { random } = this
    const paths = pathsOf(object)
    const others = pathsOf(other)
    return Array.from({ length: random.integer(1, 3) }, (): Fields => {
      const [to, value] = random.pick(others.length > 0 ? others : ([['/spec', {}]] as [string, Json][]))
      const [path] = random.pick(paths.length > 0 ? paths : ([['/spec', {}]] as [string, Json][]))
      return random.pick<() => Fields>([
        () => ({ op: 'add', path: to, value }),
        () => ({ op: 'replace', path, value }),
        () => ({ op: 'remove', path }),
        () => ({ op: 'copy', from: path, path: to }),
        () => ({ op: 'move', from: path, path: to }),
        () => ({ op: 'test', path, value }),
      ])()
    })
  }
}

const isObject = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Where something stands in an object, and what. */
function pathsOf(value: Json, at = ''): [string, Json][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value as Fields).flatMap(([key, inside]): [string, Json][] => {
    if (at === '' && ['apiVersion', 'kind', 'metadata'].includes(key)) return []
    const path = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    return [[path, inside], ...pathsOf(inside, path)]
  })
}
