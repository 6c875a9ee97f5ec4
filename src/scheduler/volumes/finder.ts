import { byCodeUnit } from '../../api/order.ts'
import { compareQuantities } from '../../api/quantity.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types/core.ts'
import { hasModes, isCandidate, isForClaim, type Place, reaches, sizeOf } from '../../api/volumes/matching.ts'

/**
 * The volumes that one claim may have, ready to be asked node by node: the best that a node reaches is what
 * `matchingVolume` finds there. Volumes of one place are kept by the label that says so, since local disks are many and
 * each node reaches few.
 */
export class VolumeFinder {
  private readonly reserved: PersistentVolume | undefined
  /** Of volumes that one label's value decides about: the volumes by value, by label. All lists are best first. */
  private readonly placed = new Map<string, Map<string, PersistentVolume[]>>()
  private readonly others: PersistentVolume[] = []
  private readonly ranks = new Map<PersistentVolume, number>()

  constructor(claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[]) {
    const possible = volumes.filter((volume) => isCandidate(volume, claim))
    this.reserved = possible.find((volume) => isForClaim(volume, claim))
    if (this.reserved !== undefined) return
    const free = possible.filter((volume) => hasModes(volume, claim)).sort(better)
    for (const [rank, volume] of free.entries()) {
      this.ranks.set(volume, rank)
      this.keep(volume)
    }
  }

  /** Whether no node reaches any. */
  get isEmpty(): boolean {
    return this.reserved === undefined && this.ranks.size === 0
  }

  best(place: Place, taken: ReadonlySet<string>): PersistentVolume | undefined {
    const { reserved } = this
    if (reserved !== undefined) return isLeft(reserved, taken) && reaches(reserved, place) ? reserved : undefined
    let best = this.others.find((volume) => isLeft(volume, taken) && reaches(volume, place))
    for (const [key, byValue] of this.placed) {
      if (!Object.hasOwn(place.labels, key)) continue
      const found = byValue.get(place.labels[key]!)?.find((volume) => isLeft(volume, taken))
      if (found !== undefined && (best === undefined || this.ranks.get(found)! < this.ranks.get(best)!)) best = found
    }
    return best
  }

  private keep(volume: PersistentVolume): void {
    const place = placeOf(volume)
    if (place === undefined) {
      this.others.push(volume)
      return
    }
    let byValue = this.placed.get(place.key)
    if (byValue === undefined) this.placed.set(place.key, (byValue = new Map<string, PersistentVolume[]>()))
    for (const value of new Set(place.values)) {
      const alike = byValue.get(value)
      if (alike === undefined) byValue.set(value, [volume])
      else alike.push(volume)
    }
  }
}

function isLeft({ metadata }: PersistentVolume, taken: ReadonlySet<string>): boolean {
  return !taken.has(metadata.name)
}

function better(a: PersistentVolume, b: PersistentVolume): number {
  return compareQuantities(sizeOf(a), sizeOf(b)) || byCodeUnit(a.metadata.name, b.metadata.name)
}

/** The one label whose value decides who reaches a volume; undefined where it is not that simple. */
function placeOf({ spec }: PersistentVolume): { readonly key: string; readonly values: readonly string[] } | undefined {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms
  const [term] = terms ?? []
  const [expression] = term?.matchExpressions ?? []
  if (term === undefined || expression === undefined || terms!.length > 1) return undefined
  if (term.matchExpressions!.length > 1 || (term.matchFields ?? []).length > 0) return undefined
  return expression.operator === 'In' ? { key: expression.key, values: expression.values ?? [] } : undefined
}
