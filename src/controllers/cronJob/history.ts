import { isStatusError } from '../../api/errors.ts'
import { parseTime } from '../../api/time.ts'
import type { CronJob, Job } from '../../api/types/batch.ts'
import type { ObjectReference } from '../../api/types/core.ts'
import type { LoopContext } from '../../client/controller.ts'
import { isTrue, jobResource } from '../job/jobPods.ts'

/** Deletes the jobs that ended first, beyond as many as are to be kept. */
export function cleanUp(cronJob: CronJob, jobs: readonly Job[], active: Active, context: LoopContext): void {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec
  const complete = jobs.filter((job) => isTrue(job, 'Complete'))
  const failed = jobs.filter((job) => isTrue(job, 'Failed') && !isTrue(job, 'Complete'))
  for (const [ended, limit] of [
    [complete, successfulJobsHistoryLimit],
    [failed, failedJobsHistoryLimit],
  ] as const) {
    if (limit === undefined) continue
    const surplus = [...ended].sort(byStart).slice(0, Math.max(0, ended.length - limit))
    for (const job of surplus) deleteJob(cronJob, job, active, context)
  }
}

function byStart(a: Job, b: Job): number {
  const start = ({ status }: Job): number => (status.startTime === undefined ? Infinity : parseTime(status.startTime)!)
  const [first, second] = [start(a), start(b)]
  if (first !== second) return first < second ? -1 : 1
  return a.metadata.name < b.metadata.name ? -1 : 1
}

/** Deletes a job and its pods; returns whether it could. */
export function deleteJob(cronJob: CronJob, { metadata }: Job, active: Active, context: LoopContext): boolean {
  const { namespace, name, uid } = metadata
  try {
    context.api.delete(jobResource, namespace!, name, { propagationPolicy: 'Background' })
  } catch (error) {
    if (!isStatusError(error)) throw error
    context.record(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${error.status.message}`)
    return false
  }
  active.remove(uid)
  context.record(cronJob, 'Normal', 'SuccessfulDelete', 'Deleted job {detail}', name)
  return true
}

/** The jobs that the status says are active. */
export class Active {
  constructor(public list: readonly ObjectReference[]) {}

  has(uid: string): boolean {
    return this.list.some((one) => one.uid === uid)
  }

  add(job: Job): void {
    const { namespace, name, uid, resourceVersion } = job.metadata
    this.list = [
      ...this.list,
      { kind: 'Job', namespace: namespace!, name, uid, apiVersion: 'batch/v1', resourceVersion },
    ]
  }

  remove(uid: string): void {
    if (this.has(uid)) this.list = this.list.filter((one) => one.uid !== uid)
  }
}
