/** Leases. Mirrors pkg/registry/coordination/lease/strategy.go and pkg/apis/coordination/validation/validation.go. */
import { forbidden, invalid, notSupported } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import { qualifiedNameErrors } from '../api/names.ts'
import type { Lease } from '../api/types/coordination.ts'
import { ageColumn, nameColumn } from './columns/common.ts'
import { EMPTY } from './defaults/mutable.ts'
import type { ResourceDefinition } from './definition.ts'
import { checkNotNegative, complain } from './validation/common.ts'

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
  validate,
  validateUpdate: () => [],
  columns: [nameColumn(), { name: 'Holder', cell: (lease) => lease.spec.holderIdentity ?? '' }, ageColumn()],
}

const NONE: readonly FieldError[] = []

function validate(lease: Lease): readonly FieldError[] {
  const { leaseDurationSeconds, leaseTransitions, strategy, preferredHolder } = lease.spec
  const errors: FieldError[] = []
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'))
  }
  checkNotNegative(errors, 'spec.leaseTransitions', leaseTransitions)
  if (strategy !== undefined) checkStrategy(strategy, errors)
  if (preferredHolder && !strategy) {
    errors.push(forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined'))
  }
  return errors.length === 0 ? NONE : errors
}

/** Upstream names the field twice, hence the path. */
function checkStrategy(strategy: string, errors: FieldError[]): void {
  const path = 'spec.strategy.strategy'
  if (strategy.includes('/')) complain(errors, path, strategy, qualifiedNameErrors(strategy))
  else if (strategy !== 'OldestEmulationVersion') errors.push(notSupported(path, strategy, ['OldestEmulationVersion']))
}
