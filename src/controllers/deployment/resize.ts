/** A Deployment that is scaled, perhaps amid a roll-out. Mirrors `scale` of pkg/controller/deployment/sync.go. */
import type { Deployment, ReplicaSet } from '../../api/types/apps.ts'
import { annotation } from '../../client/rollouts.ts'
import { desired, isRolling, maxReplicas } from './limits.ts'
import { active, all, annotated, asked, isSaturated, olderFirst, type Sets, total } from './sets.ts'
import { scaleSet, type Turn } from './turn.ts'

/** Whether some replica set was sized for another number of pods than the Deployment asks for now. */
export function isResized(deployment: Deployment, sets: Sets): boolean {
  return active(all(sets)).some((set) => {
    const size = annotated(set, annotation.desiredReplicas)
    return size !== undefined && size !== desired(deployment)
  })
}

/** Spreads what is asked for over the replica sets there are, without rolling on. */
export function resize(turn: Turn, sets: Sets): void {
  const { deployment } = turn
  const asking = active(all(sets))
  if (asking.length <= 1) {
    const only = asking[0] ?? sets.current ?? sets.old.at(-1)
    if (only !== undefined && asked(only) !== desired(deployment)) scaleSet(turn, only, desired(deployment))
  } else if (isSaturated(deployment, sets.current)) {
    for (const set of active(sets.old)) scaleSet(turn, set, 0)
  } else if (isRolling(deployment)) {
    for (const { set, size } of proportions(deployment, asking)) scaleSet(turn, set, size)
  }
}

interface Sized {
  readonly set: ReplicaSet
  readonly size: number
}

/** Each replica set's share of what is added or taken away; the largest gets what rounding leaves. */
function proportions(deployment: Deployment, asking: readonly ReplicaSet[]): readonly Sized[] {
  const size = desired(deployment) === 0 ? 0 : maxReplicas(deployment)
  const more = size - total(asking, asked)
  // Of equals, the newer grows first and the older shrinks first.
  const bySize = [...asking].sort((a, b) => asked(b) - asked(a) || (more > 0 ? olderFirst(b, a) : olderFirst(a, b)))
  let added = 0
  const sized = bySize.map((set) => {
    const part = more === 0 ? 0 : proportion(deployment, set, more, added)
    added += part
    return { set, size: asked(set) + part }
  })
  const [largest, ...others] = sized
  return [{ set: largest!.set, size: Math.max(0, largest!.size + more - added) }, ...others]
}

/** A replica set's part of what is still to be added, or taken away. */
function proportion(deployment: Deployment, set: ReplicaSet, more: number, added: number): number {
  const part = fraction(deployment, set)
  const left = more - added
  if (left === 0) return 0
  return more > 0 ? Math.min(part, left) : Math.max(part, left)
}

/** By how much a replica set would change if it kept its share of the whole. */
function fraction(deployment: Deployment, set: ReplicaSet): number {
  if (desired(deployment) === 0) return -asked(set)
  const before = annotated(set, annotation.maxReplicas) || (deployment.status.replicas ?? 0)
  if (before === 0) return 0
  return Math.floor((asked(set) * maxReplicas(deployment)) / before + 0.5) - asked(set)
}
