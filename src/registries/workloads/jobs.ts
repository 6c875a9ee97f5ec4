/** Jobs. Mirrors pkg/registry/batch/job/strategy.go and pkg/apis/batch/v1/defaults.go. */
import { formatDuration } from '../../api/duration.ts'
import { sortedKeys } from '../../api/order.ts'
import { formatLabelSelector } from '../../api/selectors.ts'
import type { Labels } from '../../api/selectors.ts'
import { orNone } from '../../api/table.ts'
import { parseTime } from '../../api/time.ts'
import type { Job, JobSpec, PodFailurePolicy } from '../../api/types/batch.ts'
import type { ObjectMeta } from '../../api/meta.ts'
import type { LabelSelector } from '../../api/types/meta.ts'
import { ageColumn, containerImages, containerNames, nameColumn } from '../columns/common.ts'
import { MAX_INT32 } from '../validation/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import { defaultPodTemplate } from '../podTemplates.ts'
import { checkJobStatus } from './jobStatus.ts'
import { CONTROLLER_UID, JOB_NAME, checkJob, checkJobUpdate } from './jobRules.ts'

export const jobs: ResourceDefinition<Job> = defineResource({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  namespaced: true,
  // As it was before there was a garbage collector: DefaultGarbageCollectionPolicy for batch/v1.
  propagation: 'Orphan',
  hasGeneration: true,
  defaults: (job) => withLabels({ ...job, spec: fillSpec(job.spec ?? {}) }),
  status: {},
  complete: withSelector,
  check: checkJob,
  checkUpdate: checkJobUpdate,
  checkStatus: checkJobStatus,
  fields: { 'status.successful': ({ status }) => String(status.succeeded ?? 0) },
  columns: [
    nameColumn(),
    { name: 'Status', cell: statusCell },
    { name: 'Completions', cell: completionsCell },
    { name: 'Duration', cell: durationCell },
    ageColumn(),
    { name: 'Containers', priority: 1, cell: ({ spec }) => containerNames(spec.template.spec.containers) },
    { name: 'Images', priority: 1, cell: ({ spec }) => containerImages(spec.template.spec.containers) },
    { name: 'Selector', priority: 1, cell: ({ spec }) => selectorCell(spec.selector) },
  ],
})

/** One pod is to succeed unless the job says otherwise; with parallelism alone, the first success decides. */
function fillSpec(spec: JobSpec): JobSpec {
  const { template, podFailurePolicy } = spec
  const single = spec.parallelism === undefined ? { completions: 1 } : {}
  return {
    ...fill(spec, {
      parallelism: 1,
      ...single,
      backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : MAX_INT32,
      completionMode: 'NonIndexed',
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    }),
    template: defaultPodTemplate(template),
    ...(podFailurePolicy && { podFailurePolicy: fillPolicy(podFailurePolicy) }),
  }
}

export function fillPolicy(policy: PodFailurePolicy): PodFailurePolicy {
  if (policy.rules === undefined) return policy
  const rules = policy.rules.map((rule) =>
    rule.onPodConditions === undefined
      ? rule
      : {
          ...rule,
          onPodConditions: rule.onPodConditions.map((each) => (each.status ? each : { ...each, status: 'True' })),
        },
  )
  return { ...policy, rules }
}

/** The labels by which a job knows its pods, unless it brings its own: generateSelector of the strategy. */
function withSelector(job: Job): Job {
  const { spec, metadata } = job
  if (spec.manualSelector === true) return job
  const given = spec.template.metadata?.labels
  const labels = { ...ownLabels(metadata.name ?? '', metadata.uid), ...given }
  const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } }
  const selected = { ...job, spec: { ...spec, selector: ownSelector(spec.selector, metadata.uid), template } }
  // What the job has of its pods' labels it has of these too: upstream they are one map, copied where a name is drawn.
  const isShared = metadata.labels === given && !isNameDrawn(metadata)
  return isShared ? withLabels({ ...selected, metadata: { ...metadata, labels: {} } }) : selected
}

function isNameDrawn({ name, generateName }: ObjectMeta): boolean {
  return generateName !== undefined && name !== generateName && name.startsWith(generateName)
}

/** A job without labels has those of its pods: the very same. */
function withLabels(job: Job): Job {
  const { metadata, spec } = job
  const labels = spec.template.metadata?.labels
  if (labels === undefined || sortedKeys(metadata.labels).length > 0) return job
  return { ...job, metadata: { ...metadata, labels } }
}

function ownLabels(name: string, uid: string): Labels {
  const labels: Record<string, string> = {}
  for (const key of CONTROLLER_UID) labels[key] = uid
  for (const key of JOB_NAME) labels[key] = name
  return labels
}

function ownSelector(selector: LabelSelector | undefined, uid: string): LabelSelector {
  return { ...selector, matchLabels: { [CONTROLLER_UID[0]]: uid, ...selector?.matchLabels } }
}

const SHOWN = ['Complete', 'Failed', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet']

/** Mirrors printJob of pkg/printers/internalversion/printers.go, as the other cells do. */
function statusCell({ status, metadata }: Job): string {
  const isTrue = (type: string): boolean =>
    (status.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True')
  const shown = SHOWN.find(isTrue)
  if (shown === 'Complete' || shown === 'Failed') return shown
  return metadata.deletionTimestamp === undefined ? (shown ?? 'Running') : 'Terminating'
}

function completionsCell({ spec, status }: Job): string {
  const done = status.succeeded ?? 0
  if (spec.completions !== undefined) return `${done}/${spec.completions}`
  return (spec.parallelism ?? 0) > 1 ? `${done}/1 of ${spec.parallelism}` : `${done}/1`
}

function durationCell({ status }: Job, now: number): string {
  const started = parseTime(status.startTime ?? '')
  if (started === undefined) return ''
  return formatDuration((parseTime(status.completionTime ?? '') ?? now) - started)
}

export function selectorCell(selector: LabelSelector | undefined): string {
  return orNone(formatLabelSelector(selector))
}
