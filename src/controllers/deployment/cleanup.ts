import type { ReplicaSet } from '../../api/types/apps.ts'
import { historyLimit } from './limits.ts'
import { asked, isObserved, lowerRevisionFirst } from './sets.ts'
import { deleteSet, type Turn } from './turn.ts'

/** Deletes the replica sets of the lowest revisions beyond those to keep; none that still has pods. */
export function cleanUp(turn: Turn, old: readonly ReplicaSet[]): void {
  const limit = historyLimit(turn.deployment)
  if (limit === undefined) return
  const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const beyond = [...alive].sort(lowerRevisionFirst).slice(0, Math.max(0, alive.length - limit))
  for (const set of beyond) {
    if (set.status.replicas === 0 && asked(set) === 0 && isObserved(set)) deleteSet(turn, set)
  }
}
