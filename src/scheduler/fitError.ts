/**
 * Why a pod found no node, in kube-scheduler's words. Mirrors FitError in pkg/scheduler/framework/types.go and the
 * messages of pkg/scheduler/framework/preemption/preemption.go.
 */
import { byCodeUnit } from '../api/order.ts'
import type { Decision } from './decide.ts'

/** `0/5 nodes are available: 2 node(s) had untolerated taint(s), 3 Insufficient cpu.` */
export function fitError(reasons: ReadonlyMap<string, number>, total: number): string {
  const counted = [...reasons].filter(([, count]) => count > 0).map(([reason, count]) => `${count} ${reason}`)
  const head = `0/${total} nodes are available:`
  return counted.length === 0 ? head : `${head} ${counted.sort(byCodeUnit).join(', ')}.`
}

/** The whole message of an unschedulable pod. `words`: what those say who looked for room; undefined where they found some. */
export function unschedulableMessage(
  { total, refusals, isRefusedWhole }: Pick<Decision, 'total' | 'refusals' | 'isRefusedWhole'>,
  words: readonly string[] | undefined,
): string {
  if (total === 0) return 'no nodes available to schedule pods'
  // What no node was asked about is said once.
  const why = isRefusedWhole
    ? `0/${total} nodes are available: ${[...refusals.keys()].join(', ')}.`
    : fitError(refusals, total)
  return words === undefined ? why : `${why} ${words.join(', ')}`
}
