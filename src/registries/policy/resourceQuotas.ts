/** Resource quotas. Mirrors ValidateResourceQuota of core validation; nobody counts what is used. */
import { immutable, invalid } from '../../api/fieldErrors.ts'
import { sortedKeys, sortedSet } from '../../api/order.ts'
import type { ResourceQuota, ResourceQuotaSpec } from '../../api/types/core.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { checkChoice } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { checkQuotaResource, checkResourceList } from '../validation/resources.ts'

const COMPUTE = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']
const STORAGE = ['persistentvolumeclaims', 'requests.storage']
/** What can be counted without naming a resource by its group; of what there is more, scopes say nothing. */
const STANDARD = [
  ...COMPUTE,
  ...STORAGE,
  'configmaps',
  'ephemeral-storage',
  'limits.ephemeral-storage',
  'pods',
  'replicationcontrollers',
  'requests.ephemeral-storage',
  'resourcequotas',
  'secrets',
  'services',
  'services.loadbalancers',
  'services.nodeports',
]
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
const OPERATORS = ['DoesNotExist', 'Exists', 'In', 'NotIn']
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
  isKeptOnly: true,
  fillSpec: (spec) => spec,
  status: {},
  check: ({ spec }, errors) => checkSpec(spec, errors),
  checkUpdate: (next, previous, errors) => {
    if (!sameValue(sortedSet(next.spec.scopes ?? []), sortedSet(previous.spec.scopes ?? []))) {
      errors.push(immutable('spec.scopes', next.spec.scopes ?? []))
    }
  },
  columns: [
    nameColumn(),
    { name: 'Request', cell: (quota) => usedCell(quota, false) },
    { name: 'Limit', cell: (quota) => usedCell(quota, true) },
    ageColumn(),
  ],
})

function checkSpec(spec: ResourceQuotaSpec, errors: Errors): void {
  const { hard, scopes = [] } = spec
  for (const name of sortedKeys(hard)) checkQuotaResource(name, `spec.hard[${name}]`, errors)
  checkResourceList(hard, (name) => `spec.hard[${name}]`, errors)
  for (const scope of scopes) {
    if (!COUNTED.has(scope)) errors.push(invalid('spec.scopes', scopes, 'unsupported scope'))
    checkCounted(spec, scope, 'spec.scopes', scopes, errors)
  }
  for (const [one, other] of CONFLICTS) {
    if (scopes.includes(one) && scopes.includes(other)) {
      errors.push(invalid('spec.scopes', scopes, 'conflicting scopes'))
    }
  }
  checkScopeSelector(spec, errors)
}

function checkScopeSelector(spec: ResourceQuotaSpec, errors: Errors): void {
  const { scopeSelector } = spec
  for (const [i, { scopeName, operator, values = [] }] of (scopeSelector?.matchExpressions ?? []).entries()) {
    const at = `spec.scopeSelector.matchExpressions[${i}]`
    if (!COUNTED.has(scopeName)) errors.push(invalid(`${at}.scopeName`, scopeName, 'unsupported scope'))
    checkCounted(spec, scopeName, at, scopeSelector, errors)
    checkChoice(errors, `${at}.operator`, operator, OPERATORS)
    const needsValues = operator === 'In' || operator === 'NotIn'
    if (needsValues !== values.length > 0 && OPERATORS.includes(operator)) {
      const detail = needsValues
        ? "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
        : "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
      errors.push(invalid(`${at}.values`, values, detail))
    }
  }
}

function checkCounted({ hard }: ResourceQuotaSpec, scope: string, path: string, value: unknown, errors: Errors): void {
  const counted = COUNTED.get(scope) ?? []
  for (const name of sortedKeys(hard)) {
    if (STANDARD.includes(name) && !counted.includes(name)) {
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
