/** What a pod says about where it may run. Mirrors ValidateTolerations and its neighbours in core validation. */
import { duplicate, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import { labelValueErrors } from '../../api/names.ts'
import type { PodSchedulingGate, Taint, Toleration, TopologySpreadConstraint } from '../../api/types/core.ts'
import { checkLabelSelector } from './affinity.ts'
import type { Errors } from './common.ts'
import { checkChoice, checkQualifiedName } from './common.ts'
import { checkLabelKeys } from './labelKeys.ts'

const TAINT: InternalForm = { Key: '', Value: '', Effect: '', TimeAdded: null }
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
const OPERATORS = ['Equal', 'Exists']
/** Comparisons, which are known but not enabled. */
const ORDERS = ['Lt', 'Gt']
const WITH_ORDERS = [...OPERATORS, ...ORDERS]
const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway']
const POLICIES = ['Honor', 'Ignore']
const ANY_KEY = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'

export function checkTolerations(tolerations: readonly Toleration[] | undefined, path: string, errors: Errors): void {
  if (tolerations === undefined) return
  for (let i = 0; i < tolerations.length; i++) checkToleration(tolerations[i] as Toleration, `${path}[${i}]`, errors)
}

export function checkTaints(taints: readonly Taint[] | undefined, path: string, errors: Errors): void {
  const seen = new Set<string>()
  for (const [i, taint] of (taints ?? []).entries()) {
    const at = `${path}[${i}]`
    checkQualifiedName(errors, `${at}.key`, taint.key ?? '')
    const said = labelValueErrors(taint.value ?? '')
    if (said.length > 0) errors.push(invalid(`${at}.value`, taint.value, said.join(';')))
    checkChoice(errors, `${at}.effect`, taint.effect, EFFECTS)
    const key = `${taint.effect ?? ''}/${taint.key ?? ''}`
    if (seen.has(key)) {
      const detail = 'taints must be unique by key and effect pair'
      errors.push({ ...duplicate(at, internally(taint, TAINT)), detail })
    }
    seen.add(key)
  }
}

export function checkSchedulingGates(
  gates: readonly PodSchedulingGate[] | undefined,
  path: string,
  errors: Errors,
): void {
  const seen = new Set<string>()
  for (const [i, { name = '' }] of (gates ?? []).entries()) {
    checkQualifiedName(errors, `${path}[${i}]`, name)
    if (seen.has(name)) errors.push(duplicate(`${path}[${i}]`, name))
    seen.add(name)
  }
}

/** Mirrors validateTopologySpreadConstraints of core validation. */
export function checkTopologySpread(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
  errors: Errors,
): void {
  for (const [i, constraint] of (constraints ?? []).entries()) {
    const { maxSkew, topologyKey = '', whenUnsatisfiable = '', minDomains } = constraint
    const at = `${path}[${i}]`
    if (!(maxSkew > 0)) errors.push(invalid(`${at}.maxSkew`, maxSkew ?? 0, 'must be greater than zero'))
    if (!topologyKey) errors.push(required(`${at}.topologyKey`, 'can not be empty'))
    if (!ACTIONS.includes(whenUnsatisfiable))
      errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, ACTIONS))
    const isRepeated = constraints
      ?.slice(i + 1)
      .some(
        (other) => (other.topologyKey ?? '') === topologyKey && (other.whenUnsatisfiable ?? '') === whenUnsatisfiable,
      )
    if (isRepeated)
      errors.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`))
    if (minDomains !== undefined) checkMinDomains(minDomains, whenUnsatisfiable, `${at}.minDomains`, errors)
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[field]
      if (policy !== undefined && !POLICIES.includes(policy))
        errors.push(notSupported(`${at}.${field}`, policy, POLICIES))
    }
    checkLabelKeys(constraint, at, errors)
    checkLabelSelector(constraint.labelSelector, `${at}.labelSelector`, errors)
  }
}

function checkMinDomains(minDomains: number, action: string, at: string, errors: Errors): void {
  if (minDomains <= 0) errors.push(invalid(at, minDomains, 'must be greater than zero'))
  if (action !== 'DoNotSchedule') {
    errors.push(invalid(at, minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`))
  }
}

function checkToleration(toleration: Toleration, at: string, errors: Errors): void {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration
  if (key !== '') checkQualifiedName(errors, `${at}.key`, key)
  else if (operator !== 'Exists') errors.push(invalid(`${at}.operator`, operator, ANY_KEY))
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(invalid(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
  }
  if (operator === '' || operator === 'Equal') {
    const said = labelValueErrors(value)
    if (said.length > 0) errors.push(invalid(`${at}.operator`, value, said.join(';')))
  } else if (operator === 'Exists') {
    if (value !== '') errors.push(invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"))
  } else errors.push(notSupported(`${at}.operator`, operator, ORDERS.includes(operator) ? WITH_ORDERS : OPERATORS))
  if (effect !== '' && !EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, EFFECTS))
}
