import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  createCluster,
  type CustomResourceDefinition,
  type JSONSchemaProps,
  type KubeObject,
  type Manifest,
  replay,
} from '../../src/index.ts'
import { bare, names, refused } from './support.ts'

interface Widget extends KubeObject {
  readonly spec?: {
    readonly size?: number
    readonly color?: string
    readonly parts?: readonly { readonly name: string }[]
  }
  readonly status?: { readonly ready?: number; readonly selector?: string }
}

const spec: JSONSchemaProps = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1, maximum: 10 },
    color: { type: 'string', enum: ['red', 'green'], default: 'red' },
    parts: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string', pattern: '^[a-z]+$' }, count: { type: 'integer', default: 1 } },
      },
    },
  },
}
const schema: JSONSchemaProps = {
  type: 'object',
  properties: {
    spec,
    status: { type: 'object', properties: { ready: { type: 'integer' }, selector: { type: 'string' } } },
  },
}

type Version = CustomResourceDefinition['spec']['versions'][number]

const version = (name: string, more: Partial<Version> = {}): Version => ({
  name,
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  subresources: {
    status: {},
    scale: {
      specReplicasPath: '.spec.size',
      statusReplicasPath: '.status.ready',
      labelSelectorPath: '.status.selector',
    },
  },
  ...more,
})

const crd = (versions: readonly Version[] = [version('v1')]): Manifest<CustomResourceDefinition> => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wg'] },
    versions,
  },
})

const widget = (name: string, more: object = { spec: { size: 3 } }): object => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name },
  ...more,
})

const V1 = 'example.com/v1/Widget'

/** A cluster that serves widgets. */
function withWidgets(versions?: readonly Version[]): Cluster {
  const cluster = bare()
  cluster.customResourceDefinitions.create(crd(versions))
  return cluster
}

describe('a definition', () => {
  test('is served at once, under the names it asked for', () => {
    const { spec: made, status, metadata } = bare().customResourceDefinitions.create(crd())
    expect(made.names).toEqual({
      plural: 'widgets',
      singular: 'widget',
      kind: 'Widget',
      listKind: 'WidgetList',
      shortNames: ['wg'],
    })
    expect(made.conversion).toEqual({ strategy: 'None' })
    expect(status).toEqual({
      acceptedNames: made.names,
      storedVersions: ['v1'],
      conditions: [
        {
          type: 'NamesAccepted',
          status: 'True',
          reason: 'NoConflicts',
          message: 'no conflicts found',
          lastTransitionTime: metadata.creationTimestamp,
        },
        {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
          lastTransitionTime: metadata.creationTimestamp,
        },
      ],
    })
  })

  test.each<[string, JSONSchemaProps]>([
    [
      'a set of objects that are atomic',
      {
        type: 'array',
        'x-kubernetes-list-type': 'set',
        items: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: { type: 'string' } } },
      },
    ],
    [
      'a set of lists, which are atomic unless they say otherwise',
      {
        type: 'array',
        'x-kubernetes-list-type': 'set',
        items: { type: 'array', items: { type: 'string' } },
      },
    ],
    ['an object without any fields', { type: 'object', additionalProperties: false }],
    ['a number that no number is a multiple of', { type: 'number', multipleOf: -1 }],
    [
      'types told apart by logic, without a word that they are',
      { type: 'string', anyOf: [{ type: 'integer' }, { type: 'string' }] },
    ],
    ['logic about what is named nowhere', { type: 'object', anyOf: [{ required: ['a'], properties: { a: {} } }] }],
    [
      'a default that is there twice',
      { type: 'array', default: ['x', 'x'], 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    ],
  ])('may have %s', (_, field) => {
    const openAPIV3Schema: JSONSchemaProps = { type: 'object', properties: { field } }
    const { customResourceDefinitions } = withWidgets([
      version('v1', { schema: { openAPIV3Schema }, subresources: {} }),
    ])
    const { spec: made } = customResourceDefinitions.get('widgets.example.com')
    expect(made.versions[0]!.schema!.openAPIV3Schema!.properties!['field']).toEqual(field)
  })

  test('whose names are taken is not served, until they are free', () => {
    const cluster = withWidgets()
    const other = { ...crd(), metadata: { name: 'gadgets.example.com' } }
    const { status } = cluster.customResourceDefinitions.create({
      ...other,
      spec: { ...other.spec, names: { plural: 'gadgets', kind: 'Widget' } },
    })
    expect(status.conditions).toMatchObject([
      { type: 'NamesAccepted', status: 'False', reason: 'ListKindConflict', message: '"WidgetList" is already in use' },
      { type: 'Established', status: 'False', reason: 'NotAccepted' },
    ])
    cluster.resource<Widget>(V1).create(widget('a'))
    expect(cluster.table('wg')).toBe('NAME   AGE\na      0s\n')
    expect(() => cluster.table('gadgets')).toThrow('the server doesn\'t have a resource type "gadgets"')
    for (const begin of ['delete', 'restart'] as const) {
      const fork = cluster.fork()
      if (begin === 'restart') fork.controllers.crash('crd-finalizer-controller')
      fork.customResourceDefinitions.delete('widgets.example.com')
      fork.settle()
      if (begin === 'restart') {
        fork.customResourceDefinitions.patch(
          'widgets.example.com',
          { metadata: { finalizers: null } },
          { type: 'merge' },
        )
        fork.controllers.restart('crd-finalizer-controller')
        fork.settle()
      }
      fork.resource<Widget>(V1).create(widget('b'))
      expect(fork.table('gadgets')).toBe('NAME   AGE\nb      0s\n')
    }
  })

  test('and its objects may stand in one file, in any order', () => {
    const cluster = bare()
    const { applied } = cluster.apply([widget('a'), crd()])
    expect(applied.map(({ object, result }) => [object.kind, result])).toEqual([
      ['Widget', 'created'],
      ['CustomResourceDefinition', 'created'],
    ])
    expect(cluster.resource<Widget>(V1).get('a').spec).toEqual({ size: 3, color: 'red' })
  })

  test('with a webhook that is not called says so when it is applied', () => {
    const cluster = bare()
    const one = crd()
    const webhook = { clientConfig: { url: 'https://a.example.com' }, conversionReviewVersions: ['v1'] }
    const asked = { ...one, spec: { ...one.spec, conversion: { strategy: 'Webhook', webhook } } }
    const said = [
      'customresourcedefinition/widgets.example.com: spec.conversion.webhook is kept, but not called: objects convert as with the strategy None',
    ]
    expect(cluster.apply(asked).warnings).toEqual(said)
    expect(cluster.apply(asked)).toMatchObject({ applied: [{ result: 'unchanged' }], warnings: said })
    expect(cluster.apply(crd()).warnings).toEqual([])
  })

  test('that is wrong about the certificates of its webhook is not served, and may not become so', () => {
    const cluster = bare()
    const one = crd()
    const asked = (caBundle?: string): object => {
      const clientConfig = { url: 'https://a.example.com', ...(caBundle !== undefined && { caBundle }) }
      const webhook = { clientConfig, conversionReviewVersions: ['v1'] }
      return { ...one, spec: { ...one.spec, conversion: { strategy: 'Webhook', webhook } } }
    }
    const established = (): unknown =>
      cluster.customResourceDefinitions.get('widgets.example.com').status.conditions?.[1]
    cluster.apply(asked('YWJj'))
    expect(established()).toMatchObject({
      status: 'False',
      reason: 'InvalidCABundle',
      message: 'The conversion webhook CABundle is invalid',
    })
    const pem = ['-----BEGIN CERTIFICATE-----', 'YWJj', '-----END CERTIFICATE-----', ''].join('\n')
    cluster.apply(asked(Buffer.from(pem).toString('base64')))
    expect(established()).toMatchObject({ status: 'True', reason: 'InitialNamesAccepted' })
    expect(refused(() => cluster.apply(asked('YWJj'))).status.details?.causes).toEqual([
      {
        field: 'spec.conversion.webhookClientConfig.caBundle',
        message: 'Invalid value: "YWJj": unable to load root certificates: unable to parse bytes as PEM block',
        reason: 'FieldValueInvalid',
      },
    ])
  })

  test('that is refused leaves nothing of its file', () => {
    const cluster = bare()
    const { revision } = cluster
    const bad = crd([version('v1', { storage: false })])
    expect(refused(() => cluster.apply([bad, widget('a')])).message).toContain('must have exactly one version')
    expect(cluster.revision).toBe(revision)
    expect(() => cluster.resource(V1)).toThrow('no matches for kind "Widget" in version "example.com/v1"')
  })

  test('that is to have no spec any more is refused for all that it lacks', () => {
    const { customResourceDefinitions } = withWidgets()
    const without = (): unknown => customResourceDefinitions.patch('widgets.example.com', { spec: null })
    const fields = refused(without).status.details?.causes?.map(({ field }) => field)
    expect(fields).toEqual(expect.arrayContaining(['spec.group', 'spec.names.plural', 'spec.versions']))
  })

  test('may get another kind and another scope while it is not served', () => {
    const cluster = withWidgets()
    const { customResourceDefinitions } = cluster
    const other = { ...crd(), metadata: { name: 'gadgets.example.com' } }
    const names = { plural: 'gadgets', kind: 'Widget' }
    customResourceDefinitions.create({ ...other, spec: { ...other.spec, names } })
    const { spec: changed, status } = customResourceDefinitions.update('gadgets.example.com', (draft) => {
      draft.spec.scope = 'Cluster'
      Object.assign(draft.spec.names, { kind: 'Gadget', listKind: 'GadgetList', singular: 'gadget' })
      delete draft.spec.names.shortNames
    })
    expect([changed.scope, status.acceptedNames?.kind]).toEqual(['Cluster', 'Gadget'])
  })

  test('keeps its scope, its kind and its stored versions', () => {
    const cluster = withWidgets()
    const change = (
      recipe: (draft: { spec: { scope: string; names: { kind: string }; versions: unknown } }) => void,
    ): string => refused(() => cluster.customResourceDefinitions.update('widgets.example.com', recipe as never)).message
    expect(change((draft) => void (draft.spec.scope = 'Cluster'))).toContain(
      'spec.scope: Invalid value: "Cluster": field is immutable',
    )
    expect(change((draft) => void (draft.spec.names.kind = 'Gadget'))).toContain('spec.names.kind: Invalid value')
    expect(change((draft) => void (draft.spec.versions = [version('v2')]))).toContain(
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version',
    )
  })
})

describe('a custom object', () => {
  test('is made, read, listed, changed, watched and deleted like any other', () => {
    const cluster = withWidgets()
    const widgets = cluster.resource<Widget>(V1)
    const watch = widgets.watch()
    const made = widgets.create(widget('a'))
    expect(made.metadata).toMatchObject({ name: 'a', namespace: 'default', generation: 1 })
    expect(widgets.list()).toMatchObject({ apiVersion: 'example.com/v1', kind: 'WidgetList', items: [made] })
    const changed = widgets.update('a', (draft) => void (draft.spec = { size: 5, color: 'green' }))
    expect(changed.metadata.generation).toBe(2)
    const patched = widgets.patch('a', { spec: { size: 6 } }, { type: 'merge' })
    expect(patched.spec).toEqual({ size: 6, color: 'green' })
    widgets.delete('a')
    expect(widgets.find('a')).toBeUndefined()
    expect(watch.read().map(({ type, object }) => [type, object.spec?.size])).toEqual([
      ['ADDED', 3],
      ['MODIFIED', 5],
      ['MODIFIED', 6],
      ['DELETED', 6],
    ])
    expect(refused(() => widgets.patch('a', {}, { type: 'strategic' })).reason).toBe('UnsupportedMediaType')
  })

  test('has a status that is written alone, and that counts for no generation', () => {
    const widgets = withWidgets().resource<Widget>(V1)
    expect(widgets.create(widget('a', { spec: { size: 3 }, status: { ready: 9 } })).status).toBeUndefined()
    const reported = widgets.updateStatus('a', (draft) => {
      draft.status = { ready: 2 }
      draft.spec = { size: 7 }
    })
    expect(reported).toMatchObject({ spec: { size: 3 }, status: { ready: 2 }, metadata: { generation: 1 } })
    expect(widgets.update('a', (draft) => void (draft.status = { ready: 5 })).status).toEqual({ ready: 2 })
  })

  test('says nothing of labels, owners and finalizers of which it has none, and does not change for them', () => {
    const widgets = withWidgets().resource<Widget>(V1)
    const empties = { labels: {}, annotations: {}, finalizers: [], ownerReferences: [], generateName: '' }
    const made = widgets.create(widget('a', { metadata: { name: 'a', ...empties }, spec: { size: 3 } }))
    for (const field of Object.keys(empties)) expect(made.metadata).not.toHaveProperty(field)
    expect(widgets.patch('a', { metadata: { labels: {} } }, { type: 'merge' })).toEqual(made)
    widgets.patch('a', { metadata: { labels: { a: '1' } } }, { type: 'merge' })
    const bare = widgets.patch('a', { metadata: { labels: { a: null } } }, { type: 'merge' })
    expect(bare.metadata).not.toHaveProperty('labels')
  })

  test('loses a status that is written as none', () => {
    const widgets = withWidgets().resource<Widget>(V1)
    widgets.create(widget('a'))
    widgets.updateStatus('a', (draft) => void (draft.status = { ready: 2 }))
    expect(widgets.updateStatus('a', (draft) => void delete draft.status).status).toBeUndefined()
    widgets.updateStatus('a', (draft) => void (draft.status = { ready: 2 }))
    widgets.patch('a', { status: null }, { type: 'merge', subresource: 'status' })
    expect(widgets.get('a')).not.toHaveProperty('status')
  })

  test('scales by the paths of its definition', () => {
    const widgets = withWidgets().resource<Widget>(V1)
    widgets.create(widget('a'))
    expect(widgets.scale('a', 7).spec).toEqual({ size: 7, color: 'red' })
    expect(refused(() => widgets.scale('a', 11)).message).toContain(
      'spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10',
    )
  })

  test('is read for its scale whenever it is written, its status alone when that is', () => {
    const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const
    const loose = version('v1', {
      schema: { openAPIV3Schema: { type: 'object', properties: { spec: open, status: open } } },
    })
    const widgets = withWidgets([loose]).resource<Widget>(V1)
    widgets.create(widget('a'))
    const faults = (act: () => unknown): readonly string[] =>
      refused(act).status.details!.causes!.map(({ field, message }) => `${field}: ${message}`)
    const written = (fields: object, subresource?: 'status'): readonly string[] =>
      faults(() => widgets.patch('a', fields, { type: 'merge', ...(subresource && { subresource }) }))
    expect([
      written({ spec: { size: -1 } }),
      written({ spec: { size: 2_147_483_648 } }),
      written({ spec: { size: 1.5 } }),
      written({ spec: 'none' }),
      written({ status: { ready: -2, selector: [1] } }, 'status'),
      faults(() => widgets.scale('a', -1)),
    ]).toEqual([
      ['.spec.size: Invalid value: -1: should be a non-negative integer'],
      ['.spec.size: Invalid value: 2147483648: should be less than or equal to 2147483647'],
      ['.spec.size: Invalid value: 0: .spec.size accessor error: 1.5 is of the type float64, expected int64'],
      [
        'spec: Invalid value: "string": spec in body must be of type object: "string"',
        '.spec.size: Invalid value: 0: .spec.size accessor error: none is of the type string, expected map[string]interface{}',
      ],
      [
        '.status.ready: Invalid value: -2: should be a non-negative integer',
        '.status.selector: Invalid value: "": .status.selector accessor error: [1] is of the type []interface {}, expected string',
      ],
      ['.spec.size: Invalid value: -1: should be a non-negative integer'],
    ])
  })

  test('without subresources has a status like any other field', () => {
    const widgets = withWidgets([version('v1', { subresources: {} })]).resource<Widget>(V1)
    expect(widgets.create(widget('a', { spec: { size: 3 }, status: { ready: 9 } })).status).toEqual({ ready: 9 })
    expect(widgets.update('a', (draft) => void (draft.status = { ready: 8 })).metadata.generation).toBe(2)
    expect(refused(() => widgets.updateStatus('a', () => {})).reason).toBe('MethodNotAllowed')
  })

  test('loses what is null and may not be, or gets its default: what is written in Go has nulls for empty lists', () => {
    const properties: JSONSchemaProps['properties'] = {
      list: { type: 'array', items: { type: 'string' } },
      map: { type: 'object', additionalProperties: { type: 'object', properties: { a: { type: 'string' } } } },
      color: { type: 'string', default: 'red' },
      maybe: { type: 'string', nullable: true },
      sizes: { type: 'array', items: { type: 'integer', default: 1 } },
    }
    const openAPIV3Schema: JSONSchemaProps = { type: 'object', properties: { spec: { type: 'object', properties } } }
    const cluster = withWidgets([version('v1', { schema: { openAPIV3Schema }, subresources: {} })])
    const widgets = cluster.resource<KubeObject & { spec?: object }>(V1)
    const given = { list: null, map: { x: null, y: { a: null } }, color: null, maybe: null, sizes: [null, 2] }
    const kept = { map: { y: {} }, color: 'red', maybe: null, sizes: [1, 2] }
    expect(widgets.create(widget('a', { spec: given })).spec).toEqual(kept)
    expect(widgets.create(widget('b', { spec: null })).spec).toBeUndefined()
    expect(refused(() => widgets.create(widget('c', { spec: { list: [null] } }))).message).toContain('spec.list[0]')
  })

  test('has nothing but scalars below additionalProperties: true', () => {
    const properties: JSONSchemaProps['properties'] = {
      open: { type: 'object', additionalProperties: true },
      closed: { type: 'object', additionalProperties: false },
      any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    }
    const openAPIV3Schema: JSONSchemaProps = { type: 'object', properties: { spec: { type: 'object', properties } } }
    const cluster = withWidgets([version('v1', { schema: { openAPIV3Schema }, subresources: {} })])
    const widgets = cluster.resource<KubeObject & { spec?: object }>(V1)
    const faults = (spec: object): unknown =>
      refused(() => widgets.create(widget('b', { spec }))).status.details?.causes
    const open = { a: 1, b: ['x'] }
    expect(widgets.create(widget('a', { spec: { open, any: { a: { b: [{}] } } } })).spec).toMatchObject({ open })
    expect(faults({ open: { a: { b: 1 }, c: [{ d: 1 }] } })).toMatchObject([
      { field: 'spec.open.a.b', message: 'unknown field "spec.open.a.b"' },
      { field: 'spec.open.c[0].d' },
    ])
    expect(faults({ closed: { a: 1 } })).toMatchObject([
      { field: 'spec.closed', message: 'Invalid value: "a": spec.closed.a in body is a forbidden property' },
    ])
  })

  test('says what the objects inside of it are, and their metadata is checked', () => {
    const pod: JSONSchemaProps = {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    }
    const openAPIV3Schema: JSONSchemaProps = { type: 'object', properties: { pod } }
    const widgets = withWidgets([version('v1', { schema: { openAPIV3Schema }, subresources: {} })]).resource(V1)
    widgets.create(widget('a', { pod: { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { app: 'web' } } } }))
    const bad = { apiVersion: 'v/1/2', kind: 'po d', metadata: { labels: { app: 'not ok!' } } }
    expect(refused(() => widgets.create(widget('b', { pod: bad }))).status.details?.causes).toMatchObject([
      { field: 'pod.apiVersion', message: 'Invalid value: "v/1/2": unexpected GroupVersion string: v/1/2' },
      { field: 'pod.kind' },
      { field: 'pod.metadata.labels' },
    ])
  })

  test('that is not one of a few is not asked for its rules', () => {
    const spec: JSONSchemaProps = {
      type: 'object',
      properties: { size: { type: 'string', enum: ['S', 'L'] }, count: { type: 'integer' } },
      'x-kubernetes-validations': [{ rule: 'self.count > 3' }],
    }
    const openAPIV3Schema: JSONSchemaProps = { type: 'object', properties: { spec } }
    const widgets = withWidgets([version('v1', { schema: { openAPIV3Schema }, subresources: {} })]).resource(V1)
    const given = widget('a', { spec: { size: 'M', count: 1 } })
    expect(refused(() => widgets.create(given)).status.details?.causes).toMatchObject([
      { field: 'spec.size' },
      { field: '<nil>', message: expect.stringContaining('some validation rules were not checked') as string },
    ])
  })

  test.each([
    ['date-time', '2020-01-01T25:00:00Z', '2020-01-01T23:00:00Z'],
    ['uri', 'foo', '/foo'],
    ['email', 'a', 'A <a@b.c>'],
    ['hostname', 'a.b', 'a.bc'],
    ['hostname', 'a.bc.', 'a'],
  ])('of the format %s is not %s, but may be %s', (format, wrong, right) => {
    const openAPIV3Schema: JSONSchemaProps = { type: 'object', properties: { field: { type: 'string', format } } }
    const widgets = withWidgets([version('v1', { schema: { openAPIV3Schema }, subresources: {} })]).resource(V1)
    widgets.create(widget('a', { field: right }))
    expect(refused(() => widgets.create(widget('b', { field: wrong }))).message).toContain(`must be of type ${format}`)
  })

  test('may not be null where it is one of a few, unless null is one of them', () => {
    const properties: JSONSchemaProps['properties'] = { size: { type: 'string', nullable: true, enum: ['S', 'L'] } }
    const openAPIV3Schema: JSONSchemaProps = { type: 'object', properties: { spec: { type: 'object', properties } } }
    const widgets = withWidgets([version('v1', { schema: { openAPIV3Schema }, subresources: {} })]).resource(V1)
    expect(refused(() => widgets.create(widget('a', { spec: { size: null } }))).message).toContain(
      'spec.size: Unsupported value: null: supported values: "S", "L"',
    )
  })

  test('is shown as its printer columns say', () => {
    const additionalPrinterColumns = [
      { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'First', type: 'string', jsonPath: '.spec.parts[0].name', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ]
    const cluster = withWidgets([version('v1', { additionalPrinterColumns })])
    cluster.resource<Widget>(V1).create(widget('a', { spec: { size: 3, parts: [{ name: 'wheel' }] } }))
    cluster.advance('90s')
    expect(cluster.table('widget', { namespace: 'default' })).toBe(
      'NAME   SIZE   READY   AGE\na      3              90s\n',
    )
    expect(cluster.table('wg', { wide: true })).toContain('a      3              wheel   90s')
  })

  test('is shown up to the first column whose path cannot be read', () => {
    const additionalPrinterColumns = ['.spec.size', '.spec[', '.spec.color'].map((jsonPath) => ({
      name: jsonPath.slice(5),
      type: 'string',
      jsonPath,
    }))
    const cluster = withWidgets([version('v1', { additionalPrinterColumns })])
    cluster.resource<Widget>(V1).create(widget('a'))
    expect(cluster.table('wg')).toBe('NAME   .SIZE\na      3\n')
  })

  test.each([
    ['string', null, '<no value>'],
    ['string', { b: '<x>', a: [1, null] }, '{"a":[1,null],"b":"\\u003cx\\u003e"}'],
    ['string', 0.00001, '1e-05'],
    ['string', -1234567, '-1234567'],
    ['string', -123456.5, '-123456.5'],
    ['string', 1234567.5, '1.2345675e+06'],
    ['string', 1e20, '1e+20'],
    ['string', true, 'true'],
    ['number', 0.00001, '1e-05'],
    ['number', 'x', ''],
    ['integer', 2.9, '2'],
    ['integer', null, ''],
    ['boolean', false, 'false'],
    ['boolean', 1, ''],
    ['date', '', '<unknown>'],
    ['date', 'x', '<invalid>'],
    ['date', 3, ''],
  ])('shows in a column of the type %s %j as %s', (type, value, shown) => {
    const field = { 'x-kubernetes-preserve-unknown-fields': true, nullable: true }
    const openAPIV3Schema: JSONSchemaProps = { type: 'object', properties: { field } }
    const additionalPrinterColumns = [{ name: 'Field', type, jsonPath: '.field' }]
    const cluster = withWidgets([version('v1', { additionalPrinterColumns, schema: { openAPIV3Schema } })])
    cluster.resource(V1).create(widget('a', { field: value }))
    expect(cluster.table('wg').split('\n')[1]).toBe(`a      ${shown}`)
  })

  test('can be selected by the fields its definition names', () => {
    const cluster = withWidgets([version('v1', { selectableFields: [{ jsonPath: '.spec.color' }] })])
    const widgets = cluster.resource<Widget>(V1)
    widgets.create(widget('a'))
    widgets.create(widget('b', { spec: { size: 1, color: 'green' } }))
    expect(names(widgets.list({ fieldSelector: 'spec.color=green' }))).toEqual(['b'])
  })
})

describe('a list that is a set', () => {
  test('says once of an item that it is there more than once', () => {
    const set: JSONSchemaProps = { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } }
    const openAPIV3Schema: JSONSchemaProps = { type: 'object', properties: { set } }
    const widgets = withWidgets([version('v1', { schema: { openAPIV3Schema }, subresources: {} })]).resource(V1)
    const given = widget('a', { set: ['a', 'b', 'a', 'a', 'b'] })
    expect(refused(() => widgets.create(given)).status.details?.causes).toMatchObject([
      { field: 'set[2]' },
      { field: 'set[4]' },
    ])
  })
})

describe('multipleOf', () => {
  const withNumbers = (): ReturnType<Cluster['resource']> => {
    const properties: JSONSchemaProps['properties'] = {
      tenths: { type: 'number', multipleOf: 0.1 },
      hundredths: { type: 'number', multipleOf: 0.01 },
      gaps: { type: 'number', multipleOf: 2.5 },
      large: { type: 'integer', multipleOf: 10_000_000_000 },
    }
    const openAPIV3Schema: JSONSchemaProps = {
      type: 'object',
      properties: { spec: { type: 'object', properties } },
    }
    return withWidgets([version('v1', { schema: { openAPIV3Schema }, subresources: {} })]).resource(V1)
  }

  test('takes the multiples of a decimal fraction, although none of them is exact', () => {
    const numbers = withNumbers()
    for (const [i, tenths] of [0.3, 0.6, 0.7, 1.1, 2, 0, -0.3].entries()) {
      expect(numbers.create(widget(`a${i}`, { spec: { tenths } }))).toMatchObject({ spec: { tenths } })
    }
    expect(numbers.create(widget('b', { spec: { hundredths: 0.07 } }))).toMatchObject({ spec: { hundredths: 0.07 } })
    expect(numbers.create(widget('c', { spec: { gaps: 7.5 } }))).toMatchObject({ spec: { gaps: 7.5 } })
  })

  test.each([
    ['tenths', 0.35, 0.1],
    ['tenths', 0.05, 0.1],
    // The API server takes no quotient that falls short of an integer, and 1 / 0.01 * 0.29 does.
    ['hundredths', 0.29, 0.01],
    ['tenths', 1e300, 0.1],
    ['gaps', 6, 2.5],
    // Divided like fractions these would be within the tolerance, but integers have none.
    ['large', 10_000_000_001, 10_000_000_000],
  ])('refuses %s of %d, as %d does not go into it', (field, value, of) => {
    expect(refused(() => withNumbers().create(widget('a', { spec: { [field]: value } }))).message).toContain(
      `spec.${field}: Invalid value: ${value}: spec.${field} in body should be a multiple of ${of}`,
    )
  })

  test('of nothing, or of less, has no multiples', () => {
    const openAPIV3Schema: JSONSchemaProps = { type: 'object', properties: { odd: { type: 'integer', multipleOf: 0 } } }
    const widgets = withWidgets([version('v1', { schema: { openAPIV3Schema }, subresources: {} })]).resource(V1)
    expect(refused(() => widgets.create(widget('a', { odd: 5 }))).message).toContain(
      'odd: Invalid value: 0: factor MultipleOf declared for odd must be positive: 0',
    )
  })
})

describe('versions', () => {
  const two = [
    version('v1', { storage: false }),
    version('v2', {
      schema: {
        openAPIV3Schema: {
          ...schema,
          properties: {
            ...schema.properties,
            spec: { ...spec, properties: { ...spec.properties, extra: { type: 'string', default: 'x' } } },
          },
        },
      },
    }),
  ]

  test('show the same object, each by its own schema', () => {
    const cluster = withWidgets(two)
    cluster.resource<Widget>(V1).create(widget('a'))
    expect(cluster.resource('example.com/v2/Widget').get('a')).toMatchObject({
      apiVersion: 'example.com/v2',
      spec: { size: 3, color: 'red', extra: 'x' },
    })
    cluster
      .resource<Widget & { spec?: { extra?: string } }>('example.com/v2/Widget')
      .update('a', (draft) => void (draft.spec = { size: 4, extra: 'y' }))
    expect(cluster.resource<Widget>(V1).get('a')).toMatchObject({
      apiVersion: 'example.com/v1',
      spec: { size: 4, color: 'red' },
    })
    expect(cluster.resource<Widget>(V1).get('a').spec).not.toHaveProperty('extra')
  })

  test('keep what the version knows in which objects are kept, and get the defaults of that one', () => {
    const of = (name: string, storage: boolean, properties: JSONSchemaProps['properties']): Version =>
      version(name, {
        storage,
        subresources: {},
        schema: {
          openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: properties! } } },
        },
      })
    const text: JSONSchemaProps = { type: 'string' }
    const cluster = withWidgets([
      of('v1', true, { both: text, first: { ...text, default: 'one' } }),
      of('v2', false, { both: text, second: { ...text, default: 'two' } }),
    ])
    const [first, second] = [cluster.resource(V1), cluster.resource('example.com/v2/Widget')]
    const given = { apiVersion: 'example.com/v2', metadata: { name: 'a' }, spec: { both: 'x', second: 'mine' } }
    expect(second.create(given)).toMatchObject({ apiVersion: 'example.com/v2', spec: { both: 'x' } })
    expect(second.get('a')).not.toHaveProperty('spec.second')
    expect(first.get('a')).toMatchObject({ spec: { both: 'x', first: 'one' } })
    cluster.customResourceDefinitions.update('widgets.example.com', (draft) => {
      for (const each of draft.spec.versions) each.storage = each.name === 'v2'
    })
    // What was kept is read as it was kept until somebody writes it.
    expect(second.get('a')).not.toHaveProperty('spec.second')
    first.patch('a', { spec: { both: 'y' } }, { type: 'merge' })
    expect(second.get('a')).toMatchObject({ spec: { both: 'y', second: 'two' } })
    expect(first.get('a')).not.toHaveProperty('spec.first')
  })

  test('are applied in by one manager, who gives up what the other version said', () => {
    const two = [version('v1'), version('v2', { storage: false })]
    const cluster = withWidgets(two)
    const apply = (name: string, spec: object): Widget => {
      const manifest = { ...widget('a', { spec }), apiVersion: `example.com/${name}` }
      const options = { type: 'apply', fieldManager: 'me' } as const
      return cluster.resource<Widget>(`example.com/${name}/Widget`).patch('a', manifest, options)
    }
    apply('v1', { size: 3, parts: [{ name: 'wheel' }] })
    const applied = apply('v2', { size: 3 })
    expect(applied.spec).toEqual({ size: 3, color: 'red' })
    expect(applied.metadata.managedFields).toMatchObject([
      { manager: 'me', operation: 'Apply', apiVersion: 'example.com/v2', fieldsV1: { 'f:spec': { 'f:size': {} } } },
    ])
  })

  test('that are not served are refused, naming those that are', () => {
    const cluster = withWidgets([version('v1', { served: false, storage: false }), version('v2')])
    expect(refused(() => cluster.apply(widget('a'))).status.message).toBe(
      'no matches for kind "Widget" in version "example.com/v1"; it is served as example.com/v2',
    )
  })

  test('come and go with the definition, under the client that is there', () => {
    const cluster = withWidgets()
    const widgets = cluster.resource<Widget>(V1)
    widgets.create(widget('a'))
    cluster.customResourceDefinitions.update('widgets.example.com', (draft) => {
      const { properties } = draft.spec.versions[0]!.schema!.openAPIV3Schema!.properties!['spec']!
      properties!['weight'] = { type: 'integer', default: 5 }
      delete properties!['color']
    })
    expect(widgets.get('a').spec).toEqual({ size: 3, weight: 5 })
    expect(refused(() => widgets.create(widget('b', { spec: { size: 1, color: 'red' } }))).message).toContain(
      'spec.color',
    )
  })
})

describe('a stricter schema', () => {
  /** Widgets may be up to 3 in size, and the names of their parts are short. */
  const stricter = (cluster: Cluster): void =>
    void cluster.customResourceDefinitions.update('widgets.example.com', (draft) => {
      const { properties } = draft.spec.versions[0]!.schema!.openAPIV3Schema!.properties!['spec']!
      properties!['size']!.maximum = 3
      properties!['parts']!.items!.properties!['name']!.maxLength = 2
      properties!['color']!.enum = ['green']
      properties!['color']!.default = 'green'
    })

  function withOldWidget(): Cluster {
    const cluster = withWidgets()
    const parts = [{ name: 'wheel' }, { name: 'ax' }]
    cluster.resource<Widget>(V1).create(widget('a', { spec: { size: 9, parts } }))
    stricter(cluster)
    return cluster
  }

  test('tolerates what has not changed, and items of a map wherever they stand', () => {
    const widgets = withOldWidget().resource<Widget & { spec: { parts: { name: string; count?: number }[] } }>(V1)
    widgets.update('a', (draft) => void draft.spec.parts.reverse())
    widgets.patch('a', { spec: { color: 'green' } }, { type: 'merge' })
    widgets.updateStatus('a', (draft) => void (draft.status = { ready: 1 }))
    widgets.patch('a', { metadata: { labels: { new: 'yes' } } }, { type: 'merge' })
    expect(widgets.get('a')).toMatchObject({
      spec: { size: 9, color: 'green', parts: [{ name: 'ax' }, { name: 'wheel' }] },
    })
  })

  test('refuses what changes and is wrong, and only that', () => {
    const cluster = withOldWidget()
    const widgets = cluster.resource<Widget & { spec: { parts: { name: string; count?: number }[] } }>(V1)
    const { revision } = cluster
    const causes = (act: () => unknown): unknown => refused(act).status.details?.causes?.map(({ field }) => field)
    expect(causes(() => widgets.update('a', (draft) => void (draft.spec.size = 8)))).toEqual(['spec.size'])
    // The count of a part is no part of its name, which may stay.
    widgets.update('a', (draft) => void (draft.spec.parts[0]!.count = 2))
    expect(causes(() => widgets.update('a', (draft) => void draft.spec.parts.push({ name: 'door' })))).toEqual([
      'spec.parts[2].name',
    ])
    expect(causes(() => widgets.create(widget('b', { spec: { size: 9 } })))).toEqual(['spec.size'])
    expect(cluster.revision).toBe(revision + 1)
  })

  test('tolerates items that are there twice while any are', () => {
    const cluster = bare()
    const list: JSONSchemaProps = { type: 'array', items: { type: 'string' } }
    const of = (items: JSONSchemaProps): JSONSchemaProps => ({
      type: 'object',
      properties: { spec: { type: 'object', properties: { all: items } } },
    })
    const plain = version('v1', { schema: { openAPIV3Schema: of(list) }, subresources: {} })
    cluster.customResourceDefinitions.create(crd([plain]))
    const widgets = cluster.resource<KubeObject & { spec: { all: string[] } }>(V1)
    widgets.create(widget('a', { spec: { all: ['x', 'y', 'x', 'y'] } }))
    cluster.customResourceDefinitions.update('widgets.example.com', (draft) => {
      const { properties } = draft.spec.versions[0]!.schema!.openAPIV3Schema!.properties!['spec']!
      properties!['all']!['x-kubernetes-list-type'] = 'set'
    })
    widgets.update('a', (draft) => void draft.spec.all.pop())
    widgets.update('a', (draft) => void draft.spec.all.pop())
    expect(refused(() => widgets.update('a', (draft) => void draft.spec.all.push('x'))).message).toContain(
      'spec.all[2]: Duplicate value: "x"',
    )
  })
})

describe('deleting a definition', () => {
  test('takes its objects first, and waits for their finalizers', () => {
    const cluster = createCluster({ nodes: 0 })
    cluster.apply([
      crd(),
      widget('a'),
      widget('b', { metadata: { name: 'b', finalizers: ['example.com/hold'] }, spec: { size: 1 } }),
    ])
    const widgets = cluster.resource<Widget>(V1)
    cluster.customResourceDefinitions.delete('widgets.example.com')
    expect(cluster.customResourceDefinitions.get('widgets.example.com').metadata.finalizers).toEqual([
      'customresourcecleanup.apiextensions.k8s.io',
    ])
    expect(refused(() => widgets.create(widget('c'))).status).toMatchObject({
      reason: 'Forbidden',
      message:
        'widgets.example.com "c" is forbidden: create not allowed while custom resource definition is terminating',
    })
    cluster.advance('30s')
    expect(names(widgets.list())).toEqual(['b'])
    widgets.update('b', (draft) => void (draft.metadata.finalizers = []))
    cluster.advance('5s')
    expect(cluster.customResourceDefinitions.find('widgets.example.com')).toBeUndefined()
    expect(refused(() => widgets.list()).message).toContain('"widgets.example.com" not found')
    expect(() => cluster.resource(V1)).toThrow('no matches for kind')
  })

  test('leaves the past as it was', () => {
    const cluster = createCluster({ nodes: 0 })
    cluster.apply([crd(), widget('a')])
    const { revision } = cluster
    cluster.customResourceDefinitions.delete('widgets.example.com')
    cluster.settle()
    const then = cluster.at(revision)
    expect(then.resource<Widget>(V1).get('a').spec).toEqual({ size: 3, color: 'red' })
    expect(then.table('wg')).toContain('a')
    expect(cluster.history(revision - 1, revision)).toMatchObject([{ type: 'ADDED', object: { kind: 'Widget' } }])
    expect(cluster.history(revision).map(({ object }) => object.kind)).toContain('Widget')
  })

  test('and making it again with another scope serves the new one', () => {
    const cluster = createCluster({ nodes: 0 })
    cluster.apply([crd(), widget('a')])
    cluster.customResourceDefinitions.delete('widgets.example.com')
    cluster.settle()
    const again = crd()
    cluster.customResourceDefinitions.create({ ...again, spec: { ...again.spec, scope: 'Cluster' } })
    const made = cluster.resource<Widget>(V1).create(widget('a'))
    expect(made.metadata.namespace).toBeUndefined()
    expect(names(cluster.resource<Widget>(V1).list())).toEqual(['a'])
  })
})

test('custom objects go with their namespace and with their owner, and take what they own', () => {
  const cluster = createCluster({ nodes: 0 })
  cluster.apply([crd(), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } }])
  const widgets = cluster.resource<Widget>(V1)
  widgets.create(widget('a', { metadata: { name: 'a', namespace: 'team' }, spec: { size: 1 } }))
  const owner = widgets.create(widget('b'))
  const ownerReferences = [{ apiVersion: 'example.com/v1', kind: 'Widget', name: 'b', uid: owner.metadata.uid }]
  cluster.configMaps.create({ metadata: { name: 'owned', ownerReferences } })
  widgets.create(widget('c', { metadata: { name: 'c', ownerReferences }, spec: { size: 1 } }))
  cluster.namespaces.delete('team')
  widgets.delete('b')
  cluster.advance('1m')
  expect(names(widgets.list({ allNamespaces: true }))).toEqual([])
  expect(cluster.configMaps.find('owned')).toBeUndefined()
  expect(cluster.namespaces.find('team')).toBeUndefined()
})

test('forks and replays serve what the original serves', () => {
  const cluster = createCluster({ nodes: 1, seed: 3 })
  cluster.apply([crd(), widget('a')])
  const fork = cluster.fork()
  fork.customResourceDefinitions.delete('widgets.example.com')
  fork.settle()
  expect(names(cluster.resource<Widget>(V1).list())).toEqual(['a'])
  expect(() => fork.resource(V1)).toThrow('no matches for kind')
  cluster.resource<Widget>(V1).scale('a', 9)
  cluster.customResourceDefinitions.delete('widgets.example.com')
  cluster.advance('1m')
  const again = replay(cluster.journal)
  expect(again.historyHash()).toBe(cluster.historyHash())
})
