import type { ControlLoop, LoopContext, Requeue } from '../client/controller.ts'
import { jobUid, keysOfJob, keysOfPod, ofJobs, readKey } from './job/concerned.ts'
import { letGoOf, letGoOfAll } from './job/former.ts'
import { isFinished, isManagedElsewhere, jobResource, jobs, pods } from './job/jobPods.ts'
import { sync } from './job/sync.ts'
import { notesOf, seesOwnWrites } from './job/turn.ts'
import { unlessGone } from './unlessGone.ts'

// SyncJobBatchPeriod: what happens to pods is looked at together.
const batchMs = 1000
// MaxJobApiBackOff.
const lastBackOffMs = 60_000

/**
 * Runs the pods of a Job until enough have succeeded, or too many failed. Of pods it hears only if they are, or were, a
 * job's. Mirrors pkg/controller/job/job_controller.go.
 */
export const jobController: ControlLoop = {
  name: 'job-controller',
  lastBackOffMs,
  watches: [
    { kind: jobs, keys: keysOfJob },
    { kind: pods, keys: keysOfPod, index: jobUid, predicate: ofJobs },
  ],
  reconcile(asked, context) {
    const { what, key, ...how } = readKey(asked)
    if (what === 'pod') return letGoOf(context.cache.get(pods, key), context)
    if (what === 'former') return letGoOfAll(key, context)
    const isSoon = 'isSoon' in how && how.isSoon
    return isSoon ? lookSoon(asked, key, context) : requeue(look(key, context))
  },
}

function requeue(wait: number | undefined): Requeue | undefined {
  return wait === undefined ? undefined : { requeueAfter: wait }
}

/** Looks once the time has come that was set when this was asked for first. */
function lookSoon(asked: string, key: string, context: LoopContext): Requeue | undefined {
  const { memory, now } = context
  const due = memory.get(asked) as number | undefined
  if (due === undefined || now < due) {
    const next = Math.min(due ?? Infinity, now + batchMs)
    memory.set(asked, next)
    return { requeueAfter: next - now, kind: 'work' }
  }
  // Where this throws the time stays set: what comes after the back-off is that look, and not another wait before it.
  const wait = look(key, context)
  if (wait === undefined) memory.delete(asked)
  else memory.set(asked, now + wait)
  return requeue(wait)
}

function look(key: string, context: LoopContext): number | undefined {
  const { cache, memory } = context
  const job = cache.get(jobs, key)
  if (job === undefined || isFinished(job)) {
    memory.delete(key)
    return undefined
  }
  if (isManagedElsewhere(job)) return undefined
  // What has yet to be heard of brings the key back.
  if (!seesOwnWrites(notesOf(job.metadata, key, context), context)) return undefined
  return unlessGone(jobResource, job, context, () => sync(key, job, context))
}
