/** Roles. Mirrors pkg/registry/rbac/role/strategy.go. */
import type { Role } from '../../api/types/rbac.ts'
import { createdAtColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import { checkRules } from './rules.ts'
import { RBAC } from './subjects.ts'

export const roles: ResourceDefinition<Role> = defineResource({
  group: RBAC,
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  namespaced: true,
  nameRule: 'path',
  isKeptOnly: true,
  check: ({ rules }, errors) => checkRules(rules, true, errors),
  columns: [nameColumn(), createdAtColumn()],
})
