/** Where volumes come from, source by source. Mirrors validateVolumeSource of core validation. */
import { forbidden, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { validateAnnotations, validateLabels } from '../../api/metaValidation.ts'
import { QUANTITY_ERROR, parseQuantity } from '../../api/quantity.ts'
import type { AzureDiskVolumeSource, EphemeralVolumeSource, ISCSIVolumeSource, Volume } from '../../api/types/core.ts'
import { checkDriverName } from '../storage/driverNames.ts'
import { checkClaim } from '../storage/persistentVolumeClaims.ts'
import type { Errors } from './common.ts'
import { checkChoice, checkLabel, checkSubdomain, inclusiveRange } from './common.ts'
import { checkDescending, checkItems, checkMode, checkNoBacksteps } from './paths.ts'
import { checkDownwardApi, checkProjected } from './projections.ts'

type Sources = Required<Omit<Volume, 'name'>>
/** `pod` is false for a template, which may still leave some things open. */
type Check<T> = (source: T, at: string, errors: Errors, pod: boolean) => void

const HOST_PATHS = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const MANAGED_DISK = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
const BLOB_DISK = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'
const HOST_PORTS = 'must be a host:port pair or multiple pairs separated by commas'
const HOST_PORT = /^(?:\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/
/** Names of iSCSI, by how they begin. */
const ISCSI_NAMES: readonly (readonly [prefix: string, RegExp])[] = [
  ['iqn', /iqn\.\d{4}-\d{2}\.([a-zA-Z0-9.-]+)(:[^,;*&$|\s]+)$/],
  ['eui', /^eui.[a-zA-Z0-9]{16}$/],
  ['naa', /^naa.[a-zA-Z0-9]{32}$/],
]

/** By field, in the order in which upstream looks at them: the first of several is the volume's. */
const CHECKS: { readonly [K in keyof Sources]: Check<Sources[K]> } = {
  emptyDir({ sizeLimit }, at, errors) {
    const limit = sizeLimit === undefined ? undefined : parseQuantity(sizeLimit)
    if (sizeLimit === undefined) return
    if (limit === undefined) errors.push(invalid(`${at}.sizeLimit`, sizeLimit, QUANTITY_ERROR))
    else if (limit.nano < 0n)
      errors.push(forbidden(`${at}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'))
  },
  hostPath({ path, type = '' }, at, errors) {
    if (!path) {
      errors.push(required(`${at}.path`))
      return
    }
    checkNoBacksteps(path, `${at}.path`, errors)
    if (!HOST_PATHS.includes(type)) errors.push(notSupported(`${at}.type`, type, HOST_PATHS))
  },
  gitRepo({ repository, directory = '' }, at, errors) {
    if (!repository) errors.push(required(`${at}.repository`))
    checkDescending(directory, `${at}.directory`, errors)
  },
  gcePersistentDisk: (disk, at, errors) => {
    need(disk, ['pdName'], at, errors)
    checkPartition(disk.partition, at, errors)
  },
  awsElasticBlockStore: (disk, at, errors) => {
    need(disk, ['volumeID'], at, errors)
    checkPartition(disk.partition, at, errors)
  },
  secret({ secretName, defaultMode, items }, at, errors) {
    if (!secretName) errors.push(required(`${at}.secretName`))
    checkMode(defaultMode, `${at}.defaultMode`, errors)
    checkItems(items, `${at}.items`, errors)
  },
  nfs(nfs, at, errors) {
    need(nfs, ['server', 'path'], at, errors)
    const { path = '' } = nfs
    if (!path.startsWith('/')) errors.push(invalid(`${at}.path`, path, 'must be an absolute path'))
  },
  iscsi: checkIscsi,
  glusterfs: needing('endpoints', 'path'),
  flocker({ datasetName = '', datasetUUID }, at, errors) {
    if (!datasetName && !datasetUUID) errors.push(required(at, 'one of datasetName and datasetUUID is required'))
    if (datasetName && datasetUUID) {
      errors.push(invalid(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'))
    }
    if (datasetName.includes('/')) errors.push(invalid(`${at}.datasetName`, datasetName, "must not contain '/'"))
  },
  persistentVolumeClaim: needing('claimName'),
  rbd: needing('monitors', 'image'),
  cinder(disk, at, errors) {
    need(disk, ['volumeID'], at, errors)
    checkSecret(disk.secretRef, at, errors)
  },
  cephfs: needing('monitors'),
  quobyte({ registry, tenant = '', volume }, at, errors) {
    if (!registry) errors.push(required(`${at}.registry`, HOST_PORTS))
    else if (tenant.length >= 65) {
      errors.push(required(`${at}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'))
    } else {
      const bad = registry.split(',').filter((pair) => !HOST_PORT.test(pair))
      for (const _ of bad) errors.push(invalid(`${at}.registry`, registry, HOST_PORTS))
    }
    if (!volume) errors.push(required(`${at}.volume`))
  },
  downwardAPI: checkDownwardApi,
  fc({ targetWWNs = [], wwids = [], lun }, at, errors) {
    const wwns = `${at}.targetWWNs`
    if (targetWWNs.length === 0 && wwids.length === 0) {
      errors.push(required(wwns, 'must specify either targetWWNs or wwids, but not both'))
    }
    if (targetWWNs.length === 0) return
    if (wwids.length > 0) {
      errors.push(invalid(wwns, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'))
    }
    if (lun === undefined) errors.push(required(`${at}.lun`, 'lun is required if targetWWNs is specified'))
    else checkLun(lun, at, errors)
  },
  flexVolume(flex, at, errors) {
    need(flex, ['driver'], at, errors)
    for (const key of Object.keys(flex.options ?? {}).sort()) {
      const [namespace = ''] = key.split('/', 1)
      if (!/(?:^|\.)(?:kubernetes\.io|k8s\.io)$/i.test(namespace)) continue
      errors.push(invalid(`${at}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'))
    }
  },
  configMap({ name, defaultMode, items }, at, errors) {
    if (!name) errors.push(required(`${at}.name`))
    checkMode(defaultMode, `${at}.defaultMode`, errors)
    checkItems(items, `${at}.items`, errors)
  },
  azureFile: needing('secretName', 'shareName'),
  vsphereVolume: needing('volumePath'),
  photonPersistentDisk: needing('pdID'),
  portworxVolume: needing('volumeID'),
  azureDisk: checkAzureDisk,
  storageos({ volumeName, volumeNamespace, secretRef }, at, errors) {
    if (!volumeName) errors.push(required(`${at}.volumeName`))
    else checkLabel(errors, `${at}.volumeName`, volumeName)
    if (volumeNamespace) checkLabel(errors, `${at}.volumeNamespace`, volumeNamespace)
    checkSecret(secretRef, at, errors)
  },
  projected: checkProjected,
  scaleIO: needing('gateway', 'system', 'volumeName'),
  csi({ driver, nodePublishSecretRef: secret }, at, errors) {
    checkDriverName(driver, `${at}.driver`, errors)
    if (secret === undefined) return
    if (!secret.name) errors.push(required(`${at}.nodePublishSecretRef.name`))
    else checkSubdomain(errors, `${at}.name`, secret.name)
  },
  ephemeral: checkEphemeral,
  image({ reference, pullPolicy }, at, errors, pod) {
    if (pod && !reference) errors.push(required(`${at}.reference`))
    checkChoice(errors, `${at}.pullPolicy`, pullPolicy, ['Always', 'IfNotPresent', 'Never'])
  },
}
const ORDER = Object.keys(CHECKS) as readonly (keyof Sources)[]
/** Where upstream calls a source otherwise than the field, in what it says of the source and when it is one too many. */
const CALLED: Partial<Record<keyof Sources, string>> = { gcePersistentDisk: 'persistentDisk' }
const CALLED_EXTRA: Partial<Record<keyof Sources, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' }

/** Exactly one source, and a sound one. */
export function checkSource(volume: Volume, at: string, pod: boolean, errors: Errors): void {
  const given = ORDER.filter((field) => volume[field] !== undefined)
  const [first, ...more] = given
  if (first === undefined) errors.push(required(at, 'must specify a volume type'))
  else {
    const check = CHECKS[first] as Check<unknown>
    check(volume[first], `${at}.${CALLED[first] ?? first}`, errors, pod)
  }
  for (const field of more) {
    errors.push(forbidden(`${at}.${CALLED_EXTRA[field] ?? field}`, 'may not specify more than 1 volume type'))
  }
  const { iscsi, name = '' } = volume
  if (iscsi?.initiatorName === undefined || `${name}:${iscsi.targetPortal}`.length <= 64) return
  errors.push(invalid(`${at}.name`, name, LONG_PORTAL))
}

const LONG_PORTAL =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'

function needing<T extends object>(...fields: readonly (keyof T & string)[]): Check<T> {
  return (source, at, errors) => need(source, fields, at, errors)
}

/** Fields that cannot be left empty. */
function need<T extends object>(source: T, fields: readonly (keyof T & string)[], at: string, errors: Errors): void {
  for (const field of fields) {
    const value = source[field] as unknown
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) {
      errors.push(required(`${at}.${field}`))
    }
  }
}

function checkSecret(secret: { readonly name?: string } | undefined, at: string, errors: Errors): void {
  if (secret !== undefined && !secret.name) errors.push(required(`${at}.secretRef.name`))
}

/** 0 is the whole disk, though the message does not say so. */
function checkPartition(partition: number | undefined, at: string, errors: Errors): void {
  if (partition === undefined || (partition >= 0 && partition <= 255)) return
  errors.push(invalid(`${at}.partition`, partition, inclusiveRange(1, 255)))
}

function checkLun(lun: number, at: string, errors: Errors): void {
  if (!(lun >= 0 && lun <= 255)) errors.push(invalid(`${at}.lun`, lun, inclusiveRange(0, 255)))
}

function checkIscsi(disk: ISCSIVolumeSource, at: string, errors: Errors): void {
  need(disk, ['targetPortal', 'iqn'], at, errors)
  const { iqn, lun = 0, chapAuthDiscovery, chapAuthSession, initiatorName } = disk
  if (iqn) checkIscsiName(iqn, `${at}.iqn`, errors)
  checkLun(lun, at, errors)
  if ((chapAuthDiscovery || chapAuthSession) && disk.secretRef === undefined) errors.push(required(`${at}.secretRef`))
  if (initiatorName !== undefined) checkIscsiName(initiatorName, `${at}.initiatorname`, errors)
}

function checkIscsiName(name: string, at: string, errors: Errors): void {
  const [, form] = ISCSI_NAMES.find(([prefix]) => name.startsWith(prefix)) ?? []
  if (form === undefined) errors.push(invalid(at, name, 'must be valid format starting with iqn, eui, or naa'))
  else if (!form.test(name)) errors.push(invalid(at, name, 'must be valid format'))
}

function checkAzureDisk(disk: AzureDiskVolumeSource, at: string, errors: Errors): void {
  need(disk, ['diskName', 'diskURI'], at, errors)
  const { cachingMode, kind, diskURI = '' } = disk
  const given = (field: string, value: string | undefined, choices: readonly string[]): void => {
    if (value !== undefined && !choices.includes(value)) errors.push(notSupported(`${at}.${field}`, value, choices))
  }
  given('cachingMode', cachingMode, ['None', 'ReadOnly', 'ReadWrite'])
  given('kind', kind, ['Dedicated', 'Managed', 'Shared'])
  if (kind === undefined) return
  const [start, form] = kind === 'Managed' ? ['/subscriptions/', MANAGED_DISK] : ['https://', BLOB_DISK]
  if (!diskURI.startsWith(start)) errors.push(notSupported(`${at}.diskURI`, diskURI, [form]))
}

/** The claim that is made for the pod. Of its metadata only labels and annotations are used. */
function checkEphemeral({ volumeClaimTemplate: template }: EphemeralVolumeSource, at: string, errors: Errors): void {
  const path = `${at}.volumeClaimTemplate`
  if (template === undefined) {
    errors.push(required(path))
    return
  }
  const { metadata = {}, spec = {} } = template
  validateAnnotations(metadata.annotations, `${path}.metadata.annotations`, errors)
  validateLabels(metadata.labels, `${path}.metadata.labels`, errors)
  for (const field of Object.keys(metadata)) {
    if (field !== 'labels' && field !== 'annotations')
      errors.push(forbidden(`${path}.metadata.${field}`, 'cannot be set'))
  }
  checkClaim(spec, `${path}.spec`, errors)
}
