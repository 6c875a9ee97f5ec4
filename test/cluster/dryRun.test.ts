import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, defineController, type KubeObject, loadCluster, replay } from '../../src/index.ts'
import { controllerManifest, podManifest, refused } from './support.ts'

const dryRun = ['All']

/** A cluster in which something is there to be written, and the past of which is to stay as it is. */
function lived(): Cluster {
  const cluster = createCluster({ seed: 3, nodes: 1 })
  cluster.replicationControllers.create(controllerManifest('web', 1))
  const resources = { requests: { cpu: '2m' } }
  cluster.pods.create(podManifest('a', { spec: { containers: [{ name: 'main', image: 'web:1', resources }] } }))
  cluster.services.create({ metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } })
  cluster.configMaps.create({ metadata: { name: 'settings' }, data: { a: '1' } })
  cluster.configMaps.create({ metadata: { name: 'held', finalizers: ['example.com/a'] } })
  cluster.namespaces.create({ metadata: { name: 'shop' } })
  cluster.settle()
  cluster.pods.create(podManifest('waiting', { spec: { schedulerName: 'nobody' } }))
  return cluster
}

type Ask = (cluster: Cluster) => KubeObject

const metaOf = (object: KubeObject): object => object.metadata
const settings = { metadata: { name: 'settings' }, data: { a: '2' } }
const applied = (name: string): object => ({
  type: 'apply',
  fieldManager: 'me',
  patch: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: '3' } },
})

/** What is asked, the object as it is before (where it is), and what the answer shows of what was asked. */
const asked: readonly [what: string, ask: Ask, before: Ask | undefined, shows: object][] = [
  [
    'a create',
    ({ configMaps }) => configMaps.create({ metadata: { name: 'new' }, data: { a: '1' } }, { dryRun }),
    undefined,
    { data: { a: '1' } },
  ],
  [
    'a create of what the server names',
    ({ pods }) => pods.create({ ...podManifest(''), metadata: { generateName: 'a-' } }, { dryRun }),
    undefined,
    { metadata: { name: expect.stringMatching(/^a-.{5}$/u), generation: 1 }, status: { phase: 'Pending' } },
  ],
  [
    'an update',
    ({ configMaps }) => configMaps.update(settings, { dryRun }),
    ({ configMaps }) => configMaps.get('settings'),
    { data: { a: '2' } },
  ],
  [
    'an update by a recipe',
    ({ replicationControllers }) =>
      replicationControllers.update('web', (draft) => void (draft.spec.replicas = 4), { dryRun }),
    ({ replicationControllers }) => replicationControllers.get('web'),
    { spec: { replicas: 4 }, metadata: { generation: 2 } },
  ],
  [
    'a status',
    ({ pods }) => pods.updateStatus('waiting', (draft) => void (draft.status.message = 'hm'), { dryRun }),
    ({ pods }) => pods.get('waiting'),
    { status: { message: 'hm' } },
  ],
  [
    'a resize',
    ({ pods }) =>
      pods.updateResize('a', (draft) => void (draft.spec.containers[0]!.resources = { requests: { cpu: '1m' } }), {
        dryRun,
      }),
    ({ pods }) => pods.get('a'),
    { spec: { containers: [{ resources: { requests: { cpu: '1m' } } }] } },
  ],
  [
    'ephemeral containers',
    ({ pods }) =>
      pods.updateEphemeralContainers(
        'a',
        (draft) => void (draft.spec.ephemeralContainers = [{ name: 'shell', image: 'sh' }]),
        { dryRun },
      ),
    ({ pods }) => pods.get('a'),
    { spec: { ephemeralContainers: [{ name: 'shell' }] } },
  ],
  [
    'a scale',
    ({ replicationControllers }) => replicationControllers.scale('web', 7, { dryRun }),
    ({ replicationControllers }) => replicationControllers.get('web'),
    { spec: { replicas: 7 } },
  ],
  [
    'a patch',
    ({ configMaps }) => configMaps.patch('settings', { data: { b: '2' } }, { dryRun }),
    ({ configMaps }) => configMaps.get('settings'),
    { data: { a: '1', b: '2' } },
  ],
  [
    'an apply of what is there',
    ({ configMaps }) => {
      const { patch, ...options } = applied('settings') as { patch: object }
      return configMaps.patch('settings', patch, { ...options, force: true, dryRun })
    },
    ({ configMaps }) => configMaps.get('settings'),
    { data: { a: '3' } },
  ],
  [
    'an apply of what is new',
    ({ configMaps }) => {
      const { patch, ...options } = applied('new') as { patch: object }
      return configMaps.patch('new', patch, { ...options, dryRun })
    },
    undefined,
    { data: { a: '3' } },
  ],
  [
    'the last finalizer',
    ({ configMaps }) => configMaps.patch('held', { metadata: { finalizers: null } }, { dryRun }),
    ({ configMaps }) => configMaps.get('held'),
    { metadata: { name: 'held' } },
  ],
  [
    'a delete',
    ({ configMaps }) => configMaps.delete('settings', { dryRun }),
    ({ configMaps }) => configMaps.get('settings'),
    { data: { a: '1' } },
  ],
  [
    'a delete with grace',
    ({ pods }) => pods.delete('a', { dryRun }),
    ({ pods }) => pods.get('a'),
    { metadata: { deletionGracePeriodSeconds: 30, deletionTimestamp: expect.any(String) } },
  ],
  [
    'a delete of a namespace',
    ({ namespaces }) => namespaces.delete('shop', { dryRun }),
    ({ namespaces }) => namespaces.get('shop'),
    { status: { phase: 'Terminating' } },
  ],
  [
    'an eviction',
    ({ pods }) => pods.evict('a', { dryRun }),
    ({ pods }) => pods.get('a'),
    { metadata: { deletionGracePeriodSeconds: 30 } },
  ],
  [
    'a binding',
    ({ bindings }) =>
      bindings.create(
        { metadata: { name: 'waiting' }, target: { kind: 'Node', name: 'node-1' } },
        { dryRun },
      ) as KubeObject,
    undefined,
    { kind: 'Status', status: 'Success', code: 201 },
  ],
  [
    'the finalizers of a namespace',
    ({ namespaces }) =>
      namespaces.finalize({ metadata: { name: 'shop' }, spec: { finalizers: ['example.com/x'] } }, { dryRun }),
    ({ namespaces }) => namespaces.get('shop'),
    { spec: { finalizers: ['example.com/x'] } },
  ],
]

describe('a dry run', () => {
  test.each(asked)('of %s answers as the call would, at the version that is there, and changes nothing', (...row) => {
    const [, ask, before, shows] = row
    const cluster = lived()
    const [saved, version] = [cluster.save(), before?.(cluster).metadata.resourceVersion]
    const answer = ask(cluster)
    expect(answer).toMatchObject(shows)
    expect([answer.metadata.resourceVersion, Object.isFrozen(answer.metadata)]).toEqual([version, true])
    expect('resourceVersion' in metaOf(answer)).toBe(version !== undefined)
    expect(cluster.save()).toBe(saved)
  })

  test('answers with the uid that the call then gives, on a fork and in what was loaded too', () => {
    const original = lived()
    for (const cluster of [original, original.fork(), loadCluster(original.save())]) {
      const dry = cluster.pods.create(podManifest('b'), { dryRun })
      const { resourceVersion, ...metadata } = cluster.pods.create(podManifest('b')).metadata
      expect([metadata, resourceVersion]).toEqual([dry.metadata, String(cluster.revision)])
      expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
      cluster.pods.delete('b', { gracePeriodSeconds: 0 })
    }
  })

  test('gives a service no address and no ports of its own, as the API server does', () => {
    const cluster = lived()
    const ports = [
      { name: 'a', port: 80 },
      { name: 'b', port: 81 },
    ]
    const service = cluster.services.create({ metadata: { name: 's' }, spec: { type: 'NodePort', ports } }, { dryRun })
    expect([service.spec.clusterIP, service.spec.ports!.map(({ nodePort }) => nodePort)]).toEqual([
      '10.96.0.0',
      [32_769, 32_770],
    ])
    const asking = { clusterIP: '10.96.0.1', ports: [{ port: 80, nodePort: 30_001 }] }
    const type = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' } as const
    const taken = cluster.services.create({ metadata: { name: 's' }, spec: { ...asking, ...type } }, { dryRun })
    expect([taken.spec.clusterIP, taken.spec.healthCheckNodePort]).toEqual(['10.96.0.1', 30_002])
    const typed = cluster.services.patch('web', { spec: { type: 'NodePort' } }, { dryRun })
    expect(typed.spec.ports![0]!.nodePort).toBe(32_769)
  })

  test('of manifests shows what would come of all of them together', () => {
    const cluster = lived()
    const saved = cluster.save()
    const manifests = [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'other' } },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } },
      { apiVersion: 'v1', kind: 'ConfigMap', ...settings },
    ]
    const { applied } = cluster.apply(manifests, { dryRun })
    const { resourceVersion } = cluster.configMaps.get('settings').metadata
    expect(
      applied.map(({ object: { metadata }, result }) => [metadata.name, result, metadata.resourceVersion]),
    ).toEqual([
      ['x', 'created', undefined],
      ['other', 'created', undefined],
      ['settings', 'configured', resourceVersion],
    ])
    const gone = cluster.delete(manifests, { dryRun, ignoreNotFound: true })
    expect(gone.map(({ metadata }) => [metadata.name, metadata.resourceVersion])).toEqual([
      ['settings', resourceVersion],
    ])
    expect(cluster.save()).toBe(saved)
  })

  test('is refused as the call would be, and so is a stage that there is not', () => {
    const cluster = lived()
    const saved = cluster.save()
    const { configMaps, pods } = cluster
    const refusals: readonly [() => unknown, string][] = [
      [() => configMaps.create({ metadata: { name: 'settings' } }, { dryRun }), 'configmaps "settings" already exists'],
      [() => configMaps.delete('nobody', { dryRun }), 'configmaps "nobody" not found'],
      [
        () => configMaps.update({ metadata: { name: 'settings', resourceVersion: '1' } }, { dryRun }),
        'Operation cannot be fulfilled on configmaps "settings": the object has been modified',
      ],
      [
        () => pods.create(podManifest('b', { spec: { priorityClassName: 'nobody' } }), { dryRun }),
        'no PriorityClass with name nobody was found',
      ],
      ...(
        [
          ['CreateOptions', (stages) => configMaps.create({ metadata: { name: 'new' } }, { dryRun: stages })],
          ['UpdateOptions', (stages) => configMaps.update(settings, { dryRun: stages })],
          ['UpdateOptions', (stages) => cluster.replicationControllers.scale('web', 2, { dryRun: stages })],
          ['PatchOptions', (stages) => configMaps.patch('settings', { data: {} }, { dryRun: stages })],
          ['PatchOptions', (stages) => cluster.apply(podManifest('b'), { dryRun: stages })],
          ['DeleteOptions', (stages) => configMaps.delete('settings', { dryRun: stages })],
          ['DeleteOptions', (stages) => pods.evict('a', { dryRun: stages })],
          ['DeleteOptions', (stages) => cluster.delete({ apiVersion: 'v1', kind: 'Pod' }, { dryRun: stages })],
        ] as readonly [string, (stages: readonly string[]) => unknown][]
      ).map(([kind, ask]): [() => unknown, string] => [
        () => ask(['All', 'none']),
        `${kind}.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["All","none"]: supported values: "All"`,
      ]),
      [
        () => configMaps.delete('settings', { dryRun: 'All' as never }),
        `dryRun: expected a list of strings such as ['All'], got "All"`,
      ],
    ]
    for (const [ask, message] of refusals) expect(refused(ask).message).toContain(message)
    expect(cluster.save()).toBe(saved)
  })

  test('that asks for no stage is a call like any other', () => {
    const cluster = lived()
    cluster.configMaps.delete('settings', { dryRun: [] })
    expect(cluster.configMaps.find('settings')).toBeUndefined()
  })

  test('is as free to a controller, whose next real call meets what it is to meet', () => {
    const seen: unknown[] = []
    const run = (dry: boolean): Cluster => {
      const asking = defineController({
        name: 'asking',
        watches: [{ kind: 'v1/Secret' }],
        reconcile(key, { api }) {
          if (dry) {
            const created = api.create('v1/ConfigMap', { metadata: { name: 'new' } }, { dryRun })
            const updated = api.update('v1/Secret', key, (draft) => void (draft.type = 'Opaque'), { dryRun })
            const patched = api.patch('v1/Secret', key, { metadata: { labels: { a: 'b' } } }, { dryRun })
            const scaled = api.scale('v1/ReplicationController', 'web', 3, { dryRun })
            const put = api.updateStatus('v1/Namespace', api.get('v1/Namespace', 'default'), { dryRun })
            const deleted = api.delete('v1/Secret', key, { dryRun })
            const versions = [updated, patched, deleted].map(({ metadata }) => metadata.resourceVersion)
            seen.push(created.metadata.resourceVersion, new Set(versions).size, patched.metadata.labels)
            seen.push(scaled.spec.replicas, put.metadata.name)
          }
          api.create('v1/ConfigMap', { metadata: { name: 'made' } })
        },
      })
      const cluster = createCluster({ nodes: 0, controllers: [asking] })
      cluster.replicationControllers.create(controllerManifest('web', 1))
      cluster.secrets.create({ metadata: { name: 'one' } })
      cluster.faults.loseRequest('asking', { call: 1 })
      cluster.advance('1m')
      return cluster
    }
    const [dry, wet] = [run(true), run(false)]
    expect(seen.slice(0, 5)).toEqual([undefined, 1, { a: 'b' }, 3, 'default'])
    expect(seen).toHaveLength(10)
    expect(dry.historyHash()).toBe(wet.historyHash())
    expect(dry.configMaps.find('made')).toBeDefined()
  })

  test('is for what kubectl does by one call, and not for what takes time', () => {
    const cluster = lived()
    const selector = { matchLabels: { app: 'shop' } }
    const template = { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } }
    cluster.deployments.create({ metadata: { name: 'shop' }, spec: { selector, template } })
    cluster.settle()
    cluster.deployments.update('shop', (draft) => void (draft.spec.template.spec.containers[0]!.image = 'web:2'))
    cluster.settle()
    const saved = cluster.save()
    const { deployments } = cluster
    expect(deployments.pause('shop', { dryRun }).spec.paused).toBe(true)
    expect(deployments.restart('shop', { dryRun }).spec.template.metadata!.annotations).toBeDefined()
    expect(deployments.rollback('shop', { dryRun }).spec.template.spec.containers[0]!.image).toBe('web:1')
    const node = cluster.nodes.list().items[0]!.metadata.name
    expect(cluster.cordon(node, { dryRun }).spec.unschedulable).toBe(true)
    expect(cluster.save()).toBe(saved)
    expect(refused(() => cluster.drain(node, { dryRun } as object)).message).toContain('"dryRun": unknown option of')
  })
})
