/** How far a roll-out may go. Mirrors pkg/controller/deployment/util/deployment_util.go. */
import { scaledDown, scaledUp } from '../../api/intOrPercent.ts'
import type { Deployment } from '../../api/types/apps.ts'

/** What upstream writes for "no limit". */
const unlimited = 2_147_483_647

/** How many pods there should be in the end. */
export function desired({ spec }: Deployment): number {
  return spec.replicas ?? 1
}

export function isRolling({ spec }: Deployment): boolean {
  return spec.strategy?.type === 'RollingUpdate'
}

/** How many pods there may be beyond those desired. */
export function maxSurge(deployment: Deployment): number {
  return isRolling(deployment) ? fenceposts(deployment).surge : 0
}

/** How many pods there may be at most. */
export function maxReplicas(deployment: Deployment): number {
  return desired(deployment) + maxSurge(deployment)
}

/** How many of the desired pods may be unavailable. */
export function maxUnavailable(deployment: Deployment): number {
  if (!isRolling(deployment)) return 0
  return Math.min(fenceposts(deployment).unavailable, desired(deployment))
}

/** How many pods have to be available. */
export function minAvailable(deployment: Deployment): number {
  return desired(deployment) - maxUnavailable(deployment)
}

/** Shares rounded so that a roll-out can move: with neither surplus nor lack allowed, one pod may be lacking. */
function fenceposts(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {}
  const total = desired(deployment)
  const surge = scaledUp(maxSurge, total)
  const unavailable = scaledDown(maxUnavailable, total)
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

/** Seconds without progress after which a roll-out is reported as stuck; undefined for never. */
export function progressDeadline({ spec }: Deployment): number | undefined {
  return spec.progressDeadlineSeconds === unlimited ? undefined : spec.progressDeadlineSeconds
}

/** How many replica sets of former revisions are kept; undefined for all. */
export function historyLimit({ spec }: Deployment): number | undefined {
  return spec.revisionHistoryLimit === unlimited ? undefined : spec.revisionHistoryLimit
}
