import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { parseTime } from '../api/time.ts'
import type { Job } from '../api/types/batch.ts'
import { type ControlLoop, keyOf, splitKey } from '../client/controller.ts'
import { isFinished, jobResource, jobs } from './job/jobPods.ts'

const none: readonly string[] = Object.freeze([])

/** Deletes jobs, and their pods, a time after they have ended. Mirrors pkg/controller/ttlafterfinished. */
export const ttlAfterFinishedController: ControlLoop = {
  name: 'ttl-after-finished-controller',
  watches: [
    {
      kind: jobs,
      keys: ({ type, object }) => (type !== 'DELETED' && isToGo(object) ? [keyOf(object)] : none),
      predicate: { name: 'to go', of: isToGo, holds: (_before, after) => isToGo(after) },
    },
  ],
  reconcile(key, { cache, api, now }) {
    const known = cache.get(jobs, key)
    if (known === undefined || !isToGo(known)) return undefined
    const left = goesAt(known) - now
    if (left > 0) return { requeueAfter: left }
    const { namespace, name } = splitKey(key)
    // Its time may have been put off since.
    const fresh = api.find<Job>(jobResource, namespace, name)
    if (fresh === undefined || !isToGo(fresh)) return undefined
    const rest = goesAt(fresh) - now
    if (rest > 0) return { requeueAfter: rest }
    try {
      const preconditions = { uid: fresh.metadata.uid }
      api.delete(jobResource, namespace, name, { propagationPolicy: 'Foreground', preconditions })
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error
    }
    return undefined
  },
}

function isToGo(object: KubeObject): boolean {
  const { metadata, spec } = object as Job
  if (metadata.deletionTimestamp !== undefined || spec.ttlSecondsAfterFinished === undefined) return false
  return isFinished(object as Job)
}

/** When a job that has ended is to be deleted, in milliseconds. */
function goesAt({ spec, status }: Job): number {
  const ended = status.conditions!.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  )!
  return parseTime(ended.lastTransitionTime ?? '')! + spec.ttlSecondsAfterFinished! * 1000
}
