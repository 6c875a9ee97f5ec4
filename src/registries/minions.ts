/** Minions: the registry of machines in the founding vocabulary, a view on the records of nodes. They are never updated. */
import type { Minion } from '../api/types/core.ts'
import type { ResourceDefinition } from './definition.ts'
import { defaultMachine, machineColumns, validateMachine } from './machines.ts'

export const minions: ResourceDefinition<Minion> = {
  group: '',
  version: 'v1',
  kind: 'Minion',
  plural: 'minions',
  singular: 'minion',
  shortNames: [],
  namespaced: false,
  verbs: ['create', 'get', 'list', 'watch', 'delete'],
  nameRule: 'subdomain',
  defaults: defaultMachine,
  validate: validateMachine,
  validateUpdate: () => [],
  fields: { 'spec.unschedulable': (minion) => String(minion.spec.unschedulable ?? false) },
  columns: machineColumns(),
  viewOf: 'nodes',
}
