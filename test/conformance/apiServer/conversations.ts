/** Requests one after another about the same objects: what recordings of single requests cannot show. */
import { amounts } from './amounts.ts'
import type { Json } from './answers.ts'

/** What `of` names is an apiVersion and a kind, such as `v1/Pod`. */
export type Step =
  | { readonly create: Json }
  | { readonly update: Json }
  | { readonly status: Json }
  | { readonly resize: Json }
  | { readonly ephemeralContainers: Json }
  | {
      readonly patch: Json
      readonly of: string
      readonly name: string
      readonly type: 'json' | 'merge' | 'strategic' | 'apply'
      readonly subresource?: 'status' | 'resize' | 'ephemeralcontainers'
      readonly fieldManager?: string
      readonly force?: boolean
    }
  | { readonly delete: string; readonly of: string; readonly options?: { readonly [option: string]: Json } }
  | { readonly get: string; readonly of: string }
  | {
      readonly list: string
      readonly labelSelector?: string
      readonly fieldSelector?: string
      readonly limit?: number
    }
  | { readonly scale: number; readonly of: string; readonly name: string }
  | { readonly evict: string; readonly options?: { readonly [option: string]: Json } }

const labels = { app: 'web' }
const container = { name: 'main', image: 'web:1' }
const pod = (name: string, spec: object = {}, metadata: object = {}): Json =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { containers: [container], ...spec },
  }) as Json
const map = (name: string, data: Json, metadata: object = {}): Json =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data }) as Json
const service = (name: string, spec: object): Json =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } }) as Json
const template = { metadata: { labels }, spec: { containers: [container] } }
const deployment = (name: string, spec: object = {}): Json =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  }) as Json
const DEPLOYMENT = 'apps/v1/Deployment'

type Patch = Extract<Step, { readonly patch: Json }>
const patch = (of: string, name: string, type: Patch['type'], body: unknown, more: Partial<Patch> = {}): Step => ({
  patch: body as Json,
  of,
  name,
  type,
  ...more,
})
const json = (name: string, ...operations: object[]): Step => patch('v1/ConfigMap', name, 'json', operations)
const strategic = (name: string, spec: object): Step =>
  patch(DEPLOYMENT, name, 'strategic', { spec: { template: { spec } } })
const apply = (body: Json, fieldManager: string, force?: boolean): Step => {
  const { apiVersion, kind, metadata } = body as { apiVersion: string; kind: string; metadata: { name: string } }
  return patch(`${apiVersion}/${kind}`, metadata.name, 'apply', body, {
    fieldManager,
    ...(force !== undefined && { force }),
  })
}
const remove = (of: string, name: string, options: { readonly [option: string]: Json } = {}): Step => ({
  delete: name,
  of,
  options,
})

const sizes = (request: string, limit: string, memory?: string, memoryLimit?: string): Json => ({
  requests: { cpu: request, ...(memory !== undefined && { memory }) },
  limits: { cpu: limit, ...(memoryLimit !== undefined && { memory: memoryLimit }) },
})
const sidecar = { name: 'side', image: 'side:1' }
const restarting = { resourceName: 'cpu', restartPolicy: 'RestartContainer' }
/** A pod of two containers, the first of which asks for so much. */
const sized = (name: string, request: string, limit: string, more: { spec?: object; metadata?: object } = {}): Json =>
  pod(
    name,
    { containers: [{ ...container, resources: sizes(request, limit) }, sidecar], ...more.spec },
    more.metadata ?? {},
  )
const withResize = (name: string, list: string, of: object): Step =>
  patch('v1/Pod', name, 'strategic', { spec: { [list]: [of] } }, { subresource: 'resize' })
const resizing = (name: string, resources: Json): Step => withResize(name, 'containers', { name: 'main', resources })
const debugging = (name: string, ...ephemeralContainers: object[]): Step =>
  patch('v1/Pod', name, 'strategic', { spec: { ephemeralContainers } }, { subresource: 'ephemeralcontainers' })

export const conversations: Readonly<Record<string, readonly Step[]>> = {
  'JSON patches do what RFC 6902 says, or nothing': [
    { create: map('json', { a: '1', b: '2' }) },
    json('json', { op: 'add', path: '/data/c', value: '3' }, { op: 'remove', path: '/data/b' }),
    json('json', { op: 'test', path: '/data/a', value: '1' }, { op: 'replace', path: '/data/a', value: '9' }),
    json('json', { op: 'test', path: '/data/a', value: '1' }, { op: 'remove', path: '/data/a' }),
    json('json', { op: 'replace', path: '/data/none', value: '1' }),
    json('json', { op: 'remove', path: '/data/none' }),
    json('json', { op: 'move', from: '/data/a', path: '/data/d' }, { op: 'copy', from: '/data/d', path: '/data/e' }),
    json('json', { op: 'add', path: '/metadata/labels', value: { a: 'b' } }),
    json('json', { op: 'add', path: '/metadata/finalizers', value: ['x.io/a'] }),
    json('json', { op: 'add', path: '/metadata/finalizers/-', value: 'x.io/b' }),
    json('json', { op: 'add', path: '/metadata/finalizers/7', value: 'x.io/c' }),
    json('json', { op: 'remove', path: '/metadata/finalizers/0' }),
    json('json', { op: 'add', path: '/nothing/here', value: 1 }),
    json('json', { op: 'add', path: '/spec', value: {} }),
    json('json', { op: 'explode', path: '/data/a' }),
    json('json'),
    patch('v1/ConfigMap', 'json', 'json', { op: 'remove', path: '/data/a' }),
    json('none', { op: 'remove', path: '/data/a' }),
    json('json', { op: 'replace', path: '/metadata/name', value: 'other' }),
    json('json', { op: 'replace', path: '/kind', value: 'Secret' }),
  ],
  'merge patches replace lists and remove what is null': [
    { create: deployment('merge') },
    patch(DEPLOYMENT, 'merge', 'merge', { metadata: { labels: { a: 'b', c: 'd' } }, spec: { replicas: 3 } }),
    patch(DEPLOYMENT, 'merge', 'merge', { metadata: { labels: { a: null } }, spec: { replicas: null } }),
    patch(DEPLOYMENT, 'merge', 'merge', { spec: { template: { spec: { containers: [{ name: 'b', image: 'b' }] } } } }),
    patch(DEPLOYMENT, 'merge', 'merge', { spec: { template: { spec: { containers: [] } } } }),
    patch(DEPLOYMENT, 'merge', 'merge', { spec: { selector: { matchLabels: { app: 'other' } } } }),
    patch(DEPLOYMENT, 'merge', 'merge', { metadata: { resourceVersion: '1' } }),
    patch(DEPLOYMENT, 'merge', 'merge', { metadata: { uid: 'other' } }),
    patch(DEPLOYMENT, 'merge', 'merge', { metadata: { namespace: 'other' } }),
    patch(DEPLOYMENT, 'merge', 'merge', { status: { replicas: 7 } }),
    patch(DEPLOYMENT, 'merge', 'merge', { status: { replicas: 7 } }, { subresource: 'status' }),
    patch(DEPLOYMENT, 'merge', 'merge', { spec: { paused: true }, status: { replicas: 1 } }, { subresource: 'status' }),
    patch(DEPLOYMENT, 'merge', 'merge', { metadata: { labels: { x: 'y' } } }, { subresource: 'status' }),
    patch(DEPLOYMENT, 'merge', 'merge', []),
    patch(DEPLOYMENT, 'merge', 'merge', {}),
  ],
  'strategic patches merge lists by key and heed directives': [
    {
      create: deployment('strategic', {
        template: {
          metadata: { labels },
          spec: {
            containers: [
              { ...container, env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }], args: ['a'] },
              { name: 'side', image: 'side:1' },
            ],
            tolerations: [{ key: 'a', operator: 'Exists' }],
            volumes: [{ name: 'v', emptyDir: {} }],
          },
        },
      }),
    },
    strategic('strategic', { containers: [{ name: 'main', env: [{ name: 'B', value: '2' }] }] }),
    strategic('strategic', { containers: [{ name: 'main', env: [{ name: 'A', $patch: 'delete' }] }] }),
    strategic('strategic', { containers: [{ name: 'main', ports: [{ containerPort: 81, name: 'b' }], args: ['b'] }] }),
    strategic('strategic', { containers: [{ name: 'new', image: 'new:1' }] }),
    strategic('strategic', { $setElementOrder: 1 }),
    strategic('strategic', {
      '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }, { name: 'new' }],
      containers: [{ name: 'side', image: 'side:2' }],
    }),
    strategic('strategic', { containers: [{ name: 'new', $patch: 'delete' }] }),
    strategic('strategic', { containers: [{ $patch: 'replace' }, { name: 'main', image: 'web:3' }] }),
    strategic('strategic', { tolerations: [{ key: 'b', operator: 'Exists' }] }),
    strategic('strategic', { volumes: [{ name: 'v', configMap: { name: 'm' } }] }),
    strategic('strategic', { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/a' } }] }),
    strategic('strategic', { volumes: [{ name: 'v', $patch: 'explode' }] }),
    strategic('strategic', { containers: [{ image: 'nameless' }] }),
    patch(DEPLOYMENT, 'strategic', 'strategic', { spec: { strategy: { type: 'Recreate' } } }),
    patch(DEPLOYMENT, 'strategic', 'strategic', { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }),
    patch(DEPLOYMENT, 'strategic', 'strategic', { metadata: { finalizers: ['x.io/a', 'x.io/b'] } }),
    patch(DEPLOYMENT, 'strategic', 'strategic', {
      metadata: { '$deleteFromPrimitiveList/finalizers': ['x.io/a'], finalizers: ['x.io/c'] },
    }),
    patch(DEPLOYMENT, 'strategic', 'strategic', { metadata: { labels: { $patch: 'replace', only: 'this' } } }),
    patch(DEPLOYMENT, 'strategic', 'strategic', { spec: { template: null } }),
  ],
  'server-side apply: managers, conflicts and force': [
    apply(map('apply', { a: '1', b: '2' }), 'one'),
    apply(map('apply', { a: '1', b: '2' }), 'one'),
    apply(map('apply', { b: '3' }), 'two'),
    apply(map('apply', { b: '3' }), 'two', true),
    apply(map('apply', { a: '1' }), 'one'),
    apply(map('apply', { a: '1', b: '2' }), 'one'),
    apply(map('apply', {}), 'two'),
    patch('v1/ConfigMap', 'apply', 'merge', { data: { a: '5', z: '1' } }, { fieldManager: 'editor' }),
    apply(map('apply', { a: '1' }), 'one'),
    apply(map('apply', { a: '5' }), 'one'),
    apply(map('apply', { q: '5' }), 'one'),
    patch('v1/ConfigMap', 'apply', 'apply', map('apply', { a: '1' })),
    apply(map('apply', { a: '1' }), 'a\nb'),
    apply(map('apply', { a: '1' }), 'x'.repeat(129)),
    patch('v1/ConfigMap', 'apply', 'apply', { kind: 'ConfigMap', metadata: { name: 'apply' } }, { fieldManager: 'x' }),
    patch('v1/ConfigMap', 'apply', 'apply', { apiVersion: 'v1', metadata: { name: 'apply' } }, { fieldManager: 'x' }),
    patch('v1/ConfigMap', 'apply', 'apply', map('other', { a: '1' }), { fieldManager: 'x' }),
    patch('v1/ConfigMap', 'apply', 'apply', map('apply', { a: '1' }, { managedFields: [] }), { fieldManager: 'x' }),
    patch('v1/ConfigMap', 'apply', 'apply', map('apply', { a: '1' }, { resourceVersion: '1' }), { fieldManager: 'x' }),
    patch('v1/ConfigMap', 'fresh', 'apply', map('fresh', { a: '1' }, { uid: 'some' }), { fieldManager: 'x' }),
    patch('v1/ConfigMap', 'apply', 'merge', { data: { a: '1' } }, { force: true }),
  ],
  'server-side apply of lists by key': [
    apply(deployment('lists', { replicas: 2 }), 'one'),
    apply(
      deployment('lists', {
        template: { metadata: { labels }, spec: { containers: [{ name: 'side', image: 'side:1' }] } },
      }),
      'two',
    ),
    apply(deployment('lists', { replicas: 3 }), 'two'),
    apply(deployment('lists', { replicas: 3 }), 'two', true),
    apply(deployment('lists'), 'one'),
    apply(
      deployment('lists', {
        template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'web:2' }] } },
      }),
      'three',
    ),
    apply(
      deployment('lists', {
        template: { metadata: { labels }, spec: { containers: [container, { ...container, image: 'twice' }] } },
      }),
      'three',
    ),
    { scale: 9, of: DEPLOYMENT, name: 'lists' },
    apply(deployment('lists', { replicas: 1 }), 'one'),
  ],
  'deletion: preconditions, grace, finalizers and what owns': [
    { create: map('gone', { a: '1' }, { finalizers: ['x.io/a'] }) },
    remove('v1/ConfigMap', 'gone', { preconditions: { uid: 'other' } }),
    remove('v1/ConfigMap', 'gone', { preconditions: { resourceVersion: '1' } }),
    remove('v1/ConfigMap', 'gone', { propagationPolicy: 'Nothing' }),
    remove('v1/ConfigMap', 'gone', { propagationPolicy: 'Orphan', orphanDependents: true }),
    remove('v1/ConfigMap', 'gone', { gracePeriodSeconds: -1 }),
    remove('v1/ConfigMap', 'gone'),
    remove('v1/ConfigMap', 'gone'),
    patch('v1/ConfigMap', 'gone', 'merge', { metadata: { finalizers: ['x.io/a', 'x.io/b'] } }),
    patch('v1/ConfigMap', 'gone', 'merge', { data: { a: '2' } }),
    patch('v1/ConfigMap', 'gone', 'merge', { metadata: { deletionTimestamp: null } }),
    { create: map('gone', {}) },
    patch('v1/ConfigMap', 'gone', 'merge', { metadata: { finalizers: [] } }),
    { get: 'gone', of: 'v1/ConfigMap' },
    remove('v1/ConfigMap', 'gone'),
    { create: deployment('owner') },
    remove(DEPLOYMENT, 'owner', { propagationPolicy: 'Foreground' }),
    { get: 'owner', of: DEPLOYMENT },
    remove(DEPLOYMENT, 'owner', { propagationPolicy: 'Orphan' }),
    { get: 'owner', of: DEPLOYMENT },
    patch(DEPLOYMENT, 'owner', 'merge', { metadata: { finalizers: null } }),
    { create: pod('unbound') },
    remove('v1/Pod', 'unbound'),
    { get: 'unbound', of: 'v1/Pod' },
    { create: pod('bound', { nodeName: 'somewhere', terminationGracePeriodSeconds: 7 }) },
    remove('v1/Pod', 'bound'),
    remove('v1/Pod', 'bound', { gracePeriodSeconds: 20 }),
    remove('v1/Pod', 'bound', { gracePeriodSeconds: 3 }),
    remove('v1/Pod', 'bound', { gracePeriodSeconds: 0 }),
    { get: 'bound', of: 'v1/Pod' },
    remove('v1/Namespace', 'default'),
    remove('v1/Namespace', 'kube-system'),
    remove('v1/Pod', 'never-there'),
  ],
  'names are given, generated, or refused': [
    { create: map('', {}) },
    { create: map('Upper', {}) },
    { create: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} } },
    { create: map('twice', {}) },
    { create: map('twice', {}) },
    { create: map('versioned', {}, { resourceVersion: '5' }) },
    { create: map('elsewhere', {}, { namespace: 'nowhere' }) },
    { create: service('9starts-with-a-digit', {}) },
    { create: map('deleted', {}, { deletionTimestamp: '2020-01-01T00:00:00Z', uid: 'mine', generation: 7 }) },
    { get: 'none', of: 'v1/ConfigMap' },
    { update: map('none', {}) },
    { update: map('twice', { a: 'b' }) },
    { update: map('twice', { a: 'c' }, { resourceVersion: '1' }) },
    { update: map('twice', { a: 'c' }, { resourceVersion: 'abc' }) },
    { update: map('twice', { a: 'c' }, { uid: 'other' }) },
    { update: map('twice', { a: 'c' }, { creationTimestamp: '2019-01-01T00:00:00Z', generation: 9 }) },
    { update: map('twice', { a: 'c' }, { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'a' }] }) },
  ],
  'lists are chosen by labels and fields': [
    { create: map('one', {}, { labels: { tier: 'front', env: 'prod' } }) },
    { create: map('two', {}, { labels: { tier: 'back' } }) },
    { list: 'v1/ConfigMap', labelSelector: 'tier' },
    { list: 'v1/ConfigMap', labelSelector: 'tier=front' },
    { list: 'v1/ConfigMap', labelSelector: 'tier!=front,tier' },
    { list: 'v1/ConfigMap', labelSelector: 'tier in (front, back),!env' },
    { list: 'v1/ConfigMap', labelSelector: 'tier notin (front),tier' },
    { list: 'v1/ConfigMap', labelSelector: 'tier in front' },
    { list: 'v1/ConfigMap', labelSelector: 'tier=' },
    { list: 'v1/ConfigMap', labelSelector: 'tier==front,,' },
    { list: 'v1/ConfigMap', labelSelector: 'a b' },
    { list: 'v1/ConfigMap', labelSelector: 'tier>5' },
    { list: 'v1/ConfigMap', labelSelector: 'tier>x' },
    { list: 'v1/ConfigMap', labelSelector: 'tier in ()' },
    { list: 'v1/ConfigMap', labelSelector: '-bad=x' },
    { list: 'v1/ConfigMap', fieldSelector: 'metadata.name=one' },
    { list: 'v1/ConfigMap', fieldSelector: 'metadata.name!=one,metadata.namespace=default' },
    { list: 'v1/ConfigMap', fieldSelector: 'data.a=1' },
    { list: 'v1/ConfigMap', fieldSelector: 'metadata.name' },
    { list: 'v1/Pod', fieldSelector: 'spec.containers=1' },
    { list: 'v1/Pod', fieldSelector: 'status.phase=Running,spec.nodeName=' },
    { list: 'v1/ConfigMap', labelSelector: 'tier', limit: 1 },
    { list: 'v1/ConfigMap', labelSelector: 'tier', limit: -1 },
  ],
  'what a service may become': [
    { create: service('svc', { clusterIP: '10.96.7.7', selector: labels }) },
    { create: service('same', { clusterIP: '10.96.7.7' }) },
    { create: service('outside', { clusterIP: '192.168.0.1' }) },
    { create: service('ported', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }) },
    { create: service('ported-too', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }) },
    { create: service('ported-high', { type: 'NodePort', ports: [{ port: 80, nodePort: 40000 }] }) },
    patch('v1/Service', 'svc', 'merge', { spec: { clusterIP: '10.96.7.8' } }),
    patch('v1/Service', 'svc', 'merge', { spec: { clusterIP: null } }),
    patch('v1/Service', 'svc', 'merge', { spec: { type: 'ExternalName', externalName: 'a.example.com' } }),
    patch('v1/Service', 'svc', 'merge', {
      spec: { type: 'ExternalName', externalName: 'a.example.com', clusterIP: null, clusterIPs: null, ports: null },
    }),
    patch('v1/Service', 'svc', 'merge', { spec: { type: 'ClusterIP', externalName: null, ports: [{ port: 81 }] } }),
    patch('v1/Service', 'svc', 'merge', { spec: { clusterIP: 'None' } }),
    patch('v1/Service', 'ported', 'merge', { spec: { type: 'ClusterIP' } }),
    patch('v1/Service', 'ported', 'strategic', { spec: { ports: [{ port: 82, name: 'b' }] } }),
    { create: service('headless', { clusterIP: 'None' }) },
    patch('v1/Service', 'headless', 'merge', { spec: { type: 'NodePort' } }),
    patch('v1/Service', 'headless', 'merge', { spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' } }),
    { create: service('stack', { ipFamilyPolicy: 'RequireDualStack' }) },
    { create: service('stack6', { ipFamilies: ['IPv6'] }) },
    { create: service('affine', { sessionAffinity: 'ClientIP' }) },
    { create: service('named', { ports: [{ port: 80 }, { port: 81 }] }) },
    {
      create: service('lb', {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        allocateLoadBalancerNodePorts: false,
      }),
    },
  ],
  'what of a pod may change, and its subresources': [
    { create: pod('p', { tolerations: [{ key: 'a', operator: 'Exists' }], activeDeadlineSeconds: 50 }) },
    patch('v1/Pod', 'p', 'strategic', { spec: { containers: [{ name: 'main', image: 'web:2' }] } }),
    patch('v1/Pod', 'p', 'strategic', { spec: { containers: [{ name: 'main', env: [{ name: 'A', value: 'b' }] }] } }),
    patch('v1/Pod', 'p', 'strategic', { spec: { containers: [{ name: 'more', image: 'a' }] } }),
    patch('v1/Pod', 'p', 'merge', { spec: { activeDeadlineSeconds: 20 } }),
    patch('v1/Pod', 'p', 'merge', { spec: { activeDeadlineSeconds: 90 } }),
    patch('v1/Pod', 'p', 'merge', { spec: { activeDeadlineSeconds: null } }),
    patch('v1/Pod', 'p', 'merge', { spec: { terminationGracePeriodSeconds: 1 } }),
    patch('v1/Pod', 'p', 'merge', { spec: { nodeName: 'somewhere' } }),
    patch('v1/Pod', 'p', 'merge', { spec: { tolerations: [] } }),
    patch('v1/Pod', 'p', 'merge', { spec: { priority: 7 } }),
    patch('v1/Pod', 'p', 'merge', { spec: { schedulingGates: [{ name: 'g' }] } }),
    patch('v1/Pod', 'p', 'merge', { status: { phase: 'Running' } }, { subresource: 'status' }),
    patch('v1/Pod', 'p', 'merge', { status: { phase: 'Wrong' } }, { subresource: 'status' }),
    patch('v1/Pod', 'p', 'merge', { status: { podIP: 'x' } }, { subresource: 'status' }),
    { create: pod('gated', { schedulingGates: [{ name: 'a' }, { name: 'b' }] }) },
    patch('v1/Pod', 'gated', 'merge', { spec: { nodeSelector: { a: 'b' } } }),
    patch('v1/Pod', 'gated', 'merge', { spec: { nodeSelector: { a: 'c' } } }),
    patch('v1/Pod', 'gated', 'merge', { spec: { schedulingGates: [{ name: 'b' }] } }),
    patch('v1/Pod', 'gated', 'merge', { spec: { schedulingGates: [{ name: 'b' }, { name: 'c' }] } }),
    patch('v1/Pod', 'gated', 'merge', { spec: { schedulingGates: null } }),
    { create: pod('assigned', { nodeName: 'n', schedulingGates: [{ name: 'a' }] }) },
    { evict: 'p' },
    { evict: 'never-there' },
    { create: pod('prioritised', { priorityClassName: 'system-node-critical' }) },
    { create: pod('outranked', { priorityClassName: 'none' }) },
    { create: pod('numbered', { priority: 5 }) },
    { create: pod('accounted', { serviceAccountName: 'nobody' }) },
  ],
  'pods are resized through a subresource of its own': [
    { create: sized('r', '100m', '200m') },
    resizing('r', sizes('150m', '200m')),
    resizing('r', sizes('150m', '300m', '1Gi', '1Gi')),
    patch('v1/Pod', 'r', 'strategic', { spec: { containers: [{ name: 'main', resources: sizes('1m', '1m') }] } }),
    { resize: sized('r', '1', '2') },
    { resize: sized('r', '1000m', '2', { metadata: { labels: { a: 'b' } } }) },
    { resize: sized('r', '2', '2') },
    { resize: sized('r', '2', '1') },
    { resize: sized('r', '1', '2', { spec: { containers: [] } }) },
    { resize: sized('r', '1', '2', { spec: { containers: [container] } }) },
    { resize: sized('r', '1', '2', { spec: { containers: [{ ...container, name: 'other' }, sidecar] } }) },
    { resize: sized('r', '1', '2', { spec: { restartPolicy: 'Never', tolerations: [], nodeName: 'x' } }) },
    resizing('r', { limits: { cpu: null } }),
    resizing('r', { requests: { cpu: null, memory: null } }),
    resizing('r', { requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '1' } }),
    patch('v1/Pod', 'r', 'merge', { metadata: { labels: { x: 'y' } } }, { subresource: 'resize' }),
    resizing('never-there', sizes('1', '1')),
    withResize('r', 'containers', { name: 'main', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'Never' }] }),
    withResize('r', 'containers', {
      name: 'main',
      resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
    }),
    withResize('r', 'containers', { name: 'new', image: 'a' }),
    withResize('r', 'initContainers', { name: 'init', image: 'a' }),
    withResize('r', 'containers', { name: 'main', image: 'other:1', resources: sizes('1100m', '2') }),
    { get: 'r', of: 'v1/Pod' },
    { create: pod('best') },
    resizing('best', sizes('1m', '1m')),
    { create: pod('sure', { containers: [{ ...container, resources: sizes('1', '1', '1Gi', '1Gi') }] }) },
    resizing('sure', sizes('2', '2')),
    resizing('sure', sizes('2', '3')),
    resizing('sure', sizes('3', '3', '2Gi', '2Gi')),
    { create: pod('windows', { os: { name: 'windows' } }) },
    resizing('windows', sizes('1', '1')),
    {
      create: pod('inits', {
        initContainers: [
          { name: 'first', image: 'a', resources: sizes('1', '1', '1Gi', '1Gi') },
          { name: 'side', image: 'a', restartPolicy: 'Always', resizePolicy: [restarting] },
        ],
      }),
    },
    withResize('inits', 'initContainers', { name: 'first', resources: sizes('2', '2') }),
    withResize('inits', 'initContainers', { name: 'side', resources: sizes('2', '2') }),
    withResize('inits', 'initContainers', { name: 'first', resources: { requests: { cpu: null } } }),
    withResize('inits', 'initContainers', { name: 'first', resources: { limits: { 'a.b/c': '1' } } }),
    withResize('inits', 'initContainers', { name: 'first', resizePolicy: [restarting] }),
    { create: pod('whole', { resources: sizes('1', '2') }) },
    patch('v1/Pod', 'whole', 'merge', { spec: { resources: sizes('2', '2') } }, { subresource: 'resize' }),
    patch('v1/Pod', 'whole', 'merge', { spec: { resources: null } }, { subresource: 'resize' }),
    patch('v1/Pod', 'whole', 'merge', { spec: { resources: { limits: null } } }, { subresource: 'resize' }),
    patch(
      'v1/Pod',
      'whole',
      'merge',
      { spec: { resources: { requests: { 'hugepages-2Mi': '2Mi' }, limits: { 'hugepages-2Mi': '2Mi' } } } },
      { subresource: 'resize' },
    ),
    {
      create: {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: 'resizing' },
        spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] },
      },
    },
    patch(
      'v1/Node',
      'resizing',
      'merge',
      { status: { allocatable: { cpu: '2', memory: '1Gi', pods: '10' } } },
      { subresource: 'status' },
    ),
    { create: sized('bound', '1', '1', { spec: { nodeName: 'resizing' } }) },
    resizing('bound', sizes('2', '4')),
    resizing('bound', sizes('3', '4')),
    resizing('bound', sizes('3', '4', '2Gi', '2Gi')),
    patch('v1/Node', 'resizing', 'merge', { metadata: { labels: { 'kubernetes.io/os': 'windows' } } }),
    resizing('bound', sizes('1500m', '4')),
    { create: sized('lost', '1', '1', { spec: { nodeName: 'nowhere' } }) },
    resizing('lost', sizes('2', '2')),
    {
      create: sized('mirror', '1', '1', {
        metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } },
        spec: { nodeName: 'resizing' },
      }),
    },
    resizing('mirror', sizes('2', '2')),
    debugging('mirror', { name: 'd', image: 'a' }),
    { create: sized('old', '1', '1') },
    patch(
      'v1/Pod',
      'old',
      'merge',
      {
        status: {
          containerStatuses: [
            { name: 'main', image: 'a', imageID: '', ready: true, restartCount: 0, state: { running: {} } },
          ],
        },
      },
      { subresource: 'status' },
    ),
    resizing('old', sizes('2', '2')),
  ],
  'ephemeral containers are added and never changed': [
    { create: pod('e') },
    debugging('e', { name: 'debug', image: 'busybox:1', targetContainerName: 'main', stdin: true, tty: true }),
    debugging('e', { name: 'debug', image: 'busybox:2' }),
    debugging('e', { name: 'debug', image: 'busybox:1' }),
    debugging('e', { name: 'main', image: 'busybox:1' }),
    debugging('e', { name: 'lost', image: 'busybox:1', targetContainerName: 'nobody' }),
    debugging('e', { name: 'Bad', image: '' }),
    debugging('e', { name: 'more', image: 'a', ports: [{ containerPort: 1 }], resources: sizes('1', '1') }),
    debugging('e', { name: 'more', image: 'a', livenessProbe: { exec: { command: ['a'] } }, lifecycle: {} }),
    debugging('e', { name: 'more', image: 'a' }, { name: 'yet', image: 'b' }),
    {
      ephemeralContainers: pod(
        'e',
        { ephemeralContainers: [{ name: 'debug', image: 'busybox:1' }], restartPolicy: 'Never' },
        { labels: { a: 'b' } },
      ),
    },
    { ephemeralContainers: pod('e') },
    patch('v1/Pod', 'e', 'merge', { spec: { ephemeralContainers: null } }, { subresource: 'ephemeralcontainers' }),
    patch('v1/Pod', 'e', 'merge', { metadata: { labels: { a: 'b' } } }, { subresource: 'ephemeralcontainers' }),
    patch('v1/Pod', 'e', 'strategic', { spec: { ephemeralContainers: [{ name: 'x', image: 'a' }] } }),
    debugging('never-there', { name: 'debug', image: 'a' }),
    { get: 'e', of: 'v1/Pod' },
    { create: pod('made', { ephemeralContainers: [{ name: 'debug', image: 'a' }] }) },
  ],
  'what subresources of pods set belongs to whoever set it there': [
    apply(sized('owned', '1', '2'), 'somebody'),
    patch('v1/Pod', 'owned', 'apply', sized('owned', '2', '2'), { fieldManager: 'scaler', subresource: 'resize' }),
    patch('v1/Pod', 'owned', 'apply', sized('owned', '2', '2'), {
      fieldManager: 'scaler',
      subresource: 'resize',
      force: true,
    }),
    resizing('owned', sizes('3', '3')),
    debugging('owned', { name: 'debug', image: 'a' }),
  ],
  'scale is a subresource of its own': [
    { create: deployment('scaled', { replicas: 2 }) },
    { scale: 5, of: DEPLOYMENT, name: 'scaled' },
    { get: 'scaled', of: DEPLOYMENT },
    { scale: -1, of: DEPLOYMENT, name: 'scaled' },
    { scale: 0, of: DEPLOYMENT, name: 'scaled' },
    { scale: 1, of: DEPLOYMENT, name: 'never-there' },
    { get: 'scaled', of: DEPLOYMENT },
  ],
  'generations count what was asked for': [
    { create: deployment('counted') },
    patch(DEPLOYMENT, 'counted', 'merge', { spec: { replicas: 4 } }),
    patch(DEPLOYMENT, 'counted', 'merge', { metadata: { labels: { a: 'b' } } }),
    patch(DEPLOYMENT, 'counted', 'merge', { spec: { replicas: 4 } }),
    patch(DEPLOYMENT, 'counted', 'merge', { status: { replicas: 1 } }, { subresource: 'status' }),
    patch(DEPLOYMENT, 'counted', 'merge', { metadata: { generation: 77 } }),
    { create: pod('counted') },
    patch('v1/Pod', 'counted', 'strategic', { spec: { containers: [{ name: 'main', image: 'b' }] } }),
    { create: map('counted', {}) },
    patch('v1/ConfigMap', 'counted', 'merge', { data: { a: 'b' } }),
  ],
  'amounts that are written otherwise are the same amounts': amounts,
  'immutable data stays': [
    { create: { ...(map('fixed', { a: '1' }) as object), immutable: true } as Json },
    patch('v1/ConfigMap', 'fixed', 'merge', { data: { a: '2' } }),
    patch('v1/ConfigMap', 'fixed', 'merge', { immutable: false }),
    patch('v1/ConfigMap', 'fixed', 'merge', { metadata: { labels: { a: 'b' } } }),
    { create: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'typed' }, stringData: { a: 'b' } } },
    patch('v1/Secret', 'typed', 'merge', { type: 'kubernetes.io/tls' }),
    patch('v1/Secret', 'typed', 'merge', { stringData: { c: 'd' }, data: { a: null } }),
    { create: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tls' }, type: 'kubernetes.io/tls' } },
  ],
}
