import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readYaml } from '../../src/client/readYaml.ts'
import type { Cluster, ConfigMap } from '../../src/index.ts'
import { bare, refused } from '../cluster/support.ts'

const map = (name: string, more = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n${more}`
const json = (name: string, more = ''): string =>
  `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "${name}"}${more}}`

function applied(input: unknown): { cluster: Cluster; names: readonly string[] } {
  const cluster = bare()
  const names = cluster.apply(input).applied.map(({ object }) => object.metadata.name)
  // Read the same again, it is the same.
  expect(cluster.apply(input).applied.map(({ result }) => result)).toEqual(names.map(() => 'unchanged'))
  return { cluster, names }
}

const dataOf = (input: unknown): ConfigMap['data'] => applied(input).cluster.configMaps.get('a').data

describe('a text may', () => {
  test.each([
    [
      'end its lines as Windows does',
      `${map('a', 'data:\n  x: |\n    one\n    two\n')}---\n${map('b')}`.replaceAll('\n', '\r\n'),
    ],
    ['begin with a mark of its bytes, as may the files it is made of', `\ufeff${map('a')}---\n\ufeff${map('b')}`],
    ['have documents that say nothing', `---\n# nothing\n---\n${map('a')}---\n---\nnull\n---\n${map('b')}---\n`],
    ['mark the ends of documents', `${map('a')}...\n---\n${map('b')}...\n`],
    ['begin documents on the line of their mark', `--- ${json('a')}\n--- # next\n${map('b')}`],
    ['be JSON', json('a').replace(',', ',\n\t') + '\n---\n' + json('b')],
    ['be one JSON object after the other', `${json('a', ', "data": {"x": "}{"}')}\n${json('b')}`],
    ['be a List', `apiVersion: v1\nkind: List\nmetadata: {}\nitems:\n- ${json('a')}\n- null\n- ${json('b')}\n`],
    ['be a list of a kind', `apiVersion: v1\nkind: ConfigMapList\nitems:\n- ${json('a')}\n- ${json('b')}\n`],
    [
      'have Lists in Lists',
      `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: List, items: [${json('a')}]}\n- {apiVersion: v1, kind: List}\n- ${json('b')}\n`,
    ],
  ])('%s', (_, text) => expect(applied(text).names).toEqual(['a', 'b']))

  test('be the bytes of a file', () => {
    expect(applied(new Uint8Array([...map('a')].map((each) => each.charCodeAt(0)))).names).toEqual(['a'])
    expect(refused(() => bare().apply(new Uint8Array([0xff, 0xfe]))).message).toContain('the bytes are no UTF-8')
  })
})

describe('values are what kubectl takes them for:', () => {
  test.each([
    ['anchors and what is merged in', 'data: &d { x: "1" }\nmetadata: { name: a, labels: *d }\n', { x: '1' }],
    ['bases', 'data: { <<: { x: "1", y-y: "2" }, x: "3" }\n', { x: '3', 'y-y': '2' }],
    ['bytes', 'data: { x: !!binary aGk= }\n', { x: 'hi' }],
    ['keys that are numbers or booleans', 'data: { 1: a, 2.5: b, yes: c }\n', { '1': 'a', '2.5': 'b', true: 'c' }],
    ['times', 'data: { x: 2020-01-01, t: 22:22 }\n', { x: '2020-01-01', t: '22:22' }],
    ['quoted numbers, and tags that say so', 'data: { x: "1", t: !!str 1 }\n', { x: '1', t: '1' }],
    [
      'what only looks like a number',
      'data: { a: e9, b: ., c: +e1, d: ._7, e: 1.2.3 }\n',
      { a: 'e9', b: '.', c: '+e1', d: '._7', e: '1.2.3' },
    ],
    ["tags of one's own", 'data: { x: !mine y }\n', { x: 'y' }],
    ['folded and kept lines', 'data:\n  x: >-\n    one\n    two\n  k: |+\n    end\n\n', { x: 'one two', k: 'end\n\n' }],
    ['nothing', 'data: ~\nmetadata: { name: a, labels: null, annotations: }\n', undefined],
  ])('%s', (_, more, data) => {
    const text = more.includes('metadata') ? `apiVersion: v1\nkind: ConfigMap\n${more}` : map('a', more)
    expect(dataOf(text)).toEqual(data)
  })
})

test('numbers are read in the bases and the forms that kubectl knows', () => {
  const said: Record<string, unknown> = {
    '0': 0,
    '-0': 0,
    '+7': 7,
    '1_000': 1000,
    '0x1F': 31,
    '-0x1f': -31,
    '017': 15,
    '0o17': 15,
    '08': 8,
    '0b101': 5,
    '-0b1': -1,
    '1.': 1,
    '.5': 0.5,
    '-.5': -0.5,
    '1e3': 1000,
    '1_0.5': 10.5,
    '0x': '0x',
    '0b2': '0b2',
    '1e': '1e',
    '1:30': '1:30',
  }
  const text = Object.keys(said)
    .map((form) => `- ${form}\n`)
    .join('')
  expect(readYaml(text)).toEqual([Object.values(said)])
})

test('whatever JSON says, it says as YAML too', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
      expect(readYaml(JSON.stringify(value, undefined, indent))).toEqual([JSON.parse(JSON.stringify(value))])
    }),
  )
})

describe('it is refused, with nothing changed, when', () => {
  test.each([
    ['there is nothing at all', undefined, 'expected YAML or JSON, an object or a list of them, got undefined'],
    ['it is no object', 'hello', 'document 1: expected an object with apiVersion and kind, got string'],
    [
      'lines are indented by tabs',
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: a\n',
      'line 4, column 1: tab characters must not be used in indentation',
    ],
    ['a key is there twice', map('a', 'kind: Secret\n'), 'line 4, column 1: duplicated mapping key'],
    ['a key is there twice in JSON', json('a', ', "kind": "Secret"'), 'duplicated mapping key'],
    ['the second JSON object is broken', `${json('a')}\n{"apiVersion": "v1",,}`, 'line 2, column 21'],
    [
      'an anchor is of another document',
      `${map('a')}data: &d { x: y }\n---\n${map('b', 'data: *d\n')}`,
      'line 9, column 8: unidentified alias "d"',
    ],
    [
      'anchors multiply',
      `a: &a [${'x,'.repeat(99)}]\nb: &b [${'*a,'.repeat(99)}]\nc: [${'*b,'.repeat(99)}]\n`,
      'yaml: document contains excessive aliasing',
    ],
    ['an anchor contains itself', 'a: &a [*a]\n', "yaml: an anchor's value contains itself"],
    ['it goes on inwards', `a: ${'['.repeat(2000)}`, 'yaml: line 1, column 1003: nesting exceeded maxDepth (1000)'],
    ['a key is nothing', map('a', 'data: { ~: x }\n'), 'line 4, column 9: unsupported map key: null'],
    [
      'a tag asks for what is not there',
      map('a', 'data: { x: !!int one }\n'),
      'cannot resolve a node with !<tag:yaml.org,2002:int> explicit tag',
    ],
    [
      'a template is not filled in',
      map('a', 'data: { x: {{ .Values.x }} }\n'),
      'line 4, column 13: invalid map key: {".Values.x":null}; is this a template that is still to be filled in?',
    ],
    ['a name is a number', map('12'), 'metadata.name: Invalid value: 12: must be of type string: "number"'],
    [
      'there is no name',
      'apiVersion: v1\nkind: ConfigMap\n',
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    ['its namespace is not there', map('a').replace('a }', 'a, namespace: none }'), 'namespaces "none" not found'],
    [
      'a number is beyond all numbers',
      map('a', 'data: { x: 123456789012345678901234567890 }\n'),
      'data[x]: Invalid value: 1.2345678901234568e+29: must be of type string: "number"',
    ],
    [
      'a text is a boolean',
      map('a', 'immutable: "yes"\n'),
      'immutable: Invalid value: "yes": must be of type boolean: "string"',
    ],
    ['it names what JavaScript means otherwise', map('a', '__proto__: { x: y }\n'), 'unknown field "__proto__"'],
  ])('%s', (_, input, said) => {
    const cluster = bare()
    const { revision } = cluster
    // What stands before it is not applied either.
    const all = typeof input === 'string' ? [map('first'), input] : input
    expect(refused(() => cluster.apply(all)).message).toContain(said)
    expect(cluster.revision).toBe(revision)
  })
})
