import type { Job, SuccessPolicyRule } from '../../api/types/batch.ts'
import { countOf, type Intervals, overlapOf, readIntervals } from './intervals.ts'

/** Which rule of its success policy a job meets; undefined for none. Mirrors pkg/controller/job/success_policy.go. */
export function metRule({ spec }: Job, succeeded: Intervals): string | undefined {
  if (succeeded.length === 0) return undefined
  const place = (spec.successPolicy?.rules ?? []).findIndex((rule) => isMet(rule, succeeded, spec.completions!))
  return place === -1 ? undefined : `Matched rules at index ${place}`
}

function isMet(
  { succeededIndexes, succeededCount }: SuccessPolicyRule,
  succeeded: Intervals,
  completions: number,
): boolean {
  if (succeededIndexes === undefined) return succeededCount !== undefined && countOf(succeeded) >= succeededCount
  const required = readIntervals(succeededIndexes, completions)
  if (required.length === 0) return false
  const found = overlapOf(required, succeeded)
  return found === countOf(required) || (succeededCount !== undefined && found >= succeededCount)
}
