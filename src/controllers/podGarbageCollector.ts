import { hasEnded } from '../api/podPhase.ts'
import { disruptionTarget } from '../api/disruptionTarget.ts'
import { isStatusError } from '../api/errors.ts'
import { rfc3339 } from '../api/time.ts'
import type { Node, Pod, PodCondition, PodStatus } from '../api/types/core.ts'
import type { ControlLoop, LoopContext } from '../client/controller.ts'
import type { Link } from '../client/link.ts'

// pkg/controller/podgc/gc_controller.go: gcCheckPeriod and quarantineTime; kube-controller-manager's
// --terminated-pod-gc-threshold.
const periodMs = 20_000
const quarantineMs = 40_000
const threshold = 12_500

/** All pods are one key. */
const all: readonly string[] = Object.freeze(['pods'])
const none: readonly string[] = Object.freeze([])

/** What is kept from one look to the next. */
interface Past {
  /** The revision up to which everything was looked at. */
  readonly revision: number
  /** The nodes that pods are bound to and nobody knows, and until when they are waited for. */
  readonly quarantine: readonly { readonly node: string; readonly until: number }[]
}

/**
 * Deletes the pods that nobody else will: those on nodes that are no more, those on their way out that never had a node,
 * and the oldest of too many that have ended. Mirrors pkg/controller/podgc. It looks every 20 s, as upstream does, but
 * not where nothing has happened meanwhile that could give it something to delete.
 */
export const podGarbageCollector: ControlLoop = {
  name: 'pod-garbage-collector-controller',
  // Namespaces are there from the beginning: the first of them begins it.
  watches: [{ kind: 'v1/Namespace', keys: ({ type }) => (type === 'ADDED' ? all : none) }],
  reconcile(_key, context) {
    const { api, memory } = context
    const past = (memory.get('past') as Past | undefined) ?? { revision: 0, quarantine: [] }
    const { revision } = api
    const quarantine = past.quarantine.length > 0 || mayFind(past, api) ? collect(past, context) : past.quarantine
    memory.set('past', { revision, quarantine } satisfies Past)
    return { requeueAfter: periodMs }
  },
}

/** Whether something has happened since, of what makes a pod one to delete. */
function mayFind({ revision }: Past, api: Link): boolean {
  const isNodeLost = (before: Node | undefined, now: Node | undefined): boolean =>
    now === undefined || (isOutOfService(now) && (before === undefined || !isOutOfService(before)))
  const mayBeOne = (before: Pod | undefined, now: Pod | undefined): boolean => {
    if (now === undefined) return false
    const { nodeName } = now.spec
    if (hasEnded(now) && (before === undefined || !hasEnded(before))) return true
    if (now.metadata.deletionTimestamp !== before?.metadata.deletionTimestamp) return true
    return nodeName !== before?.spec.nodeName && api.peek('nodes', '', nodeName!) === undefined
  }
  return api.hasChanged('nodes', revision, isNodeLost) || api.hasChanged('pods', revision, mayBeOne)
}

/** The pods that each part of the collection is about. */
interface Found {
  readonly ended: Pod[]
  /** On their way out, on nodes that were declared out of service. */
  readonly stranded: Pod[]
  readonly onUnknownNodes: Pod[]
  readonly unscheduled: Pod[]
}

/** Looks at every pod, and returns the nodes to wait for. */
function collect({ quarantine }: Past, context: LoopContext): Past['quarantine'] {
  const { now } = context
  const { ended, stranded, onUnknownNodes, unscheduled } = find(context)
  for (const pod of oldest(ended)) remove(pod, context)
  for (const pod of stranded) remove(pod, context)
  const waiting = new Map(quarantine.map(({ node, until }) => [node, until]))
  const unknown = new Set(onUnknownNodes.map(({ spec }) => spec.nodeName!))
  for (const node of unknown) if (!waiting.has(node)) waiting.set(node, now + quarantineMs)
  const isGone = (node: string): boolean => waiting.get(node)! <= now
  for (const pod of onUnknownNodes) if (isGone(pod.spec.nodeName!)) remove(pod, context, nodeIsGone(pod, now))
  for (const pod of unscheduled) remove(pod, context)
  return [...waiting].filter(([, until]) => until > now).map(([node, until]) => ({ node, until }))
}

function find({ api }: LoopContext): Found {
  const nodes = new Map<string, boolean>()
  api.visit<Node>('nodes', (node) => nodes.set(node.metadata.name, isOutOfService(node)))
  const found: Found = { ended: [], stranded: [], onUnknownNodes: [], unscheduled: [] }
  api.visit<Pod>('pods', (pod) => {
    const { nodeName } = pod.spec
    const isLeaving = pod.metadata.deletionTimestamp !== undefined
    if (hasEnded(pod)) found.ended.push(pod)
    if (!nodeName) {
      if (isLeaving) found.unscheduled.push(pod)
      return
    }
    const isOut = nodes.get(nodeName)
    if (isOut === undefined) found.onUnknownNodes.push(pod)
    else if (isOut && isLeaving) found.stranded.push(pod)
  })
  return found
}

function isOutOfService({ spec, status }: Node): boolean {
  if (spec.taints?.some(({ key }) => key === 'node.kubernetes.io/out-of-service') !== true) return false
  return status.conditions?.find(({ type }) => type === 'Ready')?.status !== 'True'
}

/** Those that are too many: the evicted first, then by age and name. */
function oldest(ended: readonly Pod[]): readonly Pod[] {
  if (ended.length <= threshold) return []
  const isEvicted = ({ status }: Pod): boolean => status.phase === 'Failed' && status.reason === 'Evicted'
  const rank = (pod: Pod): string =>
    `${isEvicted(pod) ? 0 : 1} ${pod.metadata.creationTimestamp} ${pod.metadata.name} ${pod.metadata.namespace}`
  const ranked = ended.map((pod) => ({ pod, rank: rank(pod) })).sort((a, b) => (a.rank < b.rank ? -1 : 1))
  return ranked.slice(0, ended.length - threshold).map(({ pod }) => pod)
}

function nodeIsGone({ metadata: { generation } }: Pod, now: number): PodCondition {
  return disruptionTarget('DeletionByPodGC', 'PodGC: node no longer exists', rfc3339(now), generation)
}

/** Deletes a pod at once; one that has not ended has failed, for nobody else is left to say so. */
function remove({ metadata }: Pod, { api }: LoopContext, condition?: PodCondition): void {
  const { namespace = '', name, uid } = metadata
  const pod = api.find<Pod>('pods', namespace, name)
  if (pod?.metadata.uid !== uid) return
  try {
    if (!hasEnded(pod)) api.patchStatus('pods', namespace, name, uid, failed(pod.status, condition))
    api.delete('pods', namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } })
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error
  }
}

function failed(status: PodStatus, condition: PodCondition | undefined): PodStatus {
  if (condition === undefined) return { ...status, phase: 'Failed' }
  const others = (status.conditions ?? []).filter(({ type }) => type !== condition.type)
  return { ...status, phase: 'Failed', conditions: [...others, condition] }
}
