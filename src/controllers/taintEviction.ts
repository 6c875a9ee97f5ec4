import { disruptionTarget, withTarget } from '../api/disruptionTarget.ts'
import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { rfc3339 } from '../api/time.ts'
import { toleratesTaint } from '../api/tolerations.ts'
import type { Node, Pod, Taint, Toleration } from '../api/types/core.ts'
import type { Cache, ControlLoop, LoopContext, NamedPredicate, Requeue } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { differs } from '../registries/equal.ts'
import { type EventSubject, subjectMark } from '../registries/eventRecord.ts'
import { thawed } from '../registries/leanStatus.ts'

const none: readonly string[] = Object.freeze([])
const tainted = 'tainted'

/** A pod of a tainted node that is to be deleted, or was told to go. Times are milliseconds since the Unix epoch. */
interface Pending {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** When it was first seen to tolerate the taints for a while only. */
  readonly since: number
  readonly due: number
  readonly isDone: boolean
}

/**
 * Deletes the pods that do not tolerate a NoExecute taint of their node, at once or when their toleration ends. Mirrors
 * pkg/controller/tainteviction. While no node has such a taint, no pods are watched.
 */
export const taintEvictionController: ControlLoop = {
  name: 'taint-eviction-controller',
  watches: [
    {
      kind: 'v1/Node',
      keys: taintedOrWas,
      predicate: taintsChanged(),
      index: (node) => (noExecute(node as Node).length > 0 ? tainted : undefined),
      tally: () => 1,
    },
    {
      kind: 'v1/Pod',
      while: (cache) => cache.tally('v1/Node', tainted, 0) > 0,
      keys: nodesOfPod,
      index: (pod) => (pod as Pod).spec.nodeName,
      predicate: tolerationsChanged(),
    },
  ],
  reconcile: look,
}

function noExecute({ spec: { taints } }: Node): readonly Taint[] {
  return taints === undefined ? [] : taints.filter(({ effect }) => effect === 'NoExecute')
}

function taintsChanged(): NamedPredicate {
  const holds = (before: Node, after: Node): boolean =>
    differs(before.spec.taints, after.spec.taints) && differs(noExecute(before), noExecute(after))
  return { name: 'no-execute', holds: (before: KubeObject, after: KubeObject) => holds(before as Node, after as Node) }
}

function taintedOrWas({ object, previous }: ObjectChange): readonly string[] {
  const isTainted = (node: KubeObject | undefined): boolean => node !== undefined && noExecute(node as Node).length > 0
  return isTainted(object) || isTainted(previous) ? [object.metadata.name] : none
}

function tolerationsChanged(): NamedPredicate {
  const holds = ({ spec: before }: Pod, { spec: after }: Pod): boolean =>
    before !== after && (before.nodeName !== after.nodeName || differs(before.tolerations, after.tolerations))
  return { name: 'tolerations', holds: (before: KubeObject, after: KubeObject) => holds(before as Pod, after as Pod) }
}

function nodesOfPod({ object }: ObjectChange, cache: Cache): readonly string[] {
  const { nodeName } = (object as Pod).spec
  if (!nodeName) return none
  const node = cache.get('v1/Node', nodeName)
  return node !== undefined && noExecute(node).length > 0 ? [nodeName] : none
}

/** Looks at the pods of a node, and comes back when the next toleration ends. Mirrors handleNodeUpdate. */
function look(name: string, context: LoopContext): Requeue | undefined {
  const { cache, memory, now } = context
  const before = (memory.get(name) as readonly Pending[] | undefined) ?? []
  const node = cache.get('v1/Node', name)
  const taints = node === undefined ? undefined : noExecute(node)
  if (taints?.length === 0) {
    for (const pending of before) cancel(pending, context)
    memory.delete(name)
    return undefined
  }
  // Of a node that is gone nobody says that its pods may stay.
  const wanted = taints === undefined ? before : planned(before, cache.byIndex('v1/Pod', name), taints, context)
  const after = wanted.map((pending) => (pending.isDone || pending.due > now ? pending : evicted(pending, context)))
  if (after.length === 0) memory.delete(name)
  else memory.set(name, after)
  const due = Math.min(...after.map((pending) => (pending.isDone ? Infinity : pending.due)))
  return due === Infinity ? undefined : { requeueAfter: due - now }
}

/** What is to become of each pod. Mirrors processPodOnNode. */
function planned(
  before: readonly Pending[],
  pods: readonly Pod[],
  taints: readonly Taint[],
  context: LoopContext,
): readonly Pending[] {
  const known = new Map(before.map((pending) => [pending.uid, pending]))
  const found: Pending[] = []
  for (const pod of pods) {
    const pending = known.get(pod.metadata.uid)
    known.delete(pod.metadata.uid)
    const next = pending?.isDone === true ? pending : plan(pod, pending, taints, context)
    if (next !== undefined) found.push(next)
  }
  for (const gone of known.values()) cancel(gone, context)
  return found
}

function plan(
  { metadata, spec }: Pod,
  before: Pending | undefined,
  taints: readonly Taint[],
  context: LoopContext,
): Pending | undefined {
  const { now } = context
  const seconds = tolerated(taints, spec.tolerations ?? [])
  const { namespace = '', name, uid } = metadata
  const since = seconds > 0 && before !== undefined ? before.since : now
  const due = since + seconds * 1000
  // An end that is set stays while time has passed since; whatever is set anew is cancelled first.
  if (before !== undefined && seconds > 0 && (due === before.due || due < now + seconds * 1000)) return before
  if (before !== undefined) cancel(before, context)
  return seconds === Infinity ? undefined : { namespace, name, uid, since, due, isDone: false }
}

/** For how many seconds taints are tolerated; 0 for not at all. Mirrors GetMatchingTolerations and getMinTolerationTime. */
function tolerated(taints: readonly Taint[], tolerations: readonly Toleration[]): number {
  let least = Infinity
  for (const taint of taints) {
    const toleration = tolerations.find((one) => toleratesTaint(one, taint))
    if (toleration === undefined) return 0
    least = Math.min(least, Math.max(0, toleration.tolerationSeconds ?? Infinity))
  }
  return least
}

function subjectOf({ namespace, name, uid }: Pending): EventSubject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid, resourceVersion: '0' } }
}

function cancel(pending: Pending, { record }: LoopContext): void {
  if (pending.isDone) return
  record(subjectOf(pending), 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${subjectMark}`)
}

/** Deletes a pod whose time is over. Mirrors addConditionAndDeletePod. */
function evicted(pending: Pending, { api, now, record }: LoopContext): Pending {
  const { namespace, name, uid } = pending
  const pod = api.find<Pod>('pods', namespace, name)
  if (pod?.metadata.uid !== uid) return { ...pending, isDone: true }
  record(subjectOf(pending), 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${subjectMark}`)
  try {
    const { status } = thawed(pod)
    const words = 'Taint manager: deleting due to NoExecute taint'
    const conditions = withTarget(status.conditions, disruptionTarget('DeletionByTaintManager', words, rfc3339(now)))
    api.patchStatus('pods', namespace, name, uid, { ...status, conditions })
    api.delete('pods', namespace, name, { preconditions: { uid } })
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error
  }
  return { ...pending, isDone: true }
}
