import fc from 'fast-check'
import type { Field, FieldType, ScalarType } from '../../src/api/schema/definition.ts'
import type { Schema } from '../../src/api/schema/schema.ts'

const key = fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text !== '__proto__' && text !== 'constructor')
const int32 = fc.integer()
const second = fc.integer({ min: 0, max: 253_402_300_799 }).map((at) => new Date(at * 1000).toISOString().slice(0, 19))
const free = fc.dictionary(key, fc.oneof(fc.string(), fc.boolean(), int32, fc.constant(null), fc.array(int32)), {
  maxKeys: 3,
})

/** Scalars in the form the API server hands out, so that copying leaves them as they are. */
const scalars: Readonly<Record<ScalarType, fc.Arbitrary<unknown>>> = {
  string: fc.string(),
  bytes: fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  int32,
  int64: fc.maxSafeInteger(),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  boolean: fc.boolean(),
  time: second.map((text) => `${text}Z`),
  microTime: fc
    .tuple(second, fc.integer({ min: 0, max: 999_999 }))
    .map(([text, micro]) => `${text}.${String(micro).padStart(6, '0')}Z`),
  quantity: fc.constantFrom('0', '250m', '4', '64Mi', '16Gi', '1500m', '12345', '1025Ki', '10G', '5n'),
  intOrString: fc.oneof(int32, fc.string()),
  object: free,
  any: fc.oneof(free, fc.string(), int32),
}

/** Any object of a definition, some of its fields filled in, references followed `depth` deep. */
export function objectOf(schema: Schema, definition: string, depth: number = 5): fc.Arbitrary<Record<string, unknown>> {
  const fields = schema.definition(definition).fields.filter((field) => depth > 0 || !hasReference(field.type))
  return fc
    .subarray([...fields], { minLength: Math.min(2, fields.length), maxLength: Math.min(5, fields.length) })
    .chain((chosen) =>
      fc.record(Object.fromEntries(chosen.map((field) => [field.name, valueOf(schema, field.type, depth)]))),
    )
}

function hasReference(type: FieldType): boolean {
  return type.kind === 'ref' || (type.kind !== 'scalar' && hasReference(type.of))
}

function valueOf(schema: Schema, type: FieldType, depth: number): fc.Arbitrary<unknown> {
  if (type.kind === 'scalar') return scalars[type.scalar]
  if (type.kind === 'ref') return objectOf(schema, type.definition, depth - 1)
  if (type.kind === 'array') return fc.array(valueOf(schema, type.of, depth), { maxLength: 2 })
  return fc.dictionary(key, valueOf(schema, type.of, depth), { maxKeys: 2 })
}

/** One place where a definition's object stands in a value. */
export interface Place {
  readonly path: string
  readonly object: Record<string, unknown>
  readonly fields: readonly Field[]
}

/** Every place of a value where the schema says which fields there are. */
export function placesOf(schema: Schema, definition: string, object: Record<string, unknown>, path = ''): Place[] {
  const { fields } = schema.definition(definition)
  const dot = path === '' ? '' : `${path}.`
  const inside = fields
    .filter((field) => field.name in object)
    .flatMap((field) => placesIn(schema, field.type, object[field.name], dot + field.name))
  return [{ path, object, fields }, ...inside]
}

function placesIn(schema: Schema, type: FieldType, value: unknown, path: string): Place[] {
  if (type.kind === 'scalar') return []
  if (type.kind === 'ref') return placesOf(schema, type.definition, value as Record<string, unknown>, path)
  return Object.entries(value as object).flatMap(([at, each]) => placesIn(schema, type.of, each, `${path}[${at}]`))
}
