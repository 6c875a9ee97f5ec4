/** The rules of jobs and of templates of jobs. Mirrors pkg/apis/batch/validation/validation.go. */
import { immutable, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { domainPathErrors, labelErrors } from '../../api/names.ts'
import { matchesSelector, selectorOf } from '../../api/selectors.ts'
import type { Job, JobSpec } from '../../api/types/batch.ts'
import { checkPodTemplate } from '../podTemplates.ts'
import type { Errors } from '../validation/common.ts'
import { checkNotNegative, complain } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { checkPodSelector } from './templates.ts'
import { checkPodFailurePolicy, checkSuccessPolicy } from './jobPolicies.ts'

/** The label that tells a job's pods from all others, and its former name. */
export const CONTROLLER_UID = ['batch.kubernetes.io/controller-uid', 'controller-uid'] as const
export const JOB_NAME = ['batch.kubernetes.io/job-name', 'job-name'] as const

const MOST_PARALLEL = 100_000
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

export function checkJob(job: Job, errors: Errors): void {
  const { spec, metadata } = job
  checkGenerated(job, errors)
  checkJobSpec(spec, 'spec', errors)
  checkPodSelector(spec.selector, spec.template, undefined, errors)
  const { completions = 0, completionMode } = spec
  const longest = `${metadata.name}-${completions - 1}`
  if (completionMode === 'Indexed' && completions > 0 && labelErrors(longest).length > 0) {
    const detail = `will not able to create pod with invalid DNS label: ${longest}`
    errors.push(invalid('metadata.name', metadata.name, detail))
  }
}

/** Labels that were generated must be as they were. */
function checkGenerated({ spec, metadata }: Job, errors: Errors): void {
  if (spec.manualSelector === true || spec.selector === undefined) return
  const labels = spec.template?.metadata?.labels ?? {}
  const expected: Record<string, string> = {}
  for (const [keys, value] of [
    [CONTROLLER_UID, metadata.uid],
    [JOB_NAME, metadata.name],
  ] as const) {
    for (const key of keys) {
      expected[key] = value
      const path = `spec.template.metadata.labels[${key}]`
      if (labels[key] === undefined) errors.push(required(path, `must be '${value}'`))
      else if (labels[key] !== value) errors.push(invalid(path, labels, `must be '${value}'`))
    }
  }
  const isWellFormed = (spec.selector.matchExpressions ?? []).length === 0
  if (isWellFormed && !matchesSelector(selectorOf(spec.selector), expected)) {
    errors.push(invalid('spec.selector', spec.selector, '`selector` not auto-generated'))
  }
}

export function checkJobSpec(spec: JobSpec, at: string, errors: Errors): void {
  for (const field of AMOUNTS) checkNotNegative(errors, `${at}.${field}`, spec[field])
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${at}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'))
  }
  if (spec.managedBy !== undefined) {
    complain(errors, `${at}.managedBy`, spec.managedBy, domainPathErrors(spec.managedBy))
  }
  checkCompletion(spec, at, errors)
  if (spec.podFailurePolicy !== undefined) checkPodFailurePolicy(spec, `${at}.podFailurePolicy`, errors)
  if (spec.successPolicy !== undefined) checkSuccessPolicy(spec, `${at}.successPolicy`, errors)
  const replacements = spec.podFailurePolicy === undefined ? REPLACEMENTS : ['Failed']
  if (spec.podReplacementPolicy !== undefined && !replacements.includes(spec.podReplacementPolicy)) {
    errors.push(notSupported(`${at}.podReplacementPolicy`, spec.podReplacementPolicy, replacements))
  }
  if (spec.template === undefined) errors.push(required(`${at}.template`))
  else {
    checkPodTemplate(spec.template, `${at}.template`, errors)
    checkRestarts(spec, `${at}.template.spec.restartPolicy`, errors)
  }
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
    return
  }
  if (completionMode !== 'NonIndexed') {
    errors.push(notSupported(`${at}.completionMode`, completionMode, ['NonIndexed', 'Indexed']))
  }
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    if (spec[field] === undefined) continue
    errors.push(invalid(`${at}.${field}`, spec[field], 'requires indexed completion mode'))
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
  const mayMove = previous.spec.suspend === true && previous.status.startTime === undefined
  if (!sameValue(fixedPart(next.spec, mayMove), fixedPart(previous.spec, mayMove))) {
    errors.push(immutable('spec.template', next.spec.template))
  }
  for (const field of FIXED) {
    if (!sameValue(next.spec[field], previous.spec[field])) {
      errors.push(immutable(`spec.${field}`, next.spec[field]))
    }
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

/** What of a template may not change; where its pods go may, until they have gone: validatePodTemplateUpdate. */
function fixedPart({ template }: JobSpec, mayMove: boolean): object {
  if (!mayMove) return template
  const { affinity = {}, nodeSelector: _n, tolerations: _t, schedulingGates: _g, ...rest } = template.spec
  const { nodeAffinity: _a, ...others } = affinity
  return { ...rest, affinity: others }
}
