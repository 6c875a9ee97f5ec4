import type { ControlLoop, LoopContext } from '../client/controller.ts'
import { jobUid, keysOfJob, keysOfPod, ofJobs, readKey } from './job/concerned.ts'
import { letGoOf, letGoOfAll } from './job/former.ts'
import { isFinished, isManagedElsewhere, jobResource, jobs, pods } from './job/jobPods.ts'
import { sync } from './job/sync.ts'
import { notesOf, seesOwnWrites } from './job/turn.ts'
import { unlessGone } from './unlessGone.ts'

// DefaultJobApiBackOff and MaxJobApiBackOff.
const backOff = { firstMs: 1000, lastMs: 60_000 } as const

/**
 * Runs the pods of a Job until enough have succeeded, or too many failed. Of pods it hears only if they are, or were, a
 * job's. Mirrors pkg/controller/job/job_controller.go.
 */
export const jobController: ControlLoop = {
  name: 'job-controller',
  backOff,
  watches: [
    { kind: jobs, keys: keysOfJob },
    { kind: pods, keys: keysOfPod, index: jobUid, predicate: ofJobs },
  ],
  reconcile(asked, context) {
    const { what, key } = readKey(asked)
    if (what === 'pod') return letGoOf(context.cache.get(pods, key), context)
    if (what === 'former') return letGoOfAll(key, context)
    const wait = look(key, context)
    return wait === undefined ? undefined : { requeueAfter: wait }
  },
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
