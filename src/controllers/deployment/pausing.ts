import { conditionOf, newCondition, withCondition } from './conditions.ts'
import { progressDeadline } from './limits.ts'
import { type Turn, writeStatus } from './turn.ts'

/**
 * Says that the Deployment is paused, or is so no longer, so that the time it was does not count as time without
 * progress. Mirrors checkPausedConditions of pkg/controller/deployment/sync.go.
 */
export function reportPause(turn: Turn): void {
  const { deployment, context } = turn
  const { spec, status } = deployment
  const reason = conditionOf(status, 'Progressing')?.reason
  if (progressDeadline(deployment) === undefined || reason === 'ProgressDeadlineExceeded') return
  const isPaused = spec.paused === true
  if (isPaused === (reason === 'DeploymentPaused')) return
  const [next, message] = isPaused
    ? (['DeploymentPaused', 'Deployment is paused'] as const)
    : (['DeploymentResumed', 'Deployment is resumed'] as const)
  writeStatus(turn, withCondition(status, newCondition('Progressing', 'Unknown', next, message, context.now)))
}
