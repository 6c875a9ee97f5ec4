/** Conditions of the common form. Mirrors ValidateConditions of apimachinery/pkg/apis/meta/v1/validation. */
import { duplicate, invalid, notSupported, required, tooLong } from '../../api/fieldErrors.ts'
import type { Condition } from '../../api/types/meta.ts'
import { byteLength } from '../../api/utf8.ts'
import type { Errors } from './common.ts'
import { checkQualifiedName } from './common.ts'

const STATUSES = ['False', 'True', 'Unknown']
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'
const REASON_RULE =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', " +
  "and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or " +
  `'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${REASON}')`
const REASON_FORM = new RegExp(`^${REASON}$`)
const LONGEST_REASON = 1024
const LONGEST_MESSAGE = 32 * 1024

export function checkConditions(conditions: readonly Condition[] | undefined, at: string, errors: Errors): void {
  const seen = new Set<string>()
  for (const [i, condition] of (conditions ?? []).entries()) {
    const { type = '' } = condition
    if (seen.has(type)) errors.push(duplicate(`${at}[${i}].type`, type))
    seen.add(type)
    checkCondition(condition, `${at}[${i}]`, errors)
  }
}

function checkCondition(condition: Partial<Condition>, at: string, errors: Errors): void {
  const { type = '', status = '', observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition
  checkQualifiedName(errors, `${at}.type`, type)
  if (!STATUSES.includes(status)) errors.push(notSupported(`${at}.status`, status, STATUSES))
  if (observedGeneration < 0) {
    errors.push(invalid(`${at}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero'))
  }
  if (!lastTransitionTime) errors.push(required(`${at}.lastTransitionTime`))
  if (reason === '') errors.push(required(`${at}.reason`))
  else if (!REASON_FORM.test(reason)) errors.push(invalid(`${at}.reason`, reason, REASON_RULE))
  if (byteLength(reason) > LONGEST_REASON) errors.push(tooLong(`${at}.reason`, LONGEST_REASON))
  if (byteLength(message) > LONGEST_MESSAGE) errors.push(tooLong(`${at}.message`, LONGEST_MESSAGE))
}
