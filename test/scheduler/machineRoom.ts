/** A cluster in which nothing but a scheduler acts, and what a story does to it. */
import { expect } from 'vitest'
import {
  type Cluster,
  createCluster,
  type Manifest,
  type Node,
  type Pod,
  type SchedulerOptions,
} from '../../src/index.ts'
import { builtIn } from '../../src/options.ts'
import { named, priorities, type Step, type Story } from './arbitraries.ts'
import type { World } from './oracle.ts'

/** An API server and a scheduler; nobody else writes. */
export function machineRoom(nodes: readonly Manifest<Node>[], scheduler: SchedulerOptions = {}): Cluster {
  const cluster = createCluster({
    seed: 3,
    nodes: 0,
    disable: builtIn.filter((name) => name !== 'scheduler'),
    schedulers: [scheduler],
    history: 'all',
  })
  cluster.namespaces.create({ metadata: { name: 'other', labels: { team: 't' } } })
  cluster.resource('v1/ServiceAccount').create({ metadata: { name: 'default', namespace: 'other' } })
  for (const [name, value] of Object.entries(priorities))
    cluster.resource('scheduling.k8s.io/v1/PriorityClass').create({ metadata: { name }, value })
  for (const node of nodes) cluster.nodes.create(node)
  return cluster
}

export function worldOf(cluster: Cluster): World {
  const namespaces = new Map(
    cluster.namespaces.list().items.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
  )
  return { nodes: cluster.nodes.list().items, pods: cluster.pods.list({ allNamespaces: true }).items, namespaces }
}

/** Nodes made so far; no name comes back, so that no pod is left on a node that it does not know. */
interface Live {
  readonly cluster: Cluster
  made: number
}

function perform({ cluster, made }: Live, one: Step): void {
  const nth = <T>(items: readonly T[], index: number): T | undefined => items[index % Math.max(1, items.length)]
  if (one.do === 'pods') {
    for (let count = 0; count < one.count; count++)
      cluster.pods.create({ ...one.pod, metadata: { ...one.pod.metadata, generateName: 'pod-' } })
    return
  }
  if (one.do === 'node') return void cluster.nodes.create(named(one.node, made))
  if (one.do === 'deletePod' || one.do === 'endPod') {
    const pod = nth(cluster.pods.list({ allNamespaces: true }).items, one.pick)
    if (pod === undefined) return
    const { name, namespace } = pod.metadata
    if (one.do === 'deletePod') return void cluster.pods.delete(name, { namespace, gracePeriodSeconds: 0 })
    return void cluster.pods.updateStatus(name, (draft) => void (draft.status.phase = 'Succeeded'), { namespace })
  }
  const node = nth(cluster.nodes.list().items, one.pick)
  if (node === undefined) return
  const { name } = node.metadata
  if (one.do === 'deleteNode') return void cluster.nodes.delete(name)
  cluster.nodes.update(name, (draft) => {
    if (one.do === 'taint') draft.spec.taints = [...one.taints]
    else if (one.do === 'label') draft.metadata.labels = { ...one.labels, hostname: name }
    else draft.spec.unschedulable = one.do === 'cordon'
  })
}

/** Lives a story; what was done is scheduled before the next thing is done. */
export function lived({ nodes, steps }: Story, scheduler?: SchedulerOptions): Cluster {
  const live = { cluster: machineRoom(nodes, scheduler), made: nodes.length }
  for (const one of steps) {
    perform(live, one)
    live.cluster.settle()
    if (one.do === 'node') live.made++
  }
  return live.cluster
}

/** Goes through the history, and asks about every binding what there was just before. */
export function eachBinding(cluster: Cluster, asked: (pod: Pod, on: string, before: World) => void): number {
  const nodes = new Map<string, Node>()
  const pods = new Map<string, Pod>()
  const { namespaces } = worldOf(cluster)
  let count = 0
  for (const { object, type, revision } of cluster.history()) {
    if (object.kind !== 'Node' && object.kind !== 'Pod') continue
    const { uid } = object.metadata
    const known: Map<string, Node | Pod> = object.kind === 'Node' ? nodes : pods
    if (object.kind === 'Pod') {
      const pod = pods.get(uid)
      const on = (object as Pod).spec.nodeName
      if (pod !== undefined && !pod.spec.nodeName && on) {
        count++
        asked(pod, on, { nodes: [...nodes.values()], pods: [...pods.values()], namespaces })
      }
    }
    if (type === 'DELETED') known.delete(uid)
    else known.set(uid, object as Node | Pod)
    expect(revision).toBeGreaterThan(0)
  }
  return count
}
