/** Persistent volume claims, whole or as a template. Mirrors printPersistentVolumeClaim of describe.go. */
import type { TemplateMeta } from '../../api/meta.ts'
import type { PersistentVolumeClaimSpec, PersistentVolumeClaimStatus } from '../../api/types/core.ts'
import { accessModesCell } from '../../registries/storage/accessModes.ts'
import { field, labelsAndAnnotations, type Lines, optional, quantity, section } from './lines.ts'

interface Claim {
  readonly metadata?: TemplateMeta
  readonly spec: PersistentVolumeClaimSpec
  readonly status?: PersistentVolumeClaimStatus
}

/** What only a claim that is no template says, and where it stands. */
interface Whole {
  readonly beforeClass: Lines
  readonly beforeVolume: Lines
  readonly beforeCapacity: Lines
}

const TEMPLATE: Whole = Object.freeze({ beforeClass: [], beforeVolume: [], beforeCapacity: [] })

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class'

export function claimLines({ metadata = {}, spec, status = {} }: Claim, whole: Whole = TEMPLATE): Lines {
  const { volumeName = '', volumeMode } = spec
  const isBound = volumeName !== ''
  return [
    ...whole.beforeClass,
    field('StorageClass', classOfClaim({ metadata, spec })),
    ...whole.beforeVolume,
    field('Volume', volumeName),
    ...(whole === TEMPLATE ? labelsAndAnnotations(metadata).map(furtherIn) : labelsAndAnnotations(metadata)),
    ...whole.beforeCapacity,
    field('Capacity', isBound ? quantity(status.capacity?.['storage']) : ''),
    field('Access Modes', isBound ? accessModesCell(status.accessModes) : ''),
    ...optional('VolumeMode', volumeMode),
    ...sourceLines(spec.dataSource),
  ]
}

/** In a template upstream indents these values too. */
function furtherIn(line: string): string {
  return line.replace('\t', '\t    ')
}

function sourceLines(source: PersistentVolumeClaimSpec['dataSource']): Lines {
  if (source === undefined) return []
  const { apiGroup, kind, name } = source
  return section('DataSource', [...optional('APIGroup', apiGroup), field('Kind', kind), field('Name', name)])
}

export function classOfClaim({ metadata, spec }: Pick<Claim, 'metadata' | 'spec'>): string {
  return metadata?.annotations?.[BETA_CLASS] ?? spec.storageClassName ?? ''
}
