import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  defineController,
  type Fault,
  loadCluster,
  replay,
} from '../../src/index.ts'
import { controllerManifest, names, podManifest, refused } from '../cluster/support.ts'

const replication = 'replication-controller'
const scheduler = 'default-scheduler'
const asked = (cluster: Cluster, replicas: number): void =>
  void cluster.replicationControllers.create(controllerManifest('web', replicas))
const phases = (cluster: Cluster): string[] =>
  cluster.pods.list().items.map(({ status, spec }) => `${status.phase!}${spec.nodeName === undefined ? '' : ' bound'}`)
const running = (cluster: Cluster): number => phases(cluster).filter((phase) => phase === 'Running bound').length

/** Writes down what it is told of Secrets. */
function listener(): { told: string[]; options: ClusterOptions } {
  const told: string[] = []
  const controller = defineController({
    name: 'listener',
    watches: [
      {
        kind: 'v1/Secret',
        keys: ({ type, object, previous }) => {
          const value = object.metadata.labels?.['value'] ?? ''
          const before = type === 'DELETED' ? undefined : previous?.metadata.labels?.['value']
          told.push(`${type} ${object.metadata.name} ${before === undefined ? '' : `${before} → `}${value}`.trim())
          return []
        },
      },
    ],
    reconcile() {},
  })
  return { told, options: { nodes: 0, controllers: [controller] } }
}
const secret = (cluster: Cluster, name: string, value: string): void =>
  void cluster.secrets.create({ metadata: { name, labels: { value } } })
const relabel = (cluster: Cluster, name: string, value: string): void =>
  void cluster.secrets.update(name, (draft) => void (draft.metadata.labels = { value }))

describe('a controller that does not reach the API server', () => {
  test('does nothing until it does, and then all there is to do', () => {
    const cluster = createCluster({ nodes: 1 })
    const fault = cluster.faults.partition(replication)
    asked(cluster, 2)
    cluster.advance('10m')
    expect(phases(cluster)).toEqual([])
    fault.heal()
    cluster.advance('10s')
    expect(phases(cluster)).toEqual(['Running bound', 'Running bound'])
  })

  test('whose calls fail within a turn tries again with a back-off', () => {
    const cluster = createCluster({ nodes: 1 })
    asked(cluster, 2)
    cluster.settle()
    cluster.replicationControllers.update('web', (draft) => void (draft.spec.replicas = 4))
    // Its watch has told it already that there is something to do when the connection breaks.
    cluster.advance(0.5)
    cluster.faults.partition(replication, { for: '2s' })
    cluster.advance('1s')
    expect(cluster.pods.list().items).toHaveLength(2)
    cluster.advance('1m')
    expect(running(cluster)).toBe(4)
  })
})

describe('a machine that does not reach the API server', () => {
  test('runs its containers on, renews no lease, and is told afterwards what it has missed', () => {
    const cluster = createCluster({ nodes: 2 })
    cluster.pods.create(podManifest('a', { spec: { nodeName: 'node-1' } }))
    cluster.pods.create(podManifest('b', { spec: { nodeName: 'node-1' } }))
    cluster.settle()
    const before = cluster.leases.get('node-1', { namespace: 'kube-node-lease' }).spec.renewTime
    const fault = cluster.faults.partitionNode('node-1')
    cluster.pods.delete('a')
    cluster.advance('40s')
    const renewed = (node: string): unknown => cluster.leases.get(node, { namespace: 'kube-node-lease' }).spec.renewTime
    expect(renewed('node-1')).toBe(before)
    expect(renewed('node-0')).not.toBe(before)
    expect(cluster.pods.get('a').metadata.deletionTimestamp).toBeDefined()
    expect(cluster.pods.get('b').status.containerStatuses![0]!.restartCount).toBe(0)
    fault.heal()
    cluster.advance('50s')
    expect(names(cluster.pods.list())).toEqual(['b'])
    expect(cluster.pods.get('b').status.containerStatuses![0]!.restartCount).toBe(0)
    expect(renewed('node-1')).toBe(renewed('node-0'))
  })

  test('says again that its pods are ready, which others have denied meanwhile', () => {
    const cluster = createCluster({ nodes: 2 })
    cluster.pods.create(podManifest('a', { spec: { nodeName: 'node-1' } }))
    cluster.settle()
    const ready = (): unknown => cluster.pods.get('a').status.conditions!.find(({ type }) => type === 'Ready')
    const since = ready()
    const fault = cluster.faults.partitionNode('node-1', { for: '2m' })
    cluster.advance('90s')
    expect(ready()).toMatchObject({ status: 'False', lastTransitionTime: '2020-01-01T00:00:50Z' })
    cluster.advance('35s')
    expect(String(fault)).toContain('over')
    expect(ready()).toMatchObject({ status: 'True' })
    expect(ready()).not.toEqual(since)
  })
})

describe('watches', () => {
  test('that are late tell everything, so much later', () => {
    const { told, options } = listener()
    const cluster = createCluster(options)
    cluster.settle()
    cluster.faults.delayWatches('listener', '5s')
    secret(cluster, 'a', '1')
    cluster.advance('4s')
    relabel(cluster, 'a', '2')
    expect(told).toEqual([])
    cluster.advance('2s')
    expect(told).toEqual(['ADDED a 1'])
    cluster.advance('4s')
    expect(told).toEqual(['ADDED a 1', 'MODIFIED a 1 → 2'])
  })

  test('that stall tell everything when they are well again', () => {
    const { told, options } = listener()
    const cluster = createCluster(options)
    cluster.settle()
    const fault = cluster.faults.stallWatches('listener')
    secret(cluster, 'a', '1')
    relabel(cluster, 'a', '2')
    secret(cluster, 'b', '1')
    cluster.secrets.delete('b')
    cluster.advance('10m')
    expect(told).toEqual([])
    fault.heal()
    cluster.settle()
    expect(told).toEqual(['ADDED a 1', 'MODIFIED a 1 → 2', 'ADDED b 1', 'DELETED b 1'])
  })

  test('that lose their connection never tell of what came and went: the component lists anew', () => {
    const { told, options } = listener()
    const cluster = createCluster(options)
    for (const name of ['changed', 'gone', 'again']) secret(cluster, name, '1')
    cluster.settle()
    told.length = 0
    cluster.faults.dropWatches('listener', { for: '10s' })
    relabel(cluster, 'changed', '2')
    relabel(cluster, 'changed', '3')
    cluster.secrets.delete('gone')
    secret(cluster, 'brief', '1')
    cluster.secrets.delete('brief')
    cluster.secrets.delete('again')
    secret(cluster, 'again', '2')
    cluster.advance('9s')
    expect(told).toEqual([])
    cluster.advance('2s')
    expect(told).toEqual(['MODIFIED changed 1 → 3', 'DELETED gone 1', 'DELETED again 1', 'ADDED again 2'])
    relabel(cluster, 'changed', '4')
    cluster.settle()
    expect(told.at(-1)).toBe('MODIFIED changed 3 → 4')
  })

  test('of the garbage collector too: what lost its owner meanwhile goes', () => {
    const cluster = createCluster({ nodes: 1 })
    asked(cluster, 2)
    cluster.settle()
    cluster.faults.dropWatches('garbage-collector-controller', { for: '1m' })
    cluster.replicationControllers.delete('web', { propagationPolicy: 'Background' })
    cluster.advance('50s')
    expect(running(cluster)).toBe(2)
    cluster.advance('1m')
    expect(phases(cluster)).toEqual([])
  })
})

describe('one call of a controller', () => {
  const pair = (reconcile: Parameters<typeof defineController>[0]['reconcile']): Cluster =>
    createCluster({
      nodes: 0,
      controllers: [defineController({ name: 'pair', watches: [{ kind: 'v1/Secret' }], reconcile })],
    })
  const both: Parameters<typeof defineController>[0]['reconcile'] = (_key, { api, memory }) => {
    memory.set('turns', (memory.get<number>('turns') ?? 0) + 1)
    for (const name of ['one', 'two'])
      if (api.find('v1/ConfigMap', `default/${name}`) === undefined)
        api.create('v1/ConfigMap', { metadata: { name, namespace: 'default' } })
  }
  const made = (cluster: Cluster): string[] => names(cluster.configMaps.list()).filter((name) => name.length === 3)

  test('that is lost leaves nothing; the next turn brings it about', () => {
    const cluster = pair(both)
    cluster.settle()
    const fault = cluster.faults.loseRequest('pair', { call: 2 })
    secret(cluster, 'a', '1')
    cluster.advance(2)
    expect(made(cluster)).toEqual(['one'])
    expect(fault.state).toBe('over')
    cluster.advance('1m')
    expect(made(cluster)).toEqual(['one', 'two'])
  })

  test('whose reply is lost was done all the same', () => {
    const cluster = pair(both)
    cluster.settle()
    cluster.faults.loseReply('pair')
    secret(cluster, 'a', '1')
    cluster.advance(2)
    expect(made(cluster)).toEqual(['one'])
    const [failing] = cluster.controllers.list().filter(({ name }) => name === 'pair')
    expect(failing!.failing[0]!.error).toMatch(/the reply was lost/u)
    cluster.advance('1m')
    expect(made(cluster)).toEqual(['one', 'two'])
  })

  test('that meets with a conflict is tried again', () => {
    const cluster = createCluster({ nodes: 1 })
    asked(cluster, 1)
    cluster.settle()
    cluster.faults.conflict(replication)
    cluster.replicationControllers.update('web', (draft) => void (draft.spec.replicas = 2))
    cluster.advance('1s')
    const journalled = cluster.history().filter(({ actor }) => actor === replication)
    cluster.advance('1m')
    expect(cluster.replicationControllers.get('web').status.readyReplicas).toBe(2)
    expect(journalled.length).toBeGreaterThan(0)
  })

  test('at which its process dies is its last: what the turn has come to is void, whatever it catches', () => {
    const cluster = pair((key, context) => {
      try {
        both(key, context)
      } catch {
        context.memory.set('caught', true)
        try {
          context.api.create('v1/ConfigMap', { metadata: { name: 'six', namespace: 'default' } })
        } catch {
          return { requeueAfter: '1s' }
        }
      }
      return undefined
    })
    cluster.settle()
    // find, create, find, create: the fourth.
    const fault = cluster.faults.crashController('pair', { atCall: 4, restartAfter: '30s' })
    secret(cluster, 'a', '1')
    cluster.advance('20s')
    expect(made(cluster)).toEqual(['one'])
    expect(cluster.controllers.list().find(({ name }) => name === 'pair')).toEqual({
      name: 'pair',
      state: 'crashed',
      queued: [],
      failing: [],
    })
    cluster.advance('20s')
    expect(made(cluster)).toEqual(['one', 'two'])
    expect(fault.state).toBe('over')
  })
})

describe('a scheduler that crashes', () => {
  test('leaves pods pending; started again it knows what runs where', () => {
    const cluster = createCluster({ nodes: [{ name: 'n', cpu: '1', memory: '4Gi' }] })
    const half = { containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu: '500m' } } }] }
    cluster.pods.create(podManifest('first', { spec: half }))
    cluster.settle()
    cluster.faults.crashController(scheduler, { for: '1m' })
    cluster.pods.create(podManifest('second', { spec: half }))
    cluster.pods.create(podManifest('third', { spec: half }))
    cluster.advance('50s')
    expect(phases(cluster)).toEqual(['Running bound', 'Pending', 'Pending'])
    cluster.advance('30s')
    expect(phases(cluster)).toEqual(['Running bound', 'Running bound', 'Pending'])
    expect(cluster.explain('third').toString()).toContain('Insufficient cpu')
  })

  test('whose reply to a binding is lost finds the pod bound', () => {
    const cluster = createCluster({ nodes: 1 })
    cluster.settle()
    cluster.faults.loseReply(scheduler)
    cluster.pods.create(podManifest('a'))
    cluster.advance('1m')
    expect(phases(cluster)).toEqual(['Running bound'])
    expect(cluster.pods.get('a').spec.nodeName).toBe('node-0')
  })
})

describe('everybody', () => {
  test('is refused while the API server is down; nodes and controllers go on where they were', () => {
    const cluster = createCluster({ nodes: 2 })
    asked(cluster, 2)
    cluster.settle()
    const { revision } = cluster
    const fault = cluster.faults.stopApiServer({ for: '30s' })
    cluster.advance('20s')
    expect(refused(() => cluster.pods.list())).toMatchObject({ reason: 'ServiceUnavailable', code: 503 })
    expect(refused(() => cluster.pods.create(podManifest('a'))).message).toMatch(/connection refused/u)
    expect(cluster.revision).toBe(revision)
    expect(cluster.at(revision).pods.list().items).toHaveLength(2)
    cluster.advance('20s')
    expect(fault.state).toBe('over')
    cluster.replicationControllers.update('web', (draft) => void (draft.spec.replicas = 3))
    cluster.advance('10s')
    expect(running(cluster)).toBe(3)
  })

  test('reads and cannot write while etcd has no quorum', () => {
    const cluster = createCluster({ nodes: 1 })
    asked(cluster, 2)
    cluster.advance('5s')
    const fault = cluster.faults.loseQuorum()
    const { revision } = cluster
    expect(running(cluster)).toBe(2)
    expect(refused(() => cluster.pods.delete(names(cluster.pods.list())[0]!))).toMatchObject({
      reason: 'InternalError',
      code: 500,
    })
    cluster.advance('1m')
    expect(cluster.revision).toBe(revision)
    fault.heal()
    cluster.advance('1m')
    expect(cluster.revision).toBeGreaterThan(revision)
  })
})

describe('a fault', () => {
  test('begins and ends at its times, says in a line how it stands, and can be called off', () => {
    const cluster = createCluster({ nodes: 1 })
    const fault = cluster.faults.stallWatches(replication, { after: '10s', for: '20s' })
    const other = cluster.faults.crashNode('node-0', { after: '1m' })
    expect(cluster.faults.list().map(String)).toEqual([
      'the watches of replication-controller tell it nothing (fault 1, waiting)',
      'the power of node-0 fails (fault 2, waiting)',
    ])
    cluster.advance('15s')
    expect(String(fault)).toBe('the watches of replication-controller tell it nothing (fault 1, active)')
    asked(cluster, 1)
    cluster.advance('10s')
    expect(phases(cluster)).toEqual([])
    other.heal()
    cluster.advance('2m')
    expect([fault.state, other.state]).toEqual(['over', 'over'])
    expect(cluster.faults.list()).toEqual([])
    expect(phases(cluster)).toEqual(['Running bound'])
  })

  test('of one kind twice lasts until both are over', () => {
    const cluster = createCluster({ nodes: 1 })
    cluster.faults.crashNode('node-0', { for: '10s' })
    cluster.faults.crashNode('node-0', { for: '60s' })
    cluster.faults.partition(replication)
    cluster.faults.partition(replication)
    asked(cluster, 1)
    cluster.advance('30s')
    cluster.faults.list()[1]!.heal()
    cluster.advance('20s')
    expect(phases(cluster)).toEqual([])
    cluster.faults.heal()
    cluster.advance('1m')
    expect(phases(cluster)).toEqual(['Running bound'])
  })

  test('to something that is gone when its time comes does not happen', () => {
    const cluster = createCluster({ nodes: 2 })
    const fault = cluster.faults.partitionNode('node-1', { after: '10s' })
    cluster.nodes.delete('node-1')
    cluster.advance('20s')
    expect(fault.state).toBe('over')
  })

  const all: readonly Fault[] = [
    { type: 'crashNode', node: 'node-1' },
    { type: 'restartNode', node: 'node-1' },
    { type: 'partitionNode', node: 'node-1' },
    { type: 'partition', controller: replication },
    { type: 'crashController', controller: replication },
    { type: 'crashController', controller: replication, atCall: 2, restartAfterMs: 4000 },
    { type: 'restartController', controller: scheduler },
    { type: 'delayWatches', controller: replication, byMs: 700 },
    { type: 'stallWatches', controller: scheduler },
    { type: 'dropWatches', controller: replication },
    { type: 'loseReply', controller: replication, call: 2 },
    { type: 'loseRequest', controller: replication, call: 2 },
    { type: 'conflict', controller: replication, call: 1 },
    { type: 'stopApiServer' },
    { type: 'loseQuorum' },
  ]
  const isOverAtOnce = ({ type }: Fault): boolean => type === 'restartNode' || type === 'restartController'

  test.each(all)('goes on in forks, in what is saved and in replays: $type', (fault) => {
    const cluster = createCluster({ nodes: 2 })
    cluster.advance('3s')
    cluster.faults.inject(fault, isOverAtOnce(fault) ? { after: '1s' } : { after: '1s', for: '25s' })
    asked(cluster, 3)
    cluster.advance('8s')
    const others = [cluster.fork(), loadCluster(cluster.save())]
    for (const one of [cluster, ...others]) {
      one.advance('10s')
      one.faults.heal()
      one.advance('5m')
      expect(running(one)).toBe(3)
    }
    for (const other of [...others, replay(cluster.journal)]) expect(other.historyHash()).toBe(cluster.historyHash())
  })

  test.each<[string, (cluster: Cluster) => unknown, string, string]>([
    [
      'a type',
      (cluster) => cluster.faults.inject({ type: 'crashNod' } as never),
      'BadRequest',
      'did you mean "crashNode"',
    ],
    [
      'a field',
      (cluster) => cluster.faults.inject({ type: 'crashNode', node: 'node-0', nod: 'node-1' } as never),
      'BadRequest',
      'nod: crashNode has no such field: there are type, node',
    ],
    [
      'a field that is no fault’s',
      (cluster) => cluster.faults.inject({ type: 'crashNode', node: 'node-0', for: '1m' } as never),
      'BadRequest',
      'for: crashNode has no such field: say it beside the fault: inject(fault, { after, for })',
    ],
    [
      'a restart',
      (cluster) =>
        cluster.faults.inject({
          type: 'crashController',
          controller: replication,
          atCall: 1,
          restartAfterMs: '5s',
        } as never),
      'BadRequest',
      'restartAfter: expected a duration, got "5s"',
    ],
    ['no fault at all', (cluster) => cluster.faults.inject(7 as never), 'BadRequest', 'expected an object with a type'],
    ['a controller', (cluster) => cluster.faults.partition('replication'), 'BadRequest', 'no controller "replication"'],
    ['a node', (cluster) => cluster.faults.partitionNode('node-9'), 'NotFound', 'nodes "node-9" not found'],
    [
      'a duration',
      (cluster) => cluster.faults.stopApiServer({ for: '-1s' as never }),
      'BadRequest',
      'for: invalid duration "-1s"',
    ],
    [
      'a call with null',
      (cluster) => cluster.faults.loseReply(replication, null as never),
      'BadRequest',
      'loseReply: expected options as an object, got null',
    ],
    [
      'a crash with null',
      (cluster) => cluster.faults.crashController(replication, null as never),
      'BadRequest',
      'crashController: expected options as an object, got null',
    ],
    [
      'a delay',
      (cluster) => cluster.faults.delayWatches(replication, 0),
      'BadRequest',
      'by: expected a duration of more than 0',
    ],
    [
      'a call',
      (cluster) => cluster.faults.conflict(replication, { call: 0 }),
      'BadRequest',
      'call: expected a whole number of at least 1, got 0',
    ],
    ['a time', (cluster) => cluster.faults.loseQuorum({ until: '1m' } as never), 'BadRequest', 'unknown field "until"'],
    [
      'a length',
      (cluster) => cluster.faults.inject({ type: 'restartNode', node: 'node-0' }, { for: '1m' }),
      'BadRequest',
      'over at once',
    ],
  ])('of %s that is none is refused, with nothing changed', (_what, act, reason, message) => {
    const cluster = createCluster({ nodes: 1 })
    cluster.advance('1s')
    const [revision, entries] = [cluster.revision, cluster.journal.entries.length]
    const error = refused(() => act(cluster))
    expect(error.reason).toBe(reason)
    expect(error.message).toContain(message)
    expect([cluster.revision, cluster.journal.entries.length, cluster.faults.list().length]).toEqual([
      revision,
      entries,
      0,
    ])
  })
})
