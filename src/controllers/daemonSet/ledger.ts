import { controllerUid } from '../../api/controllerRef.ts'
import { byCodeUnit } from '../../api/order.ts'
import type { DaemonSet } from '../../api/types/apps.ts'
import type { Node, Pod } from '../../api/types/core.ts'
import type { ObjectChange } from '../../client/watches.ts'
import { bits, classify, type Place, type Template, templateFor } from './classify.ts'
import { judgeOf, targetOf, verdicts } from './placing.ts'

const none: readonly Pod[] = Object.freeze([])
const places = Object.keys(bits).length

/**
 * Which of a daemon set's pods are where, and what each node counts as, so that a look costs what has changed and not
 * what there is. A cache: it follows the changes that are read, and says what one says that is made anew.
 */
export class Ledger {
  private readonly byName = new Map<string, Place>()
  private sorted: Place[] = []
  private isSorted = true
  private readonly changed = new Set<Place>()
  private readonly totals = new Array<number>(places).fill(0)
  private readonly judge: (node: Node) => number

  constructor(
    private readonly set: DaemonSet,
    nodes: readonly Node[],
    pods: readonly Pod[],
    readonly template: Template,
  ) {
    this.judge = judgeOf(set)
    for (const node of nodes) this.putNode(node)
    for (const pod of pods) this.putPod(pod)
  }

  get uid(): string {
    return this.set.metadata.uid
  }

  /** Whether it was made for a daemon set as it is now. */
  suits(set: DaemonSet, hash: string): boolean {
    const { generation, uid } = this.set.metadata
    const template = templateFor(set, hash)
    return (
      set.metadata.uid === uid &&
      set.metadata.generation === generation &&
      template.hash === this.template.hash &&
      template.generation === this.template.generation
    )
  }

  /** Follows a change of a node. */
  takeNode({ type, object }: ObjectChange<Node>): void {
    if (type !== 'DELETED') return this.putNode(object)
    const place = this.placeOf(object.metadata.name)
    place.isNode = false
    place.isToRun = false
    place.mayStay = false
  }

  private putNode(node: Node): void {
    const place = this.placeOf(node.metadata.name)
    const verdict = this.judge(node)
    place.isNode = true
    place.isToRun = (verdict & verdicts.run) !== 0
    place.mayStay = (verdict & verdicts.stay) !== 0
  }

  /** Follows a change of a pod that was and is a daemon set's of this name; of another one than this it is none. */
  takePod({ type, object, previous }: ObjectChange<Pod>): void {
    if (controllerUid(object) !== this.uid) return
    if (previous !== undefined) this.removePod(previous)
    if (type !== 'DELETED') this.putPod(object)
  }

  private putPod(pod: Pod): void {
    const target = targetOf(pod)
    if (target === undefined) return
    const place = this.placeOf(target)
    place.pods = place.pods.length === 0 ? [pod] : [...place.pods, pod].sort(byName)
  }

  private removePod(pod: Pod): void {
    const target = targetOf(pod)
    if (target === undefined) return
    const place = this.placeOf(target)
    place.pods = place.pods.filter(({ metadata }) => metadata.name !== pod.metadata.name)
  }

  private placeOf(name: string): Place {
    let place = this.byName.get(name)
    if (place === undefined) {
      place = { name, isNode: false, isToRun: false, mayStay: false, pods: none, state: 0 }
      this.byName.set(name, place)
      this.sorted.push(place)
      this.isSorted = false
    }
    this.changed.add(place)
    return place
  }

  /** Counts what has changed, and what time has changed. Returns the milliseconds until time changes something more. */
  count(now: number): number {
    if (this.total('waits') > 0) for (const place of this.having(bits.waits)) this.changed.add(place)
    let isEmptied = false
    for (const place of this.changed) {
      this.change(place, classify(place, this.template, now))
      if (!place.isNode && place.pods.length === 0) isEmptied = this.byName.delete(place.name)
    }
    this.changed.clear()
    if (isEmptied) this.sorted = this.sorted.filter(({ name }) => this.byName.has(name))
    if (this.total('waits') === 0) return Infinity
    return Math.min(...this.having(bits.waits).map((place) => this.waitAt(place, now)))
  }

  private waitAt({ pods }: Place, now: number): number {
    return Math.min(...pods.map((pod) => this.template.wait(pod, now) || Infinity))
  }

  private change(place: Place, state: number): void {
    const { totals } = this
    let differing = place.state ^ state
    for (let bit = 0; differing !== 0; bit++, differing >>>= 1)
      if ((differing & 1) === 1) totals[bit]! += ((state >>> bit) & 1) === 1 ? 1 : -1
    place.state = state
  }

  /** How many places have a bit. */
  total(bit: keyof typeof bits): number {
    return this.totals[31 - Math.clz32(bits[bit])]!
  }

  /** The places that have any of these bits, by name. */
  having(some: number): readonly Place[] {
    if (!this.isSorted) this.sorted.sort((a, b) => byCodeUnit(a.name, b.name))
    this.isSorted = true
    return this.sorted.filter(({ state }) => (state & some) !== 0)
  }

  /** Every pod of the daemon set that has a node to be on. */
  pods(): readonly Pod[] {
    return [...this.byName.values()].flatMap(({ pods }) => pods)
  }
}

function byName(a: Pod, b: Pod): number {
  return byCodeUnit(a.metadata.name, b.metadata.name)
}
