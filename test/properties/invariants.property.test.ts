import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cluster, type Pod, TimeoutError } from '../../src/index.ts'
import { endDaemons } from './daemons.ts'
import { endQuotas } from './quotas.ts'
import { act, type Action, actions, controllerOf, everything, lived, tries } from './world.ts'

const few = tries(20)

/** Nothing here is shared with the scheduler: requests are read from the manifest's own words. */
const milli = (text: string | undefined): number =>
  text === undefined ? 0 : text.endsWith('m') ? Number(text.slice(0, -1)) : Number(text) * 1000
const mebi = (text: string | undefined): number => {
  if (text === undefined) return 0
  if (text.endsWith('Gi')) return Number(text.slice(0, -2)) * 1024
  if (text.endsWith('Mi')) return Number(text.slice(0, -2))
  return Number(text) / 2 ** 20
}
const sum = (pods: readonly Pod[], of: (pod: Pod) => number): number => pods.reduce((total, pod) => total + of(pod), 0)
/** Of a pod that was resized what its node has given it, which may be less than it asks for. */
const requested = ({ metadata, spec, status }: Pod, name: string): string | undefined =>
  metadata.generation === 1
    ? spec.containers[0]!.resources?.requests?.[name]
    : status.containerStatuses?.[0]?.allocatedResources?.[name]
const occupies = ({ status }: Pod): boolean => status.phase !== 'Succeeded' && status.phase !== 'Failed'

/** What is wrong on a node with these pods; nothing, if all is well. */
function excess(pods: readonly Pod[]): string[] {
  const ports = pods.flatMap(({ spec }) => (spec.containers[0]!.ports ?? []).flatMap(({ hostPort }) => hostPort ?? []))
  const wrong: string[] = []
  if (pods.length > 8) wrong.push(`${pods.length} pods`)
  if (sum(pods, (pod) => milli(requested(pod, 'cpu'))) > 2000) wrong.push('cpu')
  if (sum(pods, (pod) => mebi(requested(pod, 'memory'))) > 2048) wrong.push('memory')
  if (new Set(ports).size < ports.length) wrong.push(`host ports ${ports.join()}`)
  return wrong
}

/** Goes through the whole history, change by change. */
function watchEveryRevision(cluster: Cluster): { bound: Map<string, string[]> } {
  const pods = new Map<string, Pod>()
  const bound = new Map<string, string[]>()
  for (const change of cluster.history()) {
    if (change.object.kind !== 'Pod') continue
    const pod = change.object as Pod
    const { uid } = pod.metadata
    const before = pods.get(uid)?.spec.nodeName
    if (change.type === 'DELETED') pods.delete(uid)
    else pods.set(uid, pod)
    const { nodeName } = pod.spec
    if (nodeName === undefined) continue
    if (before !== nodeName) bound.set(uid, [...(bound.get(uid) ?? []), nodeName])
    const here = [...pods.values()].filter((other) => other.spec.nodeName === nodeName && occupies(other))
    expect(excess(here), `on ${nodeName} at revision ${change.revision}`).toEqual([])
  }
  return { bound }
}

const bare = { do: 'pod', cpu: 0, memory: 0, port: 0, image: 'web:1', policy: 'Always', count: 1 } as const

test('no node is ever over-committed, and no pod is ever bound twice', () => {
  // Pods that come together, of which a node has room for two.
  const together: Action[] = [{ do: 'settle' }, { ...bare, cpu: 900, count: 6 }, { do: 'settle' }]
  fc.assert(
    fc.property(actions, (list) => {
      const { bound } = watchEveryRevision(lived(list, { history: 'all' }))
      for (const [uid, nodes] of bound) expect(nodes, uid).toHaveLength(1)
    }),
    { ...few, examples: [[together]] },
  )
})

const endedByNodes: ReadonlySet<string> = new Set(['Evicted', 'NodeShutdown', 'Terminated'])
/** A scheduler may not have heard yet what a kubelet has given to a pod that is resized, as in upstream. */
const turnedAway: ReadonlySet<string> = new Set(['OutOfcpu', 'OutOfmemory'])
const leftOf =
  (list: readonly Action[]) =>
  ({ status: { phase, reason = '' } }: Pod): boolean =>
    phase !== 'Failed' ||
    !(endedByNodes.has(reason) || (turnedAway.has(reason) && list.some((one) => one.do === 'resize')))

const one = { do: 'controller', name: 'a', replicas: 1, cpu: 250, image: 'web:1' } as const

/** What chance brings about once in a thousand stories. */
const rare: readonly Action[][] = [
  // Pods whose containers have exited, and whose sidecars still stop when others want their room.
  [{ do: 'settle' }, { ...bare, cpu: 900, image: 'probed:1', policy: 'Never', count: 6 }, one],
  // A kubelet that shuts its node down cannot say so, and then the power is gone.
  [
    { do: 'settle' },
    { do: 'deployment', name: 'd', replicas: 2, strategy: 'RollingUpdate', maxSurge: 1 },
    {
      do: 'fault',
      fault: { type: 'shutdownNode', node: 'n1', graceMs: 3000, criticalMs: 0 },
      afterMs: 7,
      forMs: 0,
    },
    bare,
    { do: 'fault', fault: { type: 'stopApiServer' }, afterMs: 6, forMs: 0 },
    { do: 'advance', ms: 10_007 },
  ],
  // The garbage collector lists anew, and sees for the first time what is being deleted already.
  [
    {
      do: 'fault',
      fault: { type: 'dropWatches', controller: 'garbage-collector-controller' },
      afterMs: 0,
      forMs: 0,
    },
    one,
    { do: 'deleteController', pick: 0 },
  ],
]

test('once the nodes are well and have room, there are as many pods as asked, and all are ready', () => {
  fc.assert(
    fc.property(actions, (list) => {
      const cluster = lived([...list], { behaviours: [] })
      cluster.faults.heal()
      endDaemons(cluster)
      endQuotas(cluster)
      for (const { metadata } of cluster.nodes.list().items) {
        act(cluster, { do: 'restart', pick: Number(metadata.name.slice(1)) })
        act(cluster, { do: 'uncordon', pick: Number(metadata.name.slice(1)) })
      }
      for (const { metadata, spec } of cluster.deployments.list().items) {
        if (spec.paused === true) cluster.deployments.resume(metadata.name)
      }
      // A controller that was not told yet still creates for one that is gone.
      cluster.advance('1m')
      const owners = [...cluster.replicationControllers.list().items, ...cluster.replicaSets.list().items]
      const owned = new Set(owners.map(({ metadata }) => metadata.uid))
      // A deleted controller leaves its pods behind, as `--cascade=orphan` does.
      for (const { metadata } of cluster.pods.list().items) {
        if (!metadata.ownerReferences?.some(({ uid }) => owned.has(uid)))
          cluster.pods.delete(metadata.name, { gracePeriodSeconds: 0 })
      }
      cluster.advance('10m')
      for (const { metadata, spec, status } of cluster.replicationControllers.list().items) {
        const { replicas, readyReplicas = 0, availableReplicas = 0 } = status
        expect({ name: metadata.name, replicas, readyReplicas, availableReplicas }).toEqual({
          name: metadata.name,
          replicas: spec.replicas,
          readyReplicas: spec.replicas,
          availableReplicas: spec.replicas,
        })
        // What a node has evicted under pressure, or has turned away or ended as it shut down, stays until there is too much of it.
        const pods = cluster.pods.list({ labelSelector: { app: metadata.name } }).items.filter(leftOf(list))
        expect(pods.map(({ status: { phase, reason } }) => `${phase!} ${reason ?? ''}`)).toEqual(
          Array.from({ length: spec.replicas! }, () => 'Running '),
        )
        const service = cluster.endpoints.find(metadata.name)
        if (cluster.services.find(metadata.name) === undefined) continue
        const served = service?.subsets?.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip)) ?? []
        expect([...served].sort()).toEqual(pods.map(({ status: { podIP } }) => podIP).sort())
      }
      for (const { metadata, spec, status } of cluster.deployments.list().items) {
        const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status
        const { name } = metadata
        expect({ name, replicas, updatedReplicas, availableReplicas }).toEqual({
          name,
          replicas: spec.replicas,
          updatedReplicas: spec.replicas,
          availableReplicas: spec.replicas,
        })
      }
      const alive = cluster.pods.list().items.filter(leftOf(list))
      const ips = alive.map(({ status: { podIP } }) => podIP)
      expect(new Set(ips).size).toBe(ips.length)
    }),
    { ...few, examples: rare.map((list): [Action[]] => [list]) },
  )
})

test('a fork with another seed differs only in what chance draws', () => {
  fc.assert(
    fc.property(fc.integer({ min: 8, max: 99 }), fc.nat(3), (seed, replicas) => {
      const original = lived([], { latency: {}, schedulers: [{}] })
      original.replicationControllers.create(controllerOf('a', 1, 250, 'web:1'))
      original.settle()
      const fork = original.fork({ seed })
      expect(everything(fork)).toBe(everything(original))
      for (const cluster of [original, fork]) {
        cluster.replicationControllers.update('a', (draft) => void (draft.spec.replicas = 1 + replicas))
        cluster.advance('1m')
      }
      const shapes = (cluster: Cluster): unknown[] =>
        cluster
          .history()
          .map(({ type, actor, at, revision, object }) => ({ type, actor, at, revision, kind: object.kind }))
      expect(shapes(fork)).toEqual(shapes(original))
      const names = (cluster: Cluster): string[] => cluster.pods.list().items.map(({ metadata }) => metadata.name)
      expect(names(fork).filter((name) => names(original).includes(name))).toHaveLength(1)
    }),
    few,
  )
})

/** How much is to come. */
function waiting(cluster: Cluster): number {
  try {
    return cluster.settle({ timeout: 0 }).next.length
  } catch (error) {
    if (error instanceof TimeoutError) return error.waiting.length
    throw error
  }
}

test('however long nobody gets through to the API, what is to come does not multiply', () => {
  const nodes = ['n0', 'n1', 'n2'] as const
  fc.assert(
    fc.property(actions, fc.constantFrom('partition', 'outage'), (list, what) => {
      const cluster = lived(list)
      const bound = 4 * waiting(cluster) + 200
      for (const node of nodes) {
        if (what === 'partition') cluster.faults.partitionNode(node, { for: '20m' })
        act(cluster, { do: 'fault', fault: { type: 'crashNode', node }, afterMs: 0, forMs: 5000 })
      }
      if (what === 'outage') cluster.faults.stopApiServer({ for: '20m' })
      for (let minute = 0; minute < 20; minute++) {
        cluster.advance('1m')
        expect(waiting(cluster), `after minute ${minute}`).toBeLessThanOrEqual(bound)
      }
    }),
    tries(10),
  )
})
