/** What is said of a volume's source. Mirrors the print…VolumeSource functions of k8s.io/kubectl/pkg/describe/describe.go. */
import { bytes } from '../../api/quantity.ts'
import { sortedKeys } from '../../api/order.ts'
import type {
  CSIPersistentVolumeSource,
  CSIVolumeSource,
  DownwardAPIVolumeSource,
  EmptyDirVolumeSource,
  ISCSIPersistentVolumeSource,
  LocalObjectReference,
  PersistentVolumeSpec,
  ProjectedVolumeSource,
  SecretReference,
  Volume,
  VolumeProjection,
} from '../../api/types/core.ts'
import { field, goList, indented, type Lines } from './lines.ts'

type Value = string | number | boolean | undefined
type Pairs = readonly (readonly [title: string, value: Value])[]

/** What it is, then its fields. */
export function said(type: string, fields: Pairs): Lines {
  return [field('Type', type), ...fields.map(([title, value]) => field(title, value))]
}

/** A pointer to a reference, as Go prints it. */
export function reference(secret: LocalObjectReference | undefined): string {
  return secret === undefined ? 'nil' : `&LocalObjectReference{Name:${secret.name ?? ''},}`
}

export function namespacedReference(secret: SecretReference | undefined): string {
  return secret === undefined
    ? 'nil'
    : `&SecretReference{Name:${secret.name ?? ''},Namespace:${secret.namespace ?? ''},}`
}

export const yes = (value: boolean | undefined): boolean => value === true

export function emptyDirLines({ medium, sizeLimit }: EmptyDirVolumeSource): Lines {
  return said("EmptyDir (a temporary directory that shares a pod's lifetime)", [
    ['Medium', medium],
    ['SizeLimit', sizeLimit !== undefined && bytes(sizeLimit) > 0 ? sizeLimit : '<unset>'],
  ])
}

export function downwardLines({ items = [] }: DownwardAPIVolumeSource): Lines {
  const lines = items.flatMap(({ path, fieldRef, resourceFieldRef }) => [
    ...(fieldRef === undefined ? [] : [`${fieldRef.fieldPath} -> ${path}`]),
    ...(resourceFieldRef === undefined ? [] : [`${resourceFieldRef.resource} -> ${path}`]),
  ])
  return [field('Type', 'DownwardAPI (a volume populated by information about the pod)'), 'Items:', ...indented(lines)]
}

export function projectedLines({ sources = [] }: ProjectedVolumeSource): Lines {
  return [
    field('Type', 'Projected (a volume that contains injected data from multiple sources)'),
    ...sources.flatMap(projectionLines),
  ]
}

function projectionLines({ secret, downwardAPI, configMap, serviceAccountToken }: VolumeProjection): Lines {
  if (secret !== undefined) return [field('SecretName', secret.name), field('Optional', yes(secret.optional))]
  if (downwardAPI !== undefined) return [field('DownwardAPI', true)]
  if (configMap !== undefined)
    return [field('ConfigMapName', configMap.name), field('Optional', yes(configMap.optional))]
  return serviceAccountToken === undefined
    ? []
    : [field('TokenExpirationSeconds', serviceAccountToken.expirationSeconds)]
}

export function iscsiLines(source: Omit<ISCSIPersistentVolumeSource, 'secretRef'>, secret: string): Lines {
  const lines = said(
    "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    [
      ['TargetPortal', source.targetPortal],
      ['IQN', source.iqn],
      ['Lun', source.lun],
      ['ISCSIInterface', source.iscsiInterface],
      ['FSType', source.fsType],
      ['ReadOnly', yes(source.readOnly)],
      ['Portals', goList(source.portals)],
      ['DiscoveryCHAPAuth', yes(source.chapAuthDiscovery)],
      ['SessionCHAPAuth', yes(source.chapAuthSession)],
      ['SecretRef', secret],
      ['InitiatorName', source.initiatorName ?? '<none>'],
    ],
  )
  // Upstream has no colon there.
  return lines.map((line) => line.replace(/^ISCSIInterface:/u, 'ISCSIInterface'))
}

export function glusterfsLines(endpoints: string, more: Pairs, path: string, readOnly: boolean | undefined): Lines {
  return said("Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)", [
    ['EndpointsName', endpoints],
    ...more,
    ['Path', path],
    ['ReadOnly', yes(readOnly)],
  ])
}

export function rbdLines(
  { monitors, image, fsType, pool, user, keyring, readOnly }: NonNullable<Volume['rbd']>,
  secret: string,
): Lines {
  return said("RBD (a Rados Block Device mount on the host that shares a pod's lifetime)", [
    ['CephMonitors', goList(monitors)],
    ['RBDImage', image],
    ['FSType', fsType],
    ['RBDPool', pool],
    ['RadosUser', user],
    ['Keyring', keyring],
    ['SecretRef', secret],
    ['ReadOnly', yes(readOnly)],
  ])
}

export function cinderLines(
  id: string,
  fsType: string | undefined,
  readOnly: boolean | undefined,
  secret: string,
): Lines {
  return said('Cinder (a Persistent Disk resource in OpenStack)', [
    ['VolumeID', id],
    ['FSType', fsType],
    ['ReadOnly', yes(readOnly)],
    ['SecretRef', secret],
  ])
}

export function scaleIOLines(source: NonNullable<(Volume | PersistentVolumeSpec)['scaleIO']>, secret: Pairs): Lines {
  return said('ScaleIO (a persistent volume backed by a block device in ScaleIO)', [
    ['Gateway', source.gateway],
    ['System', source.system],
    ['Protection Domain', source.protectionDomain],
    ['Storage Pool', source.storagePool],
    ['Storage Mode', source.storageMode],
    ['VolumeName', source.volumeName],
    ...secret,
    ['FSType', source.fsType],
    ['ReadOnly', yes(source.readOnly)],
  ])
}

export function cephfsLines(
  { monitors, path, user, secretFile, readOnly }: NonNullable<Volume['cephfs']>,
  secret: string,
): Lines {
  return said("CephFS (a CephFS mount on the host that shares a pod's lifetime)", [
    ['Monitors', goList(monitors)],
    ['Path', path],
    ['User', user],
    ['SecretFile', secretFile],
    ['SecretRef', secret],
    ['ReadOnly', yes(readOnly)],
  ])
}

export function storageosLines({
  volumeName,
  volumeNamespace,
  fsType,
  readOnly,
}: NonNullable<(Volume | PersistentVolumeSpec)['storageos']>): Lines {
  return said('StorageOS (a StorageOS Persistent Disk resource)', [
    ['VolumeName', volumeName],
    ['VolumeNamespace', volumeNamespace],
    ['FSType', fsType],
    ['ReadOnly', yes(readOnly)],
  ])
}

export function azureFileLines(secret: string, more: Pairs, share: string, readOnly: boolean | undefined): Lines {
  return said('AzureFile (an Azure File Service mount on the host and bind mount to the pod)', [
    ['SecretName', secret],
    ...more,
    ['ShareName', share],
    ['ReadOnly', yes(readOnly)],
  ])
}

export function flexLines(
  { driver, fsType, readOnly, options }: NonNullable<Volume['flexVolume']>,
  secret: string,
): Lines {
  const pairs = sortedKeys(options).map((key) => `${key}:${options![key]}`)
  return said('FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)', [
    ['Driver', driver],
    ['FSType', fsType],
    ['SecretRef', secret],
    ['ReadOnly', yes(readOnly)],
    ['Options', `map${goList(pairs)}`],
  ])
}

/** Longer attributes are cut. */
const MOST_OF_AN_ATTRIBUTE = 140

export function csiLines(source: CSIVolumeSource | CSIPersistentVolumeSource, handle: Pairs): Lines {
  const { driver, fsType, readOnly, volumeAttributes } = source
  const pairs = sortedKeys(volumeAttributes).map((key) => `${key}=${volumeAttributes![key]}`)
  // Upstream indents the values too.
  const [first = '<none>', ...rest] = pairs.map((pair) =>
    pair.length > MOST_OF_AN_ATTRIBUTE ? `    ${pair.slice(0, MOST_OF_AN_ATTRIBUTE)}...` : `    ${pair}`,
  )
  const lines = said('CSI (a Container Storage Interface (CSI) volume source)', [
    ['Driver', driver],
    ['FSType', fsType],
    ...handle,
    ['ReadOnly', yes(readOnly)],
  ])
  return [...lines, field('VolumeAttributes', first), ...rest.map((pair) => `\t${pair}`)]
}
