/**
 * How to test a controller of your own, for a kind of your own: first red, then green.
 *
 * The kind is a Database, which is to have exactly one pod: two that write to one disk would destroy it.
 */
import { type Cluster, type Controller, createCluster, defineController, type KubeObject, ownerKeys } from 'wavetank'
import { expect, test } from 'vitest'

// The kind as the cluster knows it: the definition that you install anyway.
const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: databases.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Database, plural: databases, shortNames: [db] }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      additionalPrinterColumns:
        - { name: Image, type: string, jsonPath: .spec.image }
        - { name: Pod, type: string, jsonPath: .status.pod }
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [image]
              properties: { image: { type: string } }
            status:
              type: object
              properties: { pod: { type: string } }
`

// The kind as the compiler knows it.
interface Database extends KubeObject {
  readonly spec: { readonly image: string }
  readonly status?: { readonly pod?: string }
}

declare module 'wavetank' {
  interface Kinds {
    readonly 'example.com/v1/Database': Database
  }
}

const watches = [
  { kind: 'example.com/v1/Database' },
  { kind: 'v1/Pod', keys: ownerKeys('example.com/v1/Database') },
] as const

const podOf = ({ apiVersion, kind, metadata, spec }: Database) => ({
  metadata: {
    namespace: metadata.namespace,
    labels: { database: metadata.name },
    ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true }],
  },
  spec: { containers: [{ name: 'database', image: spec.image }] },
})

// The first attempt looks right. But the cache may be stale: when the controller hears of the status that it wrote itself
// before it hears of the pod, it makes another one.
const naive = defineController({
  name: 'database-controller',
  watches,
  reconcile(key, { cache, api }) {
    const database = cache.get('example.com/v1/Database', key)
    if (database === undefined) return
    const { name, namespace } = database.metadata
    const [pod] = cache.list('v1/Pod', { namespace, labelSelector: { database: name } })
    const manifest = podOf(database)
    const made =
      pod ?? api.create('v1/Pod', { ...manifest, metadata: { ...manifest.metadata, generateName: `${name}-` } })
    api.updateStatus('example.com/v1/Database', key, (draft) => void (draft.status = { pod: made.metadata.name }))
  },
})

// The second one gives the pod a name that follows from the Database's: there can be no two of one name.
const controller = defineController({
  name: 'database-controller',
  watches,
  reconcile(key, { cache, api }) {
    const database = cache.get('example.com/v1/Database', key)
    if (database === undefined) return
    const name = `${database.metadata.name}-0`
    const manifest = podOf(database)
    if (api.find('v1/Pod', name, { namespace: database.metadata.namespace }) === undefined)
      api.create('v1/Pod', { ...manifest, metadata: { ...manifest.metadata, name } })
    if (database.status?.pod !== name)
      api.updateStatus('example.com/v1/Database', key, (draft) => void (draft.status = { pod: name }))
  },
})

/** A cluster with the controller in it. Whatever a reconcile throws fails the test; watches may be late, each by its own. */
function clusterWith(controller: Controller, seed = 0): Cluster {
  const cluster = createCluster({
    seed,
    nodes: 2,
    controllers: [controller],
    latency: { watchDelivery: { uniform: [1, 50] } },
  })
  cluster.on('failure', ({ error }) => {
    throw error
  })
  cluster.apply(definition)
  return cluster
}

const database = {
  apiVersion: 'example.com/v1',
  kind: 'Database',
  metadata: { name: 'orders' },
  spec: { image: 'pg:17' },
}
const podsOf = (cluster: Cluster): string[] =>
  cluster.pods.list({ labelSelector: 'database=orders' }).items.map(({ metadata }) => metadata.name)

/** The same story under thirty seeds: thirty orders in which the controller may hear of things. */
function hasOnePod(controller: Controller): void {
  for (let seed = 0; seed < 30; seed++) {
    const cluster = clusterWith(controller, seed)
    cluster.on('change', () => expect(podsOf(cluster).length, `pods under seed ${seed}`).toBeLessThanOrEqual(1))
    cluster.apply(database)
    cluster.settle()
    expect(podsOf(cluster)).toHaveLength(1)
  }
}

test.fails('red: the naive controller never makes a second pod', () => hasOnePod(naive))

test('green: the controller never makes a second pod', () => hasOnePod(controller))

test('its pod runs, and the status names it', () => {
  const cluster = clusterWith(controller)
  cluster.apply(database)
  cluster.settle()
  expect(cluster.resource('example.com/v1/Database').get('orders').status).toEqual({ pod: 'orders-0' })
  expect(cluster.pods.get('orders-0').status.phase).toBe('Running')
  expect(cluster.table('db')).toMatch(/^NAME +IMAGE +POD\norders +pg:17 +orders-0\n$/)
})

test('a pod that is deleted comes back', () => {
  const cluster = clusterWith(controller)
  cluster.apply(database)
  cluster.settle()
  const { uid } = cluster.pods.get('orders-0').metadata
  cluster.pods.delete('orders-0')
  cluster.settle()
  expect(cluster.pods.get('orders-0')).toMatchObject({ status: { phase: 'Running' } })
  expect(cluster.pods.get('orders-0').metadata.uid).not.toBe(uid)
})

test('what happens while the controller is down is caught up with', () => {
  const cluster = clusterWith(controller)
  cluster.controllers.crash('database-controller')
  cluster.apply(database)
  cluster.advance('10m')
  expect(podsOf(cluster)).toEqual([])
  cluster.controllers.restart('database-controller')
  cluster.settle()
  expect(podsOf(cluster)).toEqual(['orders-0'])
})

test('when a database goes, its pod goes with it', () => {
  const cluster = clusterWith(controller)
  cluster.apply(database)
  cluster.settle()
  cluster.delete(database)
  cluster.advance('1m')
  expect(podsOf(cluster)).toEqual([])
})
