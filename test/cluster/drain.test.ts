import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, loadCluster, replay } from '../../src/index.ts'
import { controllerManifest, podManifest, refused } from './support.ts'

const deployment = (name: string, replicas: number): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
  },
})

const budget = (name: string, app: string, spec: object): object => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { selector: { matchLabels: { app } }, ...spec },
})

function guarded(spec: object, replicas = 4, nodes = 3): Cluster {
  const cluster = createCluster({ nodes, seed: 4 })
  cluster.apply([deployment('web', replicas), budget('web', 'web', spec)])
  cluster.settle()
  return cluster
}

const statusOf = (cluster: Cluster, name = 'web'): object => cluster.podDisruptionBudgets.get(name).status
const allowed = (cluster: Cluster): number => cluster.podDisruptionBudgets.get('web').status.disruptionsAllowed!
const pods = (cluster: Cluster): string[] => cluster.pods.list().items.map(({ metadata }) => metadata.name)

describe('a disruption budget', () => {
  test.each([
    [{ minAvailable: 3 }, { expectedPods: 4, desiredHealthy: 3, disruptionsAllowed: 1 }],
    [{ minAvailable: '30%' }, { expectedPods: 4, desiredHealthy: 2, disruptionsAllowed: 2 }],
    [{ maxUnavailable: 1 }, { expectedPods: 4, desiredHealthy: 3, disruptionsAllowed: 1 }],
    [{ maxUnavailable: '30%' }, { expectedPods: 4, desiredHealthy: 2, disruptionsAllowed: 2 }],
    [{ maxUnavailable: 9 }, { expectedPods: 4, desiredHealthy: 0, disruptionsAllowed: 4 }],
    [{ minAvailable: 9 }, { expectedPods: 4, desiredHealthy: 9, disruptionsAllowed: 0 }],
  ])('of %j says %j', (spec, status) => {
    const cluster = guarded(spec)
    expect(statusOf(cluster)).toMatchObject({ ...status, currentHealthy: 4, observedGeneration: 1 })
    const { disruptionsAllowed } = status
    expect(statusOf(cluster)).toMatchObject({
      conditions: [
        disruptionsAllowed > 0
          ? { type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', message: '', observedGeneration: 1 }
          : { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods', message: '' },
      ],
    })
  })

  test('follows what its pods and their controllers do', () => {
    const cluster = guarded({ maxUnavailable: 1 })
    cluster.pods.delete(pods(cluster)[0]!)
    cluster.advance(10)
    expect(statusOf(cluster)).toMatchObject({ currentHealthy: 3, desiredHealthy: 3, disruptionsAllowed: 0 })
    cluster.settle()
    expect(allowed(cluster)).toBe(1)
    cluster.deployments.scale('web', 8)
    cluster.settle()
    expect(statusOf(cluster)).toMatchObject({ expectedPods: 8, currentHealthy: 8, desiredHealthy: 7 })
  })

  test('that cannot be worked out allows nothing, and says why', () => {
    const cluster = createCluster({ nodes: 1, disable: ['daemonset-controller'] })
    cluster.pods.create(podManifest('own', { labels: { app: 'web' } }))
    const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', controller: true } as const
    cluster.apply(budget('web', 'web', { maxUnavailable: 1 }))
    cluster.settle()
    expect(statusOf(cluster)).toMatchObject({ expectedPods: 0, currentHealthy: 1, disruptionsAllowed: 0 })
    expect(cluster.events.list({ fieldSelector: 'reason=UnmanagedPods' }).items[0]!.message).toContain(
      '(selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},})',
    )
    const agent = cluster.daemonSets.create({
      metadata: { name: 'agent' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
      },
    })
    cluster.pods.update('own', (draft) => {
      draft.metadata.ownerReferences = [{ ...owner, uid: agent.metadata.uid }]
    })
    cluster.settle()
    expect(statusOf(cluster)).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [
        { reason: 'SyncFailed', status: 'False', message: 'daemonsets.apps does not implement the scale subresource' },
      ],
    })
    expect(refused(() => cluster.pods.evict('own')).status.details!.causes![0]!.message).toBe(
      'The disruption budget web does not allow evicting pods currently because it failed sync: daemonsets.apps does not implement the scale subresource',
    )
  })

  test.each([
    [{ apiVersion: 'example.com/v1', kind: 'Farm' }, 'no matches for kind "Farm" in version "example.com/v1"', false],
    [{ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, 'found no controllers for pod "own"', true],
  ])('of a pod whose controller is %j, which is not there, says so', (owner, message, isMissing) => {
    const cluster = createCluster({ nodes: 1, disable: ['garbage-collector-controller'] })
    const ownerReferences = [{ ...owner, name: 'x', uid: 'u', controller: true }]
    const metadata = { name: 'own', labels: { app: 'web' }, ownerReferences }
    cluster.pods.create({ metadata, spec: { containers: [{ name: 'main', image: 'web:1' }] } })
    cluster.apply(budget('web', 'web', { maxUnavailable: 1 }))
    cluster.settle()
    expect(statusOf(cluster)).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [{ reason: 'SyncFailed', status: 'False', message }],
    })
    const reasons = cluster.events
      .list({ fieldSelector: 'involvedObject.kind=PodDisruptionBudget' })
      .items.map(({ reason }) => reason)
    expect(reasons).toContain('CalculateExpectedPodCountFailed')
    expect(reasons.includes('NoControllers')).toBe(isMissing)
  })

  test('counts what a replica set asks for whose deployment is gone', () => {
    const cluster = createCluster({ nodes: 2, disable: ['garbage-collector-controller', 'deployment-controller'] })
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gone', uid: 'u', controller: true }
    const { spec } = deployment('web', 3) as { readonly spec: object }
    const metadata = { name: 'web', ownerReferences: [owner] }
    cluster.apply([
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec },
      budget('web', 'web', { maxUnavailable: 1 }),
    ])
    cluster.settle()
    expect(statusOf(cluster)).toMatchObject({ expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 })
  })

  test('costs pods no turns while there is none', () => {
    const turns = (disable: readonly string[]): number => {
      const cluster = createCluster({ nodes: 2, disable })
      cluster.replicationControllers.create(controllerManifest('web', 20))
      cluster.advance('1m')
      return Number(/(\d+) tasks/u.exec(String(cluster))![1])
    }
    expect(turns([]) - turns(['disruption-controller'])).toBe(0)
  })
})

describe('an eviction', () => {
  test('takes one from the budget at once, and more than it allows is refused', () => {
    const cluster = guarded({ minAvailable: 3 })
    const [first, second] = pods(cluster)
    cluster.pods.evict(first!)
    expect(cluster.pods.get(first!)).toMatchObject({
      metadata: { deletionGracePeriodSeconds: 30 },
      status: {
        conditions: expect.arrayContaining([
          expect.objectContaining({ type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI', status: 'True' }),
        ]) as unknown,
      },
    })
    expect(statusOf(cluster)).toMatchObject({ disruptionsAllowed: 0, disruptedPods: { [first!]: cluster.time } })
    const { revision } = cluster
    const error = refused(() => cluster.pods.evict(second!))
    expect(error.status).toMatchObject({
      code: 429,
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          { reason: 'DisruptionBudget', message: 'The disruption budget web does not allow evicting pods currently' },
        ],
      },
    })
    expect(cluster.revision).toBe(revision)
    cluster.settle()
    expect(statusOf(cluster)).toMatchObject({ disruptionsAllowed: 1, currentHealthy: 4 })
    expect(statusOf(cluster)).not.toHaveProperty('disruptedPods')
    cluster.pods.evict(second!, { gracePeriodSeconds: 5 })
    expect(cluster.pods.get(second!).metadata.deletionGracePeriodSeconds).toBe(5)
  })

  test('of a budget that nobody has looked at yet is to be tried again in ten seconds', () => {
    const cluster = guarded({ minAvailable: 1 })
    cluster.podDisruptionBudgets.update('web', (draft) => void (draft.spec.minAvailable = 2))
    const error = refused(() => cluster.pods.evict(pods(cluster)[0]!))
    expect(error.status.details).toMatchObject({
      retryAfterSeconds: 10,
      causes: [{ message: 'The disruption budget web is still being processed by the server.' }],
    })
  })

  test('of a pod of two budgets is an error', () => {
    const cluster = guarded({ minAvailable: 1 })
    cluster.apply(budget('other', 'web', { minAvailable: 1 }))
    cluster.settle()
    expect(refused(() => cluster.pods.evict(pods(cluster)[0]!)).status).toMatchObject({
      code: 500,
      message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    })
  })

  test.each(['IfHealthyBudget', 'AlwaysAllow'])('of a pod that is not ready: %s', (unhealthyPodEvictionPolicy) => {
    const cluster = createCluster({ nodes: 2, behaviours: [{ image: 'web:*', run: '1s', exitCode: 1 }] })
    cluster.apply([deployment('web', 2), budget('web', 'web', { minAvailable: 1, unhealthyPodEvictionPolicy })])
    cluster.advance('1m')
    const [first] = pods(cluster)
    if (unhealthyPodEvictionPolicy === 'AlwaysAllow')
      expect(cluster.pods.evict(first!).metadata.deletionTimestamp).toBeDefined()
    else expect(refused(() => cluster.pods.evict(first!)).reason).toBe('TooManyRequests')
  })

  test('that comes to nothing is forgotten after two minutes', () => {
    const cluster = guarded({ minAvailable: 3 })
    const [first] = pods(cluster)
    cluster.podDisruptionBudgets.updateStatus('web', (draft) => {
      draft.status.disruptedPods = { [first!]: cluster.time }
      draft.status.disruptionsAllowed = 0
    })
    cluster.advance('1m')
    expect(statusOf(cluster)).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 0 })
    cluster.advance('62s')
    expect(statusOf(cluster)).toMatchObject({ currentHealthy: 4, disruptionsAllowed: 1 })
    expect(cluster.events.list({ fieldSelector: 'reason=NotDeleted' }).items).toHaveLength(1)
  })
})

describe('drain', () => {
  test('evicts one after the other as the budget allows, until the node is empty', () => {
    const cluster = guarded({ maxUnavailable: 1 }, 6, 2)
    const before = cluster.pods.list({ fieldSelector: 'spec.nodeName=node-0' }).items
    expect(before.length).toBeGreaterThan(1)
    let least = Infinity
    cluster.on('change', () => {
      least = Math.min(least, cluster.podDisruptionBudgets.get('web').status.currentHealthy!)
    })
    const result = cluster.drain('node-0')
    expect(result.blocked).toEqual([])
    expect([...result.evicted].sort()).toEqual(before.map(({ metadata }) => `default/${metadata.name}`).sort())
    expect(least).toBe(5)
    expect(cluster.nodes.get('node-0').spec.unschedulable).toBe(true)
    cluster.settle()
    expect(cluster.pods.list({ fieldSelector: 'spec.nodeName=node-1' }).items).toHaveLength(6)
    cluster.uncordon('node-0')
    cluster.settle()
    expect(cluster.nodes.get('node-0').spec).not.toHaveProperty('unschedulable')
    expect(cluster.nodes.get('node-0').spec).not.toHaveProperty('taints')
  })

  test('gives up when time is up, and names the budget that is in the way', () => {
    const cluster = guarded({ minAvailable: 4 }, 4, 2)
    const before = cluster.now
    const { evicted, blocked } = cluster.drain('node-0', { timeout: '30s' })
    expect(cluster.now - before).toBe(30_000)
    expect(evicted).toEqual([])
    expect(blocked[0]).toMatchObject({
      budgets: ['web'],
      reason:
        "Cannot evict pod as it would violate the pod's disruption budget. The disruption budget web needs 4 healthy pods and has 4 currently",
    })
    expect(blocked).toHaveLength(cluster.pods.list({ fieldSelector: 'spec.nodeName=node-0' }).items.length)
  })

  test('of a node that is down has its pods on their way out', () => {
    const cluster = guarded({ minAvailable: 1 }, 4, 2)
    cluster.faults.crashNode('node-0')
    const { evicted, blocked } = cluster.drain('node-0', { timeout: '20s' })
    expect(evicted).toEqual([])
    expect(blocked[0]!.reason).toMatch(/^error when waiting for pod .* to terminate: global timeout reached: 20s$/u)
  })

  test('refuses what it would not do without being told, and changes nothing', () => {
    const cluster = createCluster({ nodes: 1, disable: ['daemonset-controller'] })
    const daemonSet = cluster.daemonSets.create({
      metadata: { name: 'agent' },
      spec: {
        selector: { matchLabels: { app: 'agent' } },
        template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
      },
    })
    const { uid } = daemonSet.metadata
    const of = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid, controller: true }
    const agent = podManifest('agent')
    cluster.pods.create({ ...agent, metadata: { name: 'agent', ownerReferences: [of] } })
    cluster.pods.create(podManifest('lone'))
    cluster.pods.create(podManifest('scratch', { spec: { volumes: [{ name: 'data', emptyDir: {} }] } }))
    cluster.settle()
    const { revision } = cluster
    expect(refused(() => cluster.drain('node-0')).status.message).toBe(
      'unable to drain node "node-0" due to error: [cannot delete DaemonSet-managed Pods (use ignoreDaemonSets to ignore): default/agent, ' +
        'cannot delete Pods that declare no controller (use force to override): default/lone, ' +
        'cannot delete Pods with local storage (use deleteEmptyDirData to override): default/scratch]',
    )
    expect(refused(() => cluster.drain('nowhere')).reason).toBe('NotFound')
    expect(refused(() => cluster.drain('node-0', { ignoreDaemonset: true } as object)).reason).toBe('BadRequest')
    expect(cluster.revision).toBe(revision)
    const result = cluster.drain('node-0', { ignoreDaemonSets: true, force: true, deleteEmptyDirData: true })
    expect(result).toEqual({ evicted: ['default/lone', 'default/scratch'], blocked: [] })
    expect(pods(cluster)).toEqual(['agent'])
  })

  test('is journalled as what it does, and the same in a fork, in a replay and once it is loaded', () => {
    const cluster = guarded({ maxUnavailable: 1 }, 6, 3)
    const [fork, loaded] = [cluster.fork(), loadCluster(cluster.save())]
    const results = [cluster, fork, loaded].map((one) => one.drain('node-1'))
    expect(results[1]).toEqual(results[0])
    expect(results[2]).toEqual(results[0])
    for (const one of [cluster, fork, loaded]) one.advance('1m')
    expect(fork.historyHash()).toBe(cluster.historyHash())
    expect(loaded.historyHash()).toBe(cluster.historyHash())
    expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
  })

  test('lets time pass, so that no listener may ask for it', () => {
    const cluster = guarded({ maxUnavailable: 1 })
    const failures: unknown[] = []
    cluster.on('change', () => {
      try {
        cluster.drain('node-0')
      } catch (error) {
        failures.push(error)
      }
    })
    cluster.pods.create(podManifest('other'))
    expect(String(failures[0])).toContain('may write, but not let time pass')
    expect(cluster.nodes.get('node-0').spec.unschedulable).toBeUndefined()
  })
})
