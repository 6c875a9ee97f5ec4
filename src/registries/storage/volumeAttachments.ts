/** Volumes that are attached to nodes. Mirrors ValidateVolumeAttachment of pkg/apis/storage/validation/validation.go. */
import { forbidden, immutable, invalid, required, tooLong } from '../../api/fieldErrors.ts'
import { internally, type InternalForm, type ShownValue } from '../../api/internalForm.ts'
import type {
  VolumeAttachment,
  VolumeAttachmentSpec,
  VolumeAttachmentStatus,
  VolumeError,
} from '../../api/types/storage.ts'
import { byteLength } from '../../api/utf8.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { MAX_INT32, checkSubdomain, inclusiveRange } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { checkDriverName } from './driverNames.ts'
import { checkInlineVolume } from './persistentVolumeSpec.ts'
import { fillSource } from './volumeSources.ts'

const SPEC: InternalForm = {
  Attacher: '',
  Source: { PersistentVolumeName: null, InlineVolumeSpec: null },
  NodeName: '',
}
const MOST_BYTES = 256 * 1024
const LONGEST_MESSAGE = 1024

export const volumeAttachments: ResourceDefinition<VolumeAttachment> = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  namespaced: false,
  updatesNeedVersion: true,
  fillSpec,
  status: { attached: false },
  statusMeta: [],
  check: ({ spec }: Partial<VolumeAttachment>, errors) => checkSpec(spec ?? {}, errors),
  checkUpdate: ({ spec }: Partial<VolumeAttachment>, previous, errors) => {
    if (!sameValue(spec, previous.spec)) errors.push(immutable('spec', spec && shownSpec(spec)))
  },
  checkStatus: ({ status }, _, errors) => checkStatus(status, errors),
  columns: [
    nameColumn(),
    { name: 'Attacher', cell: ({ spec }) => spec.attacher },
    { name: 'PV', cell: ({ spec }) => spec.source.persistentVolumeName ?? '' },
    { name: 'Node', cell: ({ spec }) => spec.nodeName },
    { name: 'Attached', cell: ({ status }) => String(status.attached) },
    ageColumn(),
  ],
})

function fillSpec(spec: Partial<VolumeAttachmentSpec>): VolumeAttachmentSpec {
  const inline = spec.source?.inlineVolumeSpec
  const filled = inline && { source: { ...spec.source, inlineVolumeSpec: fillSource(inline) } }
  return { ...spec, ...filled } as VolumeAttachmentSpec
}

/** Its source is shown even where it has none: upstream it is a struct. */
function shownSpec(spec: Partial<VolumeAttachmentSpec>): ShownValue {
  return internally({ source: {}, ...spec }, SPEC)
}

function checkSpec({ attacher = '', source, nodeName }: Partial<VolumeAttachmentSpec>, errors: Errors): void {
  checkDriverName(attacher, 'spec.attacher', errors)
  const { persistentVolumeName, inlineVolumeSpec } = source ?? {}
  if (persistentVolumeName === undefined && inlineVolumeSpec === undefined) {
    errors.push(required('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'))
  } else if (persistentVolumeName !== undefined && inlineVolumeSpec !== undefined) {
    errors.push(forbidden('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'))
  } else if (persistentVolumeName === '') {
    errors.push(required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName'))
  } else if (inlineVolumeSpec !== undefined) {
    checkInlineVolume(inlineVolumeSpec, 'spec.source.inlineVolumeSpec', errors)
  }
  checkSubdomain(errors, 'spec.nodeName', nodeName ?? '')
  if (persistentVolumeName !== undefined) {
    checkSubdomain(errors, 'spec.source.persistentVolumeName', persistentVolumeName)
  }
}

function checkStatus({ attachmentMetadata, attachError, detachError }: VolumeAttachmentStatus, errors: Errors): void {
  let size = 0
  for (const key in attachmentMetadata) size += byteLength(key) + byteLength(attachmentMetadata[key]!)
  if (size > MOST_BYTES) errors.push(tooLong('status.attachmentMetadata', MOST_BYTES))
  checkError(attachError, 'status.attachError', errors)
  checkError(detachError, 'status.detachError', errors)
}

function checkError({ message = '', errorCode = 0 }: VolumeError = {}, at: string, errors: Errors): void {
  // Upstream names the other limit.
  if (byteLength(message) > LONGEST_MESSAGE) errors.push(tooLong(`${at}.message`, MOST_BYTES))
  if (errorCode < 0) errors.push(invalid(`${at}.errorCode`, errorCode, inclusiveRange(0, MAX_INT32)))
}
