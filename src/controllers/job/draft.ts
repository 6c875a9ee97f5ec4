import { rfc3339 } from '../../api/time.ts'
import type { Job, JobCondition, JobStatus } from '../../api/types/batch.ts'
import { withCondition } from './conditions.ts'
import { writeIntervals } from './intervals.ts'
import { isSuspended, jobResource } from './jobPods.ts'
import type { Managed } from './manage.ts'
import { type Turn, wrote } from './turn.ts'

/** A job's status as it is going to be, and whether that differs from what was written last. */
export class Draft {
  conditions: readonly JobCondition[]
  startTime: string | undefined
  completionTime: string | undefined
  isChanged = false
  succeeded: number
  failed: number
  /** The uids of pods that have ended and are not in the counts yet. */
  uncounted: { succeeded: readonly string[]; failed: readonly string[] }
  private active: number
  private ready: number | undefined
  terminating: number | undefined
  private completedIndexes: string | undefined
  private failedIndexes: string | undefined
  /** What was written last: the next is written upon it. */
  private job: Job

  constructor(private readonly turn: Turn) {
    const { job, context } = turn
    const { status } = job
    const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
    this.job = job
    this.conditions = status.conditions ?? []
    this.startTime = status.startTime ?? (isSuspended(job) ? undefined : rfc3339(context.now))
    this.completionTime = status.completionTime
    this.active = status.active ?? 0
    this.ready = status.ready
    this.terminating = status.terminating
    this.succeeded = status.succeeded ?? 0
    this.failed = status.failed ?? 0
    this.uncounted = { succeeded, failed }
    this.completedIndexes = status.completedIndexes
    this.failedIndexes = status.failedIndexes
  }

  /** Says whether the job is suspended: returns whether that is new. */
  suspend(isSuspended: boolean): boolean {
    const { now } = this.turn.context
    const next = isSuspended
      ? withCondition(this.conditions, 'Suspended', 'True', 'JobSuspended', 'Job suspended', now)
      : withCondition(this.conditions, 'Suspended', 'False', 'JobResumed', 'Job resumed', now)
    if (next === this.conditions) return false
    this.conditions = next
    this.startTime = isSuspended ? undefined : rfc3339(now)
    this.isChanged = true
    return true
  }

  count({ active, ready, terminating }: Managed): void {
    this.isChanged ||= active !== this.active || ready !== this.ready || terminating !== this.terminating
    Object.assign(this, { active, ready, terminating })
  }

  /** Counts the pods whose finalizer is gone. */
  countThoseWithout(held: ReadonlySet<string>): void {
    for (const how of ['succeeded', 'failed'] as const) {
      const left = this.uncounted[how].filter((uid) => held.has(uid))
      const counted = this.uncounted[how].length - left.length
      if (counted === 0) continue
      this.isChanged = true
      this[how] += counted
      this.uncounted = { ...this.uncounted, [how]: left }
    }
  }

  add(how: 'succeeded' | 'failed', uid: string): void {
    this.isChanged = true
    this.uncounted = { ...this.uncounted, [how]: [...this.uncounted[how], uid] }
  }

  get uncountedCount(): number {
    return this.uncounted.succeeded.length + this.uncounted.failed.length
  }

  /** Says which indexes have succeeded, and which have failed where each has its limit. */
  index({ indexes }: Turn): void {
    if (indexes === undefined) return
    const completed = writeIntervals(indexes.succeeded) || undefined
    const failed = indexes.failed === undefined ? undefined : writeIntervals(indexes.failed)
    this.isChanged ||= completed !== this.completedIndexes || failed !== this.failedIndexes
    this.succeeded = indexes.succeededCount
    this.completedIndexes = completed
    this.failedIndexes = failed
  }

  say(condition: JobCondition): void {
    this.conditions = [...this.conditions, condition]
    this.isChanged = true
  }

  /** Writes what has changed. Throws what that is refused with. */
  write(): void {
    if (!this.isChanged) return
    const { api } = this.turn.context
    this.job = api.updateStatus<Job>(jobResource, { ...this.job, status: this.status() })
    wrote(this.turn, 'job')
    this.isChanged = false
  }

  status(): JobStatus {
    const { active, ready, terminating, succeeded, failed, uncounted, conditions, startTime, completionTime } = this
    const { completedIndexes, failedIndexes } = this
    return {
      ...(conditions.length > 0 && { conditions }),
      ...(startTime !== undefined && { startTime }),
      ...(completionTime !== undefined && { completionTime }),
      ...(active > 0 && { active }),
      ...(succeeded > 0 && { succeeded }),
      ...(failed > 0 && { failed }),
      ...(terminating !== undefined && { terminating }),
      ...(completedIndexes !== undefined && { completedIndexes }),
      ...(failedIndexes !== undefined && { failedIndexes }),
      uncountedTerminatedPods: {
        ...(uncounted.succeeded.length > 0 && { succeeded: uncounted.succeeded }),
        ...(uncounted.failed.length > 0 && { failed: uncounted.failed }),
      },
      ...(ready !== undefined && { ready }),
    }
  }
}
