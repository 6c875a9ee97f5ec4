import { rfc3339 } from '../../api/time.ts'
import type { Job, JobCondition } from '../../api/types/batch.ts'

/** How a job ends, said before it has ended: by SuccessCriteriaMet or FailureTarget, then by Complete or Failed. */
export interface Verdict {
  readonly succeeds: boolean
  readonly reason: string
  readonly message: string
  /** Whether the first of the two conditions is there already. */
  readonly isSaid: boolean
}

export function failing(reason: string, message: string): Verdict {
  return { succeeds: false, reason, message, isSaid: false }
}

export function succeeding(reason: string, message: string): Verdict {
  return { succeeds: true, reason, message, isSaid: false }
}

/** What was found before; it stays. */
export function verdictSaid({ status }: Job): Verdict | undefined {
  for (const type of ['SuccessCriteriaMet', 'FailureTarget']) {
    const found = status.conditions?.find((condition) => condition.type === type && condition.status === 'True')
    if (found === undefined) continue
    const { reason = '', message = '' } = found
    return { succeeds: type === 'SuccessCriteriaMet', reason, message, isSaid: true }
  }
  return undefined
}

export function interimOf({ succeeds, reason, message }: Verdict, now: number): JobCondition {
  return conditionOf(succeeds ? 'SuccessCriteriaMet' : 'FailureTarget', 'True', reason, message, now)
}

export function finalOf({ succeeds, reason, message }: Verdict, now: number): JobCondition {
  return conditionOf(succeeds ? 'Complete' : 'Failed', 'True', reason, message, now)
}

/** Conditions with one more, or the same list where it says nothing new: to be false, it must have been true. */
export function withCondition(
  conditions: readonly JobCondition[],
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
  now: number,
): readonly JobCondition[] {
  const known = conditions.find((condition) => condition.type === type)
  if (known === undefined && status === 'False') return conditions
  if (known?.status === status && known.reason === reason && known.message === message) return conditions
  const next = conditionOf(type, status, reason, message, now)
  if (known === undefined) return [...conditions, next]
  return conditions.map((condition) => (condition === known ? next : condition))
}

function conditionOf(type: string, status: string, reason: string, message: string, now: number): JobCondition {
  const time = rfc3339(now)
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message }
}
