/** Claims. Mirrors ValidatePersistentVolumeClaimSpec and ValidatePersistentVolumeClaimUpdate of core validation. */
import { forbidden as refused } from '../../api/errors.ts'
import { forbidden, immutable, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { qualifiedNameErrors } from '../../api/names.ts'
import { sortedKeys } from '../../api/order.ts'
import { type Quantity, compareQuantities, parseQuantity } from '../../api/quantity.ts'
import type {
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimStatus,
  TypedLocalObjectReference,
  TypedObjectReference,
} from '../../api/types/core.ts'
import type { StorageClass } from '../../api/types/storage.ts'
import { CLAIM_PROTECTION, classOf, hasNoClass } from '../../api/volumes/names.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import { checkClaimLimits } from '../admission/limitRanger.ts'
import type { ResourceDefinition, Surroundings } from '../definition.ts'
import { defineResource, fill, inPhase } from '../defineResource.ts'
import { EMPTY } from '../defaults/mutable.ts'
import { equalInMeaning } from '../equal.ts'
import { defaultRequirements } from '../defaults/resources.ts'
import { checkLabelSelector } from '../validation/affinity.ts'
import type { Errors } from '../validation/common.ts'
import { checkSubdomain, complain } from '../validation/common.ts'
import { isNative } from '../validation/resources.ts'
import { VOLUME_MODES, accessModesCell, checkAccessModes, checkNotBelowZero, checkPositive } from './accessModes.ts'
import { newestDefault } from './defaultClass.ts'
import { protectedBy } from './protection.ts'

export const PENDING: PersistentVolumeClaim['status'] = Object.freeze({ phase: 'Pending' })
/** How far a resize has come. */
const RESIZING = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
]
const CLASSES = 'storageclasses.storage.k8s.io'
const IMMUTABLE =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

export const persistentVolumeClaims: ResourceDefinition<PersistentVolumeClaim> = defineResource({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  namespaced: true,
  fillSpec: fillClaim,
  status: PENDING,
  prepareForCreate: (claim) => ({ ...claim, ...withSources(claim.spec), status: PENDING }),
  prepareForUpdate: (next, previous) => ({
    ...next,
    ...withSources(next.spec, previous.spec),
    status: previous.status,
  }),
  prepareForStatusUpdate: inPhase('Pending'),
  complete: admitted,
  admit: (next, previous, around) => {
    if (previous?.metadata.deletionTimestamp === undefined) checkClaimLimits(next, around)
    admitGrowth(next, previous, around)
  },
  check: ({ spec }, errors) => checkClaim(spec, 'spec', errors),
  checkUpdate,
  checkStatus: ({ status }, _, errors) => checkStatus(status, errors),
  columns: [
    nameColumn(),
    {
      name: 'Status',
      cell: ({ status, metadata }) => (metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? '')),
    },
    { name: 'Volume', cell: ({ spec }) => spec.volumeName ?? '' },
    { name: 'Capacity', cell: (claim) => (claim.spec.volumeName ? (claim.status.capacity?.['storage'] ?? '0') : '') },
    { name: 'Access Modes', cell: (claim) => (claim.spec.volumeName ? accessModesCell(claim.status.accessModes) : '') },
    { name: 'StorageClass', cell: ({ spec }) => spec.storageClassName ?? '' },
    { name: 'VolumeAttributesClass', cell: ({ spec }) => spec.volumeAttributesClassName ?? '<unset>' },
    ageColumn(),
    { name: 'VolumeMode', priority: 1, cell: ({ spec }) => spec.volumeMode ?? '<unset>' },
  ],
})

/** Mirrors plugin/pkg/admission/storage: storageobjectinuseprotection and storageclass/setdefault. */
function admitted(claim: PersistentVolumeClaim, around: Surroundings): PersistentVolumeClaim {
  const metadata = protectedBy(claim.metadata, CLAIM_PROTECTION)
  const { spec } = claim
  const found = spec !== undefined && hasNoClass(claim) ? newestDefault(around.list<StorageClass>(CLASSES)) : undefined
  if (found === undefined) return { ...claim, metadata }
  return { ...claim, metadata, spec: { ...spec, storageClassName: found.metadata.name } }
}

/** Mirrors plugin/pkg/admission/storage/persistentvolume/resize: what may grow says its class. */
function admitGrowth(
  next: PersistentVolumeClaim,
  previous: PersistentVolumeClaim | undefined,
  around: Surroundings,
): void {
  if (previous === undefined) return
  const [size, before] = [next, previous].map((claim) => parseQuantity(sizeOf(claim) ?? '0')!) as [Quantity, Quantity]
  if (compareQuantities(size, before) <= 0) return
  const name = classOf(next)
  const found = name === classOf(previous) ? around.find<StorageClass>(CLASSES, '', name) : undefined
  if (found?.allowVolumeExpansion === true) return
  const why =
    'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize'
  throw refused('persistentvolumeclaims', next.metadata.name, why)
}

export function fillClaim(spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  const { resources } = spec
  const rounded = defaultRequirements(resources, false)
  const whole = fill(spec, { volumeMode: 'Filesystem', resources: rounded })
  return resources === undefined || rounded === resources ? whole : { ...whole, resources: rounded }
}

/**
 * A source of data is named in two fields; the older one alone can name little, and is empty where it names more.
 * Mirrors EnforceDataSourceBackwardsCompatibility and NormalizeDataSources of pkg/api/persistentvolumeclaim/util.go.
 */
function withSources(
  given: PersistentVolumeClaimSpec | undefined,
  previous: Partial<PersistentVolumeClaimSpec> = EMPTY,
): { spec?: PersistentVolumeClaimSpec } {
  if (given?.dataSource === undefined && given?.dataSourceRef === undefined) return EMPTY
  const { dataSource, dataSourceRef, ...spec } = given
  const hadSource = previous.dataSource !== undefined || previous.dataSourceRef !== undefined
  // Sources of other namespaces are behind a feature gate.
  const any = dataSourceRef?.namespace && previous.dataSourceRef === undefined ? undefined : dataSourceRef
  const local = hadSource || any !== undefined || isClassic(dataSource) ? dataSource : undefined
  if (local === undefined && any?.namespace) return { spec: { ...spec, dataSourceRef: any } }
  if (local === undefined && any === undefined) return { spec }
  const { namespace: _, ...here } = (local ?? any) as TypedObjectReference
  return { spec: { ...spec, dataSource: local ?? here, dataSourceRef: any ?? here } }
}

function isClassic(source: TypedLocalObjectReference | undefined): boolean {
  if (source?.kind === 'PersistentVolumeClaim') return !source.apiGroup
  return source?.kind === 'VolumeSnapshot' && source.apiGroup === 'snapshot.storage.k8s.io'
}

export function checkClaim(spec: PersistentVolumeClaimSpec, at: string, errors: Errors): void {
  const { accessModes, resources, storageClassName, volumeMode, selector, dataSource, dataSourceRef } = spec
  checkLabelSelector(selector, `${at}.selector`, errors)
  checkAccessModes(accessModes, `${at}.accessModes`, 'at least 1 access mode is required', errors)
  const size = resources?.requests?.['storage']
  if (size === undefined) errors.push(required(`${at}.resources[storage]`))
  else checkPositive(size, `${at}.resources[storage]`, errors)
  if (storageClassName) checkSubdomain(errors, `${at}.storageClassName`, storageClassName)
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) {
    errors.push(notSupported(`${at}.volumeMode`, volumeMode, VOLUME_MODES))
  }
  for (const [field, source] of [
    ['dataSource', dataSource],
    ['dataSourceRef', dataSourceRef],
  ] as const) {
    if (source === undefined) continue
    if (!source.name) errors.push(required(`${at}.${field}.name`))
    if (!source.kind) errors.push(required(`${at}.${field}.kind`))
    if (source.apiGroup) checkSubdomain(errors, `${at}.${field}.apiGroup`, source.apiGroup)
    else if (source.kind !== 'PersistentVolumeClaim') {
      const detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
      errors.push(invalid(`${at}.${field}`, source.kind ?? '', detail))
    }
  }
  if (dataSource !== undefined && dataSourceRef !== undefined) {
    // Upstream shows a path where the value should be, which has nothing to show.
    if (dataSourceRef.namespace)
      errors.push(invalid(at, {}, 'may not be specified when dataSourceRef.namespace is specified'))
    else if (!sameSource(dataSource, dataSourceRef)) errors.push(invalid(at, {}, 'must match dataSourceRef'))
  }
  if (spec.volumeAttributesClassName)
    checkSubdomain(errors, `${at}.volumeAttributesClassName`, spec.volumeAttributesClassName)
}

function sameSource(a: TypedLocalObjectReference, b: TypedLocalObjectReference): boolean {
  return a.kind === b.kind && a.name === b.name && a.apiGroup === b.apiGroup
}

/** A claim is fixed once made: its volume and its class may be filled in, and a bound one may grow. */
function checkUpdate(next: PersistentVolumeClaim, previous: PersistentVolumeClaim, errors: Errors): void {
  const filledIn = {
    ...(!previous.spec.volumeName && { volumeName: next.spec.volumeName }),
    ...(previous.spec.storageClassName === undefined && { storageClassName: next.spec.storageClassName }),
  }
  const isBound = next.status?.phase === 'Bound'
  const grown = {
    resources: {
      ...previous.spec.resources,
      requests: { ...previous.spec.resources?.requests, storage: sizeOf(next) },
    },
    volumeAttributesClassName: next.spec.volumeAttributesClassName,
  }
  const allowed = { ...previous.spec, ...filledIn, ...(isBound && grown) }
  if (!equalInMeaning(next.spec, allowed)) errors.push(forbidden('spec', IMMUTABLE))
  const amounts = [sizeOf(next), sizeOf(previous), previous.status?.capacity?.['storage']]
  const [size, before, reached] = amounts.map((amount) => parseQuantity(amount ?? '0')) as [Amount, Amount, Amount]
  const isLess = size !== undefined && before !== undefined && compareQuantities(size, before) < 0
  // Growth that has not happened yet may be taken back.
  if (isLess && (reached === undefined || compareQuantities(size, reached) <= 0)) {
    errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'))
  }
  if (next.spec.volumeMode !== previous.spec.volumeMode) errors.push(immutable('volumeMode', next.spec.volumeMode))
}

/** Mirrors ValidatePersistentVolumeClaimStatusUpdate. */
function checkStatus(status: PersistentVolumeClaimStatus, errors: Errors): void {
  const { capacity, allocatedResourceStatuses: statuses, allocatedResources } = status
  for (const name of sortedKeys(capacity)) checkNotBelowZero(capacity?.[name] ?? '', `status.capacity[${name}]`, errors)
  for (const name of sortedKeys(statuses)) {
    const at = 'status.allocatedResourceStatuses'
    checkClaimResource(name, at, errors)
    if (!RESIZING.includes(statuses?.[name] ?? '')) errors.push(notSupported(at, name, RESIZING))
  }
  for (const name of sortedKeys(allocatedResources)) {
    const amount = allocatedResources?.[name] ?? ''
    if (checkClaimResource(name, 'status.allocatedResources', errors)) {
      checkNotBelowZero(amount, `status.allocatedResources[${name}]`, errors)
    }
  }
}

/** Of what Kubernetes names itself, a claim has storage alone. Whether this is fine. */
function checkClaimResource(name: string, at: string, errors: Errors): boolean {
  const said = qualifiedNameErrors(name)
  complain(errors, at, name, said)
  const isForeign = said.length === 0 && isNative(name) && name !== 'storage'
  if (isForeign) errors.push(notSupported(at, name, ['storage']))
  return said.length === 0 && !isForeign
}

type Amount = Quantity | undefined

function sizeOf({ spec }: PersistentVolumeClaim): string | undefined {
  return spec.resources?.requests?.['storage']
}
