import type { Pod } from '../api/types/core.ts'
import type { ControlLoop, LoopContext, Requeue } from '../client/controller.ts'
import { revisionWatch } from './revisions/revisions.ts'
import { claimPods } from './statefulSet/adoption.ts'
import {
  allSets,
  areThere,
  askForClaims,
  claimPredicate,
  podPredicate,
  setOrOrphan,
  setsOfClaim,
  setsOfPod,
} from './statefulSet/concerned.ts'
import { untilAvailable } from './podRank.ts'
import { type Counts, countsOf, report } from './statefulSet/setStatus.ts'
import { act } from './statefulSet/steps.ts'
import { seesOwnWrites } from './ownWrites.ts'
import { pods, statefulSets, type Turn } from './statefulSet/turn.ts'
import { ownRevisions, truncate, versionsOf } from './statefulSet/versions.ts'
import { CLAIMS } from './volumes/keys.ts'

/**
 * Keeps the pods of a StatefulSet: each with a name, a host and claims of its own, made, replaced and given up one after
 * the other unless all may be at once. Mirrors pkg/controller/statefulset/stateful_set.go. While there is no StatefulSet,
 * nothing else is watched.
 */
export const statefulSetController: ControlLoop = {
  name: 'statefulset-controller',
  watches: [
    { kind: statefulSets, ...allSets },
    { kind: pods, while: areThere, keys: setsOfPod, index: setOrOrphan, predicate: podPredicate },
    { kind: CLAIMS, while: askForClaims, keys: setsOfClaim, predicate: claimPredicate },
    { ...revisionWatch('StatefulSet'), while: areThere },
  ],
  reconcile(key, context) {
    const set = context.cache.get(statefulSets, key)
    if (set === undefined) {
      context.memory.delete(key)
      return
    }
    if (!seesOwnWrites(key, context)) return
    return look({ key, set, context })
  },
}

function look(turn: Turn): Requeue | void {
  const { set, context } = turn
  const revisions = ownRevisions(turn)
  const own = claimPods(turn)
  const versions = versionsOf(turn, revisions)
  const counts = countsOf(set, own, versions, context.now)
  let refusal: { readonly error: unknown } | undefined
  try {
    if (set.metadata.deletionTimestamp === undefined) act(turn, own, versions, counts)
  } catch (error) {
    refusal = { error }
  }
  report(turn, counts, versions)
  truncate(turn, revisions, own, versions)
  if (refusal !== undefined) throw refusal.error
  return comesBack(turn, own, counts, context)
}

/** When the next ready pod has been so for long enough. */
function comesBack(
  { set }: Turn,
  own: readonly Pod[],
  { readyReplicas, availableReplicas }: Counts,
  { now }: LoopContext,
): Requeue | void {
  if (readyReplicas === availableReplicas) return
  const minReadyMs = (set.spec.minReadySeconds ?? 0) * 1000
  const waits = own.flatMap((pod) => untilAvailable(pod, minReadyMs, now) ?? []).filter((wait) => wait > 0)
  return { requeueAfter: Math.min(minReadyMs, ...waits) }
}
