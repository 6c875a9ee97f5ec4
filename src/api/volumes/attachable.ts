/** Volumes that are attached to nodes: those of CSI drivers, and those whose plugins have become one. */
import type { PersistentVolume } from '../types/core.ts'
import type { CSIDriver } from '../types/storage.ts'
import { driverOfVolume } from './drivers.ts'

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
export function attachableOf(volume: PersistentVolume): Attachable | undefined {
  const handle = handleOf(volume)
  return handle === undefined ? undefined : { driver: driverOfVolume(volume.spec)!, handle }
}

function handleOf({ metadata, spec }: PersistentVolume): string | undefined {
  const { csi, awsElasticBlockStore: aws, azureDisk: azure, cinder, gcePersistentDisk: gce } = spec
  if (aws !== undefined) return ebsHandle(aws.volumeID)
  if (gce !== undefined) return gceHandle(gce.pdName, metadata.labels ?? {})
  return (
    csi?.volumeHandle ??
    azure?.diskURI ??
    cinder?.volumeID ??
    spec.portworxVolume?.volumeID ??
    spec.vsphereVolume?.volumePath
  )
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
