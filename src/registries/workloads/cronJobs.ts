/** Cron jobs. Mirrors pkg/apis/batch/v1/defaults.go and validateCronJobSpec of pkg/apis/batch/validation. */
import { cronError } from '../../api/cron.ts'
import { invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { orNone } from '../../api/table.ts'
import { timeZoneError } from '../../api/timeZones.ts'
import type { CronJob, CronJobSpec } from '../../api/types/batch.ts'
import { ageColumn, containerImages, containerNames, nameColumn, since } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import { defaultPodTemplate } from '../podTemplates.ts'
import type { Errors } from '../validation/common.ts'
import { checkChoice, checkNotNegative } from '../validation/common.ts'
import { checkJobSpec } from './jobRules.ts'
import { fillPolicy, selectorCell } from './jobs.ts'

const POLICIES = ['Allow', 'Forbid', 'Replace']
/** A job is named after its cron job, with eleven characters more. */
const LONGEST_NAME = 52

export const cronJobs: ResourceDefinition<CronJob> = defineResource({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  hasGeneration: true,
  fillSpec,
  status: {},
  check,
  columns: [
    nameColumn(),
    { name: 'Schedule', cell: ({ spec }) => spec.schedule },
    { name: 'Timezone', cell: ({ spec }) => orNone(spec.timeZone) },
    { name: 'Suspend', cell: ({ spec }) => (spec.suspend === true ? 'True' : 'False') },
    { name: 'Active', cell: ({ status }) => String((status.active ?? []).length) },
    {
      name: 'Last Schedule',
      cell: ({ status }, now) =>
        status.lastScheduleTime === undefined ? '<none>' : since(status.lastScheduleTime, now),
    },
    ageColumn(),
    { name: 'Containers', priority: 1, cell: (object) => containerNames(podOf(object)?.containers) },
    { name: 'Images', priority: 1, cell: (object) => containerImages(podOf(object)?.containers) },
    { name: 'Selector', priority: 1, cell: ({ spec }) => selectorCell(spec.jobTemplate.spec.selector) },
  ],
})

function podOf({ spec }: CronJob): CronJobSpec['jobTemplate']['spec']['template']['spec'] | undefined {
  return spec.jobTemplate.spec?.template?.spec
}

function fillSpec(spec: CronJobSpec): CronJobSpec {
  const whole = fill(spec, {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  })
  const { jobTemplate } = spec
  const job = jobTemplate?.spec
  const policy = job?.podFailurePolicy && { podFailurePolicy: fillPolicy(job.podFailurePolicy) }
  return {
    ...whole,
    jobTemplate: { ...jobTemplate, spec: { ...job, ...policy, template: defaultPodTemplate(job?.template) } },
  }
}

/** What was kept before there was a rule for it may stay. */
function check({ spec, metadata }: CronJob, errors: Errors, previous?: CronJob): void {
  checkSchedule(spec, previous?.spec.schedule.includes('TZ') === true, errors)
  checkNotNegative(errors, 'spec.startingDeadlineSeconds', spec.startingDeadlineSeconds)
  const isNewZone = spec.timeZone !== previous?.spec.timeZone
  const zone = spec.timeZone !== undefined && isNewZone ? timeZoneError(spec.timeZone) : undefined
  if (zone !== undefined) errors.push(invalid('spec.timeZone', spec.timeZone, zone))
  checkChoice(errors, 'spec.concurrencyPolicy', spec.concurrencyPolicy, POLICIES)
  checkJobTemplate(spec, errors)
  checkNotNegative(errors, 'spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit)
  checkNotNegative(errors, 'spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit)
  if (previous === undefined && (metadata.name ?? '').length > LONGEST_NAME) {
    errors.push(invalid('metadata.name', metadata.name, `must be no more than ${LONGEST_NAME} characters`))
  }
}

function checkSchedule({ schedule, timeZone }: CronJobSpec, mayHaveZone: boolean, errors: Errors): void {
  const path = 'spec.schedule'
  if (!schedule) {
    errors.push(required(path))
    return
  }
  const said = cronError(schedule)
  if (said !== undefined) errors.push(invalid(path, schedule, said))
  if (!schedule.includes('TZ')) return
  if (!mayHaveZone) {
    errors.push(invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'))
  } else if (timeZone !== undefined) {
    errors.push(invalid(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'))
  }
}

/** A template leaves the selector to the job. */
function checkJobTemplate({ jobTemplate }: CronJobSpec, errors: Errors): void {
  const at = 'spec.jobTemplate.spec'
  const { selector, manualSelector } = jobTemplate.spec
  checkJobSpec(jobTemplate.spec, at, errors)
  if (selector !== undefined) errors.push(invalid(`${at}.selector`, selector, '`selector` will be auto-generated'))
  if (manualSelector === true) errors.push(notSupported(`${at}.manualSelector`, manualSelector, ['nil', 'false']))
}
