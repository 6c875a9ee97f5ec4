/** What each source of a volume must say. Mirrors the validators of sources in core validation, in the order of its ValidatePersistentVolumeSpec. */
import { invalid, notSupported, required } from '../../api/fieldErrors.ts'
import type { PersistentVolumeSpec, SecretReference } from '../../api/types/core.ts'
import type { Errors } from '../validation/common.ts'
import { checkLabel, checkSubdomain, inclusiveRange } from '../validation/common.ts'
import { checkDriverName } from './driverNames.ts'

const HOST_PATHS = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite']
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared']
const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'
const INITIATOR =
  /^(?=iqn).*iqn\.\d{4}-\d{2}\.[a-zA-Z0-9\-.]+:[^,;*&$|\s]+$|^eui.[a-zA-Z0-9]{16}$|^naa.[a-zA-Z0-9]{32}$/
const NO_FORM = 'must be valid format'
const PAIRS = 'must be a host:port pair or multiple pairs separated by commas'
const ONE_OF_TWO = 'must specify either targetWWNs or wwids, but not both'

type Source<F extends keyof PersistentVolumeSpec> = NonNullable<PersistentVolumeSpec[F]>
type Rule<F extends keyof PersistentVolumeSpec> = (source: Source<F>, at: string, errors: Errors, name: string) => void

/** The fields without which a source is none, and what else its rules are; `shown` where messages call it otherwise. */
interface SourceRules<F extends keyof PersistentVolumeSpec = keyof PersistentVolumeSpec> {
  readonly field: F
  readonly needs: readonly string[]
  readonly shown?: string
  readonly check?: Rule<F>
}

function rules<F extends keyof PersistentVolumeSpec>(
  field: F,
  needs: readonly string[],
  check?: Rule<F>,
  shown?: string,
): SourceRules {
  return { field, needs, ...(check && { check }), ...(shown && { shown }) } as unknown as SourceRules
}

export const SOURCES: readonly SourceRules[] = [
  rules('hostPath', ['path'], ({ path = '', type = '' }, at, errors) => {
    checkBacksteps(path, `${at}.path`, errors)
    if (path !== '' && !HOST_PATHS.includes(type)) errors.push(notSupported(`${at}.type`, type, HOST_PATHS))
  }),
  rules('gcePersistentDisk', ['pdName'], checkPartition, 'persistentDisk'),
  rules('awsElasticBlockStore', ['volumeID'], checkPartition),
  rules('glusterfs', ['endpoints', 'path'], ({ endpointsNamespace }, at, errors) => {
    const path = `${at}.endpointsNamespace`
    if (endpointsNamespace === '') {
      errors.push(invalid(path, '', 'if the endpointnamespace is set, it must be a valid namespace name'))
    } else if (endpointsNamespace !== undefined) checkLabel(errors, path, endpointsNamespace)
  }),
  rules('flocker', [], ({ datasetName = '', datasetUUID = '' }, at, errors) => {
    if (datasetName === '' && datasetUUID === '')
      errors.push(required(at, 'one of datasetName and datasetUUID is required'))
    if (datasetName !== '' && datasetUUID !== '')
      errors.push(invalid(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'))
    if (datasetName.includes('/')) errors.push(invalid(`${at}.datasetName`, datasetName, "must not contain '/'"))
  }),
  rules('nfs', ['server', 'path'], ({ path = '' }, at, errors) => {
    if (!path.startsWith('/')) errors.push(invalid(`${at}.path`, path, 'must be an absolute path'))
  }),
  rules('rbd', ['monitors', 'image']),
  rules('quobyte', [], ({ registry = '', tenant = '', volume = '' }, at, errors) => {
    if (registry === '') errors.push(required(`${at}.registry`, PAIRS))
    else if (tenant.length > 64)
      errors.push(required(`${at}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'))
    else
      for (const pair of registry.split(','))
        if (!/^(?:[^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair)) errors.push(invalid(`${at}.registry`, registry, PAIRS))
    if (volume === '') errors.push(required(`${at}.volume`))
  }),
  rules('cephfs', ['monitors']),
  rules('iscsi', ['targetPortal'], checkISCSI),
  rules('cinder', ['volumeID'], ({ secretRef }, at, errors) => checkNamed(secretRef, `${at}.secretRef`, errors)),
  rules('fc', [], ({ targetWWNs = [], wwids = [], lun }, at, errors) => {
    const path = `${at}.targetWWNs`
    if (targetWWNs.length + wwids.length === 0) errors.push(required(path, ONE_OF_TWO))
    if (targetWWNs.length === 0) return
    if (wwids.length > 0)
      errors.push(invalid(path, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'))
    if (lun === undefined) errors.push(required(`${at}.lun`, 'lun is required if targetWWNs is specified'))
    else checkLun(lun, `${at}.lun`, errors)
  }),
  rules('flexVolume', ['driver'], ({ options = {} }, at, errors) => {
    for (const key of Object.keys(options).sort()) {
      const domain = key.includes('/') ? key.slice(0, key.indexOf('/')) : key
      if (/\.(?:kubernetes|k8s)\.io$/i.test(`.${domain}`))
        errors.push(invalid(`${at}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'))
    }
  }),
  rules('azureFile', ['secretName', 'shareName'], ({ secretNamespace }, at, errors) => {
    if (secretNamespace === '') errors.push(required(`${at}.secretNamespace`))
  }),
  rules('vsphereVolume', ['volumePath']),
  rules('photonPersistentDisk', ['pdID']),
  rules('portworxVolume', ['volumeID']),
  rules('azureDisk', ['diskName', 'diskURI'], ({ diskURI = '', cachingMode, kind }, at, errors) => {
    if (cachingMode !== undefined && !CACHING_MODES.includes(cachingMode))
      errors.push(notSupported(`${at}.cachingMode`, cachingMode, CACHING_MODES))
    if (kind !== undefined && !DISK_KINDS.includes(kind)) errors.push(notSupported(`${at}.kind`, kind, DISK_KINDS))
    const [start, form] = kind === 'Managed' ? ['/subscriptions/', MANAGED_URI] : ['https://', BLOB_URI]
    if (kind !== undefined && !diskURI.startsWith(start)) errors.push(notSupported(`${at}.diskURI`, diskURI, [form]))
  }),
  rules('scaleIO', ['gateway', 'system', 'volumeName']),
  rules('local', ['path'], ({ path = '' }, at, errors) => checkBacksteps(path, `${at}.path`, errors)),
  rules('storageos', ['volumeName'], ({ volumeName, volumeNamespace, secretRef }, at, errors) => {
    if (volumeName) checkLabel(errors, `${at}.volumeName`, volumeName)
    if (volumeNamespace) checkLabel(errors, `${at}.volumeNamespace`, volumeNamespace)
    checkNamed(secretRef, `${at}.secretRef`, errors)
  }),
  rules('csi', [], (source, at, errors) => {
    checkDriverName(source.driver, `${at}.driver`, errors)
    if (!source.volumeHandle) errors.push(required(`${at}.volumeHandle`))
    for (const field of CSI_SECRETS) {
      const secret = source[field]
      checkNamed(secret, `${at}.${field}`, errors)
      if (secret?.name) checkSubdomain(errors, `${at}.${field}.name`, secret.name)
      if (secret?.namespace) checkLabel(errors, `${at}.${field}.namespace`, secret.namespace)
    }
  }),
]

const CSI_SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const

function checkISCSI(source: Source<'iscsi'>, at: string, errors: Errors, name: string): void {
  const { targetPortal = '', iqn = '', lun = 0, secretRef, initiatorName } = source
  if (initiatorName !== undefined && `${name}:${targetPortal}`.length > 64) {
    const detail =
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'
    errors.push(invalid(`${at}.targetportal`, targetPortal, detail))
  }
  if (iqn === '') errors.push(required(`${at}.iqn`))
  else if (!INITIATOR.test(iqn)) errors.push(invalid(`${at}.iqn`, iqn, NO_FORM))
  checkLun(lun, `${at}.lun`, errors)
  const isSecret = source.chapAuthDiscovery === true || source.chapAuthSession === true
  if (isSecret && secretRef === undefined) errors.push(required(`${at}.secretRef`))
  if (secretRef !== undefined && !secretRef.name) errors.push(required(`${at}.secretRef.name`))
  if (initiatorName !== undefined && !INITIATOR.test(initiatorName))
    errors.push(invalid(`${at}.initiatorname`, initiatorName, NO_FORM))
}

function checkPartition({ partition = 0 }: { readonly partition?: number }, at: string, errors: Errors): void {
  if (partition < 0 || partition > 255) errors.push(invalid(`${at}.partition`, partition, inclusiveRange(1, 255)))
}

function checkLun(lun: number, at: string, errors: Errors): void {
  if (lun < 0 || lun > 255) errors.push(invalid(at, lun, inclusiveRange(0, 255)))
}

function checkBacksteps(path: string, at: string, errors: Errors): void {
  if (path.split('/').includes('..')) errors.push(invalid(at, path, "must not contain '..'"))
}

/** A secret is named with its namespace. */
function checkNamed(secret: Partial<SecretReference> | undefined, at: string, errors: Errors): void {
  if (secret === undefined) return
  for (const field of ['name', 'namespace'] as const) if (!secret[field]) errors.push(required(`${at}.${field}`))
}
