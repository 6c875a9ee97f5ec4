/** What one node is for a pod's claims. Mirrors FindPodVolumes of plugins/volumebinding/binder.go. */
import { compareQuantities, parseQuantity } from '../../api/quantity.ts'
import { type Labels, matchesLabelSelector } from '../../api/selectors.ts'
import type { PersistentVolume, PersistentVolumeClaim, TopologySelectorTerm } from '../../api/types/core.ts'
import type { CSIStorageCapacity, StorageClass } from '../../api/types/storage.ts'
import { driverOf } from '../../api/volumes/drivers.ts'
import { type Place, reaches, sizeAsked } from '../../api/volumes/matching.ts'
import { classOf, NO_PROVISIONER } from '../../api/volumes/names.ts'
import type { Cycle, Snapshot } from '../cycle.ts'
import { type Binding, keyOfClaim, withAssumed } from './assumed.ts'
import { VolumeFinder } from './finder.ts'
import { capacitiesOf, findClass, findDriver, findVolume, VOLUMES } from './objects.ts'
import { chosenNode, type PodClaims } from './podClaims.ts'

/** Why a node will not do; several at once add up. */
export const conflicts: Readonly<Record<'node' | 'bind' | 'space' | 'missing', number>> = Object.freeze({
  node: 1,
  bind: 2,
  space: 4,
  missing: 8,
})

/** What a node would have to be given; or why it will not do. */
export interface Outlook {
  /** 0, or a sum of conflicts. */
  readonly code: number
  readonly bindings: readonly Binding[]
  readonly provisions: readonly string[]
}

interface Wanted {
  readonly claim: PersistentVolumeClaim
  readonly key: string
  /** The node that it is to be on, whatever else: somebody has chosen. */
  readonly node: string | undefined
  readonly finder: VolumeFinder
  readonly storageClass: StorageClass
  /** Where there is room for it; undefined for everywhere. */
  readonly room: readonly CSIStorageCapacity[] | undefined
}

const NONE: readonly never[] = Object.freeze([])

/** Looks at nodes for one pod; what does not depend on the node is worked out once. */
export class Places {
  private readonly volumes: readonly (PersistentVolume | undefined)[]
  private readonly wanted: readonly Wanted[]

  constructor({ snapshot }: Pick<Cycle, 'snapshot'>, { bound, delayed }: PodClaims) {
    this.volumes = bound.map(({ spec }) => findVolume(snapshot, spec.volumeName!))
    this.wanted = delayed
      .map((claim) => wantedOf(snapshot, claim))
      .sort((a, b) => compareQuantities(sizeAsked(a.claim), sizeAsked(b.claim)))
  }

  /** Whether every node will do, each with nothing but what can be made there. */
  get areAllAlike(): boolean {
    const isReached = this.volumes.every((volume) => volume !== undefined && volume.spec.nodeAffinity === undefined)
    return isReached && this.wanted.every(isIndifferent)
  }

  at(place: Place): Outlook {
    const ofBound = this.checkBound(place)
    if (this.wanted.some(({ node }) => node !== undefined && node !== place.name))
      return refused(ofBound | conflicts.bind)
    const bindings: Binding[] = []
    const provisions: string[] = []
    const taken = new Set<string>()
    for (const { finder, node, key } of this.wanted) {
      const volume = node === undefined ? finder.best(place, taken) : undefined
      if (volume === undefined) {
        provisions.push(key)
        continue
      }
      taken.add(volume.metadata.name)
      bindings.push({ volume: volume.metadata.name, claim: key })
    }
    const ofOthers = this.checkProvisions(provisions, place)
    return ofBound + ofOthers === 0 ? { code: 0, bindings, provisions } : refused(ofBound | ofOthers)
  }

  /** The first that is missing or out of reach tells. */
  private checkBound(place: Place): number {
    for (const volume of this.volumes) {
      if (volume === undefined) return conflicts.missing
      if (!reaches(volume, place)) return conflicts.node
    }
    return 0
  }

  private checkProvisions(keys: readonly string[], { labels }: Place): number {
    for (const { key, claim, storageClass, room } of this.wanted) {
      if (!keys.includes(key)) continue
      const { provisioner, allowedTopologies = NONE } = storageClass
      if (provisioner === NO_PROVISIONER || !isAllowed(allowedTopologies, labels)) return conflicts.bind
      if (room !== undefined && !room.some((one) => hasRoom(one, claim, labels))) return conflicts.space
    }
    return 0
  }
}

function refused(code: number): Outlook {
  return { code, bindings: NONE, provisions: NONE }
}

function isIndifferent({ node, finder, storageClass, room }: Wanted): boolean {
  const { provisioner, allowedTopologies = NONE } = storageClass
  const isMadeAnywhere = provisioner !== NO_PROVISIONER && allowedTopologies.length === 0 && room === undefined
  return node === undefined && finder.isEmpty && isMadeAnywhere
}

function wantedOf(snapshot: Snapshot, claim: PersistentVolumeClaim): Wanted {
  const key = keyOfClaim(claim)
  const className = classOf(claim)
  const offers = [...snapshot.byIndex(VOLUMES, `free/${className}`), ...snapshot.byIndex(VOLUMES, `for/${key}`)]
  const volumes = (offers as PersistentVolume[])
    .filter((volume) => classOf(volume) === className)
    .map((volume) => withAssumed(snapshot, volume))
  const storageClass = findClass(snapshot, claim)!
  const finder = new VolumeFinder(claim, volumes)
  return { claim, key, node: chosenNode(snapshot, claim), finder, storageClass, room: roomFor(snapshot, storageClass) }
}

/** Drivers say how much room they have only if they say that they do. */
function roomFor(
  snapshot: Snapshot,
  { metadata, provisioner }: StorageClass,
): readonly CSIStorageCapacity[] | undefined {
  if (findDriver(snapshot, driverOf(provisioner))?.spec.storageCapacity !== true) return undefined
  return capacitiesOf(snapshot).filter(({ storageClassName }) => storageClassName === metadata.name)
}

function hasRoom(
  { capacity, maximumVolumeSize, nodeTopology }: CSIStorageCapacity,
  claim: PersistentVolumeClaim,
  labels: Labels,
): boolean {
  const most = parseQuantity(maximumVolumeSize ?? capacity ?? '')
  if (most === undefined || compareQuantities(most, sizeAsked(claim)) < 0) return false
  return nodeTopology !== undefined && matchesLabelSelector(nodeTopology, labels)
}

/** Mirrors MatchTopologySelectorTerms of pkg/apis/core/v1/helper/helpers.go: no terms allow all, an empty one nothing. */
function isAllowed(terms: readonly TopologySelectorTerm[], labels: Labels): boolean {
  if (terms.length === 0) return true
  return terms.some(
    ({ matchLabelExpressions = NONE }) =>
      matchLabelExpressions.length > 0 &&
      matchLabelExpressions.every(({ key, values }) => Object.hasOwn(labels, key) && values.includes(labels[key]!)),
  )
}
