import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, type ResourceQuota } from '../../src/index.ts'
import { bare, podManifest, refused } from '../cluster/support.ts'

type Hard = Readonly<Record<string, string>>
type Spec = ResourceQuota['spec']

const container = (requests?: Hard, limits?: Hard, name = 'main'): object => ({
  name,
  image: 'web:1',
  resources: { ...(requests && { requests }), ...(limits && { limits }) },
})

function quota(cluster: Cluster, hard: Hard, more: Partial<Spec> = {}, name = 'q'): void {
  cluster.resourceQuotas.create({ metadata: { name }, spec: { hard, ...more } as never })
}

function limited(hard: Hard, more: Partial<Spec> = {}): Cluster {
  const cluster = bare()
  quota(cluster, hard, more)
  cluster.settle()
  return cluster
}

function pod(cluster: Cluster, name: string, requests?: Hard, limits?: Hard, more: object = {}): void {
  cluster.pods.create({ metadata: { name }, spec: { containers: [container(requests, limits)], ...more } as never })
}

const used = (cluster: Cluster, name = 'q'): Hard | undefined => cluster.resourceQuotas.get(name).status.used
const said = (act: () => unknown): string => refused(act).status.message

describe('a pod in a namespace with a quota', () => {
  test('is counted in one go with its creation: first the quota is written, by the API server, then the pod', () => {
    const cluster = limited({ pods: '2', cpu: '1', 'limits.memory': '2Gi', 'count/pods': '9' })
    const before = cluster.revision
    pod(cluster, 'a', { cpu: '250m' }, { memory: '1Gi' })
    expect(used(cluster)).toEqual({ pods: '1', cpu: '250m', 'limits.memory': '1Gi', 'count/pods': '1' })
    expect(cluster.history(before).map(({ object, actor }) => [object.kind, actor])).toEqual([
      ['ResourceQuota', 'kube-apiserver'],
      ['Pod', 'kubernetes-admin'],
    ])
    expect(cluster.pods.get('a').metadata.resourceVersion).toBe(String(before + 2))
  })

  test('is refused when it would be more than the quota allows, and nothing is written', () => {
    const cluster = limited({ pods: '2', 'requests.cpu': '1', 'requests.memory': '1Gi' })
    pod(cluster, 'a', { cpu: '600m', memory: '512Mi' })
    const before = cluster.revision
    expect(said(() => pod(cluster, 'b', { cpu: '600m', memory: '1Gi' }))).toBe(
      'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=600m,requests.memory=1Gi, ' +
        'used: requests.cpu=600m,requests.memory=512Mi, limited: requests.cpu=1,requests.memory=1Gi',
    )
    expect(refused(() => pod(cluster, 'b', { cpu: '600m', memory: '1Gi' })).reason).toBe('Forbidden')
    expect(cluster.revision).toBe(before)
  })

  test('must say what a quota counts of cpu and memory, in every container', () => {
    const cluster = limited({ cpu: '1', 'limits.memory': '1Gi', 'requests.ephemeral-storage': '1Gi' })
    const containers = [container(), container({ cpu: '100m' }, undefined, 'side')]
    const create = (more: object): unknown =>
      cluster.pods.create({ metadata: { name: 'a' }, spec: { containers, ...more } as never })
    expect(said(() => create({ initContainers: [container(undefined, { memory: '1' }, 'init')] }))).toBe(
      'pods "a" is forbidden: failed quota: q: must specify cpu for: init,main; limits.memory for: main,side',
    )
    // Where it says what it asks for as a whole, its containers need not.
    create({ resources: { requests: { cpu: '500m' } } })
    expect(used(cluster)).toEqual({ cpu: '500m', 'limits.memory': '0', 'requests.ephemeral-storage': '0' })
  })

  test('counts with overhead, init containers, huge pages and what is somebody’s own', () => {
    const cluster = limited({
      'requests.cpu': '10',
      'limits.cpu': '10',
      'limits.memory': '10Gi',
      'hugepages-2Mi': '10Mi',
      'requests.hugepages-2Mi': '10Mi',
      'requests.example.com/gpu': '4',
      'ephemeral-storage': '10Gi',
    })
    cluster.runtimeClasses.create({
      metadata: { name: 'heavy' },
      handler: 'h',
      overhead: { podFixed: { cpu: '100m', memory: '64Mi' } },
    })
    const own = { 'hugepages-2Mi': '4Mi', 'example.com/gpu': '2' }
    const more = {
      runtimeClassName: 'heavy',
      initContainers: [container({ cpu: '2' }, { cpu: '3', memory: '1Gi' }, 'init')],
    }
    const requests = { cpu: '1', 'ephemeral-storage': '1Gi', ...own }
    pod(cluster, 'a', requests, { cpu: '1', memory: '512Mi', ...own }, more)
    expect(used(cluster)).toEqual({
      'requests.cpu': '2100m',
      'limits.cpu': '3100m',
      'limits.memory': '1088Mi',
      'hugepages-2Mi': '4Mi',
      'requests.hugepages-2Mi': '4Mi',
      'requests.example.com/gpu': '2',
      'ephemeral-storage': '1Gi',
    })
    expect(
      said(() =>
        pod(cluster, 'b', { cpu: '1', 'example.com/gpu': '3' }, { cpu: '1', memory: '1', 'example.com/gpu': '3' }),
      ),
    ).toContain(
      'requested: requests.example.com/gpu=3, used: requests.example.com/gpu=2, limited: requests.example.com/gpu=4',
    )
  })

  test('is asked of every quota whose scopes it is in, by name, and counted in all or none', () => {
    const cluster = bare()
    quota(cluster, { pods: '5' }, {}, 'all')
    quota(cluster, { pods: '1' }, { scopes: ['BestEffort'] }, 'best')
    quota(cluster, { pods: '1', cpu: '2' }, { scopes: ['Terminating', 'NotBestEffort'] }, 'short')
    cluster.settle()
    pod(cluster, 'a')
    pod(cluster, 'b', { cpu: '1' }, undefined, { activeDeadlineSeconds: 60 })
    pod(cluster, 'c', { cpu: '1' })
    const counted = (): unknown => ['all', 'best', 'short'].map((name) => used(cluster, name)!['pods'])
    expect(counted()).toEqual(['3', '1', '1'])
    expect(said(() => pod(cluster, 'd'))).toContain('exceeded quota: best, requested: pods=1, used: pods=1')
    expect(counted()).toEqual(['3', '1', '1'])
    // A deadline that is given later puts a pod into another scope.
    const late = (): unknown => cluster.pods.update('c', (draft) => void (draft.spec.activeDeadlineSeconds = 60))
    expect(said(late)).toContain('exceeded quota: short, requested: pods=1, used: pods=1, limited: pods=1')
  })

  test.each<[string, object, object, boolean]>([
    ['PriorityClass', { operator: 'In', values: ['high', 'low'] }, { priorityClassName: 'high' }, true],
    ['PriorityClass', { operator: 'NotIn', values: ['high'] }, { priorityClassName: 'high' }, false],
    ['PriorityClass', { operator: 'NotIn', values: ['high'] }, {}, true],
    ['PriorityClass', { operator: 'Exists' }, {}, false],
    ['PriorityClass', { operator: 'DoesNotExist' }, {}, true],
    ['CrossNamespacePodAffinity', { operator: 'Exists' }, {}, false],
    [
      'CrossNamespacePodAffinity',
      { operator: 'Exists' },
      { affinity: elsewhere('podAntiAffinity', { namespaces: ['b'] }) },
      true,
    ],
    [
      'CrossNamespacePodAffinity',
      { operator: 'Exists' },
      { affinity: elsewhere('podAffinity', { namespaceSelector: {} }) },
      true,
    ],
    ['CrossNamespacePodAffinity', { operator: 'Exists' }, { affinity: elsewhere('podAffinity', {}) }, false],
    ['NotTerminating', { operator: 'Exists' }, { activeDeadlineSeconds: 1 }, false],
  ])('a scope %s %j and a pod of %j: counted is %s', (scopeName, selector, spec, isCounted) => {
    const cluster = bare()
    cluster.priorityClasses.create({ metadata: { name: 'high' }, value: 10 })
    quota(cluster, { pods: '3' }, { scopeSelector: { matchExpressions: [{ scopeName, ...selector }] } as never })
    cluster.settle()
    pod(cluster, 'a', undefined, undefined, spec)
    expect(used(cluster)).toEqual({ pods: isCounted ? '1' : '0' })
    cluster.resourceQuotas.update('q', (draft) => void (draft.spec.hard = { pods: '4' }))
    cluster.settle()
    expect(used(cluster)).toEqual({ pods: isCounted ? '1' : '0' })
  })

  test('a resize is asked for what it takes more', () => {
    const cluster = limited({ 'requests.cpu': '1' })
    pod(cluster, 'a', { cpu: '500m' })
    const resize = (cpu: string): unknown =>
      cluster.pods.updateResize('a', (draft) => void (draft.spec.containers[0]!.resources = { requests: { cpu } }))
    expect(said(() => resize('1500m'))).toContain('requested: requests.cpu=1, used: requests.cpu=500m')
    resize('900m')
    expect(used(cluster)).toEqual({ 'requests.cpu': '900m' })
  })

  test('a dry run is refused like the call itself, and counts nothing', () => {
    const cluster = limited({ pods: '1' })
    const before = cluster.revision
    cluster.pods.create(podManifest('a'), { dryRun: ['All'] })
    expect([used(cluster), cluster.revision]).toEqual([{ pods: '0' }, before])
    pod(cluster, 'a')
    expect(said(() => cluster.pods.create(podManifest('b'), { dryRun: ['All'] }))).toContain('exceeded quota: q')
  })

  test('what is refused for another reason is not counted', () => {
    const cluster = limited({ pods: '5' })
    pod(cluster, 'a')
    expect(refused(() => pod(cluster, 'a')).reason).toBe('AlreadyExists')
    expect(used(cluster)).toEqual({ pods: '1' })
  })
})

function elsewhere(field: string, more: object): object {
  return { [field]: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', ...more }] } }
}

describe('a quota that nobody has counted yet', () => {
  test('is counted by the API server when it was made just now: with its pods in one manifest, it limits them', () => {
    const cluster = bare()
    pod(cluster, 'before')
    quota(cluster, { pods: '2', 'count/secrets': '5' })
    pod(cluster, 'a')
    expect(cluster.resourceQuotas.get('q').status).toEqual({
      hard: { pods: '2', 'count/secrets': '5' },
      used: { pods: '2', 'count/secrets': '0' },
    })
    expect(said(() => pod(cluster, 'b'))).toContain(
      'exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
    )
    const { resourceVersion } = cluster.resourceQuotas.get('q').metadata
    cluster.settle()
    expect(cluster.resourceQuotas.get('q').metadata.resourceVersion).toBe(resourceVersion)
  })

  test('limits nothing once it is older, as on a cluster whose controller does not run', () => {
    const cluster = bare({ disable: ['resourcequota-controller'] })
    quota(cluster, { pods: '0' })
    cluster.advance('2s')
    pod(cluster, 'a')
    expect(cluster.resourceQuotas.get('q').status).toEqual({})
  })

  test('refuses what it cannot know yet', () => {
    const cluster = limited({ 'count/widgets.example.com': '1' })
    expect(cluster.resourceQuotas.get('q').status).toEqual({ hard: { 'count/widgets.example.com': '1' }, used: {} })
    define(cluster)
    expect(said(() => widget(cluster, 'a'))).toBe(
      'widgets.example.com "a" is forbidden: status unknown for quota: q, resources: count/widgets.example.com',
    )
    cluster.advance('5m')
    widget(cluster, 'a')
    expect(said(() => widget(cluster, 'b'))).toContain('exceeded quota: q, requested: count/widgets.example.com=1')
    cluster.resource('example.com/v1/Widget').delete('a')
    cluster.advance('5m')
    widget(cluster, 'b')
  })
})

function define(cluster: Cluster): void {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  cluster.customResourceDefinitions.create({
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  } as never)
}

function widget(cluster: Cluster, name: string): void {
  cluster.resource('example.com/v1/Widget').create({ metadata: { name } })
}

describe('what is not a pod', () => {
  test('services count themselves, their node ports and load balancers, also when they change', () => {
    const cluster = limited({ services: '3', 'services.nodeports': '3', 'services.loadbalancers': '1' })
    const ports = [
      { name: 'a', port: 80 },
      { name: 'b', port: 81 },
    ]
    cluster.services.create({ metadata: { name: 'a' }, spec: { ports } as never })
    expect(used(cluster)).toEqual({ services: '2', 'services.nodeports': '0', 'services.loadbalancers': '0' })
    cluster.services.update('a', (draft) => void (draft.spec.type = 'LoadBalancer'))
    expect(used(cluster)).toEqual({ services: '2', 'services.nodeports': '2', 'services.loadbalancers': '1' })
    expect(
      said(() => cluster.services.create({ metadata: { name: 'b' }, spec: { type: 'NodePort', ports } as never })),
    ).toBe(
      'services "b" is forbidden: exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=2, ' +
        'limited: services.nodeports=3',
    )
    const none = { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports }
    cluster.services.patch('a', { spec: { type: 'ClusterIP', ports } })
    cluster.settle()
    expect(used(cluster)).toEqual({ services: '2', 'services.nodeports': '0', 'services.loadbalancers': '0' })
    cluster.services.create({ metadata: { name: 'b' }, spec: none as never })
    expect(used(cluster)).toEqual({ services: '3', 'services.nodeports': '0', 'services.loadbalancers': '1' })
  })

  test('claims count what they ask for, and by class; growth is asked for what it is more', () => {
    const gold = 'gold.storageclass.storage.k8s.io'
    const cluster = limited({
      persistentvolumeclaims: '3',
      'requests.storage': '10Gi',
      [`${gold}/requests.storage`]: '4Gi',
      [`${gold}/persistentvolumeclaims`]: '1',
    })
    cluster.storageClasses.create({ metadata: { name: 'gold' }, provisioner: 'x', allowVolumeExpansion: true })
    const claim = (name: string, storageClassName: string, storage: string): unknown =>
      cluster.persistentVolumeClaims.create({
        metadata: { name },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage } } },
      })
    claim('a', 'gold', '2Gi')
    claim('b', 'iron', '5Gi')
    expect(used(cluster)).toEqual({
      persistentvolumeclaims: '2',
      'requests.storage': '7Gi',
      [`${gold}/requests.storage`]: '2Gi',
      [`${gold}/persistentvolumeclaims`]: '1',
    })
    expect(said(() => claim('c', 'iron', '4Gi'))).toContain(
      'requested: requests.storage=4Gi, used: requests.storage=7Gi',
    )
    cluster.persistentVolumeClaims.updateStatus('a', (draft) => void (draft.status = { phase: 'Bound' }))
    const grow = (storage: string): unknown =>
      cluster.persistentVolumeClaims.patch('a', { spec: { resources: { requests: { storage } } } })
    expect(said(() => grow('5Gi'))).toContain(
      `requested: ${gold}/requests.storage=3Gi, used: ${gold}/requests.storage=2Gi`,
    )
    grow('3Gi')
    expect(used(cluster)).toMatchObject({ 'requests.storage': '8Gi', [`${gold}/requests.storage`]: '3Gi' })
  })

  test('every other kind counts as many as there are, under its full name or that of old', () => {
    const cluster = bare({ disable: ['root-ca-certificate-publisher-controller'] })
    quota(cluster, {
      configmaps: '1',
      'count/configmaps': '5',
      'count/leases.coordination.k8s.io': '1',
      resourcequotas: '1',
    })
    cluster.settle()
    expect(used(cluster)).toMatchObject({ configmaps: '0', 'count/configmaps': '0', resourcequotas: '1' })
    cluster.configMaps.create({ metadata: { name: 'a' } })
    cluster.leases.create({ metadata: { name: 'a' } })
    expect(said(() => cluster.configMaps.create({ metadata: { name: 'b' } }))).toBe(
      'configmaps "b" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=1, limited: configmaps=1',
    )
    expect(said(() => cluster.leases.create({ metadata: { name: 'b' } }))).toContain(
      'leases.coordination.k8s.io "b" is forbidden: exceeded quota: q, requested: count/leases.coordination.k8s.io=1',
    )
    expect(said(() => quota(cluster, {}, {}, 'r'))).toContain('resourcequotas "r" is forbidden: exceeded quota: q')
  })

  test('a quota of another namespace says nothing', () => {
    const cluster = limited({ pods: '0' })
    cluster.namespaces.create({ metadata: { name: 'other' } })
    cluster.pods.create({ ...podManifest('a'), metadata: { name: 'a', namespace: 'other' } })
    expect(used(cluster)).toEqual({ pods: '0' })
  })
})

test('what applied a quota keeps its fields, and the API server has those of the status', () => {
  const cluster = createCluster({ nodes: 0 })
  cluster.resourceQuotas.patch(
    'q',
    { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard: { pods: '2' } } } as never,
    {
      type: 'apply',
      fieldManager: 'me',
    },
  )
  pod(cluster, 'a')
  const managers = cluster.resourceQuotas
    .get('q')
    .metadata.managedFields?.map(({ manager, subresource }) => [manager, subresource])
  expect(managers).toEqual([
    ['me', undefined],
    ['kube-apiserver', 'status'],
  ])
})
