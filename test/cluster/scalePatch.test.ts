import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  createCluster,
  defineController,
  type Deployment,
  type JsonPatchOperation,
  type KubeObject,
  type Manifest,
  type PatchOptions,
  replay,
} from '../../src/index.ts'
import { bare, refused } from './support.ts'

const labels = { app: 'web' }
const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'web:1' }] } }
const deployment = (spec: object = {}): Manifest<Deployment> => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { selector: { matchLabels: labels }, template, ...spec },
})

type Body = object | readonly JsonPatchOperation[]
const subresource = 'scale'

/** A Deployment of two, and what comes of a patch of its scale. */
function patched(body: Body, type: PatchOptions['type']): [replicas: number | undefined, generation: number] {
  const cluster = bare()
  cluster.deployments.create(deployment({ replicas: 2 }))
  const { spec, metadata } = cluster.deployments.patch('web', body, { type, subresource })
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
  return [spec.replicas, metadata.generation!]
}

const merges: readonly [Body, number, number][] = [
  [{ spec: { replicas: 6 } }, 6, 2],
  [{}, 2, 1],
  [{ spec: { replicas: null } }, 0, 2],
  [{ spec: null }, 0, 2],
  [{ metadata: { labels: { a: 'b' } } }, 2, 1],
  [{ status: { replicas: 9 } }, 2, 1],
]
const operations: readonly [Body, number, number][] = [
  [[], 2, 1],
  [[{ op: 'remove', path: '/spec/replicas' }], 0, 2],
  [
    [
      { op: 'test', path: '/kind', value: 'Scale' },
      { op: 'test', path: '/status/selector', value: 'app=web' },
      { op: 'replace', path: '/spec/replicas', value: 8 },
    ],
    8,
    2,
  ],
]

const other = 'Operation cannot be fulfilled on deployments'
const refusals: readonly [Body, PatchOptions['type'], string][] = [
  [{ spec: { replicas: -1 } }, 'merge', 'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1'],
  [{ spec: { replicas: -1 } }, 'strategic', 'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1'],
  [{ spec: { replicas: 'x' } }, 'merge', 'spec.replicas: Invalid value: "x"'],
  [{ metadata: { resourceVersion: '1' } }, 'merge', `${other}.apps "web": the object has been modified`],
  [{ metadata: { uid: 'x' } }, 'merge', `${other}/scale.apps "web": Precondition failed: UID in precondition: x`],
  [{ metadata: { name: 'x' } }, 'merge', 'the name of the object (x) does not match the name on the URL (web)'],
  [{ metadata: { namespace: 'x' } }, 'merge', 'the namespace of the provided object does not match'],
  [{ kind: 'Deployment' }, 'merge', 'cannot be handled as a Scale'],
  [[{ op: 'test', path: '/spec/replicas', value: 99 }], 'json', 'the server rejected our request'],
]

/** Applies a count to the scale of a Deployment. */
function apply(
  cluster: Cluster,
  manager: string,
  replicas: number,
  force?: boolean,
  metadata: object = {},
): Deployment {
  const scale = {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'web', ...metadata },
    spec: { replicas },
  }
  const options = { type: 'apply', subresource, fieldManager: manager } as const
  return cluster.deployments.patch('web', scale, force === undefined ? options : { ...options, force })
}

const managersOf = ({ metadata }: KubeObject): readonly string[] =>
  metadata
    .managedFields!.map(({ manager, operation, subresource: sub, fieldsV1 }) => {
      const owns = 'f:replicas' in (fieldsV1 as Record<string, object>)['f:spec']!
      return `${manager}: ${operation}${sub === undefined ? '' : ` ${sub}`}${owns ? ', replicas' : ''}`
    })
    .sort()

describe('a patch of the scale', () => {
  test.each([
    ...merges.map((one) => ['merge', ...one] as const),
    ...operations.map((one) => ['json', ...one] as const),
  ])('of type %s, %j, is one of the Scale that the object shows', (type, body, replicas, generation) => {
    expect(patched(body, type)).toEqual([replicas, generation])
    if (type === 'merge') expect(patched(body, 'strategic')).toEqual([replicas, generation])
  })

  test.each(refusals)('%j of type %s is refused as the API server does', (body, type, message) => {
    expect(refused(() => patched(body, type)).message).toContain(message)
  })

  test('is for what is there and can be scaled', () => {
    const cluster = bare()
    const { deployments, pods } = cluster
    expect(refused(() => deployments.patch('web', {}, { subresource })).message).toContain(
      'deployments.apps "web" not found',
    )
    expect(refused(() => apply(cluster, 'me', 3)).message).toContain('deployments.apps "web" not found')
    expect(refused(() => pods.patch('web', {}, { subresource })).reason).toBe('MethodNotAllowed')
  })

  test('is there for controllers', () => {
    const scaler = defineController({
      name: 'scaler',
      watches: [{ kind: 'apps/v1/Deployment' }],
      reconcile: (key, { api }) =>
        void api.patch('apps/v1/Deployment', key, { spec: { replicas: 3 } }, { type: 'merge', subresource }),
    })
    const cluster = createCluster({ nodes: 0, controllers: [scaler], disable: ['deployment-controller'] })
    cluster.deployments.create(deployment({ replicas: 1 }))
    cluster.settle()
    expect(cluster.deployments.get('web').spec.replicas).toBe(3)
  })

  test('that applies owns how many are asked for, and nothing else', () => {
    const cluster = bare()
    cluster.deployments.create(deployment({ replicas: 1 }))
    const nobodys = 'conflict with "before-first-apply" with subresource "scale" using autoscaling/v1: .spec.replicas'
    expect(refused(() => apply(cluster, 'me', 3)).message).toContain(`Apply failed with 1 conflict: ${nobodys}`)
    expect(managersOf(apply(cluster, 'me', 3, true))).toEqual(['me: Apply scale, replicas'])
    expect(refused(() => apply(cluster, 'you', 4)).message).toContain('conflict with "me" with subresource "scale": ')
    const nameless = { apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 3 } }
    const shared = cluster.deployments.patch('web', nameless, { type: 'apply', subresource, fieldManager: 'you' })
    expect(managersOf(shared)).toEqual(['me: Apply scale, replicas', 'you: Apply scale, replicas'])
    expect([shared.spec.replicas, shared.metadata.generation]).toEqual([3, 2])
  })

  test('that applies meets those who applied the object', () => {
    const cluster = bare()
    const options = { type: 'apply', fieldManager: 'owner' } as const
    cluster.deployments.patch('web', deployment({ replicas: 1 }), options)
    expect(apply(cluster, 'me', 1).spec.replicas).toBe(1)
    expect(refused(() => apply(cluster, 'owner', 5)).message).toContain(
      'conflicts with "me" with subresource "scale":\n- .spec.replicas\nconflicts with "owner":\n- .spec.replicas',
    )
    expect(managersOf(apply(cluster, 'me', 7, true))).toEqual(['me: Apply scale, replicas', 'owner: Apply'])
  })

  test('leaves a count to nobody that was nobody’s', () => {
    const cluster = bare()
    cluster.deployments.patch('web', deployment(), { type: 'apply', fieldManager: 'owner' })
    const scaled = cluster.deployments.patch('web', { spec: { replicas: 6 } }, { type: 'merge', subresource })
    expect(managersOf(scaled)).toEqual(['owner: Apply'])
    expect(refused(() => apply(cluster, 'me', 4)).message).toContain('"before-first-apply" with subresource "scale"')
    expect(managersOf(apply(cluster, 'me', 4, true))).toEqual(['me: Apply scale, replicas', 'owner: Apply'])
    expect(apply(cluster, 'me', 9, undefined, { labels: { a: 'b' } }).metadata.labels).toBeUndefined()
  })

  test.each([
    [{ spec: { replicas: 3 } }, 'invalid object type: /, Kind='],
    [deployment(), 'invalid object type: apps/v1, Kind=Deployment'],
    [
      { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: { replicas: -1 } },
      'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web', resourceVersion: '1' } },
      'Operation cannot be fulfilled on deployments.apps "web": the object has been modified',
    ],
  ])('that applies %j is refused', (body, message) => {
    const cluster = bare()
    cluster.deployments.create(deployment())
    const options = { type: 'apply', subresource, fieldManager: 'me' } as const
    expect(refused(() => cluster.deployments.patch('web', body, options)).message).toContain(message)
  })

  test('of a custom object goes by the paths of its definition', () => {
    const cluster = bare()
    const replicas = { type: 'integer' }
    const count = { type: 'object', properties: { replicas } }
    cluster.apply({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'boxes.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Box', plural: 'boxes' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', properties: { spec: count, status: count } } },
            subresources: { scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
          },
        ],
      },
    })
    const boxes = cluster.resource<KubeObject & { spec?: { replicas?: number } }>('example.com/v1/Box')
    boxes.create({ metadata: { name: 'web' } })
    const patch = { metadata: { uid: 'of another' }, spec: { replicas: 3 } }
    expect(boxes.patch('web', patch, { subresource }).spec).toEqual({ replicas: 3 })
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: { replicas: 1 } }
    const options = { type: 'apply', subresource, fieldManager: 'me' } as const
    expect(refused(() => boxes.patch('web', scale, options)).message).toContain('failed to create manager for existing')
    expect(refused(() => boxes.patch('web', {}, { subresource, type: 'strategic' })).reason).toBe(
      'UnsupportedMediaType',
    )
  })
})
