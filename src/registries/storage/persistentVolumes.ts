/** Volumes of the cluster. Mirrors pkg/apis/core/v1/defaults.go and ValidatePersistentVolumeUpdate of core validation. */
import { forbidden, immutable, invalid } from '../../api/fieldErrors.ts'
import type { PersistentVolume, PersistentVolumeSpec } from '../../api/types/core.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import { VOLUME_PROTECTION } from '../../api/volumes/names.ts'
import type { Moment, ResourceDefinition } from '../definition.ts'
import { defineResource, fill, inPhase } from '../defineResource.ts'
import { defaultResourceList } from '../defaults/resources.ts'
import type { Errors } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { accessModesCell } from './accessModes.ts'
import { checkVolume } from './persistentVolumeSpec.ts'
import { protectedBy } from './protection.ts'
import { fillSource, sourcesOf } from './volumeSources.ts'

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
  prepareForStatusUpdate: (next, previous) => withTimeKept(inPhased(next), previous),
  prepareForWrite: timed,
  check: ({ spec, metadata }, errors) => checkVolume(spec, metadata.name, errors),
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

const inPhased = inPhase<PersistentVolume>('Pending')

/** While its phase stays, so does the time since when it is in it. */
function withTimeKept(next: PersistentVolume, { status: before }: PersistentVolume): PersistentVolume {
  const { status } = next
  const { lastPhaseTransitionTime: time } = before
  if (status.lastPhaseTransitionTime !== undefined || time === undefined || status.phase !== before.phase) return next
  return { ...next, status: { ...status, lastPhaseTransitionTime: time } }
}

/** When the phase changed last. Mirrors PrepareForUpdate of pkg/registry/core/persistentvolume/strategy.go. */
function timed(volume: PersistentVolume, { around, now }: Moment): PersistentVolume {
  const { status, metadata } = volume
  const before = around.find<PersistentVolume>('persistentvolumes', '', metadata.name)?.status
  if (before === undefined || status.phase === before.phase) return volume
  const { lastPhaseTransitionTime: time = before.lastPhaseTransitionTime } = status
  if (time !== before.lastPhaseTransitionTime) return volume
  return { ...volume, status: { ...status, lastPhaseTransitionTime: now } }
}

function checkUpdate({ spec }: PersistentVolume, { spec: before }: PersistentVolume, errors: Errors): void {
  const { csi } = spec
  // A secret to grow it with may be named later.
  const isGrown = csi !== undefined && before.csi !== undefined && before.csi.controllerExpandSecretRef === undefined
  const { controllerExpandSecretRef: _, ...same } = csi ?? {}
  if (!sameValue(sourcesOf(isGrown ? ({ ...spec, csi: same } as PersistentVolumeSpec) : spec), sourcesOf(before))) {
    const detail = 'spec.persistentvolumesource is immutable after creation'
    errors.push(forbidden('spec.persistentvolumesource', detail))
  }
  if (spec.volumeMode !== before.volumeMode) errors.push(immutable('volumeMode', spec.volumeMode))
  const { nodeAffinity } = before
  if (nodeAffinity !== undefined && !sameValue(spec.nodeAffinity, nodeAffinity)) {
    const detail = 'field is immutable, except for updating from beta label to GA'
    errors.push(invalid('nodeAffinity', spec.nodeAffinity, detail))
  }
  if (before.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) {
    errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'))
  }
}
