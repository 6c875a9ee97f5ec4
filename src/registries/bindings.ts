/** Bindings: write-only, each says once where a pod runs. Mirrors BindingREST of pkg/registry/core/pod/storage/storage.go. */
import { notSupported, required } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import type { Binding } from '../api/types/core.ts'
import { nameColumn } from './columns/common.ts'
import type { ResourceDefinition } from './definition.ts'

export const bindings: ResourceDefinition<Binding> = {
  group: '',
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  singular: 'binding',
  shortNames: [],
  namespaced: true,
  verbs: ['create'],
  nameRule: 'path',
  defaults: (binding) => binding,
  validate,
  validateUpdate: () => [],
  columns: [nameColumn()],
  isAction: true,
}

/** Mirrors ValidatePodBinding of pkg/apis/core/validation/validation.go. */
function validate(binding: Binding): readonly FieldError[] {
  const errors: FieldError[] = []
  const kind = binding.target?.kind ?? ''
  if (kind !== '' && kind !== 'Node') errors.push(notSupported('target.kind', kind, ['Node', '<empty>']))
  if (!binding.target?.name) errors.push(required('target.name'))
  return errors
}
