/** Definitions whose rules may cost too much, and others that are just cheap enough. */
import type { Json } from '../apiServer/answers.ts'
import { definitionOf } from './asking.ts'

const RULES = 'x-kubernetes-validations'

/** A list whose items have rules: each is multiplied by how many there may be. */
const listOf = (maxItems: number | undefined, items: object, ...rules: readonly object[]): object => ({
  type: 'array',
  ...(maxItems === undefined ? {} : { maxItems }),
  items: { ...items, [RULES]: rules },
})
const mapOf = (maxProperties: number | undefined, values: object): object => ({
  type: 'object',
  ...(maxProperties === undefined ? {} : { maxProperties }),
  additionalProperties: values,
})
const number = { type: 'integer' }
const text = { type: 'string' }
/** Costs 2 each time. */
const positive = { rule: 'self > 0' }
/** Costs 1 less than so many times 2. */
const sum = (count: number): object => ({ rule: `${new Array<string>(count).fill('self').join(' + ')} > 0` })
const ruled = (properties: object, ...rules: readonly object[]): object => ({
  type: 'object',
  properties,
  [RULES]: rules,
})
const longer = "self.text + self.text == 'a'"
const several = (count: number, rule: object): readonly object[] => new Array<object>(count).fill(rule)

/** By name: what an object has as its `spec`. */
const specs: Readonly<Record<string, object>> = {
  // Of one rule, ten million are all right.
  atLimit: listOf(5_000_000, number, positive),
  overLimit: listOf(5_000_001, number, positive),
  halfAgain: listOf(7_499_999, number, positive),
  andAHalf: listOf(7_500_000, number, positive),
  halfDown: listOf(11_250_000, number, positive),
  halfUp: listOf(13_750_000, number, positive),
  sixPlaces: listOf(5_039_063, number, positive),
  hundred: listOf(500_000_000, number, positive),
  overHundred: listOf(500_000_001, number, positive),
  // Of all together, a hundred million are.
  allAtLimit: listOf(5_000_000, number, ...several(10, positive)),
  allOverLimit: listOf(5_000_000, number, ...several(10, positive), { rule: 'self == 7' }),
  fewNamed: listOf(500_000, number, ...several(3, sum(10)), ...several(78, sum(1))),
  largestNamed: listOf(500_000, number, ...[7, 9, 8, 10, 6, 5].flatMap((count) => several(3, sum(count)))),
  // What has no limit is limited by what a request may hold.
  endlessNumbers: listOf(undefined, number, positive),
  endlessTexts: listOf(undefined, text, { rule: "self.startsWith('a') && self.matches('^[a-z]+$')" }),
  shortTexts: listOf(undefined, { ...text, maxLength: 3 }, { rule: "self.matches('^[a-z]+$')" }),
  endlessObjects: listOf(
    undefined,
    { type: 'object', required: ['name', 'kind'], properties: { name: text, kind: { ...text, default: 'a' } } },
    { rule: "self.name.startsWith('a')" },
    { rule: "self.name == 'abcdefghijkl'" },
  ),
  endlessMap: mapOf(undefined, {
    ...text,
    [RULES]: [{ rule: "self != ''" }, { rule: "self.contains('abcdefghijkl')" }],
  }),
  inLimitedMap: mapOf(100, listOf(200, text, { rule: "self.contains('a')" })),
  inEndlessList: listOf(
    undefined,
    mapOf(10, { type: 'object', properties: { n: { ...number, [RULES]: [positive] } } }),
  ),
  never: listOf(0, text, { rule: "self.matches('^(a|b)+$')" }),
  open: {
    type: 'object',
    properties: { name: { ...text, [RULES]: [{ rule: "self.matches('^[a-z]+$')" }] } },
    additionalProperties: true,
  },
  // The errors that are met most.
  unique: ruled(
    { names: { type: 'array', items: text } },
    { rule: 'self.names.all(x, self.names.exists_one(y, x == y))' },
  ),
  uniqueOfFew: ruled(
    { names: { type: 'array', maxItems: 64, items: { ...text, maxLength: 63 } } },
    { rule: 'self.names.all(x, self.names.exists_one(y, x == y))' },
  ),
  uniqueOfMore: ruled(
    { names: { type: 'array', maxItems: 640, items: { ...text, maxLength: 63 } } },
    { rule: 'self.names.all(x, self.names.exists_one(y, x == y))' },
  ),
  kept: ruled(
    { ports: { type: 'array', items: { type: 'object', properties: { name: text } } } },
    { rule: 'self.ports.all(p, oldSelf.ports.exists(o, o.name == p.name))' },
  ),
  names: ruled({ mode: { ...text, enum: ['one', 'two'] } }, { rule: "self.mode.matches('^(one|two)(one|two)$')" }),
  // Messages cost something too, once.
  message: listOf(5_000_000, number, { ...positive, messageExpression: "string(self) + ' is not positive'" }),
  cheapMessage: listOf(5_000_000, number, { ...positive, messageExpression: "'%d is not positive'.format([self])" }),
  both: ruled({ text }, { rule: `self.text.split('').all(x, x == '')`, messageExpression: 'string(1) + self.text' }),
  // What is wrong beside that is told as well.
  wrongMessage: listOf(5_000_001, number, { ...positive, messageExpression: 'self' }),
  wrongRule: listOf(5_000_001, number, { rule: 'self' }, positive),
  uncorrelated: listOf(5_000_001, number, { rule: 'self >= oldSelf' }),
  notAboutChanges: listOf(5_000_001, number, { ...positive, optionalOldSelf: true }),
  noRule: ruled(
    { list: listOf(500_000_001, number, positive) },
    { rule: ' ' },
    { rule: 'self.list.exists(x, self.list.exists(y, x == y))' },
  ),
  embedded: {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
    [RULES]: [
      { rule: "self.metadata.name.matches('^[a-z0-9.-]+[a-z]$')" },
      { rule: "self.kind.matches('^[A-Z][a-z]*$')" },
    ],
  },
  optionalOld: ruled(
    { text },
    { rule: `oldSelf.optMap(o, o.text + self.text == 'a').orValue(${longer})`, optionalOldSelf: true },
  ),
}

const version = (name: string, spec: object, rules: readonly object[] = []): object => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: { openAPIV3Schema: { type: 'object', properties: { spec }, [RULES]: rules } },
})

/** By name: what a definition has as its versions. */
const versions: Readonly<Record<string, readonly object[]>> = {
  ...Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, [version('v1', spec)]])),
  alike: [version('v1', specs['overLimit']!), version('v2', specs['overLimit']!)],
  unlike: [version('v1', specs['atLimit']!), version('v2', specs['overLimit']!)],
  root: [
    version('v1', text, [
      { rule: "self.metadata.name.matches('^[a-z]+$')" },
      {
        rule: "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$') && self.spec != ''",
      },
    ]),
  ],
}

export const pricedNames: readonly string[] = Object.keys(versions)

export function priced(name: string): Json {
  const made = definitionOf(name.toLowerCase(), {}) as unknown as { readonly spec: object }
  return { ...made, spec: { ...made.spec, versions: versions[name] } } as unknown as Json
}
