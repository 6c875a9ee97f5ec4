/** Mirrors pkg/scheduler/framework/plugins/volumezone/volume_zone.go: volumes with labels of zones stay in them. */
import type { PersistentVolume } from '../../api/types/core.ts'
import type { Cycle } from '../cycle.ts'
import { type CyclePlugin, FITS, type Refusal } from '../plugin.ts'
import { claimsOf, hasClaims } from '../../api/volumes/claims.ts'
import { CLAIMS, CLASSES, findClaim, findClass, findVolume, VOLUMES } from '../volumes/objects.ts'
import { usesClaim } from '../volumes/podClaims.ts'

const name = 'VolumeZone'
const BETA_ZONE = 'failure-domain.beta.kubernetes.io/zone'
const BETA_REGION = 'failure-domain.beta.kubernetes.io/region'
const ZONE = 'topology.kubernetes.io/zone'
const REGION = 'topology.kubernetes.io/region'
const LABELS: readonly string[] = Object.freeze([BETA_ZONE, BETA_REGION, ZONE, REGION])

/** Where one volume may be used: nodes with one of these values of a label. */
interface Topology {
  readonly key: string
  readonly values: readonly string[]
}

type Labels = Readonly<Record<string, string>>

export const VolumeZone: CyclePlugin = Object.freeze<CyclePlugin>({
  name,
  rows: true,
  scope: 'cycle',
  watches: [CLAIMS, VOLUMES, CLASSES],
  helps: (pod, kind, keys) => kind !== CLAIMS || usesClaim(pod, keys),
  preFilter: (cycle) => {
    if (!hasNamedClaims(cycle)) return 'skip'
    const found = topologiesOf(cycle)
    if (typeof found === 'string') return { plugin: name, reasons: [found], resolvable: false } satisfies Refusal
    return found.length === 0 ? 'skip' : undefined
  },
  filter: (cycle) => {
    const topologies = topologiesOf(cycle)
    if (typeof topologies === 'string' || topologies.length === 0) return FITS
    const { rows } = cycle.snapshot.nodes
    return (row) => (isInZone(rows[row]!.labels, topologies) ? 0 : 1)
  },
  refusal: () => ({ plugin: name, reasons: ['node(s) had no available volume zone'], resolvable: false }),
})

function hasNamedClaims({ pod }: Cycle): boolean {
  return hasClaims(pod.spec) && claimsOf(pod.spec).some(({ isEphemeral }) => !isEphemeral)
}

/** Where the pod's volumes are; or why that cannot be said. */
function topologiesOf({ pod, snapshot }: Cycle): readonly Topology[] | string {
  const { namespace = '', name: podName } = pod.metadata
  const found: Topology[] = []
  for (const { claimName, isEphemeral } of claimsOf(pod.spec)) {
    if (isEphemeral) continue
    const wanted = claimName(podName)
    const claim = findClaim(snapshot, namespace, wanted)
    if (claim === undefined) return `persistentvolumeclaim ${JSON.stringify(wanted)} not found`
    const { volumeName } = claim.spec
    if (volumeName) {
      const volume = findVolume(snapshot, volumeName)
      if (volume === undefined) return `persistentvolume ${JSON.stringify(volumeName)} not found`
      found.push(...topologies(volume))
    } else if (findClass(snapshot, claim)?.volumeBindingMode !== 'WaitForFirstConsumer') {
      return 'PersistentVolume had no name'
    }
  }
  return found
}

/** Several zones stand in one label: `a__b`. */
function topologies({ metadata }: PersistentVolume): readonly Topology[] {
  const { labels } = metadata
  if (labels === undefined) return []
  return LABELS.filter((key) => Object.hasOwn(labels, key)).map((key) => ({ key, values: labels[key]!.split('__') }))
}

/** A node that says nothing of zones is in all of them. */
function isInZone(labels: Labels, all: readonly Topology[]): boolean {
  if (!LABELS.some((key) => Object.hasOwn(labels, key))) return true
  return all.every(({ key, values }) => {
    const value = labels[key] ?? labels[key === BETA_ZONE ? ZONE : key === BETA_REGION ? REGION : key]
    return value !== undefined && values.includes(value)
  })
}
