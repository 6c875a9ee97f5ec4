/** Jobs and cron jobs. Mirrors describeJob and describeCronJob of k8s.io/kubectl/pkg/describe/describe.go. */
import { formatDuration } from '../../api/duration.ts'
import { formatLabelSelector } from '../../api/selectors.ts'
import { parseTime } from '../../api/time.ts'
import type { CronJob, Job, JobSpec, JobStatus } from '../../api/types/batch.ts'
import { controlledBy, field, heading, labelsAndAnnotations, type Lines, moment, optional, yesNo } from './lines.ts'
import { templateLines } from './podTemplate.ts'

export function describeJob(job: Job): Lines {
  const { metadata, spec, status } = job
  return [
    field('Name', metadata.name),
    field('Namespace', metadata.namespace),
    field('Selector', formatLabelSelector(spec.selector)),
    ...labelsAndAnnotations(metadata),
    ...controlledBy(job),
    ...optional('Parallelism', spec.parallelism),
    field('Completions', spec.completions ?? '<unset>'),
    ...optional('Completion Mode', spec.completionMode),
    ...optional('Suspend', spec.suspend),
    ...optional('Backoff Limit', spec.backoffLimit),
    ...optional('TTL Seconds After Finished', spec.ttlSecondsAfterFinished),
    ...timeLines(status),
    ...optional('Active Deadline Seconds', inSeconds(spec.activeDeadlineSeconds)),
    field('Pods Statuses', statuses(status)),
    ...(spec.completionMode === 'Indexed' ? [field('Completed Indexes', indexes(status.completedIndexes))] : []),
    ...templateLines(spec.template),
  ]
}

function timeLines({ startTime, completionTime }: JobStatus): Lines {
  const [from, to] = [startTime, completionTime].map((time) => (time ? parseTime(time) : undefined))
  return [
    ...(startTime ? [field('Start Time', moment(startTime))] : []),
    ...(completionTime ? [field('Completed At', moment(completionTime))] : []),
    ...(from === undefined || to === undefined ? [] : [field('Duration', formatDuration(to - from))]),
  ]
}

function statuses({ active = 0, ready, succeeded = 0, failed = 0 }: JobStatus): string {
  return `${active} Active${ready === undefined ? '' : ` (${ready} Ready)`} / ${succeeded} Succeeded / ${failed} Failed`
}

/** So much of the list is told, and to the next comma. */
const MOST_OF_INDEXES = 50

function indexes(list = ''): string {
  if (list === '') return '<none>'
  const end = list.indexOf(',', MOST_OF_INDEXES)
  return end < 0 ? list : `${list.slice(0, end + 1)}...`
}

function inSeconds(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : `${seconds}s`
}

const UNSET = '<unset>'

export function describeCronJob(cronJob: CronJob): Lines {
  const { spec, status } = cronJob
  return [
    ...heading(cronJob),
    field('Schedule', spec.schedule),
    field('Concurrency Policy', spec.concurrencyPolicy),
    field('Suspend', spec.suspend === undefined ? UNSET : yesNo(spec.suspend)),
    field('Time Zone', spec.timeZone ?? UNSET),
    field('Successful Job History Limit', spec.successfulJobsHistoryLimit ?? UNSET),
    field('Failed Job History Limit', spec.failedJobsHistoryLimit ?? UNSET),
    field('Starting Deadline Seconds', inSeconds(spec.startingDeadlineSeconds) ?? UNSET),
    ...jobTemplateLines(spec.jobTemplate.spec),
    field('Last Schedule Time', status.lastScheduleTime ? moment(status.lastScheduleTime) : UNSET),
    field('Active Jobs', (status.active ?? []).map(({ name = '' }) => name).join(', ') || '<none>'),
  ]
}

function jobTemplateLines(spec: JobSpec): Lines {
  return [
    field('Selector', spec.selector === undefined ? UNSET : formatLabelSelector(spec.selector)),
    field('Parallelism', spec.parallelism ?? UNSET),
    field('Completions', spec.completions ?? UNSET),
    ...optional('Active Deadline Seconds', inSeconds(spec.activeDeadlineSeconds)),
    ...templateLines(spec.template),
  ]
}
