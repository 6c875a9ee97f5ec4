/** The rules of jobs and of templates of jobs. Mirrors pkg/apis/batch/validation/validation.go. */
import { immutable, invalid, notSupported, required, tooLong } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import { labelErrors } from '../../api/names.ts'
import { matchesLabelSelector } from '../../api/selectors.ts'
import type { Job, JobSpec } from '../../api/types/batch.ts'
import type { Container, PodTemplateSpec } from '../../api/types/core.ts'
import { byteLength } from '../../api/utf8.ts'
import { checkPodTemplate } from '../podTemplates.ts'
import type { Errors } from '../validation/common.ts'
import { checkDomainPath, checkNotNegative } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { checkChosen, checkPodSelector } from './templates.ts'
import { checkPodFailurePolicy, checkSuccessPolicy, FAILURE_POLICY, SUCCESS_POLICY } from './jobPolicies.ts'

/** The label that tells a job's pods from all others, and its former name. */
export const CONTROLLER_UID = ['batch.kubernetes.io/controller-uid', 'controller-uid'] as const
export const JOB_NAME = ['batch.kubernetes.io/job-name', 'job-name'] as const

const MOST_PARALLEL = 100_000
const MOST_FAILED = 100_000
const MANY = 100_000
const MOST_OF_MANY = 10_000
const LONGEST_MANAGER = 63
const RESTARTS = ['OnFailure', 'Never']
const REPLACEMENTS = ['Failed', 'TerminatingOrFailed']
const AMOUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const
const FIXED = [
  'selector',
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const

const STRUCTS: Readonly<Record<string, InternalForm>> = {
  podFailurePolicy: FAILURE_POLICY,
  successPolicy: SUCCESS_POLICY,
}

export function checkJob(job: Job, errors: Errors, previous?: Job): void {
  const { spec, metadata } = job
  checkGenerated(job, hasOwnLabels(previous), errors)
  checkJobSpec(spec, 'spec', errors)
  if (spec.selector === undefined) errors.push(required('spec.selector'))
  if (checkPodSelector(spec.selector, errors)) checkChosen(spec.selector, spec.template, errors)
  const { completions = 0, completionMode } = spec
  const longest = `${metadata.name}-${completions - 1}`
  if (completionMode === 'Indexed' && completions > 0 && labelErrors(longest).length > 0) {
    const detail = `will not able to create pod with invalid DNS label: ${longest}`
    errors.push(invalid('metadata.name', metadata.name, detail))
  }
}

/** Jobs of old have their labels under the former names alone. */
function hasOwnLabels(previous: Job | undefined): boolean {
  const labels = previous?.spec.template.metadata?.labels
  return previous === undefined || [CONTROLLER_UID, JOB_NAME].every(([key]) => labels?.[key] !== undefined)
}

/** Labels that were generated must be as they were. */
function checkGenerated({ spec, metadata }: Job, hasOwn: boolean, errors: Errors): void {
  if (spec.manualSelector === true || spec.selector === undefined) return
  const labels = spec.template?.metadata?.labels ?? {}
  const expected: Record<string, string> = {}
  for (const i of hasOwn ? ([1, 0] as const) : ([1] as const)) {
    expected[CONTROLLER_UID[i]] = metadata.uid
    expected[JOB_NAME[i]] = metadata.name ?? ''
  }
  for (const [key, value] of Object.entries(expected)) {
    const path = `spec.template.metadata.labels[${key}]`
    if (labels[key] === undefined) errors.push(required(path, `must be '${value}'`))
    else if (labels[key] !== value) errors.push(invalid(path, labels, `must be '${value}'`))
  }
  if (checkPodSelector(spec.selector, []) && !matchesLabelSelector(spec.selector, expected)) {
    errors.push(invalid('spec.selector', spec.selector, '`selector` not auto-generated'))
  }
}

export function checkJobSpec(spec: JobSpec, at: string, errors: Errors): void {
  for (const field of AMOUNTS) checkNotNegative(errors, `${at}.${field}`, spec[field])
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${at}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'))
  }
  if (spec.managedBy !== undefined) {
    checkDomainPath(errors, `${at}.managedBy`, spec.managedBy)
    if (byteLength(spec.managedBy) > LONGEST_MANAGER) errors.push(tooLong(`${at}.managedBy`, LONGEST_MANAGER))
  }
  checkCompletion(spec, at, errors)
  if (spec.podFailurePolicy !== undefined) checkPodFailurePolicy(spec, `${at}.podFailurePolicy`, errors)
  if (spec.successPolicy !== undefined) checkSuccessPolicy(spec, `${at}.successPolicy`, errors)
  const replacements = spec.podFailurePolicy === undefined ? REPLACEMENTS : ['Failed']
  if (spec.podReplacementPolicy !== undefined && !replacements.includes(spec.podReplacementPolicy)) {
    errors.push(notSupported(`${at}.podReplacementPolicy`, spec.podReplacementPolicy, replacements))
  }
  checkPodTemplate(spec.template, `${at}.template`, errors)
  checkRestarts(spec, `${at}.template.spec.restartPolicy`, errors)
}

function checkCompletion(spec: JobSpec, at: string, errors: Errors): void {
  const { completionMode = 'NonIndexed', completions, parallelism = 0, maxFailedIndexes = 0 } = spec
  const path = `${at}.maxFailedIndexes`
  if (completionMode === 'Indexed') {
    if (completions === undefined) errors.push(required(`${at}.completions`, 'when completion mode is Indexed'))
    if (parallelism > MOST_PARALLEL) {
      const detail = `must be less than or equal to ${MOST_PARALLEL} when completion mode is Indexed`
      errors.push(invalid(`${at}.parallelism`, parallelism, detail))
    }
    if (completions !== undefined && maxFailedIndexes > completions) {
      errors.push(invalid(path, maxFailedIndexes, 'must be less than or equal to completions'))
    }
    if (maxFailedIndexes > MOST_FAILED) {
      errors.push(invalid(path, maxFailedIndexes, `must be less than or equal to ${MOST_FAILED}`))
    }
    checkManyCompletions(spec, at, errors)
    return
  }
  if (completionMode !== 'NonIndexed') {
    errors.push(notSupported(`${at}.completionMode`, completionMode, ['NonIndexed', 'Indexed']))
  }
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    if (spec[field] === undefined || completionMode !== 'NonIndexed') continue
    errors.push(invalid(`${at}.${field}`, spec[field], 'requires indexed completion mode'))
  }
}

/** Where each index has its own limit, many indexes ask for few failures and few pods at once. */
function checkManyCompletions(spec: JobSpec, at: string, errors: Errors): void {
  if ((spec.completions ?? 0) <= MANY || spec.backoffLimitPerIndex === undefined) return
  if (spec.maxFailedIndexes === undefined) {
    errors.push(required(`${at}.maxFailedIndexes`, `must be specified when completions is above ${MANY}`))
  }
  for (const field of ['parallelism', 'maxFailedIndexes'] as const) {
    const value = spec[field] ?? 0
    if (value <= MOST_OF_MANY) continue
    const detail = `must be less than or equal to ${MOST_OF_MANY} when completions are above ${MANY} and used with backoff limit per index`
    errors.push(invalid(`${at}.${field}`, value, detail))
  }
}

/** What always restarts never completes. */
function checkRestarts({ template, podFailurePolicy }: JobSpec, path: string, errors: Errors): void {
  const policy = template.spec?.restartPolicy ?? ''
  if (policy === '' || policy === 'Always') {
    errors.push(required(path, 'valid values: "OnFailure", "Never"'))
  } else if (!RESTARTS.includes(policy)) errors.push(notSupported(path, policy, RESTARTS))
  else if (podFailurePolicy !== undefined && policy !== 'Never') {
    errors.push(invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified'))
  }
}

export function checkJobUpdate(next: Job, previous: Job, errors: Errors): void {
  checkCompletionsUpdate(next.spec, previous.spec, errors)
  checkTemplateUpdate(next.spec.template, previous, errors)
  for (const field of FIXED) {
    const value = next.spec[field]
    if (sameValue(value, previous.spec[field])) continue
    const form = STRUCTS[field]
    const shown = typeof value === 'object' && form !== undefined ? internally(value, form) : value
    errors.push(immutable(`spec.${field}`, shown))
  }
}

/** An indexed job may be resized as long as all of it runs at once. */
function checkCompletionsUpdate(next: JobSpec, previous: JobSpec, errors: Errors): void {
  if (next.completions === previous.completions) return
  if (next.completionMode !== 'Indexed') errors.push(immutable('spec.completions', next.completions))
  else if (next.completions !== undefined && next.completions !== next.parallelism) {
    errors.push(invalid('spec.completions', next.completions, 'can only be modified in tandem with spec.parallelism'))
  }
}

/** Where the pods of a job go, and what they ask for, may change as long as it is at rest. Mirrors validatePodTemplateUpdate. */
function checkTemplateUpdate(template: PodTemplateSpec, { spec, status }: Job, errors: Errors): void {
  const isAtRest = spec.suspend === true && isTrue(status.conditions, 'Suspended') && (status.active ?? 0) === 0
  const allowed = isAtRest ? movedAs(spec.template, template) : spec.template
  if (sameValue(template, allowed)) return
  errors.push(isAtRest ? immutable('spec.template.spec', template.spec) : immutable('spec.template', template))
}

/** A template with all of another that may change. */
function movedAs({ spec: from }: PodTemplateSpec, { metadata, spec }: PodTemplateSpec): PodTemplateSpec {
  const { nodeSelector, tolerations, schedulingGates } = spec
  const { nodeAffinity: _, ...others } = from.affinity ?? {}
  const near = spec.affinity?.nodeAffinity
  const affinity = near === undefined ? others : { ...others, nodeAffinity: near }
  const containers = withResources(from.containers, spec.containers)
  const initContainers = withResources(from.initContainers, spec.initContainers)
  const moved = { affinity, nodeSelector, tolerations, schedulingGates, containers, initContainers }
  return { metadata, spec: { ...from, ...moved } } as PodTemplateSpec
}

function withResources(from: readonly Container[] = [], to: readonly Container[] = []): readonly Container[] {
  if (from.length !== to.length) return from
  return from.map((container, i) =>
    container.name === to[i]!.name ? { ...container, resources: to[i]!.resources } : container,
  ) as readonly Container[]
}

type Conditions = Job['status']['conditions']

export function isTrue(conditions: Conditions, type: string): boolean {
  return (conditions ?? []).some((condition) => condition.type === type && condition.status === 'True')
}
