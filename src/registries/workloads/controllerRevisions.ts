/** What a controller's pods were made of. Mirrors ValidateControllerRevisionCreate of pkg/apis/apps/validation. */
import { controllerOf } from '../../api/controllerRef.ts'
import { immutable, required } from '../../api/fieldErrors.ts'
import type { ControllerRevision } from '../../api/types/apps.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import { checkNotNegative } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'

export const controllerRevisions: ResourceDefinition<ControllerRevision> = defineResource({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  namespaced: true,
  check: ({ data, revision }, errors, previous) => {
    checkNotNegative(errors, 'revision', revision)
    if (data === undefined && previous === undefined) errors.push(required('data', 'data is mandatory'))
  },
  checkUpdate: (next, previous, errors) => {
    if (!sameValue(next.data, previous.data)) errors.push(immutable('data', next.data))
  },
  columns: [
    nameColumn(),
    { name: 'Controller', cell: controllerCell },
    { name: 'Revision', cell: ({ revision }) => String(revision) },
    ageColumn(),
  ],
})

/** `statefulset.apps/web` */
function controllerCell(revision: ControllerRevision): string {
  const owner = controllerOf(revision)
  if (owner === undefined) return '<none>'
  const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]!}` : ''
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`
}
