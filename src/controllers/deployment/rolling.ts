/** Rolls from old replica sets to the current one. Mirrors pkg/controller/deployment/rolling.go. */
import type { ReplicaSet } from '../../api/types/apps.ts'
import { desired, minAvailable } from './limits.ts'
import { roomFor } from './newSet.ts'
import { active, all, asked, available, type Sets, total } from './sets.ts'
import { scaleSet, type Turn } from './turn.ts'

/** Takes one step, if one can be taken; returns whether it was. */
export function rollOn(turn: Turn, sets: Sets): boolean {
  const current = sets.current!
  return growCurrent(turn, current, sets.old) || shrinkOld(turn, sets)
}

function growCurrent(turn: Turn, current: ReplicaSet, old: readonly ReplicaSet[]): boolean {
  const { deployment } = turn
  const now = asked(current)
  const wanted = desired(deployment)
  if (now === wanted) return false
  const size = now > wanted ? wanted : roomFor(deployment, old, now)
  if (size !== now) scaleSet(turn, current, size)
  return size !== now
}

/** Gives up old pods: first those that are unavailable anyway, then as many as may be missing. */
function shrinkOld(turn: Turn, sets: Sets): boolean {
  const { deployment } = turn
  const current = sets.current!
  const old = active(sets.old)
  // What was asked to shrink has yet to do so: it has pods that are as good as gone.
  if (old.length === 0 || old.some((set) => available(set) > asked(set))) return false
  const least = minAvailable(deployment)
  const unready = asked(current) - available(current)
  const spare = total(all(sets), asked) - least - unready
  if (spare <= 0) return false
  const cleaned = giveUpUnavailable(turn, old, spare)
  const left = [...cleaned.old, current]
  const surplus = total(left, available) - least
  const given = surplus <= 0 ? 0 : giveUp(turn, cleaned.old, surplus, asked).count
  return cleaned.count + given > 0
}

/** Unavailable old pods would only hold the roll-out up. */
function giveUpUnavailable(turn: Turn, old: readonly ReplicaSet[], most: number): Given {
  return giveUp(turn, old, most, (set) => asked(set) - available(set))
}

interface Given {
  readonly old: readonly ReplicaSet[]
  readonly count: number
}

/** Shrinks replica sets, the oldest first, by no more than `share` of each and `most` in all. */
function giveUp(turn: Turn, old: readonly ReplicaSet[], most: number, share: (set: ReplicaSet) => number): Given {
  let count = 0
  const left = old.map((set) => {
    const fewer = Math.min(share(set), most - count)
    if (fewer <= 0) return set
    count += fewer
    return scaleSet(turn, set, asked(set) - fewer)
  })
  return { old: left, count }
}
