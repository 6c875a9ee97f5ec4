import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  defineController,
  type KubeEvent,
  type Lease,
} from '../../src/index.ts'

const system = { namespace: 'kube-system' } as const

const labeller = defineController({
  name: 'labeller',
  replicas: 2,
  watches: [{ kind: 'v1/Namespace' }],
  reconcile(name, { api, cache }) {
    const found = cache.get('v1/Namespace', name)
    if (found === undefined || found.metadata.labels?.['seen'] === 'yes') return
    api.update(
      'v1/Namespace',
      name,
      (draft) => void (draft.metadata.labels = { ...draft.metadata.labels, seen: 'yes' }),
    )
  },
})

function elected(options: ClusterOptions = {}): Cluster {
  const cluster = createCluster({
    schedulers: [{ replicas: 2 }],
    controllerManager: { replicas: 3 },
    controllers: [labeller],
    ...options,
  })
  cluster.settle()
  return cluster
}

function leaseOf(cluster: Cluster, name: string): Lease {
  return cluster.resource('coordination.k8s.io/v1/Lease').get(name, system)
}

/** The process that holds a lease. */
function leaderOf(cluster: Cluster, name: string): string {
  return leaseOf(cluster, name).spec.holderIdentity!.split('_')[0]!
}

function states(cluster: Cluster, name: string): string[] {
  return cluster.controllers
    .list()
    .filter((one) => one.name.startsWith(name))
    .map((one) => one.state)
}

describe('of several replicas', () => {
  test('one leads, by a lease that it renews every two seconds, and the others stand by', () => {
    const cluster = elected()
    for (const [lease, process, replicas] of [
      ['kube-scheduler', 'default-scheduler', 2],
      ['kube-controller-manager', 'kube-controller-manager', 3],
      ['labeller', 'labeller', 2],
    ] as const) {
      expect(leaderOf(cluster, lease)).toBe(`${process}-0`)
      expect(states(cluster, process)).toEqual(['running', ...Array<string>(replicas - 1).fill('standby')])
    }
    const { acquireTime, leaseTransitions } = leaseOf(cluster, 'kube-scheduler').spec
    const since = cluster.revision
    cluster.advance('1m')
    const renewals = cluster
      .history(since)
      .filter(({ object }) => object.kind === 'Lease' && object.metadata.name === 'kube-scheduler')
    expect(renewals).toHaveLength(30)
    expect(leaseOf(cluster, 'kube-scheduler').spec).toMatchObject({
      acquireTime,
      leaseTransitions,
      leaseDurationSeconds: 15,
    })
    const said = cluster.events.list(system).items.filter(({ reason }: KubeEvent) => reason === 'LeaderElection')
    expect(said.map(({ message }) => message).sort()).toEqual([
      'default-scheduler-0_1 became leader',
      'kube-controller-manager-0_1 became leader',
      'labeller-0_1 became leader',
    ])
  })

  test('do together what one alone does', () => {
    const cluster = elected()
    cluster.replicationControllers.create({
      metadata: { name: 'web' },
      spec: {
        replicas: 3,
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
      },
    })
    cluster.settle()
    expect(cluster.pods.list().items.map(({ status }) => status.phase)).toEqual(['Running', 'Running', 'Running'])
    expect(cluster.namespaces.list().items.every(({ metadata }) => metadata.labels?.['seen'] === 'yes')).toBe(true)
    expect(cluster.explain(cluster.pods.list().items[0]!).bound?.by).toBe('default-scheduler-0')
    const sources = cluster.events.list().items.map(({ source }) => source?.component)
    expect([...new Set(sources)].sort()).toEqual([
      'default-scheduler',
      'kubelet',
      'node-controller',
      'replication-controller',
    ])
  })

  test.each([
    ['kube-scheduler', 'default-scheduler-0'],
    ['kube-controller-manager', 'kube-controller-manager-0'],
    ['labeller', 'labeller-0'],
  ])('another follows when the leader of %s crashes, once its lease has run out', (lease, leader) => {
    const cluster = elected()
    cluster.advance('1m')
    cluster.controllers.crash(leader)
    cluster.advance('10s')
    expect(leaderOf(cluster, lease)).toBe(leader)
    cluster.advance('14s')
    expect(leaderOf(cluster, lease)).not.toBe(leader)
    expect(leaseOf(cluster, lease).spec.leaseTransitions).toBe(1)
    cluster.controllers.restart(leader)
    cluster.advance('1m')
    expect(leaderOf(cluster, lease)).not.toBe(leader)
    expect(states(cluster, leader)).toEqual(['standby'])
  })

  test('a leader that is cut off stops before another follows', () => {
    const cluster = elected()
    cluster.advance('1m')
    for (const leader of ['default-scheduler-0', 'kube-controller-manager-0', 'labeller-0']) {
      cluster.faults.partition(leader, { for: '5m' })
    }
    cluster.advance('11s')
    expect(states(cluster, 'default-scheduler')).toEqual(['running', 'standby'])
    cluster.advance('1500ms')
    for (const process of ['default-scheduler', 'kube-controller-manager', 'labeller']) {
      expect(states(cluster, process)).not.toContain('running')
    }
    cluster.advance('10s')
    for (const process of ['default-scheduler', 'kube-controller-manager', 'labeller']) {
      expect(states(cluster, process)).toContain('running')
      expect(states(cluster, process)[0]).toBe('standby')
    }
  })

  test('of one there is no lease, and nothing differs', () => {
    const [plain, one] = [{}, { schedulers: [{ replicas: 1 }], controllerManager: { replicas: 1 } }].map((options) => {
      const cluster = createCluster(options)
      cluster.advance('1m')
      return cluster
    })
    expect(one!.historyHash()).toBe(plain!.historyHash())
    expect(plain!.resource('coordination.k8s.io/v1/Lease').list(system).items).toEqual([])
  })

  test('numbers that make no sense are refused', () => {
    const wrong =
      (options: ClusterOptions): (() => unknown) =>
      () =>
        createCluster(options)
    expect(wrong({ schedulers: [{ replicas: 0 }] })).toThrow(
      'options.schedulers[0].replicas: expected a whole number from 1 to 100, got 0',
    )
    expect(wrong({ controllerManager: { replicas: 1.5 } })).toThrow('options.controllerManager.replicas')
    expect(wrong({ controllerManager: { size: 2 } as object })).toThrow('options.controllerManager.size: unknown')
    expect(wrong({ controllers: [{ ...labeller, replicas: -1 }] })).toThrow('options.controllers[0].replicas')
    expect(wrong({ controllers: [labeller, { ...labeller, name: 'labeller-1', replicas: 1 }] })).toThrow(
      'Duplicate value: "labeller-1"',
    )
  })
})
