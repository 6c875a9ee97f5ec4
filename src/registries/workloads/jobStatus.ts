/**
 * What may be said of a job's progress. Mirrors ValidateJobUpdateStatus of pkg/apis/batch/validation, under the options of
 * getStatusValidationOptions of pkg/registry/batch/job/strategy.go: most rules look only at what an update changes.
 */
import { duplicate, invalid, ofNoValue, required } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import { parseTime } from '../../api/time.ts'
import type { Job, JobStatus } from '../../api/types/batch.ts'
import type { Errors } from '../validation/common.ts'
import { checkNotNegative } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { overlapOf, parseIndexes } from './jobIndexes.ts'
import { isTrue } from './jobRules.ts'

const COUNTS = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const
const UNCOUNTED: InternalForm = { Succeeded: null, Failed: null }
const TERMINAL = ['Failed', 'Complete', 'FailureTarget']

/** What an update makes of a status. */
class Progress {
  readonly isFinished: boolean
  readonly finishes: boolean

  constructor(
    readonly status: JobStatus,
    readonly before: JobStatus,
  ) {
    this.isFinished = isFinished(status)
    this.finishes = this.isFinished !== isFinished(before)
  }

  is(type: string): boolean {
    return isTrue(this.status.conditions, type)
  }

  was(type: string): boolean {
    return isTrue(this.before.conditions, type)
  }

  turns(...types: readonly string[]): boolean {
    return types.some((type) => this.is(type) !== this.was(type))
  }

  changes(...fields: readonly (keyof JobStatus)[]): boolean {
    return fields.some((field) => !sameValue(this.status[field], this.before[field]))
  }
}

function isFinished({ conditions }: JobStatus): boolean {
  return isTrue(conditions, 'Complete') || isTrue(conditions, 'Failed')
}

export function checkJobStatus(job: Job, previous: Job, errors: Errors): void {
  const progress = new Progress(job.status, previous.status)
  for (const field of COUNTS) checkNotNegative(errors, `status.${field}`, job.status[field])
  checkUncounted(job.status, errors)
  checkTogether(progress, errors)
  checkTimes(job, progress, errors)
  checkFinished(progress, errors)
  checkIndexes(job, progress, errors)
  const { ready, active = 0 } = job.status
  if (progress.changes('ready', 'active') && ready !== undefined && ready > active) {
    errors.push(invalid('status.ready', ready, 'cannot set more ready pods than active'))
  }
  checkSuccess(job, progress, errors)
  checkKept(job, progress, errors)
}

/** No pod is counted twice. */
function checkUncounted({ uncountedTerminatedPods: pods }: JobStatus, errors: Errors): void {
  const seen = new Set<string>()
  for (const field of ['succeeded', 'failed'] as const) {
    for (const [i, uid] of (pods?.[field] ?? []).entries()) {
      const path = `status.uncountedTerminatedPods.${field}[${i}]`
      if (uid === '') errors.push(invalid(path, uid, 'must not be empty'))
      else if (seen.has(uid)) errors.push(duplicate(path, uid))
      seen.add(uid)
    }
  }
}

/** Conditions that cannot be true at once, or not without another. */
function checkTogether(progress: Progress, errors: Errors): void {
  const refuse = (detail: string): unknown => errors.push(ofNoValue('status.conditions', detail))
  const [isComplete, isFailed] = [progress.is('Complete'), progress.is('Failed')]
  if (progress.turns('Complete', 'Failed') && isComplete && isFailed) {
    refuse('cannot set Complete=True and Failed=true conditions')
  }
  if (progress.turns('Complete', 'FailureTarget') && isComplete && progress.is('FailureTarget')) {
    refuse('cannot set Complete=True and FailureTarget=true conditions')
  }
  if ((progress.turns('Failed') || progress.changes('failedIndexes')) && isFailed && !progress.is('FailureTarget')) {
    refuse('cannot set Failed=True condition without the FailureTarget=true condition')
  }
  if (progress.turns('Complete', 'SuccessCriteriaMet') && isComplete && !progress.is('SuccessCriteriaMet')) {
    refuse('cannot set Complete=True condition without the SuccessCriteriaMet=true condition')
  }
}

function checkTimes({ spec }: Job, progress: Progress, errors: Errors): void {
  const { startTime, completionTime } = progress.status
  const path = 'status.completionTime'
  const isComplete = progress.is('Complete')
  if (progress.turns('Complete') || progress.changes('completionTime')) {
    if (completionTime !== undefined && !isComplete) {
      errors.push(invalid(path, completionTime, 'cannot set completionTime when there is no Complete=True condition'))
    }
    if (completionTime === undefined && isComplete) {
      errors.push(required(path, 'completionTime is required for Complete jobs'))
    }
  }
  if (progress.changes('startTime', 'completionTime') && isBefore(completionTime, startTime)) {
    errors.push(invalid(path, completionTime, 'must be equal to or after `startTime`'))
  }
  const neverRan = spec.suspend === true && spec.completions === 0
  if ((progress.finishes || progress.changes('startTime')) && !neverRan && !startTime && progress.isFinished) {
    errors.push(required('status.startTime', 'startTime is required for finished job'))
  }
}

function isBefore(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && parseTime(one)! < parseTime(other)!
}

/** What is finished has no pods left. */
function checkFinished(progress: Progress, errors: Errors): void {
  const { isFinished, finishes, status } = progress
  if (!isFinished) return
  const { active = 0, terminating = 0, uncountedTerminatedPods: pods } = status
  if ((finishes || progress.changes('active')) && active > 0) {
    errors.push(invalid('status.active', active, 'active>0 is invalid for finished job'))
  }
  const isCounted = (pods?.failed ?? []).length + (pods?.succeeded ?? []).length === 0
  if ((finishes || progress.changes('uncountedTerminatedPods')) && !isCounted) {
    const shown = pods && internally(pods, UNCOUNTED)
    errors.push(invalid('status.uncountedTerminatedPods', shown, 'must be empty for finished job'))
  }
  if ((finishes || progress.changes('terminating')) && terminating > 0) {
    errors.push(invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'))
  }
}

function checkIndexes({ spec }: Job, progress: Progress, errors: Errors): void {
  const { completedIndexes: completed = '', failedIndexes: failed } = progress.status
  const { completions, backoffLimitPerIndex } = spec
  const [ofCompleted, ofFailed] = [progress.changes('completedIndexes'), progress.changes('failedIndexes')]
  if (ofCompleted) checkIndexList(completed, 'completedIndexes', completions, errors)
  if (ofFailed && backoffLimitPerIndex !== undefined) checkIndexList(failed, 'failedIndexes', completions, errors)
  if (ofCompleted && completed !== '' && spec.completionMode !== 'Indexed') {
    const detail = 'cannot set non-empty completedIndexes when non-indexed completion mode'
    errors.push(invalid('status.completedIndexes', completed, detail))
  }
  if (ofFailed && failed !== undefined && backoffLimitPerIndex === undefined) {
    const detail = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null'
    errors.push(invalid('status.failedIndexes', failed, detail))
  }
  if (!(ofCompleted || ofFailed) || completions === undefined || failed === undefined) return
  const both = overlapOf(completed, failed, completions)
  if (both === undefined) return
  errors.push(invalid('status.failedIndexes', failed, `failedIndexes and completedIndexes overlap at index: ${both}`))
}

function checkIndexList(
  text: string | undefined,
  field: 'completedIndexes' | 'failedIndexes',
  completions: number | undefined,
  errors: Errors,
): void {
  if (completions === undefined || text === undefined) return
  const indexes = parseIndexes(text, completions)
  if ('said' in indexes) errors.push(invalid(`status.${field}`, text, `error parsing ${field}: ${indexes.said}`))
}

function checkSuccess({ spec }: Job, progress: Progress, errors: Errors): void {
  const refuse = (detail: string): unknown => errors.push(ofNoValue('status.conditions', detail))
  const isMet = progress.is('SuccessCriteriaMet')
  if (isMet && progress.is('Failed')) refuse('cannot set SuccessCriteriaMet=True and Failed=true conditions')
  if (isMet && progress.is('FailureTarget')) {
    refuse('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')
  }
  if (spec.successPolicy !== undefined && !isMet && progress.is('Complete')) {
    refuse('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True')
  }
}

/** What has been said once stays so. */
function checkKept({ spec }: Job, progress: Progress, errors: Errors): void {
  const { status, before } = progress
  const refuse = (detail: string): unknown => errors.push(ofNoValue('status.conditions', detail))
  for (const type of TERMINAL) {
    if (progress.was(type) && !progress.is(type)) refuse(`cannot disable the terminal ${type}=True condition`)
  }
  // A job of as many pods as indexes may be made smaller.
  const mayShrink = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism
  for (const field of mayShrink ? (['failed'] as const) : (['failed', 'succeeded'] as const)) {
    const [count = 0, counted = 0] = [status[field], before[field]]
    if (count < counted) errors.push(invalid(`status.${field}`, count, `cannot decrease the ${field} counter`))
  }
  if (
    status.completionTime !== undefined &&
    before.completionTime !== undefined &&
    progress.changes('completionTime')
  ) {
    errors.push(invalid('status.completionTime', status.completionTime, 'field is immutable'))
  }
  const isSuspended = (status.conditions ?? []).find(({ type }) => type === 'Suspended')?.status
  const resumes = progress.was('Suspended') && isSuspended === 'False'
  if (before.startTime !== undefined && progress.changes('startTime') && !resumes && spec.suspend !== true) {
    const detail = 'field is immutable for unsuspended job once set'
    errors.push(invalid('status.startTime', status.startTime, detail))
  }
  const [wasMet, isMet] = [progress.was('SuccessCriteriaMet'), progress.is('SuccessCriteriaMet')]
  if (wasMet && !isMet) refuse('cannot disable the SuccessCriteriaMet=True condition')
  if (progress.was('Complete') && !wasMet && isMet) {
    refuse('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions')
  }
}
