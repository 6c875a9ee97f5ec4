/** Which pods make room first. */
import { isEmptySelector, matchesLabelSelector } from '../../api/selectors.ts'
import { byCodeUnit } from '../../api/order.ts'
import { parseTime } from '../../api/time.ts'
import type { Pod } from '../../api/types/core.ts'
import type { PodDisruptionBudget } from '../../api/types/policy.ts'

export interface Lower {
  readonly pod: Pod
  readonly priority: number
  /** When it was started, in virtual milliseconds since the Unix epoch; Infinity for one that was not yet. */
  readonly since: number
}

export function priorityOf({ spec }: Pod): number {
  return spec.priority ?? 0
}

/** The pods of lower priority, the most important first: of the highest priority, started first, first by name. */
export function lowerPods(pods: readonly Pod[], priority: number, times: Map<string, number>): readonly Lower[] {
  const lower: Lower[] = []
  for (const pod of pods) {
    const own = priorityOf(pod)
    if (own >= priority) continue
    const { startTime } = pod.status
    lower.push({ pod, priority: own, since: startTime === undefined ? Infinity : millisecondsOf(startTime, times) })
  }
  return lower.sort(byImportance)
}

const MOST_TIMES = 1024

function millisecondsOf(text: string, times: Map<string, number>): number {
  let time = times.get(text)
  if (time === undefined) {
    if (times.size >= MOST_TIMES) times.clear()
    times.set(text, (time = parseTime(text)!))
  }
  return time
}

/** Mirrors MoreImportantPod of pkg/scheduler/util/utils.go; a pod that was not started counts as started now. */
export function byImportance(a: Lower, b: Lower): number {
  if (a.priority !== b.priority) return b.priority - a.priority
  if (a.since !== b.since) return a.since - b.since
  const [x, y] = [a.pod.metadata, b.pod.metadata]
  return byCodeUnit(x.namespace ?? '', y.namespace ?? '') || byCodeUnit(x.name, y.name)
}

/** Whether a pod is on its way out because of a preemption. Mirrors podTerminatingByPreemption. */
export function isPreempted({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp === undefined) return false
  const target = status.conditions?.find(({ type }) => type === 'DisruptionTarget')
  return target?.status === 'True' && target.reason === 'PreemptionByScheduler'
}

/** The pods whose budgets would be violated if all of these went, and the others. Mirrors filterPodsWithPDBViolation. */
export function splitByBudgets(
  pods: readonly Lower[],
  budgets: readonly PodDisruptionBudget[],
): { readonly violating: readonly Lower[]; readonly others: readonly Lower[] } {
  if (budgets.length === 0) return { violating: [], others: pods }
  const allowed = budgets.map(({ status }) => status.disruptionsAllowed ?? 0)
  const violating: Lower[] = []
  const others: Lower[] = []
  for (const lower of pods) {
    let isViolated = false
    for (const [i, budget] of budgets.entries()) {
      if (!guards(budget, lower.pod)) continue
      allowed[i]!--
      if (allowed[i]! < 0) isViolated = true
    }
    ;(isViolated ? violating : others).push(lower)
  }
  return { violating, others }
}

/** Whether a budget counts a pod that is not on its way out already; one that chooses nothing, or everything, counts none. */
function guards(
  { metadata, spec, status }: PodDisruptionBudget,
  { metadata: { namespace, name, labels } }: Pod,
): boolean {
  if (metadata.namespace !== namespace || labels === undefined || Object.keys(labels).length === 0) return false
  if (isEmptySelector(spec.selector ?? {})) return false
  return matchesLabelSelector(spec.selector, labels) && status.disruptedPods?.[name] === undefined
}
