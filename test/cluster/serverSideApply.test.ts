import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  createCluster,
  type Deployment,
  type Journal,
  type KubeObject,
  replay,
  type ReplicationController,
} from '../../src/index.ts'
import { bare, podManifest, refused } from './support.ts'

/** A deployment's manifest; what it does not say, it does not own. */
const web = (spec: object = {}, metadata: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', ...metadata },
  spec,
})

const whole = {
  replicas: 3,
  selector: { matchLabels: { app: 'web' } },
  template: {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'main', image: 'web:1', ports: [{ containerPort: 80 }] }] },
  },
}

const apply = (cluster: Cluster, fieldManager: string, manifest: object, force?: boolean): Deployment =>
  cluster.deployments.patch('web', manifest, { type: 'apply', fieldManager, ...(force === undefined ? {} : { force }) })

/** Who manages what, without times. */
const managers = ({ metadata }: KubeObject): unknown[] =>
  metadata.managedFields!.map(({ manager, operation, subresource, fieldsV1 }) => [
    manager,
    subresource === undefined ? operation : `${operation} ${subresource}`,
    fieldsV1,
  ])

describe('server-side apply', () => {
  test('makes the object, and says field by field who manages it', () => {
    const cluster = bare()
    const made = apply(cluster, 'ci', web(whole, { labels: { team: 'shop' } }))
    expect(made.metadata.managedFields).toEqual([
      {
        manager: 'ci',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: '2020-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:team': {} } },
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:template': {
              'f:metadata': { 'f:labels': { 'f:app': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"main"}': {
                    '.': {},
                    'f:image': {},
                    'f:name': {},
                    'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
                  },
                },
              },
            },
          },
        },
      },
    ])
    expect(made.spec.strategy!.type).toBe('RollingUpdate')
  })

  test('makes an object whatever version it names: there is none yet', () => {
    const cluster = bare()
    expect(apply(cluster, 'ci', web(whole, { resourceVersion: '7' })).metadata.generation).toBe(1)
    expect(refused(() => apply(cluster, 'ci', web(whole, { resourceVersion: '7' }))).reason).toBe('Conflict')
  })

  test('of the same again writes nothing, and what is no longer said goes', () => {
    const cluster = bare()
    const first = apply(cluster, 'ci', web({ ...whole, minReadySeconds: 5 }, { labels: { a: '1', b: '2' } }))
    expect(apply(cluster, 'ci', web({ ...whole, minReadySeconds: 5 }, { labels: { a: '1', b: '2' } }))).toBe(first)
    const next = apply(cluster, 'ci', web(whole, { labels: { b: '2' } }))
    expect([next.metadata.labels, next.spec.minReadySeconds, next.spec.replicas]).toEqual([{ b: '2' }, undefined, 3])
  })

  test('of a field that another manages is a conflict that names them, and force takes it over', () => {
    const cluster = bare()
    apply(cluster, 'ci', web(whole))
    const error = refused(() => apply(cluster, 'autoscaler', web({ replicas: 5 })))
    expect([error.reason, error.code]).toEqual(['Conflict', 409])
    expect(error.message).toMatch(/^Apply failed with 1 conflict: conflict with "ci": \.spec\.replicas \(revision/)
    expect(error.status.details!.causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "ci"', field: '.spec.replicas' },
    ])
    const two = refused(() =>
      apply(
        cluster,
        'other',
        web({ replicas: 5, template: { spec: { containers: [{ name: 'main', image: 'web:2' }] } } }),
      ),
    )
    expect(two.status.message).toBe(
      'Apply failed with 2 conflicts: conflicts with "ci":\n- .spec.replicas\n- .spec.template.spec.containers[name="main"].image',
    )
    const forced = apply(cluster, 'autoscaler', web({ replicas: 5 }), true)
    expect(forced.spec.replicas).toBe(5)
    const [autoscaler, ci] = managers(forced) as [unknown[], [string, string, { 'f:spec': object }]]
    expect(autoscaler).toEqual(['autoscaler', 'Apply', { 'f:spec': { 'f:replicas': {} } }])
    expect([ci[0], Object.keys(ci[2]['f:spec'])]).toEqual(['ci', ['f:selector', 'f:template']])
    // Whoever gives a field up leaves its value; it goes only when nobody wants it.
    const { replicas: _, ...rest } = whole
    expect(apply(cluster, 'ci', web(rest)).spec.replicas).toBe(5)
  })

  test('of the same value is shared, and stays until the last of them gives it up', () => {
    const cluster = bare()
    apply(cluster, 'one', web(whole, { labels: { a: '1' } }))
    apply(cluster, 'two', web({}, { labels: { a: '1' } }))
    expect(apply(cluster, 'one', web(whole)).metadata.labels).toEqual({ a: '1' })
    expect(apply(cluster, 'two', web({})).metadata.labels).toBeUndefined()
  })

  test('merges lists by their keys, and each manager takes its own elements away', () => {
    const cluster = bare()
    apply(cluster, 'ci', web(whole))
    const sidecar = { template: { spec: { containers: [{ name: 'proxy', image: 'proxy:1' }] } } }
    const names = ({ spec }: Deployment): string[] => spec.template.spec.containers.map(({ name }) => name)
    expect(names(apply(cluster, 'mesh', web(sidecar)))).toEqual(['main', 'proxy'])
    const ports = [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }]
    const both = apply(
      cluster,
      'ci',
      web({
        ...whole,
        template: { ...whole.template, spec: { containers: [{ name: 'main', image: 'web:1', ports }] } },
      }),
    )
    expect(both.spec.template.spec.containers[0]!.ports!.map(({ protocol }) => protocol)).toEqual(['TCP', 'UDP'])
    expect(names(apply(cluster, 'mesh', web({})))).toEqual(['main'])
  })

  test('of what nobody applied before finds its fields with “before-first-apply”', () => {
    const cluster = bare()
    cluster.deployments.create({ metadata: { name: 'web', labels: { a: '1' } }, spec: whole })
    const error = refused(() => apply(cluster, 'ci', web({ replicas: 4 })))
    expect(error.status.message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using apps/v1: .spec.replicas',
    )
    expect(cluster.deployments.get('web').metadata.managedFields).toBeUndefined()
    const same = apply(cluster, 'ci', web({ replicas: 3 }, { labels: { b: '2' } }))
    expect(same.metadata.labels).toEqual({ a: '1', b: '2' })
    expect(managers(same).map((entry) => (entry as unknown[]).slice(0, 2))).toEqual([
      ['ci', 'Apply'],
      ['before-first-apply', 'Update'],
    ])
  })

  test('is heeded by patches, scaling and controllers: who changes a field manages it', () => {
    const cluster = createCluster({ seed: 7, nodes: 1 })
    const controller = (spec: object): object => ({
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'web' },
      spec,
    })
    const applyIt = (spec: object): ReplicationController =>
      cluster.replicationControllers.patch('web', controller(spec), { type: 'apply', fieldManager: 'ci' })
    const { selector: _selector, ...spec } = whole
    applyIt(spec)
    cluster.settle()
    cluster.replicationControllers.scale('web', 2)
    cluster.replicationControllers.patch('web', { metadata: { labels: { a: '1' } } }, { fieldManager: 'labeller' })
    cluster.settle()
    const found = managers(cluster.replicationControllers.get('web')) as [string, string, Record<string, object>][]
    expect(found.map(([manager, operation]) => `${manager}: ${operation}`).sort()).toEqual([
      'ci: Apply',
      'kubernetes-admin: Update scale',
      'labeller: Update',
      'replication-controller: Update status',
    ])
    const fieldsOf = (name: string): Record<string, object> => found.find(([manager]) => manager === name)![2]
    expect(fieldsOf('ci')['f:spec']).not.toHaveProperty('f:replicas')
    expect(fieldsOf('kubernetes-admin')).toEqual({ 'f:spec': { 'f:replicas': {} } })
    expect(fieldsOf('labeller')).toEqual({ 'f:metadata': { 'f:labels': { 'f:a': {} } } })
    expect(fieldsOf('replication-controller')['f:status']).toHaveProperty('f:readyReplicas')
    const { replicas: _replicas, ...rest } = spec
    expect(applyIt(rest).spec.replicas).toBe(2)
    expect(refused(() => applyIt(spec)).message).toContain(
      'conflict with "kubernetes-admin" with subresource "scale" using v1',
    )
  })

  test('of the status owns the status, and the labels it says', () => {
    const cluster = bare()
    cluster.pods.create(podManifest('a'))
    const condition = { type: 'example.com/ready', status: 'True' }
    const manifest = { ...podManifest('a', { labels: { a: 'b' } }), status: { conditions: [condition] } }
    const options = { type: 'apply', fieldManager: 'gate', subresource: 'status' } as const
    const pod = cluster.pods.patch('a', manifest, options)
    expect([pod.metadata.labels, pod.status.conditions]).toEqual([{ a: 'b' }, [condition]])
    expect(pod.metadata.managedFields!.find(({ manager }) => manager === 'gate')).toMatchObject({
      subresource: 'status',
      fieldsV1: { 'f:status': { 'f:conditions': { 'k:{"type":"example.com/ready"}': { '.': {} } } } },
    })
    expect(cluster.pods.patch('a', { ...manifest, status: {} }, options).status.conditions).toBeUndefined()
  })

  test('is what apply does with serverSide, without annotations, and knows kubectl’s own', () => {
    const cluster = bare()
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
    const results = (manifest: object, options: object = {}): string[] =>
      cluster.apply(manifest, { serverSide: true, ...options }).applied.map(({ result }) => result)
    expect(results(web(whole))).toEqual(['created'])
    expect(results(web(whole))).toEqual(['unchanged'])
    expect(cluster.deployments.get('web').metadata.annotations).toBeUndefined()
    expect(refused(() => cluster.apply(web({ replicas: 9 }), { serverSide: true, fieldManager: 'x' })).reason).toBe(
      'Conflict',
    )
    expect(results(web({ replicas: 9 }), { fieldManager: 'x', force: true })).toEqual(['configured'])
    // What client-side apply set is kubectl's to change on the server; its annotation follows.
    const service = (port: number): object => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { ports: [{ port }], selector: { app: 'web' } },
    })
    cluster.apply({ ...service(80), spec: { ports: [{ port: 80 }], selector: { app: 'old' } } })
    expect(results(service(80))).toEqual(['configured'])
    const { metadata, spec } = cluster.services.get('web')
    expect(spec.selector).toEqual({ app: 'web' })
    expect(JSON.parse(metadata.annotations![annotation]!)).toMatchObject({ spec: { selector: { app: 'web' } } })
  })

  test('takes manifests that are too large for an annotation', () => {
    const cluster = bare()
    const manifest = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'big' },
      data: { text: 'x'.repeat(300_000) },
    }
    expect(refused(() => cluster.apply(manifest)).message).toContain('metadata.annotations: Too long')
    expect(cluster.apply(manifest, { serverSide: true }).applied[0]!.result).toBe('created')
  })

  test('ends when the managers are taken away, and is lived again by a replay', () => {
    const cluster = createCluster({ seed: 7, nodes: 1 })
    apply(cluster, 'ci', web(whole))
    cluster.settle()
    apply(cluster, 'other', web({ replicas: 1 }), true)
    cluster.settle()
    const copy = replay(JSON.parse(JSON.stringify(cluster.journal)) as Journal)
    expect(copy.historyHash()).toBe(cluster.historyHash())
    const left = cluster.deployments.patch('web', { metadata: { managedFields: [{}] } }, { type: 'merge' })
    expect(left.metadata.managedFields).toBeUndefined()
  })

  test.each([
    ['no manager', {}, web(), 'Invalid', 'fieldManager: Required value: is required for apply patch'],
    ['no kind', { fieldManager: 'x' }, { apiVersion: 'apps/v1' }, 'BadRequest', 'invalid object type: apps/v1, Kind='],
    ['another name', { fieldManager: 'x' }, web({}, { name: 'b' }), 'BadRequest', 'does not match the name on the URL'],
    ['managers', { fieldManager: 'x' }, web({}, { managedFields: [] }), 'BadRequest', 'managedFields must be nil'],
    ['an unknown field', { fieldManager: 'x' }, web({ replica: 1 }), 'Invalid', 'unknown field "spec.replica"'],
    [
      'a broken rule',
      { fieldManager: 'x', force: true },
      web({ replicas: -1 }),
      'Invalid',
      'spec.replicas: Invalid value: -1',
    ],
    ['another uid', { fieldManager: 'x' }, web({}, { uid: 'other' }), 'Conflict', 'UID in precondition: other'],
    [
      'an element without its key',
      { fieldManager: 'x' },
      web({ template: { spec: { containers: [{ image: 'a' }] } } }),
      'BadRequest',
      '.spec.template.spec.containers: element 0: associative list with keys has an element that omits key field name',
    ],
    [
      'an element twice',
      { fieldManager: 'x' },
      web({ template: { spec: { containers: [{ name: 'a' }, { name: 'a' }] } } }),
      'BadRequest',
      '.spec.template.spec.containers: duplicate entries for key {"name":"a"}',
    ],
  ] as const)('of a manifest with %s is refused', (_, options, manifest, reason, said) => {
    const cluster = bare()
    apply(cluster, 'ci', web(whole))
    const { revision } = cluster
    const error = refused(() => cluster.deployments.patch('web', manifest, { type: 'apply', ...options }))
    expect([error.reason, error.message]).toEqual([reason, expect.stringContaining(said)])
    expect(cluster.revision).toBe(revision)
  })
})
