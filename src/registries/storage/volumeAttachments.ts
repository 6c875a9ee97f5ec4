/** Volumes that are attached to nodes. Mirrors ValidateVolumeAttachment of pkg/apis/storage/validation/validation.go. */
import { forbidden, immutable, required } from '../../api/fieldErrors.ts'
import type { VolumeAttachment, VolumeAttachmentSpec } from '../../api/types/storage.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { checkSubdomain } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { checkDriverName } from './driverNames.ts'

export const volumeAttachments: ResourceDefinition<VolumeAttachment> = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  namespaced: false,
  updatesNeedVersion: true,
  status: { attached: false },
  check: ({ spec }: Partial<VolumeAttachment>, errors) => checkSpec(spec ?? {}, errors),
  checkUpdate: ({ spec }, previous, errors) => {
    if (!sameValue(spec, previous.spec)) errors.push(immutable('spec', spec))
  },
  columns: [
    nameColumn(),
    { name: 'Attacher', cell: ({ spec }) => spec.attacher },
    { name: 'PV', cell: ({ spec }) => spec.source.persistentVolumeName ?? '' },
    { name: 'Node', cell: ({ spec }) => spec.nodeName },
    { name: 'Attached', cell: ({ status }) => String(status.attached) },
    ageColumn(),
  ],
})

function checkSpec({ attacher = '', source, nodeName }: Partial<VolumeAttachmentSpec>, errors: Errors): void {
  checkDriverName(attacher, 'spec.attacher', errors)
  const { persistentVolumeName, inlineVolumeSpec } = source ?? {}
  if (persistentVolumeName === undefined && inlineVolumeSpec === undefined) {
    errors.push(required('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'))
  } else if (persistentVolumeName !== undefined && inlineVolumeSpec !== undefined) {
    errors.push(forbidden('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'))
  } else if (persistentVolumeName !== undefined) {
    if (persistentVolumeName === '')
      errors.push(required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName'))
    else checkSubdomain(errors, 'spec.source.persistentVolumeName', persistentVolumeName)
  }
  if (!nodeName) errors.push(required('spec.nodeName'))
  else checkSubdomain(errors, 'spec.nodeName', nodeName)
}
