import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Cluster,
  createCluster,
  type EndpointSlice,
  isStatusError,
  type Pod,
  replay,
  type Service,
} from '../../src/index.ts'
import { copiesOf } from '../support/copies.ts'
import { tries } from './world.ts'

type Act = (cluster: Cluster) => void

/** An act that says what it is, so that a counterexample can be read. */
const told = (words: string, act: Act): Act => Object.assign(act, { [fc.toStringMethod]: () => words })

/** So many pods of a label and an image. */
const asked = ([labelled, replicas, image]: readonly [string, number, string]): Act =>
  told(`${replicas} of ${labelled} with ${image}`, (cluster) =>
    cluster.apply({
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: `rc-${labelled}` },
      spec: {
        replicas,
        selector: { set: labelled },
        template: {
          metadata: { labels: { app: labelled, set: labelled } },
          spec: { containers: [{ name: 'main', image, ports: [{ name: 'http', containerPort: 8080 }] }] },
        },
      },
    }),
  )
const served = (service: string, selected: string, named: boolean, publish: boolean): Act =>
  told(`service ${service} for ${selected}, port ${named ? 'http' : 8080}${publish ? ', published' : ''}`, (cluster) =>
    cluster.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: service },
      spec: {
        selector: { app: selected },
        ports: [{ port: 80, targetPort: named ? 'http' : 8080 }],
        ...(publish ? { publishNotReadyAddresses: true } : {}),
      },
    }),
  )
const passed = (ms: number): Act => told(`${ms} ms`, (cluster) => cluster.advance(ms))

const app = fc.constantFrom('a', 'b')
const name = fc.constantFrom('one', 'two', 'three')
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(name, app, fc.boolean(), fc.boolean()).map((chosen) => served(...chosen)),
  name.map((service) => told(`delete service ${service}`, (cluster) => void cluster.services.delete(service))),
  fc
    .tuple(name, fc.boolean())
    .map(([service, headless]) =>
      told(`label ${service} ${headless}`, (cluster) =>
        cluster.services.update(service, (draft) => void (draft.metadata.labels = { tier: String(headless) })),
      ),
    ),
  fc.tuple(app, fc.integer({ min: 0, max: 130 }), fc.constantFrom('web:1', 'slow:1')).map(asked),
  fc.nat(200).map((pick) =>
    told(`delete pod ${pick}`, (cluster) => {
      const { items } = cluster.pods.list()
      if (items.length > 0) cluster.pods.delete(items[pick % items.length]!.metadata.name)
    }),
  ),
  fc.tuple(fc.nat(200), app).map(([pick, labelled]) =>
    told(`label pod ${pick} ${labelled}`, (cluster) => {
      const { items } = cluster.pods.list()
      if (items.length === 0) return
      const pod = items[pick % items.length]!.metadata.name
      cluster.pods.update(pod, (draft) => void (draft.metadata.labels!['app'] = labelled))
    }),
  ),
  fc.nat(5).map((pick) =>
    told(`delete slice ${pick}`, (cluster) => {
      const { items } = cluster.endpointSlices.list({ labelSelector: 'endpointslice.kubernetes.io/managed-by' })
      const slice = items[pick % Math.max(1, items.length)]
      if (slice !== undefined) cluster.endpointSlices.delete(slice.metadata.name)
    }),
  ),
  fc.integer({ min: 1, max: 3000 }).map(passed),
)

/** What is asked of an object that is not there is refused; whatever else is thrown is wrong. */
function attempt(cluster: Cluster, acted: Act): void {
  try {
    acted(cluster)
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error
  }
}

function begun(): Cluster {
  const cluster = createCluster({
    seed: 3,
    nodes: [{ count: 2, cpu: 64, memory: '64Gi', pods: 250 }],
    behaviours: [{ image: 'slow:*', ready: '1500ms', stop: '2s' }],
  })
  cluster.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'one' },
    spec: { selector: { app: 'a' }, ports: [{ port: 80, targetPort: 'http' }] },
  })
  return cluster
}

const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True')

function check(cluster: Cluster, { metadata, spec }: Service): void {
  if (spec.selector === undefined) return
  const pods = cluster.pods
    .list({ labelSelector: spec.selector })
    .items.filter(({ status }) => status.podIP && !['Failed', 'Succeeded'].includes(status.phase ?? ''))
  const all = cluster.endpointSlices.list({ labelSelector: `kubernetes.io/service-name=${metadata.name}` }).items
  const slices: EndpointSlice[] = all.filter(({ metadata: own }) => own.ownerReferences?.[0]?.uid === metadata.uid)
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? [])
  const shown = endpoints.map(({ targetRef, addresses, conditions }) => [
    targetRef!.name,
    addresses[0],
    conditions!.serving,
    conditions!.terminating,
  ])
  const real = pods.map((pod) => [
    pod.metadata.name,
    pod.status.podIP,
    isReady({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: undefined as never } }),
    pod.metadata.deletionTimestamp !== undefined,
  ])
  expect(shown.map(String).sort()).toEqual(real.map(String).sort())
  for (const slice of slices) expect(slice.endpoints?.length ?? 0).toBeLessThanOrEqual(100)
  const anyway = spec.publishNotReadyAddresses === true
  const ready = pods.filter((pod) => anyway || isReady(pod)).map((pod) => pod.metadata.name)
  const served = endpoints.filter(({ conditions }) => conditions!.ready).map(({ targetRef }) => targetRef!.name!)
  expect(served.sort()).toEqual(ready.sort())
  const { subsets = [] } = cluster.endpoints.get(metadata.name)
  const addressed = subsets.flatMap(({ addresses = [] }) => addresses.map(({ targetRef }) => targetRef!.name!))
  expect(addressed.sort()).toEqual(ready)
}

test('at every settle, endpoints and slices hold the pods of their service, each once, as they are', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 1, maxLength: 12 }), (acts) => {
      const cluster = begun()
      for (const each of acts) {
        attempt(cluster, each)
        if (cluster.revision % 2 === 0) continue
        cluster.settle()
        for (const service of cluster.services.list().items) check(cluster, service)
      }
      cluster.settle()
      for (const service of cluster.services.list().items) check(cluster, service)
    }),
    tries(40),
  )
})

test('what a controller remembers of endpoints changes nothing: forks and replays go on alike', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 8 }), fc.array(act, { maxLength: 6 }), (before, after) => {
      const cluster = begun()
      for (const each of before) attempt(cluster, each)
      // Each step in a copy of the last one, which remembers nothing.
      let forked = cluster.fork()
      for (const each of [...after, (one: Cluster) => one.advance('5s')]) {
        attempt(cluster, each)
        attempt(forked, each)
        forked = copiesOf(forked)[after.length % 2]!
      }
      expect(forked.historyHash()).toBe(cluster.historyHash())
      expect(replay(forked.journal).historyHash()).toBe(cluster.historyHash())
    }),
    // Whatever chance has in store: two slices and what makes them change; services told of in another order than theirs.
    {
      ...tries(30),
      examples: [
        [
          [asked(['a', 90, 'web:1']), passed(5000)],
          [asked(['a', 130, 'web:1']), passed(1200), passed(3000)],
        ],
        [[passed(1)], [asked(['b', 1, 'web:1']), served('two', 'b', false, false), served('three', 'b', false, false)]],
      ],
    },
  )
})
