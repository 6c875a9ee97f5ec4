import { expect, test } from 'vitest'
import { type Cluster, createCluster } from '../../src/index.ts'
import { bare, controllerManifest, podManifest, refused } from './support.ts'

/** Every object that can be reached. */
function* inside(value: unknown): Generator<object> {
  if (typeof value !== 'object' || value === null) return
  yield value
  for (const inner of Object.values(value)) yield* inside(inner)
}
const isFrozen = (value: unknown): boolean => [...inside(value)].every(Object.isFrozen)
const isLoose = (value: unknown): boolean => [...inside(value)].every((object) => !Object.isFrozen(object))

function busy(cluster: Cluster): Cluster {
  cluster.replicationControllers.create(controllerManifest('web', 2))
  cluster.services.create({
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
  })
  cluster.advance('30s')
  return cluster
}

const kinds = [
  'namespaces',
  'nodes',
  'minions',
  'pods',
  'replicationControllers',
  'services',
  'endpoints',
  'events',
  'leases',
] as const

test('whatever is read is frozen throughout', () => {
  const cluster = busy(createCluster({ nodes: 2 }))
  const watch = cluster.pods.watch({ resourceVersion: '1' })
  const read: unknown[] = [cluster.history(), cluster.journal, watch.read()]
  for (const kind of kinds) {
    const list = cluster[kind].list({ allNamespaces: true })
    const { name, namespace } = list.items[0]!.metadata
    read.push(
      list,
      cluster[kind].get(name, namespace === undefined ? {} : { namespace }),
      cluster.at(cluster.revision - 3)[kind].list({ allNamespaces: true }),
    )
  }
  for (const value of read) expect(isFrozen(value)).toBe(true)
})

test('what a write answers with is frozen, and what was handed in is neither frozen nor kept', () => {
  const cluster = bare()
  const manifest = {
    ...podManifest('a', { labels: { app: 'web' } }),
    metadata: { name: 'a', labels: { app: 'web' }, annotations: { x: 'y' } },
  }
  const made = cluster.pods.create(manifest)
  expect([isFrozen(made), isLoose(manifest)]).toEqual([true, true])
  const mine = structuredClone(made) as typeof made & { metadata: { labels: Record<string, string> } }
  mine.metadata.labels['b'] = 'c'
  const updated = cluster.pods.update(mine)
  expect([isFrozen(updated), isLoose(mine)]).toEqual([true, true])
  const options = { preconditions: { uid: made.metadata.uid } }
  const { journal } = cluster
  const hash = cluster.historyHash()
  mine.metadata.labels['b'] = 'changed'
  manifest.metadata.labels.app = 'changed'
  ;(manifest.spec!.containers as { image: string }[])[0]!.image = 'changed'
  expect(cluster.pods.get('a')).toEqual(updated)
  expect([cluster.historyHash(), cluster.journal]).toEqual([hash, journal])
  cluster.pods.delete('a', options)
  expect(isLoose(options)).toBe(true)
})

const widgets = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.my.io' },
  spec: {
    group: 'my.io',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                default: {},
                properties: { sizes: { type: 'array', default: [1], items: { type: 'integer' } } },
              },
            },
          },
        },
      },
    ],
  },
}
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'site' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'site' } },
    template: { metadata: { labels: { app: 'site' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
  },
}

test.each([{}, { serverSide: true, fieldManager: 'me', force: true }])(
  'apply takes copies, and what it answers with is frozen, changed or not, then and later: %j',
  (options) => {
    const cluster = createCluster({ nodes: 2 })
    const widget = { apiVersion: 'my.io/v1', kind: 'Widget', metadata: { name: 'w' } }
    const objects = [podManifest('a'), controllerManifest('web', 1), widgets, widget, deployment]
    const relabelled = objects.map((object) => ({ ...object, metadata: { ...object.metadata, labels: { b: 'c' } } }))
    const answers = [cluster.apply(objects, options)]
    expect([isLoose(objects), isLoose(options)]).toEqual([true, true])
    for (const time of ['0s', '1s', '1m', '2h']) {
      cluster.advance(time)
      answers.push(cluster.fork().apply(objects, options), cluster.apply(objects, options))
      answers.push(cluster.apply(relabelled, options), cluster.apply(relabelled, options))
    }
    expect(new Set(answers.flatMap(({ applied }) => applied.map(({ result }) => result)))).toEqual(
      new Set(['created', 'configured', 'unchanged']),
    )
    for (const { applied } of answers) {
      expect(applied).toHaveLength(objects.length)
      for (const { object } of applied) expect(isFrozen(object)).toBe(true)
    }
  },
)

test('options are copied, neither frozen nor kept', () => {
  const taints = [{ key: 'a', value: 'b', effect: 'NoSchedule' }]
  const options = {
    seed: 7,
    nodes: [{ name: 'n', taints, annotations: { a: 'b' } }],
    behaviours: [{ image: '*', run: { uniform: ['1s', '2s'] as [string, string] } }],
    latency: { imagePull: { uniform: [1, 2] as [number, number] } },
  }
  const cluster = createCluster(options)
  cluster.nodes.list()
  const before = JSON.stringify(cluster.journal)
  expect([isLoose(options), isFrozen(cluster.journal.options)]).toEqual([true, true])
  taints[0]!.key = 'changed'
  options.behaviours[0]!.image = 'changed'
  options.nodes.push({ name: 'm', taints: [], annotations: { a: 'b' } })
  expect(JSON.stringify(cluster.journal)).toBe(before)
  expect(cluster.nodes.get('n').spec.taints![0]!.key).toBe('a')
})

test('writing to what was read throws and changes nothing', () => {
  const cluster = busy(createCluster({ nodes: 1 }))
  const hash = cluster.historyHash()
  const pod = cluster.pods.list().items[0]!
  expect(() => void ((pod.spec as { nodeName: string }).nodeName = 'elsewhere')).toThrow(TypeError)
  expect(() => void (cluster.journal.entries as unknown[]).push('x')).toThrow(TypeError)
  expect(cluster.historyHash()).toBe(hash)
})

test('freezing off leaves what is read as it is, and nothing else differs', () => {
  const [frozen, loose] = [busy(createCluster({ nodes: 2 })), busy(createCluster({ nodes: 2, freeze: false }))]
  expect(Object.isFrozen(loose.pods.list().items[0])).toBe(false)
  for (const cluster of [frozen, loose]) {
    cluster.replicationControllers.update('web', (draft) => void (draft.spec.replicas = 4))
    refused(() => cluster.pods.create(podManifest('')))
    cluster.advance('1m')
  }
  expect(loose.historyHash()).toBe(frozen.historyHash())
  expect(loose.history()).toEqual(frozen.history())
  expect(loose.journal.entries).toEqual(frozen.journal.entries)
})
