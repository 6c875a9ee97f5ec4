/** Keeps the node table in step with what the watches tell, and with what the scheduler assumes meanwhile. */
import type { KubeObject } from '../api/meta.ts'
import { byCodeUnit } from '../api/order.ts'
import type { Node, Pod } from '../api/types/core.ts'
import type { ObjectChange } from '../client/watches.ts'
import { differs } from '../registries/equal.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { NodeChange, NodeTable } from './nodeTable.ts'
import type { PodInfos } from './podInfo.ts'

/** A pod that was sent to a node and has not been seen there yet. */
export interface Assumed {
  readonly pod: Pod
  readonly node: string
  /** What the pod's binding will say of it; `pod` has these already. */
  readonly annotations?: Annotations
}

type Annotations = Readonly<Record<string, string>>

export interface Accounts {
  /** Counts a pod on a node, in the node table and in whatever else is kept of where pods are. Nothing counts one otherwise. */
  place(pod: Pod, node: string): void
  /** Takes a pod off a node again: as it was when it was counted there. */
  take(pod: Pod, node: string): void
  /** Counts a pod on a node before the watch tells of it. */
  assume(pod: Pod, node: string): void
  /** Gives an assumed pod the annotations that it will be bound with. */
  annotate(uid: string, annotations: Annotations): void
  annotationsOf(uid: string): Annotations | undefined
  /** Takes that back. */
  forget(uid: string): void
  /** Takes in a change of a pod; returns the node on which it made room, if it did. */
  podChanged(change: ObjectChange<Pod>): string | undefined
  nodeChanged(change: ObjectChange<Node>): NodeChange
  /** The pods that were sent to a node and have not been seen there yet. */
  assumedOn(node: string): readonly Pod[]
}

export function createAccounts(table: NodeTable, infos: PodInfos, assumed: CowMap<Assumed>): Accounts {
  // A cache of `assumed`, made when first asked for.
  let byNode: Map<string, Map<string, Pod>> | undefined

  function place(pod: Pod, node: string): void {
    table.addPod(infos(pod.spec), node)
  }

  function take(pod: Pod, node: string): void {
    table.removePod(infos(pod.spec), node)
  }

  function assume(pod: Pod, node: string): void {
    place(pod, node)
    assumed.set(pod.metadata.uid, { pod, node })
    if (byNode !== undefined) note(byNode, pod, node)
  }

  function annotate(uid: string, annotations: Annotations): void {
    const { pod, node } = assumed.get(uid)!
    const then = annotated(pod, annotations)
    assumed.set(uid, { pod: then, node, annotations })
    if (byNode !== undefined) note(byNode, then, node)
    table.touch(node)
  }

  function forget(uid: string): void {
    const known = assumed.get(uid)
    if (known === undefined) return
    take(known.pod, known.node)
    assumed.delete(uid)
    byNode?.get(known.node)?.delete(uid)
  }

  function podChanged({ type, object, previous }: ObjectChange<Pod>): string | undefined {
    const before = previous === undefined ? '' : nodeOf(previous)
    const after = type === 'DELETED' ? '' : nodeOf(object)
    // Most changes of pods are of their status.
    if (before === after && previous?.spec === object.spec) return undefined
    if (before === '' && after !== '') return arrived(object, after)
    if (before !== '') take(previous!, before)
    if (after !== '') place(object, after)
    return before === '' ? undefined : before
  }

  function arrived(pod: Pod, node: string): string | undefined {
    const expected = assumed.get(pod.metadata.uid)?.node
    if (expected === node) {
      assumed.delete(pod.metadata.uid)
      byNode?.get(node)?.delete(pod.metadata.uid)
      return undefined
    }
    forget(pod.metadata.uid)
    place(pod, node)
    return expected
  }

  function nodeChanged({ type, object }: ObjectChange<Node>): NodeChange {
    if (type !== 'DELETED') return table.upsertNode(object)
    table.removeNode(object.metadata.name)
    return 'none'
  }

  function assumedOn(node: string): readonly Pod[] {
    return assumed.size === 0 ? none : sortedPods((byNode ??= gathered(assumed)).get(node))
  }

  const annotationsOf = (uid: string): Annotations | undefined => assumed.get(uid)?.annotations

  return { place, take, assume, annotate, annotationsOf, forget, podChanged, nodeChanged, assumedOn }
}

const none: readonly never[] = Object.freeze([])

function sortedPods(pods: ReadonlyMap<string, Pod> | undefined): readonly Pod[] {
  return pods === undefined ? none : [...pods.keys()].sort(byCodeUnit).map((uid) => pods.get(uid)!)
}

function gathered(assumed: CowMap<Assumed>): Map<string, Map<string, Pod>> {
  const byNode = new Map<string, Map<string, Pod>>()
  for (const uid of assumed.sortedKeys()) {
    const { pod, node } = assumed.get(uid)!
    note(byNode, pod, node)
  }
  return byNode
}

function annotated(pod: Pod, annotations: Annotations): Pod {
  return { ...pod, metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, ...annotations } } }
}

function note(byNode: Map<string, Map<string, Pod>>, pod: Pod, node: string): void {
  const { uid } = pod.metadata
  const there = byNode.get(node)
  if (there === undefined) byNode.set(node, new Map([[uid, pod]]))
  else there.set(uid, pod)
}

/** The node on which a pod takes room; '' for one that waits or has ended. */
export function nodeOf({ spec, status }: Pod): string {
  const { phase } = status
  return phase === 'Succeeded' || phase === 'Failed' ? '' : (spec.nodeName ?? '')
}

/** Whether a change of a pod says anything new to a scheduler: most are of the status of pods that have their node. */
export function concernsScheduling(before: KubeObject, after: KubeObject): boolean {
  const [old, now] = [before as Pod, after as Pod]
  if (!now.spec.nodeName || nodeOf(old) !== nodeOf(now)) return true
  return old.metadata.deletionTimestamp !== now.metadata.deletionTimestamp || differs(old.spec, now.spec)
}

/** Fills an empty table from lists: what it holds is a function of these and nothing else. */
export function fillTable(
  table: NodeTable,
  infos: PodInfos,
  nodes: readonly KubeObject[],
  pods: readonly KubeObject[],
  assumed?: CowMap<Assumed>,
): void {
  for (const node of nodes) table.upsertNode(node as Node)
  for (const object of pods) {
    const pod = object as Pod
    const node = nodeOf(pod)
    if (node !== '') table.addPod(infos(pod.spec), node)
  }
  if (assumed === undefined) return
  for (const uid of assumed.sortedKeys()) {
    const { pod, node } = assumed.get(uid)!
    table.addPod(infos(pod.spec), node)
  }
}
