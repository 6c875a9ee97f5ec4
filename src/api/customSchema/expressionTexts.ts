/** What is said about rules in CEL. Mirrors what pkg/apis/apiextensions/validation/validation.go asks of their texts. */
import { type FieldError, invalid, notSupported, required } from '../fieldErrors.ts'
import type { JSONSchemaProps, ValidationRule } from '../types/apiextensions.ts'
import { fieldPathOf } from './fieldPaths.ts'

const RULES = 'x-kubernetes-validations'
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']
const LINE_BREAK = /[\n\r]/

/** Every violation in the texts of the rules that stand here, whatever their expressions mean. */
export function ruleTextErrors(schema: JSONSchemaProps, path: string): readonly FieldError[] {
  const errors: FieldError[] = []
  for (const [i, rule] of (schema[RULES] ?? []).entries()) {
    const at = `${path}.${RULES}[${i}]`
    const fault = faultOfText(rule, at)
    if (fault !== undefined) errors.push(fault)
    const { messageExpression, reason } = rule
    if (messageExpression && messageExpression.trim() === '') {
      errors.push(required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified'))
    }
    if (reason !== undefined && !REASONS.includes(reason)) {
      errors.push(notSupported(`${at}.reason`, reason, REASONS))
    }
    checkFieldPath(rule, schema, at, errors)
  }
  return errors
}

/** The first fault of a rule and its message. */
function faultOfText({ rule = '', message = '' }: ValidationRule, at: string): FieldError | undefined {
  const [asked, said] = [rule.trim(), message.trim()]
  if (asked === '') return required(`${at}.rule`, 'rule is not specified')
  if (message !== '' && said === '') return invalid(`${at}.message`, message, 'must be non-empty if specified')
  if (LINE_BREAK.test(said)) return invalid(`${at}.message`, message, 'must not contain line breaks')
  if (!LINE_BREAK.test(asked) || said !== '') return undefined
  return required(`${at}.message`, 'message must be specified if rule contains line breaks')
}

function checkFieldPath(
  { fieldPath }: ValidationRule,
  schema: JSONSchemaProps,
  at: string,
  errors: FieldError[],
): void {
  if (!fieldPath) return
  const say = (detail: string): void => void errors.push(invalid(`${at}.fieldPath`, fieldPath, detail))
  if (fieldPath.trim() === '') say('must be non-empty if specified')
  if (LINE_BREAK.test(fieldPath)) say('must not contain line breaks')
  if ('fault' in fieldPathOf(fieldPath, schema)) say('must be a valid path')
}
