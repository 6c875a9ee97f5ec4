/** Volumes that count against what a driver can take on a node. Mirrors plugins/nodevolumelimits/csi.go. */
import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../../api/types/core.ts'
import type { CSINode } from '../../api/types/storage.ts'
import { claimsOf } from '../../api/volumes/claims.ts'
import { driverOf } from '../../api/volumes/drivers.ts'
import type { Snapshot } from '../cycle.ts'
import { findClaim, findClass, findVolume } from './objects.ts'

const MIGRATED = 'storage.alpha.kubernetes.io/migrated-plugins'

/** One volume, told apart from every other. */
export interface Attachable {
  readonly driver: string
  readonly id: string
}

/** What was looked at, so that a change of it is noticed. */
export type Looked = (sort: 'claim' | 'volume', key: string) => void

/** The volumes of a pod that would be attached to a node. */
export function attachables(
  pod: Pod,
  node: CSINode | undefined,
  snapshot: Snapshot,
  looked: Looked,
): readonly Attachable[] {
  const { volumes } = pod.spec
  if (volumes === undefined) return NONE
  let found: Attachable[] | undefined
  const add = (one: Attachable | undefined): void => {
    if (one !== undefined) (found ??= []).push(one)
  }
  for (const volume of volumes) add(migrated(volume, node))
  const { namespace = '', name } = pod.metadata
  for (const { claimName } of claimsOf(pod.spec)) {
    const key = `${namespace}/${claimName(name)}`
    looked('claim', key)
    const claim = findClaim(snapshot, namespace, claimName(name))
    if (claim !== undefined) add(ofClaim(claim, key, node, snapshot, looked))
  }
  return found ?? NONE
}

const NONE: readonly Attachable[] = Object.freeze([])

/** A claim without a volume counts as the one that will be made for it. */
function ofClaim(
  claim: PersistentVolumeClaim,
  key: string,
  node: CSINode | undefined,
  snapshot: Snapshot,
  looked: Looked,
): Attachable | undefined {
  const { volumeName } = claim.spec
  if (volumeName) looked('volume', volumeName)
  const volume = volumeName ? findVolume(snapshot, volumeName) : undefined
  if (volume !== undefined) return ofVolume(volume, node)
  const provisioner = findClass(snapshot, claim)?.provisioner
  if (provisioner === undefined) return undefined
  const driver = driverOf(provisioner)
  if (driver !== provisioner && !isMigrated(provisioner, node)) return undefined
  return { driver, id: `${driver}^claim/${key}` }
}

function ofVolume({ spec }: PersistentVolume, node: CSINode | undefined): Attachable | undefined {
  if (spec.csi === undefined) return migrated(spec, node)
  const { driver, volumeHandle } = spec.csi
  return { driver, id: `${driver}^${volumeHandle}` }
}

type Source = Pick<Volume, 'awsElasticBlockStore' | 'azureDisk' | 'cinder' | 'gcePersistentDisk'>

/** A disk that a node leaves to the driver which has taken it over. */
function migrated(source: Source, node: CSINode | undefined): Attachable | undefined {
  const { awsElasticBlockStore: aws, azureDisk: azure, cinder, gcePersistentDisk: gce } = source
  if (aws !== undefined) return translated('kubernetes.io/aws-ebs', aws.volumeID, node)
  if (azure !== undefined) return translated('kubernetes.io/azure-disk', azure.diskURI, node)
  if (cinder !== undefined) return translated('kubernetes.io/cinder', cinder.volumeID, node)
  return gce === undefined ? undefined : translated('kubernetes.io/gce-pd', gce.pdName, node)
}

function translated(plugin: string, handle: string, node: CSINode | undefined): Attachable | undefined {
  const driver = driverOf(plugin)
  return isMigrated(plugin, node) ? { driver, id: `${driver}^${handle}` } : undefined
}

function isMigrated(plugin: string, node: CSINode | undefined): boolean {
  return node !== undefined && migratedOn(node).split(',').includes(plugin)
}

/** The plugins of old that a node leaves to their drivers: `kubernetes.io/aws-ebs,kubernetes.io/gce-pd`. */
export function migratedOn({ metadata }: CSINode): string {
  return metadata.annotations?.[MIGRATED] ?? ''
}
