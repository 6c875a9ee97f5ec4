import { describe, expect, test } from 'vitest'
import type { KubeEvent, Node, Pod } from '../../src/api/types/core.ts'
import type { Cluster } from '../../src/cluster.ts'
import { createCluster } from '../../src/create.ts'
import { loadCluster } from '../../src/load.ts'
import { replay } from '../../src/replay.ts'
import type { SchedulerOptions } from '../../src/scheduler/schedulerOptions.ts'
import type { Strategy } from '../../src/scheduler/strategy.ts'
import { bestFit } from '../../src/scheduler/strategies/bestFit.ts'
import { indexed } from '../../src/scheduler/strategies/indexed.ts'
import { localOptimum } from '../../src/scheduler/strategies/localOptimum.ts'
import { randomizedBest } from '../../src/scheduler/strategies/randomizedBest.ts'

/** A cluster in which nobody but schedulers acts. */
function quiet(schedulers?: readonly SchedulerOptions[], seed = 0): Cluster {
  const disable = ['kubelet', 'replication-controller', 'endpoint-controller', 'node-lifecycle-controller']
  return createCluster({ nodes: 0, disable, seed, schedulers })
}

function addNode(cluster: Cluster, name: string, cpu = '4', spec: Partial<Node['spec']> = {}): void {
  const allocatable = { cpu, memory: '16Gi', pods: '110' }
  cluster.resource('v1/Node').create({ metadata: { name }, spec, status: { allocatable, capacity: allocatable } })
}

function addPod(cluster: Cluster, name: string, cpu = '1', spec: Partial<Pod['spec']> = {}): void {
  const containers = [{ name: 'app', image: 'app', resources: { requests: { cpu } } }]
  cluster.resource('v1/Pod').create({ metadata: { name }, spec: { containers, ...spec } })
}

const get = (cluster: Cluster, name: string): Pod => cluster.resource('v1/Pod').get(name) as Pod
const nodeOf = (cluster: Cluster, name: string): string | undefined => get(cluster, name).spec.nodeName
const condition = (
  cluster: Cluster,
  name: string,
): { status?: string; message?: string; lastTransitionTime?: string } =>
  get(cluster, name).status.conditions?.find(({ type }) => type === 'PodScheduled') ?? {}

function events(cluster: Cluster, name: string): string[] {
  const { items } = cluster.resource('v1/Event').list()
  return (items as KubeEvent[])
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ type, reason, message, count }) => `${type} ${reason} ×${count}: ${message}`)
}

const attempts = (cluster: Cluster, name: string): number => {
  const count = /FailedScheduling ×(\d+)/.exec(events(cluster, name).join('\n'))?.[1]
  return Number(count ?? 0)
}

const tooLarge =
  '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: ' +
  '0/1 nodes are available: 1 No preemption victims found for incoming pod.'

describe('a pod that fits', () => {
  test('is bound, and an Event says where', () => {
    const cluster = quiet()
    addNode(cluster, 'node-1')
    addPod(cluster, 'web-1')
    cluster.settle()
    expect(nodeOf(cluster, 'web-1')).toBe('node-1')
    expect(condition(cluster, 'web-1').status).toBe('True')
    expect(events(cluster, 'web-1')).toEqual(['Normal Scheduled ×1: Successfully assigned default/web-1 to node-1'])
  })

  test('comes after those of higher priority, and after those that waited longer', () => {
    const cluster = quiet()
    for (const [name, value] of [
      ['low', 1],
      ['high', 9],
      ['also-high', 9],
    ] as const) {
      cluster.priorityClasses.create({ metadata: { name }, value })
      addPod(cluster, name, '3', { priorityClassName: name })
    }
    cluster.settle()
    addNode(cluster, 'node-1', '3')
    cluster.advance('1m')
    expect(['low', 'high', 'also-high'].filter((name) => nodeOf(cluster, name) !== undefined)).toEqual(['high'])
  })

  test('leaves to other schedulers what names them', () => {
    const cluster = quiet([{}, { name: 'mine', strategy: localOptimum({ feasible: 1 }) }])
    addNode(cluster, 'node-1')
    for (const schedulerName of ['mine', 'nobody']) addPod(cluster, schedulerName, '1', { schedulerName })
    cluster.settle()
    expect(nodeOf(cluster, 'nobody')).toBeUndefined()
    expect(nodeOf(cluster, 'mine')).toBe('node-1')
    const [event] = cluster.resource('v1/Event').list().items as KubeEvent[]
    expect(event?.reportingComponent).toBe('mine')
  })

  test('draws pods to a node that is new, or to any of the best by lot', () => {
    const onNew = (strategy: Strategy): number => {
      const cluster = quiet([{ strategy }], 3)
      for (let index = 0; index < 9; index++) addNode(cluster, `node-${index}`, '16')
      for (let index = 0; index < 72; index++) addPod(cluster, `old-${index}`)
      cluster.settle()
      addNode(cluster, 'node-new', '16')
      for (let index = 0; index < 8; index++) addPod(cluster, `web-${index}`)
      cluster.settle()
      return (cluster.resource('v1/Pod').list().items as Pod[]).filter(({ spec }) => spec.nodeName === 'node-new')
        .length
    }
    expect(onNew(bestFit())).toBe(8)
    expect(onNew(randomizedBest({ among: 5 }))).toBeLessThan(5)
  })

  test('never over-commits a node, though decisions come faster than their results', () => {
    const cluster = quiet()
    for (const name of ['a', 'b', 'c']) addNode(cluster, name)
    for (let index = 0; index < 15; index++) addPod(cluster, `web-${index}`)
    cluster.settle()
    const placed = (cluster.resource('v1/Pod').list().items as Pod[]).map(({ spec }) => spec.nodeName)
    for (const name of ['a', 'b', 'c']) expect(placed.filter((each) => each === name)).toHaveLength(4)
    expect(placed.filter((each) => each === undefined)).toHaveLength(3)
  })
})

describe('a pod that fits nowhere', () => {
  function crowded(): Cluster {
    const cluster = quiet()
    addNode(cluster, 'node-1')
    addPod(cluster, 'first', '3')
    cluster.settle()
    addPod(cluster, 'second', '3')
    cluster.settle()
    return cluster
  }

  test('says why, as an Event and as a condition', () => {
    const cluster = crowded()
    expect(condition(cluster, 'second')).toMatchObject({ status: 'False', reason: 'Unschedulable', message: tooLarge })
    expect(events(cluster, 'second')).toEqual([`Warning FailedScheduling ×1: ${tooLarge}`])
  })

  test('says so without nodes too', () => {
    const cluster = quiet()
    addPod(cluster, 'alone')
    cluster.settle()
    expect(condition(cluster, 'alone').message).toBe('no nodes available to schedule pods')
  })

  test.each<[string, (cluster: Cluster) => void]>([
    ['a node comes', (cluster) => addNode(cluster, 'node-2')],
    ['a node grows', (cluster) => grow(cluster, 'node-1', '8')],
    ['a pod is deleted', (cluster) => void cluster.resource('v1/Pod').delete('first', { gracePeriodSeconds: 0 })],
    [
      'a pod ends',
      (cluster) =>
        void cluster.resource('v1/Pod').updateStatus('first', (draft) => void (draft.status.phase = 'Succeeded')),
    ],
  ])('is scheduled as soon as %s, its back-off or not', (_what, help) => {
    const cluster = crowded()
    const { now } = cluster
    help(cluster)
    cluster.settle()
    expect(nodeOf(cluster, 'second')).toBeDefined()
    expect(condition(cluster, 'second').status).toBe('True')
    expect(cluster.now - now).toBeLessThan(50)
  })

  test('is not tried again for a change that cannot help it', () => {
    const cluster = crowded()
    cluster.advance('20s')
    addNode(cluster, 'small', '1')
    cluster
      .resource('v1/Node')
      .update('node-1', (draft) => void (draft.metadata.labels = { ...draft.metadata.labels, colour: 'blue' }))
    cluster.advance('1m')
    expect(attempts(cluster, 'second')).toBe(1)
  })

  test('is tried again after five minutes at the latest, without writing what its condition says already', () => {
    const cluster = crowded()
    cluster.advance('4m')
    expect(attempts(cluster, 'second')).toBe(1)
    const { resourceVersion } = get(cluster, 'second').metadata
    cluster.advance('2m')
    expect(attempts(cluster, 'second')).toBe(2)
    expect(get(cluster, 'second').metadata.resourceVersion).toBe(resourceVersion)
  })

  test('is forgotten when it is deleted', () => {
    const cluster = crowded()
    cluster.resource('v1/Pod').delete('second', { gracePeriodSeconds: 0 })
    addNode(cluster, 'node-2')
    cluster.advance('10m')
    expect(attempts(cluster, 'second')).toBe(1)
  })
})

describe('what others do meanwhile', () => {
  test('a pod that somebody else bound first is left alone, and no room is lost', () => {
    const cluster = quiet()
    for (const name of ['a', 'b']) addNode(cluster, name)
    addPod(cluster, 'mine', '3')
    cluster.advance(1)
    cluster.resource('v1/Binding').create({ metadata: { name: 'mine' }, target: { kind: 'Node', name: 'b' } } as object)
    cluster.advance('1m')
    expect(nodeOf(cluster, 'mine')).toBe('b')
    expect(events(cluster, 'mine').join()).toContain('binding rejected: running Bind plugin "DefaultBinder"')
    for (const name of ['other', 'third']) addPod(cluster, name, '3')
    cluster.settle()
    expect(nodeOf(cluster, 'other')).toBe('a')
    expect(condition(cluster, 'third').message).toContain('0/2 nodes are available: 2 Insufficient cpu.')
  })

  test('a pod that was deleted before it could be bound leaves no trace on the node', () => {
    const cluster = quiet()
    addNode(cluster, 'node-1')
    addPod(cluster, 'brief', '4')
    cluster.advance(1)
    cluster.resource('v1/Pod').delete('brief', { gracePeriodSeconds: 0 })
    cluster.settle()
    expect(events(cluster, 'brief').join()).toContain('pods "brief" not found')
    addPod(cluster, 'next', '4')
    cluster.settle()
    expect(nodeOf(cluster, 'next')).toBe('node-1')
  })

  test('a pod with scheduling gates waits until they are gone', () => {
    const cluster = quiet()
    addNode(cluster, 'node-1')
    addPod(cluster, 'gated', '1', { schedulingGates: [{ name: 'example.com/wait' }] })
    const since = cluster.time
    cluster.advance('1m')
    expect(nodeOf(cluster, 'gated')).toBeUndefined()
    expect(cluster.pods.get('gated').status.conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: since,
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ])
    cluster
      .resource('v1/Pod')
      .update(
        'gated',
        (draft) => void ((draft as Pod as { spec: { schedulingGates: unknown } }).spec.schedulingGates = []),
      )
    cluster.settle()
    expect(nodeOf(cluster, 'gated')).toBe('node-1')
    const { lastTransitionTime } = cluster.pods.get('gated').status.conditions![0]!
    const bound = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime }
    expect(cluster.pods.get('gated').status.conditions).toEqual([bound])
  })

  test('a pod says what keeps it waiting still once a node has changed what kept it waiting before', () => {
    const cluster = quiet()
    addNode(cluster, 'node-1', '4', { taints: [{ key: 'a', effect: 'NoSchedule' }] })
    addPod(cluster, 'large', '5')
    cluster.advance('5s')
    const said = (): string => condition(cluster, 'large').message!.split('.')[0]!
    expect(said()).toBe('0/1 nodes are available: 1 node(s) had untolerated taint(s)')
    const events = (): number => cluster.events.list({ fieldSelector: 'reason=FailedScheduling' }).items.length
    cluster.nodes.update('node-1', (draft) => void (draft.metadata.labels = { b: 'c' }))
    cluster.advance('10s')
    expect(events()).toBe(1)
    cluster.nodes.update('node-1', (draft) => void (draft.spec.taints = []))
    cluster.advance('10s')
    expect([said(), events()]).toEqual(['0/1 nodes are available: 1 Insufficient cpu', 2])
  })

  test('a cordoned node takes no pods until it is uncordoned', () => {
    const cluster = quiet()
    addNode(cluster, 'node-1', '4', { unschedulable: true })
    addPod(cluster, 'web')
    cluster.advance('1m')
    expect(condition(cluster, 'web').message).toMatch(/^0\/1 nodes are available: 1 node\(s\) were unschedulable\./)
    cluster.resource('v1/Node').update('node-1', (draft) => void (draft.spec.unschedulable = false))
    cluster.settle()
    expect(nodeOf(cluster, 'web')).toBe('node-1')
  })
})

describe('state', () => {
  function busy(cluster: Cluster): void {
    for (const name of ['a', 'b', 'c', 'd']) addNode(cluster, name)
    for (let index = 0; index < 20; index++) addPod(cluster, `web-${index}`, index % 3 === 0 ? '2' : '500m')
  }

  function goOn(cluster: Cluster): string {
    for (let index = 20; index < 30; index++) addPod(cluster, `web-${index}`)
    for (const item of cluster.resource('v1/Pod').list().items as Pod[]) {
      if (item.spec.nodeName === 'a') cluster.resource('v1/Pod').delete(item.metadata.name, { gracePeriodSeconds: 0 })
    }
    cluster.advance('7m')
    return cluster.historyHash()
  }

  test.each([0, 1, 1.5, 2, 3, 1000])('a fork after %d ms goes on as the original does', (ms) => {
    const cluster = quiet([{ strategy: localOptimum({ feasible: 2 }), ties: 'random' }], 5)
    busy(cluster)
    cluster.advance(ms)
    const fork = cluster.fork()
    expect(goOn(fork)).toBe(goOn(cluster))
  })

  test.each([0.5, 1, 1.15, 1.5, 2.05, 3, 61_000])(
    'a node table rebuilt from lists after %d ms decides as the one kept up',
    (ms) => {
      const cluster = quiet([{ strategy: localOptimum({ feasible: 2 }) }])
      busy(cluster)
      cluster.advance(ms)
      const loaded = loadCluster(cluster.save())
      expect(goOn(loaded)).toBe(goOn(cluster))
    },
  )

  test.each(['first', 'random'] as const)('an index makes the history of best fit, ties %s, forked or not', (ties) => {
    const run = (strategy: Strategy): Cluster => {
      const cluster = quiet([{ strategy, ties }], 4)
      busy(cluster)
      cluster.advance(1.5)
      return cluster
    }
    const [exact, index] = [run(bestFit()), run(indexed())]
    const fork = index.fork()
    expect([goOn(index), goOn(fork)]).toEqual([goOn(exact), exact.historyHash()])
    const { methods, decisions } = index.schedulerStats()[0]!
    expect(methods.scan).toBeLessThan(decisions)
    expect(methods.tree).toBeGreaterThan(0)
  })

  test('one of the best by lot: explained as such, and replayed the same', () => {
    const cluster = quiet([{ strategy: randomizedBest({ among: 3 }) }], 7)
    busy(cluster)
    const { node, placing } = cluster.explain('web-0')
    expect([node, placing?.best]).toEqual([undefined, ['a', 'b', 'c']])
    goOn(cluster)
    expect(replay(JSON.parse(JSON.stringify(cluster.journal)) as Cluster['journal']).historyHash()).toBe(
      cluster.historyHash(),
    )
  })

  test('ties drawn by lot depend on the seed, and on nothing else', () => {
    const where = (seed: number): string => {
      const cluster = quiet([{ ties: 'random' }], seed)
      busy(cluster)
      cluster.settle()
      return (cluster.resource('v1/Pod').list().items as Pod[]).map(({ spec }) => spec.nodeName ?? '-').join('')
    }
    expect(where(1)).toBe(where(1))
    expect(new Set([1, 2, 3, 4].map(where)).size).toBeGreaterThan(1)
  })
})

function grow(cluster: Cluster, name: string, cpu: string): void {
  cluster
    .resource('v1/Node')
    .updateStatus(name, (draft) => void (draft.status.allocatable = { ...draft.status.allocatable, cpu }))
}
