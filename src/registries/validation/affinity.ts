/** Affinity. Mirrors validateAffinity and the label selector rules of core and apimachinery validation. */
import { forbidden, invalid, required } from '../../api/fieldErrors.ts'
import { ShownValue } from '../../api/internalForm.ts'
import { validateLabels } from '../../api/metaValidation.ts'
import { sortedKeys } from '../../api/order.ts'
import { labelErrors, labelValueErrors, subdomainErrors } from '../../api/names.ts'
import type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
} from '../../api/types/core.ts'
import type { PodAffinity } from '../../api/types/core.ts'
import type { LabelSelector } from '../../api/types/meta.ts'
import type { Errors } from './common.ts'
import { checkQualifiedName, complain } from './common.ts'
import { checkLabelKeys } from './labelKeys.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'
const BAD_OPERATOR = 'not a valid selector operator'

export function checkAffinity(affinity: Affinity | undefined, path: string, errors: Errors): void {
  if (affinity === undefined) return
  checkNodeAffinity(affinity.nodeAffinity, `${path}.nodeAffinity`, errors)
  checkPodAffinity(affinity.podAffinity, `${path}.podAffinity`, errors)
  checkPodAffinity(affinity.podAntiAffinity, `${path}.podAntiAffinity`, errors)
}

export function checkNodeAffinity(node: NodeAffinity | undefined, path: string, errors: Errors): void {
  if (node?.[REQUIRED] !== undefined) checkNodeSelector(node[REQUIRED], `${path}.${REQUIRED}`, errors)
  for (const [i, term] of (node?.[PREFERRED] ?? []).entries()) {
    const at = `${path}.${PREFERRED}[${i}]`
    checkWeight(term.weight, `${at}.weight`, errors)
    checkTerm(term.preference ?? {}, `${at}.preference`, false, errors)
  }
}

/** A selector as messages show it: in the order of its type, without what is empty. */
export function shownSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): ShownValue {
  const labels = Object.fromEntries(sortedKeys(matchLabels).map((key) => [key, matchLabels[key]]))
  const expressions = matchExpressions.map(({ key = '', operator = '', values = [] }) => ({
    key,
    operator,
    ...(values.length > 0 && { values }),
  }))
  const shown = {
    ...(Object.keys(labels).length > 0 && { matchLabels: labels }),
    ...(expressions.length > 0 && { matchExpressions: expressions }),
  }
  return new ShownValue(JSON.stringify(shown))
}

/** Mirrors ValidateLabelSelector of staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go. */
export function checkLabelSelector(selector: LabelSelector | undefined, path: string, errors: Errors): void {
  if (selector === undefined) return
  validateLabels(selector.matchLabels, `${path}.matchLabels`, errors)
  for (const [i, expression] of (selector.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${i}]`
    checkOperator(expression, false, at, errors)
    checkQualifiedName(errors, `${at}.key`, expression.key ?? '')
    for (const [v, value] of (expression.values ?? []).entries()) {
      complain(errors, `${at}.values[${v}]`, value, labelValueErrors(value))
    }
  }
}

export function checkNodeSelector(selector: NodeSelector, path: string, errors: Errors): void {
  checkTerms(selector.nodeSelectorTerms ?? [], `${path}.nodeSelectorTerms`, errors)
}

function checkTerms(terms: readonly NodeSelectorTerm[], path: string, errors: Errors): void {
  if (terms.length === 0) errors.push(required(path, 'must have at least one node selector term'))
  for (const [i, term] of terms.entries()) checkTerm(term, `${path}[${i}]`, true, errors)
}

/** A preference may ask for values that no label can have. */
function checkTerm(term: NodeSelectorTerm, path: string, isRequired: boolean, errors: Errors): void {
  for (const [i, requirement] of (term.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${i}]`
    checkOperator(requirement, true, at, errors)
    checkQualifiedName(errors, `${at}.key`, requirement.key ?? '')
    if (!isRequired) continue
    for (const [v, value] of (requirement.values ?? []).entries()) {
      complain(errors, `${at}.values[${v}]`, value, labelValueErrors(value))
    }
  }
  for (const [i, requirement] of (term.matchFields ?? []).entries()) {
    checkField(requirement, `${path}.matchFields[${i}]`, errors)
  }
}

function checkField(requirement: NodeSelectorRequirement, at: string, errors: Errors): void {
  const { key = '', operator = '', values = [] } = requirement
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(`${at}.operator`, operator, BAD_OPERATOR))
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
    errors.push(required(`${at}.values`, detail))
  }
  if (key !== 'metadata.name') {
    errors.push(invalid(`${at}.key`, key, 'not a valid field selector key'))
  } else
    for (const [v, value] of values.entries()) complain(errors, `${at}.values[${v}]`, value, subdomainErrors(value))
}

function checkOperator(
  requirement: { readonly operator?: string; readonly values?: readonly string[] },
  numbers: boolean,
  at: string,
  errors: Errors,
): void {
  const { operator = '', values = [] } = requirement
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
    if (values.length > 0) errors.push(forbidden(`${at}.values`, detail))
  } else if (numbers && (operator === 'Gt' || operator === 'Lt')) {
    const detail = "must be specified single value when `operator` is 'Lt' or 'Gt'"
    if (values.length !== 1) errors.push(required(`${at}.values`, detail))
  } else errors.push(invalid(`${at}.operator`, operator ?? '', BAD_OPERATOR))
}

function checkPodAffinity(affinity: PodAffinity | undefined, path: string, errors: Errors): void {
  for (const [i, term] of (affinity?.[REQUIRED] ?? []).entries()) {
    checkPodTerm(term, `${path}.${REQUIRED}[${i}]`, errors)
  }
  for (const [i, weighted] of (affinity?.[PREFERRED] ?? []).entries()) {
    const at = `${path}.${PREFERRED}[${i}]`
    checkWeight(weighted.weight, `${at}.weight`, errors)
    checkPodTerm(weighted.podAffinityTerm ?? {}, `${at}.podAffinityTerm`, errors)
  }
}

function checkPodTerm(term: PodAffinityTerm, path: string, errors: Errors): void {
  checkLabelSelector(term.labelSelector, `${path}.labelSelector`, errors)
  checkLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`, errors)
  for (const namespace of term.namespaces ?? [])
    complain(errors, `${path}.namespace`, namespace, labelErrors(namespace))
  checkLabelKeys(term, path, errors)
  if (!term.topologyKey) errors.push(required(`${path}.topologyKey`, 'can not be empty'))
  checkQualifiedName(errors, `${path}.topologyKey`, term.topologyKey ?? '')
}

function checkWeight(weight: number, path: string, errors: Errors): void {
  if (!(weight > 0 && weight <= 100)) errors.push(invalid(path, weight ?? 0, 'must be in the range 1-100'))
}
