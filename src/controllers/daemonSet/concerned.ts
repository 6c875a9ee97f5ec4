/** Which changes concern which daemon sets. Mirrors the event handlers of pkg/controller/daemon/daemon_controller.go. */
import { controllerKey, controllerOf } from '../../api/controllerRef.ts'
import type { KubeObject } from '../../api/meta.ts'
import { matchesLabelSelector } from '../../api/selectors.ts'
import type { DaemonSet } from '../../api/types/apps.ts'
import type { Node, Pod } from '../../api/types/core.ts'
import { type Cache, keyOf, type KeysFunction, type NamedPredicate } from '../../client/controller.ts'
import type { ObjectChange } from '../../client/watches.ts'
import { differs } from '../../registries/equal.ts'
import { controllerKeys, orphansOf } from '../controlled.ts'
import { readyCondition } from '../podRank.ts'
import type { Ledger } from './ledger.ts'
import { judgeOf, verdicts } from './placing.ts'
import { ending } from './podState.ts'

export const daemonSets = 'apps/v1/DaemonSet'
export const nodes = 'v1/Node'
export const pods = 'v1/Pod'
/** The index value of whatever is found together. */
export const any = 'any'

/** What is known of daemon sets, by key. */
export type Ledgers = Map<string, Ledger>

const none: readonly string[] = Object.freeze([])

/** A key that ends so asks to look, whatever the daemon set itself says. */
const full = '!'

/** What a key asks: which daemon set, and whether more than it may have changed. */
export function readKey(asked: string): { readonly key: string; readonly isFull: boolean } {
  const isFull = asked.endsWith(full)
  return { key: isFull ? asked.slice(0, -full.length) : asked, isFull }
}

/** Whether there are daemon sets: without any, nothing else is watched. */
export function haveDaemonSets(cache: Cache): boolean {
  return cache.tally(daemonSets, any, 0) > 0
}

function ownerKey(object: KubeObject): string | undefined {
  return controllerKey(object, 'DaemonSet')
}

/** Objects by the uid of their daemon set, and those that have no controller by namespace. */
export function ownerOrOrphan(object: KubeObject): string | undefined {
  const owner = controllerOf(object)
  if (owner === undefined) return orphansOf(object.metadata.namespace)
  return owner.kind === 'DaemonSet' ? owner.uid : undefined
}

/** Whether a pod of a daemon set has changed in what it counts as. */
function hasMoved(before: Pod, after: Pod): boolean {
  return (
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.spec.nodeName !== after.spec.nodeName ||
    isRelated(before, after) ||
    readySinceText(before) !== readySinceText(after) ||
    ending(before) !== ending(after)
  )
}

function readySinceText(pod: Pod): string | undefined {
  const condition = readyCondition(pod)
  return condition?.status === 'True' ? (condition.lastTransitionTime ?? '') : undefined
}

/** Whether an update may make a pod another daemon set's. */
function isRelated({ metadata: before }: KubeObject, { metadata: after }: KubeObject): boolean {
  return differs(before.labels, after.labels) || differs(before.ownerReferences, after.ownerReferences)
}

/** What belongs to other controllers is none of a daemon set's business. */
function isConcerned(object: KubeObject): boolean {
  const owner = controllerOf(object)
  return owner === undefined || owner.kind === 'DaemonSet'
}

/** Pods of daemon sets, and of pods without a controller what could make them some daemon set's. */
export const daemonPods: NamedPredicate = Object.freeze({
  name: 'daemon-pods',
  of: isConcerned,
  holds: (before: KubeObject, after: KubeObject) => {
    if (ownerKey(before) !== undefined || ownerKey(after) !== undefined) return hasMoved(before as Pod, after as Pod)
    return (isConcerned(before) || isConcerned(after)) && isRelated(before, after)
  },
})

/** Nodes by what decides where pods run: their heartbeats concern nobody. */
export const daemonNodes: NamedPredicate = Object.freeze({
  name: 'daemon-nodes',
  holds: (before: KubeObject, after: KubeObject) =>
    differs(before.metadata.labels, after.metadata.labels) ||
    differs((before as Node).spec.taints, (after as Node).spec.taints),
})

/** Says of changes which daemon sets they concern, and tells their ledgers. */
export function keysWith(ledgers: Ledgers): Record<'ofPod' | 'ofNode' | 'ofRevision', KeysFunction> {
  return {
    ofPod: (change, cache) => {
      const key = ownerKey(change.object)
      if (key !== undefined && isSteady(change)) {
        ledgers.get(key)?.takePod(change as ObjectChange<Pod>)
        return [key + full]
      }
      const found = setsOf(change, cache)
      for (const asked of found) ledgers.delete(readKey(asked).key)
      return found
    },
    ofNode: (change, cache) => {
      for (const ledger of ledgers.values()) ledger.takeNode(change as ObjectChange<Node>)
      return setsOfNode(change as ObjectChange<Node>, cache)
    },
    // One's own new revision is nothing to look for, unless a turn was put off until it is known of.
    ofRevision: (change, cache) =>
      change.type === 'ADDED' && ownerKey(change.object) !== undefined
        ? [ownerKey(change.object)!]
        : setsOf(change, cache),
  }
}

/** Whether whose pod it is has not changed. */
function isSteady({ type, object, previous }: ObjectChange): boolean {
  return type !== 'MODIFIED' || !isRelated(previous!, object)
}

/** An object's daemon set, before the change and after it; of one without a controller, all that would have it. */
function setsOf(change: ObjectChange, cache: Cache): readonly string[] {
  const { type, object } = change
  const found = controllerKeys('DaemonSet', change).map((key) => key + full)
  if (type === 'DELETED' || controllerOf(object) !== undefined) return found
  return [...found, ...adopters(object, cache)]
}

function adopters({ metadata }: KubeObject, cache: Cache): readonly string[] {
  if (metadata.labels === undefined || metadata.deletionTimestamp !== undefined) return none
  return cache
    .list<DaemonSet>(daemonSets, metadata.namespace)
    .filter(({ spec }) => matchesLabelSelector(spec.selector, metadata.labels))
    .map((set) => keyOf(set) + full)
}

/**
 * The daemon sets to which a node is something else than before: syncNodeUpdate. As upstream, nodes that go are left to
 * what becomes of their pods, and a node on which a pod may only stay is noticed with the next change.
 */
function setsOfNode({ type, object, previous }: ObjectChange<Node>, cache: Cache): readonly string[] {
  if (type === 'DELETED') return none
  const found: string[] = []
  for (const set of cache.byIndex<DaemonSet>(daemonSets, any)) {
    const judge = judgeOf(set)
    const before = previous === undefined ? 0 : judge(previous)
    const after = judge(object)
    if (before === after) continue
    const comes = (after & ~before & verdicts.run) !== 0
    const goes = (before & ~after & verdicts.stay) !== 0
    if (comes || goes || set.status.numberMisscheduled > 0) found.push(keyOf(set) + full)
  }
  return found
}
