/** Pod disruption budgets. Mirrors ValidatePodDisruptionBudgetSpec of pkg/apis/policy/validation/validation.go. */
import { invalid, notSupported } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from '../../api/types/policy.ts'
import type { IntOrString } from '../../api/types/scalars.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import { checkLabelSelector } from '../validation/affinity.ts'
import { checkConditions } from '../validation/conditions.ts'
import type { Errors } from '../validation/common.ts'
import { checkNotNegative, checkShare } from '../validation/common.ts'

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget']
const SPEC: InternalForm = {
  MinAvailable: null,
  Selector: null,
  MaxUnavailable: null,
  UnhealthyPodEvictionPolicy: null,
}
const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const

export const podDisruptionBudgets: ResourceDefinition<PodDisruptionBudget> = defineResource({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  namespaced: true,
  updatesNeedVersion: true,
  anyFinalizer: true,
  nameRule: 'path',
  metadataLast: true,
  hasGeneration: true,
  fillSpec: (spec) => spec,
  status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  check: ({ spec }, errors) => checkSpec(spec, errors),
  checkStatus: ({ status }, _, errors) => {
    checkConditions(status.conditions, 'status.conditions', errors)
    for (const field of COUNTS) checkNotNegative(errors, `status.${field}`, status[field])
  },
  columns: [
    nameColumn(),
    { name: 'Min Available', cell: ({ spec }) => cellOf(spec.minAvailable) },
    { name: 'Max Unavailable', cell: ({ spec }) => cellOf(spec.maxUnavailable) },
    { name: 'Allowed Disruptions', cell: ({ status }) => String(status.disruptionsAllowed ?? 0) },
    ageColumn(),
  ],
})

function checkSpec(spec: PodDisruptionBudgetSpec, errors: Errors): void {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.push(invalid('spec', internally(spec, SPEC), 'minAvailable and maxUnavailable cannot be both set'))
  }
  checkShare(errors, 'spec.minAvailable', minAvailable)
  checkShare(errors, 'spec.maxUnavailable', maxUnavailable)
  checkLabelSelector(selector, 'spec.selector', errors)
  if (policy !== undefined && !POLICIES.includes(policy)) {
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, POLICIES))
  }
}

function cellOf(amount: IntOrString | undefined): string {
  return amount === undefined ? 'N/A' : String(amount)
}
