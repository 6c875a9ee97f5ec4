/** When a job gives up and when it is content. Mirrors validatePodFailurePolicy and validateSuccessPolicy of pkg/apis/batch. */
import { duplicate, invalid, notSupported, ofNoValue, required, tooLong, tooMany } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from '../../api/types/batch.ts'
import { byteLength } from '../../api/utf8.ts'
import type { Errors } from '../validation/common.ts'
import { checkNotNegative, checkQualifiedName } from '../validation/common.ts'
import { countOf, parseIndexes } from './jobIndexes.ts'

const MOST_RULES = 20
const MOST_VALUES = 255
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const OPERATORS = ['In', 'NotIn']
const STATUSES = ['False', 'True', 'Unknown']
const MOST_PATTERNS = 20
const LONGEST_INDEXES = 64 * 1024
export const SUCCESS_POLICY: InternalForm = { Rules: { SucceededIndexes: null, SucceededCount: null } }
export const FAILURE_POLICY: InternalForm = {
  Rules: {
    Action: '',
    OnExitCodes: { ContainerName: null, Operator: '', Values: null },
    OnPodConditions: { Type: '', Status: '' },
  },
}

export function checkPodFailurePolicy(spec: JobSpec, at: string, errors: Errors): void {
  const rules = spec.podFailurePolicy?.rules ?? []
  if (rules.length > MOST_RULES) errors.push(tooMany(`${at}.rules`, rules.length, MOST_RULES))
  for (const [i, rule] of rules.entries()) checkFailureRule(spec, rule, `${at}.rules[${i}]`, errors)
}

function checkFailureRule(spec: JobSpec, rule: PodFailurePolicyRule, at: string, errors: Errors): void {
  const { action, onExitCodes, onPodConditions = [] } = rule
  checkValue(action, ACTIONS, `${at}.action`, errors)
  if (onPodConditions.length > MOST_PATTERNS) {
    errors.push(tooMany(`${at}.onPodConditions`, onPodConditions.length, MOST_PATTERNS))
  }
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    errors.push(invalid(`${at}.action`, action, 'requires the backoffLimitPerIndex to be set'))
  }
  if (onExitCodes !== undefined) checkExitCodes(spec, onExitCodes, `${at}.onExitCodes`, errors)
  for (const [i, pattern] of onPodConditions.entries()) {
    checkPattern(pattern, `${at}.onPodConditions[${i}]`, errors)
  }
  if (onExitCodes !== undefined && onPodConditions.length > 0) {
    errors.push(ofNoValue(at, 'specifying both OnExitCodes and OnPodConditions is not supported'))
  } else if (onExitCodes === undefined && onPodConditions.length === 0) {
    errors.push(ofNoValue(at, 'specifying one of OnExitCodes and OnPodConditions is required'))
  }
}

function checkPattern({ type, status }: PodFailurePolicyOnPodConditionsPattern, at: string, errors: Errors): void {
  checkQualifiedName(errors, `${at}.type`, type ?? '')
  checkValue(status, STATUSES, `${at}.status`, errors)
}

function checkExitCodes(
  { template }: JobSpec,
  { operator, containerName, values: given }: PodFailurePolicyOnExitCodesRequirement,
  at: string,
  errors: Errors,
): void {
  checkValue(operator, OPERATORS, `${at}.operator`, errors)
  const values = given ?? []
  const { containers = [], initContainers = [] } = template?.spec ?? {}
  const isKnown = [...containers, ...initContainers].some(({ name }) => name === containerName)
  if (containerName !== undefined && !isKnown) {
    const detail = 'must be one of the container or initContainer names in the pod template'
    errors.push(invalid(`${at}.containerName`, containerName, detail))
  }
  if (values.length === 0) errors.push(invalid(`${at}.values`, given, 'at least one value is required'))
  if (values.length > MOST_VALUES) errors.push(tooMany(`${at}.values`, values.length, MOST_VALUES))
  for (const [i, value] of values.entries()) {
    if (operator === 'In' && value === 0) {
      errors.push(invalid(`${at}.values[${i}]`, value, 'must not be 0 for the In operator'))
    }
    if (values.indexOf(value) < i) errors.push(duplicate(`${at}.values[${i}]`, value))
  }
  if (values.some((value, i) => i > 0 && values[i - 1]! > value)) {
    errors.push(invalid(`${at}.values`, values, 'must be ordered'))
  }
}

function checkValue(value: string | undefined, values: readonly string[], at: string, errors: Errors): void {
  if (!value) errors.push(required(at, `valid values: [${values.map((each) => JSON.stringify(each)).join(' ')}]`))
  else if (!values.includes(value)) errors.push(notSupported(at, value, values))
}

export function checkSuccessPolicy(spec: JobSpec, at: string, errors: Errors): void {
  if (spec.completionMode !== 'Indexed') {
    const shown = spec.successPolicy && internally(spec.successPolicy, SUCCESS_POLICY)
    errors.push(invalid(at, shown, 'requires indexed completion mode'))
    return
  }
  const rules = spec.successPolicy?.rules ?? []
  if (rules.length === 0) {
    const detail = 'at least one rules must be specified when the successPolicy is specified'
    errors.push(required(`${at}.rules`, detail))
  }
  if (rules.length > MOST_RULES) errors.push(tooMany(`${at}.rules`, rules.length, MOST_RULES))
  for (const [i, rule] of rules.entries()) checkSuccessRule(rule, spec.completions ?? 0, `${at}.rules[${i}]`, errors)
}

function checkSuccessRule(rule: SuccessPolicyRule, completions: number, at: string, errors: Errors): void {
  const { succeededCount: count, succeededIndexes: indexes } = rule
  if (count === undefined && indexes === undefined) {
    errors.push(required(at, 'at least one of succeededCount or succeededIndexes must be specified'))
  }
  const parsed = parseIndexes(indexes ?? '', completions)
  if (byteLength(indexes ?? '') > LONGEST_INDEXES) errors.push(tooLong(`${at}.succeededIndexes`, LONGEST_INDEXES))
  if ('said' in parsed) {
    errors.push(invalid(`${at}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${parsed.said}`))
  }
  if (count === undefined) return
  checkNotNegative(errors, `${at}.succeededCount`, count)
  if (count > completions) {
    const detail = `must be less than or equal to ${completions} (the number of specified completions)`
    errors.push(invalid(`${at}.succeededCount`, count, detail))
  }
  if (indexes !== undefined && count > countOf(parsed)) {
    const detail = `must be less than or equal to ${countOf(parsed)} (the number of indexes in the specified succeededIndexes field)`
    errors.push(invalid(`${at}.succeededCount`, count, detail))
  }
}
