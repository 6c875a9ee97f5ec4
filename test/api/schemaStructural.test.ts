import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { fieldErrorMessage } from '../../src/api/fieldErrors.ts'
import { createSchema } from '../../src/api/schema/schema.ts'
import { copyAsSaid, copyChecked } from '../../src/api/schema/structural.ts'

const schema = createSchema()
const pod = (spec: unknown, metadata?: unknown): unknown => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec })
const container = (fields: object): unknown => pod({ containers: [{ name: 'web', ...fields }] })

function copied(definition: string, input: unknown): unknown {
  const { value, errors } = copyAsSaid(schema, definition, input)
  expect(errors).toEqual([])
  return value
}

function refused(definition: string, input: unknown): string[] {
  return copyChecked(schema, definition, input).errors.map(fieldErrorMessage)
}

describe('a refusal', () => {
  test.each([
    [
      'a misspelt field',
      container({ imagge: 'a' }),
      'unknown field "spec.containers[0].imagge": did you mean "image"?',
    ],
    ['a field like no other', container({ zzzzzz: 1 }), 'unknown field "spec.containers[0].zzzzzz"'],
    ['a field in the wrong case', { Spec: {} }, 'unknown field "Spec": did you mean "spec"?'],
    ['a misspelt field that is null', { sepc: null }, 'unknown field "sepc": did you mean "spec"?'],
    [
      'a string for an integer',
      container({ ports: [{ containerPort: '80' }] }),
      'spec.containers[0].ports[0].containerPort: Invalid value: "80": must be of type integer: "string"',
    ],
    [
      'a fraction for an integer',
      pod({ priority: 1.5 }),
      'spec.priority: Invalid value: 1.5: must be of type integer: "number"',
    ],
    [
      'an integer over 32 bits',
      pod({ priority: 3e9 }),
      'spec.priority: Invalid value: 3000000000: must fit into an int32',
    ],
    [
      'an integer over 64 bits',
      pod({ activeDeadlineSeconds: 1e19 }),
      'spec.activeDeadlineSeconds: Invalid value: 10000000000000000000: must fit into an int64',
    ],
    ['NaN', pod({ priority: Number.NaN }), 'spec.priority: Invalid value: NaN: must be of type integer: "number"'],
    [
      'a number for a string',
      container({ image: 1 }),
      'spec.containers[0].image: Invalid value: 1: must be of type string: "number"',
    ],
    [
      'a string for a boolean',
      container({ tty: 'yes' }),
      'spec.containers[0].tty: Invalid value: "yes": must be of type boolean: "string"',
    ],
    [
      'an object for an array',
      pod({ containers: {} }),
      'spec.containers: Invalid value: "object": must be of type array: "object"',
    ],
    ['an array for an object', { spec: [] }, 'spec: Invalid value: "array": must be of type object: "array"'],
    [
      'a number for a label',
      pod({}, { labels: { app: 1 } }),
      'metadata.labels[app]: Invalid value: 1: must be of type string: "number"',
    ],
    [
      'a quantity that is none',
      container({ resources: { requests: { cpu: '1 core' } } }),
      `spec.containers[0].resources.requests[cpu]: Invalid value: "1 core": quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    ],
    [
      'an infinite quantity',
      pod({ overhead: { cpu: Infinity } }),
      `spec.overhead[cpu]: Invalid value: Infinity: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    ],
    [
      'a time that is none',
      pod({}, { creationTimestamp: '2020-02-30T00:00:00Z' }),
      'metadata.creationTimestamp: Invalid value: "2020-02-30T00:00:00Z": must be an RFC 3339 time, such as 2020-01-01T00:00:00Z',
    ],
    [
      'an invalid Date',
      pod({}, { creationTimestamp: new Date(Number.NaN) }),
      'metadata.creationTimestamp: Invalid value: "Invalid Date": must be a date',
    ],
    [
      'a fraction for a port',
      container({ livenessProbe: { httpGet: { port: 1.5 } } }),
      'spec.containers[0].livenessProbe.httpGet.port: Invalid value: 1.5: must be of type integer: "number"',
    ],
    [
      'a function',
      container({ image: () => 'web' }),
      'spec.containers[0].image: Invalid value: "function": must be of type string: "function"',
    ],
    [
      'a Map for labels',
      pod({}, { labels: new Map() }),
      'metadata.labels: Invalid value: "object": must be of type object: "object"',
    ],
    [
      'a label that would be a prototype',
      pod({}, JSON.parse('{"labels": {"__proto__": "x"}}')),
      'metadata.labels[__proto__]: Invalid value: "__proto__": must not be named __proto__',
    ],
    ['a field that would be a prototype', JSON.parse('{"__proto__": {}}'), 'unknown field "__proto__"'],
  ])('of %s says where and why', (_what, input, message) => {
    expect(refused('core.v1.Pod', input)).toEqual([message])
  })

  test('of what is no object at all has the path it was given', () => {
    expect(copyChecked(schema, 'core.v1.Pod', 'pod', 'items[3]').errors).toEqual([
      { type: 'TypeInvalid', field: 'items[3]', detail: 'must be of type object: "string"', badValue: 'pod' },
    ])
    expect(copyChecked(schema, 'core.v1.Pod', { sepc: 1 }, 'items[3]').errors[0]?.field).toBe('items[3].sepc')
  })

  test('names every mistake, not only the first', () => {
    expect(refused('core.v1.Pod', pod({ containers: [{ image: 1 }, { imag: '' }], priority: '1' }))).toHaveLength(3)
  })

  test('keeps nothing of what was handed in', () => {
    const bad = { evil: true }
    const { errors } = copyChecked(schema, 'core.v1.Pod', pod({ priority: bad }))
    expect(errors[0]?.badValue).toBe('object')
  })
})

describe('what Kubernetes takes', () => {
  test('null and undefined where a value stands count as absent', () => {
    expect(
      copied('core.v1.Pod', { metadata: { creationTimestamp: null, labels: undefined }, spec: null, status: {} }),
    ).toEqual({
      metadata: {},
      status: {},
    })
    expect(Object.keys(copied('core.v1.Pod', { spec: undefined, imagge: undefined }) as object)).toEqual([])
  })

  test('a null element of a list or a map becomes the zero value of its type', () => {
    const input = {
      metadata: { labels: { a: null }, finalizers: [null] },
      spec: { containers: [null], overhead: { cpu: null } },
    }
    expect(copied('core.v1.Pod', input)).toEqual({
      metadata: { labels: { a: '' }, finalizers: [''] },
      spec: { containers: [{}], overhead: { cpu: '0' } },
    })
  })

  test('an integer may be written 80.0 and as −0', () => {
    expect(copied('core.v1.Pod', pod({ priority: 80.0 }))).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { priority: 80 },
    })
    expect(Object.is((copied('core.v1.PodSpec', { priority: -0 }) as { priority: number }).priority, 0)).toBe(true)
  })

  test('quantities come out in their canonical form, from strings and numbers', () => {
    const limits = { cpu: 0.5, memory: '1024Mi', pods: 110, a: '0.5', b: ' 1 ', c: '1e3', d: '64Mi' }
    expect(copied('core.v1.ResourceRequirements', { limits })).toEqual({
      limits: { cpu: '500m', memory: '1Gi', pods: '110', a: '500m', b: '1', c: '1e3', d: '64Mi' },
    })
  })

  test('a port may be a number or a name', () => {
    expect(copied('core.v1.HTTPGetAction', { port: 80 })).toEqual({ port: 80 })
    expect(copied('core.v1.HTTPGetAction', { port: 'http' })).toEqual({ port: 'http' })
  })

  test('times come out in UTC: whole seconds, or microseconds for a lease', () => {
    const at = new Date(Date.UTC(2020, 0, 1, 0, 0, 5, 250))
    expect(copied('meta.v1.ObjectMeta', { creationTimestamp: at })).toEqual({
      creationTimestamp: '2020-01-01T00:00:05Z',
    })
    expect(copied('meta.v1.ObjectMeta', { creationTimestamp: '2020-01-01T02:00:05.9+02:00' })).toEqual({
      creationTimestamp: '2020-01-01T00:00:05Z',
    })
    expect(
      copied('coordination.v1.LeaseSpec', { renewTime: at, acquireTime: '2020-01-01T02:00:00.000000+02:00' }),
    ).toEqual({
      acquireTime: '2020-01-01T00:00:00.000000Z',
      renewTime: '2020-01-01T00:00:05.250000Z',
    })
  })

  test('a minion is read as a node', () => {
    const definition = schema.definitionOf('v1', 'Minion') ?? ''
    expect(copied(definition, { kind: 'Minion', spec: { unschedulable: true } })).toEqual({
      kind: 'Minion',
      spec: { unschedulable: true },
    })
  })
})

describe('where input comes from', () => {
  test("an instance of a class such as client-node's V1Pod is its own properties", () => {
    class V1Pod {
      apiVersion = 'v1'
      spec = new (class V1PodSpec {
        containers = [{ name: 'a' }]
        nodeName = undefined
      })()
      static getAttributeTypeMap(): unknown[] {
        return []
      }
    }
    expect(copied('core.v1.Pod', new V1Pod())).toStrictEqual({
      apiVersion: 'v1',
      spec: { containers: [{ name: 'a' }] },
    })
  })

  test('objects, arrays and dates of another realm are as good as ours', () => {
    const foreign: unknown = runInNewContext('({ metadata: { finalizers: ["a"], creationTimestamp: new Date(0) } })')
    expect(copied('core.v1.Pod', foreign)).toEqual({
      metadata: { creationTimestamp: '1970-01-01T00:00:00Z', finalizers: ['a'] },
    })
  })

  test('fields come out in the order of the definition, map keys by code unit', () => {
    const input = { spec: {}, metadata: { name: 'a', labels: { b: '', a: '', B: '' } }, kind: 'Pod' }
    expect(JSON.stringify(copied('core.v1.Pod', input))).toBe(
      '{"kind":"Pod","metadata":{"labels":{"B":"","a":"","b":""},"name":"a"},"spec":{}}',
    )
  })
})

describe('free-form data', () => {
  const revision = (data: unknown): unknown => ({ data })

  test('keeps what JSON can say, nulls too', () => {
    const data = { b: [1, null, { c: true }], a: null, at: new Date(0), gone: undefined }
    expect(copied('apps.v1.ControllerRevision', revision(data))).toEqual({
      data: { a: null, at: '1970-01-01T00:00:00.000Z', b: [1, null, { c: true }] },
    })
  })

  test.each([
    ['a function', { a: [() => 1] }, 'data.a[0]: Invalid value: "function": must be plain data: "function"'],
    ['a Map', { a: new Map() }, 'data.a: Invalid value: "object": must be plain data: "Map"'],
    ['infinity', { a: Infinity }, 'data.a: Invalid value: Infinity: must be a finite number'],
    ['a bigint', { a: 1n }, 'data.a: Invalid value: "bigint": must be plain data: "bigint"'],
    [
      'a prototype',
      JSON.parse('{"a": {"__proto__": {}}}'),
      'data.a.__proto__: Invalid value: "__proto__": must not be named __proto__',
    ],
    [
      'a constructor',
      { constructor: { prototype: {} } },
      'data.constructor: Invalid value: "constructor": must not be named constructor',
    ],
    ['an array for an object', [], 'data: Invalid value: "array": must be of type object: "array"'],
  ])('has no %s', (_what, data, message) => {
    expect(refused('apps.v1.ControllerRevision', revision(data))).toEqual([message])
  })

  test('may not contain itself, but may say the same thing twice', () => {
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    expect(refused('apps.v1.ControllerRevision', revision(cyclic))).toEqual([
      'data.self: Invalid value: "object": must not contain itself',
    ])
    const twice = { a: 1 }
    expect(
      copied('apps.v1.ControllerRevision', revision([0, 1].reduce((all, i) => ({ ...all, [`k${i}`]: twice }), {}))),
    ).toEqual({
      data: { k0: { a: 1 }, k1: { a: 1 } },
    })
  })

  test('may not be deeper than any manifest, nor may a schema that refers to itself', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = { a: deep }
    expect(refused('apps.v1.ControllerRevision', revision(deep))[0]).toContain('must not be nested over 200 deep')
    const cyclic: Record<string, unknown> = { type: 'object' }
    cyclic['properties'] = { again: cyclic }
    expect(refused('apiextensions.v1.JSONSchemaProps', cyclic)).toEqual([
      'properties[again]: Invalid value: "object": must not contain itself',
    ])
  })
})

test('an unknown definition is refused by name', () => {
  expect(() => copyChecked(schema, 'core.v1.Pot', {})).toThrow('the schema has no definition "core.v1.Pot"')
})

describe('zero values are as Go’s types of Kubernetes have them', () => {
  const taken = (definition: string, input: unknown): unknown => copyChecked(schema, definition, input).value

  test('what is omitted when empty is left out', () => {
    const metadata = { name: 'a', labels: {}, finalizers: [], generateName: '' }
    const spec = { containers: [], hostIPC: false, nodeSelector: {}, tolerations: [{ key: '' }], schedulerName: '' }
    expect(taken('core.v1.Pod', { metadata, spec })).toEqual({
      metadata: { name: 'a' },
      spec: { containers: [], tolerations: [{}] },
      status: {},
    })
  })

  test('what stands behind a pointer stays', () => {
    const spec = { selector: {}, template: {}, replicas: 0, minReadySeconds: 0 }
    expect(taken('apps.v1.Deployment', { spec })).toMatchObject({ spec: { replicas: 0 } })
    expect(taken('apps.v1.Deployment', { spec })).not.toHaveProperty('spec.minReadySeconds')
    expect(taken('core.v1.PodSpec', { containers: [], enableServiceLinks: false })).toHaveProperty('enableServiceLinks')
  })

  test('what is never omitted is there although nobody said it', () => {
    expect(taken('core.v1.PodSpec', { containers: [{}] })).toEqual({ containers: [{ name: '', resources: {} }] })
    expect(taken('apps.v1.Deployment', {})).toEqual({
      metadata: {},
      spec: { strategy: {}, template: { metadata: {}, spec: {} } },
      status: {},
    })
    const status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 }
    expect(taken('policy.v1.PodDisruptionBudget', {})).toMatchObject({ status })
  })
})
