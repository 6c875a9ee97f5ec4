/** Nodes. Mirrors pkg/registry/core/node/strategy.go. */
import type { Node } from '../api/types/core.ts'
import type { ResourceDefinition } from './definition.ts'
import {
  defaultMachine,
  machineColumns,
  validateMachine,
  validateMachineStatus,
  validateMachineUpdate,
} from './machines.ts'

export const nodes: ResourceDefinition<Node> = {
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'status', 'patch', 'delete'],
  nameRule: 'subdomain',
  defaults: defaultMachine,
  validate: validateMachine,
  validateUpdate: validateMachineUpdate,
  validateStatusUpdate: validateMachineStatus,
  // Creation keeps a given status: that is how machines register with their capacity.
  prepareForUpdate: (next, previous) => (next.status === previous.status ? next : { ...next, status: previous.status }),
  fields: { 'spec.unschedulable': (node) => String(node.spec.unschedulable ?? false) },
  columns: machineColumns(),
}
