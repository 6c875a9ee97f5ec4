/** Cluster role bindings. Mirrors pkg/registry/rbac/clusterrolebinding/strategy.go. */
import type { ClusterRoleBinding } from '../../api/types/rbac.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import { RBAC, bindingColumns, checkBinding, checkBindingUpdate, defaultBinding } from './subjects.ts'

export const clusterRoleBindings: ResourceDefinition<ClusterRoleBinding> = defineResource({
  group: RBAC,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
  nameRule: 'path',
  isKeptOnly: true,
  defaults: defaultBinding,
  check: (binding, errors) => checkBinding(binding, ['ClusterRole'], errors),
  checkUpdate: checkBindingUpdate,
  columns: bindingColumns(),
})
