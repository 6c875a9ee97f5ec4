import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Cluster, type Controller, createCluster, type KubeEvent, loadCluster, replay } from '../../src/index.ts'
import { corpus, hasCorpus } from '../support/system.ts'
import { controllerManifest, podManifest } from './support.ts'

function eventful(): Cluster {
  const cluster = createCluster({ nodes: 1, seed: 7, behaviours: [{ image: 'flaky:*', run: '1s', exitCode: 1 }] })
  cluster.pods.create(podManifest('flaky', { image: 'flaky:1' }))
  cluster.pods.create(
    podManifest('hungry', {
      spec: { containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu: '64' } } }] },
    }),
  )
  cluster.replicationControllers.create(controllerManifest('web', 2))
  cluster.advance('10m')
  return cluster
}

/** The event as somebody would hand it in. */
function asManifest({ metadata, ...rest }: KubeEvent): object {
  return { ...rest, metadata: { name: metadata.name, namespace: metadata.namespace } }
}

test('what a component records reads exactly as if somebody had created it', () => {
  const cluster = eventful()
  const { items } = cluster.events.list()
  expect(new Set(items.map(({ reason }) => reason))).toEqual(
    new Set([
      'Starting',
      'RegisteredNode',
      'Scheduled',
      'Pulling',
      'Pulled',
      'Created',
      'Started',
      'BackOff',
      'FailedScheduling',
      'SuccessfulCreate',
    ]),
  )
  const other = createCluster({ nodes: 0, seed: 7 })
  for (const event of items) {
    const made = other.events.create(asManifest(event))
    const { uid, resourceVersion, creationTimestamp } = event.metadata
    expect(JSON.stringify({ ...made, metadata: { ...made.metadata, uid, resourceVersion, creationTimestamp } })).toBe(
      JSON.stringify(event),
    )
  }
  expect(new Set(items.map(({ metadata }) => metadata.uid)).size).toBe(items.length)
})

test('an event that happens again is counted', () => {
  const cluster = eventful()
  const backOffs = cluster.events.list({ fieldSelector: 'reason=BackOff' }).items
  expect(backOffs).toHaveLength(1)
  const [{ count, firstTimestamp, lastTimestamp, metadata }] = backOffs as [KubeEvent]
  const { restartCount } = cluster.pods.get('flaky').status.containerStatuses![0]!
  expect(count).toBeGreaterThanOrEqual(restartCount - 1)
  expect(metadata.creationTimestamp).toBe(firstTimestamp)
  expect(lastTimestamp! > firstTimestamp!).toBe(true)
  const changes = cluster.history().filter(({ object }) => object.metadata.name === metadata.name)
  expect(changes.map(({ object }) => (object as KubeEvent).count)).toEqual(
    Array.from({ length: count! }, (_, index) => index + 1),
  )
  expect(new Set(changes.map(({ object }) => object.metadata.uid)).size).toBe(1)
})

test('recorded events are watched, selected, read in the past and deleted like any object', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.settle()
  const [watch, failed] = [cluster.events.watch(), cluster.events.watch({ fieldSelector: 'reason=Started' })]
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  const told = watch.read()
  expect(told.map(({ type, object }) => [type, object.reason])).toEqual(
    ['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started'].map((reason) => ['ADDED', reason]),
  )
  expect(failed.read().map(({ object }) => object)).toEqual([told[4]!.object])
  const { name } = told[4]!.object.metadata
  expect(cluster.events.get(name)).toEqual(told[4]!.object)
  expect(
    cluster.events.list({ fieldSelector: 'involvedObject.kind=Pod,involvedObject.name=a,type=Normal,source=kubelet' })
      .items,
  ).toHaveLength(4)
  const { revision } = cluster
  cluster.events.update(name, (draft) => void (draft.message = 'changed'))
  expect(cluster.events.delete(name)).toMatchObject({ message: 'changed' })
  expect(cluster.events.find(name)).toBeUndefined()
  expect(cluster.at(revision).events.get(name)).toEqual(told[4]!.object)
  expect(watch.read().map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED'])
})

test('an event belongs to the namespace of what it is about', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.namespaces.create({ metadata: { name: 'team' } })
  cluster.pods.create({ ...podManifest('a'), metadata: { name: 'a', namespace: 'team' } })
  cluster.settle()
  const { items } = cluster.events.list({ namespace: 'team' })
  expect(items.length).toBeGreaterThan(3)
  for (const { involvedObject } of items)
    expect(involvedObject).toMatchObject({
      kind: 'Pod',
      namespace: 'team',
      name: 'a',
      uid: cluster.pods.get('a', { namespace: 'team' }).metadata.uid,
      apiVersion: 'v1',
    })
})

/** The names of all fields, and what kind of value stands there. */
function shape(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: ${value === null ? 'null' : typeof value}`]
  return Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`))
}

test.skipIf(!hasCorpus())('recorded events have the fields that those of a real cluster have', () => {
  const file = join(corpus, 'api-captures/crash-loop/api__v1__namespaces__crash-demo__events.jsonl')
  const captures = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { response_body: { items: KubeEvent[] } })
  const real = captures.flatMap(({ response_body }) => response_body.items)
  const ours = eventful().events.list().items
  let compared = 0
  for (const reason of ['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started', 'BackOff']) {
    const [their, our] = [real, ours].map((events) =>
      events.find((event) => event.reason === reason && event.involvedObject.kind === 'Pod'),
    )
    if (their === undefined) continue
    compared++
    const fieldsOf = (event: KubeEvent): string[] => {
      const { managedFields: _, ...metadata } = event.metadata as KubeEvent['metadata'] & { managedFields?: unknown }
      const { eventTime: __, ...rest } = event as KubeEvent & { eventTime?: unknown }
      return shape({ ...rest, metadata, apiVersion: 'v1', kind: 'Event' }).sort()
    }
    expect(fieldsOf(our!), reason).toEqual(fieldsOf(their))
  }
  expect(compared).toBeGreaterThan(2)
})

const about = (cluster: Cluster, reason: string): readonly KubeEvent[] =>
  cluster.events.list({ fieldSelector: `reason=${reason}` }).items

test('the tenth message of a sort is combined with those that follow, and says what was said last', () => {
  const cluster = createCluster({ nodes: 1, seed: 7 })
  cluster.replicationControllers.create(controllerManifest('web', 20))
  cluster.settle()
  const [single, combined] = [false, true].map((isCombined) =>
    about(cluster, 'SuccessfulCreate').filter(({ message = '' }) => message.startsWith('(combined') === isCombined),
  )
  const pods = cluster.pods.list().items.map(({ metadata }) => metadata.name)
  const made = (event: KubeEvent): string => /Created pod: (.*)$/.exec(event.message!)![1]!
  expect(single!.map(({ count }) => count)).toEqual(Array.from({ length: 9 }, () => 1))
  expect(combined).toHaveLength(1)
  const source = { component: 'replication-controller' }
  expect(combined![0]).toMatchObject({ count: 11, type: 'Normal', source, reportingComponent: '' })
  expect(combined![0]!.message).toMatch(/^\(combined from similar events\): Created pod: web-/)
  expect(pods).toEqual(expect.arrayContaining([...single!, combined![0]!].map(made)))
  expect(new Set([...single!, combined![0]!].map(made)).size).toBe(10)
})

test('what is said again is counted, though others are combined', () => {
  const loop: Controller = {
    name: 'teller',
    watches: [{ kind: 'v1/ConfigMap' }],
    reconcile(key, { cache, record }) {
      const map = cache.get('v1/ConfigMap', key)
      const number = map?.data?.['say']
      if (map !== undefined && number !== undefined) record(map, 'Normal', 'Said', `number ${number}`)
    },
  }
  const cluster = createCluster({ nodes: 0, controllers: [loop] })
  const say = (number: number): void => {
    cluster.configMaps.update('a', (draft) => void (draft.data = { say: String(number) }))
    cluster.settle()
  }
  cluster.configMaps.create({ metadata: { name: 'a' }, data: { say: '0' } })
  cluster.settle()
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 3, 10, 3]) say(number)
  const counts = (): unknown[] =>
    about(cluster, 'Said')
      .map(({ message, count }) => [message, count] as const)
      .sort(([a], [b]) => (a! < b! ? -1 : 1))
  const singles = (three: number): unknown[] =>
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map((number) => [`number ${number}`, number === 3 ? three : 1])
  expect(counts()).toEqual([['(combined from similar events): number 10', 2], ...singles(3)])
  // After ten minutes of silence each message has an event of its own again.
  cluster.advance('11m')
  say(10)
  expect(counts()).toEqual([
    ['(combined from similar events): number 10', 2],
    ['number 0', 1],
    ['number 1', 1],
    ['number 10', 1],
    ...singles(3).slice(2),
  ])
})

test('one source writes 25 events about one object at once and then one in five minutes, whose count tells of the rest', () => {
  const cluster = createCluster({ nodes: 1, seed: 7 })
  const watch = cluster.events.watch({ fieldSelector: 'reason=SuccessfulCreate' })
  cluster.replicationControllers.create(controllerManifest('web', 100))
  cluster.settle()
  expect(watch.read()).toHaveLength(25)
  const scale = (replicas: number): void => {
    cluster.replicationControllers.update('web', (draft) => void (draft.spec.replicas = replicas))
    cluster.advance('1m')
  }
  scale(101)
  expect(watch.read()).toEqual([])
  cluster.advance('5m')
  scale(102)
  const [last, ...more] = watch.read()
  expect([last!.object.count, more]).toEqual([93, []])
})

test('what is remembered of events is the same in forks, in saved clusters and in replays', () => {
  const cluster = createCluster({ nodes: 1, seed: 7, behaviours: [{ image: 'web:*', run: '20s', exitCode: 1 }] })
  cluster.replicationControllers.create(controllerManifest('web', 12))
  cluster.advance('3m')
  const [fork, loaded] = [cluster.fork(), loadCluster(cluster.save())]
  for (const one of [cluster, fork, loaded]) {
    one.replicationControllers.update('web', (draft) => void (draft.spec.replicas = 20))
    one.advance('15m')
  }
  expect(about(cluster, 'BackOff').some(({ count }) => count! > 4)).toBe(true)
  expect(fork.historyHash()).toBe(cluster.historyHash())
  expect(loaded.historyHash()).toBe(cluster.historyHash())
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
})

test('a thousand crashing pods have their events counted, not written anew', () => {
  const cluster = createCluster({
    nodes: [{ count: 10, cpu: 64, memory: '64Gi', pods: 110 }],
    behaviours: [{ image: 'web:*', run: '5s', exitCode: 1 }],
  })
  cluster.replicationControllers.create(controllerManifest('web', 1000))
  cluster.advance('10m')
  const events = about(cluster, 'BackOff')
  expect(events.length).toBeGreaterThanOrEqual(1000)
  expect(events.length).toBeLessThan(1050)
})
