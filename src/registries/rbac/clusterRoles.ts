/** Cluster roles. Mirrors pkg/registry/rbac/clusterrole/strategy.go; nothing aggregates them. */
import { invalid, required } from '../../api/fieldErrors.ts'
import type { ClusterRole } from '../../api/types/rbac.ts'
import { createdAtColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import { checkLabelSelector } from '../validation/affinity.ts'
import type { Errors } from '../validation/common.ts'
import { checkRules } from './rules.ts'
import { RBAC } from './subjects.ts'

export const clusterRoles: ResourceDefinition<ClusterRole> = defineResource({
  group: RBAC,
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  nameRule: 'path',
  isKeptOnly: true,
  check,
  columns: [nameColumn(), createdAtColumn()],
})

function check({ rules, aggregationRule }: ClusterRole, errors: Errors): void {
  checkRules(rules, false, errors)
  if (aggregationRule === undefined) return
  const path = 'aggregationRule.clusterRoleSelectors'
  const selectors = aggregationRule.clusterRoleSelectors ?? []
  if (selectors.length === 0) {
    errors.push(required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'))
  }
  for (const [i, selector] of selectors.entries()) {
    const before = errors.length
    checkLabelSelector(selector, `${path}[${i}]`, errors)
    if (errors.length > before) errors.push(invalid(`${path}[${i}]`, null, 'invalid label selector.'))
  }
}
