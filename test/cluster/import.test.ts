import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  createCluster,
  importCluster,
  type KubeEvent,
  type KubeObject,
  type Pod,
  replay,
} from '../../src/index.ts'
import { bare, dumpOf, objectsOf } from '../support/dump.ts'

const all = { allNamespaces: true } as const

const shop = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 4
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: nginx:1.29
          resources: { requests: { cpu: 500m, memory: 256Mi } }
          readinessProbe: { httpGet: { port: 80 } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: ReplicationController
metadata: { name: worker, namespace: shop }
spec:
  replicas: 2
  selector: { app: worker }
  template:
    metadata: { labels: { app: worker } }
    spec: { containers: [{ name: worker, image: 'worker:2' }] }
`

function running(manifests: string = shop, more: object = {}): Cluster {
  const cluster = createCluster({ seed: 3, ...more })
  cluster.apply(manifests)
  cluster.advance('7m')
  return cluster
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

function podsOf(cluster: Cluster): Pod[] {
  return [...cluster.pods.list(all).items]
}

interface Dumped {
  readonly kind: string
  readonly metadata: { name: string; labels: Record<string, string>; ownerReferences: unknown[] }
  readonly status: { conditions: { status: string }[] }
}

/** The objects of a dump with some of them changed or, where nothing is returned, left out. */
function edited(cluster: Cluster, edit: (object: Dumped) => unknown): unknown[] {
  return structuredClone(objectsOf(cluster) as unknown as Dumped[])
    .map(edit)
    .filter((object) => object !== undefined)
}

describe('a healthy cluster', () => {
  test('goes on as it was: after ten minutes nothing has changed but heartbeats', () => {
    const original = running()
    const { cluster, skipped, assumed } = importCluster(dumpOf(original))
    expect(skipped).toEqual([])
    expect(assumed).toEqual([])
    const since = cluster.revision
    cluster.advance('10m')
    expect(changedKinds(cluster, since)).toEqual(['Lease', 'Node'])
    const [before, after] = [since, cluster.revision].map((at) => cluster.at(at).resource('v1/Node').get('node-1'))
    const still = ({ status, ...node }: typeof before & {}): object => ({
      ...bare(node as KubeObject),
      addresses: status.addresses,
    })
    expect(still(after!)).toEqual(still(before!))
    const times = (node: typeof before): unknown[] =>
      node!.status.conditions!.map(({ type, status, lastTransitionTime }) => [type, status, lastTransitionTime])
    expect(times(after)).toEqual(times(before))
    const kinds = new Set(cluster.history(since).flatMap(({ object }) => (isRegistration(object) ? [] : object.kind)))
    expect([...kinds].sort()).toEqual(['Lease', 'Node'])
  })

  test('begins at the newest time of its dump, or at a later one that is asked for', () => {
    const original = running()
    const { cluster } = importCluster(dumpOf(original))
    expect(original.now - cluster.now).toBeGreaterThanOrEqual(0)
    expect(original.now - cluster.now).toBeLessThanOrEqual(10_000)
    for (const object of objectsOf(cluster)) expect(object.metadata.creationTimestamp <= cluster.time).toBe(true)
    expect(importCluster(dumpOf(original), { epoch: '2021-01-01T00:00:00Z' }).cluster.time).toBe('2021-01-01T00:00:00Z')
    expect(() => importCluster(dumpOf(original), { epoch: '2020-01-01T00:01:00Z' })).toThrow(
      /options\.epoch: Invalid value: "2020-01-01T00:01:00Z": .* of objects\[\d+\] \(.*\) is later: 2020-01-01T00:0/,
    )
  })

  test('is driven on like any other: scaled, rolled out, its pods deleted and its addresses given out', () => {
    const { cluster } = importCluster(dumpOf(running()), { seed: 3 })
    const known = podsOf(cluster)
    cluster.deployments.scale('web', 6, { namespace: 'shop' })
    cluster.pods.delete(known.find(({ metadata }) => metadata.labels?.['app'] === 'worker')!.metadata.name, {
      namespace: 'shop',
    })
    cluster.services.create({ metadata: { name: 'more' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } })
    cluster.advance('2m')
    const now = podsOf(cluster)
    expect(now).toHaveLength(8)
    expect(now.every(({ status }) => status.phase === 'Running')).toBe(true)
    expect(new Set(now.map(({ status }) => status.podIP)).size).toBe(8)
    const made = now.filter(({ metadata }) => !known.some((pod) => pod.metadata.uid === metadata.uid))
    expect(made).toHaveLength(3)
    expect(known.some(({ metadata }) => made.some((pod) => pod.metadata.name === metadata.name))).toBe(false)
    cluster.deployments.update('web', (web) => void (web.spec.template.spec!.containers[0]!.image = 'nginx:1.30'), {
      namespace: 'shop',
    })
    cluster.advance('5m')
    const web = cluster.deployments.get('web', { namespace: 'shop' })
    expect(web.status).toMatchObject({ updatedReplicas: 6, availableReplicas: 6, replicas: 6 })
    expect(cluster.endpoints.get('web', { namespace: 'shop' }).subsets![0]!.addresses).toHaveLength(6)
  })

  test('draws no names that its dump has, though its seed be that of the original', () => {
    const original = running()
    original.replicationControllers.scale('worker', 20, { namespace: 'shop' })
    original.settle()
    const { cluster } = importCluster(dumpOf(original), { seed: 3 })
    cluster.replicationControllers.scale('worker', 21, { namespace: 'shop' })
    cluster.advance('10s')
    const made = podsOf(cluster).filter(
      ({ metadata }) => original.pods.find(metadata.name, { namespace: 'shop' }) === undefined,
    )
    expect(made.map(({ status }) => status.phase)).toEqual(['Running'])
    expect(podsOf(original).some(({ metadata }) => metadata.uid === made[0]!.metadata.uid)).toBe(false)
  })

  test('keeps the addresses and ports of its services from others', () => {
    const { cluster } = importCluster(dumpOf(running()))
    const { clusterIP, ports } = cluster.services.get('web', { namespace: 'shop' }).spec
    const other =
      (spec: object): (() => unknown) =>
      () =>
        cluster.services.create({ metadata: { name: 'other' }, spec: { ports: [{ port: 1 }], ...spec } })
    expect(other({ clusterIP })).toThrow('provided IP is already allocated')
    expect(other({ type: 'NodePort', ports: [{ port: 80, nodePort: ports![0]!.nodePort }] })).toThrow(
      'provided port is already allocated',
    )
  })

  test('comes of YAML, JSON, several documents, several texts, objects and lists of one kind alike', () => {
    const original = running()
    const objects = objectsOf(original)
    const one = importCluster(dumpOf(original)).cluster.historyHash()
    const plain = objects.map(({ metadata: { managedFields: _, ...metadata }, ...object }) => ({ ...object, metadata }))
    expect(importCluster(plain).cluster.historyHash()).toBe(one)
    expect(importCluster(plain.map((object) => JSON.stringify(object)).join('\n---\n')).cluster.historyHash()).toBe(one)
    expect(importCluster(plain.map((object) => JSON.stringify(object))).cluster.historyHash()).toBe(one)
    const lists = [...new Set(plain.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))].map((gvk) => {
      const [apiVersion, kind] = gvk.split(' ')
      const items = plain.filter((object) => object.apiVersion === apiVersion && object.kind === kind)
      return { apiVersion, kind: `${kind}List`, items: items.map(({ apiVersion: _, kind: _kind, ...item }) => item) }
    })
    expect(importCluster(lists).cluster.historyHash()).toBe(one)
  })
})

describe('what was under way goes on', () => {
  const bare3 = (name: string, image: string, more = ''): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { containers: [{ name: main, image: '${image}' ${more} }] }
`

  test('holds its Events of both groups once, as a dump of all kinds has them', () => {
    const original = running()
    const both = ['v1/Event', 'events.k8s.io/v1/Event'].map((kind) => original.resource<KubeObject>(kind).list(all))
    const { cluster, skipped } = importCluster([dumpOf(original, ['v1/Node', 'v1/Namespace']), ...both])
    expect(skipped).toEqual([])
    const names = (one: Cluster): string[] => one.events.list(all).items.map(({ metadata }) => metadata.name)
    expect(names(cluster)).toEqual(names(original))
    expect(names(original).length).toBeGreaterThan(10)
  })

  test('a crash loop, with its restarts and its back-off, also of pods made later', () => {
    const original = createCluster({ behaviours: [{ image: 'flaky:*', run: '2s', exitCode: 3 }] })
    original.apply(bare3('flaky', 'flaky:1'))
    original.advance('3m')
    const { restartCount } = original.pods.get('flaky').status.containerStatuses![0]!
    const { cluster } = importCluster(dumpOf(original))
    expect(cluster.pods.get('flaky').status).toEqual(original.pods.get('flaky').status)
    const restarts = (one: Cluster): number => one.pods.get('flaky').status.containerStatuses![0]!.restartCount
    const end = original.now + 1_200_000
    for (const one of [original, cluster]) one.advance(end - one.now)
    expect(restarts(cluster)).toBe(restarts(original))
    expect(restarts(cluster)).toBeGreaterThan(restartCount)
    expect(cluster.pods.get('flaky').status.containerStatuses![0]!.lastState!.terminated).toMatchObject({ exitCode: 3 })
    cluster.pods.create({ metadata: { name: 'again' }, spec: { containers: [{ name: 'main', image: 'flaky:1' }] } })
    cluster.advance('1m')
    expect(cluster.pods.get('again').status.containerStatuses![0]!.state!.waiting?.reason).toBe('CrashLoopBackOff')
    const { cluster: healed } = importCluster(dumpOf(original), { behaviours: [{ image: 'flaky:*' }] })
    healed.advance('10m')
    expect(healed.pods.get('flaky').status.containerStatuses![0]!.ready).toBe(true)
  })

  test('images that cannot be pulled still cannot, and containers that never got ready are not', () => {
    const behaviours = [
      { image: 'broken:*', pullError: 'not found' },
      { image: 'slow:*', ready: false },
    ] as const
    const original = createCluster({ behaviours })
    original.apply([
      bare3('broken', 'broken:1'),
      bare3('slow', 'slow:1', ', readinessProbe: { httpGet: { port: 80 } }'),
    ])
    original.advance('10m')
    const { cluster } = importCluster(dumpOf(original))
    cluster.advance('30m')
    expect(cluster.pods.get('broken').status.containerStatuses![0]!.state!.waiting?.reason).toBe('ImagePullBackOff')
    expect(cluster.pods.get('slow').status.containerStatuses![0]).toMatchObject({ ready: false, restartCount: 0 })
  })

  test('pods that are being deleted go when they would have gone', () => {
    const behaviours = [{ image: 'stubborn:*', stop: '1h' }] as const
    const original = createCluster({ behaviours })
    original.apply(bare3('stubborn', 'stubborn:1'))
    original.advance('1m')
    original.pods.delete('stubborn')
    original.advance('12s')
    const { cluster } = importCluster(dumpOf(original), { behaviours })
    expect(cluster.pods.get('stubborn').metadata.deletionTimestamp).toBeDefined()
    cluster.advance(original.now + 17_000 - cluster.now)
    expect(cluster.pods.find('stubborn')).toBeDefined()
    cluster.advance('2s')
    expect(cluster.pods.find('stubborn')).toBeUndefined()
  })

  test('pods that wait for a node get one, and pods that were just bound begin', () => {
    const original = running(undefined, { latency: { schedulingDecision: 1 } })
    original.pods.create({ metadata: { name: 'waiting' }, spec: { containers: [{ name: 'main', image: 'web:1' }] } })
    original.pods.create({
      metadata: { name: 'bound' },
      spec: { nodeName: 'node-2', containers: [{ name: 'main', image: 'web:1' }] },
    })
    const { cluster } = importCluster(dumpOf(original))
    expect(cluster.pods.get('waiting').spec.nodeName).toBeUndefined()
    cluster.settle()
    for (const name of ['waiting', 'bound']) expect(cluster.pods.get(name).status.phase).toBe('Running')
  })

  test('a node that was not ready is down until it is switched on', () => {
    const original = running()
    const dump = edited(original, (object) => {
      if (object.kind !== 'Node' || object.metadata.name !== 'node-1') return object
      for (const condition of object.status.conditions) condition.status = 'Unknown'
      return object
    })
    const { cluster } = importCluster(dump)
    const since = cluster.revision
    cluster.advance('30s')
    expect(
      cluster.history(since).some(({ object }) => object.kind === 'Lease' && object.metadata.name === 'node-1'),
    ).toBe(false)
    cluster.faults.restartNode('node-1')
    cluster.advance('2m')
    expect(cluster.nodes.get('node-1').status.conditions!.find(({ type }) => type === 'Ready')!.status).toBe('True')
    const { nodeInfo, addresses, capacity } = original.nodes.get('node-1').status
    expect(cluster.nodes.get('node-1').status).toMatchObject({
      addresses,
      capacity,
      nodeInfo: { ...nodeInfo, bootID: expect.any(String) as string },
    })
    expect(podsOf(cluster).every(({ status }) => status.phase === 'Running')).toBe(true)
  })
})

describe('a dump that lacks something', () => {
  test('loses no object for want of its owner, which is named', () => {
    const original = running()
    const owners = edited(original, (object) =>
      object.kind === 'Deployment' || object.kind === 'ReplicationController' ? undefined : object,
    )
    const { cluster, assumed } = importCluster(owners)
    expect(assumed.map(({ kind, name, namespace }) => [kind, name, namespace])).toEqual([
      ['ReplicationController', 'worker', 'shop'],
      ['Deployment', 'web', 'shop'],
    ])
    expect(assumed[1]!.reason).toMatch(
      /^owner of apps\/v1\/ReplicaSet shop\/web-\w+, which lives on; nobody acts for it$/,
    )
    const since = cluster.revision
    cluster.advance('1h')
    expect(podsOf(cluster)).toHaveLength(6)
    // Events go after an hour.
    expect(changedKinds(cluster, since).filter((kind) => kind !== 'Event')).toEqual(['Lease', 'Node'])
    cluster.controllers.restart('garbage-collector-controller')
    cluster.advance('1h')
    expect(podsOf(cluster)).toHaveLength(6)
  })

  test('gets its namespaces, the nodes that pods are on, and the one replica set of a Deployment', () => {
    const original = running()
    const { cluster, skipped, assumed } = importCluster(dumpOf(original, ['v1/Pod', 'apps/v1/Deployment']))
    expect(skipped).toEqual([])
    const kinds = assumed.map(({ kind }) => kind)
    expect([...new Set(kinds)]).toEqual(['Namespace', 'ReplicaSet', 'Node', 'ReplicationController'])
    const since = cluster.revision
    cluster.advance('10m')
    expect(changedKinds(cluster, since)).not.toContain('Pod')
    const victim = podsOf(cluster).find(({ metadata }) => metadata.labels?.['app'] === 'web')!
    cluster.pods.delete(victim.metadata.name, { namespace: 'shop' })
    cluster.advance('1m')
    expect(
      podsOf(cluster).filter(
        ({ metadata, status }) => metadata.labels?.['app'] === 'web' && status.phase === 'Running',
      ),
    ).toHaveLength(4)
    expect(cluster.replicaSets.list(all).items).toHaveLength(1)
  })

  test('starts nothing anew: what lacks its pods is left out', () => {
    const { cluster, skipped } = importCluster(
      dumpOf(running(), ['v1/Node', 'apps/v1/Deployment', 'apps/v1/ReplicaSet', 'v1/ReplicationController']),
    )
    expect(skipped.map(({ kind, reason }) => `${kind}: ${reason}`).sort()).toEqual([
      'Deployment: its pods are not in the dump: they would all be made anew',
      'ReplicaSet: its pods are not in the dump: they would all be made anew',
      'ReplicationController: its pods are not in the dump: they would all be made anew',
    ])
    cluster.advance('10m')
    expect(podsOf(cluster)).toEqual([])
  })

  test('of kinds nobody simulates is told so, with what would help', () => {
    const identity = (name: string): object => ({ name, uid: `uid-${name}`, creationTimestamp: '2026-01-01T00:00:00Z' })
    const { skipped } = importCluster([
      { apiVersion: 'v1', kind: 'ComponentStatus', metadata: identity('etcd-0') },
      {
        apiVersion: 'policy/v1beta1',
        kind: 'PodDisruptionBudget',
        metadata: { ...identity('pdb'), namespace: 'default' },
      },
      { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { ...identity('web'), namespace: 'default' } },
    ])
    expect(skipped.map(({ reason }) => reason)).toEqual([
      'ComponentStatus is not simulated',
      'policy/v1beta1 is not served; dump it as policy/v1',
      'the dump has no CustomResourceDefinition of Rollout in argoproj.io',
    ])
  })

  test('leaves out the fields that only a later version of the API has, and names them', () => {
    const original = running()
    const [pod, ...pods] = objectsOf(original, ['v1/Pod']) as Pod[]
    const [container, ...containers] = pod!.spec.containers
    const later = {
      ...pod,
      spec: { ...pod!.spec, containers: [{ ...container, tomorrow: { deep: true } }, ...containers], queue: 'a' },
      status: { ...pod!.status, mood: 'fine' },
    }
    const { cluster, dropped, skipped } = importCluster([
      ...objectsOf(original).filter(({ kind }) => kind !== 'Pod'),
      later,
      ...pods,
    ])
    expect(dropped).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        namespace: 'shop',
        name: pod!.metadata.name,
        reason: 'unknown field "spec.queue", unknown field "spec.containers[0].tomorrow", unknown field "status.mood"',
      },
    ])
    expect(skipped).toEqual([])
    const { spec, status } = cluster.pods.get(pod!.metadata.name, { namespace: 'shop' })
    expect([spec, status]).toEqual([pod!.spec, pod!.status])
    expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
  })

  test('pods whose controllers nobody runs live on', () => {
    const original = running()
    const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'uid-agent', controller: true }
    const daemon = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent', namespace: 'shop', uid: 'uid-agent', creationTimestamp: '2020-01-01T00:00:01Z' },
      spec: {
        selector: { matchLabels: { app: 'worker' } },
        template: { metadata: { labels: { app: 'worker' } }, spec: { containers: [{ name: 'a', image: 'a' }] } },
      },
    }
    const dump = edited(original, (object) => {
      if (object.kind === 'ReplicationController') return undefined
      if (object.kind === 'Pod' && object.metadata.labels['app'] === 'worker') object.metadata.ownerReferences = [owner]
      return object
    })
    const { cluster, assumed } = importCluster([...dump, daemon], { disable: ['daemonset-controller'] })
    expect(assumed).toEqual([])
    cluster.advance('1h')
    expect(podsOf(cluster)).toHaveLength(6)
  })
})
