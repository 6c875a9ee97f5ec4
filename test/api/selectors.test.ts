import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isStatusError } from '../../src/api/errors.ts'
import { formatFieldSelector, matchesFieldSelector, parseFieldSelector } from '../../src/api/fieldSelectors.ts'
import {
  formatLabels,
  formatSelector,
  matchesSelector,
  matchesSet,
  parseLabelSelector,
  selectorOf,
  toSelector,
} from '../../src/api/selectors.ts'
import type { Requirement, SelectorOperator } from '../../src/api/selectors.ts'

const names = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/)
const values = fc.oneof(fc.constant(''), fc.stringMatching(/^[a-z0-9]{1,4}$/))
const requirements: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({
    key: names,
    operator: fc.constantFrom<SelectorOperator>('Exists', 'DoesNotExist'),
    values: fc.constant([]),
  }),
  fc.record({
    key: names,
    operator: fc.constantFrom<SelectorOperator>('In', 'NotIn'),
    values: fc.uniqueArray(values, { minLength: 1, maxLength: 4 }).map((list) => list.sort()),
  }),
  fc.record({
    key: names,
    operator: fc.constantFrom<SelectorOperator>('Gt', 'Lt'),
    values: fc.tuple(fc.nat(99).map(String)),
  }),
)
const selectors = fc
  .uniqueArray(requirements, { selector: (r) => r.key, maxLength: 4 })
  .map((list) => list.sort((a, b) => (a.key < b.key ? -1 : 1)))

describe('label selectors', () => {
  it('are read back from what is written', () => {
    fc.assert(
      fc.property(selectors, (selector) => void expect(parseLabelSelector(formatSelector(selector))).toEqual(selector)),
    )
  })

  it('mean the same in text and as an object', () => {
    fc.assert(
      fc.property(selectors, fc.dictionary(names, values), (selector, labels) => {
        const usable = selector.filter(({ operator }) => operator !== 'Gt' && operator !== 'Lt')
        const object = selectorOf({ matchExpressions: usable.map((r) => ({ ...r })) })
        expect(matchesSelector(object, labels)).toBe(
          matchesSelector(parseLabelSelector(formatSelector(usable)), labels),
        )
      }),
    )
  })

  it.each([
    ['app=web', { app: 'web' }, true],
    ['app==web', { app: 'web' }, true],
    ['app=web', { app: 'db' }, false],
    ['app=web', {}, false],
    ['app!=web', {}, true],
    ['app in (web, db)', { app: 'db' }, true],
    ['app notin (web,db)', { app: 'db' }, false],
    ['app notin (web,db)', {}, true],
    ['app', { app: '' }, true],
    ['!app', { app: '' }, false],
    ['app=', { app: '' }, true],
    ['app in (,web)', { app: '' }, true],
    ['n>3', { n: '10' }, true],
    ['n<3', { n: 'x' }, false],
    ['in in (in)', { in: 'in' }, true],
    ['', { any: 'thing' }, true],
    [' app = web , tier!=db ', { app: 'web', tier: 'x' }, true],
    ['a.example.com/b=c', { 'a.example.com/b': 'c' }, true],
    ['constructor', {}, false],
  ])('%j on %j is %s', (text, labels, matches) => {
    expect(matchesSelector(parseLabelSelector(text), labels as Record<string, string>)).toBe(matches)
  })

  it.each([
    ['app=web=x', "found '=', expected: ',' or 'end of string'"],
    ['x in y', "unable to parse requirement: found 'y' expected: '('"],
    ['app=web,', "found '', expected: identifier after ','"],
    ['=web', "found '=', expected: !, identifier, or 'end of string'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['x in (a', "unable to parse requirement: found '', expected: ',' or ')'"],
    [
      'n>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    ['!', "unable to parse requirement: found '', expected: identifier"],
  ])('%j is refused', (text, message) => {
    const error = caught(() => parseLabelSelector(text))
    expect(isStatusError(error, 'BadRequest')).toBe(true)
    expect((error as Error).message).toBe(message)
  })

  it('refuse a key or value that no label can have', () => {
    expect(() => parseLabelSelector('-a=b')).toThrow(
      /^unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of/,
    )
    expect(() => parseLabelSelector('a=b_')).toThrow(
      /^unable to parse requirement: values\[0\]\[a\]: Invalid value: "b_": a valid label/,
    )
    expect(() => selectorOf({ matchExpressions: [{ key: 'a', operator: 'Is', values: [] }] })).toThrow(
      '"Is" is not a valid label selector operator',
    )
    expect(() => selectorOf({ matchExpressions: [{ key: 'a', operator: 'In' }] })).toThrow(
      "for 'in', 'notin' operators, values set can't be empty",
    )
  })

  it('may be a plain map', () => {
    expect(formatSelector(toSelector({ b: '2', a: '1' }))).toBe('a=1,b=2')
    expect(formatSelector(toSelector({ matchLabels: { a: '1' } }))).toBe('a=1')
    expect(formatLabels({ b: '2', a: '1' })).toBe('a=1,b=2')
    expect(formatLabels(undefined)).toBe('<none>')
  })

  it('of services and controllers match by every pair, and match nothing when empty', () => {
    expect(matchesSet({ a: '1' }, { a: '1', b: '2' })).toBe(true)
    expect(matchesSet({ a: '1' }, { a: '2' })).toBe(false)
    expect(matchesSet({}, { a: '1' })).toBe(false)
    expect(matchesSet(undefined, { a: '1' })).toBe(false)
    expect(matchesSet({ a: '1' }, undefined)).toBe(false)
  })
})

describe('field selectors', () => {
  const fieldSelectors = fc.array(fc.record({ field: names, equal: fc.boolean(), value: fc.string() }), {
    maxLength: 4,
  })

  it('are read back from what is written', () => {
    fc.assert(
      fc.property(
        fieldSelectors,
        (selector) => void expect(parseFieldSelector(formatFieldSelector(selector))).toEqual(selector),
      ),
    )
  })

  it('compare for equality and its opposite', () => {
    const selector = parseFieldSelector('status.phase=Running,spec.nodeName!=node-1')
    const pod = (phase: string, node: string) => (field: string) => (field === 'status.phase' ? phase : node)
    expect(matchesFieldSelector(selector, pod('Running', 'node-2'))).toBe(true)
    expect(matchesFieldSelector(selector, pod('Running', 'node-1'))).toBe(false)
    expect(matchesFieldSelector(selector, pod('Failed', 'node-2'))).toBe(false)
    expect(parseFieldSelector('a==b')).toEqual([{ field: 'a', equal: true, value: 'b' }])
  })

  it('refuse what they cannot read', () => {
    expect(() => parseFieldSelector('status.phase')).toThrow(
      "invalid selector: 'status.phase'; can't understand 'status.phase'",
    )
    expect(() => parseFieldSelector('a=b=c')).toThrow("invalid selector: 'a=b=c'; can't understand 'b=c'")
  })
})

function caught(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return error
  }
}
