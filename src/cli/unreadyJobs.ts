import { controllerOf, controllerUid } from '../api/controllerRef.ts'
import { parseSchedule } from '../api/cronSchedule.ts'
import { formatDuration } from '../api/duration.ts'
import { parseTime } from '../api/time.ts'
import { timeZone, utc } from '../api/timeZones.ts'
import type { CronJob, Job } from '../api/types/batch.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Cluster } from '../cluster.ts'
import { nameOf } from '../history/happenings.ts'

/** Whether an object is a Job's: of what became of its pods only the Job speaks. */
export function isOfJob(object: KubeObject): boolean {
  return controllerOf(object)?.kind === 'Job'
}

/**
 * Jobs that have failed or not come to their end, unless they are suspended; a Job of a CronJob may still run as long as the
 * next is not due.
 */
export function findUnreadyJobs(cluster: Cluster): { readonly object: string; readonly reasons: readonly string[] }[] {
  const all = { allNamespaces: true } as const
  const cronJobs = new Map(cluster.cronJobs.list(all).items.map((cronJob) => [cronJob.metadata.uid, cronJob]))
  return cluster.jobs.list(all).items.flatMap((job) => {
    if (job.metadata.deletionTimestamp !== undefined) return []
    const why = reasonOf(job, cronJobs, cluster.now)
    return why === undefined ? [] : [{ object: nameOf('Job', job.metadata), reasons: [why] }]
  })
}

function reasonOf(job: Job, cronJobs: ReadonlyMap<string, CronJob>, now: number): string | undefined {
  const { spec, status } = job
  const isTrue = (type: string): boolean =>
    status.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true
  if (isTrue('Complete')) return undefined
  const failed = status.conditions?.find(({ type, status }) => type === 'Failed' && status === 'True')
  if (failed !== undefined) return [failed.reason, failed.message].filter(Boolean).join(': ')
  if (spec.suspend === true) return undefined
  const cronJob = cronJobs.get(controllerUid(job) ?? '')
  if (cronJob !== undefined && !isOverdue(cronJob, job, now)) return undefined
  const { active = 0, succeeded = 0, failed: failures = 0, startTime } = status
  const wanted = spec.completions === undefined ? '' : ` of ${spec.completions}`
  const lost = failures === 0 ? '' : `, ${failures} failed`
  const since =
    startTime === undefined ? 'not started' : `not ended after ${formatDuration(now - parseTime(startTime)!)}`
  const by = spec.managedBy === undefined ? '' : `, managed by ${spec.managedBy}`
  return `${since}: ${succeeded}${wanted} completions, ${active} pods active${lost}${by}`
}

/** Whether the next job of a CronJob was due while this one runs. */
function isOverdue({ spec }: CronJob, { metadata }: Job, now: number): boolean {
  const zone = spec.timeZone === undefined ? utc : timeZone(spec.timeZone)!
  const next = parseSchedule(spec.schedule, zone).next(parseTime(metadata.creationTimestamp)!)
  return next !== undefined && next < now
}
