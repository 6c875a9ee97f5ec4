import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  createCluster,
  importCluster,
  type KubeEvent,
  type KubeObject,
  type Pod,
} from '../../src/index.ts'
import { collections, listsOf } from '../conformance/captures.ts'
import { hasCorpus } from '../support/system.ts'

function podsOf(cluster: Cluster): Pod[] {
  return [...cluster.pods.list({ allNamespaces: true }).items]
}

/** What differs between the import and now, by kind; that a new controller has found the nodes is said as anywhere. */
function changedKinds(cluster: Cluster, since: number): string[] {
  const differences = cluster.diff(since, cluster.revision).differences
  const said = differences.filter(({ ref, after }) => ref.kind !== 'Event' || !isRegistration(after))
  return [...new Set(said.map(({ ref }) => ref.kind))].sort()
}

function isRegistration(event: unknown): boolean {
  return (event as KubeEvent | undefined)?.reason === 'RegisteredNode'
}

describe.skipIf(!hasCorpus())('recorded clusters', () => {
  /** The last answer to each list. */
  const recorded = (capture: string): KubeObject[] =>
    collections()
      .filter((one) => one.capture === capture && one.version !== 'events.k8s.io')
      .flatMap((one) => listsOf(one).at(-1)?.items ?? [])
      .filter(({ apiVersion }) => apiVersion !== 'events.k8s.io/v1' && apiVersion !== 'autoscaling/v1')

  test.each(['basic-workloads', 'crash-loop', 'auto-discovery'])('%s is kept field for field', (capture) => {
    const dump = recorded(capture)
    const { cluster, skipped } = importCluster(dump)
    expect(skipped.every(({ kind }) => kind === 'Widget')).toBe(true)
    for (const object of dump) {
      if (object.kind === 'Widget') continue
      const { namespace, name } = object.metadata
      const kept = cluster
        .resource<KubeObject>(`${object.apiVersion}/${object.kind}`)
        .get(name, namespace === undefined ? {} : { namespace })
      expect(withoutNull({ ...kept, metadata: { ...kept.metadata, resourceVersion: '' } })).toEqual(
        withoutNull({ ...object, metadata: { ...object.metadata, resourceVersion: '' } }),
      )
    }
  })

  test('a healthy one goes on as it was', () => {
    const { cluster, assumed } = importCluster(recorded('basic-workloads'))
    expect(assumed.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'Namespace basic-demo',
      'ReplicaSet web-5bff58cf7',
    ])
    cluster.settle()
    const since = cluster.revision
    cluster.advance('10m')
    expect(changedKinds(cluster, since)).toEqual(['Lease', 'Node'])
    cluster.pods.delete('web-5bff58cf7-crbzf', { namespace: 'basic-demo' })
    cluster.advance('1m')
    const pods = cluster.pods.list({ namespace: 'basic-demo' }).items
    expect(pods.map(({ status }) => status.phase)).toEqual(['Running', 'Running'])
    expect(pods.every(({ status }) => status.podIP!.startsWith('10.244.0.'))).toBe(true)
  })

  test('one that is given three machines more is drained of three of the four, as its budget allows', () => {
    const own = createCluster({ nodes: [{ name: 'own-0' }, { name: 'own-1' }, { name: 'own-2' }] }).nodes.list().items
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'basic-demo' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    }
    const { cluster } = importCluster([...recorded('basic-workloads'), ...own])
    cluster.resource('policy/v1/PodDisruptionBudget').create(budget)
    cluster.settle()
    const since = cluster.revision
    const [theirs] = cluster.nodes.list().items.filter(({ metadata }) => !metadata.name.startsWith('own-'))
    // The two are spread again wherever they can be.
    for (const [node, count] of [
      [theirs!.metadata.name, 2],
      ['own-0', 1],
      ['own-1', 1],
    ] as const) {
      const { evicted, blocked } = cluster.drain(node, { timeout: '5m' })
      expect({ node, evicted: evicted.length, blocked }).toEqual({ node, evicted: count, blocked: [] })
    }
    cluster.settle()
    const pods = cluster.pods.list({ namespace: 'basic-demo' }).items
    expect(pods.map(({ spec, status }) => `${status.phase!} on ${spec.nodeName!}`)).toEqual([
      'Running on own-2',
      'Running on own-2',
    ])
    for (let revision = since; revision <= cluster.revision; revision++) {
      const { availableReplicas = 0 } = cluster.at(revision).deployments.get('web', { namespace: 'basic-demo' }).status
      expect(availableReplicas).toBeGreaterThanOrEqual(1)
    }
  })

  test('a crash loop goes on', () => {
    const { cluster } = importCluster(recorded('crash-loop'))
    const restarts = (): number => podsOf(cluster)[0]!.status.containerStatuses![0]!.restartCount
    const before = restarts()
    cluster.advance('15m')
    expect(restarts() - before).toBe(3)
    expect(podsOf(cluster)[0]!.status.containerStatuses![0]!.state!.waiting!.reason).toBe('CrashLoopBackOff')
  })
})

/** What the server says null of, or nothing. */
function withoutNull(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) => (inner === null ? undefined : inner))
}
