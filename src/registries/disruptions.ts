/** How many disruptions a budget allows, and the condition that says so. Mirrors component-helpers/apps/poddisruptionbudget. */
import { rfc3339 } from '../api/time.ts'
import type { Condition } from '../api/types/meta.ts'
import type { PodDisruptionBudget } from '../api/types/policy.ts'

type Status = PodDisruptionBudget['status']

const type = 'DisruptionAllowed'

/** The status of a budget that allows so many disruptions. `now`: milliseconds since the Unix epoch. */
export function withDisruptions(status: Status, allowed: number, now: number): Status {
  const reason = allowed > 0 ? 'SufficientPods' : 'InsufficientPods'
  return withCondition({ ...status, disruptionsAllowed: allowed }, allowed > 0, reason, '', now)
}

/** The status of a budget of which nobody knows what it allows. */
export function withoutDisruptions(status: Status, why: string, now: number): Status {
  return withCondition({ ...status, disruptionsAllowed: 0 }, false, 'SyncFailed', why, now)
}

function withCondition(status: Status, isTrue: boolean, reason: string, message: string, now: number): Status {
  const { conditions = [], observedGeneration } = status
  const before = conditions.find((condition) => condition.type === type)
  const value = isTrue ? 'True' : 'False'
  const condition: Condition = {
    type,
    status: value,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    lastTransitionTime: before?.status === value ? before.lastTransitionTime : rfc3339(now),
    reason,
    message,
  }
  const next =
    before === undefined ? [...conditions, condition] : conditions.map((one) => (one === before ? condition : one))
  return { ...status, conditions: next }
}
