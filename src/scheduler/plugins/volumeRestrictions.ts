/** Mirrors pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go: disks that only one pod may use. */
import type { Pod, Volume } from '../../api/types/core.ts'
import { claimsOf, hasClaims } from '../../api/volumes/claims.ts'
import type { Cycle } from '../cycle.ts'
import { type CyclePlugin, FITS } from '../plugin.ts'
import { CLAIMS, findClaim } from '../volumes/objects.ts'
import { usesClaim } from '../volumes/podClaims.ts'

const name = 'VolumeRestrictions'
const reasons: readonly string[] = Object.freeze([
  'node(s) had no available disk',
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
])
const nobody: readonly string[] = Object.freeze([])

export const VolumeRestrictions: CyclePlugin = Object.freeze<CyclePlugin>({
  name,
  rows: true,
  scope: 'cycle',
  watches: [CLAIMS],
  helps: (pod, _, keys) => usesClaim(pod, keys),
  preFilter: (cycle) => {
    const { volumes } = cycle.pod.spec
    if (volumes === undefined) return 'skip'
    const claims = lonelyClaims(cycle)
    if (typeof claims === 'string') return { plugin: name, reasons: [claims], resolvable: false }
    return claims.length === 0 && !volumes.some(isDisk) ? 'skip' : undefined
  },
  filter: (cycle) => {
    const { pod, snapshot } = cycle
    const isUsed = watchOf(cycle, lonelyClaims(cycle))
    const disks = (pod.spec.volumes ?? []).filter(isDisk)
    if (disks.length === 0) return isUsed === undefined ? FITS : () => (isUsed() ? 2 : 0)
    const { rows } = snapshot.nodes
    return (row) => {
      if (snapshot.podsOn(rows[row]!.name).some((other) => conflicts(disks, other))) return 1
      return isUsed?.() === true ? 2 : 0
    }
  },
  refusal: (code) => ({ plugin: name, reasons: [reasons[code - 1]!], resolvable: true }),
})

/** The pod's claims that one pod alone may use, each `namespace/name`; or which claim is not there. */
function lonelyClaims({ pod, snapshot }: Cycle): readonly string[] | string {
  if (!hasClaims(pod.spec)) return nobody
  const { namespace = '', name: podName } = pod.metadata
  let found: string[] | undefined
  for (const { claimName, isEphemeral } of claimsOf(pod.spec)) {
    if (isEphemeral) continue
    const wanted = claimName(podName)
    const claim = findClaim(snapshot, namespace, wanted)
    if (claim === undefined) return `persistentvolumeclaim ${JSON.stringify(wanted)} not found`
    if (claim.spec.accessModes?.includes('ReadWriteOncePod') === true) (found ??= []).push(`${namespace}/${wanted}`)
  }
  return found ?? nobody
}

/** A pod that uses such a claim, and whether it does by what is known of its node in a version. */
interface User {
  readonly uid: string
  readonly node: string
  version: number
  isThere: boolean
}

/**
 * Says whether another pod uses one of these claims; undefined where none does. It is asked row by row, since it may be
 * tried what came of it if the other were gone.
 */
function watchOf({ pod, snapshot }: Cycle, claims: readonly string[] | string): (() => boolean) | undefined {
  if (typeof claims === 'string' || claims.length === 0) return undefined
  const wanted = new Set(claims)
  const users: User[] = []
  for (const [other, node] of snapshot.placed()) {
    const { uid } = other.metadata
    if (uid !== pod.metadata.uid && usesClaim(other, wanted)) users.push({ uid, node, version: -1, isThere: true })
  }
  return users.length === 0 ? undefined : () => users.some((user) => isThere(user, snapshot))
}

function isThere(user: User, { nodes, podsOn }: Cycle['snapshot']): boolean {
  const row = nodes.row(user.node)
  const version = row === undefined ? -1 : nodes.columns.versions[row]!
  if (user.version === version) return user.isThere
  user.version = version
  user.isThere = podsOn(user.node).some(({ metadata }) => metadata.uid === user.uid)
  return user.isThere
}

function isDisk({ gcePersistentDisk, awsElasticBlockStore, rbd, iscsi }: Volume): boolean {
  return (gcePersistentDisk ?? awsElasticBlockStore ?? rbd ?? iscsi) !== undefined
}

function conflicts(disks: readonly Volume[], { spec }: Pod): boolean {
  return spec.volumes !== undefined && spec.volumes.some((other) => disks.some((disk) => isSame(disk, other)))
}

/** Whether two disks are one that both cannot have. Mirrors isVolumeConflict. */
function isSame(one: Volume, other: Volume): boolean {
  const { gcePersistentDisk: gce, awsElasticBlockStore: aws, iscsi, rbd } = one
  if (gce !== undefined && gce.pdName === other.gcePersistentDisk?.pdName)
    return !(gce.readOnly === true && other.gcePersistentDisk.readOnly === true)
  if (aws !== undefined && aws.volumeID === other.awsElasticBlockStore?.volumeID) return true
  if (iscsi !== undefined && iscsi.iqn === other.iscsi?.iqn)
    return !(iscsi.readOnly === true && other.iscsi.readOnly === true)
  if (rbd === undefined || other.rbd === undefined || !rbd.monitors.some((at) => other.rbd!.monitors.includes(at)))
    return false
  const isImage = (rbd.pool ?? 'rbd') === (other.rbd.pool ?? 'rbd') && rbd.image === other.rbd.image
  return isImage && !(rbd.readOnly === true && other.rbd.readOnly === true)
}
