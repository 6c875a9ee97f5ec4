/** Volumes of the cluster. Mirrors ValidatePersistentVolumeSpec of core validation and pkg/apis/core/v1/defaults.go. */
import { forbidden, immutable, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { quantityValue } from '../../api/quantity.ts'
import { sortedKeys } from '../../api/order.ts'
import type { PersistentVolume, PersistentVolumeSpec } from '../../api/types/core.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import { VOLUME_PROTECTION } from '../../api/volumes/names.ts'
import type { Moment, ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import { defaultResourceList } from '../defaults/resources.ts'
import { checkNodeSelector } from '../validation/affinity.ts'
import type { Errors } from '../validation/common.ts'
import { checkSubdomain } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { VOLUME_MODES, accessModesCell, checkAccessModes, checkPositive } from './accessModes.ts'
import { protectedBy } from './protection.ts'
import { checkVolumeSource, fillSource, sourcesOf } from './volumeSources.ts'

const POLICIES = ['Delete', 'Recycle', 'Retain']

export const persistentVolumes: ResourceDefinition<PersistentVolume> = defineResource({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  namespaced: false,
  fillSpec: (spec) => ({
    ...fill(fillSource(spec), { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }),
    ...(spec.capacity && { capacity: defaultResourceList(spec.capacity) }),
  }),
  status: { phase: 'Pending' },
  complete: (volume) => ({
    ...volume,
    metadata: protectedBy(volume.metadata, VOLUME_PROTECTION),
    status: { ...volume.status, lastPhaseTransitionTime: volume.metadata.creationTimestamp },
  }),
  prepareForWrite: timed,
  check: ({ spec, metadata }, errors) => checkSpec(spec, metadata.name, errors),
  checkUpdate,
  columns: [
    nameColumn(),
    { name: 'Capacity', cell: ({ spec }) => spec.capacity?.['storage'] ?? '0' },
    { name: 'Access Modes', cell: ({ spec }) => accessModesCell(spec.accessModes) },
    { name: 'Reclaim Policy', cell: ({ spec }) => spec.persistentVolumeReclaimPolicy ?? '' },
    {
      name: 'Status',
      cell: ({ status, metadata }) => (metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? '')),
    },
    {
      name: 'Claim',
      cell: ({ spec }) => (spec.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : ''),
    },
    { name: 'StorageClass', cell: ({ spec }) => spec.storageClassName ?? '' },
    { name: 'VolumeAttributesClass', cell: ({ spec }) => spec.volumeAttributesClassName ?? '<unset>' },
    { name: 'Reason', cell: ({ status }) => status.reason ?? '' },
    ageColumn(),
    { name: 'VolumeMode', priority: 1, cell: ({ spec }) => spec.volumeMode ?? '<unset>' },
  ],
})

/** When the phase changed last. Mirrors PrepareForUpdate of pkg/registry/core/persistentvolume/strategy.go. */
function timed(volume: PersistentVolume, { around, now }: Moment): PersistentVolume {
  const { status, metadata } = volume
  const before = around.find<PersistentVolume>('persistentvolumes', '', metadata.name)?.status
  if (before === undefined || status.phase === before.phase) return volume
  if (status.lastPhaseTransitionTime !== before.lastPhaseTransitionTime) return volume
  return { ...volume, status: { ...status, lastPhaseTransitionTime: now } }
}

function checkSpec(spec: PersistentVolumeSpec, name: string, errors: Errors): void {
  const { accessModes, capacity = {}, persistentVolumeReclaimPolicy: policy, nodeAffinity, volumeMode } = spec
  checkAccessModes(accessModes, 'spec.accessModes', '', errors)
  const names = sortedKeys(capacity)
  if (names.length === 0) errors.push(required('spec.capacity'))
  if (names.length !== 1 || names[0] !== 'storage') {
    errors.push(notSupported('spec.capacity', spec.capacity ?? {}, ['storage']))
  }
  for (const each of names) {
    const amount = capacity[each] ?? ''
    if (amount.startsWith('-'))
      errors.push(invalid(`spec.capacity[${each}]`, quantityValue(amount), 'must be a valid resource quantity'))
    checkPositive(amount, `spec.capacity[${each}]`, errors)
  }
  if (policy && !POLICIES.includes(policy)) {
    errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, POLICIES))
  }
  if (nodeAffinity !== undefined) {
    if (nodeAffinity.required === undefined) {
      errors.push(required('spec.nodeAffinity.required', 'must specify required node constraints'))
    } else checkNodeSelector(nodeAffinity.required, 'spec.nodeAffinity.required', errors)
  }
  checkVolumeSource(spec, name, errors)
  if (spec.storageClassName) checkSubdomain(errors, 'spec.storageClassName', spec.storageClassName)
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) {
    errors.push(notSupported('spec.volumeMode', volumeMode, VOLUME_MODES))
  }
  const { volumeAttributesClassName: attributes } = spec
  if (attributes === undefined) return
  const path = 'spec.volumeAttributesClassName'
  if (attributes === '') errors.push(required(path, 'an empty string is disallowed'))
  else checkSubdomain(errors, path, attributes)
  if (spec.csi === undefined)
    errors.push(required('spec.csi', 'has to be specified when using volumeAttributesClassName'))
}

function checkUpdate(next: PersistentVolume, previous: PersistentVolume, errors: Errors): void {
  if (!sameValue(sourcesOf(next.spec), sourcesOf(previous.spec))) {
    const detail = 'spec.persistentvolumesource is immutable after creation'
    errors.push(forbidden('spec.persistentvolumesource', detail))
  }
  if (next.spec.volumeMode !== previous.spec.volumeMode) {
    errors.push(immutable('volumeMode', next.spec.volumeMode))
  }
  const { nodeAffinity } = previous.spec
  if (nodeAffinity !== undefined && !sameValue(next.spec.nodeAffinity, nodeAffinity)) {
    errors.push(immutable('nodeAffinity', next.spec.nodeAffinity))
  }
}
