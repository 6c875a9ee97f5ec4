import { expect, test } from 'vitest'
import { type Cluster, createCluster, type EventsV1Event, type Manifest, type ResourceClient } from '../../src/index.ts'
import { podManifest } from '../cluster/support.ts'
import { causes } from '../support/causes.ts'

const modernOf = (cluster: Cluster): ResourceClient<EventsV1Event> => cluster.resource('events.k8s.io/v1/Event')

const told: Manifest<EventsV1Event> = {
  metadata: { name: 'told' },
  eventTime: '2020-01-01T00:00:00.000001Z',
  reportingController: 'my.io/teller',
  reportingInstance: 'teller-1',
  action: 'Telling',
  reason: 'Told',
  note: 'hello',
  type: 'Normal',
  regarding: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'a' },
}

test('what components record is read through events.k8s.io under its names, and watched and selected there', () => {
  const cluster = createCluster({ nodes: 1 })
  const modern = modernOf(cluster)
  const watch = modern.watch({ fieldSelector: 'reason=Started' })
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  const fieldSelector = 'regarding.kind=Pod,regarding.name=a,reportingController=kubelet'
  const { items, kind, apiVersion } = modern.list({ fieldSelector })
  expect([apiVersion, kind, items.map(({ reason }) => reason)]).toEqual([
    'events.k8s.io/v1',
    'EventList',
    ['Pulling', 'Pulled', 'Created', 'Started'],
  ])
  const core = cluster.events.list({ fieldSelector: 'reason=Started' }).items[0]!
  const [here] = modern.list({ fieldSelector: 'reason=Started' }).items
  expect(here).toEqual({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: core.metadata,
    deprecatedCount: 1,
    deprecatedFirstTimestamp: core.firstTimestamp,
    deprecatedLastTimestamp: core.lastTimestamp,
    deprecatedSource: { component: 'kubelet', host: 'node-0' },
    eventTime: null,
    note: core.message,
    reason: 'Started',
    regarding: core.involvedObject,
    reportingController: 'kubelet',
    reportingInstance: 'node-0',
    type: 'Normal',
  })
  expect(watch.read()).toEqual([{ type: 'ADDED', object: here }])
  expect(modern.get(core.metadata.name)).toEqual(here)
  expect(cluster.at(cluster.revision).resource('events.k8s.io/v1/Event').get(core.metadata.name)).toEqual(here)
  expect(cluster.table('events.events.k8s.io')).toBe(cluster.table('events'))
})

test('what is written through events.k8s.io is an Event of the core group too', () => {
  const cluster = createCluster({ nodes: 0 })
  const modern = modernOf(cluster)
  const made = modern.create(told)
  const core = cluster.events.get('told')
  expect(core).toEqual({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: made.metadata,
    action: 'Telling',
    eventTime: told.eventTime,
    involvedObject: told.regarding,
    message: 'hello',
    reason: 'Told',
    reportingComponent: 'my.io/teller',
    reportingInstance: 'teller-1',
    source: {},
    type: 'Normal',
  })
  const series = { count: 2, lastObservedTime: '2020-01-01T00:00:09.000000Z' }
  expect(modern.patch('told', { series }, { type: 'merge' })).toMatchObject({ series, note: 'hello' })
  modern.update('told', (draft) => void (draft.metadata.labels = { a: 'b' }))
  expect(cluster.events.get('told')).toMatchObject({ series, metadata: { labels: { a: 'b' } } })
  cluster.apply({ ...told, apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { name: 'applied' } })
  expect(cluster.events.list().items.map(({ metadata }) => metadata.name)).toEqual(['applied', 'told'])
  modern.delete('told')
  expect(cluster.events.find('told')).toBeUndefined()
  cluster.advance('2h')
  expect(modern.list().items).toEqual([])
})

test('who writes through events.k8s.io must say when, who and what, and may change the series alone', () => {
  const cluster = createCluster({ nodes: 0 })
  const modern = modernOf(cluster)
  const create = (more: object): readonly string[] => causes(() => modern.create({ ...told, ...more }))
  expect(create({ eventTime: undefined })).toEqual(['eventTime: Required value'])
  expect(create({ type: 'Odd' })).toEqual(['type: Invalid value: "": has invalid value: Odd'])
  expect(create({ action: '' })).toEqual(['action: Required value'])
  expect(
    create({
      deprecatedCount: 3,
      deprecatedFirstTimestamp: '2020-01-01T00:00:00Z',
      deprecatedLastTimestamp: '2020-01-01T00:00:00Z',
      deprecatedSource: { component: 'me' },
      series: { count: 1, lastObservedTime: '2020-01-01T00:00:00.000000Z' },
    }),
  ).toEqual([
    'series.count: Invalid value: "": should be at least 2',
    'firstTimestamp: Invalid value: "": needs to be unset',
    'lastTimestamp: Invalid value: "": needs to be unset',
    'count: Invalid value: "": needs to be unset',
    'source: Invalid value: "": needs to be unset',
  ])
  modern.create(told)
  const { revision } = cluster
  const change = (more: object): readonly string[] => causes(() => modern.patch('told', more, { type: 'merge' }))
  expect(change({ note: 'other', type: 'Warning', reportingController: 'my.io/other' })).toEqual([
    'message: Invalid value: "other": field is immutable',
    'reportingController: Invalid value: "my.io/other": field is immutable',
    'type: Invalid value: "Warning": field is immutable',
  ])
  expect(change({ series: { count: 1, lastObservedTime: '2020-01-01T00:00:00.000000Z' } })).toHaveLength(1)
  expect(cluster.revision).toBe(revision)
  // Through the core group all of it may change.
  expect(cluster.events.patch('told', { message: 'other' }, { type: 'merge' })).toMatchObject({ message: 'other' })
})

test('an event of a component can be labelled through events.k8s.io', () => {
  const cluster = createCluster({ nodes: 1 })
  const modern = modernOf(cluster)
  const { name } = cluster.events.list().items[0]!.metadata
  const before = cluster.events.get(name)
  const { metadata } = modern.update(name, (draft) => void (draft.metadata.labels = { seen: 'yes' }))
  expect(cluster.events.get(name)).toEqual({ ...before, metadata })
})
