/** Keeps the node table in step with what the watches tell, and with what the scheduler assumes meanwhile. */
import { hasEnded } from '../api/podPhase.ts'
import type { KubeObject } from '../api/meta.ts'
import { byCodeUnit } from '../api/order.ts'
import { effectiveSpec } from '../api/resizedPods.ts'
import type { Node, Pod } from '../api/types/core.ts'
import type { ObjectChange } from '../client/watches.ts'
import { differs } from '../registries/equal.ts'
import type { CowMap } from '../kernel/cow.ts'
import type { NodeChange, NodeTable } from './nodeTable.ts'
import type { PodInfos } from './podInfo.ts'
import type { Topology } from './topology/topology.ts'

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

export interface AccountsParts {
  readonly nodes: NodeTable
  readonly infos: PodInfos
  readonly assumed: CowMap<Assumed>
  readonly topology: Topology
}

function createCounting({ nodes, infos, topology }: Omit<AccountsParts, 'assumed'>): Pick<Accounts, 'place' | 'take'> {
  return {
    place: (pod, node) => {
      nodes.addPod(infos(effectiveSpec(pod)), node)
      topology.place(pod, node)
    },
    take: (pod, node) => {
      topology.take(pod, node)
      nodes.removePod(infos(effectiveSpec(pod)), node)
    },
  }
}

export function createAccounts({ nodes: table, infos, assumed, topology }: AccountsParts): Accounts {
  const byNode = new AssumedByNode(assumed)
  const { place, take } = createCounting({ nodes: table, infos, topology })

  function assume(pod: Pod, node: string): void {
    place(pod, node)
    assumed.set(pod.metadata.uid, { pod, node })
    byNode.set(pod, node)
  }

  function annotate(uid: string, annotations: Annotations): void {
    const { pod, node } = assumed.get(uid)!
    const then = annotated(pod, annotations)
    assumed.set(uid, { pod: then, node, annotations })
    byNode.set(then, node)
    table.touch(node)
  }

  function forget(uid: string): void {
    const known = assumed.get(uid)
    if (known === undefined) return
    take(known.pod, known.node)
    assumed.delete(uid)
    byNode.delete(uid, known.node)
  }

  function podChanged({ type, object, previous }: ObjectChange<Pod>): string | undefined {
    const before = previous === undefined ? '' : nodeOf(previous)
    const after = type === 'DELETED' ? '' : nodeOf(object)
    // Most changes of pods are of their status.
    const isPlaced = before === after && previous?.spec === object.spec
    const isResized = isPlaced && asksOtherwise(previous!, object)
    if (isPlaced && !isResized && !countsOtherwise(previous!, object)) return undefined
    if (before === '' && after !== '') return arrived(object, after)
    if (before !== '') take(previous!, before)
    if (after !== '') place(object, after)
    return before === '' || (isPlaced && !isResized) ? undefined : before
  }

  function arrived(pod: Pod, node: string): string | undefined {
    const { uid } = pod.metadata
    const expected = assumed.get(uid)
    // It may have changed while it was bound.
    const isSame = expected?.node === node && expected.pod.metadata.generation === pod.metadata.generation
    if (isSame && !countsOtherwise(expected.pod, pod)) {
      assumed.delete(uid)
      byNode.delete(uid, node)
      return undefined
    }
    forget(uid)
    place(pod, node)
    return expected?.node === node ? undefined : expected?.node
  }

  return {
    place,
    take,
    assume,
    annotate,
    annotationsOf: (uid) => assumed.get(uid)?.annotations,
    forget,
    podChanged,
    nodeChanged: (change) => takeIn(change, table, topology),
    assumedOn: (node) => byNode.on(node),
  }
}

function takeIn({ type, object }: ObjectChange<Node>, table: NodeTable, topology: Topology): NodeChange {
  const { name } = object.metadata
  const row = table.row(name)
  const before = row === undefined ? undefined : table.rows[row]
  const change = type === 'DELETED' ? 'removed' : table.upsertNode(object)
  if (type === 'DELETED') table.removeNode(name)
  const known = row ?? table.row(name)
  if (known !== undefined && before !== table.rows[known]) topology.nodeChanged(known, before)
  return change
}

const none: readonly never[] = Object.freeze([])

/** The assumed pods by node. A cache, made when first asked for. */
class AssumedByNode {
  private byNode: Map<string, Map<string, Pod>> | undefined

  constructor(private readonly assumed: CowMap<Assumed>) {}

  on(node: string): readonly Pod[] {
    if (this.assumed.size === 0) return none
    this.byNode ??= this.gather()
    const found = this.byNode.get(node)
    return found === undefined ? none : [...found.keys()].sort(byCodeUnit).map((uid) => found.get(uid)!)
  }

  set(pod: Pod, node: string): void {
    if (this.byNode !== undefined) note(this.byNode, pod, node)
  }

  delete(uid: string, node: string): void {
    this.byNode?.get(node)?.delete(uid)
  }

  private gather(): Map<string, Map<string, Pod>> {
    const byNode = new Map<string, Map<string, Pod>>()
    for (const uid of this.assumed.sortedKeys()) {
      const { pod, node } = this.assumed.get(uid)!
      note(byNode, pod, node)
    }
    return byNode
  }
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
export function nodeOf(pod: Pod): string {
  return hasEnded(pod) ? '' : (pod.spec.nodeName ?? '')
}

/** Whether a change of a pod says anything new to a scheduler: most are of the status of pods that have their node. */
export function concernsScheduling(before: KubeObject, after: KubeObject): boolean {
  const [old, now] = [before as Pod, after as Pod]
  if (!now.spec.nodeName || nodeOf(old) !== nodeOf(now)) return true
  return countsOtherwise(old, now) || differs(old.spec, now.spec) || asksOtherwise(old, now)
}

/** Whether a pod that has its node takes more or less of it than before, its spec being the same. */
function asksOtherwise(before: Pod, after: Pod): boolean {
  // What nobody has ever changed was never resized.
  return after.metadata.generation !== 1 && differs(effectiveSpec(before), effectiveSpec(after))
}

/** Whether rules between pods see a pod otherwise than before, its spec aside. */
function countsOtherwise({ metadata: before }: Pod, { metadata: after }: Pod): boolean {
  return before.deletionTimestamp !== after.deletionTimestamp || differs(before.labels, after.labels)
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
    if (node !== '') table.addPod(infos(effectiveSpec(pod)), node)
  }
  if (assumed === undefined) return
  for (const uid of assumed.sortedKeys()) {
    const { pod, node } = assumed.get(uid)!
    table.addPod(infos(pod.spec), node)
  }
}
