import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ObjectTrace, playObjects, readSimkube } from '../../../src/experiments/index.ts'
import { createCluster } from '../../../src/index.ts'
import { corpus, hasCorpus } from '../../support/system.ts'
import { fromMessagePack } from './messagePack.ts'
import { listed, nameOf, refusal, trace } from './support.ts'

interface Deployed {
  readonly replicas?: number | undefined
  readonly image?: string
  readonly kind?: string
}

const deployment = (name: string, { replicas, image = 'web:1', kind = 'Deployment' }: Deployed = {}): object => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop', uid: 'x', resourceVersion: '7' },
  spec: {
    ...(replicas === undefined ? {} : { replicas }),
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, creationTimestamp: null },
      spec: { containers: [{ name: 'a', image }] },
    },
  },
  status: { replicas: 1 },
})

const event = (ts: number, applied: readonly object[], deleted: readonly object[] = []): object => ({
  ts,
  applied_objs: applied,
  deleted_objs: deleted,
})

const file = (events: readonly unknown[], rest: object = {}): string =>
  JSON.stringify({ version: 2, config: { trackedObjects: {} }, events, index: {}, pod_lifecycles: {}, ...rest })

const stays = ({ workload }: ObjectTrace): string[] =>
  listed(workload, 0).map(({ at, pod, lifetimeMs }) => `${nameOf(pod)} ${at / 1000}+${(lifetimeMs ?? Infinity) / 1000}`)

const scaling = file([
  event(100, [deployment('web', { replicas: 2 }), deployment('db')]),
  event(110, [deployment('web', { replicas: 4 })]),
  event(130, [deployment('web', { replicas: 1 })]),
  event(140, [deployment('web', { replicas: 1, image: 'web:2' })]),
  event(160, [], [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'db', namespace: 'shop' } }]),
])

describe('a simkube trace', () => {
  test('tells what was applied and deleted when, without what the server had written', () => {
    const { name, beganAt, changes, notTaken } = readSimkube(scaling)
    expect([name, beganAt, notTaken]).toEqual(['simkube', '1970-01-01T00:01:40.000Z', []])
    expect(changes.map(({ at, apply, delete: gone }) => [at, apply.length, gone.length])).toEqual([
      [0, 2, 0],
      [10_000, 1, 0],
      [30_000, 1, 0],
      [40_000, 1, 0],
      [60_000, 0, 1],
    ])
    expect(changes[0]!.apply[0]!.metadata).toEqual({ name: 'web', namespace: 'shop' })
    expect(changes[0]!.apply[0]).not.toHaveProperty('status')
  })

  test('tells which pods were asked for from when to when: the newest go first, and all with their template', () => {
    expect(stays(readSimkube(scaling))).toEqual([
      'web-0 0+40',
      'web-1 0+30',
      'db-0 0+60',
      'web-2 10+20',
      'web-3 10+20',
      'web-4 40+Infinity',
    ])
    const [first] = listed(readSimkube(scaling).workload, 0)
    expect(first!.pod).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-0', namespace: 'shop', labels: { app: 'web' } },
      spec: { containers: [{ name: 'a', image: 'web:1' }] },
    })
  })

  test('is played through the controllers', () => {
    const cluster = createCluster({ nodes: 2, seed: 3 })
    const { changes } = readSimkube(scaling)
    const running = (): string[] =>
      cluster.pods
        .list({ namespace: 'shop' })
        .items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .map(({ metadata }) => metadata.labels!['app']!)
        .sort()
    playObjects(cluster, { changes: changes.slice(0, 2) })
    cluster.advance('5s')
    expect(running()).toEqual(['db', 'web', 'web', 'web', 'web'])
    playObjects(cluster, { changes: changes.slice(2).map((change) => ({ ...change, at: change.at - 30_000 })) })
    cluster.advance('1m')
    expect(running()).toEqual(['web'])
    expect(cluster.pods.list({ namespace: 'shop' }).items[0]!.spec.containers[0]!.image).toBe('web:2')
  })

  test('finds templates where its configuration says, and says what it cannot take', () => {
    const custom = { ...deployment('job', { replicas: 2 }), apiVersion: 'x.io/v1', kind: 'Task' } as Record<
      string,
      unknown
    >
    custom['spec'] = { replicas: 2, 'pod/spec': { template: { spec: { containers: [] } } } }
    const config = { trackedObjects: { 'x.io/v1.Task': { podSpecTemplatePaths: ['/spec/pod~1spec/template'] } } }
    expect(stays(readSimkube(file([event(0, [custom])], { config })))).toEqual(['job-0 0+Infinity', 'job-1 0+Infinity'])
    const daemons = [deployment('a', { kind: 'DaemonSet' }), deployment('b', { kind: 'DaemonSet' })]
    const lost = readSimkube(file([event(0, daemons)], { pod_lifecycles: { x: {} } }))
    expect(stays(lost)).toEqual([])
    expect(lost.notTaken).toEqual([
      'apps/v1.DaemonSet: 2 applied, whose pods are not known',
      'pod_lifecycles of 1 objects',
    ])
  })

  test('keeps the names of bare pods, and gives no name twice', () => {
    const bare = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-0', namespace: 'shop' },
      spec: { containers: [] },
    }
    const both = readSimkube(
      file([event(0, [bare, deployment('web')]), event(5, [deployment('web', { kind: 'StatefulSet' })], [bare])]),
    )
    expect(stays(both)).toEqual(['web-0 0+5', 'web-1 0+Infinity', 'web-2 5+Infinity'])
  })

  test.each<[string, string]>([
    [
      '\u0085version\u0002',
      'trace.json: line 1, column 1: expected JSON that begins with {; a .sktrace is MessagePack',
    ],
    ['{\n  "version": 2,\n  "events": [}\n}', 'trace.json: error converting YAML to JSON: yaml: line 3, column '],
    ['{ version: 2 }', 'trace.json: line 1, column 1: expected JSON, got YAML'],
    ['[]', 'trace.json: the trace: expected an object, got an empty list'],
    [file([], { version: 1 }), 'trace.json: version: expected 2, got 1'],
    [file([], { events: {} }), 'trace.json: events: expected a list, got an object'],
    [file([7]), 'trace.json: events[0]: expected an object, got 7'],
    [file([event(-1, [])]), 'trace.json: events[0].ts: expected seconds since 1970 as a whole number, got -1'],
    [file([event(1e13, [])]), 'trace.json: events[0].ts: expected seconds'],
    [file([event(5, []), event(4, [])]), 'trace.json: events[1].ts: expected a time not before that of events[0]'],
    [file([{ ts: 1, applied_objs: [] }]), 'trace.json: events[0].deleted_objs: expected a list, got undefined'],
    [
      file([event(1, [{ kind: 'Pod', metadata: { name: 'a' } }])]),
      'trace.json: events[0].applied_objs[0].apiVersion: expected a text',
    ],
    [
      file([event(1, [], [{ apiVersion: 'v1', kind: 'Pod', metadata: {} }])]),
      'events[0].deleted_objs[0].metadata.name: expected a text',
    ],
    [
      file([], { config: { trackedObjects: { a: { podSpecTemplatePaths: [1] } } } }),
      'config.trackedObjects[a].podSpecTemplatePaths: expected JSON pointers',
    ],
  ])('%j is refused', (text, message) => {
    expect(refusal(() => readSimkube(text))).toContain(message)
  })
})

describe.skipIf(!hasCorpus())('the traces of simkube', () => {
  test('trace.json: one deployment of two, played', () => {
    const found = readSimkube({ name: 'trace.json', text: trace('simkube/trace.json') })
    expect(found).toMatchObject({ beganAt: '2024-02-29T21:18:05.000Z', notTaken: [] })
    expect(stays(found)).toEqual(['nginx-deployment-0 0+Infinity', 'nginx-deployment-1 0+Infinity'])
    const cluster = createCluster()
    playObjects(cluster, found)
    cluster.advance('10s')
    expect(cluster.deployments.get('nginx-deployment').status.availableReplicas).toBe(2)
  })

  test('dsb-scaling: 27 deployments that scale for nineteen minutes, played', () => {
    const bytes = readFileSync(join(corpus, 'traces/simkube/dsb-scaling.sktrace'))
    const found = readSimkube(JSON.stringify(fromMessagePack(bytes)))
    expect(found.changes).toHaveLength(19)
    expect(found.changes.at(-1)!.at).toBe(1_134_000)
    expect(new Set(found.changes.flatMap(({ apply }) => apply.map(({ metadata }) => metadata.name))).size).toBe(27)
    const cluster = createCluster({ nodes: [{ count: 20, cpu: 8 }] })
    playObjects(cluster, found)
    cluster.advance('2m')
    const live = cluster.pods.list({ namespace: 'dsb' }).items
    const left = listed(found.workload, 0).filter(({ lifetimeMs }) => lifetimeMs === undefined)
    expect(live.map(({ status }) => status.phase)).toEqual(left.map(() => 'Running'))
  })
})
