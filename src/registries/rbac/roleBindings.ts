/** Role bindings. Mirrors pkg/registry/rbac/rolebinding/strategy.go. */
import type { RoleBinding } from '../../api/types/rbac.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import { RBAC, bindingColumns, checkBinding, checkBindingUpdate, defaultBinding } from './subjects.ts'

export const roleBindings: ResourceDefinition<RoleBinding> = defineResource({
  group: RBAC,
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
  nameRule: 'path',
  isKeptOnly: true,
  defaults: defaultBinding,
  check: (binding, errors) => checkBinding(binding, ['Role', 'ClusterRole'], errors),
  checkUpdate: checkBindingUpdate,
  columns: bindingColumns(),
})
