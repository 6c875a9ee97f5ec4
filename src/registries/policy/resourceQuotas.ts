/** Resource quotas. Mirrors ValidateResourceQuota of core validation; what they count stands in ../quota/. */
import { immutable, invalid, required } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import { sortedKeys, sortedSet } from '../../api/order.ts'
import type { ResourceQuota, ResourceQuotaSpec, ResourceQuotaStatus, ScopeSelector } from '../../api/types/core.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import { defaultResourceList } from '../defaults/resources.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { checkQuotaList, isStandardQuota } from '../validation/resources.ts'

const COMPUTE = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']
const STORAGE = ['persistentvolumeclaims', 'requests.storage']
/** Which of those can be counted within a scope. Mirrors IsResourceQuotaScopeValidForResource of pkg/apis/core/helper. */
const COUNTED: ReadonlyMap<string, readonly string[]> = new Map([
  ['BestEffort', ['pods']],
  ['CrossNamespacePodAffinity', ['pods', ...COMPUTE]],
  ['NotBestEffort', ['pods', ...COMPUTE]],
  ['NotTerminating', ['pods', ...COMPUTE]],
  ['PriorityClass', ['pods', ...COMPUTE]],
  ['Terminating', ['pods', ...COMPUTE]],
  ['VolumeAttributesClass', STORAGE],
])
/** Scopes that a pod is in or not, whatever the values. */
const EXISTING = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity']
const SELECTOR: InternalForm = { MatchExpressions: { ScopeName: '', Operator: '', Values: null } }
const CONFLICTS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const

export const resourceQuotas: ResourceDefinition<ResourceQuota> = defineResource({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  namespaced: true,
  defaults: (quota) => ({ ...quota, spec: rounded(quota.spec ?? {}), status: rounded(quota.status ?? {}) }),
  status: {},
  check: ({ spec }, errors) => checkSpec(spec, errors),
  checkUpdate: (next, previous, errors) => {
    if (!sameValue(sortedSet(next.spec.scopes ?? []), sortedSet(previous.spec.scopes ?? []))) {
      errors.push(immutable('spec.scopes', next.spec.scopes))
    }
  },
  checkStatus: ({ status }, _, errors) => {
    checkQuotaList(status.hard, 'status.hard', errors)
    checkQuotaList(status.used, 'status.used', errors)
  },
  columns: [
    nameColumn(),
    { name: 'Request', cell: (quota) => usedCell(quota, false) },
    { name: 'Limit', cell: (quota) => usedCell(quota, true) },
    ageColumn(),
  ],
})

/** Every amount of it as resource lists have it. */
function rounded<T extends ResourceQuotaSpec & ResourceQuotaStatus>(part: T): T {
  const { hard, used } = part
  return { ...part, ...(hard && { hard: defaultResourceList(hard) }), ...(used && { used: defaultResourceList(used) }) }
}

function checkSpec(spec: ResourceQuotaSpec, errors: Errors): void {
  const { hard, scopes = [], scopeSelector } = spec
  checkQuotaList(hard, 'spec.hard', errors)
  for (const scope of scopes) {
    if (!COUNTED.has(scope)) errors.push(invalid('spec.scopes', scopes, 'unsupported scope'))
    checkCounted(spec, scope, 'spec.scopes', scopes, errors)
  }
  checkConflicts(scopes, scopes, 'spec.scopes', errors)
  if (scopeSelector !== undefined) checkScopeSelector(spec, scopeSelector, errors)
}

/** `shown` is what the refusal shows. */
function checkConflicts(scopes: readonly string[], shown: unknown, at: string, errors: Errors): void {
  for (const [one, other] of CONFLICTS) {
    if (scopes.includes(one) && scopes.includes(other)) errors.push(invalid(at, shown, 'conflicting scopes'))
  }
}

/** Upstream says of no expression which of them it is. */
function checkScopeSelector(spec: ResourceQuotaSpec, selector: ScopeSelector, errors: Errors): void {
  const at = 'spec.scopeSelector.matchExpressions'
  const { matchExpressions = [] } = selector
  for (const { scopeName = '', operator = '', values = [] } of matchExpressions) {
    if (!COUNTED.has(scopeName)) errors.push(invalid(`${at}.scopeName`, scopeName, 'unsupported scope'))
    checkCounted(spec, scopeName, at, internally(selector, SELECTOR), errors)
    if (EXISTING.includes(scopeName) && operator !== 'Exists') {
      const list = ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort'].map(constantOf).join(', ')
      const detail = `must be 'Exists' when scope is any of ${list} or ${constantOf('CrossNamespacePodAffinity')}`
      errors.push(invalid(`${at}.operator`, operator, detail))
    }
    if (operator === 'In' || operator === 'NotIn') {
      const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
      if (values.length === 0) errors.push(required(`${at}.values`, detail))
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
      if (values.length > 0) errors.push(invalid(`${at}.values`, values, detail))
    } else errors.push(invalid(`${at}.operator`, operator, 'not a valid selector operator'))
  }
  checkConflicts(
    matchExpressions.map(({ scopeName }) => scopeName),
    spec.scopes,
    at,
    errors,
  )
}

function constantOf(scope: string): string {
  return `ResourceQuotaScope${scope}`
}

/** A scope that is none says nothing of what can be counted in it. */
function checkCounted({ hard }: ResourceQuotaSpec, scope: string, path: string, value: unknown, errors: Errors): void {
  const counted = COUNTED.get(scope)
  if (counted === undefined) return
  for (const name of sortedKeys(hard)) {
    if (isStandardQuota(name) && !counted.includes(name)) {
      errors.push(invalid(path, value, 'unsupported scope applied to resource'))
    }
  }
}

/** Mirrors printResourceQuota of pkg/printers/internalversion/printers.go: `pods: 0/10, requests.cpu: 0/4`. */
function usedCell({ status }: ResourceQuota, limits: boolean): string {
  return sortedKeys(status.hard)
    .filter((name) => name.startsWith('limits') === limits)
    .map((name) => `${name}: ${status.used?.[name] ?? '0'}/${status.hard?.[name] ?? '0'}`)
    .join(', ')
}
