/** One look at a job and what follows of it. Mirrors syncJob of pkg/controller/job/job_controller.go. */
import type { Job } from '../../api/types/batch.ts'
import type { LoopContext } from '../../client/controller.ts'
import { succeeding, type Verdict } from './conditions.ts'
import { Draft } from './draft.ts'
import { isSuspended } from './jobPods.ts'
import { manage, type Managed, removed, unchanged } from './manage.ts'
import { track } from './track.ts'
import { lookAt, type Turn } from './turn.ts'
import { deadlineIn, verdictOf } from './verdict.ts'

/** Returns in how many milliseconds the job is to be looked at again, whatever happens; undefined for never. */
export function sync(key: string, job: Job, context: LoopContext): number | undefined {
  const turn = lookAt(key, job, context)
  const draft = new Draft(turn)
  const found = verdictOf(turn, draft.startTime)
  const deadline = found === undefined ? deadlineIn(turn, draft.startTime) : undefined
  const { managed, verdict } = found === undefined ? goOn(turn, draft) : finish(turn, found)
  draft.count(managed)
  track(turn, draft, verdict)
  if (managed.refusal !== undefined) throw managed.refusal
  const waits = [deadline, managed.wait].filter((wait) => wait !== undefined)
  return waits.length === 0 ? undefined : Math.min(...waits)
}

interface Outcome {
  readonly managed: Managed
  readonly verdict: Verdict | undefined
}

/** What is to end has no active pods: until they are all asked to go, it has not ended. */
function finish(turn: Turn, found: Verdict): Outcome {
  const managed = removed(turn, turn.active, 'later')
  return { managed, verdict: managed.active === 0 ? found : undefined }
}

function goOn(turn: Turn, draft: Draft): Outcome {
  const { job, context, succeeded } = turn
  const isGoing = job.metadata.deletionTimestamp !== undefined
  const managed = isGoing ? unchanged(turn) : manage(turn)
  const { completions } = job.spec
  const enough = completions === undefined ? succeeded > 0 : succeeded >= completions
  if (enough && managed.active === 0) {
    const verdict = succeeding('CompletionsReached', 'Reached expected number of succeeded pods')
    return { managed, verdict }
  }
  if (!isGoing && draft.suspend(isSuspended(job))) {
    const [reason, message] = isSuspended(job) ? ['Suspended', 'Job suspended'] : ['Resumed', 'Job resumed']
    context.record(job, 'Normal', reason!, message!)
  }
  return { managed, verdict: undefined }
}
