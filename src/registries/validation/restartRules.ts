/** Restart rules of containers. Mirrors validateContainerRestartPolicy of core validation. */
import { notSupported, required } from '../../api/fieldErrors.ts'
import type { Container } from '../../api/types/core.ts'
import type { Errors } from './common.ts'

const ACTIONS = ['Restart', 'RestartAllContainers']
const OPERATORS = ['In', 'NotIn']

export function checkRestartRules({ restartPolicy, restartPolicyRules }: Container, at: string, errors: Errors): void {
  if (restartPolicyRules === undefined || restartPolicyRules.length === 0) return
  if (restartPolicy === undefined)
    errors.push(required(`${at}.restartPolicy`, 'must specify restartPolicy when restart rules are used'))
  for (const [index, { action, exitCodes }] of restartPolicyRules.entries()) {
    const path = `${at}.restartPolicyRules[${index}]`
    if (!ACTIONS.includes(action)) errors.push(notSupported(`${path}.action`, action, ACTIONS))
    if (exitCodes === undefined) errors.push(required(`${path}.exitCodes`, 'must be specified'))
    else if (!OPERATORS.includes(exitCodes.operator))
      errors.push(notSupported(`${path}.exitCodes.operator`, exitCodes.operator, OPERATORS))
  }
}
