import type { KubeObject } from '../api/meta.ts'
import { parseTime } from '../api/time.ts'
import type { Lease } from '../api/types/coordination.ts'
import type { Node } from '../api/types/core.ts'
import type { ControlLoop, LoopContext, NamedPredicate, Requeue } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { nodeChanged } from './nodeLifecycle/conditions.ts'
import { type Known, leaseNamespace, withRenewal } from './nodeLifecycle/health.ts'
import { begun, dueAt, keyOfNode, type Monitor, stateKey } from './nodeLifecycle/monitor.ts'
import { evict, nextEviction, poll } from './nodeLifecycle/poll.ts'
import { needsTaints, taintByConditions } from './nodeLifecycle/taints.ts'

/** Something was heard of a node, so that the next poll is one that looks at everything. */
const heard = 'heard'
const monitor = 'monitor'
const none: readonly string[] = Object.freeze([])
const polled: readonly string[] = Object.freeze([heard, monitor])

/**
 * Says of nodes that fall silent that they are unknown, taints nodes by their conditions, and gives up the pods of those
 * that are not ready, zone by zone and not too fast. Mirrors pkg/controller/nodelifecycle.
 *
 * Upstream looks at every node and Lease each five seconds. Here a poll at which nothing could come out is passed over: a
 * Lease that its kubelet renews says when it was renewed, and so when it would lapse.
 */
export const nodeLifecycleController: ControlLoop = {
  name: 'node-lifecycle-controller',
  watches: [
    { kind: 'v1/Node', keys: keysOfNode, predicate: nodeChanged },
    { kind: 'coordination.k8s.io/v1/Lease', keys: keysOfLease, predicate: ofNodes() },
  ],
  reconcile(key, context) {
    if (key === monitor) return watch(context)
    const [what, name = '', more = ''] = key.split('/')
    if (what === 'taints') taintByConditions(name, context)
    else if (what === 'renewed') replaced(name, parseTime(more) ?? 0, context)
    else hear(context)
    return undefined
  },
}

function keysOfNode({ type, object }: ObjectChange): readonly string[] {
  const node = object as Node
  return type !== 'DELETED' && needsTaints(node) ? [...polled, `taints/${node.metadata.name}`] : polled
}

/** What a kubelet renews is not told: only what is written otherwise. */
function keysOfLease({ object, previous }: ObjectChange): readonly string[] {
  const { namespace, name } = object.metadata
  if (namespace !== leaseNamespace) return none
  const renewTime = (previous as Lease | undefined)?.spec.renewTime
  return typeof renewTime === 'string' ? [`renewed/${name}/${renewTime}`, ...polled] : polled
}

function ofNodes(): NamedPredicate {
  return { name: 'node-leases', holds: (_before, after: KubeObject) => after.metadata.namespace === leaseNamespace }
}

function hear({ memory, now }: LoopContext): void {
  const state = (memory.get(stateKey) as Monitor | undefined) ?? begun(now)
  memory.set(stateKey, { ...state, isDirty: true } satisfies Monitor)
}

/** Somebody has written to a Lease that was renewed at a moment that it does not say any more, which counts all the same. */
function replaced(name: string, renewed: number, { memory }: LoopContext): void {
  const state = memory.get(stateKey) as Monitor | undefined
  const known = memory.get(keyOfNode(name)) as Known | undefined
  if (state !== undefined && known !== undefined) memory.set(keyOfNode(name), withRenewal(known, renewed, state.start))
}

/** Polls where a poll is due, taints whose turn it is, and says when to come back. */
function watch(context: LoopContext): Requeue | undefined {
  const { memory, now } = context
  const before = (memory.get(stateKey) as Monitor | undefined) ?? begun(now)
  const due = dueAt(before, now)
  const looked = due !== undefined && due <= now ? poll(before, context) : { ...before, due }
  const state = evict(looked, context)
  memory.set(stateKey, state)
  const evictionAt = nextEviction(state)
  const next = Math.min(state.due ?? Infinity, evictionAt ?? Infinity)
  return next === Infinity ? undefined : { requeueAfter: Math.max(0, next - now) }
}
