/** Restart rules of containers. Mirrors validateContainerRestartPolicy of core validation. */
import { notSupported, required, tooMany } from '../../api/fieldErrors.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import type { Container, ContainerRestartRule } from '../../api/types/core.ts'
import type { Errors } from './common.ts'

const ACTIONS = ['Restart', 'RestartAllContainers']
const POLICIES = ['Always', 'Never', 'OnFailure']
const OPERATORS = ['In', 'NotIn']
const MOST_RULES = 20
const MOST_EXIT_CODES = 255

export function checkRestartRules(container: Container, at: string, errors: Errors): void {
  const { restartPolicy, restartPolicyRules: rules = [] } = container
  if (restartPolicy === undefined) {
    if (rules.length === 0) return
    errors.push(lacksPolicy(at))
  } else if (!POLICIES.includes(restartPolicy)) {
    errors.push(notSupported(`${at}.restartPolicy`, restartPolicy, POLICIES))
  }
  if (rules.length > MOST_RULES) errors.push(tooMany(`${at}.restartPolicyRules`, rules.length, MOST_RULES))
  for (const [index, rule] of rules.entries()) checkRule(rule, `${at}.restartPolicyRules[${index}]`, errors)
}

/** Of an init container that says nothing of its restart, the rules are not looked at. */
export function checkInitRestartRules(container: Container, at: string, errors: Errors): void {
  const { restartPolicy, restartPolicyRules } = container
  if (restartPolicy !== undefined) checkRestartRules(container, at, errors)
  else if (restartPolicyRules?.length) errors.push(lacksPolicy(at))
}

function lacksPolicy(at: string): FieldError {
  return required(`${at}.restartPolicy`, 'must specify restartPolicy when restart rules are used')
}

function checkRule({ action = '', exitCodes }: ContainerRestartRule, at: string, errors: Errors): void {
  if (!ACTIONS.includes(action)) errors.push(notSupported(`${at}.action`, action, ACTIONS))
  if (exitCodes === undefined) {
    errors.push(required(`${at}.exitCodes`, 'must be specified'))
    return
  }
  const { operator = '', values = [] } = exitCodes
  if (!OPERATORS.includes(operator)) errors.push(notSupported(`${at}.exitCodes.operator`, operator, OPERATORS))
  if (values.length > MOST_EXIT_CODES) {
    errors.push(tooMany(`${at}.exitCodes.values`, values.length, MOST_EXIT_CODES))
  }
}
