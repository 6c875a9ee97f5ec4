/** Volumes that are attached to nodes: those of CSI drivers, and those whose plugins have become one. */
import type { PersistentVolume, PodSpec } from '../types/core.ts'
import type { CSIDriver } from '../types/storage.ts'
import { driverOf } from './drivers.ts'

/** What a driver attaches to nodes. */
export interface Attachable {
  readonly driver: string
  /** What the driver calls the volume. */
  readonly handle: string
}

const PLUGIN = 'kubernetes.io/csi/'
const SEPARATOR = '^'
const MULTI_ZONE = '__'
const UNSPECIFIED = 'UNSPECIFIED'

/**
 * What of a volume is attached; undefined for one that any node can have as it is. Mirrors staging/src/k8s.io/csi-translation-lib,
 * but for files of Azure, which need no attachment.
 */
export function attachableOf({ metadata, spec }: PersistentVolume): Attachable | undefined {
  const { csi, awsElasticBlockStore: aws, azureDisk: azure, cinder, gcePersistentDisk: gce } = spec
  const { portworxVolume: portworx, vsphereVolume: vsphere } = spec
  if (csi !== undefined) return { driver: csi.driver, handle: csi.volumeHandle }
  if (aws !== undefined) return become('aws-ebs', ebsHandle(aws.volumeID))
  if (azure !== undefined) return become('azure-disk', azure.diskURI)
  if (cinder !== undefined) return become('cinder', cinder.volumeID)
  if (gce !== undefined) return become('gce-pd', gceHandle(gce.pdName, metadata.labels ?? {}))
  if (portworx !== undefined) return become('portworx-volume', portworx.volumeID)
  return vsphere === undefined ? undefined : become('vsphere-volume', vsphere.volumePath)
}

function become(plugin: string, handle: string): Attachable {
  return { driver: driverOf(`kubernetes.io/${plugin}`), handle }
}

/** `aws://zone/vol-1` or `vol-1`. */
function ebsHandle(id: string): string {
  return id.startsWith('aws://') ? id.slice(id.lastIndexOf('/') + 1) : id
}

function gceHandle(disk: string, labels: Readonly<Record<string, string>>): string {
  const label = labels['failure-domain.beta.kubernetes.io/zone'] || labels['topology.kubernetes.io/zone'] || UNSPECIFIED
  const zones = label.split(MULTI_ZONE)
  const [first = UNSPECIFIED] = zones
  const place = zones.length > 1 ? `regions/${first.slice(0, first.lastIndexOf('-'))}` : `zones/${first}`
  return `projects/${UNSPECIFIED}/${place}/disks/${disk}`
}

/** How nodes and controllers call a volume among them. Mirrors GetUniqueVolumeName of pkg/volume/util/util.go. */
export function uniqueName({ driver, handle }: Attachable): string {
  return `${PLUGIN}${driver}${SEPARATOR}${handle}`
}

/** The reverse of `uniqueName`; undefined for what is no driver's. */
export function attachableNamed(name: string): Attachable | undefined {
  const at = name.indexOf(SEPARATOR)
  if (!name.startsWith(PLUGIN) || at === -1) return undefined
  return { driver: name.slice(PLUGIN.length, at), handle: name.slice(at + 1) }
}

/** Whether a driver's volumes are attached; they are where nothing is known of it. Mirrors skipAttach of pkg/volume/csi/csi_plugin.go. */
export function isAttaching(driver: CSIDriver | undefined): boolean {
  return driver?.spec.attachRequired !== false
}

/** Whether nodes may have the volume at the same time, as far as can be told. Mirrors IsMultiAttachAllowed. */
export function isShared({ spec: { accessModes = [] } }: PersistentVolume): boolean {
  return accessModes.length === 0 || accessModes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany')
}

/** Whether some container of a pod mounts a volume of this name, or has it as a device. Mirrors GetPodVolumeNames. */
export function isMounted(
  { initContainers = [], containers, ephemeralContainers = [] }: PodSpec,
  volume: string,
): boolean {
  return [...initContainers, ...containers, ...ephemeralContainers].some(
    ({ volumeMounts = [], volumeDevices = [] }) =>
      volumeMounts.some(({ name }) => name === volume) || volumeDevices.some(({ name }) => name === volume),
  )
}
