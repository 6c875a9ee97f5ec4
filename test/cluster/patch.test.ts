import { describe, expect, test } from 'vitest'
import { createCluster, replay } from '../../src/index.ts'
import { bare, controllerManifest, podManifest, refused } from './support.ts'

const web = controllerManifest('web', 2)

describe('a patch', () => {
  test('is a strategic merge unless it says otherwise: containers merge by name', () => {
    const cluster = bare()
    cluster.replicationControllers.create(web)
    const containers = [
      { name: 'sidecar', image: 'log:2' },
      { name: 'main', image: 'web:2' },
    ]
    const patched = cluster.replicationControllers.patch('web', { spec: { template: { spec: { containers } } } })
    expect(
      patched.spec.template!.spec.containers.map(({ name, image, ports }) => [name, image, ports?.length]),
    ).toEqual([
      ['sidecar', 'log:2', undefined],
      ['main', 'web:2', 1],
    ])
    expect([patched.metadata.generation, patched.spec.replicas]).toEqual([2, 2])
    const merged = cluster.replicationControllers.patch(
      'web',
      { spec: { template: { spec: { containers: [containers[0]] } } } },
      { type: 'merge' },
    )
    expect(merged.spec.template!.spec.containers.map(({ name }) => name)).toEqual(['sidecar'])
  })

  test('deletes and replaces by directive', () => {
    const cluster = bare()
    cluster.services.create({
      metadata: { name: 'web', finalizers: ['example.com/a', 'example.com/b'] },
      spec: { ports: [{ port: 80 }, { name: 'tls', port: 443 }].map((port) => ({ name: 'http', ...port })) },
    })
    const finalizers = ['example.com/a']
    const fewer = cluster.services.patch('web', {
      metadata: { '$deleteFromPrimitiveList/finalizers': finalizers },
      spec: { ports: [{ port: 443, $patch: 'delete' }] },
    })
    expect([fewer.metadata.finalizers, fewer.spec.ports!.map(({ port }) => port)]).toEqual([['example.com/b'], [80]])
    const other = cluster.services.patch('web', { spec: { ports: [{ port: 8080 }, { $patch: 'replace' }] } })
    expect(other.spec.ports!.map(({ port }) => port)).toEqual([8080])
  })

  test('as JSON operations is done whole or not at all', () => {
    const cluster = bare()
    cluster.replicationControllers.create(web)
    const scaled = cluster.replicationControllers.patch(
      'web',
      [
        { op: 'test', path: '/spec/replicas', value: 2 },
        { op: 'replace', path: '/spec/replicas', value: 5 },
        { op: 'add', path: '/metadata/annotations', value: { 'example.com/why': 'load' } },
        { op: 'copy', from: '/spec/selector/app', path: '/metadata/annotations/example.com~1app' },
      ],
      { type: 'json' },
    )
    expect([scaled.spec.replicas, scaled.metadata.annotations]).toEqual([
      5,
      { 'example.com/app': 'web', 'example.com/why': 'load' },
    ])
    const error = refused(() =>
      cluster.replicationControllers.patch(
        'web',
        [
          { op: 'replace', path: '/spec/replicas', value: 6 },
          { op: 'test', path: '/spec/selector/app', value: 'db' },
        ],
        { type: 'json' },
      ),
    )
    expect(error.message).toContain('testing value /spec/selector/app failed: test failed')
    expect(cluster.replicationControllers.get('web')).toBe(scaled)
  })

  test('of the status leaves the spec alone, and one of the object leaves the status alone', () => {
    const cluster = bare()
    cluster.pods.create(podManifest('a'))
    const labels = { app: 'web' }
    const both = { metadata: { labels }, status: { phase: 'Running', podIP: '10.0.0.1' } }
    const wide = { ...both, spec: { activeDeadlineSeconds: 5 } }
    const status = cluster.pods.patch('a', wide, { subresource: 'status' })
    expect([status.metadata.labels, status.spec.activeDeadlineSeconds, status.status.phase]).toEqual([
      labels,
      undefined,
      'Running',
    ])
    const main = cluster.pods.patch('a', { ...both, status: { phase: 'Failed' } })
    expect([main.metadata.labels, main.status.phase]).toEqual([{ app: 'web' }, 'Running'])
    const condition = { type: 'Ready', status: 'True' }
    cluster.pods.patch('a', { status: { conditions: [condition] } }, { subresource: 'status' })
    const merged = cluster.pods.patch(
      'a',
      { status: { conditions: [{ type: 'Custom', status: 'False' }] } },
      { subresource: 'status' },
    )
    expect(merged.status.conditions!.map(({ type }) => type)).toEqual(['Custom', 'Ready'])
  })

  test('that names a resourceVersion conflicts with a later one; without, it applies to whatever is there', () => {
    const cluster = bare()
    const { metadata } = cluster.pods.create(podManifest('a'))
    cluster.pods.patch('a', { metadata: { labels: { one: '1' } } })
    const { resourceVersion } = metadata
    const stale = { metadata: { resourceVersion, labels: { two: '2' } } }
    const error = refused(() => cluster.pods.patch('a', stale))
    expect([error.reason, error.message]).toEqual(['Conflict', expect.stringContaining('has been modified')])
    expect(cluster.pods.patch('a', { metadata: { labels: { two: '2' } } }).metadata.labels).toEqual({
      one: '1',
      two: '2',
    })
  })

  test('that changes nothing writes nothing', () => {
    const cluster = bare()
    const pod = cluster.pods.create(podManifest('a', { labels: { app: 'web' } }))
    const { revision } = cluster
    expect(cluster.pods.patch('a', { metadata: { labels: { app: 'web' }, annotations: null } })).toBe(pod)
    expect(cluster.pods.patch('a', [{ op: 'test', path: '/metadata/name', value: 'a' }], { type: 'json' })).toBe(pod)
    expect(cluster.revision).toBe(revision)
  })

  test('is taken as it is when it is handed in, and lived again by a replay', () => {
    const cluster = createCluster({ seed: 7, nodes: 1 })
    cluster.replicationControllers.create(web)
    const patch = { spec: { replicas: 3 } }
    cluster.replicationControllers.patch('web', patch)
    patch.spec.replicas = 9
    cluster.replicationControllers.patch('web', [{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }], {
      type: 'json',
    })
    cluster.replicationControllers.patch(
      'web',
      { status: { observedGeneration: 1 } },
      { type: 'merge', subresource: 'status' },
    )
    cluster.settle()
    expect(cluster.replicationControllers.get('web').status.readyReplicas).toBe(3)
    expect(replay(JSON.parse(JSON.stringify(cluster.journal))).historyHash()).toBe(cluster.historyHash())
  })

  test('works on every kind that can be updated', () => {
    const cluster = createCluster({ seed: 7, nodes: 1 })
    cluster.settle()
    const metadata = { labels: { 'example.com/patched': 'yes' } }
    const labelled = [
      cluster.nodes.patch('node-0', { metadata }),
      cluster.namespaces.patch('default', { metadata }),
      cluster.leases.patch('node-0', { metadata }, { namespace: 'kube-node-lease' }),
    ]
    for (const { metadata: found } of labelled) expect(found.labels).toMatchObject(metadata.labels)
    const tainted = cluster.nodes.patch('node-0', { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } })
    expect(tainted.spec.taints).toEqual([{ key: 'a', effect: 'NoSchedule' }])
  })

  test('is what a controller of one’s own may send', () => {
    const cluster = createCluster({
      seed: 7,
      nodes: 1,
      controllers: [
        {
          name: 'labeller',
          watches: [{ kind: 'v1/Pod' }],
          reconcile(key, { api }) {
            api.patch('v1/Pod', key, { metadata: { labels: { seen: 'yes' } } })
          },
        },
      ],
    })
    cluster.pods.create(podManifest('a'))
    cluster.settle()
    expect(cluster.pods.get('a').metadata.labels).toEqual({ seen: 'yes' })
    expect(cluster.pods.get('a').status.phase).toBe('Running')
  })
})
