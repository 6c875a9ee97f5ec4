/** What a volume is made of: exactly one source. */
import { forbidden, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import type { PersistentVolumeSpec } from '../../api/types/core.ts'
import { fill } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { checkSubdomain } from '../validation/common.ts'

/** Fields of the spec that are no source. */
const OTHERS: ReadonlySet<string> = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
])
const HOST_PATHS = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const NO_BACKSTEPS = "must not contain '..'"

/** What a source needs to say. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  awsElasticBlockStore: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'],
  azureFile: ['secretName', 'shareName'],
  cephfs: ['monitors'],
  cinder: ['volumeID'],
  csi: ['driver', 'volumeHandle'],
  flexVolume: ['driver'],
  gcePersistentDisk: ['pdName'],
  glusterfs: ['endpoints', 'path'],
  hostPath: ['path'],
  iscsi: ['targetPortal', 'iqn'],
  local: ['path'],
  nfs: ['server', 'path'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  quobyte: ['registry', 'volume'],
  rbd: ['monitors', 'image'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  vsphereVolume: ['volumePath'],
}

export const SOURCE_DEFAULTS: Readonly<Record<string, object>> = {
  azureDisk: { cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' },
  hostPath: { type: '' },
  iscsi: { iscsiInterface: 'default' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
}

/** The sources a spec names, by field. */
export function sourcesOf(spec: PersistentVolumeSpec): Readonly<Record<string, object>> {
  const sources = Object.entries(spec).filter(([field, value]) => !OTHERS.has(field) && value !== undefined)
  return Object.fromEntries(sources) as Record<string, object>
}

export function fillSource(spec: PersistentVolumeSpec): PersistentVolumeSpec {
  const filled: Record<string, object> = {}
  for (const [field, source] of Object.entries(sourcesOf(spec))) {
    const defaults = SOURCE_DEFAULTS[field]
    if (defaults !== undefined) filled[field] = fill(source, defaults)
  }
  return { ...spec, ...filled }
}

export function checkVolumeSource(spec: PersistentVolumeSpec, errors: Errors): void {
  const sources = sourcesOf(spec)
  const [first, ...more] = Object.keys(sources).sort()
  if (first === undefined) {
    errors.push(required('spec', 'must specify a volume type'))
    return
  }
  for (const field of more) errors.push(forbidden(`spec.${field}`, 'may not specify more than 1 volume type'))
  for (const field of NEEDED[first] ?? []) {
    const value = (sources[first] as Readonly<Record<string, unknown>>)[field]
    if (value === undefined || value === '') errors.push(required(`spec.${first}.${field}`))
  }
  checkPaths(spec, errors)
}

function checkPaths(spec: PersistentVolumeSpec, errors: Errors): void {
  const { hostPath, local, nfs, csi } = spec
  if (hostPath?.path) {
    if (hasBacksteps(hostPath.path)) errors.push(invalid('spec.hostPath.path', hostPath.path, NO_BACKSTEPS))
    if (hostPath.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle') {
      const detail = "may not be 'recycle' for a hostPath mount of '/'"
      errors.push(forbidden('spec.persistentVolumeReclaimPolicy', detail))
    }
  }
  if (hostPath !== undefined && !HOST_PATHS.includes(hostPath.type ?? '')) {
    errors.push(notSupported('spec.hostPath.type', hostPath.type, HOST_PATHS))
  }
  if (local?.path && hasBacksteps(local.path)) errors.push(invalid('spec.local.path', local.path, NO_BACKSTEPS))
  if (local !== undefined && spec.nodeAffinity === undefined) {
    errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'))
  }
  if (nfs?.path && !nfs.path.startsWith('/')) {
    errors.push(invalid('spec.nfs.path', nfs.path, 'must be an absolute path'))
  }
  if (csi?.driver) checkSubdomain(errors, 'spec.csi.driver', csi.driver.toLowerCase())
}

function hasBacksteps(path: string): boolean {
  return path.split('/').includes('..')
}
