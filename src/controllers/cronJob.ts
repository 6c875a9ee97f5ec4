import { controllerOf, controllerUid } from '../api/controllerRef.ts'
import type { KubeObject } from '../api/meta.ts'
import type { CronJob, Job } from '../api/types/batch.ts'
import { type ControlLoop, keyOf, type LoopContext, type NamedPredicate, type Requeue } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { differs } from '../registries/equal.ts'
import { controllerKeys } from './controlled.ts'
import { nextIn, scheduleOf } from './cronJob/schedules.ts'
import { cronJobResource, cronJobs, sync } from './cronJob/sync.ts'
import { isFinished, jobs } from './job/jobPods.ts'
import { unlessGone } from './unlessGone.ts'

/** A key that ends so waits until a schedule that is new is due. No name has this in it. */
const rescheduled = '@'

/**
 * Makes a Job whenever one is due, and keeps the last of them. Between two times it waits for one timer. Mirrors
 * pkg/controller/cronjob/cronjob_controllerv2.go.
 */
export const cronJobController: ControlLoop = {
  name: 'cronjob-controller',
  watches: [
    { kind: cronJobs, keys: ownKeys },
    { kind: jobs, keys: ofJob, index: controllerUid, predicate: ofCronJobs() },
  ],
  reconcile(asked, context) {
    const isNew = asked.endsWith(rescheduled)
    const key = isNew ? asked.slice(0, -rescheduled.length) : asked
    const cronJob = context.cache.get(cronJobs, key)
    if (cronJob === undefined) return void context.memory.delete(asked)
    return isNew ? wait(asked, cronJob, context) : look(cronJob, context)
  },
}

function look(cronJob: CronJob, context: LoopContext): Requeue | undefined {
  return requeue(unlessGone(cronJobResource, cronJob, context, () => sync(cronJob, context)))
}

function requeue(wait: number | undefined): Requeue | undefined {
  return wait === undefined ? undefined : { requeueAfter: Math.max(0, wait) }
}

/** Looks when a new schedule is due for the first time, and not before. */
function wait(asked: string, cronJob: CronJob, context: LoopContext): Requeue | undefined {
  const { memory, now } = context
  const due = memory.get(asked) as number | undefined
  if (due !== undefined && now >= due) {
    memory.delete(asked)
    return look(cronJob, context)
  }
  const next = nextIn(cronJob, scheduleOf(cronJob), now)
  if (next === undefined) return undefined
  memory.set(asked, now + next)
  return requeue(next)
}

function ownKeys({ object, previous }: ObjectChange): readonly string[] {
  const [key, after, before] = [keyOf(object), object as CronJob, previous as CronJob | undefined]
  const isNew =
    before !== undefined &&
    (before.spec.schedule !== after.spec.schedule || before.spec.timeZone !== after.spec.timeZone)
  return [isNew ? key + rescheduled : key]
}

function ofJob(change: ObjectChange): readonly string[] {
  return controllerKeys('CronJob', change)
}

/** Of its jobs it hears when they come, end and go; what happens to them between changes nothing. */
function ofCronJobs(): NamedPredicate {
  const isOurs = (job: KubeObject): boolean => controllerOf(job)?.kind === 'CronJob'
  return {
    name: 'of cron jobs',
    of: isOurs,
    holds: (before, after) =>
      (isOurs(before) || isOurs(after)) &&
      (isFinished(before as Job) !== isFinished(after as Job) ||
        before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
        differs(before.metadata.ownerReferences, after.metadata.ownerReferences)),
  }
}
