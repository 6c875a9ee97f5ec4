import fc from 'fast-check'
import type { JSONSchemaProps } from '../../../src/api/types/apiextensions.ts'

/** A schema, and a value that is as it says. */
export interface Fit {
  readonly schema: JSONSchemaProps
  readonly value: unknown
}

const name = fc.constantFrom('size', 'color', 'parts', 'toString', 'x', 'deep')
const fits = (schema: JSONSchemaProps, values: fc.Arbitrary<unknown>): fc.Arbitrary<Fit> =>
  values.map((value) => ({ schema, value }))

const scalar: fc.Arbitrary<Fit> = fc.oneof(
  fits({ type: 'boolean' }, fc.boolean()),
  fits({ type: 'integer', minimum: 1, maximum: 9 }, fc.integer({ min: 1, max: 9 })),
  fits({ type: 'integer', minimum: 1, maximum: 9, default: 5 }, fc.integer({ min: 1, max: 9 })),
  fits(
    { type: 'number', multipleOf: 0.5 },
    fc.integer({ min: -9, max: 9 }).map((half) => half / 2),
  ),
  fits({ type: 'string', enum: ['red', 'green'], default: 'red' }, fc.constantFrom('red', 'green')),
  fits({ type: 'string', pattern: '^[a-z]*$', maxLength: 4 }, fc.constantFrom('', 'a', 'abcd')),
  fits({ type: 'string', nullable: true }, fc.constantFrom('a', null)),
  fits({ 'x-kubernetes-int-or-string': true }, fc.constantFrom(80, 'http')),
)

const open = fits(
  { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  fc.dictionary(name, fc.jsonValue({ maxDepth: 1 })),
)

/** Whatever a value can be made of; objects name some of their fields and lack some that have defaults. */
function fit(depth: number): fc.Arbitrary<Fit> {
  if (depth === 0) return scalar
  const inner = fc.nat(2).chain((less) => fit(Math.max(0, depth - 1 - less)))
  return fc.oneof(
    scalar,
    open,
    inner.chain(({ schema, value }) =>
      fits(
        { type: 'array', items: withoutDefault(schema) },
        fc.nat(2).map((count) => new Array(count).fill(value)),
      ),
    ),
    inner.chain(({ schema, value }) =>
      fits({ type: 'object', additionalProperties: withoutDefault(schema) }, fc.dictionary(name, fc.constant(value))),
    ),
    objectOf(inner),
  )
}

/** Items and values of maps are there or not: nothing stands in for them. */
function withoutDefault({ default: _, ...schema }: JSONSchemaProps): JSONSchemaProps {
  return schema
}

function objectOf(inner: fc.Arbitrary<Fit>): fc.Arbitrary<Fit> {
  const field = fc.record({ name, fit: inner, isRequired: fc.boolean(), isThere: fc.boolean() })
  return fc.uniqueArray(field, { selector: (each) => each.name, maxLength: 4 }).map((fields) => ({
    schema: {
      type: 'object',
      properties: Object.fromEntries(fields.map((each) => [each.name, each.fit.schema])),
      required: fields.filter(({ isRequired }) => isRequired).map((each) => each.name),
    },
    value: Object.fromEntries(
      fields
        .filter(({ isRequired, isThere, fit: { schema } }) => isThere || (isRequired && schema.default === undefined))
        .map((each) => [each.name, each.fit.value]),
    ),
  }))
}

/** The spec of an object of a custom kind. */
export const specs: fc.Arbitrary<Fit> = objectOf(fit(3))
