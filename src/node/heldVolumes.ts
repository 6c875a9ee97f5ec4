import type { CowCell, CowMap } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'

/** What a pod has, or will have, of a machine's volumes. */
export interface Held {
  readonly uid: string
  /** The volumes that are attached for it, as nodes and controllers call them. */
  readonly names: readonly string[]
  /** Whether it does not start before they are. */
  readonly isWaiting: boolean
}

const NONE: readonly never[] = Object.freeze([])

/** Which volumes the pods of machines use, of those that are attached: machines without any are not in the table. */
export class HeldVolumes {
  private readonly byNode: CowMap<readonly Held[]>
  /** How many pods of all machines wait. */
  private readonly waiting: CowCell<number>

  constructor(memory: Memory) {
    this.byNode = memory.map('node.volumes')
    this.waiting = memory.cell('node.volumesWaitedFor', 0)
  }

  of(node: number): readonly Held[] {
    return this.byNode.size === 0 ? NONE : (this.byNode.get(String(node)) ?? NONE)
  }

  find(node: number, uid: string): Held | undefined {
    return this.of(node).find((held) => held.uid === uid)
  }

  set(node: number, held: Held): void {
    this.count(this.find(node, held.uid), held)
    const others = this.of(node).filter(({ uid }) => uid !== held.uid)
    this.byNode.set(String(node), [...others, held])
  }

  /** Whether the pod had any. */
  remove(node: number, uid: string): boolean {
    const before = this.of(node)
    if (before.length === 0) return false
    this.count(this.find(node, uid), undefined)
    const left = before.filter((held) => held.uid !== uid)
    if (left.length === 0) this.byNode.delete(String(node))
    else this.byNode.set(String(node), left)
    return left.length < before.length
  }

  /** Whether any pod of any machine waits. */
  get isWaitedFor(): boolean {
    return this.waiting.value > 0
  }

  private count(before: Held | undefined, after: Held | undefined): void {
    const more = Number(after?.isWaiting === true) - Number(before?.isWaiting === true)
    if (more !== 0) this.waiting.value += more
  }

  /** What a machine's Node says that it uses, by name; undefined for nothing. Mirrors GetVolumesInUse. */
  inUse(node: number): readonly string[] | undefined {
    const held = this.of(node)
    return held.length === 0 ? undefined : [...new Set(held.flatMap(({ names }) => names))].sort()
  }
}
