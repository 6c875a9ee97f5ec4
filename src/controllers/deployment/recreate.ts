/** Ends all pods of former templates before the first of the new one. Mirrors pkg/controller/deployment/recreate.go. */
import type { ReplicaSet } from '../../api/types/apps.ts'
import { active, isObserved } from './sets.ts'
import { scaleSet, type Turn } from './turn.ts'

/** Asks old replica sets for no pods; returns whether one had been asked for some. */
export function emptyOld(turn: Turn, old: readonly ReplicaSet[]): boolean {
  const asking = active(old)
  for (const set of asking) scaleSet(turn, set, 0)
  return asking.length > 0
}

/**
 * Whether pods of a former template may still run, if only on their way out. The replica sets know: their statuses
 * count such pods until they are gone, so that this controller need not hear of every pod.
 */
export function oldPodsRun(old: readonly ReplicaSet[]): boolean {
  return old.some((set) => !isObserved(set) || set.status.replicas + (set.status.terminatingReplicas ?? 0) > 0)
}
