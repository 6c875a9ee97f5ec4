/** Whether a job is to end, and why: the order in which syncJob of pkg/controller/job/job_controller.go asks. */
import { parseTime } from '../../api/time.ts'
import type { ContainerStatus } from '../../api/types/core.ts'
import { failing, succeeding, type Verdict, verdictSaid } from './conditions.ts'
import { jobFailure } from './failurePolicy.ts'
import { countOf } from './intervals.ts'
import { isSuspended } from './jobPods.ts'
import { metRule } from './successPolicy.ts'
import type { Turn } from './turn.ts'

export function verdictOf(turn: Turn, startTime: string | undefined): Verdict | undefined {
  return verdictSaid(turn.job) ?? ofPods(turn) ?? ofLimits(turn, startTime) ?? ofIndexes(turn)
}

function ofPods({ job, pods }: Turn): Verdict | undefined {
  const message = jobFailure(job, pods)
  return message === undefined ? undefined : failing('PodFailurePolicy', message)
}

function ofLimits(turn: Turn, startTime: string | undefined): Verdict | undefined {
  const { job, failed } = turn
  if (failed > job.spec.backoffLimit! || hasRestartedTooOften(turn))
    return failing('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
  const left = deadlineIn(turn, startTime)
  if (left === undefined || left > 0) return undefined
  return failing('DeadlineExceeded', 'Job was active longer than specified deadline')
}

/** Milliseconds until a job has been active for too long; undefined where that does not come. */
export function deadlineIn({ job, context }: Turn, startTime: string | undefined): number | undefined {
  const { activeDeadlineSeconds } = job.spec
  if (activeDeadlineSeconds === undefined || startTime === undefined || isSuspended(job)) return undefined
  return parseTime(startTime)! + activeDeadlineSeconds * 1000 - context.now
}

/** Of pods that start their containers anew, the restarts count. */
function hasRestartedTooOften({ job, pods }: Turn): boolean {
  const { template, backoffLimit = 0 } = job.spec
  if (template.spec.restartPolicy !== 'OnFailure') return false
  let restarts = 0
  for (const { status } of pods) {
    if (status.phase !== 'Running' && status.phase !== 'Pending') continue
    restarts += restartsOf(status.initContainerStatuses) + restartsOf(status.containerStatuses)
  }
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit
}

function restartsOf(statuses: readonly ContainerStatus[] = []): number {
  return statuses.reduce((sum, { restartCount }) => sum + restartCount, 0)
}

function ofIndexes({ job, indexes }: Turn): Verdict | undefined {
  if (indexes === undefined) return undefined
  const { maxFailedIndexes, completions = 0 } = job.spec
  const failed = countOf(indexes.failed ?? [])
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes)
    return failing('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes')
  if (failed > 0 && failed + indexes.succeededCount >= completions)
    return failing('FailedIndexes', 'Job has failed indexes')
  const rule = metRule(job, indexes.succeeded)
  return rule === undefined ? undefined : succeeding('SuccessPolicy', rule)
}
