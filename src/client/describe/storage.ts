/** Persistent volumes, claims and storage classes. Mirrors their describers in k8s.io/kubectl/pkg/describe/describe.go. */
import { byCodeUnit } from '../../api/order.ts'
import { formatLabels } from '../../api/selectors.ts'
import type { NodeSelectorRequirement, PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/types/core.ts'
import type { StorageClass } from '../../api/types/storage.ts'
import { accessModesCell } from '../../registries/storage/accessModes.ts'
import type { Around } from './around.ts'
import { claimLines } from './claim.ts'
import {
  ago,
  columns,
  field,
  fieldOfLines,
  goList,
  indented,
  labelsAndAnnotations,
  type Lines,
  moment,
  optional,
  quantity,
  section,
  yesNo,
} from './lines.ts'
import { persistentSourceLines } from './volumes.ts'

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class'

export function describePersistentVolume(volume: PersistentVolume, around: Around): Lines {
  const { metadata, spec, status } = volume
  const { claimRef } = spec
  return [
    field('Name', metadata.name),
    ...labelsAndAnnotations(metadata),
    field('Finalizers', goList(metadata.finalizers)),
    field('StorageClass', metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName),
    statusLine(volume, around),
    field('Claim', claimRef === undefined ? '' : `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`),
    field('Reclaim Policy', spec.persistentVolumeReclaimPolicy),
    field('Access Modes', accessModesCell(spec.accessModes)),
    ...optional('VolumeMode', spec.volumeMode),
    field('Capacity', quantity(spec.capacity?.['storage'])),
    ...affinityLines(spec.nodeAffinity?.required?.nodeSelectorTerms),
    field('Message', status?.message),
    'Source:',
    ...persistentSourceLines(spec),
  ]
}

function statusLine({ metadata, status }: PersistentVolume | PersistentVolumeClaim, around: Around): string {
  const { deletionTimestamp } = metadata
  const gone = deletionTimestamp === undefined ? undefined : `Terminating (lasts ${ago(deletionTimestamp, around.now)})`
  return field('Status', gone ?? status?.phase)
}

type Terms = NonNullable<
  NonNullable<NonNullable<PersistentVolume['spec']['nodeAffinity']>['required']>['nodeSelectorTerms']
>

function affinityLines(terms: Terms | undefined): Lines {
  if (terms === undefined) return [field('Node Affinity', '<none>')]
  const lines = terms.flatMap(({ matchExpressions = [] }, i) =>
    fieldOfLines(`Term ${i}`, matchExpressions.map(requirement)),
  )
  return [
    field('Node Affinity', ''),
    field('  Required Terms', terms.length === 0 ? '<none>' : ''),
    ...indented(lines, 2),
  ]
}

function requirement({ key, operator, values = [] }: NodeSelectorRequirement): string {
  return `${key} ${operator.toLowerCase()}${values.length === 0 ? '' : ` [${values.join(', ')}]`}`
}

export function describePersistentVolumeClaim(claim: PersistentVolumeClaim, around: Around): Lines {
  const { metadata, status } = claim
  const whole = {
    beforeClass: [field('Name', metadata.name), field('Namespace', metadata.namespace)],
    beforeVolume: [statusLine(claim, around)],
    beforeCapacity: [field('Finalizers', goList(metadata.finalizers))],
  }
  const conditions = (status.conditions ?? []).map((condition) => [
    `${condition.type} `,
    `${condition.status} `,
    `${moment(condition.lastProbeTime)} `,
    `${moment(condition.lastTransitionTime)} `,
    `${condition.reason ?? ''} `,
    condition.message,
  ])
  const headings = ['Type', 'Status', 'LastProbeTime', 'LastTransitionTime', 'Reason', 'Message']
  // Of the dashes below LastProbeTime upstream has as many as below a heartbeat's.
  const rows = columns(headings, conditions).map((line, i) => (i === 1 ? line.replace(/-{13}/u, '-'.repeat(17)) : line))
  return [
    ...claimLines(claim, whole),
    ...fieldOfLines('Used By', usersOf(claim, around)),
    ...(conditions.length === 0 ? [] : section('Conditions', rows)),
  ]
}

/** The pods that mount it, and those it was made for. Mirrors getPodsForPVC. */
function usersOf({ metadata }: PersistentVolumeClaim, around: Around): readonly string[] {
  const owners = (metadata.ownerReferences ?? []).filter(({ kind }) => kind === 'Pod').map(({ uid }) => uid)
  return around
    .list<Pod>('v1/Pod', { namespace: metadata.namespace })
    .filter(
      ({ metadata: { uid }, spec }) =>
        owners.includes(uid) ||
        spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === metadata.name),
    )
    .map((pod) => pod.metadata.name)
    .toSorted(byCodeUnit)
}

export function describeStorageClass(storageClass: StorageClass): Lines {
  const { metadata, allowVolumeExpansion, mountOptions = [], allowedTopologies } = storageClass
  const { annotations = {} } = metadata
  const isDefault = ['storageclass.kubernetes.io', 'storageclass.beta.kubernetes.io'].some(
    (prefix) => annotations[`${prefix}/is-default-class`] === 'true',
  )
  return [
    field('Name', metadata.name),
    field('IsDefaultClass', isDefault ? 'Yes' : 'No'),
    field('Annotations', formatLabels(annotations)),
    field('Provisioner', storageClass.provisioner),
    field('Parameters', formatLabels(storageClass.parameters)),
    field('AllowVolumeExpansion', allowVolumeExpansion === undefined ? '<unset>' : yesNo(allowVolumeExpansion)),
    ...(mountOptions.length === 0 ? [field('MountOptions', '<none>')] : section('MountOptions', mountOptions)),
    ...optional('ReclaimPolicy', storageClass.reclaimPolicy),
    ...optional('VolumeBindingMode', storageClass.volumeBindingMode),
    ...(allowedTopologies === undefined ? [] : topologyLines(allowedTopologies)),
  ]
}

function topologyLines(terms: NonNullable<StorageClass['allowedTopologies']>): Lines {
  if (terms.length === 0) return [field('AllowedTopologies', '<none>')]
  const lines = terms.flatMap(({ matchLabelExpressions = [] }, i) =>
    fieldOfLines(
      `Term ${i}`,
      matchLabelExpressions.map(({ key, values }) => requirement({ key, operator: 'in', values })),
    ),
  )
  return [field('AllowedTopologies', ''), ...indented(lines)]
}
