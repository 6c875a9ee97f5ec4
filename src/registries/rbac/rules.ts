/** What a role allows. Mirrors validatePolicyRule of pkg/apis/rbac/validation/validation.go. */
import { invalid, required } from '../../api/fieldErrors.ts'
import type { PolicyRule } from '../../api/types/rbac.ts'
import type { Errors } from '../validation/common.ts'

export function checkRules(rules: readonly PolicyRule[] | undefined, namespaced: boolean, errors: Errors): void {
  for (const [i, rule] of (rules ?? []).entries()) checkRule(rule, namespaced, `rules[${i}]`, errors)
}

function checkRule(rule: PolicyRule, namespaced: boolean, at: string, errors: Errors): void {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule
  if (verbs.length === 0) errors.push(required(`${at}.verbs`, 'verbs must contain at least one value'))
  if (nonResourceURLs.length > 0) {
    const path = `${at}.nonResourceURLs`
    if (namespaced) errors.push(invalid(path, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'))
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      errors.push(invalid(path, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs'))
    }
    return
  }
  if (apiGroups.length === 0) {
    errors.push(required(`${at}.apiGroups`, 'resource rules must supply at least one api group'))
  }
  if (resources.length === 0) {
    errors.push(required(`${at}.resources`, 'resource rules must supply at least one resource'))
  }
}
