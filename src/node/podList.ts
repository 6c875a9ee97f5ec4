import { uidMark } from '../api/uidMark.ts'
import { formOf, type SavedForm } from '../kernel/saved/form.ts'
import type { PodRuntime } from './runtimeState.ts'

/**
 * The pods of a machine in the order in which they came. They are found by numbers that lie side by side, since looking
 * at every pod of a full machine, and at its uid, costs more than all else that is done for a new one.
 */
export class PodList {
  private readonly list: PodRuntime[] = []
  /** Of each pod the mark of its uid, then its address. */
  private readonly keys: number[] = []

  /** `owner` tells which side of a fork may write to it. */
  constructor(
    readonly owner: object,
    pods: readonly PodRuntime[] = [],
  ) {
    for (const pod of pods) this.set(pod)
  }

  copy(owner: object): PodList {
    return new PodList(owner, this.list)
  }

  /** As they are now: what changes later is not seen. */
  all(): readonly PodRuntime[] {
    return this.list.slice()
  }

  find(uid: string): PodRuntime | undefined {
    const place = this.placeOf(uid)
    return place === -1 ? undefined : this.list[place]
  }

  /** Whether any pod has an address. */
  has(address: number): boolean {
    const { keys } = this
    for (let index = 1; index < keys.length; index += 2) if (keys[index] === address) return true
    return false
  }

  /** Adds a pod, or replaces the one with its uid. */
  set(pod: PodRuntime): void {
    const place = this.placeOf(pod.uid)
    if (place === -1) {
      this.list.push(pod)
      this.keys.push(uidMark(pod.uid), pod.address)
    } else {
      this.list[place] = pod
      this.keys[place * 2 + 1] = pod.address
    }
  }

  remove(uid: string): void {
    const place = this.placeOf(uid)
    if (place === -1) return
    this.list.splice(place, 1)
    this.keys.splice(place * 2, 2)
  }

  /** Where a pod stands; -1 for nowhere. Pods that came last are asked for most. */
  private placeOf(uid: string): number {
    const { keys, list } = this
    const mark = uidMark(uid)
    let place = list.length - 1
    while (place >= 0 && (keys[place * 2] !== mark || list[place]!.uid !== uid)) place--
    return place
  }
}

/** How the pods of machines are saved. Nobody may write to a list that was loaded: whoever does has a copy. */
export const podListForm: SavedForm = formOf({
  name: 'podList',
  type: PodList,
  parts: (list): readonly [readonly PodRuntime[]] => [list.all()],
  make: ([pods]) => new PodList({}, pods),
})
