import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cluster, createCluster, type Pod, replay } from '../../src/index.ts'
import { controllerManifest } from '../cluster/support.ts'
import { tries } from './world.ts'

/** A node fails or is switched on again, so many seconds after the beginning. */
interface Failure {
  readonly at: number
  readonly node: number
  readonly does: 'crash' | 'restart'
}

const failures = fc.array(
  fc.record<Failure>({
    at: fc.nat(900),
    node: fc.nat(3),
    does: fc.constantFrom('crash', 'crash', 'restart'),
  }),
  { minLength: 1, maxLength: 10 },
)

const options = {
  nodes: [
    { name: 'a', zone: 'a', count: 2 },
    { name: 'b', zone: 'b', count: 2 },
  ],
  latency: { watchDelivery: { uniform: [1, 20] } },
  behaviours: [{ image: 'web:*', stop: { uniform: ['0s', '10s'] } }],
} as const

const nodes = ['a-0', 'a-1', 'b-0', 'b-1'] as const

function live(cluster: Cluster, list: readonly Failure[], from: number, to: number): void {
  for (const { at, node, does } of list.toSorted((a, b) => a.at - b.at)) {
    if (at < from || at >= to) continue
    advanceTo(cluster, at)
    if (does === 'crash') cluster.faults.crashNode(nodes[node]!)
    else cluster.faults.restartNode(nodes[node]!)
  }
  advanceTo(cluster, to)
}

function advanceTo(cluster: Cluster, second: number): void {
  cluster.advance(Math.max(0, Date.UTC(2020, 0, 1) + second * 1000 - cluster.now))
}

function begun(seed: number): Cluster {
  const cluster = createCluster({ ...options, seed })
  cluster.replicationControllers.create(controllerManifest('web', 8))
  return cluster
}

/** Watches every revision: no pod is ever anywhere but where it was put, nor comes back, nor has another's address. */
function neverTwice(cluster: Cluster): void {
  const places = new Map<string, string>()
  const gone = new Set<string>()
  cluster.on('change', ({ object, type, revision }) => {
    if (object.kind !== 'Pod') return
    const { metadata, spec } = object as Pod
    const { uid, name } = metadata
    const where = `${name} at revision ${revision}`
    expect(gone.has(uid), `${where} is gone`).toBe(false)
    if (type === 'DELETED') gone.add(uid)
    if (spec.nodeName === undefined) return
    expect(spec.nodeName, where).toBe(places.get(uid) ?? spec.nodeName)
    places.set(uid, spec.nodeName)
    const running = cluster
      .at(revision)
      .pods.list()
      .items.filter(({ status }) => status.podIP !== undefined && status.phase === 'Running')
    const addresses = running.map(({ status }) => status.podIP)
    expect(new Set(addresses).size, where).toBe(addresses.length)
  })
}

test('however nodes fail and return, no pod runs twice, and in the end all that was asked for runs', () => {
  const property = fc.property(failures, fc.nat(99), (list, seed) => {
    const cluster = begun(seed)
    neverTwice(cluster)
    live(cluster, list, 0, 1000)
    for (const node of nodes) cluster.faults.restartNode(node)
    cluster.advance('15m')
    const { items } = cluster.pods.list()
    expect(items.filter(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([])
    expect(items).toHaveLength(8)
    expect(cluster.replicationControllers.get('web').status).toMatchObject({ replicas: 8, readyReplicas: 8 })
    expect(cluster.nodes.list().items.filter(({ spec }) => spec.taints !== undefined)).toEqual([])
  })
  fc.assert(property, tries(12))
})

test('failures are the same again in a fork, in a replay and by the same calls', () => {
  const property = fc.property(failures, fc.nat(99), fc.integer({ min: 0, max: 900 }), (list, seed, second) => {
    const cluster = begun(seed)
    live(cluster, list, 0, second)
    const fork = cluster.fork()
    for (const one of [cluster, fork]) live(one, list, second, 1000)
    expect(fork.historyHash()).toBe(cluster.historyHash())
    expect(replay(fork.journal).historyHash()).toBe(cluster.historyHash())
    const again = begun(seed)
    live(again, list, 0, 1000)
    expect(again.historyHash()).toBe(cluster.historyHash())
  })
  fc.assert(property, tries(12))
})
