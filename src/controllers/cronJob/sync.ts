/** One look at a cron job. Mirrors syncCronJob of pkg/controller/cronjob/cronjob_controllerv2.go. */
import { controllerReference, controllerUid } from '../../api/controllerRef.ts'
import { isStatusError } from '../../api/errors.ts'
import type { Schedule } from '../../api/cronSchedule.ts'
import { parseTime, rfc1123, rfc3339 } from '../../api/time.ts'
import type { CronJob, CronJobStatus, Job } from '../../api/types/batch.ts'
import { keyOf, type LoopContext } from '../../client/controller.ts'
import { equal } from '../../registries/equal.ts'
import { isFinished, isTrue, jobResource, jobs } from '../job/jobPods.ts'
import { Active, cleanUp, deleteJob } from './history.ts'
import { type Due, dueOf, nextIn, scheduleOf, timeIn, zoneOf } from './schedules.ts'

export const cronJobs = 'batch/v1/CronJob'
export const cronJobResource = 'cronjobs.batch'

/** What a look has found and will say. */
interface Look {
  readonly cronJob: CronJob
  readonly context: LoopContext
  readonly active: Active
  lastScheduleTime: string | undefined
  lastSuccessfulTime: string | undefined
}

/** Returns in how many milliseconds to look again; undefined for never. Throws what keeps a job from being made. */
export function sync(cronJob: CronJob, context: LoopContext): number | undefined {
  const { status, metadata } = cronJob
  // What was written last brings the key back when it is heard of.
  if (!context.cache.hasSeen(cronJobs, (context.memory.get(keyOf(cronJob)) as number | undefined) ?? 0))
    return undefined
  const look: Look = { cronJob, context, active: new Active(status.active ?? []), ...timesOf(status) }
  const own = context.cache.byIndex<Job>(jobs, metadata.uid)
  cleanUp(cronJob, own, look.active, context)
  notice(look, own)
  let failure: unknown
  let wait: number | undefined
  try {
    wait = metadata.deletionTimestamp === undefined ? start(look) : undefined
  } catch (error) {
    failure = error
  }
  report(look)
  if (failure !== undefined) throw failure
  return wait
}

function timesOf({ lastScheduleTime, lastSuccessfulTime }: CronJobStatus): {
  lastScheduleTime: string | undefined
  lastSuccessfulTime: string | undefined
} {
  return { lastScheduleTime, lastSuccessfulTime }
}

/** Writes the status where it differs. */
function report({ cronJob, context, active, lastScheduleTime, lastSuccessfulTime }: Look): void {
  const status: CronJobStatus = {
    ...(active.list.length > 0 && { active: active.list }),
    ...(lastScheduleTime !== undefined && { lastScheduleTime }),
    ...(lastSuccessfulTime !== undefined && { lastSuccessfulTime }),
  }
  if (equal(status, cronJob.status)) return
  context.api.updateStatus<CronJob>(cronJobResource, { ...cronJob, status })
  context.memory.set(keyOf(cronJob), context.api.revision)
}

/** Takes note of jobs that have ended, that are missing, or that nobody has heard of. */
function notice(look: Look, own: readonly Job[]): void {
  const { cronJob, context, active } = look
  for (const job of own) {
    const { uid, name } = job.metadata
    const isKnown = active.has(uid)
    if (isFinished(job)) {
      if (isKnown) {
        active.remove(uid)
        const condition = isTrue(job, 'Complete') ? 'Complete' : 'Failed'
        const message = `Saw completed job: {detail}, condition: ${condition}`
        context.record(cronJob, 'Normal', 'SawCompletedJob', message, name)
      }
      noteSuccess(look, job)
    } else if (!isKnown) {
      const current = context.api.find<CronJob>(cronJobResource, cronJob.metadata.namespace!, cronJob.metadata.name)
      if (current?.status.active?.some((one) => one.uid === uid) === true) continue
      const message = 'Saw a job that the controller did not create or forgot: {detail}'
      context.record(cronJob, 'Warning', 'UnexpectedJob', message, name)
    }
  }
  const there = new Set(own.map(({ metadata }) => metadata.uid))
  for (const { uid = '', name = '', namespace = '' } of active.list) {
    if (there.has(uid) || context.api.find(jobResource, namespace, name) !== undefined) continue
    context.record(cronJob, 'Normal', 'MissingJob', 'Active job went missing: {detail}', name)
    active.remove(uid)
  }
}

function noteSuccess(look: Look, job: Job): void {
  const { completionTime } = job.status
  if (!isTrue(job, 'Complete') || completionTime === undefined) return
  const known = look.lastSuccessfulTime
  if (known === undefined || parseTime(completionTime)! > parseTime(known)!) look.lastSuccessfulTime = completionTime
}

/** Starts the job that is due, if there is one; returns when the next is. */
function start(look: Look): number | undefined {
  const { cronJob, context } = look
  const { spec } = cronJob
  if (zoneOf(spec.timeZone) === undefined) {
    const zone = JSON.stringify(spec.timeZone)
    warn(look, 'UnknownTimeZone', `invalid timeZone: ${zone}: unknown time zone ${spec.timeZone}`)
    return undefined
  }
  if (spec.suspend === true) return undefined
  const found = due(look)
  if (found === undefined) return undefined
  const { schedule, at, missed } = found
  if (at !== undefined) {
    if (missed === 'many') {
      const advice = 'Set or decrease .spec.startingDeadlineSeconds or check clock skew'
      warn(look, 'TooManyMissedTimes', `too many missed start times. ${advice}`)
    }
    if (isWanted(look, at)) startAt(look, at)
  }
  return nextIn(withLook(look), schedule, context.now)
}

/** The cron job with what has been noted. */
function withLook({ cronJob, lastScheduleTime }: Look): CronJob {
  return { ...cronJob, status: { ...cronJob.status, ...(lastScheduleTime !== undefined && { lastScheduleTime }) } }
}

/** Which time is due; undefined of a schedule that makes no sense, which is said. */
function due(look: Look): (Due & { readonly schedule: Schedule }) | undefined {
  const { cronJob, context } = look
  const { schedule: text } = cronJob.spec
  if (text.includes('TZ')) {
    const where = 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/'
    const advice = `is not officially supported, see ${where} for more details`
    warn(look, 'UnsupportedSchedule', `CRON_TZ or TZ used in schedule ${JSON.stringify(text)} ${advice}`)
  }
  let schedule: Schedule
  try {
    schedule = scheduleOf(cronJob)
  } catch (error) {
    const message = `unparseable schedule: ${JSON.stringify(text)} : ${(error as Error).message}`
    warn(look, 'UnparseableSchedule', message)
    return undefined
  }
  try {
    return { schedule, ...dueOf(cronJob, schedule, context.now, true) }
  } catch (error) {
    warn(look, 'InvalidSchedule', `invalid schedule: ${text} : ${(error as Error).message}`)
    return undefined
  }
}

/** Whether the job of a time is to be made: not when it is too late for it, it was made, or another has to end first. */
function isWanted(look: Look, at: number): boolean {
  const { cronJob, context, active, lastScheduleTime } = look
  const { startingDeadlineSeconds: deadline, concurrencyPolicy } = cronJob.spec
  if (deadline !== undefined && at + deadline * 1000 < context.now) {
    warn(look, 'MissSchedule', `Missed scheduled time to start a job: ${rfc1123(at)}`)
    return false
  }
  const name = nameAt(cronJob, at)
  if (active.list.some((one) => one.name === name) || lastScheduleTime === rfc3339(at)) return false
  if (concurrencyPolicy !== 'Forbid' || active.list.length === 0) return true
  const message = 'Not starting job because prior execution is running and concurrency policy is Forbid'
  context.record(cronJob, 'Normal', 'JobAlreadyActive', message)
  return false
}

function startAt(look: Look, at: number): void {
  const { cronJob, active } = look
  if (cronJob.spec.concurrencyPolicy === 'Replace') replace(look)
  const made = create(look, at)
  if (made === undefined || active.has(made.metadata.uid)) return
  active.add(made)
  look.lastScheduleTime = rfc3339(at)
}

/** Deletes the jobs that still run. */
function replace(look: Look): void {
  const { cronJob, context, active } = look
  for (const { namespace = '', name = '' } of active.list) {
    const job = found(look, () => context.api.get<Job>(jobResource, namespace, name))
    if (!deleteJob(cronJob, job, active, context)) throw new Error(`could not replace job ${namespace}/${name}`)
  }
}

function found(look: Look, get: () => Job): Job {
  try {
    return get()
  } catch (error) {
    if (isStatusError(error)) warn(look, 'FailedGet', `Get job: ${error.status.message}`)
    throw error
  }
}

/** The job of a time, made now or before; undefined where somebody else's has its name. */
function create(look: Look, at: number): Job | undefined {
  const { cronJob, context } = look
  const { namespace, uid } = cronJob.metadata
  try {
    const job = context.api.create<Job>(jobResource, namespace!, jobAt(cronJob, at))
    context.record(cronJob, 'Normal', 'SuccessfulCreate', 'Created job {detail}', job.metadata.name)
    return job
  } catch (error) {
    if (!isStatusError(error)) throw error
    if (error.reason === 'AlreadyExists') {
      const job = context.api.get<Job>(jobResource, namespace!, nameAt(cronJob, at))
      return controllerUid(job) === uid ? job : undefined
    }
    const isEnding = error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true
    if (!isEnding) warn(look, 'FailedCreate', `Error creating job: ${error.status.message}`)
    throw error
  }
}

function jobAt(cronJob: CronJob, at: number): object {
  const { spec } = cronJob
  const { labels, annotations } = spec.jobTemplate.metadata ?? {}
  const scheduled = timeIn(zoneOf(spec.timeZone)!, at)
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: nameAt(cronJob, at),
      ...(labels && { labels }),
      annotations: { ...annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': scheduled },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: spec.jobTemplate.spec,
  }
}

/** One time has one name, so that no job is made twice. */
function nameAt({ metadata }: CronJob, at: number): string {
  return `${metadata.name}-${Math.floor(at / 60_000)}`
}

function warn({ cronJob, context }: Look, reason: string, message: string): void {
  context.record(cronJob, 'Warning', reason, message)
}
