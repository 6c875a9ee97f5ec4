import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  type CustomResourceDefinition,
  importCluster,
  type JSONSchemaProps,
  type KubeObject,
  type Manifest,
} from '../../src/index.ts'
import { bare, refused } from './support.ts'

const KIND = 'example.com/v1/Gate'

type ValidationRule = NonNullable<JSONSchemaProps['x-kubernetes-validations']>[number]

type Fields = Record<string, unknown>
interface Gate extends KubeObject {
  readonly spec?: Fields
}

const crd = (
  properties: JSONSchemaProps['properties'],
  rules: readonly ValidationRule[] = [],
  ofRoot: readonly ValidationRule[] = [],
): Manifest<CustomResourceDefinition> => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gates.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'gates', kind: 'Gate' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: properties!, 'x-kubernetes-validations': rules },
              status: { type: 'object', properties: { ready: { type: 'integer' } } },
            },
            'x-kubernetes-validations': ofRoot,
          },
        },
        subresources: { status: {} },
      },
    ],
  },
})

const AT = 'spec.validation.openAPIV3Schema'

function withGates(...given: Parameters<typeof crd>): Cluster {
  const cluster = bare()
  cluster.customResourceDefinitions.create(crd(...given))
  return cluster
}

const gate = (spec: object, name = 'a'): object => ({
  apiVersion: 'example.com/v1',
  kind: 'Gate',
  metadata: { name },
  spec,
})

/** What is wrong, as `field: message`. */
function faults(act: () => unknown): readonly string[] {
  const { causes = [] } = refused(act).status.details ?? {}
  return causes.map(({ field, message }) => `${field}: ${message}`)
}

const ports: JSONSchemaProps['properties'] = {
  min: { type: 'integer' },
  max: { type: 'integer' },
  name: { type: 'string' },
}

describe('a rule that does not hold', () => {
  test('refuses the object, by its message, its expression for one, or itself', () => {
    const cluster = withGates(ports, [
      { rule: 'self.min <= self.max', message: ' min may not exceed max ' },
      { rule: 'self.min >= 0' },
      { rule: 'self.max < 100', messageExpression: 'self.max < 1000 ? "max is large" : "no"', message: 'not said' },
      {
        rule: "self.name.matches('^[a-z]+$')",
        messageExpression: '"%s has %d letters".format([self.name, size(self.name)])',
      },
    ])
    const { revision } = cluster
    const create = (spec: object): unknown => cluster.resource<Gate>(KIND).create(gate(spec))
    expect(faults(() => create({ min: 300, max: 200, name: 'UP' }))).toEqual([
      'spec: Invalid value: min may not exceed max',
      'spec: Invalid value: max is large',
      'spec: Invalid value: UP has 2 letters',
    ])
    expect(faults(() => create({ min: -1, max: 5, name: 'a' }))).toEqual([
      'spec: Invalid value: failed rule: self.min >= 0',
    ])
    expect(refused(() => create({ min: -1, max: 5, name: 'a' })).status.message).toBe(
      'Gate.example.com "a" is invalid: spec: Invalid value: failed rule: self.min >= 0',
    )
    expect(cluster.revision).toBe(revision)
    create({ min: 1, max: 5, name: 'a' })
  })

  test('says where it is at fault, and of which sort that is', () => {
    const cluster = withGates(ports, [
      { rule: 'self.min > 0', fieldPath: '.min', reason: 'FieldValueForbidden', message: 'must be positive' },
      { rule: 'has(self.name)', fieldPath: '.name', reason: 'FieldValueRequired' },
      { rule: 'self.max > 0', fieldPath: '.max', reason: 'FieldValueDuplicate' },
    ])
    expect(faults(() => cluster.resource<Gate>(KIND).create(gate({ min: 0, max: 0 })))).toEqual([
      'spec.min: Forbidden: must be positive',
      'spec.name: Required value: failed rule: has(self.name)',
      'spec.max: Duplicate value',
    ])
  })

  test('names a key of a map after a point', () => {
    const counts: JSONSchemaProps = {
      type: 'object',
      additionalProperties: { type: 'integer' },
      'x-kubernetes-validations': [{ rule: 'self.a > 1', fieldPath: '.a' }],
    }
    const cluster = withGates({ counts })
    expect(faults(() => cluster.resource<Gate>(KIND).create(gate({ counts: { a: 1 } })))).toEqual([
      'spec.counts.[a]: Invalid value: failed rule: self.a > 1',
    ])
  })

  test('of the object itself sees its names, and has no field', () => {
    const rule = { rule: "self.metadata.name.startsWith(self.spec.name) && self.kind == 'Gate'" }
    const cluster = withGates(ports, [], [rule])
    cluster.resource<Gate>(KIND).create(gate({ name: 'a' }, 'a-1'))
    expect(faults(() => cluster.resource<Gate>(KIND).create(gate({ name: 'a' }, 'b-1')))).toEqual([
      `<nil>: Invalid value: failed rule: ${rule.rule}`,
    ])
  })

  test('stands at every item and every value of a map, for each alone', () => {
    const even = [{ rule: 'self % 2 == 0', message: 'must be even' }]
    const cluster = withGates({
      list: { type: 'array', items: { type: 'integer', 'x-kubernetes-validations': even } },
      map: { type: 'object', additionalProperties: { type: 'integer', 'x-kubernetes-validations': even } },
      port: { 'x-kubernetes-int-or-string': true, 'x-kubernetes-validations': [{ rule: "self != 'http'" }] },
    })
    expect(
      faults(() =>
        cluster.resource<Gate>(KIND).create(gate({ list: [2, 3, 5], map: { b: 1, a: 2, c: 3 }, port: 'http' })),
      ),
    ).toEqual([
      'spec.list[1]: Invalid value: 3: must be even',
      'spec.list[2]: Invalid value: 5: must be even',
      'spec.map[b]: Invalid value: 1: must be even',
      'spec.map[c]: Invalid value: 3: must be even',
      `spec.port: Invalid value: "http": failed rule: self != 'http'`,
    ])
  })

  test('says what it could not find out', () => {
    const cluster = withGates({ ...ports, port: { 'x-kubernetes-int-or-string': true } }, [
      { rule: 'self.min / self.max > 0', message: 'too small' },
      { rule: 'self.port > 5' },
    ])
    expect(faults(() => cluster.resource<Gate>(KIND).create(gate({ min: 1, max: 0, port: 'http' })))).toEqual([
      'spec: Invalid value: "object": division by zero evaluating rule: too small',
      `spec: Invalid value: "object": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self.port > 5`,
    ])
    expect(faults(() => cluster.resource<Gate>(KIND).create(gate({ min: 1, port: 7 })))).toEqual([
      'spec: Invalid value: "object": no such key: max evaluating rule: too small',
    ])
  })

  test('takes no longer than the API server would let it', () => {
    const all = 'self.list.all(a, self.list.all(b, self.list.all(c, self.list.all(d, a + b + c + d >= 0))))'
    const list = { type: 'array', maxItems: 25, items: { type: 'integer' } }
    const cluster = withGates({ list }, [{ rule: `${all} || true` }])
    const create = (length: number): unknown =>
      cluster.resource<Gate>(KIND).create(gate({ list: new Array(length).fill(1) }))
    create(10)
    expect(faults(() => create(25))).toEqual([
      `spec: Invalid value: "object": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${all} || true`,
    ])
  })

  test('is not asked of an object whose structure is wrong', () => {
    const cluster = withGates(ports, [{ rule: 'self.min > 0' }])
    expect(faults(() => cluster.resource<Gate>(KIND).create(gate({ min: 'x' })))).toEqual([
      'spec.min: Invalid value: "string": spec.min in body must be of type integer: "string"',
      '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    ])
  })

  test('sees what is filled in, and nothing of what is null or unknown', () => {
    const cluster = withGates({ size: { type: 'integer', default: 3 }, note: { type: 'string', nullable: true } }, [
      { rule: 'self.size == 3 && !has(self.note)' },
    ])
    cluster.resource<Gate>(KIND).create(gate({ note: null }))
  })
})

describe('a rule about a change', () => {
  test('is asked where there was something before', () => {
    const cluster = withGates({
      name: { type: 'string', 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'is immutable' }] },
      size: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self >= oldSelf' }] },
    })
    const gates = cluster.resource<Gate>(KIND)
    gates.create(gate({ size: 3 }))
    gates.update('a', (draft) => void (draft.spec!['name'] = 'x'))
    expect(faults(() => gates.update('a', (draft) => void (draft.spec = { size: 2, name: 'y' })))).toEqual([
      'spec.name: Invalid value: "y": is immutable',
      'spec.size: Invalid value: 2: failed rule: self >= oldSelf',
    ])
    // A field that goes is no value, and has no rule; its parent could have one.
    gates.update('a', (draft) => void (draft.spec = { size: 4 }))
    gates.patch('a', { metadata: { labels: { a: 'b' } } }, { type: 'merge' })
    gates.updateStatus('a', (draft) => void Object.assign(draft, { status: { ready: 1 } }))
    expect(gates.get('a')).toMatchObject({ spec: { size: 4 }, status: { ready: 1 } })
  })

  test('finds items of a map by their keys, wherever they stand', () => {
    const grows = [{ rule: 'self.size >= oldSelf.size' }]
    const cluster = withGates({
      parts: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: {
          type: 'object',
          required: ['name', 'size'],
          properties: { name: { type: 'string' }, size: { type: 'integer' } },
          'x-kubernetes-validations': grows,
        },
      },
    })
    const gates = cluster.resource<Gate>(KIND)
    const parts = (...sizes: readonly [string, number][]): object => ({
      parts: sizes.map(([name, size]) => ({ name, size })),
    })
    gates.create(gate(parts(['a', 1], ['b', 5])))
    const become = (spec: object): Gate => gates.update('a', (draft) => void (draft.spec = spec as Fields))
    become(parts(['b', 6], ['a', 2], ['c', 0]))
    expect(faults(() => become(parts(['c', 0], ['a', 3], ['b', 1])))).toEqual([
      'spec.parts[2]: Invalid value: failed rule: self.size >= oldSelf.size',
    ])
  })

  test('may be asked where there was nothing, of an optional value', () => {
    const rule = 'oldSelf.hasValue() || self == "new"'
    const rules = [{ rule, optionalOldSelf: true }]
    const cluster = withGates({ phase: { type: 'string', 'x-kubernetes-validations': rules } })
    const gates = cluster.resource<Gate>(KIND)
    expect(faults(() => gates.create(gate({ phase: 'old' })))).toEqual([
      `spec.phase: Invalid value: "old": failed rule: ${rule}`,
    ])
    gates.create(gate({ phase: 'new' }))
    gates.update('a', (draft) => void (draft.spec = { phase: 'old' }))
  })

  test('is never tolerated, as others are where nothing has changed', () => {
    const cluster = withGates({ ...ports, inner: { type: 'object', properties: { x: { type: 'integer' } } } })
    const gates = cluster.resource<Gate>(KIND)
    gates.create(gate({ min: 1, inner: { x: 1 } }))
    cluster.customResourceDefinitions.update('gates.example.com', (draft) => {
      const { properties } = draft.spec.versions[0]!.schema!.openAPIV3Schema!.properties!['spec']!
      properties!['inner']!['x-kubernetes-validations'] = [{ rule: 'self.x > 5' }, { rule: 'oldSelf.x > 6' }]
    })
    expect(faults(() => gates.update('a', (draft) => void (draft.spec!['min'] = 2)))).toEqual([
      'spec.inner: Invalid value: failed rule: oldSelf.x > 6',
    ])
    expect(faults(() => gates.update('a', (draft) => void (draft.spec!['inner'] = { x: 2 })))).toEqual([
      'spec.inner: Invalid value: failed rule: self.x > 5',
      'spec.inner: Invalid value: failed rule: oldSelf.x > 6',
    ])
  })
})

describe('a definition', () => {
  test('is refused for rules that mean nothing', () => {
    const cluster = bare()
    const rules = [
      { rule: 'self.none > 1' },
      { rule: 'self.min' },
      { rule: 'self.min > 0', messageExpression: 'self.min' },
      { rule: 'self.min > 0', messageExpression: 'oops' },
      { rule: 'self.min > 0', optionalOldSelf: false },
    ]
    const said = faults(() => cluster.customResourceDefinitions.create(crd(ports, rules)))
    const at = `${AT}.properties[spec].x-kubernetes-validations`
    const shown = (rule: string, message = ''): string =>
      `{"Rule":"${rule}","Message":"","MessageExpression":"${message}","Reason":null,"FieldPath":"","OptionalOldSelf":null}`
    expect(said).toEqual([
      `${at}[0].rule: Invalid value: ${shown('self.none \\u003e 1')}: compilation failed: ERROR: <input>:1:5: undefined field 'none'\n | self.none > 1\n | ....^`,
      `${at}[1].rule: Invalid value: ${shown('self.min')}: cel expression must evaluate to a bool`,
      `${at}[2].messageExpression: Invalid value: ${shown('self.min \\u003e 0', 'self.min')}: messageExpression must evaluate to a string`,
      `${at}[3].messageExpression: Invalid value: ${shown('self.min \\u003e 0', 'oops')}: messageExpression compilation failed: ERROR: <input>:1:1: undeclared reference to 'oops' (in container '')\n | oops\n | ^`,
      `${at}[4].optionalOldSelf: Invalid value: false: may not be set if oldSelf is not used in rule`,
    ])
    expect(cluster.customResourceDefinitions.list().items).toEqual([])
  })

  test('is refused for what it says about its rules, and their expressions are read once that is mended', () => {
    const rules = [
      { rule: ' ' },
      { rule: 'self.none > 1' },
      { rule: 'self.min > 0', message: '\n' },
      { rule: 'self.min > 0', message: 'one\rtwo' },
      { rule: 'self.min > 0\n&& true' },
      { rule: 'self.min > 0', messageExpression: ' ' },
      { rule: 'self.min > 0', fieldPath: '.none' },
      { rule: 'self.min > 0', fieldPath: ' ' },
      { rule: 'self.min > 0', reason: 'Whim' },
    ]
    const at = `${AT}.properties[spec].x-kubernetes-validations`
    expect(faults(() => bare().customResourceDefinitions.create(crd(ports, rules)))).toEqual([
      `${at}[0].rule: Required value: rule is not specified`,
      `${at}[2].message: Invalid value: "\\n": must be non-empty if specified`,
      `${at}[3].message: Invalid value: "one\\rtwo": must not contain line breaks`,
      `${at}[4].message: Required value: message must be specified if rule contains line breaks`,
      `${at}[5].messageExpression: Required value: messageExpression must be non-empty if specified`,
      `${at}[6].fieldPath: Invalid value: ".none": must be a valid path`,
      `${at}[7].fieldPath: Invalid value: " ": must be non-empty if specified`,
      `${at}[7].fieldPath: Invalid value: " ": must be a valid path`,
      `${at}[8].reason: Unsupported value: "Whim": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`,
    ])
  })

  test('may look at what a field of an atomic map was: its name tells it', () => {
    const rules = [{ rule: 'self >= oldSelf' }]
    const map: JSONSchemaProps = {
      type: 'object',
      'x-kubernetes-map-type': 'atomic',
      properties: { size: { type: 'integer', 'x-kubernetes-validations': rules } },
    }
    const gates = withGates({ map }).resource<Gate>(KIND)
    gates.create(gate({ map: { size: 3 } }))
    expect(faults(() => gates.update('a', (draft) => void (draft.spec = { map: { size: 2 } })))).toEqual([
      'spec.map.size: Invalid value: 2: failed rule: self >= oldSelf',
    ])
  })

  test('is refused where nothing tells what a value was before', () => {
    const rules = [{ rule: 'self == oldSelf' }]
    const items = { type: 'string', maxLength: 8, 'x-kubernetes-validations': rules }
    const list: JSONSchemaProps = { type: 'array', maxItems: 5, items }
    expect(faults(() => withGates({ list }))).toEqual([
      `${AT}.properties[spec].properties[list].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within ${AT}.properties[spec].properties[list]`,
    ])
  })

  test('may keep a rule that may cost too much as long as its schema is what it was, if all together do not', () => {
    const listOf = (rules: readonly ValidationRule[], maxItems: number): JSONSchemaProps => ({
      type: 'array',
      maxItems,
      items: { type: 'integer', 'x-kubernetes-validations': rules },
    })
    const kept = (list: JSONSchemaProps): Cluster => {
      const { metadata, ...made } = crd({ list })
      const own = { uid: 'a', resourceVersion: '1', creationTimestamp: '2020-01-01T00:00:00Z' }
      return importCluster([{ ...made, metadata: { ...metadata, ...own }, status: { storedVersions: ['v1'] } }]).cluster
    }
    const label = (cluster: Cluster): unknown =>
      cluster.customResourceDefinitions.update('gates.example.com', (draft) => {
        draft.metadata.labels = { seen: 'yes' }
      })
    const rule = { rule: 'self > 0' }
    const one = kept(listOf([rule], 5_000_001))
    label(one)
    const at = `${AT}.properties[spec].properties[list].items.x-kubernetes-validations`
    const advice =
      '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)'
    expect(faults(() => one.apply(crd({ list: listOf([rule], 5_000_002) })))).toEqual([
      `${at}[0].rule: Forbidden: estimated rule cost exceeds budget by factor of 1.000000x ${advice}`,
    ])
    const part = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'
    const all = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema'
    expect(faults(() => label(kept(listOf([rule, rule], 30_000_000))))).toEqual([
      `${at}[0].rule: Forbidden: ${part}`,
      `${at}[1].rule: Forbidden: ${part}`,
      `${AT}: Forbidden: ${all} exceeds budget by factor of 1.200000x ${advice}`,
    ])
  })

  test('is refused where its own defaults are against its rules', () => {
    const size: JSONSchemaProps = { type: 'integer', default: 3, 'x-kubernetes-validations': [{ rule: 'self > 5' }] }
    expect(faults(() => withGates({ size }))).toEqual([
      `${AT}.properties[spec].properties[size].default: Invalid value: 3: failed rule: self > 5`,
    ])
  })

  test('whose rules ask what clocks show in a zone is kept, and they are asked', () => {
    const cluster = bare()
    const rule = "timestamp('2020-01-01T00:00:00Z').getHours('Europe/Berlin') == self.min"
    expect(cluster.apply(crd(ports, [{ rule }])).warnings).toEqual([])
    expect(cluster.apply(gate({ name: 'x', min: 1 })).applied).toHaveLength(1)
    expect(faults(() => cluster.apply(gate({ name: 'y', min: 0 })))).toEqual([
      `spec: Invalid value: failed rule: ${rule}`,
    ])
  })
})
