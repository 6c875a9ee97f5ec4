/** Leases. Mirrors pkg/registry/coordination/lease/strategy.go and pkg/apis/coordination/validation/validation.go. */
import { invalid } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import type { Lease } from '../api/types/coordination.ts'
import { ageColumn, nameColumn } from './columns/common.ts'
import { EMPTY } from './defaults/mutable.ts'
import type { ResourceDefinition } from './definition.ts'
import { checkNotNegative } from './validation/common.ts'

export const leases: ResourceDefinition<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  shortNames: [],
  namespaced: true,
  updatesNeedVersion: true,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'],
  nameRule: 'subdomain',
  anyFinalizer: true,
  defaults: (lease) => (lease.spec === undefined ? { ...(lease as Lease), spec: EMPTY } : lease),
  prepareForCreate: uncoordinated,
  prepareForUpdate: uncoordinated,
  validate,
  validateUpdate: () => [],
  columns: [nameColumn(), { name: 'Holder', cell: (lease) => lease.spec.holderIdentity ?? '' }, ageColumn()],
}

const NONE: readonly FieldError[] = []

function validate(lease: Lease): readonly FieldError[] {
  const { leaseDurationSeconds, leaseTransitions } = lease.spec
  const errors: FieldError[] = []
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'))
  }
  checkNotNegative(errors, 'spec.leaseTransitions', leaseTransitions)
  return errors.length === 0 ? NONE : errors
}

/** How leaders are chosen together stands behind a feature gate that is closed: CoordinatedLeaderElection. */
function uncoordinated(lease: Lease): Lease {
  const { spec } = lease
  if (spec?.strategy === undefined && spec?.preferredHolder === undefined) return lease
  const { strategy: _strategy, preferredHolder: _holder, ...kept } = spec
  return { ...lease, spec: kept }
}
