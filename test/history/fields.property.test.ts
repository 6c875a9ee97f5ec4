import fc from 'fast-check'
import { expect, test } from 'vitest'
import { load, YAML11_SCHEMA } from 'js-yaml'
import { fieldDifferences, identityOf, type Place, type Step } from '../../src/history/fields.ts'
import { yamlLines } from '../../src/history/yamlText.ts'
import { equal } from '../../src/registries/equal.ts'

const text = fc.constantFrom('a', 'b', '8080', 'yes', 'constructor', '2020-01-01T00:00:00Z', 'two\nlines\n', ' ', '')
const scalar = fc.oneof(text, fc.integer({ min: 0, max: 3 }), fc.boolean())
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, tie('list'), tie('named'), tie('fields')),
  fields: fc.dictionary(fc.constantFrom('name', 'type', 'x', 'constructor', '1', 'a.b/c'), tie('value'), {
    maxKeys: 4,
  }),
  list: fc.array(tie('value'), { maxLength: 4 }),
  named: fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c'), x: tie('value') }), {
    selector: ({ name }) => name,
    maxLength: 3,
  }),
}))

type Change = (inside: unknown) => unknown

/** The value with what stands at a place replaced; undefined takes it out. */
function changed(whole: unknown, [step, ...rest]: readonly Step[], change: Change): unknown {
  if (step === undefined) return change(whole)
  if ('field' in step) {
    const fields = { ...(whole as Record<string, unknown>) }
    const inside = changed(Object.hasOwn(fields, step.field) ? fields[step.field] : undefined, rest, change)
    if (inside === undefined) delete fields[step.field]
    else fields[step.field] = inside
    return fields
  }
  // Where elements have names, their order is not looked at below.
  if ('order' in step) return whole
  const list = [...(whole as unknown[])]
  const found =
    'index' in step ? step.index : list.findIndex((one) => (one as Record<string, unknown>)[step.key] === step.value)
  const place = found === -1 ? list.length : found
  const inside = changed(list[place], rest, change)
  if (inside === undefined) list.splice(place, 1)
  else list[place] = inside
  return list
}

/** What comes out when the differences are carried out, from the last to the first, so that places stay where they are. */
function carriedOut(before: unknown, places: readonly Place[]): unknown {
  const gone = places.filter(({ after }) => after === undefined).reverse()
  const rest = places.filter(({ after }) => after !== undefined)
  return [...gone, ...rest].reduce((whole, { steps, after }) => changed(whole, steps, () => after), before)
}

/** Where elements have names, where they stand is not told: the same with each such list by name. */
function byName(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (!Array.isArray(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, byName(one)]))
  const key = identityOf([value])
  const list = value.map(byName) as Record<string, unknown>[]
  return key === undefined ? list : list.sort((a, b) => (String(a[key]) < String(b[key]) ? -1 : 1))
}

test('the differences, carried out on what was, give what is; of equal values there are none', () => {
  fc.assert(
    fc.property(value, value, (before, after) => {
      const places = fieldDifferences(before, after)
      expect(places.length === 0).toBe(equal(before, after))
      const result = carriedOut(before, places)
      expect(byName(result)).toEqual(byName(after))
      for (const { before: was, after: is } of places) expect(equal(was, is)).toBe(false)
      expect(
        fieldDifferences(after, before)
          .map(({ path }) => path)
          .sort(),
      ).toEqual(places.map(({ path }) => path).sort())
    }),
    { numRuns: 500 },
  )
})

test('YAML of a value reads back as that value', () => {
  fc.assert(
    fc.property(value, (given) => {
      expect(load(yamlLines(given).join('\n'), { schema: YAML11_SCHEMA })).toEqual(given)
    }),
    { numRuns: 500 },
  )
})
